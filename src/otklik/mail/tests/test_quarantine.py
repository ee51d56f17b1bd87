"""Letters that wait for a person, and what that person does with them."""

import pytest
from django.test import Client

from otklik.core.errors import Conflict, Invalid, NotFound
from otklik.mail.actions.quarantine import (
    ask_again,
    drop_letter,
    forget_rule,
    join_letter,
    open_from_letter,
    rule_sender,
)
from otklik.mail.models import Letter, Outgoing, RawLetter, SenderRule
from otklik.mail.tests.factories import make_mailbox, make_sender
from otklik.mail.tests.post import Post, address_of, proof
from otklik.people.tests.factories import sign_in
from otklik.tickets.models import Message, Note, Ticket
from otklik.tickets.tests.desk import DeskAtWork, at_once

NOBODY = b"Subject: Help me\r\n\r\n<b>It</b> jams.\r\n"
STRANGER = "new@stranger.example"
Treatment = SenderRule.Treatment


@pytest.fixture
def waiting(post: Post) -> Letter:
    """Have a letter wait that does not say who wrote it."""
    return post.delivered(NOBODY)


def test_a_letter_of_nobody_becomes_the_ticket_of_whom_a_person_names(
    desk: DeskAtWork, waiting: Letter
) -> None:
    settled = open_from_letter(actor=desk.cast.vi, letter_id=waiting.pk, requester=STRANGER)

    ticket = Ticket.objects.get()
    assert (settled.outcome, settled.ticket) == (Letter.Outcome.TICKET, ticket)
    assert settled.decided_by_id == desk.cast.vi.person_id
    assert ticket.requester.emails.get().address == STRANGER
    assert ticket.subject == "Help me"


@pytest.mark.parametrize("requester", ["", "  ", "nonsense", "a@b"])
def test_it_needs_an_address_for_a_letter_of_nobody(
    desk: DeskAtWork, waiting: Letter, requester: str
) -> None:
    with pytest.raises(Invalid):
        open_from_letter(actor=desk.cast.vi, letter_id=waiting.pk, requester=requester)

    waiting.refresh_from_db()
    assert waiting.state == Letter.State.QUARANTINED
    assert not Ticket.objects.exists()


def test_joined_words_of_the_requester_are_a_message_and_of_others_a_note(
    desk: DeskAtWork, post: Post
) -> None:
    ticket = desk.opened()
    own = post.comes("Mine.", sender=address_of(desk.cast.cy), subject=f"Re: {ticket.number}")
    strange = post.comes("Not mine.", sender=STRANGER, subject=f"Re: {ticket.number}")

    for one in (own, strange):
        join_letter(actor=desk.cast.vi, letter_id=one.pk, number=one.hint)

    assert Message.objects.filter(ticket=ticket).last().body == "<p>Mine.</p>"  # type: ignore[union-attr]  # it is there
    note = Note.objects.get()
    assert (note.body, note.voice) == ("<p>Not mine.</p>", Note.Voice.STRANGER)


def test_a_letter_joins_only_a_ticket_that_its_reader_works_on(
    desk: DeskAtWork, waiting: Letter
) -> None:
    other = desk.opened(
        department_id=desk.cast.hr.pk, actor=desk.cast.sam, requester_id=desk.cast.sam.person_id
    )

    with pytest.raises(NotFound):
        join_letter(
            actor=desk.cast.vi, letter_id=waiting.pk, number=other.number, requester=STRANGER
        )

    waiting.refresh_from_db()
    assert waiting.state == Letter.State.QUARANTINED


def test_what_is_dropped_stays_in_the_log_and_can_be_asked_about_again(
    desk: DeskAtWork, waiting: Letter
) -> None:
    dropped = drop_letter(actor=desk.cast.vi, letter_id=waiting.pk)
    assert (dropped.state, dropped.outcome) == (Letter.State.DONE, Letter.Outcome.DROPPED)

    again = ask_again(actor=desk.cast.vi, letter_id=waiting.pk)
    assert (again.state, again.outcome, again.reason) == (Letter.State.QUARANTINED, "", "by-hand")


def test_what_became_part_of_a_ticket_is_not_asked_about_again(
    desk: DeskAtWork, post: Post
) -> None:
    came = post.comes(sender=STRANGER)

    with pytest.raises(Invalid):
        ask_again(actor=desk.cast.vi, letter_id=came.pk)


@pytest.mark.parametrize("who", ["ada", "sam", "cy"])
def test_others_do_not_learn_of_the_letter(desk: DeskAtWork, waiting: Letter, who: str) -> None:
    actor = desk.cast.everyone[who]

    for deed in (drop_letter, open_from_letter, ask_again):
        with pytest.raises(NotFound):
            deed(actor=actor, letter_id=waiting.pk)
    with pytest.raises(NotFound):
        rule_sender(
            actor=actor,
            mailbox_id=waiting.mailbox_id,
            sender=STRANGER,
            treatment=Treatment.DROP,
        )


