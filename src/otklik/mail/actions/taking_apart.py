"""A ticket whose letter passes on another one: the request of whoever wrote that, on a press."""

from functools import partial
from typing import Final

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from otklik.core.errors import Conflict, Invalid, NotFound
from otklik.core.letters import Automatic
from otklik.core.letters import Letter as ReadLetter
from otklik.mail.actions.intake.parting import Halves, halves_in_file, halves_in_words, note_of
from otklik.mail.actions.intake.reading import read_again, read_kept
from otklik.mail.actions.intake.settling import as_from, known_writer, registered
from otklik.mail.actions.intake.wording import subject_of, words_of
from otklik.mail.actions.quiet import quietly
from otklik.mail.models import Letter
from otklik.mail.policies import lock_forward
from otklik.mail.selectors.mailboxes import surroundings
from otklik.mail.selectors.raw import raw_of
from otklik.people.models import Actor, Person
from otklik.people.policies import is_colleague, writer
from otklik.tickets.actions import (
    NewTicket,
    keep_outsiders_words,
    open_in_place_of,
    propose_copies,
    shelve_ticket,
)
from otklik.tickets.models import Note, Ticket

_OF_PEOPLE: Final = frozenset({None, Automatic.LIST})


@transaction.atomic
def take_apart(*, actor: Actor, number: str, requester: str = "") -> Ticket:
    """Open the ticket of who wrote the letter that the ticket's own letter passes on; return it.

    `requester` is their address, where the letter does not name them plainly or rightly. What the
    bearer said becomes an internal note there. The first ticket closes without a letter to
    anybody, merged into the new one, and keeps all that was said in it. Again returns the same
    ticket. Publishes what a new ticket does. Raises NotFound, Conflict for a closed ticket, Invalid
    naming `requester`.
    """
    ticket, row = lock_forward(actor, number)
    if row.apart is not None:
        return row.apart
    if not ticket.is_open:
        raise Conflict(_("This ticket is closed. Reopen it first."))
    halves = parted(row)
    asked, person = _asker(halves, requester, ticket.requester)
    language = row.mailbox.language
    with translation.override(language), quietly(is_quiet=asked.automatic not in _OF_PEOPLE):
        words = words_of(actor, asked, halves.asked_raw, language, without=halves.asked_without)
        new = NewTicket(
            subject=subject_of(asked, language),
            words=words,
            requester_id=person.pk,
            requester=person,
        )
        opened = open_in_place_of(actor=actor, ticket_id=ticket.pk, asked=new).ticket
    _keep_bearer(ticket.requester, row, halves, opened)
    with quietly(is_quiet=True):
        shelve_ticket(actor=actor, ticket_id=ticket.pk)
    row.apart = opened
    row.save(update_fields=["apart"])
    return opened


def _asker(halves: Halves, requester: str, bearer: Person) -> tuple[ReadLetter, Person]:
    """Return what was passed on as from whom a person says, and who that is. Raises Invalid."""
    asked = as_from(halves.asked, requester)
    if asked.sender is None:
        why = _("The letter does not say plainly who wrote it. Enter the address of who asks.")
        raise Invalid(fields={"requester": why})
    if asked.sender.key in surroundings().own_addresses:
        raise Invalid(fields={"requester": _("This is an address of this desk.")})
    person = known_writer(asked)
    if person is not None and person.pk == bearer.pk:
        raise Invalid(fields={"requester": _("This person asks already.")})
    return asked, person or registered(asked)


def parted(row: Letter) -> Halves:
    """Return the two halves of a letter that passes on another one. Raises NotFound."""
    raw = partial(raw_of, row.pk)
    said = read_kept(row.pk)
    found = halves_in_words(said, raw) or halves_in_file(said, raw, read_again)
    if found is None:
        raise NotFound(_("No letter that passes on another one opened this ticket."))
    return found


def _keep_bearer(bearer: Person, row: Letter, halves: Halves, opened: Ticket) -> None:
    """Keep what the bearer said; propose copies to one who does not work here."""
    author = writer(bearer)
    said = note_of(halves, author, partial(raw_of, row.pk), row.mailbox.language)
    keep_outsiders_words(actor=author, ticket_id=opened.pk, words=said, voice=Note.Voice.BEARER)
    if not is_colleague(bearer) and row.sender:
        propose_copies(actor=author, ticket_id=opened.pk, named=[(row.sender, row.sender_name)])
