"""What letters become."""

import pytest
from django.test import Client

from otklik.core.context import desk_mark
from otklik.core.letters.tests.letters import letter_of, part, parts
from otklik.mail import reply_tokens
from otklik.mail.actions.quarantine import rule_sender
from otklik.mail.models import Letter, Mailbox, Outgoing, SenderRule
from otklik.mail.selectors.raw import raw_of
from otklik.mail.tests.factories import make_sender
from otklik.mail.tests.post import Post, address_of, answered, proof, token_for
from otklik.people.models import EmailAddress
from otklik.people.tests.factories import sign_in
from otklik.tickets.actions import confirm_copy, take_ticket
from otklik.tickets.models import Copied, Message, Note, Ticket, TicketLink
from otklik.tickets.tests.desk import DeskAtWork

STRANGER = "new@stranger.example"


def test_a_letter_of_somebody_new_is_a_ticket_of_the_mailboxs_department(
    desk: DeskAtWork, post: Post
) -> None:
    came = post.comes("It jams.\n\nTwice a day.", sender=f"Nia New <{STRANGER}>")

    assert (came.state, came.outcome) == (Letter.State.DONE, Letter.Outcome.TICKET)
    ticket = Ticket.objects.get()
    assert came.ticket == ticket
    assert (ticket.subject, ticket.department_id) == ("Printer", desk.cast.it.pk)
    assert ticket.source == Ticket.Source.EMAIL
    assert ticket.requester.name == "Nia New"
    assert EmailAddress.objects.get(person=ticket.requester).address == STRANGER
    message = Message.objects.get()
    assert came.message == message
    assert message.side == Message.Side.CUSTOMER
    assert message.body == "<p>It jams.</p><p>Twice a day.</p>"


def test_the_same_letter_thrice_is_one_ticket(post: Post) -> None:
    raw = post.letter(sender=STRANGER)

    letters = [post.delivered(raw) for _ in range(3)]

    assert len({one.pk for one in letters}) == 1
    assert Ticket.objects.count() == 1


def test_a_letter_goes_also_to_a_department_that_customers_may_not_choose(
    desk: DeskAtWork, post: Post
) -> None:
    desk.cast.it.is_public = False
    desk.cast.it.save()

    assert post.comes(sender=STRANGER).outcome == Letter.Outcome.TICKET


def test_what_a_letter_quotes_is_folded_and_kept(post: Post) -> None:
    body = "Thanks.\n\nOn Mon, 23 Nov 2026 at 09:00, Ada <ada@desk.example> wrote:\n> Try it.\n"
    post.comes(body, sender=STRANGER)

    message = Message.objects.get()
    assert message.body == "<p>Thanks.</p>"
    assert "Try it." in message.quoted
    assert "wrote" in message.quoted


def test_html_keeps_its_looks_above_what_it_quotes(post: Post) -> None:
    page = (
        "<p>It is <b>still</b> broken.</p><div class='gmail_quote'><div>On Mon, 23 Nov 2026 at "
        "09:00, Ada &lt;ada@desk.example&gt; wrote:</div><blockquote>Try <i>again</i>.</blockquote>"
    )
    post.delivered(letter_of(part(page, "text/html; charset=utf-8"), sender=STRANGER))

    message = Message.objects.get()
    assert message.body == "<p>It is <strong>still</strong> broken.</p>"
    assert "<em>again</em>" in message.quoted


def test_pictures_stand_in_their_places_and_files_below(post: Post) -> None:
    page = '<p>Look: <img src="cid:one"></p>'
    whole = parts(
        part(page, "text/html; charset=utf-8"),
        part(b"\x89PNG\r\n\x1a\n", "image/png; name=a.png", content_id="<one>"),
        part("a;b", "text/csv; name=list.csv", content_disposition="attachment; filename=list.csv"),
        kind="related",
    )
    post.delivered(letter_of(whole, sender=STRANGER))

    message = Message.objects.get()
    files = {file.name: file for file in message.attachments.all()}
    assert set(files) == {"a.png", "list.csv"}
    assert f'src="/files/{files["a.png"].token}/"' in message.body
    assert (files["a.png"].is_inline, files["list.csv"].is_inline) == (True, False)
    assert Ticket.objects.get().has_public_files


def test_a_letter_without_words_or_subject_is_a_ticket_all_the_same(post: Post) -> None:
    came = post.comes("", sender=STRANGER, subject="")

    assert came.outcome == Letter.Outcome.TICKET
    assert Ticket.objects.get().subject == "(no subject)"
    assert "no text" in Message.objects.get().body


