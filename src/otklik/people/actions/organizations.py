"""Companies whose people write to the desk."""

from collections.abc import Sequence
from typing import TypedDict

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from otklik.core import clock
from otklik.core.errors import Conflict, Invalid, NotFound
from otklik.core.events import publish
from otklik.people.actions.checks import Checks
from otklik.people.events import OrganizationChanged, RightsChanged
from otklik.people.models import Account, Actor, Organization, OrganizationDomain
from otklik.people.models.contact import canonical_domain
from otklik.people.policies import ensure_administrator, ensure_full_scope, ensure_staff

MOST_DOMAINS = 50
LONGEST_COMPANY_NAME, LONGEST_PRODUCTS = 200, 500
EVERYBODYS = frozenset(
    [
        "abv.bg",
        "aol.com",
        "bk.ru",
        "gmail.com",
        "gmx.de",
        "gmx.net",
        "googlemail.com",
        "hotmail.com",
        "icloud.com",
        "inbox.ru",
        "list.ru",
        "live.com",
        "mail.bg",
        "mail.ru",
        "me.com",
        "outlook.com",
        "proton.me",
        "protonmail.com",
        "rambler.ru",
        "ya.ru",
        "yahoo.com",
        "yandex.com",
        "yandex.ru",
    ]
)


class OrganizationFields(TypedDict, total=False):
    """What is known of a company; a key left out is left as it is."""

    name: str
    standing: str
    products: str
    remarks: str
    shares_tickets: bool


@transaction.atomic
def register_organization(
    *, actor: Actor, fields: OrganizationFields, domains: Sequence[str] = ()
) -> Organization:
    """Make a company known. Publishes OrganizationChanged. Raises NotFound, Invalid, Conflict."""
    ensure_staff(actor)
    if fields.get("shares_tickets"):
        ensure_administrator(actor)
        ensure_full_scope(actor)
    checked = _checked({"name": "", **fields})
    organization = Organization(created_at=clock.now(), **checked)
    _save(organization)
    if domains:
        set_domains(actor=actor, organization_id=organization.pk, domains=domains)
    return organization


@transaction.atomic
def change_organization(
    *, actor: Actor, organization_id: int, changes: OrganizationFields
) -> Organization:
    """Change what is known of a company.

    Publishes OrganizationChanged, and RightsChanged for each of its people who can sign in when
    they share their requests from now on or no longer do. Raises NotFound, NotAllowed, Invalid,
    Conflict.
    """
    ensure_administrator(actor)
    organization = _lock(organization_id)
    checked = _checked(changes)
    shared = organization.shares_tickets
    if checked.get("shares_tickets", shared) != shared:
        ensure_full_scope(actor)
    for name, value in checked.items():
        setattr(organization, name, value)
    _save(organization)
    if organization.shares_tickets != shared:
        for account in Account.objects.filter(person__organization=organization):
            publish(RightsChanged(person_id=account.person_id, account_id=account.pk))
    return organization


@transaction.atomic
def set_domains(*, actor: Actor, organization_id: int, domains: Sequence[str]) -> None:
    """Say by which mail domains a company's people are known.

    Domains that anyone may have an address at are refused, since the company's people may see
    each other's tickets. Raises NotFound, NotAllowed, Invalid, Conflict.
    """
    ensure_administrator(actor)
    ensure_full_scope(actor)
    organization = _lock(organization_id)
    wanted = {_domain(domain) for domain in domains}
    if len(wanted) > MOST_DOMAINS:
        raise Invalid(fields={"domains": _("These are too many domains.")})
    organization.domains.exclude(domain__in=wanted).delete()
    present = set(organization.domains.values_list("domain", flat=True))
    try:
        with transaction.atomic():
            OrganizationDomain.objects.bulk_create(
                OrganizationDomain(organization=organization, domain=domain)
                for domain in sorted(wanted - present)
            )
    except IntegrityError as error:
        why = _("One of these domains belongs to another organization.")
        raise Conflict(why) from error


@transaction.atomic
def remove_organization(*, actor: Actor, organization_id: int) -> None:
    """Remove a company that has no people. Again does nothing. Raises NotAllowed, Conflict."""
    ensure_administrator(actor)
    organization = Organization.objects.select_for_update().filter(pk=organization_id).first()
    if organization is None:
        return
    if organization.people.exists():
        raise Conflict(_("People belong to this organization. Move them first."))
    organization.delete()


def _checked(fields: OrganizationFields) -> dict[str, object]:
    checks = Checks()
    taken: dict[str, object] = {}
    if "name" in fields:
        taken["name"] = checks.line(
            "name", fields["name"], limit=LONGEST_COMPANY_NAME, required=True
        )
    if "standing" in fields:
        known = Organization.Standing.values
        taken["standing"] = checks.choice("standing", fields["standing"], known)
    if "products" in fields:
        taken["products"] = checks.line("products", fields["products"], limit=LONGEST_PRODUCTS)
    if "remarks" in fields:
        taken["remarks"] = checks.text("remarks", fields["remarks"])
    if "shares_tickets" in fields:
        taken["shares_tickets"] = checks.flag("shares_tickets", fields["shares_tickets"])
    checks.finish()
    return taken


def _save(organization: Organization) -> None:
    try:
        with transaction.atomic():
            organization.save()
    except IntegrityError as error:
        raise Conflict(_("There is an organization of this name already.")) from error
    publish(OrganizationChanged(organization_id=organization.pk))


def _lock(organization_id: int) -> Organization:
    organization = Organization.objects.select_for_update().filter(pk=organization_id).first()
    if organization is None:
        raise NotFound
    return organization


def _domain(text: str) -> str:
    try:
        domain = canonical_domain(text)
    except ValueError as error:
        why = _("“%(domain)s” is not a mail domain like company.com.") % {"domain": text[:60]}
        raise Invalid(fields={"domains": why}) from error
    if domain in EVERYBODYS:
        why = _("Anyone can have an address at %(domain)s, so it names no organization.")
        raise Invalid(fields={"domains": why % {"domain": domain}})
    return domain
