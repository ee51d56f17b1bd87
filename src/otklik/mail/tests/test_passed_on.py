"""Letters that are passed on, taken apart: by a colleague's own letter, or on a press."""

from dataclasses import dataclass

import pytest
from django.test import Client

from otklik.core.errors import Conflict, Invalid, NotFound
from otklik.core.letters.tests.letters import letter_of, part, parts
from otklik.mail.actions.spam import call_ticket_no_spam, call_ticket_spam
from otklik.mail.actions.taking_apart import take_apart
from otklik.mail.models import Letter, Mailbox, Outgoing
from otklik.mail.tests.factories import make_mailbox, make_sender
from otklik.mail.tests.post import SERVER, Post, address_of, proof
from otklik.people.models import Actor, EmailAddress
from otklik.people.policies import writer
from otklik.people.tests.factories import make_desk, sign_in
from otklik.tickets.actions import follow_ticket, shelve_ticket, take_ticket
from otklik.tickets.models import (
    Attachment,
    Copied,
    Follow,
    Message,
    Note,
    Phase,
    Ticket,
    TicketLink,
)
from otklik.tickets.policies import find_attachment, find_request
from otklik.tickets.tests.desk import DeskAtWork, at_once

ANNA = "anna@firm.example"
PASSED_ON = f"""Please help her, she is our best customer. Do not say I said so.

---------- Forwarded message ---------
From: Anna Petrova <{ANNA}>
Date: Fri, Nov 20, 2026 at 2:02 PM
Subject: Press
To: <cy@firm.example>

The press jams.

On Thu, Nov 19, 2026 at 9:00 AM Cy <cy@firm.example> wrote:
> What is it?
"""


def passed_on(post: Post, bearer: str, body: str = PASSED_ON, **heads: str) -> Letter:
    heads = {"authentication_results": proof(bearer), "subject": "Fwd: Press"} | heads
    return post.comes(body, sender=bearer, **heads)


@pytest.fixture
def at_once_apart(post: Post) -> Post:
    """Have the mailbox take letters of proven colleagues apart as they come."""
    post.mailbox.forwarded = Mailbox.Forwarded.APART
    post.mailbox.save()
    return post


def asker(ticket: Ticket) -> str:
    return EmailAddress.objects.get(person=ticket.requester).address


def test_a_colleagues_letter_opens_the_ticket_of_who_really_asks(
    desk: DeskAtWork, at_once_apart: Post
) -> None:
    make_sender()
    came = passed_on(at_once_apart, address_of(desk.cast.ada))

    ticket = Ticket.objects.get()
    assert (came.outcome, came.ticket) == (Letter.Outcome.TICKET, ticket)
    assert (asker(ticket), ticket.requester.name) == (ANNA, "Anna Petrova")
    assert (ticket.subject, ticket.creator_id) == ("Press", desk.cast.ada.person_id)
    message, note = Message.objects.get(), Note.objects.get()
    assert (message.body, message.author) == ("<p>The press jams.</p>", ticket.requester)
    assert "What is it?" in message.quoted
    assert note.author_id == desk.cast.ada.person_id
    assert note.body == "<p>Please help her, she is our best customer. Do not say I said so.</p>"
    assert note.voice == Note.Voice.BEARER
    assert "Forwarded message" in note.quoted
    assert Outgoing.objects.get().recipient == ANNA


def test_what_the_colleague_wrote_is_nowhere_that_the_asker_reads(
    desk: DeskAtWork, at_once_apart: Post, client: Client
) -> None:
    make_sender()
    passed_on(at_once_apart, address_of(desk.cast.ada))
    ticket = Ticket.objects.get()
    Ticket.objects.update(requester=desk.cast.cy.person_id)
    sign_in(client, desk.cast.cy)

    page = client.get(f"/requests/{ticket.number}/").content.decode()

    assert "press jams" in page
    assert "Do not say" not in page
    letter = Outgoing.objects.get()
    assert "Do not say" not in f"{letter.words} {letter.subject} {ticket.last_words}"


@pytest.mark.parametrize("result", ["fail", "none", ""])
def test_who_is_not_proven_opens_nobody_elses_ticket(
    desk: DeskAtWork, at_once_apart: Post, result: str
) -> None:
    ada = address_of(desk.cast.ada)
    heads = {"authentication_results": proof(ada, result)} if result else {}
    at_once_apart.delivered(
        at_once_apart.letter(PASSED_ON, sender=ada, subject="Fwd: Press", **heads)
    )

    assert not Ticket.objects.exclude(requester=desk.cast.ada.person_id).exists()
    assert not EmailAddress.objects.filter(address=ANNA).exists()


