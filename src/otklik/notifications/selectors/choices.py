"""What somebody has chosen to hear of by letter."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from otklik.mail.selectors.wanted import wants_news
from otklik.notifications.models import URGENT, DepartmentLetters, LetterChoice, Notification
from otklik.notifications.policies import (
    choice_of,
    kinds_of_departments,
    said_of,
    usuals,
    written_kinds_for,
)
from otklik.people.models import Account, Actor, Department, EmailAddress
from otklik.people.policies import ensure_administrator, find_department


@dataclass(frozen=True, kw_only=True)
class LettersPage:
    """A choice as its page shows it."""

    address: str  # where letters go; "": nowhere
    is_wanted: bool
    choice: LetterChoice
    offered: list[tuple[str, str]]  # kinds with their names; none for customers
    is_own: bool  # chosen by themselves
    department: Department | None  # whose word holds until they choose


@dataclass(frozen=True, kw_only=True)
class DepartmentLettersPage:
    """What a department says of letters as its page shows it."""

    department: Department
    said: DepartmentLetters
    is_said: bool  # by the department, not the usual
    offered: list[tuple[str, str]]


def letters_page(actor: Actor) -> LettersPage:
    account = Account.objects.select_related("person", "letter_choice").get(pk=actor.account_id)
    own = EmailAddress.objects.filter(person=actor.person_id)
    said = usuals() if actor.is_staff else []
    return LettersPage(
        address=own.values_list("address", flat=True).first() or "",
        is_wanted=wants_news(actor),
        choice=choice_of(account, said),
        offered=_named(written_kinds_for(actor)),
        is_own=LetterChoice.objects.filter(account=account).exists(),
        department=next((one.department for one in said if one.department_id in actor.roles), None),
    )


def department_letters_page(actor: Actor, department_id: int) -> DepartmentLettersPage:
    """Raises NotAllowed, NotFound."""
    ensure_administrator(actor)
    department = find_department(actor, department_id)
    return DepartmentLettersPage(
        department=department,
        said=said_of(department),
        is_said=DepartmentLetters.objects.filter(department=department).exists(),
        offered=_named(kinds_of_departments()),
    )


def _named(kinds: Iterable[str]) -> list[tuple[str, str]]:
    return [(kind, written_kind_label(kind)) for kind in kinds]


def written_kind_label(kind: str) -> str:
    if kind == URGENT:
        return _("New message in an escalated ticket")
    return str(Notification.Kind(kind).label)
