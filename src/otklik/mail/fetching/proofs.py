"""Where letters come from that were handed over directly: found out beside the receiving."""

import contextlib
import logging
from concurrent.futures import ThreadPoolExecutor

from django.conf import settings
from django.db import Error, connections

from otklik.core.letters.proving.provers import MOST_CHILDREN, Provers
from otklik.mail.actions.intake.proving import being_proven, keep_proof, sending_of
from otklik.mail.selectors.raw import raw_of

logger = logging.getLogger(__name__)


class Proofs:
    """Finds out about one letter after another, a few side by side, until it is ended."""

    def __init__(self) -> None:
        place = settings.OTKLIK_NAME_SERVER
        self._provers = Provers(f"{place[0]}:{place[1]}" if place else "")
        self._threads = ThreadPoolExecutor(MOST_CHILDREN, thread_name_prefix="mail proofs")
        self._ends = False

    def begin(self, letter_id: int) -> None:
        """Have a letter proven soon; when all is ending, by who comes after."""
        with contextlib.suppress(RuntimeError):
            self._threads.submit(self._prove, letter_id)

    def resume(self) -> None:
        """Begin with what was left behind; what nobody gets to is read unproven."""
        for letter_id in being_proven().values_list("pk", flat=True):
            self.begin(letter_id)

    def end(self) -> None:
        """Leave the rest for who comes after."""
        self._ends = True
        self._provers.stop()
        self._threads.shutdown(wait=True, cancel_futures=True)
        self._provers.close()

    def _prove(self, letter_id: int) -> None:
        try:
            sending = sending_of(letter_id)
            if sending is None or self._ends:
                return
            results = self._provers.prove(raw_of(letter_id), sending)
            if not self._ends:  # else it was we who cut it off
                keep_proof(letter_id=letter_id, results=results)
        except (Error, OSError):
            logger.warning("letter_not_proven", extra={"letter_id": letter_id}, exc_info=True)
        finally:
            connections.close_all()
