"""The first page of an empty desk."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from otklik.core import clock
from otklik.core.errors import Conflict, Invalid
from otklik.core.events import publish
from otklik.core.models import Desk
from otklik.core.spoken import known_languages
from otklik.people.actions.accounts import new_account
from otklik.people.actions.checks import Checks
from otklik.people.actions.departments import DepartmentFields, new_department
from otklik.people.actions.persons import new_person
from otklik.people.events import DeskSetUp
from otklik.people.models import Account


@dataclass(frozen=True, kw_only=True)
class FirstAdministrator:
    """Who opens the desk."""

    given_name: str
    surname: str
    email: str
    login: str
    password: str


@dataclass(frozen=True, kw_only=True)
class FirstDesk:
    """What the first page asks."""

    company: str
    languages: Sequence[str]  # the first is what people are taken to speak
    time_zone: str
    departments: Sequence[DepartmentFields]
    administrator: FirstAdministrator
    is_demo: bool = False  # its passwords are public; it stays so for ever


@transaction.atomic
def set_up_desk(*, first: FirstDesk) -> Account:
    """Make the desk, its departments and its administrator, who may sign in at once.

    What is wrong with a department is named like `departments.0.prefix`.

    That the caller runs the desk is shown by `ensure_set_up_code` before. Of two at once one
    wins. Publishes DeskSetUp. Raises Invalid, Conflict once there is a desk.
    """
    _write_desk(first)
    if not first.departments:
        checks = Checks()
        checks.wrong["departments"] = _("A desk needs one department at least.")
        checks.finish()
    for place, fields in enumerate(first.departments):
        with _named(f"departments.{place}"):
            new_department({"language": first.languages[0], **fields})

    chief = first.administrator
    person = new_person(
        actor=None,
        fields={
            "given_name": chief.given_name,
            "surname": chief.surname,
            "language": first.languages[0],
            "time_zone": first.time_zone,
        },
        emails=[chief.email],
        phones=[],
    )
    account = new_account(person=person, login=chief.login, password=chief.password)
    account.is_administrator = True
    account.save(update_fields=["is_administrator"])
    publish(DeskSetUp(administrator_id=account.pk, languages=tuple(first.languages)))
    return account


@contextmanager
def _named(thing: str) -> Iterator[None]:
    """Let what is refused inside name the thing that it is about."""
    try:
        yield
    except Invalid as refusal:
        wrong = {f"{thing}.{name}": why for name, why in refusal.fields.items()}
        raise Invalid(fields=wrong) from refusal
    except Conflict as refusal:
        raise Conflict(refusal.message, field=f"{thing}.{refusal.extra['field']}") from refusal


def _write_desk(first: FirstDesk) -> None:
    checks = Checks()
    company = checks.line("company", first.company, limit=100, required=True)
    languages = [checks.choice("languages", code, known_languages()) for code in first.languages]
    if not languages:
        checks.wrong["languages"] = _("Choose one language at least.")
    zone = checks.zone("time_zone", first.time_zone)
    checks.finish()
    try:
        with transaction.atomic():
            Desk.objects.create(
                pk=1,
                company=company,
                languages=list(dict.fromkeys(languages)),
                time_zone=zone,
                is_demo=first.is_demo,
                created_at=clock.now(),
            )
    except IntegrityError as error:
        raise Conflict(_("This desk is set up already. Sign in.")) from error