def test_two_who_settle_it_at_once_make_one_ticket(open_desk: DeskAtWork) -> None:
    post = Post(make_mailbox(department=open_desk.cast.it))
    came = post.comes(sender=post.mailbox.addresses[0])
    heads = [open_desk.cast.vi, open_desk.cast.cora, open_desk.cast.root]

    done = at_once(
        *[
            lambda head=head: open_from_letter(actor=head, letter_id=came.pk, requester=STRANGER)
            for head in heads
        ]
    )

    assert sum(isinstance(one, Conflict) for one in done) == 2, done
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize("sender", [STRANGER, "stranger.example", "@stranger.example"])
def test_a_sender_is_always_treated_as_somebody_ruled(
    desk: DeskAtWork, post: Post, sender: str
) -> None:
    def rule(treatment: Treatment) -> SenderRule:
        box = post.mailbox.pk
        return rule_sender(actor=desk.cast.vi, mailbox_id=box, sender=sender, treatment=treatment)

    rule(Treatment.DROP)
    dropped = post.comes(sender=STRANGER)
    rule(Treatment.ASK)
    asked = post.comes(sender=STRANGER)
    ruled = rule(Treatment.TAKE)
    taken = post.comes(sender=STRANGER, auto_submitted="auto-generated")
    forget_rule(actor=desk.cast.vi, rule_id=ruled.pk)
    machine = post.comes(sender=STRANGER, auto_submitted="auto-generated")

    assert (dropped.outcome, dropped.reason) == (Letter.Outcome.DROPPED, "by-rule")
    assert (asked.state, asked.reason) == (Letter.State.QUARANTINED, "by-rule")
    assert taken.outcome == Letter.Outcome.TICKET
    assert machine.outcome == Letter.Outcome.MACHINE


def test_a_rule_of_one_mailbox_is_none_of_another(desk: DeskAtWork, post: Post) -> None:
    rule_sender(
        actor=desk.cast.root,
        mailbox_id=make_mailbox(department=desk.cast.hr).pk,
        sender=STRANGER,
        treatment=Treatment.DROP,
    )

    assert post.comes(sender=STRANGER).outcome == Letter.Outcome.TICKET


@pytest.mark.parametrize("sender", ["", "@", "a b", "x@", "\0"])
def test_a_rule_names_an_address_or_a_domain(desk: DeskAtWork, post: Post, sender: str) -> None:
    with pytest.raises(Invalid):
        rule_sender(
            actor=desk.cast.vi,
            mailbox_id=post.mailbox.pk,
            sender=sender,
            treatment=Treatment.DROP,
        )


PAGES = ("/mail/", "/mail/quarantine/")


@pytest.mark.parametrize(
    ("who", "status"),
    [("root", 200), ("vi", 200), ("cora", 200), ("ada", 404), ("sam", 404), ("cy", 404)],
)
def test_the_pages_are_for_those_who_lead(
    client: Client, desk: DeskAtWork, waiting: Letter, who: str, status: int
) -> None:
    sign_in(client, desk.cast.everyone[who])
    own = f"/mail/letters/{waiting.pk}/"

    assert [client.get(one).status_code for one in (*PAGES, own, f"{own}raw/")] == [status] * 4


def test_the_list_and_the_letter_say_why_it_waits_and_show_it_safely(
    client: Client, desk: DeskAtWork, post: Post
) -> None:
    body = '<p>Look <script>alert(1)</script><img src="https://spy.example/x.png"></p>'
    raw = post.letter(body, sender="x", content_type="text/html; charset=utf-8")
    came = post.delivered(raw)
    sign_in(client, desk.cast.vi)

    listed = client.get("/mail/quarantine/").content.decode()
    page = client.get(f"/mail/letters/{came.pk}/").content.decode()
    given = client.get(f"/mail/letters/{came.pk}/raw/")

    assert "Its sender is not one plain address." in listed
    assert "Look" in page
    assert "alert(1)" not in page
    assert "spy.example" not in page
    assert given.content == raw
    assert given["Content-Disposition"].startswith("attachment")
    assert given["Content-Type"] == "application/octet-stream"


def test_a_letter_becomes_a_ticket_by_the_page(
    client: Client, desk: DeskAtWork, waiting: Letter
) -> None:
    sign_in(client, desk.cast.vi)
    address = f"/mail/letters/{waiting.pk}/settling/"

    wrong = client.post(address, {"deed": "open"})
    right = client.post(address, {"deed": "open", "requester": STRANGER})
    again = client.post(address, {"deed": "open", "requester": STRANGER})

    assert (wrong.status_code, right.status_code, again.status_code) == (422, 302, 409)
    assert "does not say who wrote it" in wrong.content.decode()
    assert right["Location"] == f"/tickets/{Ticket.objects.get().number}/"


def test_a_sender_is_ruled_with_the_same_press(
    client: Client, desk: DeskAtWork, post: Post
) -> None:
    came = post.comes(sender=STRANGER, authentication_results=proof(STRANGER, "fail"))
    sign_in(client, desk.cast.vi)
    given = {"deed": "drop", "always": "drop", "sender": "stranger.example"}

    client.post(f"/mail/letters/{came.pk}/settling/", given)

    came.refresh_from_db()
    assert came.outcome == Letter.Outcome.DROPPED
    assert post.comes(sender=f"other@{'stranger.example'}").outcome == Letter.Outcome.DROPPED
    rule = SenderRule.objects.get()
    assert "stranger.example" in client.get("/mail/quarantine/").content.decode()
    client.post(f"/mail/rules/{rule.pk}/ending/")
    assert not SenderRule.objects.exists()


