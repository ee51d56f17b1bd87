"""One visit to a folder on an IMAP server: every letter that lies there is kept here.

A letter is known by its UID under the folder's UIDVALIDITY. What the server has and we have not
is fetched, whatever its place and its marks; only what is committed is marked or moved.
"""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from django.conf import settings

from otklik.core.post.imap import Imap, Listed, Refused
from otklik.core.post.spool import Spool, TooLong
from otklik.core.post.trouble import words_of
from otklik.mail.actions.fetching import begin_folder, note_contact, note_gaps
from otklik.mail.actions.intake.receiving import Arrival, receive
from otklik.mail.fetching.account import Account
from otklik.mail.models import Mailbox
from otklik.mail.selectors.fetching import known_uids

logger = logging.getLogger(__name__)

COMPARING_SECONDS: Final = 600.0
"""So often is the whole folder compared with what is kept here."""
LOOKING_SECONDS: Final = 240.0
"""Many a gateway forgets a connection that is still for five minutes."""
POLLING_SECONDS: Final = 30.0
MOST_AT_ONCE: Final = 100
MOST_BYTES_AT_ONCE: Final = 4 * 1024 * 1024


class Folder:
    """A folder that is open on a connection. Raises Trouble when that ends."""

    def __init__(self, account: Account, imap: Imap) -> None:
        self.account = account
        self._imap = imap
        only_read = account.taken == Mailbox.Taken.LEFT
        selected = imap.select(account.folder, only_read=only_read)
        self._uidvalidity = selected.uidvalidity
        begin_folder(mailbox=account.at, uidvalidity=selected.uidvalidity, uidnext=selected.uidnext)
        mailbox = Mailbox.objects.only("highest_uid", "first_uid").get(pk=account.id)
        self._highest = mailbox.highest_uid
        self._first = mailbox.first_uid
        self._refused: set[int] = set()
        self._too_long: set[int] = set()
        self._compared_at = 0.0

    def keep_all(self) -> None:
        """Compare the whole folder with what is kept, and keep what is missing."""
        there = self._imap.uids()
        known = known_uids(self.account.id, self._uidvalidity)
        self._too_long.intersection_update(there)
        missing = self._wanted([uid for uid in there if uid not in known])
        gaps = {one.uid for one in missing if one.uid <= self._highest}
        if gaps:
            note_gaps(mailbox=self.account.at, found=len(gaps - self._refused))
        kept = self._keep(missing)
        if refilled := gaps & kept:
            note_gaps(mailbox=self.account.at, refilled=len(refilled))
        self._settle_again(known.intersection(there))
        self._compared_at = time.monotonic()

    def keep_new(self) -> None:
        """Keep what came after the highest UID that is known."""
        there = self._imap.uids(self._highest + 1)
        known = known_uids(self.account.id, self._uidvalidity, self._highest + 1)
        self._keep(self._wanted([uid for uid in there if uid not in known]))

    def rest(self, ending: Callable[[float], bool]) -> None:
        """Rest until there is news; look also where the server says nothing by itself."""
        if self._imap.can_idle:
            self._imap.wait(LOOKING_SECONDS)
        elif not self._imap.has_news and not ending(POLLING_SECONDS):
            self._imap.look()

    def goes_on(self) -> None:
        """Keep what there is to keep after a rest."""
        if time.monotonic() - self._compared_at > COMPARING_SECONDS:
            self.keep_all()
        else:
            self.keep_new()

    def _wanted(self, missing: Sequence[int]) -> list[Listed]:
        """Return what is to be kept: not what lay there before, nor what is too large."""
        since = self.account.taken_since
        listed = self._imap.listed([uid for uid in missing if uid not in self._too_long])
        wanted = [
            one
            for one in listed
            if since is None
            or (self._first and one.uid >= self._first)
            or one.came_at is None
            or one.came_at >= since
        ]
        most = settings.OTKLIK_LARGEST_LETTER
        self._too_long.update(one.uid for one in wanted if one.size > most)
        return [one for one in wanted if one.size <= most]

    def _keep(self, listed: list[Listed]) -> set[int]:
        """Keep letters and settle them on the server; return the UIDs that are kept."""
        kept: set[int] = set()
        waiting = len(listed)
        for some in _parts(listed):
            now = self._keep_some([one.uid for one in some])
            kept |= now
            self._settle(sorted(now))
            waiting -= sum(one.uid in now or one.uid in self._too_long for one in some)
            self._tell(waiting)
        if not listed:
            self._tell(0)
        return kept

    def _keep_some(self, uids: list[int]) -> set[int]:
        kept: set[int] = set()

        def keep(uid: int, pieces: Iterator[bytes]) -> None:
            try:
                with Spool.of(pieces, settings.OTKLIK_LARGEST_LETTER) as raw:
                    place, version = (self._uidvalidity, uid), self.account.version
                    arrival = Arrival(raw=raw, place=place, version=version)
                    receive(mailbox_id=self.account.id, arrival=arrival)
            except TooLong:  # it said less of itself
                self._too_long.add(uid)
                return
            kept.add(uid)
            self._highest = max(self._highest, uid)

        try:
            self._imap.take(uids, keep)
        except Refused as refusal:
            rest = [uid for uid in uids if uid not in kept]
            if len(uids) == 1:
                self._note_refused(uids[0], refusal)
            else:
                for uid in rest:
                    kept |= self._keep_some([uid])
        return kept

    def _note_refused(self, uid: int, refusal: Refused) -> None:
        """Go on without a letter that the server does not give; it is asked for again later."""
        self._refused.add(uid)
        words = {"mailbox": self.account.name, "uid": uid, "said": words_of(refusal.said)}
        logger.warning("letter_not_given", extra=words)

    def _settle_again(self, known: set[int]) -> None:
        """Settle what was kept as a process died before it could mark or move it."""
        if self.account.taken in {Mailbox.Taken.MOVED, Mailbox.Taken.DELETED}:
            self._settle(sorted(known))
        elif self.account.taken == Mailbox.Taken.SEEN:
            self._settle([uid for uid in self._imap.uids(unseen=True) if uid in known])

    def _settle(self, uids: list[int]) -> None:
        if not uids:
            return
        try:
            match self.account.taken:
                case Mailbox.Taken.SEEN:
                    self._imap.mark_seen(uids)
                case Mailbox.Taken.MOVED:
                    self._imap.move(uids, self.account.target)
                case Mailbox.Taken.DELETED:
                    self._imap.delete(uids)
                case _:  # left as they are
                    pass
        except Refused as refusal:
            words = {"mailbox": self.account.name, "said": words_of(refusal.said)}
            logger.warning("letters_not_settled", extra=words)

    def _tell(self, waiting: int) -> None:
        note_contact(
            mailbox=self.account.at,
            waiting=waiting,
            highest_uid=self._highest,
            too_large=len(self._too_long),
        )


def _parts(listed: list[Listed]) -> Iterator[list[Listed]]:
    """Give letters in their order, few and small enough at once."""
    some: list[Listed] = []
    size = 0
    for one in listed:
        if some and (len(some) == MOST_AT_ONCE or size + one.size > MOST_BYTES_AT_ONCE):
            yield some
            some, size = [], 0
        some.append(one)
        size += one.size
    if some:
        yield some
