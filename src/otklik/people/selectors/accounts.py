"""Accounts by the names that people sign in with."""

from unicodedata import normalize

from otklik.people.models import Account
from otklik.people.models.contact import canonical_email

LONGEST_NAME = 254


def account_named(name: str) -> Account | None:
    """Return the account with this login, or whose person has this address."""
    name = normalize("NFC", name[:LONGEST_NAME])
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


def same_name(typed: str) -> str:
    """Return a typed name as tries at it are counted: its case and its code points are nothing."""
    return normalize("NFKC", normalize("NFKC", typed.strip()[:LONGEST_NAME]).casefold())


def all_names_of(account: Account | None, typed: str) -> str:
    """Return what tries at an account are counted by; a name that nobody has stands for itself."""
    return f"account named:{account.pk}" if account else f"nobody:{typed}"
