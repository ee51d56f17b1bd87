"""What letters say, over the API, for administrators."""

from typing import Any

import pytest

from otklik.mail.models import Outgoing, Template
from otklik.mail.tests.factories import make_sender
from otklik.mail.tests.post import address_of
from otklik.people.models import Account
from otklik.people.tests.factories import make_desk
from otklik.people.tests.program import Program, ask
from otklik.tickets.tests.desk import DeskAtWork, at_once

EVERYONE = ("root", "vi", "cora", "ada", "sam", "cy")
RECEIPT = "/templates/receipt/en"
OWN: dict[str, Any] = {"subject": "We have {number}", "body": "Hello {name}."}


@pytest.mark.parametrize("who", EVERYONE)
def test_templates_are_for_administrators(desk: DeskAtWork, who: str) -> None:
    make_desk()
    make_sender()
    actor = desk.cast.everyone[who]
    for method, path, body, status in (
        ("GET", "/templates", None, 200),
        ("GET", RECEIPT, None, 200),
        ("PUT", RECEIPT, OWN, 200),
        ("POST", f"{RECEIPT}/trial", None, 200),
        ("DELETE", RECEIPT, None, 204),
    ):
        expected = status if who == "root" else 404
        assert ask(actor, method, path, body)[0] == expected, (method, path)
    assert ask(desk.cast.root, "GET", RECEIPT, scopes=("tickets:write",))[0] == 403


def test_a_letter_says_the_desks_own_words_a_departments_and_again_ours(desk: DeskAtWork) -> None:
    make_desk()
    root, it = desk.cast.root, desk.cast.it.pk
    before = ask(root, "GET", RECEIPT)[1]
    assert (before["is_own"], before["is_sent"]) == (False, True)

    for _again in range(2):
        status, said = ask(root, "PUT", RECEIPT, OWN)
        assert (status, said["is_own"], said["subject"]) == (200, True, "We have {number}")
    theirs = ask(root, "GET", f"{RECEIPT}?department={it}")[1]
    assert (theirs["is_own"], theirs["subject"]) == (False, "We have {number}")
    quiet = {**OWN, "signature": "IT", "is_sent": False}
    theirs = ask(root, "PUT", f"{RECEIPT}?department={it}", quiet)[1]

    assert (theirs["is_own"], theirs["is_sent"], theirs["signature"]) == (True, False, "IT")
    assert theirs["department"]["id"] == it
    listed = ask(root, "GET", "/templates")[1]
    (row,) = [one for one in listed if (one["kind"], one["language"]) == ("receipt", "en")]
    assert (row["is_own"], row["departments"]) == (True, [it])
    assert {one["kind"] for one in listed} == set(Template.Kind.values)
    for _again in range(2):
        assert ask(root, "DELETE", RECEIPT)[0] == 204
    assert ask(root, "GET", RECEIPT)[1] == before
    assert Template.objects.get().department_id == it


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        (RECEIPT, {**OWN, "subject": " "}, "subject"),
        (RECEIPT, {**OWN, "subject": "x" * 201}, "subject"),
        (RECEIPT, {**OWN, "body": "{nonsense}"}, "body"),
        (RECEIPT, {"subject": "x"}, "body"),
        (RECEIPT, {**OWN, "is_sent": "no"}, "is_sent"),
        ("/templates/reply/en", OWN, "body"),
        (f"{RECEIPT}?department=x", OWN, "department"),
    ],
)
def test_what_cannot_be_said_is_named(
    desk: DeskAtWork, path: str, body: dict[str, Any], field: str
) -> None:
    make_desk()
    status, said = ask(desk.cast.root, "PUT", path, body)

    assert (status, said["errors"][0]["field"]) == (422, field)
    assert not Template.objects.exists()


@pytest.mark.parametrize(
    "path", ["/templates/nothing/en", "/templates/receipt/xx", f"{RECEIPT}?department=999999"]
)
def test_a_letter_that_there_is_not_is_not_found(desk: DeskAtWork, path: str) -> None:
    make_desk()
    root = desk.cast.root
    where, _mark, query = path.partition("?")
    for method, address, body in (
        ("GET", path, None),
        ("PUT", path, OWN),
        ("DELETE", path, None),
        ("POST", f"{where}/trial?{query}", None),
    ):
        assert ask(root, method, address, body)[0] == 404, method


def test_a_change_of_other_words_than_were_read_is_refused(desk: DeskAtWork) -> None:
    make_desk()
    root = Program(desk.cast.root)
    tag = root.get(RECEIPT)["ETag"]

    first = root.put(RECEIPT, OWN, {"If-Match": tag})
    second = root.put(RECEIPT, {**OWN, "subject": "Other"}, {"If-Match": tag})

    assert (first.status_code, second.status_code) == (200, 412)
    assert root.get(RECEIPT)["ETag"] == first["ETag"] != tag
    assert Template.objects.get().subject == OWN["subject"]


def test_a_trial_goes_to_ones_own_address_and_needs_a_server(desk: DeskAtWork) -> None:
    make_desk()
    root = desk.cast.root
    assert ask(root, "POST", f"{RECEIPT}/trial")[0] == 409
    make_sender()

    status, said = ask(root, "POST", f"{RECEIPT}/trial")

    assert (status, said["kind"], said["state"]) == (200, "test", "waiting")
    assert said["recipient"] == address_of(root)
    assert Outgoing.objects.get().pk == said["id"]


def test_two_who_say_it_at_once_leave_one_of_both(open_desk: DeskAtWork) -> None:
    make_desk()
    root = open_desk.cast.root
    said = [{**OWN, "subject": one} for one in ("One", "Two", "Three")]

    done: list[Any] = at_once(
        *[lambda body=body: ask(root, "PUT", RECEIPT, body)[0] for body in said]
    )

    assert done == [200, 200, 200]
    assert Template.objects.get().subject in {"One", "Two", "Three"}


def test_a_repeated_trial_is_told_again_only_to_an_administrator(desk: DeskAtWork) -> None:
    make_desk()
    make_sender()
    program, once = Program(desk.cast.root), {"Idempotency-Key": "one"}

    first = program.post(f"{RECEIPT}/trial", None, once)
    assert program.post(f"{RECEIPT}/trial", None, once).json() == first.json()
    assert Outgoing.objects.count() == 1
    Account.objects.filter(pk=desk.cast.root.account_id).update(is_administrator=False)

    assert program.post(f"{RECEIPT}/trial", None, once).status_code == 404
