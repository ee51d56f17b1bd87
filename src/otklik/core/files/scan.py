"""Files are shown to a virus scanner (clamd) where one is set up, and withheld until it speaks.

What could not be scanned is never called clean: it is withheld, or given with a mark where
`UNSCANNED_FILES=give`, and shown to the scanner again every few minutes.
"""

from dataclasses import dataclass
from typing import BinaryIO, Final
from urllib.parse import urlsplit

from clamav_client.clamd import ClamdError, ClamdNetworkSocket, ClamdUnixSocket
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from otklik.core.errors import Conflict, NotAllowed
from otklik.core.events import Event, publish
from otklik.core.files.sniff import is_drawable
from otklik.core.files.store import store
from otklik.core.models import Blob
from otklik.core.models.blob import Scan

PATIENCE_SECONDS: Final = 120
MOST_AT_ONCE: Final = 500
_LONGEST_NAME: Final = 200

Clamd = ClamdNetworkSocket | ClamdUnixSocket


@dataclass(frozen=True)
class FileScanned(Event):
    """The scanner has spoken of a content, or could not."""

    blob_id: int


def scanner() -> Clamd:
    """Return the client of the scanner that is set up; it connects when it is used."""
    parts = urlsplit(str(settings.OTKLIK_SCANNER))
    if parts.scheme == "unix":
        return ClamdUnixSocket(parts.path, timeout=PATIENCE_SECONDS)
    return ClamdNetworkSocket(parts.hostname or "", parts.port or 0, timeout=PATIENCE_SECONDS)


def scan_file(blob_id: int) -> None:
    """Show one content to the scanner and keep what it says; safe to repeat."""
    blob = Blob.objects.filter(pk=blob_id, scan__in=[Scan.WAITING, Scan.FAILED]).first()
    if blob is None or not settings.OTKLIK_SCANNER:
        return
    before = blob.scan
    try:
        with store().open(blob.sha256) as file:
            blob.scan, blob.threat = _verdict(file)
    except FileNotFoundError:
        return
    with transaction.atomic():
        if blob.scan == Scan.INFECTED:
            blob.thumbnail = blob.picture = None
        blob.save(update_fields=["scan", "threat", "thumbnail", "picture"])
        if blob.scan == Scan.CLEAN and is_drawable(blob.media_type):
            app.configure_task("core.make_copies").defer(blob_id=blob.pk)
        if blob.scan != before:
            publish(FileScanned(blob.pk))


def scan_waiting() -> int:
    """Ask again for what the scanner has not spoken of; returns how many were asked for."""
    if not settings.OTKLIK_SCANNER:
        return 0
    waiting = Blob.objects.filter(scan__in=[Scan.WAITING, Scan.FAILED]).order_by("created_at")
    keys = list(waiting.values_list("pk", flat=True)[:MOST_AT_ONCE])
    for pk in keys:
        scan_file(pk)
    return len(keys)


def is_withheld(blob: Blob) -> bool:
    """Say whether nobody gets this content now."""
    unspoken = blob.scan in {Scan.WAITING, Scan.FAILED}
    return blob.scan == Scan.INFECTED or (unspoken and settings.OTKLIK_WITHHOLD_UNSCANNED)


def ensure_given(blob: Blob) -> None:
    """Raise NotAllowed for an infected content, Conflict while the scanner has not spoken."""
    if not is_withheld(blob):
        return
    if blob.scan == Scan.INFECTED:
        raise NotAllowed(
            _("This file is withheld: the virus scanner found %(threat)s in it.")
            % {"threat": blob.threat}
        )
    raise Conflict(_("This file has not been scanned for viruses yet. Try again in a moment."))


def _verdict(file: BinaryIO) -> tuple[Scan, str]:
    """Ask the scanner; anything but its plain word is "failed"."""
    try:
        ((status, threat),) = scanner().instream(file).values()
    except (ClamdError, OSError, ValueError):
        return Scan.FAILED, ""
    match status:
        case "OK":
            return Scan.CLEAN, ""
        case "FOUND":
            return Scan.INFECTED, (threat or "?")[:_LONGEST_NAME]
        case _:
            return Scan.FAILED, ""
