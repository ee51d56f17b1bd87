"""smtplib's client, which waits for each line of an answer and not for the answer: mended."""

import contextlib
import io
import smtplib
import time
from collections.abc import Iterator
from typing import Final

from typing_extensions import Buffer, override

MOST_ANSWERED: Final = 64 * 1024
"""Bytes of one answer, in however many lines."""


class Patient(smtplib.SMTP):
    """Waits for a whole answer so long and no longer, however slowly it comes."""

    ends_at = 0.0
    left = 0
    _answers_within: float | None = None

    @contextlib.contextmanager
    def waiting(self, seconds: float) -> Iterator[None]:
        """Wait longer for what is answered meanwhile."""
        self._answers_within = max(seconds, self.timeout)
        try:
            yield
        finally:
            self._answers_within = None

    @override
    def getreply(self) -> tuple[int, bytes]:
        if self.file is None:
            self.file = io.BufferedReader(_Answer(self))
        self.ends_at = time.monotonic() + (self._answers_within or self.timeout)
        self.left = MOST_ANSWERED
        return super().getreply()


class PatientSecured(Patient, smtplib.SMTP_SSL):
    pass


class _Answer(io.RawIOBase):
    """What a server says, within the time and the length of one answer."""

    def __init__(self, client: Patient) -> None:
        self._client = client

    @override
    def readable(self) -> bool:
        return True

    @override
    def readinto(self, place: Buffer) -> int:
        client, into = self._client, memoryview(place)
        sock, seconds = client.sock, client.ends_at - time.monotonic()
        if sock is None or seconds <= 0:
            raise TimeoutError("timed out")
        if client.left <= 0:
            raise ConnectionError("the answer does not end")
        sock.settimeout(seconds)
        try:
            got = sock.recv_into(into[: client.left])
        finally:
            sock.settimeout(client.timeout)
        client.left -= got
        return got
