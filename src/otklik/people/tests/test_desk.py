"""What holds for the whole desk."""

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Protocol

import pytest
from django.test import Client
from django.urls import reverse

from otklik.core import context
from otklik.core.errors import DomainError, Invalid, NotFound
from otklik.core.events import Event
from otklik.core.models import Desk
from otklik.people.actions.desk import MEGABYTE, DeskFields, change_desk
from otklik.people.events import DeskChanged
from otklik.people.tests.factories import Cast, make_desk, sign_in

pytestmark = pytest.mark.django_db


class Callbacks(Protocol):
    def __call__(self, *, execute: bool) -> AbstractContextManager[object]: ...


def test_the_administrator_alone_changes_the_desk(cast: Cast, published: list[Event]) -> None:
    make_desk()
    for name, actor in cast.everyone.items():
        try:
            change_desk(actor=actor, changes={"company": name})
            answer = "yes"
        except DomainError as error:
            answer = type(error).__name__
        assert answer == {"root": "yes", "cy": "NotFound"}.get(name, "NotAllowed")
    assert Desk.objects.get().company == "root"
    assert published == [DeskChanged()]


@pytest.mark.parametrize(
    "changes",
    [
        {"company": ""},
        {"languages": []},
        {"languages": ["de"]},
        {"time_zone": "Mars"},
        {"message_limit": 0},
        {"message_limit": 50_001},
        {"file_limit": MEGABYTE - 1},
        {"file_limit": 2**60},
        {"customer_file_limit": 1},
        {"customer_file_limit": 2**60},
        {"hue": -1},
        {"hue": 360},
    ],
)
def test_a_wrong_value_is_named(cast: Cast, changes: DeskFields) -> None:
    make_desk()
    with pytest.raises(Invalid) as caught:
        change_desk(actor=cast.root, changes=changes)
    assert list(caught.value.fields) == list(changes)


def test_there_is_nothing_to_change_before_there_is_a_desk(cast: Cast, client: Client) -> None:
    with pytest.raises(NotFound):
        change_desk(actor=cast.root, changes={})
    sign_in(client, cast.root)
    assert client.get(reverse("setup_desk")).status_code == 404


def test_the_page_changes_the_desk(cast: Cast, client: Client) -> None:
    make_desk()
    sign_in(client, cast.root)
    assert client.get(reverse("setup_desk")).status_code == 200
    values = {
        "company": "Ромашка",
        "language": "bg",
        "languages": ["en", "bg"],
        "time_zone": "Europe/Sofia",
        "message_limit": "4000",
        "file_limit": "20",
        "hue": "140",
    }
    assert client.post(reverse("setup_desk"), values).status_code == 302
    desk = Desk.objects.get()
    assert (desk.languages, desk.message_limit) == (["bg", "en"], 4000)
    assert (desk.file_limit, desk.customer_file_limit) == (20 * MEGABYTE, None)
    smaller = values | {"customer_file_limit": "5"}
    assert client.post(reverse("setup_desk"), smaller).status_code == 302
    assert Desk.objects.get().customer_file_limit == 5 * MEGABYTE
    for wrong in (
        {"file_limit": "0"},
        {"customer_file_limit": "-1"},
        {"message_limit": "x"},
        {"company": ""},
        {"hue": "360"},
    ):
        assert client.post(reverse("setup_desk"), values | wrong).status_code == 422
    sign_in(client, cast.ada)
    assert client.get(reverse("setup_desk")).status_code == 404


@pytest.fixture
def _known_anew() -> Iterator[None]:
    context.forget()
    yield
    context.forget()


@pytest.mark.usefixtures("_known_anew")
def test_every_page_wears_the_desks_accent_and_its_change_can_be_undone(
    cast: Cast, client: Client, django_capture_on_commit_callbacks: Callbacks
) -> None:
    before = make_desk(languages=["ru", "bg"])
    sign_in(client, cast.root)
    page = client.get(reverse("setup_desk")).content.decode()
    assert "/desk.css" not in page

    values = {"company": "Ромашка", "language": "bg", "languages": ["bg"], "hue": "0"}
    values |= {"time_zone": "UTC", "message_limit": "4000", "file_limit": "20"}
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("setup_desk"), values)
    page = client.get(reverse("setup_desk")).content.decode()
    assert '<link rel="stylesheet" href="/desk.css?hue=0">' in page
    assert "/desk.css?hue=0" in Client().get(reverse("sign_in")).content.decode()

    undo = page.partition('id="undo"')[2].partition("</form>")[0]
    fields = dict[str, list[str]]()
    for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', undo):
        fields.setdefault(name, []).append(value)
    assert client.post(reverse("setup_desk"), fields).status_code == 302
    after = Desk.objects.get()
    assert (after.company, after.languages, after.hue) == ("Acme", ["ru", "bg"], before.hue)
