"""Mailboxes whose letters lie on a server of the tests."""

from typing import Any

from otklik.core.post.tests.dovecot import PASSWORD, Dovecot
from otklik.core.secrecy import hide
from otklik.mail.actions.fetching import FOR_MAILBOX
from otklik.mail.models import Letter, Mailbox
from otklik.mail.selectors.raw import raw_of
from otklik.mail.tests.factories import make_mailbox
from otklik.people.models import Department


def make_fetched(department: Department, dovecot: Dovecot, **columns: Any) -> Mailbox:
    given: dict[str, Any] = {
        "kind": Mailbox.Kind.IMAP,
        "host": "localhost",
        "port": dovecot.ports["imap"],
        "security": Mailbox.Security.NONE,
        "login": "help",
        "secret": hide(PASSWORD, FOR_MAILBOX),
    }
    return make_mailbox(department=department, **(given | columns))


def letter(number: int) -> bytes:
    return (
        f"From: Cy <cy{number}@customer.example>\r\nTo: help@desk.example\r\n"
        f"Message-ID: <{number}@customer.example>\r\nSubject: Letter {number}\r\n"
        f"Date: Mon, 23 Nov 2026 00:00:00 +0000\r\n\r\nNumber {number}.\r\n"
    ).encode()


def kept_bytes(mailbox: Mailbox) -> list[bytes]:
    """Return the letters that are kept, in the order in which they were."""
    return [raw_of(one.pk) for one in Letter.objects.filter(mailbox=mailbox).order_by("pk")]
