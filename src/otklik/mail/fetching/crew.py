"""All mailboxes that are fetched, one keeper each; and only one crew for each in the whole desk."""

import logging
import signal
import threading
from types import FrameType
from typing import Final

from django.db import Error, connection, connections

from otklik.mail.fetching.account import Account
from otklik.mail.fetching.gate import Gate
from otklik.mail.fetching.keeper import Keeper
from otklik.mail.selectors.fetching import fetched_mailboxes, received_mailboxes

logger = logging.getLogger(__name__)

LOOKING_SECONDS: Final = 3.0
"""So soon is heard of a mailbox that was set up or changed."""
ENDING_SECONDS: Final = 10.0
LOCKS: Final = 0x6F746B  # the first number of every lock of ours in PostgreSQL


class Crew:
    """Keeps a keeper for each active mailbox. Its locks last as long as its connection."""

    def __init__(self) -> None:
        self._keepers: dict[int, Keeper] = {}
        self._gate = Gate()
        self._ending = threading.Event()

    def end(self) -> None:
        self._ending.set()

    def run(self, *, until_idle: bool = False) -> None:
        """Keep letters coming until told to end, or, if so wished, until no mailbox is left."""
        try:
            while not self._ending.is_set():
                if self._look() == 0 and until_idle:
                    return
                self._ending.wait(LOOKING_SECONDS)
        finally:
            self._gate.be_open(is_wanted=False)
            self._end_all(list(self._keepers))
            connections.close_all()

    def _look(self) -> int:
        """Begin what was set up, end what was changed; return how many mailboxes there are."""
        try:
            received = received_mailboxes() if self._gate.is_set_up else []
            self._gate.be_open(is_wanted=bool(received))
            accounts = {mailbox.pk: Account.of(mailbox) for mailbox in fetched_mailboxes()}
            self._end_all(
                [key for key, keeper in self._keepers.items() if _is_over(keeper, accounts)]
            )
            for key, account in accounts.items():
                if key not in self._keepers and _locked(key):
                    self._keepers[key] = Keeper(account)
                    self._keepers[key].start()
        except Error:  # with the connection the locks went: another crew may be at it
            logger.warning("crew_waits_for_the_database", exc_info=True)
            self._end_all(list(self._keepers))
            connection.close()
            return -1
        return len(accounts) + len(received)

    def _end_all(self, keys: list[int]) -> None:
        gone = [self._keepers.pop(key) for key in keys]
        for keeper in gone:
            keeper.end()
        for key, keeper in zip(keys, gone, strict=True):
            keeper.join(ENDING_SECONDS)
            _unlocked(key)


def run_crew(*, until_idle: bool = False) -> None:
    """Fetch letters until SIGINT or SIGTERM. For the main thread."""
    crew = Crew()

    def end(_number: int, _frame: FrameType | None) -> None:
        crew.end()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    crew.run(until_idle=until_idle)


def _is_over(keeper: Keeper, accounts: dict[int, Account]) -> bool:
    account = accounts.get(keeper.account.id)
    return account is None or account.version != keeper.account.version or not keeper.lives


def _locked(mailbox_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCKS, mailbox_id])
        return bool(cursor.fetchone()[0])


def _unlocked(mailbox_id: int) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCKS, mailbox_id])
    except Error:
        connection.close()  # and the lock with it