def test_long_letters_and_subjects_are_taken(post: Post) -> None:
    came = post.comes("word " * 20_000, sender=STRANGER, subject="Ы" * 900)

    assert came.outcome == Letter.Outcome.TICKET
    assert len(Ticket.objects.get().subject) == 100


def test_the_requester_answers_by_the_token_they_hold(desk: DeskAtWork, post: Post) -> None:
    ticket = desk.opened()
    local, _at, domain = post.mailbox.addresses[0].partition("@")
    came = post.comes(
        "Yes.",
        sender=address_of(desk.cast.cy),
        to=f"{local}+{token_for(ticket, desk.cast.cy)}@{domain}",
        subject="Something else",
    )

    assert (came.outcome, came.ticket) == (Letter.Outcome.REPLY, ticket)
    assert came.message is not None
    assert (came.message.body, came.message.side) == ("<p>Yes.</p>", Message.Side.CUSTOMER)


def test_an_answer_to_ones_own_earlier_letter_joins_its_ticket(post: Post) -> None:
    first = post.comes(sender=STRANGER, message_id="<first@stranger.example>")

    second = post.comes(
        "P.S.",
        sender=STRANGER,
        references="<x@y.example> <first@stranger.example>",
        authentication_results=proof(STRANGER),
    )

    assert (second.outcome, second.ticket) == (Letter.Outcome.REPLY, first.ticket)


@pytest.mark.parametrize("authserv_id", ["mx.desk.example", ""])
def test_naming_a_letter_that_came_proves_nobody_where_senders_are_proven(
    post: Post, authserv_id: str
) -> None:
    first = post.comes(sender=STRANGER, cc="spy@a.example", message_id="<first@stranger.example>")
    Mailbox.objects.update(authserv_id=authserv_id)

    forged = post.comes("Pay me.", sender=STRANGER, in_reply_to="<first@stranger.example>")

    assert forged.ticket == first.ticket
    if authserv_id:
        assert forged.outcome == Letter.Outcome.NOTE
        assert Note.objects.get().voice == Note.Voice.UNPROVEN
        assert Message.objects.count() == 1
    else:
        assert forged.outcome == Letter.Outcome.REPLY


@pytest.mark.parametrize("heads", [{}, {"authentication_results": True}])
def test_a_letter_to_a_return_path_is_nobodys_answer(
    desk: DeskAtWork, post: Post, heads: dict[str, bool]
) -> None:
    ticket, cy = desk.opened(), address_of(desk.cast.cy)
    token = reply_tokens.make(reply_tokens.Kind.RETURN, ticket.pk, 1)
    proven = {name: proof(cy) for name in heads}

    came = post.comes("Pay me.", sender=cy, to=f"help+{token}@desk.example", **proven)

    assert (came.state, came.reason) == (Letter.State.QUARANTINED, "names-a-ticket")
    assert came.hint == ticket.number
    assert Message.objects.filter(ticket=ticket).count() == 1


def test_who_answers_to_both_paths_answers_by_their_own(desk: DeskAtWork, post: Post) -> None:
    ticket, cy = desk.opened(), desk.cast.cy
    token = reply_tokens.make(reply_tokens.Kind.RETURN, ticket.pk, 1)

    came = post.comes(
        sender=address_of(cy), to=f"help+{token}@desk.example", in_reply_to=answered(ticket, cy)
    )

    assert (came.outcome, came.ticket) == (Letter.Outcome.REPLY, ticket)


def test_a_stranger_in_a_thread_is_a_note_with_a_warning(desk: DeskAtWork, post: Post) -> None:
    ticket = desk.opened()

    came = post.comes("Pay me.", sender=STRANGER, in_reply_to=answered(ticket, desk.cast.cy))

    assert (came.outcome, came.ticket) == (Letter.Outcome.NOTE, ticket)
    note = Note.objects.get()
    assert (note.body, note.voice) == ("<p>Pay me.</p>", Note.Voice.STRANGER)
    assert Message.objects.filter(ticket=ticket).count() == 1


def test_a_number_is_a_hint_for_a_person_alone(desk: DeskAtWork, post: Post) -> None:
    ticket = desk.opened()
    sender = address_of(desk.cast.cy)

    doubted = post.comes(sender=sender, subject=f"Re: [{ticket.number}] Printer")
    proven = post.comes(
        sender=sender, subject=f"Re: {ticket.number}", authentication_results=proof(sender)
    )
    strange = post.comes(
        sender=STRANGER, subject=f"Re: {ticket.number}", authentication_results=proof(STRANGER)
    )

    assert (doubted.state, doubted.reason) == (Letter.State.QUARANTINED, "names-a-ticket")
    assert doubted.hint == ticket.number
    assert (proven.outcome, proven.ticket) == (Letter.Outcome.REPLY, ticket)
    assert (strange.state, strange.hint) == (Letter.State.QUARANTINED, ticket.number)


