"""Registering people and changing them, by everyone who may and may not."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from otklik.core.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from otklik.core.events import Event
from otklik.people.actions import (
    PersonFields,
    add_email,
    add_phone,
    change_person,
    choose_email,
    find_or_register_requester,
    register_person,
    remove_email,
    remove_phone,
)
from otklik.people.events import PersonChanged, PersonRegistered
from otklik.people.models import EmailAddress, Person
from otklik.people.tests.factories import (
    Cast,
    make_account,
    make_desk,
    make_organization,
    make_person,
)

pytestmark = pytest.mark.django_db


def test_a_colleague_registers_a_caller(cast: Cast, published: list[Event]) -> None:
    make_desk(time_zone="Europe/Moscow", languages=["ru", "en"])
    person = register_person(
        actor=cast.ada,
        fields={"surname": "Иванова", "given_name": "Алёна"},
        emails=["Alena@Пример.бг"],
        phones=["+7 843 555-01-42", "8(843)5550142"],
    )

    assert person.emails.get().address == "alena@xn--e1afmkfd.xn--90ae"
    assert [phone.digits for phone in person.phones.all()] == ["78435550142"]
    person.refresh_from_db()
    assert (person.time_zone, person.language) == ("Europe/Moscow", "ru")
    assert person.look_up == (" иванова алена alena@xn--e1afmkfd.xn--90ae 78435550142 88435550142")
    assert published == [PersonRegistered(person_id=person.pk)]


def test_the_desk_is_asked_once_for_all_that_a_new_person_takes_from_it(cast: Cast) -> None:
    make_desk(time_zone="Europe/Moscow", languages=["ru", "en"])
    with CaptureQueriesContext(connection) as queries:
        register_person(actor=cast.ada, fields={"surname": "Иванова"}, phones=["8 843 555-01-42"])
    assert sum('FROM "core_desk"' in one["sql"] for one in queries) == 1


def test_a_customer_registers_nobody(cast: Cast) -> None:
    with pytest.raises(NotFound):
        register_person(actor=cast.cy, fields={"surname": "New"})


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"surname": "x" * 101}, "surname"),
        ({"surname": "a\x00b"}, "surname"),
        ({"surname": "a\ud800b"}, "surname"),
        ({"surname": ["a"]}, "surname"),
        ({"surname": "", "given_name": " "}, "given_name"),
        ({"surname": "a", "language": "de"}, "language"),
        ({"surname": "a", "time_zone": "Mars/Base"}, "time_zone"),
        ({"surname": "a", "channel": "pigeon"}, "channel"),
        ({"surname": "a", "organization_id": 2**70}, "organization_id"),
        ({"surname": "a", "organization_id": 999_999}, "organization_id"),
    ],
)
def test_a_wrong_value_is_named(cast: Cast, fields: PersonFields, wrong: str) -> None:
    with pytest.raises(Invalid) as caught:
        register_person(actor=cast.ada, fields=fields)
    assert wrong in caught.value.fields


def test_text_that_reorders_its_surroundings_loses_that(cast: Cast) -> None:
    person = register_person(actor=cast.ada, fields={"surname": "a\u202eb"})
    assert person.surname == "ab"


def test_one_address_belongs_to_one_person(cast: Cast) -> None:
    make_person(email="taken@example.com")
    with pytest.raises(Conflict):
        register_person(actor=cast.ada, fields={"surname": "New"}, emails=["TAKEN@example.com"])
    assert not Person.objects.filter(surname="New").exists()


def test_everyone_changes_who_they_may_change(cast: Cast) -> None:
    caller = make_person(name="Cal Caller")

    def outcome(name: str, person_id: int) -> str:
        try:
            change_person(
                actor=cast.everyone[name], person_id=person_id, changes={"office": f"by {name}"}
            )
        except DomainError as error:
            return type(error).__name__
        return "yes"

    answers = {name: outcome(name, caller.pk) for name in cast.everyone}
    assert answers == dict.fromkeys(["ada", "vi", "cora", "sam", "root"], "yes") | {
        "cy": "NotFound"
    }
    answers = {name: outcome(name, cast.vi.person_id) for name in cast.everyone}
    assert answers == {
        "ada": "NotAllowed",
        "vi": "yes",
        "cora": "NotAllowed",
        "sam": "NotAllowed",
        "root": "yes",
        "cy": "NotFound",
    }
    assert outcome("cy", cast.cy.person_id) == "yes"


def test_a_customer_cannot_move_themselves_into_a_company(cast: Cast) -> None:
    company = make_organization(shares_tickets=True)
    with pytest.raises(NotAllowed):
        change_person(
            actor=cast.cy, person_id=cast.cy.person_id, changes={"organization_id": company.pk}
        )


def test_a_change_from_an_old_version_is_refused_with_nothing_written(cast: Cast) -> None:
    caller = make_person()
    change_person(actor=cast.ada, person_id=caller.pk, changes={"office": "1"}, version=1)

    with pytest.raises(Conflict):
        change_person(actor=cast.vi, person_id=caller.pk, changes={"office": "2"}, version=1)

    caller.refresh_from_db()
    assert (caller.office, caller.version) == ("1", 2)


def test_changing_nothing_says_nothing(cast: Cast, published: list[Event]) -> None:
    caller = make_person()
    change_person(actor=cast.ada, person_id=caller.pk, changes={"office": ""})
    change_person(actor=cast.ada, person_id=caller.pk, changes={"office": "1"})
    change_person(actor=cast.ada, person_id=caller.pk, changes={"office": "1"})
    assert published == [PersonChanged(person_id=caller.pk)]


def test_the_first_address_is_primary_and_the_next_takes_over(cast: Cast) -> None:
    caller = make_person(email="one@example.com")
    two = add_email(actor=cast.ada, person_id=caller.pk, address="two@example.com")
    assert add_email(actor=cast.ada, person_id=caller.pk, address="TWO@example.com") == two
    choose_email(actor=cast.ada, person_id=caller.pk, email_id=two.pk)
    assert caller.emails.get(is_primary=True) == two

    for _ in range(2):
        remove_email(actor=cast.ada, person_id=caller.pk, email_id=two.pk)

    assert caller.emails.get().is_primary


def test_another_persons_address_cannot_be_chosen_or_removed(cast: Cast) -> None:
    mine, theirs = make_person(), make_person()
    foreign = theirs.emails.get().pk
    with pytest.raises(NotFound):
        choose_email(actor=cast.ada, person_id=mine.pk, email_id=foreign)
    remove_email(actor=cast.ada, person_id=mine.pk, email_id=foreign)
    assert theirs.emails.count() == 1


@pytest.mark.parametrize(
    "address",
    [
        "",
        "a",
        "@example.com",
        "a@",
        "a@b",
        "a b@example.com",
        " a@example.com",
        "a@example.com\n",
        "a@exam\x00ple.com",
        "a..b@example.com",
        ".a@example.com",
        '"a b"@example.com',
        "ｅ@example.com",
        "a@ｅxample.com",
        "a@straße.de",
        "a@-x.com",
        "a@example..com",
        "a@example.com.",
        "a@[127.0.0.1]",
        "a@b@example.com",
        "ı@example.com",
        "a@example.com,b@example.com",
        "a\ud800@example.com",
        "x" * 65 + "@example.com",
        "a@" + "x" * 64 + ".com",
        "a@" + "x." * 126 + "com",
        "a\u202e@example.com",
    ],
)
def test_what_is_no_address_is_refused_and_never_mended(cast: Cast, address: str) -> None:
    caller = make_person()
    with pytest.raises(Invalid):
        add_email(actor=cast.ada, person_id=caller.pk, address=address)


def test_only_the_administrator_changes_addresses_that_open_an_account(cast: Cast) -> None:
    owner = make_account().person
    with pytest.raises(NotAllowed):
        add_email(actor=cast.vi, person_id=owner.pk, address="evil@example.com")
    with pytest.raises(NotAllowed):
        add_email(actor=cast.cy, person_id=cast.cy.person_id, address="evil@example.com")
    add_email(actor=cast.root, person_id=owner.pk, address="good@example.com")


def test_a_telephone_is_kept_as_typed_when_no_country_has_it(cast: Cast) -> None:
    caller = make_person()
    inner = add_phone(actor=cast.ada, person_id=caller.pk, number="внутр. 214")
    assert (inner.number, inner.digits, inner.is_primary) == ("внутр. 214", "214", True)
    remove_phone(actor=cast.ada, person_id=caller.pk, phone_id=inner.pk)
    assert not caller.phones.exists()


@pytest.mark.parametrize("number", ["", "1", "no digits", "1" * 21, "12\x0034", "1" * 2000])
def test_what_is_no_telephone_is_refused(cast: Cast, number: str) -> None:
    caller = make_person()
    with pytest.raises(Invalid):
        add_phone(actor=cast.ada, person_id=caller.pk, number=number)


def test_a_requester_is_found_by_address_or_registered_once(cast: Cast) -> None:
    company = make_organization(domains=["acme.example"])
    made = find_or_register_requester(
        actor=cast.ada, email="Ivan@Acme.example", name="Иванов Иван Иванович"
    )
    again = find_or_register_requester(actor=None, email="ivan@acme.example", name="Other")

    assert (made.surname, made.given_name, made.patronymic) == ("Иванов", "Иван", "Иванович")
    assert made.organization == company
    assert again == made


def test_a_customer_asks_only_for_themselves(cast: Cast) -> None:
    own = Person.objects.get(pk=cast.cy.person_id).emails.get().address
    assert find_or_register_requester(actor=cast.cy, email=own).pk == cast.cy.person_id
    for foreign in ("new@example.com", make_person().emails.get().address):
        with pytest.raises(NotAllowed):
            find_or_register_requester(actor=cast.cy, email=foreign)


def test_the_database_refuses_what_actions_would_never_write() -> None:
    person = make_person()
    with (
        pytest.raises(IntegrityError, match="address_is_canonical"),
        transaction.atomic(),
    ):
        EmailAddress.objects.create(person=person, address="UPPER@example.com")
    with (
        pytest.raises(IntegrityError, match="person_has_one_primary_address"),
        transaction.atomic(),
    ):
        EmailAddress.objects.create(person=person, address="b@example.com", is_primary=True)
