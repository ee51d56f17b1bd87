"""Jobs whose worker was killed."""

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from procrastinate.contrib.django import app

from otklik.core.worker import MOST_ATTEMPTS, SILENT_SECONDS, rescue_stalled_jobs

pytestmark = pytest.mark.django_db


def make_job(*, silent_seconds: float, attempts: int = 0) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat)"
            " VALUES (now() - make_interval(secs => %s)) RETURNING id",
            [silent_seconds],
        )
        worker = cursor.fetchone()[0]
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status, worker_id, attempts)"
            " VALUES ('default', 'any', 'doing', %s, %s) RETURNING id",
            [worker, attempts],
        )
        return int(cursor.fetchone()[0])


def status_of(job: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status FROM procrastinate_jobs WHERE id = %s", [job])
        return str(cursor.fetchone()[0])


def test_a_job_of_a_silent_worker_waits_again_and_of_a_living_one_is_left_alone() -> None:
    dead = make_job(silent_seconds=SILENT_SECONDS + 1)
    alive = make_job(silent_seconds=0)

    async_to_sync(rescue_stalled_jobs)(app)
    async_to_sync(rescue_stalled_jobs)(app)

    assert (status_of(dead), status_of(alive)) == ("todo", "doing")


def test_a_job_that_kills_its_worker_each_time_fails_in_the_end() -> None:
    job = make_job(silent_seconds=SILENT_SECONDS + 1, attempts=MOST_ATTEMPTS)

    async_to_sync(rescue_stalled_jobs)(app)

    assert status_of(job) == "failed"
