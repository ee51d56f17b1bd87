"""Files that come with a form itself: a refusal keeps and names them, and the next press sends."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import RequestFactory

from otklik.core.errors import TooMany
from otklik.core.files.receive import keep_content
from otklik.core.models import Desk
from otklik.people.models import Actor
from otklik.people.tests.factories import make_desk, sign_in
from otklik.tickets.actions import attaching, keep_upload
from otklik.tickets.models import Attachment, Message, Note, Ticket, TicketType
from otklik.tickets.policies import find_attachment
from otklik.tickets.tests.desk import DeskAtWork, needed_answers
from otklik.tickets.tests.factories import make_field
from otklik.tickets.views.answering import posted

pytestmark = pytest.mark.django_db
TOO_LONG = "x" * 51_000


@pytest.fixture(autouse=True)
def set_up(desk: DeskAtWork) -> None:
    make_desk()


def a_file(name: str = "plan.txt", content: bytes = b"plan") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def offered(page: str) -> dict[str, str]:
    """Return the files that a page would send again, by what it calls them."""
    box = r'<input type="checkbox" name="uploads" value="(\w+)" checked><span[^>]*>([^<]*)</span>'
    return {name: token for token, name in re.findall(box, page)}


@pytest.mark.parametrize("kind", ["equipment", "hr"])
def test_a_request_refused_for_an_answer_keeps_its_files_and_sends_them_once(
    desk: DeskAtWork, client: Client, kind: str
) -> None:
    sign_in(client, desk.cast.cy)
    address, asked = f"/requests/new/{kind}/", {"subject": "Broken", "body": "Here"}

    refused = client.post(address, {**asked, "files": [a_file(), a_file("photo.txt")]})

    assert (refused.status_code, Ticket.objects.count()) == (422, 0)
    kept = offered(refused.text)
    assert list(kept) == ["plan.txt", "photo.txt"]
    given = needed_answers(desk.cast.cy, TicketType.objects.get(key=kind))
    sent = {**asked, **given, "uploads": [kept["plan.txt"]], "once": "k1"}
    assert client.post(address, sent).status_code == 302
    assert client.post(address, sent).status_code == 302
    ticket = Ticket.objects.get()
    assert [file.name for file in ticket.attachments.all()] == ["plan.txt"]
    left = Attachment.objects.get(ticket=None)
    assert (left.name, left.uploader_id) == ("photo.txt", desk.cast.cy.person_id)


def composer(desk: DeskAtWork, side: str) -> tuple[Actor, Ticket, str, dict[str, str]]:
    """Return who writes under which ticket, to what address, with what else."""
    ticket = desk.taken()
    if side == "customer":
        return desk.cast.cy, ticket, f"/requests/{ticket.number}/messages/", {}
    return desk.cast.ada, ticket, f"/tickets/{ticket.number}/messages/", {"mode": side}


@pytest.mark.parametrize("side", ["customer", "reply", "note"])
def test_what_is_said_under_a_ticket_keeps_its_files_when_it_is_refused(
    desk: DeskAtWork, client: Client, side: str
) -> None:
    actor, ticket, address, more = composer(desk, side)
    sign_in(client, actor)

    refused = client.post(address, {**more, "body": TOO_LONG, "files": a_file()})

    assert refused.status_code in (413, 422)
    kept = offered(refused.text)
    again = client.post(address, {**more, "body": TOO_LONG, "uploads": kept["plan.txt"]})
    assert offered(again.text) == kept
    sent = client.post(address, {**more, "body": "Short", "uploads": kept["plan.txt"]})
    assert sent.status_code == 302
    last = (Note if side == "note" else Message).objects.filter(ticket=ticket).latest("pk")
    assert [file.name for file in last.attachments.all()] == ["plan.txt"]
    assert Attachment.objects.count() == 1


def test_a_file_that_is_too_large_is_told_and_none_of_them_is_kept(
    desk: DeskAtWork, client: Client
) -> None:
    ticket = desk.opened()
    Desk.objects.update(file_limit=10)
    sign_in(client, desk.cast.cy)
    address = f"/requests/{ticket.number}/messages/"

    refused = client.post(address, {"body": "Here", "files": [a_file(), a_file(content=b"x" * 11)]})

    assert (refused.status_code, offered(refused.text)) == (413, {})
    assert "too large" in refused.text
    assert "Here" in refused.text
    assert not Attachment.objects.exists()


def test_nobody_is_shown_or_sends_a_file_of_another(desk: DeskAtWork, client: Client) -> None:
    theirs = keep_upload(actor=desk.cast.ada, blob=keep_content(b"theirs"), name="theirs.txt")
    sign_in(client, desk.cast.cy)
    asked = {"subject": "Broken", "body": "Here", "uploads": theirs.token}

    refused = client.post("/requests/new/hr/", asked)

    assert (refused.status_code, offered(refused.text)) == (422, {})
    assert "theirs.txt" not in refused.text
    given = needed_answers(desk.cast.cy, TicketType.objects.get(key="hr"))
    assert client.post("/requests/new/hr/", {**asked, **given}).status_code == 422
    assert find_attachment(desk.cast.ada, theirs.token).ticket is None


def test_files_that_answer_questions_are_kept_beside_those_of_the_text(
    desk: DeskAtWork, client: Client
) -> None:
    kind = TicketType.objects.get(key="hr")
    kind.form.create(field=make_field(kind="file", key="plan"), is_required=True, position=99)
    sign_in(client, desk.cast.cy)
    files = {"files": a_file("text.txt"), "values.plan-files": a_file("answer.txt")}

    refused = client.post("/requests/new/hr/", {"subject": "Plan", "body": "", **files})

    assert refused.status_code == 422
    text, answer = (Attachment.objects.get(name=f"{one}.txt") for one in ("text", "answer"))
    assert offered(refused.text) == {"text.txt": text.token}
    assert f'name="values.plan" value="{answer.token}" checked' in refused.text


def test_of_too_many_files_none_is_kept(
    desk: DeskAtWork, rf: RequestFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attaching, "MOST_UNSENT", 1)
    request: Any = rf.post("/", {"files": [a_file("a.txt"), a_file("b.txt")]})
    with pytest.raises(TooMany):
        posted(request, desk.cast.cy)
    assert not Attachment.objects.exists()
