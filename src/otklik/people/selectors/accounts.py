"""Accounts by the names that people sign in with."""

from otklik.people.models import Account
from otklik.people.models.contact import canonical_email


def account_named(name: str) -> Account | None:
    """Return the account with this login, or whose person has this address."""
    accounts = Account.objects.select_related("person__organization")
    if "@" not in name:
        return accounts.filter(login=storable(name)).first()
    try:
        address = canonical_email(name)
    except ValueError:
        address = ""  # asked for all the same, to take as long
    return accounts.filter(person__emails__address=address).first()


def storable(text: str) -> str:
    """Return a text that PostgreSQL can compare, which no login with such signs would equal."""
    return text.lower().replace("\x00", "\ufffd").encode("utf-8", "replace").decode()
