"""Who may be who: what a server says of the sender x who it is x which token they hold.

The table T01 of our threats. In no cell does a letter show anybody a ticket that they could not
see before; in two it lets somebody get copies, who was named by a sender proven in both ways.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from typing import Any

import pytest
from django.db import transaction

from otklik.mail import reply_tokens
from otklik.mail.models import Letter
from otklik.mail.tests.post import Post, address_of, proof, token_for
from otklik.people.models import Actor
from otklik.tickets.actions import confirm_copy, propose_copies
from otklik.tickets.models import Copied, Message, Note, Ticket
from otklik.tickets.tests.desk import DeskAtWork

RESULTS = ("pass", "fail", "none", "temperror")
SENDERS = ("requester", "copied", "colleague", "stranger")
TOKENS = ("right", "of-another-ticket", "none")
COPIED, STRANGER, SPY = "boss@firm.example", "new@stranger.example", "spy@stranger.example"
Cell = tuple[str, str, str]

NEW, REPLY, NOTE, ASKED = "ticket", "reply", "note", "quarantined"
# what each sender's letter becomes, by result, with: the right token, another ticket's, none
EXPECTED: dict[str, dict[str, tuple[str, str, str]]] = {
    "requester": {
        "pass": (REPLY, NOTE, NEW),
        "fail": (NOTE, NOTE, ASKED),
        "none": (REPLY, NOTE, NEW),
        "temperror": (REPLY, NOTE, NEW),
    },
    "copied": {
        "pass": (REPLY, NOTE, NEW),
        "fail": (NOTE, NOTE, ASKED),
        "none": (REPLY, NOTE, NEW),
        "temperror": (REPLY, NOTE, NEW),
    },
    "colleague": {
        "pass": (NOTE, ASKED, NEW),
        "fail": (ASKED, ASKED, ASKED),
        "none": (ASKED, ASKED, NEW),
        "temperror": (ASKED, ASKED, NEW),
    },
    "stranger": {
        "pass": (NOTE, NOTE, NEW),
        "fail": (NOTE, NOTE, ASKED),
        "none": (NOTE, NOTE, NEW),
        "temperror": (NOTE, NOTE, NEW),
    },
}
CONFIRMS = {("pass", "requester", "right"), ("pass", "colleague", "right")}


def cells() -> Iterator[Cell]:
    yield from product(RESULTS, SENDERS, TOKENS)


def seen_by_everyone(desk: DeskAtWork) -> dict[str, set[int]]:
    return {
        name: set(Ticket.objects.visible_to(actor).values_list("pk", flat=True))
        for name, actor in desk.cast.everyone.items()
    }


@contextmanager
def undone() -> Iterator[None]:
    """Leave nothing of the block behind; letters are kept there as if nothing were around it."""
    point = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(point)


@pytest.mark.parametrize("who", SENDERS)
def test_no_letter_widens_what_anybody_sees(desk: DeskAtWork, post: Post, who: str) -> None:
    for cell in cells():
        if cell[1] == who:
            with undone():
                widens_nothing(desk, post, cell)


def widens_nothing(desk: DeskAtWork, post: Post, cell: Cell) -> None:
    result, who, token = cell
    cast = desk.cast
    ticket = desk.opened("Mine")
    asked_by: dict[str, Any] = {"actor": cast.sam, "requester_id": cast.sam.person_id}
    other = desk.opened("Another", department_id=cast.hr.pk, **asked_by)
    copied = propose_copies(actor=cast.cy, ticket_id=ticket.pk, named=[(COPIED, "Boss")])[0]
    copied = confirm_copy(actor=cast.cy, ticket_id=ticket.pk, copied_id=copied.pk)
    assert copied.person is not None
    senders: dict[str, tuple[str, int]] = {
        "requester": (address_of(cast.cy), cast.cy.person_id),
        "copied": (COPIED, copied.person.pk),
        "colleague": (address_of(cast.ada), cast.ada.person_id),
        "stranger": (STRANGER, cast.cy.person_id),  # who got hold of the requester's letter
    }
    sender, holder = senders[who]
    before = seen_by_everyone(desk)
    said = Message.objects.count()

    came = post.comes(
        sender=sender,
        to=_recipient(post, ticket if token == "right" else other, holder, token),
        cc=SPY,
        authentication_results=proof(sender, result),
    )

    became = came.outcome or came.state
    assert became == EXPECTED[who][result][TOKENS.index(token)], (cell, came.reason)
    after = seen_by_everyone(desk)
    own = {came.ticket_id} if became == NEW else set()
    assert {name: seen - own for name, seen in after.items()} == before, cell
    spies = Copied.objects.filter(address=SPY)
    is_confirmed = spies.filter(state=Copied.State.CONFIRMED).exists()
    assert is_confirmed == (cell in CONFIRMS), cell
    if became != REPLY:
        assert Message.objects.count() == said + (became == NEW), cell
    if became == NOTE and who != "colleague":
        assert Note.objects.get().voice != "", cell
    if became in {REPLY, NOTE}:
        assert came.ticket == (ticket if token == "right" else other), cell


def _recipient(post: Post, ticket: Ticket, holder_id: int, token: str) -> str:
    own = post.mailbox.addresses[0]
    if token == "none":
        return own
    holder = Actor(account_id=0, person_id=holder_id, name="")
    local, _at, domain = own.partition("@")
    return f"{local}+{token_for(ticket, holder)}@{domain}"


def test_every_cell_of_the_table_is_tried() -> None:
    assert len(list(cells())) == 48
    assert sum(len(row) * 3 for row in EXPECTED.values()) == 48


def test_a_token_with_any_one_letter_changed_is_no_token(desk: DeskAtWork, post: Post) -> None:
    ticket = desk.opened()
    token = token_for(ticket, desk.cast.cy)
    local, _at, domain = post.mailbox.addresses[0].partition("@")
    for place in range(reply_tokens.LENGTH):
        changed = token[:place] + ("a" if token[place] != "a" else "b") + token[place + 1 :]

        came = post.comes(sender=address_of(desk.cast.cy), to=f"{local}+{changed}@{domain}")

        assert came.outcome == Letter.Outcome.TICKET, place
        assert came.ticket != ticket, place


def test_what_another_server_found_out_proves_nothing(desk: DeskAtWork, post: Post) -> None:
    sender, ticket = address_of(desk.cast.cy), desk.opened()
    claimed = f"mx.evil.example; dmarc=pass header.from={sender.rpartition('@')[2]}"

    came = post.comes(sender=sender, subject=f"Re: {ticket.number}", authentication_results=claimed)

    assert (came.state, came.verdict["standing"]) == (Letter.State.QUARANTINED, "none")


def test_only_the_topmost_results_of_our_server_count(desk: DeskAtWork, post: Post) -> None:
    sender, ticket = address_of(desk.cast.cy), desk.opened()
    ours = proof(sender, "fail")
    forged = proof(sender, "pass")
    raw = post.letter(sender=sender, subject=f"Re: {ticket.number}", authentication_results=ours)
    raw = raw.replace(ours.encode(), f"{ours}\r\nAuthentication-Results: {forged}".encode())

    came = post.delivered(raw)

    assert (came.state, came.reason) == (Letter.State.QUARANTINED, "forged")


def test_without_a_name_for_our_server_nothing_is_believed(desk: DeskAtWork, post: Post) -> None:
    post.mailbox.authserv_id = ""
    post.mailbox.save()
    sender = address_of(desk.cast.cy)

    came = post.comes(sender=sender, authentication_results=proof(sender, "fail"))

    assert came.outcome == Letter.Outcome.TICKET
    assert came.verdict["standing"] == "none"
