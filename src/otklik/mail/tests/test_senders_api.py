"""By which servers the desk writes, over the API: for administrators, and no secret comes out."""

from typing import Any

import pytest
from django.db import IntegrityError

from otklik.core.post.signing import made_key
from otklik.core.post.tests.scripted import scripted
from otklik.core.secrecy import reveal
from otklik.mail.actions.outbox.handing import send_waiting
from otklik.mail.models import Sender
from otklik.mail.tests.factories import make_sender
from otklik.mail.tests.test_outbox import replied
from otklik.people.models import Account
from otklik.people.tests.program import Program, ask
from otklik.tickets.tests.desk import DeskAtWork, at_once

EVERYONE = ("root", "vi", "cora", "ada", "sam", "cy")
PASSWORD = "a secret of the desk"
CLIENT_SECRET = "a secret of the client"
BODY: dict[str, Any] = {
    "name": "IT",
    "address": "Support@Acme.example",
    "host": "smtp.acme.example",
    "login": "desk",
    "password": PASSWORD,
}
OAUTH: dict[str, Any] = {
    "way": "oauth2",
    "token_url": "https://login.acme.example/token",
    "client_id": "desk",
    "client_secret": CLIENT_SECRET,
}


@pytest.mark.parametrize("who", EVERYONE)
def test_senders_are_for_administrators(desk: DeskAtWork, who: str) -> None:
    sender = make_sender()
    actor, path = desk.cast.everyone[who], f"/senders/{sender.pk}"
    own = {**BODY, "department": desk.cast.it.pk}
    for method, where, body, status in (
        ("GET", "/senders", None, 200),
        ("GET", path, None, 200),
        ("POST", "/senders", own, 201),
        ("PATCH", path, {"name": "Other"}, 200),
        ("POST", f"{path}/trial", None, 200),
        ("DELETE", path, None, 204),
    ):
        expected = status if who == "root" else 404
        assert ask(actor, method, where, body)[0] == expected, (method, where)
    assert Sender.objects.filter(name="Acme Support").exists() == (who != "root")


def test_a_sender_is_added_changed_and_removed_and_says_no_secret(desk: DeskAtWork) -> None:
    root = Program(desk.cast.root)
    key = made_key()
    signing = {"dkim_selector": "Mail", "dkim_key": key}

    added = root.post("/senders", {**BODY, **OAUTH, **signing, "department": desk.cast.it.pk})
    made = added.json()
    path = f"/senders/{made['id']}"
    changed = root.patch(path, {"port": 587, "security": "starttls", "password": ""})
    listed, read = root.get("/senders"), root.get(path)

    assert (added.status_code, added["Location"]) == (201, f"/api/v1{path}")
    assert (made["address"], made["department"]["id"]) == (
        "support@acme.example",
        desk.cast.it.pk,
    )
    assert made["has_password"] is made["has_client_secret"] is True
    assert made["dkim_record"]["name"] == "mail._domainkey.acme.example"
    assert made["dkim_record"]["text"].startswith("v=DKIM1; k=rsa; p=")
    assert (changed.json()["port"], changed.json()["version"]) == (587, 2)
    assert listed.json() == [changed.json()] == [read.json()]
    kept = Sender.objects.get()
    assert reveal(kept.secret, "sender") == PASSWORD
    for answer in (added, changed, listed, read):
        for secret in (PASSWORD, CLIENT_SECRET, "PRIVATE KEY", key.split("\n")[1]):
            assert secret not in answer.content.decode()
    assert root.patch(path, {"login": "", "way": "password"}).json()["has_password"] is False
    assert root.patch(path, {"dkim_selector": ""}).json()["dkim_record"] is None
    assert root.delete(path).status_code == 204
    assert root.delete(path).status_code == root.get(path).status_code == 404


def test_what_is_left_out_stays_and_the_department_can_be_all(desk: DeskAtWork) -> None:
    root = desk.cast.root
    made = ask(root, "POST", "/senders", {**BODY, "department": desk.cast.it.pk})[1]
    path = f"/senders/{made['id']}"

    assert ask(root, "PATCH", path, {"name": "Help"})[1]["department"]["id"] == desk.cast.it.pk
    assert ask(root, "PATCH", path, {"port": None})[1]["port"] == made["port"]
    assert ask(root, "PATCH", path, {"department": None})[1]["department"] is None
    assert ask(root, "POST", "/senders", BODY)[0] == 409


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": ""}, "name"),
        ({"address": "Cy <cy@a.example>"}, "address"),
        ({"host": "smtp.a.example:25"}, "host"),
        ({"port": 0}, "port"),
        ({"port": "465"}, "port"),
        ({"security": "none"}, "login"),
        ({"security": "ssl"}, "security"),
        ({"authority": "x"}, "authority"),
        ({"dkim_selector": "a b"}, "dkim_selector"),
        ({"dkim_selector": "a", "dkim_key": "x"}, "dkim_key"),
        ({"department": 10**9}, "department"),
        ({"way": "oauth2"}, "token_url"),
        ({"secret": "x"}, "secret"),
    ],
)
def test_what_cannot_be_is_named_as_it_was_sent(
    desk: DeskAtWork, body: dict[str, Any], field: str
) -> None:
    status, said = ask(desk.cast.root, "POST", "/senders", BODY | body)

    assert status == 422
    assert field in [one["field"] for one in said["errors"]]
    assert not Sender.objects.exists()