@pytest.mark.parametrize(
    "place",
    ["subject", "body", "name", "file", "quoted", "list_id", "x_note"],
)
def test_a_token_planted_elsewhere_threads_nothing(
    desk: DeskAtWork, post: Post, place: str
) -> None:
    ticket = desk.opened()
    token = token_for(ticket, desk.cast.cy)
    if place == "name":
        came = post.comes(sender=f'"{token}" <{STRANGER}>', to=f'"{token}" <a@b.example>')
    elif place in {"body", "quoted"}:
        came = post.comes(("> " if place == "quoted" else "") + token, sender=STRANGER)
    elif place == "file":
        named = part("x", f"text/csv; name={token}.csv", content_disposition="attachment")
        came = post.delivered(letter_of(parts(part("Hello."), named), sender=STRANGER))
    else:
        came = post.comes(sender=STRANGER, **{place: token})

    assert came.outcome == Letter.Outcome.TICKET
    assert came.ticket != ticket


def test_a_machines_letter_changes_nothing_in_its_ticket(desk: DeskAtWork, post: Post) -> None:
    ticket = desk.opened()
    before = Ticket.objects.values().get(pk=ticket.pk)

    came = post.comes(
        "I am away.",
        sender=address_of(desk.cast.cy),
        in_reply_to=answered(ticket, desk.cast.cy),
        auto_submitted="auto-replied",
    )

    assert (came.outcome, came.reason) == (Letter.Outcome.MACHINE, "auto-reply")
    assert came.ticket == ticket
    assert Ticket.objects.values().get(pk=ticket.pk) == before


def test_a_letter_of_our_own_loop_ends_here(post: Post) -> None:
    came = post.comes(sender=STRANGER, x_otklik_desk=desk_mark())

    assert (came.outcome, came.reason) == (Letter.Outcome.MACHINE, "own-loop")
    assert not Ticket.objects.exists()


def test_a_letter_in_the_name_of_our_own_mailbox_waits_for_a_person(post: Post) -> None:
    came = post.comes(sender=post.mailbox.addresses[0])

    assert (came.state, came.reason) == (Letter.State.QUARANTINED, "from-ourselves")


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "empty"),
        (b"Subject: x\r\n\r\nHello", "no-sender"),
        (b"From: a@b.example\r\nFrom: c@d.example\r\n\r\nHello", "several-senders"),
        (b"From: <a@b.example>c@d.example\r\n\r\nHello", "sender-unclear"),
        (b"\0" * 100, "no-sender"),
    ],
)
def test_what_cannot_be_told_waits_for_a_person(post: Post, raw: bytes, reason: str) -> None:
    came = post.delivered(raw)

    assert (came.state, came.reason) == (Letter.State.QUARANTINED, reason)
    assert raw_of(came.pk) == raw


def test_what_the_desk_refuses_waits_with_its_words(desk: DeskAtWork, post: Post) -> None:
    desk.cast.it.is_active = False
    desk.cast.it.save()

    came = post.comes(sender=STRANGER)

    assert (came.state, came.reason) == (Letter.State.QUARANTINED, "not-taken")
    assert "department" in came.refusal
    assert not EmailAddress.objects.filter(address=STRANGER).exists()


def test_a_name_that_deceives_is_not_believed(post: Post) -> None:
    came = post.comes(sender=f'"boss@firm.example" <{STRANGER}>')

    assert came.ticket is not None
    assert came.ticket.requester.name == "new"
    assert "name-holds-address" in came.warnings


@pytest.mark.parametrize("follow_up", Mailbox.FollowUp.values)
def test_a_proven_answer_to_a_closed_ticket_goes_on_as_the_mailbox_says(
    desk: DeskAtWork, post: Post, follow_up: str
) -> None:
    ticket = desk.moved("closed")
    Mailbox.objects.update(follow_up=follow_up)

    came = post.comes(
        "Again.",
        sender=address_of(desk.cast.cy),
        in_reply_to=answered(ticket, desk.cast.cy),
    )

    ticket.refresh_from_db()
    if follow_up == Mailbox.FollowUp.REOPEN:
        assert (came.outcome, came.ticket) == (Letter.Outcome.REPLY, ticket)
        assert ticket.is_open
    else:
        assert came.outcome == Letter.Outcome.TICKET
        assert not ticket.is_open
        assert TicketLink.objects.get().source == came.ticket
        assert TicketLink.objects.get().target == ticket