def test_a_customers_letter_is_their_own_until_somebody_presses(
    desk: DeskAtWork, at_once_apart: Post
) -> None:
    came = passed_on(at_once_apart, address_of(desk.cast.cy))

    assert Ticket.objects.get().requester_id == desk.cast.cy.person_id
    assert (came.is_forward, came.forwarded_from) == (True, ANNA)
    assert "Do not say" in Message.objects.get().body


@pytest.mark.parametrize("forwarded", [Mailbox.Forwarded.KEPT, Mailbox.Forwarded.OFFERED])
def test_other_mailboxes_take_nothing_apart_by_themselves(
    desk: DeskAtWork, post: Post, forwarded: str
) -> None:
    Mailbox.objects.update(forwarded=forwarded)

    passed_on(post, address_of(desk.cast.ada))

    assert Ticket.objects.get().requester_id == desk.cast.ada.person_id


def test_a_letter_that_came_as_a_file_is_not_taken_apart_by_itself(
    desk: DeskAtWork, at_once_apart: Post
) -> None:
    ada = address_of(desk.cast.ada)
    head = f"Authentication-Results: {proof(ada)}\r\n".encode()

    at_once_apart.delivered(head + with_file(sender=ada))

    assert Ticket.objects.get().requester_id == desk.cast.ada.person_id


@pytest.mark.parametrize("whom", ["self", "desk"])
def test_ones_own_letter_and_the_desks_are_not_passed_on(
    desk: DeskAtWork, at_once_apart: Post, whom: str
) -> None:
    ada = address_of(desk.cast.ada)
    writer = ada if whom == "self" else at_once_apart.mailbox.addresses[0]

    passed_on(at_once_apart, ada, PASSED_ON.replace(ANNA, writer))

    assert Ticket.objects.get().requester_id == desk.cast.ada.person_id


def with_file(sender: str) -> bytes:
    inner = letter_of(
        parts(part("The press jams."), part("a;b", "text/csv; name=list.csv"), boundary="=_b"),
        sender=f"Anna Petrova <{ANNA}>",
    )
    attached = b"Content-Type: message/rfc822\r\n\r\n" + inner
    own = part("secret", "text/plain; name=own.txt", content_disposition="attachment")
    return letter_of(parts(part("Please help her."), attached, own), sender=sender)


@dataclass(frozen=True)
class Waiting:
    """A ticket of Cy's whose letter passes on one of Anna's."""

    desk: DeskAtWork
    post: Post
    letter: Letter

    @property
    def ticket(self) -> Ticket:
        assert self.letter.ticket is not None
        return Ticket.objects.get(pk=self.letter.ticket.pk)

    def pressed(self, by: Actor | None = None, requester: str = "") -> Ticket:
        actor = by or self.desk.cast.ada
        return take_apart(actor=actor, number=self.ticket.number, requester=requester)


@pytest.fixture
def waiting(desk: DeskAtWork, post: Post) -> Waiting:
    return Waiting(desk, post, passed_on(post, address_of(desk.cast.cy)))


def test_a_press_opens_the_ticket_of_who_asks_and_ends_the_first(waiting: Waiting) -> None:
    make_sender()
    cast = waiting.desk.cast
    take_ticket(actor=cast.ada, ticket_id=waiting.ticket.pk)
    follow_ticket(actor=cast.vi, ticket_id=waiting.ticket.pk)

    opened = waiting.pressed()

    first = waiting.ticket
    assert (asker(opened), opened.subject) == (ANNA, "Press")
    assert (opened.department_id, opened.type_id) == (first.department_id, first.type_id)
    assert opened.assignee_id == cast.ada.person_id
    assert opened.source == Ticket.Source.EMAIL
    assert Follow.objects.filter(ticket=opened, person=cast.vi.person_id).exists()
    assert first.phase == Phase.CLOSED
    assert first.requester_id == cast.cy.person_id
    link = TicketLink.objects.get()
    assert (link.source, link.target, link.kind) == (first, opened, TicketLink.Kind.MERGED)
    note = Note.objects.get(ticket=opened)
    assert (note.author_id, note.voice) == (cast.cy.person_id, Note.Voice.BEARER)
    assert "Do not say" in note.body
    assert "Do not say" not in Message.objects.get(ticket=opened).body
    waiting.letter.refresh_from_db()
    assert waiting.letter.apart == opened


