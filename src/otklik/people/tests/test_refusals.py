"""What is refused at the edges: others' things, full lists, things in use, strange values."""

from collections.abc import Callable

import pytest

from otklik.core.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from otklik.people.actions import (
    add_email,
    add_phone,
    block_account,
    change_department,
    change_organization,
    change_preferences,
    choose_phone,
    close_department,
    find_or_register_requester,
    mail_password_link,
    register_person,
    remove_department,
    remove_phone,
    set_domains,
    set_role,
    unblock_account,
)
from otklik.people.actions.contacts import MOST_CONTACTS
from otklik.people.models import Department, Membership, Person
from otklik.people.policies import find_department, find_organization
from otklik.people.tests.factories import (
    Cast,
    make_account,
    make_department,
    make_organization,
    make_person,
)

pytestmark = pytest.mark.django_db

Act = Callable[[Cast], object]


@pytest.mark.parametrize(
    ("act", "refusal"),
    [
        (lambda c: change_department(actor=c.root, department_id=0, changes={}), NotFound),
        (lambda c: change_organization(actor=c.root, organization_id=0, changes={}), NotFound),
        (lambda c: set_domains(actor=c.root, organization_id=0, domains=[]), NotFound),
        (lambda c: block_account(actor=c.root, account_id=0), NotFound),
        (lambda c: mail_password_link(actor=c.ada, account_id=0), NotAllowed),
        (
            lambda c: set_role(
                actor=c.root,
                person_id=c.cy.person_id,
                department_id=c.it.pk,
                role="chief",  # type: ignore[arg-type]  # there is none
            ),
            Invalid,
        ),
        (
            lambda c: choose_phone(actor=c.ada, person_id=make_person().pk, phone_id=10**6),
            NotFound,
        ),
        (lambda c: find_organization(c.cy, make_organization().pk), NotFound),
        (lambda c: find_department(c.cy, make_department(is_public=False).pk), NotFound),
        (lambda c: find_department(c.ada, 0), NotFound),
        (lambda _c: find_or_register_requester(actor=None, email="no address"), Invalid),
        (
            lambda c: register_person(actor=c.ada, fields={"surname": "A"}, phones=["none"]),
            Invalid,
        ),
    ],
)
def test_what_is_not_there_or_not_allowed(cast: Cast, act: Act, refusal: type[DomainError]) -> None:
    with pytest.raises(refusal):
        act(cast)


def test_a_blocked_account_gets_no_link(cast: Cast) -> None:
    account = make_account()
    block_account(actor=cast.root, account_id=account.pk)
    with pytest.raises(Conflict):
        mail_password_link(actor=cast.root, account_id=account.pk)
    for _ in range(2):
        unblock_account(actor=cast.root, account_id=account.pk)
    mail_password_link(actor=cast.root, account_id=account.pk)


def test_an_address_of_somebody_else_is_not_added(cast: Cast) -> None:
    make_person(email="taken@example.com")
    caller = make_person()
    with pytest.raises(Conflict):
        add_email(actor=cast.ada, person_id=caller.pk, address="taken@example.com")
    assert caller.emails.count() == 1


def test_nobody_has_endlessly_many_addresses(cast: Cast) -> None:
    caller = make_person()
    for number in range(MOST_CONTACTS - 1):
        add_email(actor=cast.ada, person_id=caller.pk, address=f"n{number}@example.org")
    with pytest.raises(Conflict):
        add_email(actor=cast.ada, person_id=caller.pk, address="more@example.org")


def test_telephones_are_added_chosen_and_removed(cast: Cast) -> None:
    caller = make_person()
    first = add_phone(actor=cast.ada, person_id=caller.pk, number="214")
    second = add_phone(actor=cast.ada, person_id=caller.pk, number="+7 843 555-01-42")
    assert add_phone(actor=cast.ada, person_id=caller.pk, number="214") == first
    choose_phone(actor=cast.ada, person_id=caller.pk, phone_id=second.pk)
    for _ in range(2):
        remove_phone(actor=cast.ada, person_id=caller.pk, phone_id=second.pk)
    assert caller.phones.get().is_primary


def test_a_telephone_with_an_extension_is_found_by_both(cast: Cast) -> None:
    caller = make_person()
    phone = add_phone(actor=cast.ada, person_id=caller.pk, number="+7 843 555-01-42 доб. 12")
    assert (phone.number, phone.digits) == ("+7 843 555-01-42 / 12", "7843555014212")
    assert Person.objects.get(pk=caller.pk).look_up.endswith(" 78435550142 88435550142 12")


def test_a_department_in_use_is_not_removed(cast: Cast) -> None:
    Membership.objects.all().delete()
    Department.objects.filter(pk=cast.hr.pk).update(is_active=False)
    with pytest.raises(Conflict):
        remove_department(actor=cast.root, department_id=cast.it.pk)  # the last open one
    make_department(parent=cast.it)
    with pytest.raises(Conflict):
        remove_department(actor=cast.root, department_id=cast.it.pk)
    with pytest.raises(Conflict):
        close_department(actor=cast.root, department_id=cast.it.pk)


@pytest.mark.parametrize(
    "changes",
    [
        {"theme": "pink"},
        {"plays_sound": "yes"},
        {"undo_seconds": 7},
        {"undo_seconds": "5"},
        {"undo_seconds": True},
        {"undo_seconds": False},
        {"undo_seconds": None},
        {"shows_pop_ups": 1},
        {"muted_kinds": "assigned"},
        {"muted_kinds": ["a b"]},
        {"muted_kinds": ["x" * 61]},
        {"columns": ["a"] * 51},
        {"signature": "a\x00"},
        {"signature": "x" * 5001},
    ],
)
def test_strange_preferences_are_refused(cast: Cast, changes: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        change_preferences(actor=cast.ada, changes=changes)  # type: ignore[arg-type]  # all wrong


def test_too_many_domains_are_refused(cast: Cast) -> None:
    domains = [f"d{number}.example" for number in range(51)]
    with pytest.raises(Invalid):
        set_domains(actor=cast.root, organization_id=make_organization().pk, domains=domains)
