"""Views that people keep for themselves."""

import pytest
from django.db import connection
from django.db.models import Max
from django.test import Client

from otklik.core.errors import Invalid, NotFound
from otklik.people.tests.factories import Cast, make_cast, make_desk, sign_in
from otklik.tickets.actions import delete_view, order_views, rename_view, save_view, viewing
from otklik.tickets.errors import QueryRefused
from otklik.tickets.models import SavedView
from otklik.tickets.selectors.queue import asking_of
from otklik.tickets.selectors.views import rail
from otklik.tickets.tests.desk import at_once
from otklik.tickets.tests.factories import make_configuration, make_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    make_desk()
    make_configuration()
    return make_cast()


def keep(cast: Cast, name: str, query: str = "tag:x") -> SavedView:
    return save_view(asking=asking_of(cast.ada), name=name, query=query)


def names(cast: Cast) -> list[str]:
    return [view.label for view in rail(asking_of(cast.ada)).saved]


def test_a_view_is_kept_once_under_its_name(cast: Cast) -> None:
    assert keep(cast, "Mine", "tag:a").pk == keep(cast, " Mine ", "tag:b").pk
    assert SavedView.objects.get().query == "tag:b"
    assert names(cast) == ["Mine"]


def test_a_view_that_nobody_could_read_is_refused(cast: Cast) -> None:
    with pytest.raises(QueryRefused):
        keep(cast, "Broken", "is:opne")
    for name in ("", "  ", "x" * 81):
        with pytest.raises(Invalid):
            keep(cast, name)


def test_there_is_an_end_to_views(cast: Cast) -> None:
    for number in range(30):
        keep(cast, f"View {number}")
    with pytest.raises(Invalid, match="30 views"):
        keep(cast, "One more")


def test_views_are_renamed_ordered_and_deleted_by_their_owner_alone(cast: Cast) -> None:
    first, second = keep(cast, "First"), keep(cast, "Second")
    rename_view(actor=cast.ada, view_id=first.pk, name="Erste")
    with pytest.raises(Invalid, match="Another"):
        rename_view(actor=cast.ada, view_id=first.pk, name="Second")
    order_views(actor=cast.ada, order=[second.pk, 999])
    assert names(cast) == ["Second", "Erste"]
    for change in (rename_view, delete_view):
        with pytest.raises(NotFound):
            change(
                actor=cast.sam, view_id=first.pk, **({"name": "x"} if change is rename_view else {})
            )
    order_views(actor=cast.sam, order=[first.pk])
    delete_view(actor=cast.ada, view_id=first.pk)
    assert names(cast) == ["Second"]


def test_a_view_whose_words_are_gone_counts_nothing_and_breaks_nothing(cast: Cast) -> None:
    SavedView.objects.create(account_id=cast.ada.account_id, name="Old", query="type:gone")
    assert [view.count for view in rail(asking_of(cast.ada)).saved] == [0]


def test_a_deleted_view_can_be_brought_back(cast: Cast, client: Client) -> None:
    view = keep(cast, "Mine", "tag:a")
    make_ticket(department=cast.it, requester=cast.cy, tags=["a"], subject="tagged")
    sign_in(client, cast.ada)
    assert "tagged" in client.get(f"/queue/?view={view.pk}").content.decode()
    gone = client.post(f"/views/{view.pk}/removal/").content.decode()
    assert 'name="q" value="tag:a"' in gone
    assert client.get(f"/queue/?view={view.pk}").status_code == 404
    back = client.post("/views/", {"name": "Mine", "q": "tag:a"})
    assert "tagged" in client.get(back["Location"]).content.decode()


def test_the_pages_of_a_view(cast: Cast, client: Client) -> None:
    first, second = keep(cast, "First"), keep(cast, "Second")
    sign_in(client, cast.ada)
    assert client.get("/views/?q=tag:z").status_code == 200
    assert client.post("/views/", {"name": "", "q": "tag:z"}).status_code == 422
    assert client.post("/views/", {"name": "a", "q": "tag:"}).status_code == 422
    assert client.get(f"/views/{first.pk}/").status_code == 200
    assert client.post(f"/views/{first.pk}/", {"name": "Second"}).status_code == 422
    assert client.post(f"/views/{first.pk}/", {"name": "Third"}).status_code == 302
    client.post("/views/order/", {"view": second.pk, "down": "0"})
    assert names(cast) == ["Second", "Third"]
    client.post("/views/order/", {"view": second.pk, "down": "1"})
    assert names(cast) == ["Third", "Second"]
    sign_in(client, cast.sam)
    assert client.get(f"/views/{first.pk}/").status_code == 404
    assert client.post(f"/views/{first.pk}/removal/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_a_new_name_kept_in_two_windows_at_once_is_one_view(cast: Cast) -> None:
    ended = at_once(*[lambda query=query: keep(cast, "New", query) for query in ("tag:a", "tag:b")])

    assert [type(one) for one in ended] == [SavedView, SavedView]
    assert SavedView.objects.get().query in ("tag:a", "tag:b")


def test_a_view_that_another_window_kept_meanwhile_gets_the_new_query(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def outrun(column: str) -> Max:
        account = cast.ada.account_id
        SavedView.objects.create(account_id=account, name="New", query="tag:theirs")
        return Max(column)

    monkeypatch.setattr(viewing, "Max", outrun)

    assert keep(cast, "New", "tag:mine").query == "tag:mine"
    assert SavedView.objects.get().query == "tag:mine"


def test_the_server_tidies_tickets_often_so_that_an_index_alone_counts_them() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reloptions FROM pg_class WHERE relname = 'tickets_ticket'")
        (options,) = cursor.fetchone()
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'open_counted'")
        (index,) = cursor.fetchone()
    assert "autovacuum_vacuum_threshold=1000" in options
    assert "autovacuum_vacuum_scale_factor=0" in options
    for column in ("department_id", "turn", "phase", "assignee_id", "solve_due_at", "escalated_at"):
        assert column in index