def test_the_receipt_goes_to_who_asks_and_nothing_to_the_bearer(waiting: Waiting) -> None:
    make_sender()

    waiting.pressed()

    assert [one.recipient for one in Outgoing.objects.all()] == [ANNA]


def test_a_bearer_from_outside_is_proposed_for_copies(waiting: Waiting) -> None:
    opened = waiting.pressed()

    copied = Copied.objects.get(ticket=opened)
    assert copied.address == address_of(waiting.desk.cast.cy)
    assert copied.state == Copied.State.PROPOSED


def test_pressed_again_it_is_the_same_ticket(waiting: Waiting) -> None:
    first = waiting.pressed()

    assert waiting.pressed(requester="other@firm.example") == first
    assert Ticket.objects.count() == 2


@pytest.mark.parametrize(
    "requester", ["nonsense", "a@b", "a@firm.example, b@firm.example", "own", "desk"]
)
def test_an_address_that_cannot_ask_is_refused_and_nothing_changes(
    waiting: Waiting, requester: str
) -> None:
    known = {
        "own": address_of(waiting.desk.cast.cy),
        "desk": waiting.post.mailbox.addresses[0],
    }
    with pytest.raises(Invalid) as refused:
        waiting.pressed(requester=known.get(requester, requester))

    assert "requester" in refused.value.fields
    assert Ticket.objects.count() == 1
    assert waiting.ticket.is_open


def test_where_nobody_plain_wrote_it_a_person_says_who(desk: DeskAtWork, post: Post) -> None:
    body = PASSED_ON.replace(f"Anna Petrova <{ANNA}>", "Anna Petrova")
    waiting = Waiting(desk, post, passed_on(post, address_of(desk.cast.cy), body))
    with pytest.raises(Invalid):
        waiting.pressed()

    assert asker(waiting.pressed(requester=" Anna@Firm.example ")) == ANNA


def test_a_letter_that_came_as_a_file_is_taken_apart_with_its_own_files(
    desk: DeskAtWork, post: Post
) -> None:
    waiting = Waiting(desk, post, post.delivered(with_file(address_of(desk.cast.cy))))

    opened = waiting.pressed()

    assert asker(opened) == ANNA
    message, note = Message.objects.get(ticket=opened), Note.objects.get(ticket=opened)
    assert message.body == "<p>The press jams.</p>"
    assert note.body == "<p>Please help her.</p>"
    files = {one.name: one for one in Attachment.objects.filter(ticket=opened)}
    assert (files["list.csv"].message, files["list.csv"].note) == (message, None)
    assert (files["own.txt"].message, files["own.txt"].note) == (None, note)
    assert set(files) == {"list.csv", "own.txt"}


def test_pictures_among_the_bearers_words_stay_internal(desk: DeskAtWork, post: Post) -> None:
    page = (
        '<div>Look: <img src="cid:mine"></div><div>---------- Forwarded message ---------<br>'
        f"From: Anna &lt;{ANNA}&gt;<br>Date: Fri, Nov 20, 2026 at 2:02 PM<br>Subject: Press<br>"
        'To: cy@firm.example<br></div><div>It jams: <img src="cid:hers"></div>'
    )
    whole = parts(
        part(page, "text/html; charset=utf-8"),
        part(b"\x89PNG\r\n\x1a\n", "image/png; name=mine.png", content_id="<mine>"),
        part(b"\x89PNG\r\n\x1a\n1", "image/png; name=hers.png", content_id="<hers>"),
        kind="related",
    )
    letter = post.delivered(letter_of(whole, sender=address_of(desk.cast.cy)))
    opened = Waiting(desk, post, letter).pressed()

    message, note = Message.objects.get(ticket=opened), Note.objects.get(ticket=opened)
    files = {one.name: one for one in Attachment.objects.filter(ticket=opened)}
    assert files["mine.png"].note == note
    assert files["hers.png"].message == message
    assert f"/files/{files['mine.png'].token}/" in note.body
    assert f"/files/{files['hers.png'].token}/" in message.body
    anna = writer(opened.requester)
    assert find_attachment(anna, files["hers.png"].token) == files["hers.png"]
    with pytest.raises(NotFound):
        find_attachment(anna, files["mine.png"].token)


@pytest.mark.parametrize("who", ["sam", "cy"])
def test_others_do_not_learn_of_it(waiting: Waiting, client: Client, who: str) -> None:
    actor = waiting.desk.cast.everyone[who]
    sign_in(client, actor)
    address = f"/tickets/{waiting.ticket.number}/apart/"

    with pytest.raises(NotFound):
        waiting.pressed(by=actor)
    assert client.get(address).status_code == 404
    assert client.post(address, {"requester": ANNA}).status_code == 404
    assert Ticket.objects.count() == 1


