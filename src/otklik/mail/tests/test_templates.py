"""What letters say, changed in the product."""

import pytest
from django.test import Client

from otklik.core.letters import read_letter
from otklik.core.post.tests.scripted import scripted
from otklik.mail.actions.outbox.handing import send_waiting
from otklik.mail.models import Outgoing, Template
from otklik.mail.selectors.templates import default_wording, unknown_names
from otklik.mail.tests.factories import make_sender
from otklik.people.models import EmailAddress
from otklik.people.tests.factories import sign_in
from otklik.tickets.tests.desk import DeskAtWork

HOME, PAGE = "/setup/letters/", "/setup/letters/receipt/ru/"
POST = {
    "subject": "[{number}] Принято",
    "body": "Спасибо, {name}!",
    "signature": "ИТ",
    "is_sent": "on",
}


@pytest.mark.parametrize("who", ["root", "vi", "cora", "ada", "sam", "cy"])
def test_only_administrators_see_and_change_them(
    client: Client, desk: DeskAtWork, who: str
) -> None:
    sign_in(client, desk.cast.everyone[who])
    may = who == "root"
    assert client.get(HOME).status_code == (200 if may else 404)
    assert client.get(PAGE).status_code == (200 if may else 404)
    assert client.post(PAGE, POST).status_code == (302 if may else 404)
    assert client.post(f"{PAGE}removal/").status_code == (302 if may else 404)
    assert client.post(f"{PAGE}trial/").status_code == (302 if may else 404)


def test_own_words_are_kept_for_one_department_and_given_up(
    client: Client, desk: DeskAtWork
) -> None:
    sign_in(client, desk.cast.root)
    of = f"?department={desk.cast.it.pk}"
    client.post(PAGE + of, POST)
    client.post(PAGE + of, POST)
    row = Template.objects.get()
    assert (row.department, row.body, row.is_sent) == (desk.cast.it, "Спасибо, {name}!", True)
    assert "Спасибо" in client.get(PAGE + of).content.decode()
    assert "Спасибо" not in client.get(PAGE).content.decode()
    client.post(f"{PAGE}removal/{of}")
    assert not Template.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("subject", ""),
        ("body", ""),
        ("body", "{password}"),
        ("subject", "x" * 201),
        ("body", "y" * 5001),
    ],
)
def test_what_cannot_be_sent_is_refused(
    client: Client, desk: DeskAtWork, field: str, value: str
) -> None:
    sign_in(client, desk.cast.root)
    assert client.post(PAGE, {**POST, field: value}).status_code == 422
    assert not Template.objects.exists()


def test_a_reply_must_hold_what_was_written(client: Client, desk: DeskAtWork) -> None:
    sign_in(client, desk.cast.root)
    assert client.post("/setup/letters/reply/en/", POST).status_code == 422
    answer = client.post("/setup/letters/reply/en/", {**POST, "body": "{message}"})
    assert answer.status_code == 302


@pytest.mark.parametrize("page", ["receipt/de", "nothing/en", "receipt/en/?department=999999"])
def test_there_are_no_other_letters(client: Client, desk: DeskAtWork, page: str) -> None:
    sign_in(client, desk.cast.root)
    address = f"/setup/letters/{page}" + ("" if "?" in page else "/")
    assert client.get(address).status_code == 404


def test_a_preview_shows_what_was_typed_and_keeps_nothing(client: Client, desk: DeskAtWork) -> None:
    sign_in(client, desk.cast.root)
    page = client.post(PAGE, {**POST, "preview": "1"}).content.decode()
    assert f"Спасибо, {desk.cast.root.name}!" in page
    assert "[IT-1042] Принято" in page
    assert not Template.objects.exists()


def test_a_sample_is_mailed_to_oneself(client: Client, desk: DeskAtWork) -> None:
    sign_in(client, desk.cast.root)
    client.post(f"{PAGE}trial/")
    assert not Outgoing.objects.exists()
    with scripted() as server:
        sender = make_sender(port=server.port)
        client.post(PAGE, POST)
        client.post(f"{PAGE}trial/")
        send_waiting(sender_id=sender.pk)
    (raw,) = server.letters
    read = read_letter(raw)
    own = EmailAddress.objects.get(person=desk.cast.root.person_id).address
    assert [one.address for one in read.to] == [own]
    assert f"Спасибо, {desk.cast.root.name}!" in read.text


@pytest.mark.parametrize("kind", Template.Kind)
@pytest.mark.parametrize("language", ["en", "ru", "bg"])
def test_our_own_words_name_only_what_is_known(desk: DeskAtWork, kind: str, language: str) -> None:
    said = default_wording(kind, language)
    assert unknown_names(said.subject, said.body, said.signature) == []
    assert "{number}" in said.subject
    if language != "en":
        assert said.body != default_wording(kind, "en").body
