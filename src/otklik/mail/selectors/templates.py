"""What letters say: as the desk wrote it, else in words of ours, by language and department."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from otklik.core.context import desk
from otklik.mail.models import Outgoing, Template
from otklik.people.models import Department

NAMES: Final = (
    *("name", "number", "subject", "message", "company", "department"),
    *("link", "solved", "unsolved", "rating"),
)
"""What a text may hold in braces."""
PLACE: Final = re.compile(r"\{([a-z]+)\}")
Kind = Template.Kind

_SUBJECTS: Final[Mapping[str, str]] = {
    Kind.REPLY: gettext_noop("[{number}] {subject}"),
    Kind.RECEIPT: gettext_noop("[{number}] We have your request"),
    Kind.PENDING: gettext_noop("[{number}] We need to know more"),
    Kind.PROGRESS: gettext_noop("[{number}] We are working on your request"),
    Kind.RESOLVED: gettext_noop("[{number}] Is it solved?"),
    Kind.CLOSED: gettext_noop("[{number}] Your request is closed"),
}
_BODIES: Final[Mapping[str, str]] = {
    Kind.REPLY: gettext_noop(
        "Hello {name},\n\n{message}\n\nTo answer, reply to this letter, or write here:\n{link}"
    ),
    Kind.RECEIPT: gettext_noop(
        "Hello {name},\n\nyour request has come in and has the number {number}. "
        "To add something, reply to this letter, or write here:\n{link}"
    ),
    Kind.PENDING: gettext_noop(
        "Hello {name},\n\nto go on with your request {number} we need something from you. "
        "Please look at what was asked, and answer there or by replying to this letter:\n{link}"
    ),
    Kind.PROGRESS: gettext_noop(
        "Hello {name},\n\nwork on your request {number} has begun. You can follow it here:\n{link}"
    ),
    Kind.RESOLVED: gettext_noop(
        "Hello {name},\n\nwe think that your request {number} is solved.\n\n"
        "It is solved: {solved}\nIt is not: {unsolved}\n\nYou can also just reply to this letter."
    ),
    Kind.CLOSED: gettext_noop(
        "Hello {name},\n\nyour request {number} is closed. How was it? One press tells us:\n"
        "{rating}\n\nIf it comes up again, reply to this letter."
    ),
}
_UNSENT: Final = frozenset({Kind.PROGRESS})
"""Kinds that go only where the desk says so."""


@dataclass(frozen=True, kw_only=True)
class Wording:
    """What a kind of letter says; `is_own` where the desk wrote it."""

    kind: str
    language: str
    subject: str
    body: str
    signature: str
    is_sent: bool
    is_own: bool = False


def wording_of(kind: str, language: str, department: Department | None) -> Wording:
    """Return what a letter says: the department's own, the desk's own, or ours."""
    rows = Template.objects.filter(kind=kind, language=language)
    place = department.pk if department else None
    found = {one.department_id: one for one in rows.filter(department__in=[place] if place else [])}
    found |= {one.department_id: one for one in rows.filter(department=None)}
    own = found.get(place) or found.get(None)
    if own is None:
        return default_wording(kind, language, department)
    return Wording(
        kind=kind,
        language=language,
        subject=own.subject,
        body=own.body,
        signature=own.signature,
        is_sent=own.is_sent,
        is_own=True,
    )


def default_wording(kind: str, language: str, department: Department | None = None) -> Wording:
    """Return our own words for a kind of letter."""
    with translation.override(language):
        return Wording(
            kind=kind,
            language=language,
            subject=_(_SUBJECTS[Kind(kind)]),
            body=_(_BODIES[Kind(kind)]),
            signature=department.label if department else "{company}",
            is_sent=kind not in _UNSENT,
        )


def filled(text: str, values: Mapping[str, str]) -> str:
    """Put what is known in place of its name in braces; braces around else stay."""
    return PLACE.sub(lambda match: values.get(match[1], match[0]), text)


def unknown_names(*texts: str) -> list[str]:
    """Return what stands in braces and is not known."""
    found = [name for text in texts for name in PLACE.findall(text)]
    return sorted({name for name in found if name not in NAMES})


def template_kind(kind: str, cause: str) -> str:
    """Return by which template a letter about a ticket is written: of a status, by its phase."""
    return cause.rpartition(":")[2] if kind == Outgoing.Kind.STATUS else kind


def sample_values(name: str, department: Department | None) -> dict[str, str]:
    """Return what a preview puts in place of the names in braces."""
    row = desk()
    link = f"{settings.OTKLIK_BASE_URL}/"
    return {
        "name": name,
        "number": f"{department.prefix if department else 'IT'}-1042",
        "subject": _("The printer does not print"),
        "message": _("Please turn it off and on again, and tell us whether that helped."),
        "company": row.company if row else "",
        "department": department.label if department else _("Support"),
        **dict.fromkeys(("link", "solved", "unsolved", "rating"), link),
    }


def own_templates() -> set[tuple[str, str, int | None]]:
    """Return where the desk says it in its own words."""
    return set(Template.objects.values_list("kind", "language", "department"))
