"""Mailboxes in the set-up: who keeps them, what is refused, and that no secret comes out."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client
from django.utils import translation

from otklik.core import clock
from otklik.core.errors import Conflict, Invalid, NotAllowed, NotFound
from otklik.core.events import Event
from otklik.core.post.trouble import Kind, Trouble
from otklik.core.secrecy import reveal
from otklik.mail.actions.fetching import (
    FOR_CLIENT,
    FOR_MAILBOX,
    At,
    begin_folder,
    note_contact,
    note_gaps,
    note_trouble,
    tell_of_silent_mailboxes,
)
from otklik.mail.actions.intake.receiving import Arrival, receive
from otklik.mail.actions.setting_up.mailboxes import (
    MailboxFields,
    add_mailbox,
    change_mailbox,
    remove_mailbox,
    turn_mailbox,
)
from otklik.mail.events import MailboxSilent
from otklik.mail.forms.mailboxes import values_of
from otklik.mail.models import Letter, Mailbox, SpamMemory
from otklik.mail.selectors.fetching import known_uids
from otklik.mail.selectors.mailboxes import mailbox_row
from otklik.mail.tests.factories import make_mailbox
from otklik.people.models import Actor
from otklik.people.tests.factories import sign_in
from otklik.people.tests.program import ask
from otklik.tickets.tests.desk import DeskAtWork

PASSWORD = "a password nobody may see"


def fields(desk: DeskAtWork, **more: Any) -> MailboxFields:
    given: dict[str, Any] = {
        "name": "Support",
        "addresses": ["Help@Desk.Example"],
        "department_id": desk.cast.it.pk,
        "language": "en",
        "kind": "imap",
        "host": "imap.desk.example",
        "login": "help",
        "secret": PASSWORD,
    }
    return given | more  # type: ignore[return-value]  # wrong ones too


def typed(desk: DeskAtWork, **more: Any) -> dict[str, Any]:
    """Return what a browser posts."""
    mailbox = Mailbox(department=desk.cast.it, addresses=["help@desk.example"], kind="imap")
    shown = values_of(mailbox) | {"port": "", "name": "Support", "host": "localhost"}
    given = shown | {"login": "help", "secret": PASSWORD, "client_secret": ""} | more
    return {name: value for name, value in given.items() if value is not False}


def test_a_mailbox_is_added_with_the_usual_port_and_its_secret_hidden(desk: DeskAtWork) -> None:
    made = add_mailbox(actor=desk.cast.root, fields=fields(desk, client_secret="cs"))

    made.refresh_from_db()
    assert (made.port, made.security, made.addresses) == (993, "tls", ["help@desk.example"])
    assert PASSWORD.encode() not in bytes(made.secret)
    assert reveal(made.secret, FOR_MAILBOX) == PASSWORD
    assert reveal(made.client_secret, FOR_CLIENT) == "cs"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"addresses": []}, "addresses"),
        ({"addresses": ["nonsense"]}, "addresses"),
        ({"addresses": [f"a{number}@desk.example" for number in range(51)]}, "addresses"),
        ({"department_id": 10**9}, "department_id"),
        ({"language": "xx"}, "language"),
        ({"kind": "carrier pigeon"}, "kind"),
        ({"host": ""}, "host"),
        ({"host": "https://imap.desk.example/"}, "host"),
        ({"host": "💌.example"}, "host"),
        ({"port": 0}, "port"),
        ({"port": 65536}, "port"),
        ({"security": "some"}, "security"),
        ({"login": ""}, "login"),
        ({"secret": ""}, "secret"),
        ({"secret": "two\nlines"}, "secret"),
        ({"way": "oauth2"}, "token_url"),
        ({"way": "oauth2", "token_url": "http://provider.example/token"}, "token_url"),
        ({"way": "oauth2", "token_url": "https://[broken"}, "token_url"),
        ({"taken": "moved"}, "target"),
        ({"taken": "moved", "target": "INBOX"}, "target"),
        ({"taken": "burnt"}, "taken"),
        ({"kind": "pop3", "taken": "seen"}, "taken"),
        ({"takes_old": "perhaps"}, "takes_old"),
        ({"silent_minutes": 4}, "silent_minutes"),
        ({"spam_filter": "drop"}, "spam_filter"),
        ({"spam_threshold": 50}, "spam_threshold"),
        ({"spam_threshold": 101}, "spam_threshold"),
        ({"spam_threshold": "95"}, "spam_threshold"),
    ],
)
def test_a_wrong_value_is_named(desk: DeskAtWork, wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        add_mailbox(actor=desk.cast.root, fields=fields(desk, **wrong))

    assert field in refused.value.fields
    assert not Mailbox.objects.exists()


def test_two_mailboxes_share_neither_name_nor_address(desk: DeskAtWork) -> None:
    add_mailbox(actor=desk.cast.root, fields=fields(desk))

    for more, field in (
        ({"addresses": ["other@desk.example"]}, "name"),
        ({"name": "Other"}, "addresses"),
    ):
        with pytest.raises(Invalid) as refused:
            add_mailbox(actor=desk.cast.root, fields=fields(desk, **more))
        assert set(refused.value.fields) == {field}


def test_an_empty_secret_keeps_the_one_that_is_there(desk: DeskAtWork) -> None:
    made = add_mailbox(actor=desk.cast.root, fields=fields(desk))

    changed = change_mailbox(
        actor=desk.cast.root, mailbox_id=made.pk, changes={"name": "Help", "secret": ""}
    )

    assert reveal(changed.secret, FOR_MAILBOX) == PASSWORD
    assert (changed.name, changed.version) == ("Help", 2)


def test_another_server_is_begun_anew_and_old_trouble_forgotten(desk: DeskAtWork) -> None:
    made = add_mailbox(actor=desk.cast.root, fields=fields(desk))
    Mailbox.objects.filter(pk=made.pk).update(uidvalidity=7, highest_uid=99)
    note_trouble(mailbox=At.of(made), trouble=Trouble(Kind.LOGIN, "imap.desk.example"))

    renamed = change_mailbox(actor=desk.cast.root, mailbox_id=made.pk, changes={"name": "Help"})
    assert (renamed.uidvalidity, renamed.highest_uid, renamed.trouble) == (7, 99, {})
    moved = change_mailbox(actor=desk.cast.root, mailbox_id=made.pk, changes={"host": "b.example"})
    assert (moved.uidvalidity, moved.highest_uid) == (None, 0)


def test_numbers_of_another_server_are_not_taken_for_letters_of_this_one(desk: DeskAtWork) -> None:
    made = add_mailbox(actor=desk.cast.root, fields=fields(desk))
    receive(mailbox_id=made.pk, arrival=Arrival(raw=b"Subject: one\r\n\r\n", place=(1, 5)))
    change_mailbox(actor=desk.cast.root, mailbox_id=made.pk, changes={"name": "Help"})
    assert known_uids(made.pk, 1) == {5}
    change_mailbox(actor=desk.cast.root, mailbox_id=made.pk, changes={"host": "b.example"})
    assert known_uids(made.pk, 1) == set()
    assert Letter.objects.filter(mailbox=made).count() == 1


def test_who_still_fetches_from_the_old_server_writes_nothing_of_it(desk: DeskAtWork) -> None:
    made = add_mailbox(actor=desk.cast.root, fields=fields(desk))
    old = At.of(made)
    change_mailbox(actor=desk.cast.root, mailbox_id=made.pk, changes={"host": "b.example"})

    raw = b"Subject: one\r\n\r\n"
    receive(mailbox_id=made.pk, arrival=Arrival(raw=raw, place=(7, 5), version=old.version))
    begin_folder(mailbox=old, uidvalidity=7, uidnext=6)
    note_gaps(mailbox=old, found=1)
    note_contact(mailbox=old, waiting=3, highest_uid=5)
    note_trouble(mailbox=old, trouble=Trouble(Kind.LOGIN, "imap.desk.example"))

    now = Mailbox.objects.get(pk=made.pk)
    assert Letter.objects.filter(mailbox=made).count() == 1
    assert known_uids(made.pk, 7) == set()
    assert (now.uidvalidity, now.highest_uid, now.gaps_found, now.waiting) == (None, 0, 0, 0)
    assert (now.trouble, now.last_contact_at) == ({}, None)


def test_another_port_is_another_server(desk: DeskAtWork) -> None:
    made = add_mailbox(actor=desk.cast.root, fields=fields(desk))
    receive(mailbox_id=made.pk, arrival=Arrival(raw=b"Subject: one\r\n\r\n", place=(1, 5)))
    change_mailbox(actor=desk.cast.root, mailbox_id=made.pk, changes={"port": 1143})
    assert known_uids(made.pk, 1) == set()


def test_letters_that_are_too_large_are_told_of(client: Client, desk: DeskAtWork) -> None:
    made = make_mailbox(department=desk.cast.it)
    note_contact(mailbox=At.of(made), waiting=0, too_large=2)
    sign_in(client, desk.cast.root)
    said = "2 letters are larger than 50 MB and stay on the server"
    for address in ("/setup/mailboxes/", f"/setup/mailboxes/{made.pk}/"):
        assert said in client.get(address).content.decode()
    note_contact(mailbox=At.of(made), waiting=0)
    assert mailbox_row(actor=desk.cast.root, mailbox_id=made.pk).left_there == ""


def test_only_administrators_keep_mailboxes(desk: DeskAtWork) -> None:
    made = make_mailbox(department=desk.cast.it)
    for actor in (desk.cast.vi, desk.cast.ada, desk.cast.cy):
        with pytest.raises((NotAllowed, NotFound)):
            add_mailbox(actor=actor, fields=fields(desk))
        with pytest.raises((NotAllowed, NotFound)):
            change_mailbox(actor=actor, mailbox_id=made.pk, changes={"name": "X"})
        with pytest.raises((NotAllowed, NotFound)):
            turn_mailbox(actor=actor, mailbox_id=made.pk, is_active=False)
        with pytest.raises((NotAllowed, NotFound)):
            remove_mailbox(actor=actor, mailbox_id=made.pk)


def test_one_by_which_letters_came_rests_but_stays(desk: DeskAtWork) -> None:
    made = make_mailbox(department=desk.cast.it)
    Letter.objects.create(
        mailbox=made, sha256="0" * 64, size=1, received_at=clock.now(), due_at=clock.now()
    )

    with pytest.raises(Conflict):
        remove_mailbox(actor=desk.cast.root, mailbox_id=made.pk)
    resting = turn_mailbox(actor=desk.cast.root, mailbox_id=made.pk, is_active=False)
    assert (resting.is_active, resting.version) == (False, 2)
    again = turn_mailbox(actor=desk.cast.root, mailbox_id=made.pk, is_active=False)
    assert again.version == 2


@pytest.mark.parametrize(
    ("columns", "claim"),
    [
        ({"way": "pigeon"}, "mailbox_way_is_known"),
        ({"taken": "moved", "target": ""}, "mailbox_knows_what_becomes_of_letters"),
        ({"trouble": {"kind": "login"}}, "mailbox_has_its_trouble_since_a_moment"),
    ],
)
def test_the_database_refuses(desk: DeskAtWork, columns: dict[str, Any], claim: str) -> None:
    made = make_mailbox(department=desk.cast.it)
    with pytest.raises(IntegrityError, match=claim):
        Mailbox.objects.filter(pk=made.pk).update(**columns)


def test_silence_is_told_once_until_there_is_contact_again(
    desk: DeskAtWork, published: list[Event]
) -> None:
    long_ago = clock.now() - timedelta(hours=2)
    kept: dict[str, Any] = {"kind": "imap", "host": "h", "port": 1, "created_at": long_ago}
    silent = make_mailbox(department=desk.cast.it, **kept)
    make_mailbox(department=desk.cast.it, **kept, last_contact_at=clock.now())
    make_mailbox(department=desk.cast.it, **kept, is_active=False)
    make_mailbox(department=desk.cast.it, kind="imap", host="h", port=1)
    make_mailbox(department=desk.cast.it, created_at=long_ago)

    assert [tell_of_silent_mailboxes(), tell_of_silent_mailboxes()] == [1, 0]
    told = [event for event in published if isinstance(event, MailboxSilent)]
    assert [(event.mailbox_id, event.minutes) for event in told] == [(silent.pk, 120)]

    note_contact(mailbox=At.of(silent), waiting=0)
    Mailbox.objects.filter(pk=silent.pk).update(last_contact_at=long_ago)
    assert tell_of_silent_mailboxes() == 1


def test_a_page_adds_changes_and_never_shows_a_secret(desk: DeskAtWork, client: Client) -> None:
    sign_in(client, desk.cast.root)
    assert client.get("/setup/mailboxes/new/").status_code == 200
    added = client.post("/setup/mailboxes/new/", typed(desk))
    assert added.status_code == 302
    made = Mailbox.objects.get()
    note_trouble(mailbox=At.of(made), trouble=Trouble(Kind.HOST, "imap.nowhere.example"))

    for address in ("/setup/mailboxes/", f"/setup/mailboxes/{made.pk}/"):
        page = client.get(address).content.decode()
        assert PASSWORD not in page
        assert "There is no server named “imap.nowhere.example”" in page
    refused = client.post(f"/setup/mailboxes/{made.pk}/", typed(desk, name=""))
    assert refused.status_code == 422
    assert PASSWORD not in refused.content.decode()
    saved = client.post(f"/setup/mailboxes/{made.pk}/", typed(desk, name="Help", secret=""))
    assert saved.status_code == 302
    made.refresh_from_db()
    assert (made.name, reveal(made.secret, FOR_MAILBOX)) == ("Help", PASSWORD)


def test_the_page_sets_what_the_spam_filter_may_do_and_says_how_much_it_learned(
    desk: DeskAtWork, client: Client
) -> None:
    made = make_mailbox(department=desk.cast.it)
    assert (made.spam_filter, made.spam_threshold) == ("hold", 95)
    SpamMemory.objects.create(pk=1, spam=12, ham=34)
    sign_in(client, desk.cast.root)
    address = f"/setup/mailboxes/{made.pk}/"
    assert "spam: 12, no spam: 34" in client.get(address).content.decode()

    own = {"kind": "receiver", "addresses": made.addresses[0], "port": "1"}
    wrong = client.post(address, typed(desk, **own, spam_threshold="50"))
    right = client.post(address, typed(desk, **own, spam_threshold="51", spam_filter="show"))

    assert (wrong.status_code, right.status_code) == (422, 302)
    made.refresh_from_db()
    assert (made.spam_filter, made.spam_threshold) == ("show", 51)


def test_trying_says_what_is_wrong_and_saves_nothing(desk: DeskAtWork, client: Client) -> None:
    sign_in(client, desk.cast.root)

    tried = client.post("/setup/mailboxes/new/", typed(desk, port="1") | {"try": "1"})

    page = tried.content.decode()
    assert "Nothing listens on port 1 of localhost" in page
    assert PASSWORD not in page
    assert not Mailbox.objects.exists()


def test_two_administrators_at_one_mailbox_do_not_undo_each_other(
    desk: DeskAtWork, client: Client
) -> None:
    made = add_mailbox(actor=desk.cast.root, fields=fields(desk, host="localhost"))
    sign_in(client, desk.cast.root)
    shown = json.dumps({"name": "Support", "folder": "INBOX"})
    change_mailbox(actor=desk.cast.root, mailbox_id=made.pk, changes={"folder": "Help"})

    body = typed(desk, name="Mine", secret="", shown=shown, port="993")
    assert client.post(f"/setup/mailboxes/{made.pk}/", body).status_code == 302

    made.refresh_from_db()
    assert (made.name, made.folder) == ("Mine", "Help")


def test_pages_let_a_mailbox_rest_and_go(desk: DeskAtWork, client: Client) -> None:
    made = make_mailbox(department=desk.cast.it)
    sign_in(client, desk.cast.root)

    for way, is_active in (("rest", False), ("work", True)):
        assert client.post(f"/setup/mailboxes/{made.pk}/{way}/").status_code == 302
        made.refresh_from_db()
        assert made.is_active == is_active
    assert client.post(f"/setup/mailboxes/{made.pk}/removal/").status_code == 302
    assert not Mailbox.objects.exists()


def test_pages_are_for_administrators(desk: DeskAtWork, client: Client) -> None:
    made = make_mailbox(department=desk.cast.it)
    for actor in (desk.cast.vi, desk.cast.ada, desk.cast.cy):
        sign_in(client, actor)
        for address in ("/setup/mailboxes/", f"/setup/mailboxes/{made.pk}/"):
            assert client.get(address).status_code in {403, 404}


def test_a_program_keeps_mailboxes_and_reads_no_secret(desk: DeskAtWork) -> None:
    root: Actor = desk.cast.root
    body = dict(fields(desk)) | {"department": desk.cast.it.pk}
    del body["department_id"]

    status, made = ask(root, "POST", "/mailboxes", body)
    assert (status, made["health"]["word"], made["has_secret"]) == (201, "new", True)
    assert PASSWORD not in json.dumps(made)
    path = f"/mailboxes/{made['id']}"
    assert (made["spam_filter"], made["spam_threshold"]) == ("hold", 95)
    changes = {"folder": "Help", "is_active": False, "spam_filter": "off", "spam_threshold": 80}
    status, changed = ask(root, "PATCH", path, changes)
    assert (changed["spam_filter"], changed["spam_threshold"]) == ("off", 80)
    assert ask(root, "PATCH", path, {"spam_threshold": 101})[0] == 422
    assert (status, changed["folder"], changed["health"]["word"]) == (200, "Help", "resting")
    assert ask(root, "GET", path)[1] == changed
    assert ask(root, "GET", "/mailboxes")[1] == [changed]
    assert ask(root, "POST", "/mailboxes", body | {"name": "B"})[0] == 422
    assert ask(root, "GET", path, scopes=("people:read",))[0] == 403
    assert ask(desk.cast.ada, "GET", path)[0] == 403
    ask(root, "PATCH", path, {"host": "localhost", "port": 1})
    tried = ask(root, "POST", f"{path}/trial")[1]
    assert (tried["is_well"], tried["letters"]) == (False, 0)
    assert "port 1 of localhost" in tried["trouble"]
    assert ask(root, "DELETE", path) == (204, None)


@pytest.mark.parametrize("language", ["en", "ru", "bg"])
@pytest.mark.parametrize("kind", list(Kind))
def test_each_trouble_is_one_sentence_that_names_what_it_is_about(
    kind: Kind, language: str
) -> None:
    trouble = Trouble(kind, "h.example", 993, "IMAP", "Help", "their words")
    with translation.override(language):
        sentence = Trouble.from_kept(trouble.kept()).sentence()

    assert sentence.endswith(".")
    assert "%(" not in sentence
    assert "()" not in sentence
    assert "\n" not in sentence
