"""One visit to a maildrop on a POP3 server: what has a name we do not know is kept here."""

from otklik.core.post.pop3 import Dropped, Pop3
from otklik.core.post.spool import Spool
from otklik.core.post.trouble import Kind, Trouble
from otklik.mail.actions.fetching import note_contact
from otklik.mail.actions.intake.receiving import Arrival, receive
from otklik.mail.fetching.account import Account
from otklik.mail.models import Mailbox
from otklik.mail.selectors.fetching import known_uids

NO_VALIDITY = 0
"""Names by UIDL hold for ever (RFC 1939), so places on a POP3 server have no UIDVALIDITY."""


def keep_dropped(account: Account, pop: Pop3) -> None:
    """Keep all that is new, delete what is kept where that is wanted, and end. Raises Trouble."""
    deletes = account.taken == Mailbox.Taken.DELETED
    there = _letters(pop, deletes=deletes)
    known = known_uids(account.id, NO_VALIDITY)
    missing = [one for one in there if not one.name or one.uid not in known]
    waiting = len(missing)
    for one in missing:
        with Spool.of(pop.take(one.number)) as raw:
            place = (NO_VALIDITY, one.uid) if one.name else None
            receive(mailbox_id=account.id, arrival=Arrival(raw=raw, place=place))
        waiting -= 1
    if deletes:
        for one in there:
            pop.delete(one.number)
    pop.leave()
    note_contact(mailbox_id=account.id, waiting=waiting)


def _letters(pop: Pop3, *, deletes: bool) -> list[Dropped]:
    try:
        return pop.letters()
    except Trouble as trouble:
        if trouble.kind is not Kind.NO_NAMES or not deletes:
            raise
        return pop.numbers()