def test_a_closed_ticket_is_not_taken_apart(waiting: Waiting) -> None:
    call_ticket_spam(actor=waiting.desk.cast.ada, number=waiting.ticket.number)
    with pytest.raises(NotFound):
        waiting.pressed()

    call_ticket_no_spam(actor=waiting.desk.cast.ada, number=waiting.ticket.number)
    shelve_ticket(actor=waiting.desk.cast.ada, ticket_id=waiting.ticket.pk)
    with pytest.raises(Conflict):
        waiting.pressed()


@pytest.mark.parametrize("body", ["It jams.", PASSED_ON])
def test_only_letters_that_pass_on_another_are_offered(
    desk: DeskAtWork, post: Post, client: Client, body: str
) -> None:
    sign_in(client, desk.cast.ada)
    came = passed_on(post, address_of(desk.cast.cy), body)
    assert came.ticket is not None

    page = client.get(f"/tickets/{came.ticket.number}/").content.decode()

    assert ("/apart/" in page) == (body == PASSED_ON)
    Mailbox.objects.update(forwarded=Mailbox.Forwarded.KEPT)
    assert "/apart/" not in client.get(f"/tickets/{came.ticket.number}/").content.decode()


def test_the_page_shows_both_halves_and_opens_the_ticket(waiting: Waiting, client: Client) -> None:
    sign_in(client, waiting.desk.cast.ada)
    address = f"/tickets/{waiting.ticket.number}/apart/"

    page = client.get(address).content.decode()
    assert f'value="{ANNA}"' in page
    assert "The press jams." in page
    assert "Do not say" in page

    refused = client.post(address, {"requester": "nonsense"})
    assert refused.status_code == 422
    assert 'value="nonsense"' in refused.content.decode()

    answer = client.post(address, {"requester": ANNA})
    waiting.letter.refresh_from_db()
    assert waiting.letter.apart is not None
    assert answer.headers["Location"].endswith(f"/{waiting.letter.apart.number}/")
    assert client.get(address).status_code == 302


def test_what_answers_the_first_letter_belongs_to_the_ticket_it_became(waiting: Waiting) -> None:
    opened = waiting.pressed()
    waiting.letter.refresh_from_db()

    again = waiting.post.comes(
        "She calls again.",
        sender=address_of(waiting.desk.cast.cy),
        in_reply_to=waiting.letter.header_id,
        authentication_results=proof(address_of(waiting.desk.cast.cy)),
    )

    assert (again.ticket, again.outcome) == (opened, Letter.Outcome.NOTE)


def test_who_works_on_the_new_ticket_reads_the_letter_behind_it(
    waiting: Waiting, client: Client
) -> None:
    opened = waiting.pressed()
    sign_in(client, waiting.desk.cast.ada)

    page = client.get(f"/tickets/{opened.number}/letters/").content.decode()

    assert f"/mail/letters/{waiting.letter.pk}/" in page
    assert client.get(f"/mail/letters/{waiting.letter.pk}/").status_code == 200


def test_spam_is_said_of_the_ticket_that_it_became(waiting: Waiting) -> None:
    opened, ada = waiting.pressed(), waiting.desk.cast.ada

    call_ticket_spam(actor=ada, number=opened.number)
    opened.refresh_from_db()
    assert opened.phase == Phase.CLOSED
    with pytest.raises(NotFound):
        call_ticket_no_spam(actor=ada, number=waiting.ticket.number)

    call_ticket_no_spam(actor=ada, number=opened.number)
    opened.refresh_from_db()
    assert opened.is_open
    assert waiting.ticket.phase == Phase.CLOSED


def test_the_asker_finds_their_request(waiting: Waiting) -> None:
    opened = waiting.pressed()

    assert find_request(writer(opened.requester), opened.number) == opened


@pytest.mark.django_db(transaction=True)
def test_two_who_press_at_once_open_one_ticket(open_desk: DeskAtWork) -> None:
    make_desk()
    post = Post(make_mailbox(department=open_desk.cast.it, authserv_id=SERVER))
    waiting = Waiting(open_desk, post, passed_on(post, address_of(open_desk.cast.cy)))

    made = at_once(
        lambda: waiting.pressed(by=open_desk.cast.ada),
        lambda: waiting.pressed(by=open_desk.cast.vi),
    )

    assert made[0] == made[1]
    assert Ticket.objects.count() == 2
