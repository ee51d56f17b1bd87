"""Organizations and the mail domains that name them."""

import pytest

from otklik.core.errors import Conflict, Invalid, NotAllowed, NotFound
from otklik.people.actions import (
    change_organization,
    register_organization,
    remove_organization,
    set_domains,
)
from otklik.people.models import Organization
from otklik.people.selectors import organization_page
from otklik.people.tests.factories import Cast, make_organization, make_person

pytestmark = pytest.mark.django_db


def test_an_agent_notes_a_company_but_does_not_open_its_tickets(cast: Cast) -> None:
    company = register_organization(actor=cast.ada, fields={"name": "Acme"})
    assert company.standing == "customer"
    with pytest.raises(NotAllowed):
        register_organization(actor=cast.ada, fields={"name": "B", "shares_tickets": True})
    with pytest.raises(NotAllowed):
        change_organization(
            actor=cast.ada, organization_id=company.pk, changes={"shares_tickets": True}
        )
    with pytest.raises(NotFound):
        register_organization(actor=cast.cy, fields={"name": "C"})


def test_names_differ_by_more_than_case(cast: Cast) -> None:
    make_organization(name="Ромашка")
    with pytest.raises(Conflict):
        register_organization(actor=cast.root, fields={"name": "РОМАШКА"})


def test_domains_are_replaced_as_a_whole_and_canonical(cast: Cast) -> None:
    company = make_organization(domains=["old.example"])
    set_domains(actor=cast.root, organization_id=company.pk, domains=["New.Example", "пример.бг"])
    assert [one.domain for one in company.domains.all()] == [
        "new.example",
        "xn--e1afmkfd.xn--90ae",
    ]


@pytest.mark.parametrize("domain", ["gmail.com", "Mail.RU", "nodot", "", "a b.com", "a\x00.com"])
def test_what_names_no_company_is_refused(cast: Cast, domain: str) -> None:
    company = make_organization()
    with pytest.raises(Invalid):
        set_domains(actor=cast.root, organization_id=company.pk, domains=[domain])


def test_a_domain_names_one_company(cast: Cast) -> None:
    make_organization(domains=["acme.example"])
    other = make_organization(domains=["other.example"])
    with pytest.raises(Conflict):
        set_domains(actor=cast.root, organization_id=other.pk, domains=["acme.example"])


def test_only_a_company_without_people_is_removed(cast: Cast) -> None:
    company = make_organization()
    person = make_person(organization=company)
    with pytest.raises(Conflict):
        remove_organization(actor=cast.root, organization_id=company.pk)
    person.delete()
    remove_organization(actor=cast.root, organization_id=company.pk)
    remove_organization(actor=cast.root, organization_id=company.pk)
    assert not Organization.objects.exists()


def test_the_list_pages_by_key_and_finds_by_domain(cast: Cast) -> None:
    for letter in "CABED":
        make_organization(name=letter, domains=[f"{letter.lower()}.example"])
    first = organization_page(actor=cast.ada, size=2)
    second = organization_page(actor=cast.ada, size=2, cursor=first.next)
    third = organization_page(actor=cast.ada, size=2, cursor=second.next)
    names = [[one.name for one in page.rows] for page in (first, second, third)]
    assert names == [["A", "B"], ["C", "D"], ["E"]]
    assert third.next == ""
    assert [one.name for one in organization_page(actor=cast.ada, text="e.exam").rows] == ["E"]


@pytest.mark.parametrize("cursor", ["x", "W10", "WzEsMl0", "!", "a" * 5000, "W251bGwsIDFd"])
def test_a_foreign_cursor_is_refused(cast: Cast, cursor: str) -> None:
    with pytest.raises(Invalid):
        organization_page(actor=cast.ada, cursor=cursor)