def test_whom_a_letter_names_is_proposed_and_gets_nothing(desk: DeskAtWork, post: Post) -> None:
    came = post.comes(sender=STRANGER, cc=f"Boss <boss@firm.example>, {post.mailbox.addresses[0]}")

    named = Copied.objects.get()
    assert (named.ticket, named.address, named.name) == (came.ticket, "boss@firm.example", "Boss")
    assert named.state == Copied.State.PROPOSED


def test_who_is_confirmed_answers_and_who_is_only_named_does_not(
    desk: DeskAtWork, post: Post
) -> None:
    first = post.comes(
        sender=STRANGER, cc="boss@firm.example", message_id="<first@stranger.example>"
    )
    assert first.ticket is not None
    boss = "boss@firm.example"
    reply = {"sender": boss, "in_reply_to": "<first@stranger.example>"}
    reply |= {"authentication_results": proof(boss)}

    assert post.comes("One.", **reply).outcome == Letter.Outcome.NOTE
    take_ticket(actor=desk.cast.ada, ticket_id=first.ticket.pk)
    copied = Copied.objects.get()
    confirm_copy(actor=desk.cast.ada, ticket_id=first.ticket.pk, copied_id=copied.pk)
    came = post.comes("Two.", **reply)

    assert (came.outcome, came.ticket) == (Letter.Outcome.REPLY, first.ticket)


def test_a_colleagues_proven_answer_is_a_note_while_they_may_see_the_ticket(
    desk: DeskAtWork, post: Post
) -> None:
    ticket, ada = desk.opened(), desk.cast.ada
    sender = address_of(ada)
    heads = {"in_reply_to": answered(ticket, ada), "authentication_results": proof(sender)}

    came = post.comes("I look.", sender=sender, **heads)
    take_ticket(actor=desk.cast.vi, ticket_id=ticket.pk)
    after = post.comes("I still look.", sender=sender, **heads)

    assert came.outcome == Letter.Outcome.NOTE
    assert came.note is not None
    assert (came.note.author_id, came.note.voice) == (ada.person_id, "")
    assert (after.state, after.reason) == (Letter.State.QUARANTINED, "colleague-unproven")


@pytest.mark.parametrize(
    ("heads", "receipts"),
    [
        ({}, 1),
        ({"list_id": "<help.lists.example>"}, 1),
        ({"precedence": "bulk"}, 0),
        ({"x_auto_response_suppress": "All"}, 0),
        ({"auto_submitted": "auto-generated"}, 0),
        ({"authentication_results": proof(STRANGER, "fail")}, 0),
    ],
)
def test_no_machine_answers_where_that_is_not_wanted(
    desk: DeskAtWork, post: Post, heads: dict[str, str], receipts: int
) -> None:
    make_sender(department=desk.cast.it)
    rule_sender(
        actor=desk.cast.root,
        mailbox_id=post.mailbox.pk,
        sender=STRANGER,
        treatment=SenderRule.Treatment.TAKE,
    )

    came = post.comes(sender=STRANGER, **heads)

    assert came.outcome == Letter.Outcome.TICKET
    assert Outgoing.objects.filter(kind=Outgoing.Kind.RECEIPT).count() == receipts


def test_what_a_reader_should_know_of_a_letter_stands_under_what_it_said(
    desk: DeskAtWork, post: Post, client: Client
) -> None:
    halves = parts(
        part("We accept your offer of 100 euros.", "text/plain; charset=utf-8"),
        part("<p>We refuse whatever you have offered us.</p>", "text/html; charset=utf-8"),
        kind="alternative",
    )
    came = post.delivered(letter_of(halves, sender="Cy <cy@firm.example>"))
    plain = post.comes("It jams.", sender="di@firm.example")
    assert came.ticket is not None
    assert plain.ticket is not None
    sign_in(client, desk.cast.ada)

    page = client.get(f"/tickets/{came.ticket.number}/").content.decode()
    assert "Its plain text and its HTML say different things" in page
    assert f'href="/mail/letters/{came.pk}/"' in page
    other = client.get(f"/tickets/{plain.ticket.number}/").content.decode()
    assert "say different things" not in other
    assert f'href="/mail/letters/{plain.pk}/"' not in other
