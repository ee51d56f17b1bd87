"""What a department says of letters, for those who have chosen nothing themselves."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from typing_extensions import Unpack

from otklik.core import clock
from otklik.mail.models import Sender
from otklik.mail.tests.factories import make_sender
from otklik.notifications.actions import tell_waiting_news
from otklik.notifications.actions.choosing import (
    LetterChanges,
    choose_for_department,
    choose_letters,
)
from otklik.notifications.models import DepartmentLetters, LetterChoice
from otklik.notifications.tests.written import begin_afresh, names, told
from otklik.people.models import Actor, Membership, Role
from otklik.people.tests.factories import sign_in
from otklik.people.tests.program import Program
from otklik.tickets.tests.desk import DeskAtWork

pytestmark = pytest.mark.django_db

MORNING = datetime(2026, 11, 18, 9, 20, tzinfo=UTC)  # a Wednesday
FIELDS = {"kinds": ["assigned"], "rhythm": "hourly", "daily_hour": "8"}


@pytest.fixture(autouse=True)
def sender(db: None) -> Sender:
    return make_sender()


@pytest.fixture(autouse=True)
def at_nine() -> Iterator[None]:
    with clock.moved_to(MORNING):
        yield


def say(desk: DeskAtWork, **changes: Unpack[LetterChanges]) -> None:
    changes.setdefault("kinds", [])
    choose_for_department(
        actor=desk.cast.root,
        department_id=desk.cast.it.pk,
        changes=changes,
    )


def test_it_holds_for_who_has_chosen_nothing(desk: DeskAtWork) -> None:
    choose_letters(actor=desk.cast.vi, changes={"kinds": ["new_ticket"]})
    say(desk)
    desk.opened("Printer", "It jams.")
    assert names(told()) == ["vi"]


def test_it_says_when_as_well(desk: DeskAtWork) -> None:
    say(desk, kinds=["new_ticket"], rhythm="hourly")
    desk.opened("Printer", "It jams.")
    assert told() == []
    with clock.moved_to(MORNING + timedelta(minutes=40)):
        assert names(told()) == ["ada", "cora", "vi"]


def test_what_waits_goes_by_what_is_said_now(desk: DeskAtWork) -> None:
    say(desk, kinds=["new_ticket"], rhythm="daily", daily_hour=7)
    desk.opened("Printer", "It jams.")
    assert told() == []
    say(desk, kinds=["new_ticket"], rhythm="at_once")
    assert names(told()) == ["ada", "cora", "vi"]


def test_of_several_departments_the_first_that_says_anything_is_heard(desk: DeskAtWork) -> None:
    ada, hr = desk.cast.ada, desk.cast.hr
    Membership.objects.create(person_id=ada.person_id, department=hr, role=Role.AGENT)
    root = desk.cast.root
    choose_for_department(actor=root, department_id=hr.pk, changes={"kinds": []})
    desk.opened("Printer", "It jams.")
    assert names(told()) == ["cora", "vi"]
    say(desk, kinds=["new_ticket"])
    begin_afresh()
    desk.opened("Scanner", "It hums.")
    assert names(told()) == ["ada", "cora", "vi"]


def test_a_silent_mailbox_is_not_for_departments_to_say(desk: DeskAtWork) -> None:
    root = desk.cast.root
    Membership.objects.create(person_id=root.person_id, department=desk.cast.it, role=Role.AGENT)
    say(desk)
    kinds = Program(root).get("/notifications/letters").json()["kinds"]
    assert kinds == ["silent"]


def test_it_costs_one_statement_however_many_hear(desk: DeskAtWork) -> None:
    def statements() -> int:
        desk.opened("Printer", "It jams.")
        with CaptureQueriesContext(connection) as asked:
            tell_waiting_news()
        return len(asked)

    statements()
    before = statements()
    say(desk, kinds=["new_ticket"])
    assert statements() == before


def test_one_sees_whose_word_holds_and_goes_back_to_it(desk: DeskAtWork, client: Client) -> None:
    sign_in(client, desk.cast.ada)
    assert "for all who have chosen nothing" not in client.get("/me/").text
    say(desk, kinds=["assigned"], rhythm="hourly")
    assert "for all who have chosen nothing" in client.get("/me/").text
    own = {"is_wanted": "on", "kinds": ["note"], "rhythm": "daily", "daily_hour": "7"}
    assert client.post("/me/letters/", own).status_code == 302
    assert "You have chosen this yourself." in client.get("/me/").text
    for _again in range(2):
        assert client.post("/me/letters/as-department/").status_code == 302
    assert not LetterChoice.objects.exists()
    said = Program(desk.cast.ada).get("/notifications/letters").json()
    assert (said["kinds"], said["rhythm"]) == (["assigned"], "hourly")


def test_an_administrator_says_it_and_takes_it_back(desk: DeskAtWork, client: Client) -> None:
    sign_in(client, desk.cast.root)
    place = f"/setup/departments/{desk.cast.it.pk}/"
    assert "as in the whole desk" in client.get(place).text
    page = client.get(f"{place}letters/").text
    assert re.search('value="new_ticket"[^>]* checked', page)
    assert 'value="silent"' not in page
    assert client.post(f"{place}letters/", FIELDS).status_code == 302
    said = DepartmentLetters.objects.get()
    assert (said.department_id, said.kinds, said.rhythm) == (
        desk.cast.it.pk,
        ["assigned"],
        "hourly",
    )
    assert "This department says" in client.get(place).text
    for _again in range(2):
        assert client.post(f"{place}letters/removal/").status_code == 302
    assert not DepartmentLetters.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"kinds": ["silent"]}, "kinds"),
        ({"rhythm": "never"}, "rhythm"),
        ({"daily_hour": "24"}, "daily_hour"),
        ({"quiet_from": "5", "quiet_until": "5"}, "end at another hour"),
        ({"quiet_from": "5"}, "or neither"),
    ],
)
def test_what_is_not_offered_is_refused_and_what_was_typed_stays(
    desk: DeskAtWork, client: Client, wrong: dict[str, Any], words: str
) -> None:
    sign_in(client, desk.cast.root)
    refused = client.post(f"/setup/departments/{desk.cast.it.pk}/letters/", {**FIELDS, **wrong})
    assert refused.status_code == 422
    assert words in refused.text
    assert 'value="hourly" selected' in refused.text or "rhythm" in wrong
    assert not DepartmentLetters.objects.exists()


@pytest.mark.parametrize(
    ("name", "answer"), [("ada", 403), ("vi", 403), ("cora", 403), ("sam", 403), ("cy", 404)]
)
def test_others_say_nothing(desk: DeskAtWork, client: Client, name: str, answer: int) -> None:
    actor: Actor = desk.cast.everyone[name]
    sign_in(client, actor)
    place = f"/setup/departments/{desk.cast.it.pk}/letters/"
    assert client.get(place).status_code == 404
    assert client.post(place, FIELDS).status_code == 404
    assert client.post(f"{place}removal/").status_code == 404
    program, api = Program(actor), f"/departments/{desk.cast.it.pk}/letters"
    assert program.get(api).status_code == answer
    assert program.patch(api, {"rhythm": "daily"}).status_code == answer
    assert program.send("DELETE", api).status_code == answer
    assert not DepartmentLetters.objects.exists()


def test_programs_read_say_and_take_it_back(desk: DeskAtWork) -> None:
    program, place = Program(desk.cast.root), f"/departments/{desk.cast.it.pk}/letters"
    before = program.get(place)
    assert (before.json()["is_said"], before.json()["rhythm"]) == (False, "at_once")
    body = {"kinds": ["note"], "quiet_from": 20, "quiet_until": 7}
    changed = program.patch(place, body, {"If-Match": before["ETag"]})
    assert changed.json()["is_said"]
    assert changed.json()["kinds"] == ["note"]
    assert program.patch(place, {}, {"If-Match": before["ETag"]}).status_code == 412
    refused = program.patch(place, {"quiet_from": None})
    assert refused.json()["errors"][0]["field"] == "quiet_until"
    assert program.send("DELETE", place).json() == before.json()
    assert program.get("/departments/999999/letters").status_code == 404


def test_a_program_forgets_what_was_chosen(desk: DeskAtWork) -> None:
    program = Program(desk.cast.ada)
    before = program.get("/notifications/letters").json()
    program.patch("/notifications/letters", {"rhythm": "daily", "is_wanted": False})
    after = program.send("DELETE", "/notifications/letters").json()
    assert after == {**before, "is_wanted": False}
