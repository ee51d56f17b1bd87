"""Letters that the desk itself writes: carried by who can, else one file each in a folder.

The mail channel carries them as soon as it knows a server that takes letters.
"""

import secrets
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from urllib.parse import urlsplit

import structlog
from django.conf import settings

from otklik.core import clock
from otklik.core.models import Desk

log = structlog.get_logger(__name__)


Carrier = Callable[[str, str, str], bool]
"""Takes address, subject and text in the present transaction, and tells whether it will carry."""

_carriers: list[Carrier] = []


def carry_by(carrier: Carrier) -> Carrier:
    """Have letters carried by an upper app, called once at start-up."""
    _carriers.append(carrier)
    return carrier


def send(*, to: str, subject: str, text: str) -> None:
    """Write a letter to one address; call it from jobs only.

    Raises ValueError for an address or subject with a line break.
    """
    letter = _letter(to, subject, text)
    if any(carry(to, subject, text) for carry in _carriers):
        return
    folder = settings.OTKLIK_MAIL_FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = f"{clock.now():%Y%m%dT%H%M%S%f}-{secrets.token_hex(4)}.eml"
    fresh = folder / f".{name}"
    fresh.touch(mode=0o600)
    fresh.write_bytes(letter.as_bytes(policy=SMTP))
    fresh.rename(folder / name)
    print(f"\n--- a letter to {to}: {subject}\n{text}\n---", flush=True)  # noqa: T201 - the console
    log.info("letter written", file=name)


def _letter(to: str, subject: str, text: str) -> EmailMessage:
    host = urlsplit(settings.OTKLIK_BASE_URL).hostname or "localhost"
    letter = EmailMessage(policy=SMTP)
    company = Desk.objects.values_list("company", flat=True).first() or "Otklik"
    letter["From"] = f'"{company.translate(_QUOTES)}" <desk@{host}>'
    letter["To"] = to
    letter["Subject"] = subject
    letter["Date"] = format_datetime(clock.now())
    letter["Message-ID"] = make_msgid(domain=host)
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(text)
    return letter


_QUOTES = str.maketrans({'"': "'", "\\": "/", "\r": " ", "\n": " "})
