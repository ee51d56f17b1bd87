"""How rows name themselves, in logs and choices: shortly, and without anyone's secrets."""

import pytest
from django.test import Client

from otklik.core import clock
from otklik.core.errors import Invalid
from otklik.people.models import (
    Account,
    ApiToken,
    Membership,
    OrganizationDomain,
    PasswordLink,
    Session,
    SignInFailure,
)
from otklik.people.models.contact import (
    bare_digits,
    canonical_domain,
    canonical_email,
    read_phone,
    stored_forms,
)
from otklik.people.models.hasher import PasswordHasher
from otklik.people.selectors.paging import read_cursor, write_cursor
from otklik.people.tests.factories import Cast, account_of, make_organization, make_person, sign_in

pytestmark = pytest.mark.django_db


def test_rows_name_themselves(client: Client, cast: Cast) -> None:
    sign_in(client, cast.ada)
    account = account_of(cast.ada)
    person = make_person(name="Ann Lee", phone="+7 843 555-01-42")
    now = clock.now()
    link = PasswordLink(account=account, token_hash="a" * 64, created_at=now, expires_at=now)
    token = ApiToken(account=account, name="Script", hint="otk_abcd", token_hash="a" * 64)
    named = {
        str(account): account.login,
        str(person): "Ann Lee",
        person.initials: "AL",
        str(person.phones.get()): "+7 843 555-01-42",
        str(make_organization(name="Acme")): "Acme",
        str(OrganizationDomain(domain="acme.example")): "acme.example",
        str(cast.it): "IT",
        str(Membership.objects.get(person=account.person_id)): (
            f"{account.person_id} agent {cast.it.pk}"
        ),
        str(Session.objects.get()): f"session of {account.pk}",
        str(link): f"password link of {account.pk}",
        str(token): "Script (otk_abcd…)",
        str(SignInFailure(subject="x", at=now)): f"failure at {now}",
    }
    assert list(named) == list(named.values())
    assert Account.objects.get_by_natural_key(account.login.upper()) == account
    assert Session(browser="curl/8").browser_name == ""
    assert cast.vi.leads(cast.it.pk)
    assert not cast.ada.leads(cast.it.pk)


def test_digits_of_every_script_are_digits() -> None:
    assert bare_digits("٠١٢ ३ x") == "0123"
    assert stored_forms("x") == ("",)
    assert read_phone("٠١٢٣٤").digits == "01234"


def test_an_address_longer_than_any_is_none() -> None:
    with pytest.raises(ValueError, match="too long"):
        canonical_email("a" * 64 + "@" + ".".join(["x" * 45] * 4) + ".example")
    with pytest.raises(ValueError, match="not a domain"):
        canonical_email("a@" + ".".join(["x" * 60] * 5))


def test_a_domain_has_two_parts_at_least() -> None:
    with pytest.raises(ValueError, match="domain"):
        canonical_domain("localhost")


def test_a_cursor_reads_back_what_was_written_and_nothing_else() -> None:
    assert read_cursor(write_cursor(["Иванов", 7]), (str, int)) == ["Иванов", 7]
    for wrong in (write_cursor([7, "a"]), write_cursor(["a\x00", 7]), write_cursor(["a", 2**63])):
        with pytest.raises(Invalid):
            read_cursor(wrong, (str, int))


def test_the_hash_is_argon2id_at_the_cost_that_was_chosen() -> None:
    encoded = PasswordHasher().encode("a long password", "somesaltsomesalt")
    assert encoded.startswith("argon2$argon2id$v=19$m=47104,t=1,p=1$")
