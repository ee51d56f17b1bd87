"""Files are shown to a virus scanner (clamd) where one is set up, and withheld until it speaks.

What could not be scanned is never called clean: it is withheld, or given with a mark where
`UNSCANNED_FILES=give`, and shown to the scanner again: soon, and ever later when it failed on
this very content. What is too large for the scanner is shown again only when it is sent again.
"""

import socket
import struct
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, BinaryIO, Final
from urllib.parse import urlsplit

from clamav_client.clamd import (
    BufferTooLongError,
    ClamdError,
    ClamdNetworkSocket,
    ClamdUnixSocket,
    CommunicationError,
)
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app
from typing_extensions import override

from otklik.core import clock
from otklik.core.errors import Conflict, NotAllowed
from otklik.core.events import Event, publish
from otklik.core.files.sniff import is_drawable
from otklik.core.files.store import store
from otklik.core.models import Blob
from otklik.core.models.blob import Scan

ANSWER_SECONDS: Final = 5
"""In which a scanner that lives answers a greeting."""
PATIENCE_SECONDS: Final = 120
MOST_AT_ONCE: Final = 500
FIRST_REST: Final = timedelta(minutes=5)
LONGEST_REST: Final = timedelta(days=1)
_UNSPOKEN: Final = (Scan.WAITING, Scan.FAILED)
_LONGEST_NAME: Final = 200
_CHUNK: Final = 64 * 1024


class _NetworkClamd(ClamdNetworkSocket):
    """Reads the scanner's word also where it stopped listening before the end."""

    @override
    def _init_socket(self) -> None:
        try:
            super()._init_socket()
        except CommunicationError:
            self._close_socket()
            raise

    @override
    def instream(self, buff: BinaryIO) -> dict[str, Any]:
        try:
            self._init_socket()
            self._send_command("INSTREAM")
            with suppress(BrokenPipeError, ConnectionResetError):
                while chunk := buff.read(_CHUNK):
                    self.clamd_socket.sendall(struct.pack("!L", len(chunk)) + chunk)
                self.clamd_socket.sendall(struct.pack("!L", 0))
            said = self._recv_response()
        finally:
            self._close_socket()
        if said.startswith("INSTREAM size limit exceeded"):
            raise BufferTooLongError(said)
        name, reason, status = self._parse_response(said)
        return {name: (status, reason)}


class _UnixClamd(_NetworkClamd, ClamdUnixSocket):
    """Waits no longer for a connection than for an answer."""

    @override
    def _init_socket(self) -> None:
        try:
            self.clamd_socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            self.clamd_socket.settimeout(self.timeout)
            self.clamd_socket.connect(self.unix_socket)
        except OSError as error:
            self._close_socket()
            raise CommunicationError(self._error_message(error)) from error


class ScannerAway(Exception):
    """The scanner does not answer anybody now."""


@dataclass(frozen=True)
class FileScanned(Event):
    """The scanner has spoken of a content, or could not."""

    blob_id: int


def scanner(seconds: float | None = None) -> ClamdNetworkSocket:
    """Return the client of the scanner that is set up; it connects when it is used."""
    wait: Any = seconds or ANSWER_SECONDS
    parts = urlsplit(str(settings.OTKLIK_SCANNER))
    if parts.scheme == "unix":
        return _UnixClamd(parts.path, timeout=wait)
    return _NetworkClamd(parts.hostname or "", parts.port or 0, timeout=wait)


def scan_file(blob_id: int) -> bool:
    """Show one content to the scanner and keep what it says; safe to repeat.

    Returns whether the scanner answered. A word once spoken stays, whoever comes later.
    """
    blob = Blob.objects.filter(pk=blob_id, scan__in=_UNSPOKEN).first()
    if blob is None or not settings.OTKLIK_SCANNER:
        return True
    try:
        with store().open(blob.sha256) as file:
            scan, threat = _verdict(file)
    except FileNotFoundError:
        return True
    except ScannerAway:
        _keep_word(blob_id, Scan.FAILED, "", is_about_it=False)
        return False
    _keep_word(blob_id, scan, threat, is_about_it=True)
    return True


@transaction.atomic
def _keep_word(blob_id: int, scan: Scan, threat: str, *, is_about_it: bool) -> None:
    blob = Blob.objects.select_for_update().filter(pk=blob_id, scan__in=_UNSPOKEN).first()
    if blob is None:
        return
    before, blob.scan, blob.threat = blob.scan, scan, threat
    if scan == Scan.FAILED and is_about_it:
        rest = min(FIRST_REST * 2 ** min(blob.scan_tries, 20), LONGEST_REST)
        blob.scan_tries, blob.scan_again_at = blob.scan_tries + 1, clock.now() + rest
    if scan == Scan.INFECTED:
        blob.thumbnail = blob.picture = None
    blob.save(
        update_fields=["scan", "threat", "scan_tries", "scan_again_at", "thumbnail", "picture"]
    )
    if scan == Scan.CLEAN and is_drawable(blob.media_type):
        app.configure_task("core.make_copies").defer(blob_id=blob.pk)
    if scan != before:
        publish(FileScanned(blob.pk))


def scan_waiting() -> int:
    """Ask again for what the scanner has not spoken of; returns how many it was shown.

    Ends at the first for which the scanner does not answer: it will not for the others.
    """
    if not settings.OTKLIK_SCANNER:
        return 0
    is_due = Q(scan_again_at=None) | Q(scan_again_at__lte=clock.now())
    waiting = Blob.objects.filter(is_due, scan__in=_UNSPOKEN).order_by("created_at")
    shown = 0
    for pk in list(waiting.values_list("pk", flat=True)[:MOST_AT_ONCE]):
        if not scan_file(pk):
            break
        shown += 1
    return shown


def is_withheld(blob: Blob) -> bool:
    """Say whether nobody gets this content now."""
    unspoken = blob.scan in {*_UNSPOKEN, Scan.LARGE}
    return blob.scan == Scan.INFECTED or (unspoken and settings.OTKLIK_WITHHOLD_UNSCANNED)


def ensure_given(blob: Blob) -> None:
    """Raise NotAllowed for an infected content or one too large, Conflict while it waits."""
    if not is_withheld(blob):
        return
    if blob.scan == Scan.INFECTED:
        raise NotAllowed(
            _("This file is withheld: the virus scanner found %(threat)s in it.")
            % {"threat": blob.threat}
        )
    if blob.scan == Scan.LARGE:
        raise NotAllowed(_("This file is withheld: it is too large for the virus scanner."))
    raise Conflict(_("This file has not been scanned for viruses yet. Try again in a moment."))


def _verdict(file: BinaryIO) -> tuple[Scan, str]:
    """Ask the scanner; anything but its plain word is "failed". Raises ScannerAway."""
    try:
        scanner().ping()
    except (ClamdError, OSError, ValueError):
        raise ScannerAway from None
    try:
        ((status, threat),) = scanner(PATIENCE_SECONDS).instream(file).values()
    except BufferTooLongError:
        return Scan.LARGE, ""
    except (ClamdError, OSError, ValueError):
        return Scan.FAILED, ""
    match status:
        case "OK":
            return Scan.CLEAN, ""
        case "FOUND":
            return Scan.INFECTED, (threat or "?")[:_LONGEST_NAME]
        case _:
            return Scan.FAILED, ""