def test_a_deed_that_is_refused_leaves_no_rule(
    client: Client, desk: DeskAtWork, waiting: Letter
) -> None:
    sign_in(client, desk.cast.vi)
    given = {"deed": "join", "number": "IT-999999", "always": "drop", "sender": "a.example"}

    assert client.post(f"/mail/letters/{waiting.pk}/settling/", given).status_code >= 400
    assert not SenderRule.objects.exists()


def test_a_deed_that_is_none_says_so(client: Client, desk: DeskAtWork, waiting: Letter) -> None:
    sign_in(client, desk.cast.vi)

    assert client.post(f"/mail/letters/{waiting.pk}/settling/", {}).status_code == 422


def test_who_works_on_a_ticket_reads_the_letter_behind_its_words(
    client: Client, desk: DeskAtWork, post: Post
) -> None:
    came = post.comes(sender=STRANGER)
    sign_in(client, desk.cast.ada)
    assert client.get(f"/mail/letters/{came.pk}/").status_code == 200

    sign_in(client, desk.cast.sam)
    assert client.get(f"/mail/letters/{came.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("q=NEW@stranger", 1),
        ("q=принт", 1),
        ("q=%3Cone@stranger.example%3E", 1),
        ("q=%3CONE@stranger.example%3E", 0),
        ("q=nowhere", 0),
        ("q=%00", 2),
        ("since=2026-13-45&before=x&mailbox=y&end=z", 2),
        ("end=quarantined", 1),
        ("end=ticket", 1),
        ("until=2001-01-01", 0),
        ("since=2001-01-01", 2),
        ("mailbox=0", 0),
        ("before=0", 0),
    ],
)
@pytest.mark.usefixtures("waiting")
def test_the_log_answers_where_a_letter_is(
    client: Client, desk: DeskAtWork, post: Post, asked: str, found: int
) -> None:
    post.comes(sender=STRANGER, subject="Принтер", message_id="<one@stranger.example>")
    sign_in(client, desk.cast.vi)

    page = client.get(f"/mail/?{asked}")

    assert page.status_code == 200
    assert page.content.decode().count('<a class="firm"') == found


def test_the_log_shows_only_letters_of_ones_own_departments(
    client: Client, desk: DeskAtWork, post: Post
) -> None:
    Post(make_mailbox(department=desk.cast.hr)).comes(sender=STRANGER, subject="Salaries")
    post.comes(sender=STRANGER, subject="Printers")
    sign_in(client, desk.cast.vi)

    page = client.get("/mail/").content.decode()

    assert "Printers" in page
    assert "Salaries" not in page


def test_the_letters_behind_a_ticket_are_listed_to_who_works_on_it(
    client: Client, desk: DeskAtWork, post: Post
) -> None:
    came = post.comes(sender=STRANGER, authentication_results=proof(STRANGER))
    assert came.ticket is not None
    address = f"/tickets/{came.ticket.number}/letters/"
    sign_in(client, desk.cast.ada)

    page = client.get(address).content.decode()

    assert f"/mail/letters/{came.pk}/" in page
    assert "Proven by the sender" in page
    sign_in(client, desk.cast.sam)
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    ("heads", "receipts"),
    [
        ({"subject": "Re: IT-1"}, 1),
        ({"auto_submitted": "auto-replied"}, 0),
        ({"authentication_results": proof(STRANGER, "fail")}, 0),
    ],
)
def test_no_machine_answers_a_letter_that_a_person_took_for_a_ticket(
    desk: DeskAtWork, post: Post, heads: dict[str, str], receipts: int
) -> None:
    make_sender(department=desk.cast.it)
    desk.opened()
    Ticket.objects.update(number="IT-1")
    Outgoing.objects.all().delete()
    came = post.comes(sender=STRANGER, **heads)
    if came.state == Letter.State.DONE:
        came = ask_again(actor=desk.cast.root, letter_id=came.pk)

    opened = open_from_letter(actor=desk.cast.root, letter_id=came.pk)

    assert opened.outcome == Letter.Outcome.TICKET
    assert Outgoing.objects.filter(kind=Outgoing.Kind.RECEIPT).count() == receipts


def test_a_letter_whose_bytes_are_lost_is_shown_and_settled(
    desk: DeskAtWork, post: Post, client: Client
) -> None:
    letter = post.comes(sender="nobody plain")
    RawLetter.objects.all().delete()
    sign_in(client, desk.cast.vi)

    assert "(The letter has no text.)" in client.get(f"/mail/letters/{letter.pk}/").content.decode()
    assert client.get(f"/mail/letters/{letter.pk}/raw/").status_code == 404
    client.post(f"/mail/letters/{letter.pk}/settling/", {"deed": "drop"})
    letter.refresh_from_db()
    assert letter.outcome == Letter.Outcome.DROPPED
