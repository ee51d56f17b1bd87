"""Typed makers of what mail is made of."""

from itertools import count
from typing import Any

from otklik.core import clock
from otklik.mail.models import Mailbox, Sender
from otklik.people.models import Department

_number = count(1)


def make_mailbox(*, department: Department, **columns: Any) -> Mailbox:
    """Make a mailbox that the desk receives for itself, unless `columns` say otherwise."""
    number = next(_number)
    given: dict[str, Any] = {
        "name": f"Mailbox {number}",
        "addresses": [f"help{number}@desk.example"],
        "kind": Mailbox.Kind.RECEIVER,
        "created_at": clock.now(),
    }
    return Mailbox.objects.create(department=department, **(given | columns))


def make_sender(*, port: int = 1, department: Department | None = None, **columns: Any) -> Sender:
    """Make a sender whose server listens on this machine, unsecured unless `columns` say so."""
    given: dict[str, Any] = {
        "name": "Acme Support",
        "address": f"support{next(_number)}@acme.example",
        "host": "127.0.0.1",
        "port": port,
        "security": Sender.Security.NONE,
        "created_at": clock.now(),
    }
    return Sender.objects.create(department=department, **(given | columns))
