"""Keeping what the caller look-up searches."""

from otklik.people.models import Account, EmailAddress, Person, PhoneNumber
from otklik.people.models.contact import look_up_text


def refresh_look_up(person: Person) -> None:
    """Write a person's names, login, addresses and telephones where the look-up finds them."""
    words = [
        person.surname,
        person.given_name,
        person.patronymic,
        *Account.objects.filter(person=person).values_list("login", flat=True),
        *EmailAddress.objects.filter(person=person).values_list("address", flat=True),
    ]
    phones = PhoneNumber.objects.filter(person=person).values_list("number", flat=True)
    person.look_up = look_up_text(words, phones)
    Person.objects.filter(pk=person.pk).update(look_up=person.look_up)
