"""The outbox and the state under a reply, for each who may and may not."""

from datetime import timedelta

import pytest
from django.test import Client

from otklik.core import clock
from otklik.core.errors import Conflict, Invalid, NotFound
from otklik.core.post.tests.scripted import CUT, scripted
from otklik.core.tests.query_counts import assert_query_count
from otklik.mail.actions.outbox import retrying
from otklik.mail.actions.outbox.handing import send_waiting
from otklik.mail.actions.outbox.retrying import send_again
from otklik.mail.models import Outgoing
from otklik.mail.tests.factories import make_sender
from otklik.mail.tests.test_outbox import REPLY, replied
from otklik.people.tests.factories import make_desk, sign_in
from otklik.tickets.actions import reply_to_customer
from otklik.tickets.tests.desk import DeskAtWork

EVERYONE = ("root", "vi", "cora", "ada", "sam", "cy")


@pytest.fixture
def letter(desk: DeskAtWork) -> Outgoing:
    """Return a reply of Ada's that bounced."""
    with scripted({"RCPT": "550 5.1.1 no such person"}) as server:
        sender = make_sender(port=server.port)
        letter = replied(desk)
        send_waiting(sender_id=sender.pk)
    letter.refresh_from_db()
    assert letter.state == "bounced"
    return letter


@pytest.mark.parametrize("who", EVERYONE)
def test_the_outbox_is_for_administrators_and_heads(
    client: Client, desk: DeskAtWork, letter: Outgoing, who: str
) -> None:
    sign_in(client, desk.cast.everyone[who])
    answer = client.get("/mail/outbox/")
    may = who in {"root", "vi", "cora"}
    assert answer.status_code == (200 if may else 404)
    if may:
        assert "5.1.1 no such person" in answer.content.decode()


def test_heads_see_letters_of_their_departments_alone(
    client: Client, desk: DeskAtWork, letter: Outgoing
) -> None:
    assert letter.ticket is not None
    letter.ticket.department = desk.cast.hr
    letter.ticket.save()
    sign_in(client, desk.cast.vi)
    shown = letter.recipient in client.get("/mail/outbox/?state=all").content.decode()
    assert shown == desk.cast.vi.leads(desk.cast.hr.pk)


@pytest.mark.parametrize("asked", ["state=bounced", "state=all", "q=cy", "state=nonsense", ""])
def test_the_outbox_is_searched(
    client: Client, desk: DeskAtWork, letter: Outgoing, asked: str
) -> None:
    sign_in(client, desk.cast.root)
    text = letter.recipient[:4] if asked == "q=cy" else ""
    page = client.get(f"/mail/outbox/?{asked.replace('cy', text)}").content.decode()
    assert letter.recipient in page
    assert letter.recipient not in client.get("/mail/outbox/?q=nobody%00").content.decode()
    assert letter.recipient not in client.get("/mail/outbox/?state=sent").content.decode()


def test_the_ticket_tells_under_the_reply_that_it_did_not_leave(
    client: Client, desk: DeskAtWork, letter: Outgoing
) -> None:
    assert letter.ticket is not None
    sign_in(client, desk.cast.ada)
    page = client.get(f"/tickets/{letter.ticket.number}/").content.decode()
    assert "5.1.1 no such person" in page
    assert f"/mail/outbox/{letter.pk}/sending/" in page
    sign_in(client, desk.cast.cy)
    page = client.get(f"/requests/{letter.ticket.number}/").content.decode()
    assert "no such person" not in page


@pytest.mark.parametrize("who", EVERYONE)
def test_who_works_on_the_ticket_may_send_again(
    client: Client, desk: DeskAtWork, letter: Outgoing, who: str
) -> None:
    sign_in(client, desk.cast.everyone[who])
    answer = client.post(f"/mail/outbox/{letter.pk}/sending/", {"back": "https://evil.example/"})
    letter.refresh_from_db()
    if who in {"sam", "cy"}:
        assert (answer.status_code, letter.state) == (404, "bounced")
    else:
        assert (answer.status_code, letter.state) == (302, "waiting")
        assert answer.headers["Location"] == "/"


def test_what_is_sent_again_is_the_same_letter(desk: DeskAtWork, letter: Outgoing) -> None:
    with scripted() as server:
        letter.sender.port = server.port
        letter.sender.save()
        send_again(actor=desk.cast.root, letter_id=letter.pk)
        send_again(actor=desk.cast.root, letter_id=letter.pk)
        send_waiting(sender_id=letter.sender_id)
        send_again(actor=desk.cast.root, letter_id=letter.pk)
        send_waiting(sender_id=letter.sender_id)
    (raw,) = [one for one in server.letters if letter.header_id.encode() in one]
    assert letter.header_id.encode() in raw
    letter.refresh_from_db()
    assert letter.state == "sent"


def test_an_uncertain_one_goes_again_only_with_that_word(desk: DeskAtWork) -> None:
    with scripted({".": CUT}) as server:
        sender = make_sender(port=server.port)
        letter = replied(desk)
        Outgoing.objects.exclude(pk=letter.pk).delete()
        send_waiting(sender_id=sender.pk)
    with pytest.raises(Invalid):
        send_again(actor=desk.cast.ada, letter_id=letter.pk)
    assert send_again(actor=desk.cast.ada, letter_id=letter.pk, knowing=True).state == "waiting"


def test_one_that_is_being_sent_is_left_alone(
    desk: DeskAtWork, letter: Outgoing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retrying, "_is_being_sent", lambda _letter: True)
    with pytest.raises(Conflict):
        send_again(actor=desk.cast.root, letter_id=letter.pk)


def test_letters_that_are_not_there_cannot_be_sent(desk: DeskAtWork, letter: Outgoing) -> None:
    with pytest.raises(NotFound):
        send_again(actor=desk.cast.root, letter_id=letter.pk + 1)


def test_a_delayed_letter_says_what_stands_in_the_way(client: Client, desk: DeskAtWork) -> None:
    with scripted({"connect": "554 go away"}) as server:
        sender = make_sender(port=server.port)
        letter = replied(desk)
        send_waiting(sender_id=sender.pk)
    sign_in(client, desk.cast.root)
    page = client.get("/mail/outbox/?state=delayed").content.decode()
    assert "could not be reached" in page
    assert "554 go away" in page
    assert letter.created_at > clock.now() - timedelta(minutes=5)


def test_a_page_asks_once_for_letters_and_only_where_a_sender_is(
    client: Client, desk: DeskAtWork
) -> None:
    make_desk()
    ticket = desk.taken()
    reply_to_customer(actor=desk.cast.ada, ticket_id=ticket.pk, words=REPLY)
    sign_in(client, desk.cast.ada)
    page = f"/tickets/{ticket.number}/"
    client.get(page)
    with assert_query_count("ticket, no letters go"):
        client.get(page)
    make_sender()
    letter = replied(desk, ticket)
    assert letter.recipient in client.get(page).content.decode()
    with assert_query_count("ticket, letters go"):
        client.get(page)