def test_only_the_whole_scope_says_by_which_server_the_desk_writes(desk: DeskAtWork) -> None:
    sender, root = make_sender(), desk.cast.root
    path, scopes = f"/senders/{sender.pk}", ("configuration:write",)

    assert ask(root, "GET", path, scopes=scopes)[0] == 200
    assert ask(root, "GET", path, scopes=("tickets:read",))[0] == 403
    assert ask(root, "PATCH", path, {"host": "evil.example"}, scopes=scopes)[0] == 403
    own = {**BODY, "department": desk.cast.it.pk}
    assert ask(root, "POST", "/senders", own, scopes=scopes)[0] == 403
    sender.refresh_from_db()
    assert sender.host == "127.0.0.1"


def test_a_change_from_another_version_is_refused(desk: DeskAtWork) -> None:
    sender, root = make_sender(), Program(desk.cast.root)
    path = f"/senders/{sender.pk}"
    tag = root.get(path)["ETag"]

    first = root.patch(path, {"name": "First"}, {"If-Match": tag})
    second = root.patch(path, {"name": "Second"}, {"If-Match": tag})

    assert (first.status_code, second.status_code) == (200, 412)
    assert root.get(path).json()["name"] == "First"
    assert root.get(path)["ETag"] == first["ETag"] != tag


def test_a_sender_by_which_letters_went_is_not_removed(desk: DeskAtWork) -> None:
    with scripted() as server:
        sender = make_sender(port=server.port)
        replied(desk)
        send_waiting(sender_id=sender.pk)
    path = f"/senders/{sender.pk}"

    assert ask(desk.cast.root, "DELETE", path)[0] == 409
    said = ask(desk.cast.root, "PATCH", path, {"is_active": False})[1]
    assert said["is_active"] is False
    assert said["health"]["last_accepted_at"]


def test_a_trial_says_how_it_went_and_sends_nothing(desk: DeskAtWork) -> None:
    with scripted() as server:
        sender = make_sender(port=server.port)
        path = f"/senders/{sender.pk}/trial"
        status, well = ask(desk.cast.root, "POST", path)
    with scripted({"MAIL": "550 5.7.1 not from you"}) as refusing:
        Sender.objects.update(port=refusing.port)
        ill = ask(desk.cast.root, "POST", path)[1]

    assert (status, well["is_well"]) == (200, True)
    assert not server.letters
    assert (ill["is_well"], "not from you" in ill["answer"]) == (False, True)
    assert ill["said"]


def test_two_who_add_a_sender_for_the_same_at_once_add_one(open_desk: DeskAtWork) -> None:
    root = open_desk.cast.root

    done: list[Any] = at_once(
        *[lambda: ask(root, "POST", "/senders", BODY)[0] for _who in range(3)]
    )

    assert sorted(done) == [201, 409, 409]
    assert Sender.objects.count() == 1


def test_what_else_the_database_refuses_is_no_conflict(
    desk: DeskAtWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_sender: Sender) -> None:
        raise IntegrityError("something else")

    monkeypatch.setattr(Sender, "save", refuse)

    with pytest.raises(IntegrityError):
        ask(desk.cast.root, "POST", "/senders", BODY)


def test_a_repeated_change_is_told_again_only_to_an_administrator(desk: DeskAtWork) -> None:
    program, once = Program(desk.cast.root), {"Idempotency-Key": "one"}

    first = program.post("/senders", BODY, once)
    again = program.post("/senders", BODY, once)
    assert (again.status_code, again.json()) == (201, first.json())
    assert Sender.objects.count() == 1
    Account.objects.filter(pk=desk.cast.root.account_id).update(is_administrator=False)

    assert program.post("/senders", BODY, once).status_code == 404


def test_a_key_that_can_no_longer_be_read_has_nothing_to_publish(desk: DeskAtWork) -> None:
    sender = make_sender(dkim_selector="mail", dkim_key=b"hidden by another key")

    status, said = ask(desk.cast.root, "GET", f"/senders/{sender.pk}")

    assert (status, said["dkim_selector"], said["dkim_record"]) == (200, "mail", None)
