"""What the administrator may change of the whole desk."""

from collections.abc import Sequence
from typing import Any, TypedDict

from django.db import transaction
from django.utils.translation import gettext as _

from otklik.core.accent import HUES
from otklik.core.context import forget
from otklik.core.events import publish
from otklik.core.models import Desk
from otklik.core.spoken import known_languages
from otklik.people.actions.checks import Checks
from otklik.people.events import DeskChanged
from otklik.people.models import Actor
from otklik.people.policies import lock_desk

MEGABYTE = 1024 * 1024
LARGEST_FILE = 2048  # megabytes
LONGEST_MESSAGE = 50_000
LONGEST_COMPANY = 100


class DeskFields(TypedDict, total=False):
    """What holds for the whole desk; a key left out is left as it is."""

    company: str
    languages: Sequence[str]  # the first is what people are taken to speak
    time_zone: str
    message_limit: int  # characters of a typed message, as people count them
    file_limit: int  # bytes
    customer_file_limit: int | None  # bytes; None: no smaller one for customers
    hue: int  # of the accent, degrees


@transaction.atomic
def change_desk(*, actor: Actor, changes: DeskFields) -> Desk:
    """Change what holds for the whole desk.

    Publishes DeskChanged. Raises NotAllowed, NotFound before there is a desk, Invalid.
    """
    desk = lock_desk(actor)
    taken = _checked(changes)
    if "languages" in changes:
        unspoken = [code for code in desk.languages if code not in known_languages()]
        taken["languages"] = [*taken["languages"], *unspoken]
    for name, value in taken.items():
        setattr(desk, name, value)
    desk.save()
    transaction.on_commit(forget)
    publish(DeskChanged())
    return desk


def _checked(changes: DeskFields) -> dict[str, Any]:
    checks = Checks()
    taken: dict[str, Any] = {}
    if "company" in changes:
        taken["company"] = checks.line(
            "company", changes["company"], limit=LONGEST_COMPANY, required=True
        )
    if "languages" in changes:
        chosen = [
            checks.choice("languages", code, known_languages()) for code in changes["languages"]
        ]
        taken["languages"] = list(dict.fromkeys(chosen))
        if not chosen:
            checks.wrong["languages"] = _("Choose one language at least.")
    if "time_zone" in changes:
        taken["time_zone"] = checks.zone("time_zone", changes["time_zone"])
    taken |= _numbers(checks, changes)
    checks.finish()
    return taken


def _numbers(checks: Checks, changes: DeskFields) -> dict[str, object]:
    taken: dict[str, object] = {}
    if "message_limit" in changes:
        taken["message_limit"] = changes["message_limit"]
        if not 1 <= changes["message_limit"] <= LONGEST_MESSAGE:
            checks.wrong["message_limit"] = _("From 1 to %(most)d.") % {"most": LONGEST_MESSAGE}
    if "file_limit" in changes:
        taken["file_limit"] = _file_limit(checks, "file_limit", changes["file_limit"])
    if "customer_file_limit" in changes:
        said = changes["customer_file_limit"]
        limit = said and _file_limit(checks, "customer_file_limit", said)
        taken["customer_file_limit"] = limit
    if "hue" in changes:
        taken["hue"] = changes["hue"]
        if changes["hue"] not in HUES:
            checks.wrong["hue"] = _("From 0 to %(most)d.") % {"most": HUES[-1]}
    return taken


def _file_limit(checks: Checks, name: str, said: int) -> int:
    if not MEGABYTE <= said <= LARGEST_FILE * MEGABYTE:
        checks.wrong[name] = _("From 1 to %(most)d.") % {"most": LARGEST_FILE}
    return said
