"""What the machinery around a desk may ask it."""

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from pytest_django.fixtures import Settings

from otklik.config import health
from otklik.notifications.models import News
from otklik.tickets.tests.desk import make_desk_at_work

TOKEN = "t" * 40


@pytest.mark.django_db
def test_a_desk_without_a_worker_is_alive_but_not_ready(client: Client) -> None:
    assert client.get("/healthz", headers={"Host": "10.0.0.7"}).json() == {"status": "ok"}

    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"] == {
        "database": "ok",
        "migrations": "ok",
        "jobs": "no worker runs",
    }


@pytest.mark.django_db
def test_a_desk_with_a_worker_is_ready(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")

    assert client.get("/readyz").json()["status"] == "ok"


@pytest.mark.django_db
def test_counts_are_told_to_this_machine_only(client: Client) -> None:
    answer = client.get("/metrics")

    assert answer.status_code == 200
    assert "otklik_jobs" in answer.text
    assert client.get("/metrics", headers={"X-Forwarded-For": "1.2.3.4"}).status_code == 404
    assert client.get("/metrics", REMOTE_ADDR="10.0.0.7").status_code == 404


@pytest.mark.django_db
def test_news_that_nobody_was_told_of_are_counted(client: Client) -> None:
    desk = make_desk_at_work()
    desk.opened()
    desk.opened()
    News.objects.filter(pk=News.objects.latest("pk").pk).update(failures=1)
    counts = client.get("/metrics").text
    assert 'otklik_news{status="waiting"} 1.0' in counts
    assert 'otklik_news{status="failed"} 1.0' in counts


@pytest.mark.django_db
def test_counts_are_told_to_who_shows_the_token(client: Client, settings: Settings) -> None:
    settings.OTKLIK_METRICS_TOKEN = TOKEN

    shown = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert shown.status_code == 200
    assert client.get("/metrics").status_code == 404


@pytest.mark.django_db
def test_a_lost_database_is_said(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost() -> bool:
        raise DatabaseError

    monkeypatch.setattr(health, "_migrated", lost)

    assert client.get("/readyz").json()["checks"]["database"] == "not reachable"
