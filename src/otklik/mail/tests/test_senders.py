"""Setting up by which server the desk writes."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from otklik.core.errors import Conflict, Invalid, NotFound
from otklik.core.post.sending import NotOpened, Step
from otklik.core.post.signing import made_key
from otklik.core.post.tests.scripted import CUT, scripted
from otklik.core.secrecy import reveal
from otklik.mail.actions.outbox.handing import send_waiting, server_of
from otklik.mail.actions.setting_up.senders import (
    SenderFields,
    add_sender,
    change_sender,
    remove_sender,
    try_sender,
)
from otklik.mail.models import Sender
from otklik.mail.selectors.advice import advice
from otklik.mail.tests.factories import make_sender
from otklik.mail.tests.test_outbox import replied
from otklik.people.tests.factories import sign_in
from otklik.tickets.tests.desk import DeskAtWork, at_once

FIELDS: SenderFields = {
    "department_id": None,
    "name": "IT",
    "address": "Support@Acme.example",
    "host": "smtp.acme.example",
    "port": 465,
    "security": "tls",
    "login": "desk",
    "password": "a secret of the desk",
    "authority": "",
    "dkim_selector": "",
    "dkim_key": "",
}
POST = {**FIELDS, "department_id": "", "has_plus": "on", "is_active": "on", "way": "password"}
PAGES = ("/setup/senders/", "/setup/senders/new/", "/setup/senders/{pk}/")


@pytest.mark.parametrize("who", ["root", "vi", "cora", "ada", "sam", "cy"])
def test_the_pages_are_for_administrators(client: Client, desk: DeskAtWork, who: str) -> None:
    sender = make_sender()
    sign_in(client, desk.cast.everyone[who])
    for page in PAGES:
        status = client.get(page.format(pk=sender.pk)).status_code
        assert status == (200 if who == "root" else 404), page
    for deed in ("trial", "removal"):
        status = client.post(f"/setup/senders/{sender.pk}/{deed}/").status_code
        assert (status == 404) == (who != "root")


def test_a_sender_is_added_and_its_password_never_shown_again(
    client: Client, desk: DeskAtWork
) -> None:
    sign_in(client, desk.cast.root)
    answer = client.post("/setup/senders/new/", POST)
    sender = Sender.objects.get()
    assert answer.headers["Location"] == f"/setup/senders/{sender.pk}/"
    assert sender.address == "support@acme.example"
    assert reveal(sender.secret, "sender") == "a secret of the desk"
    assert b"a secret" not in bytes(sender.secret)
    for page in PAGES:
        assert "a secret" not in client.get(page.format(pk=sender.pk)).content.decode()


def test_an_empty_password_leaves_it_and_no_login_forgets_it(desk: DeskAtWork) -> None:
    sender = add_sender(actor=desk.cast.root, fields=FIELDS)
    change_sender(actor=desk.cast.root, sender_id=sender.pk, changes={"password": "", "port": 587})
    sender.refresh_from_db()
    assert server_of(sender).password == "a secret of the desk"
    change_sender(actor=desk.cast.root, sender_id=sender.pk, changes={"login": ""})
    sender.refresh_from_db()
    assert bytes(sender.secret) == b""


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("name", ""), ("address", "no address"), ("address", "Cy <cy@a.example>")),
        *(
            ("host", ""),
            ("host", "smtp.a.example:25"),
            ("host", "https://a"),
            ("host", "💌.example"),
        ),
        ("port", 0),
        *(("port", 70000), ("security", "none"), ("security", "ssl"), ("authority", "x")),
        *(("dkim_selector", "a b"), ("dkim_selector", "ключ"), ("department_id", 10**9)),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(desk: DeskAtWork, field: str, value: Any) -> None:
    with pytest.raises(Invalid) as caught:
        add_sender(actor=desk.cast.root, fields={**FIELDS, field: value})  # type: ignore[misc]  # all wrong
    expected = "login" if (field, value) == ("security", "none") else field
    assert list(caught.value.fields) == [expected]
    assert not Sender.objects.exists()


def test_a_bad_form_keeps_what_was_typed(client: Client, desk: DeskAtWork) -> None:
    sign_in(client, desk.cast.root)
    answer = client.post("/setup/senders/new/", {**POST, "address": "nobody"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "smtp.acme.example" in page
    assert "a secret of the desk" not in page


def test_a_place_has_one_sender(desk: DeskAtWork) -> None:
    add_sender(actor=desk.cast.root, fields=FIELDS)
    with pytest.raises(Conflict):
        add_sender(actor=desk.cast.root, fields=FIELDS)
    own = add_sender(actor=desk.cast.root, fields={**FIELDS, "department_id": desk.cast.it.pk})
    with pytest.raises(Conflict):
        change_sender(actor=desk.cast.root, sender_id=own.pk, changes={"department_id": None})
    with pytest.raises(IntegrityError, match="department_has_one_sender"), transaction.atomic():
        make_sender()


@pytest.mark.django_db(transaction=True)
def test_two_who_add_at_once_make_one(open_desk: DeskAtWork) -> None:
    add = [lambda: add_sender(actor=open_desk.cast.root, fields=FIELDS)] * 2
    at_once(*add)
    assert Sender.objects.count() == 1


def test_a_sender_that_wrote_stays(desk: DeskAtWork) -> None:
    sender = make_sender()
    replied(desk)
    with pytest.raises(Conflict):
        remove_sender(actor=desk.cast.root, sender_id=sender.pk)
    other = make_sender(department=desk.cast.it)
    remove_sender(actor=desk.cast.root, sender_id=other.pk)
    with pytest.raises(NotFound):
        remove_sender(actor=desk.cast.root, sender_id=other.pk)


def test_a_key_is_made_kept_hidden_and_its_record_shown(client: Client, desk: DeskAtWork) -> None:
    sign_in(client, desk.cast.root)
    client.post("/setup/senders/new/", {**POST, "dkim_selector": "desk"})
    sender = Sender.objects.get()
    page = client.get(f"/setup/senders/{sender.pk}/").content.decode()
    assert "desk._domainkey.acme.example" in page
    assert re.search(r"v=DKIM1; k=rsa; p=[A-Za-z0-9+/=&#;]{300,}", page)
    assert "PRIVATE KEY" not in page
    assert b"PRIVATE" not in bytes(sender.dkim_key)
    pem = made_key()
    change_sender(actor=desk.cast.root, sender_id=sender.pk, changes={"dkim_key": pem})
    sender.refresh_from_db()
    assert reveal(sender.dkim_key, "dkim") == pem.strip()
    with pytest.raises(Invalid):
        change_sender(actor=desk.cast.root, sender_id=sender.pk, changes={"dkim_key": "no key"})
    change_sender(actor=desk.cast.root, sender_id=sender.pk, changes={"dkim_selector": ""})
    sender.refresh_from_db()
    assert bytes(sender.dkim_key) == b""


def test_letters_are_signed_with_the_key(desk: DeskAtWork) -> None:
    with scripted() as server:
        sender = make_sender(port=server.port)
        change_sender(actor=desk.cast.root, sender_id=sender.pk, changes={"dkim_selector": "desk"})
        replied(desk)
        send_waiting(sender_id=sender.pk)
    assert all(raw.startswith(b"DKIM-Signature: ") for raw in server.letters)
    assert server.letters


def test_a_good_server_is_told_as_good_and_gets_no_letter(client: Client, desk: DeskAtWork) -> None:
    with scripted() as server:
        sender = make_sender(port=server.port)
        sign_in(client, desk.cast.root)
        page = client.post(f"/setup/senders/{sender.pk}/trial/").content.decode()
    assert f"takes letters from {sender.address}" in page
    assert server.letters == []


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ({"connect": CUT}, "ended the conversation"),
        ({"EHLO": "550 no", "HELO": "550 no"}, "does not want to speak"),
        ({"MAIL": "553 not yours"}, "does not let this login write as"),
    ],
)
def test_a_wrong_server_says_what_to_change(
    desk: DeskAtWork, script: dict[str, Any], said: str
) -> None:
    with scripted(script) as server:
        sender = make_sender(port=server.port)
        tried = try_sender(actor=desk.cast.root, sender_id=sender.pk)
    assert not tried.is_good
    assert said in tried.said


def test_a_wrong_password_certificate_and_port_are_told_apart(
    desk: DeskAtWork, tmp_path: Path
) -> None:
    hello = "250-x\r\n250-STARTTLS\r\n250 AUTH PLAIN"
    with scripted({"EHLO": hello, "AUTH": "535 no"}, tls=tmp_path) as server:
        sender = make_sender(port=server.port, security="starttls", login="desk")

        def said(**columns: object) -> str:
            Sender.objects.filter(pk=sender.pk).update(**columns)
            return try_sender(actor=desk.cast.root, sender_id=sender.pk).said

        assert "vouches for the certificate" in said()
        assert "login and password" in said(authority=server.authority)
        assert "does not begin with TLS" in said(security="tls")
    assert "Nothing listens" in said()


@pytest.mark.parametrize("step", Step)
@pytest.mark.parametrize("words", ["", "timed out", "certificate has expired", "Hostname mismatch"])
def test_there_is_a_sentence_for_every_way_to_fail(step: Step, words: str) -> None:
    sender = Sender(host="smtp.a.example", port=465, address="a@a.example")
    said = advice(NotOpened(step, words), sender)
    assert said.endswith(".")
    assert "%(" not in said
