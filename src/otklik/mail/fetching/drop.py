"""One visit to a maildrop on a POP3 server: what has a name we do not know is kept here."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from django.conf import settings

from otklik.core.post.pop3 import Dropped, Pop3
from otklik.core.post.spool import Spool, TooLong
from otklik.core.post.trouble import Kind, Trouble
from otklik.mail.actions.fetching import begin_drop, forget_places, note_contact
from otklik.mail.actions.intake.receiving import Arrival, receive
from otklik.mail.fetching.account import Account
from otklik.mail.models import Mailbox
from otklik.mail.selectors.fetching import known_uids, passed_uids

NO_VALIDITY: Final = 0
"""Places on a POP3 server have no UIDVALIDITY: a name by UIDL holds as long as its letter lies
there (RFC 1939, 7), and may be another's afterwards."""


def keep_dropped(account: Account, pop: Pop3) -> None:
    """Keep all that is new, delete what is kept where that is wanted, and end. Raises Trouble.

    Only what this very visit has kept is deleted. What is too large stays where it lies, and so
    does what lay there before the first visit, unless that is wanted too.
    """
    deletes = account.taken == Mailbox.Taken.DELETED
    visit = _Visit(account, pop, letters_there(account, pop))
    unknown = list(visit.unknown())
    missing = visit.not_passed() if deletes else unknown
    small = [one for one in missing if not visit.is_too_long(one)]
    for number, one in enumerate(small):
        try:
            visit.keep(one)
        except TooLong:  # the rest of it is still to come: only another connection gets past it
            account.too_long.add(visit.mark(one))
            pop.close()
            visit.tell(waiting=len(small) - number - 1)
            return
    if deletes:
        for one in small:
            pop.delete(one.number)
    pop.leave()
    visit.tell(waiting=0)


class _Visit:
    def __init__(self, account: Account, pop: Pop3, there: list[Dropped]) -> None:
        self.there = there
        self._account, self._pop = account, pop
        self._sizes = pop.sizes()
        self._named = Counter(one.name for one in there if one.name)

        uids = {one.uid for one in there if self._is_named(one)}
        begin_drop(
            mailbox=account.at,
            uidvalidity=NO_VALIDITY,
            uids=set() if account.taken_since is None else uids,
        )
        self._passed = passed_uids(account.id, NO_VALIDITY)

    def not_passed(self) -> list[Dropped]:
        """Return all but what lay there before and is not to be taken."""
        if self._account.taken_since is None:
            return self.there
        return [one for one in self.there if not self._is_named(one) or one.uid not in self._passed]

    def unknown(self) -> Iterator[Dropped]:
        """Give what is not known by its own name; forget the names that nothing bears any more."""
        known = known_uids(self._account.id, NO_VALIDITY)
        if gone := known - {one.uid for one in self.there}:
            forget_places(mailbox=self._account.at, uidvalidity=NO_VALIDITY, uids=gone)
        kept = known - self._passed
        return (one for one in self.not_passed() if not self._is_named(one) or one.uid not in kept)

    def is_too_long(self, one: Dropped) -> bool:
        is_large = self._sizes.get(one.number, 0) > settings.OTKLIK_LARGEST_LETTER
        return is_large or self.mark(one) in self._account.too_long

    def mark(self, one: Dropped) -> str:
        """Return by what a letter is known until the mailbox is set up anew."""
        return f"{one.name or one.number} {self._sizes.get(one.number, 0)}"

    def keep(self, one: Dropped) -> None:
        place = (NO_VALIDITY, one.uid) if self._is_named(one) else None
        with Spool.of(self._pop.take(one.number), settings.OTKLIK_LARGEST_LETTER) as raw:
            arrival = Arrival(raw=raw, place=place, version=self._account.version)
            receive(mailbox_id=self._account.id, arrival=arrival)

    def tell(self, *, waiting: int) -> None:
        too_large = sum(map(self.is_too_long, self.there))
        note_contact(mailbox=self._account.at, waiting=waiting, too_large=too_large)

    def _is_named(self, one: Dropped) -> bool:
        """Say whether it has a name, and no other letter has the same."""
        return self._named[one.name] == 1


def letters_there(account: Account, pop: Pop3) -> list[Dropped]:
    """Return what lies there. Raises Trouble where names are needed and the server has none."""
    try:
        return pop.letters()
    except Trouble as trouble:
        if trouble.kind is not Kind.NO_NAMES or account.taken != Mailbox.Taken.DELETED:
            raise
    if account.taken_since is not None:
        raise account.server.trouble(Kind.NO_OLD)
    return pop.numbers()
