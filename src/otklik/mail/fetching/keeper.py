"""One mailbox and the thread that keeps its letters coming, whatever its server does."""

import logging
import threading
import time
from typing import Final

from django.db import Error, connections

from otklik.core.post.imap import Imap
from otklik.core.post.imap import Refused as LetterRefused
from otklik.core.post.pop3 import Pop3
from otklik.core.post.trouble import Kind, Trouble, words_of
from otklik.mail.actions.fetching import note_trouble
from otklik.mail.fetching.account import Account
from otklik.mail.fetching.drop import keep_dropped
from otklik.mail.fetching.folder import Folder
from otklik.mail.models import Mailbox

logger = logging.getLogger(__name__)

FIRST_REST: Final = 1.0
LONGEST_REST: Final = 120.0
PERSON_REST: Final = 60.0
"""First rest where a person has to change something: servers lock out who tries too often."""
PERSON_LONGEST: Final = 900.0
STEADY_SECONDS: Final = 60.0
"""A visit that lasted so long was a good one."""
DROP_SECONDS: Final = 60.0
"""Between visits to a POP3 server, which never speaks by itself."""
FORGET: Final = frozenset({Kind.LOGIN, Kind.GRANT})


class Keeper:
    """Visits one mailbox again and again until it is told to end."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self._ending = threading.Event()
        self._open: Imap | Pop3 | None = None
        self._failures = 0
        self._thread = threading.Thread(target=self._run, name=f"mailbox {account.id}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    @property
    def lives(self) -> bool:
        return self._thread.is_alive()

    def end(self) -> None:
        """Ask it to end; a letter that is being kept is kept to its end."""
        self._ending.set()
        if self._open is not None:
            self._open.close()

    def join(self, seconds: float) -> None:
        self._thread.join(seconds)

    def _run(self) -> None:
        while not self._ending.is_set():
            began = time.monotonic()
            rest = self._visited()
            connections.close_all()  # between visits the connection rests in the pool
            if time.monotonic() - began > STEADY_SECONDS:
                self._failures = min(self._failures, 1)
            self._ending.wait(rest)

    def _visited(self) -> float:
        """Visit the server once, as long as that goes well; return how long to rest then."""
        try:
            self._visit()
        except Trouble as trouble:
            return self._after(trouble)
        except LetterRefused as refusal:
            said = words_of(refusal.said)
            return self._after(self.account.server.trouble(Kind.REFUSED, said))
        except Error:
            logger.warning("mailbox_waits_for_the_database", extra=self._words(), exc_info=True)
            return self._rest(FIRST_REST, LONGEST_REST)
        except Exception:  # whatever it was, this mailbox goes on and the others do not notice
            logger.exception("mailbox_failed", extra=self._words())
            return self._after(self.account.server.trouble(Kind.FAULT))
        self._failures = 0
        return DROP_SECONDS

    def _visit(self) -> None:
        login = self.account.login()
        is_drop = self.account.kind == Mailbox.Kind.POP3
        opened = (Pop3 if is_drop else Imap).opened(self.account.server, login)
        self._open = opened
        try:
            if self._ending.is_set():
                return
            if isinstance(opened, Pop3):
                keep_dropped(self.account, opened)
            else:
                self._stay(Folder(self.account, opened))
        finally:
            self._open = None
            opened.close()

    def _stay(self, folder: Folder) -> None:
        folder.keep_all()
        self._failures = 0
        while not self._ending.is_set():
            connections.close_all()
            folder.rest(self._ending.wait)
            if not self._ending.is_set():
                folder.goes_on()

    def _after(self, trouble: Trouble) -> float:
        if self._ending.is_set():
            return 0.0
        if trouble.kind in FORGET:
            self.account.forget_token()
        logger.warning("mailbox_in_trouble", extra=self._words() | {"trouble": trouble.kind.value})
        try:
            note_trouble(mailbox=self.account.at, trouble=trouble)
        except Error:
            logger.warning("trouble_not_noted", extra=self._words(), exc_info=True)
        if trouble.needs_a_person:
            return self._rest(PERSON_REST, PERSON_LONGEST)
        return self._rest(FIRST_REST, LONGEST_REST)

    def _rest(self, first: float, longest: float) -> float:
        self._failures += 1
        return min(longest, first * (1 << min(self._failures - 1, 20)))

    def _words(self) -> dict[str, object]:
        return {"mailbox": self.account.name, "mailbox_id": self.account.id}
