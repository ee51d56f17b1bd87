"""Typed makers of what mail is made of."""

from itertools import count
from typing import Any

from otklik.core import clock
from otklik.mail.models import Mailbox
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
