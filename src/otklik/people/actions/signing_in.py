"""Coming in by name and password."""

from django.utils.translation import gettext as _

from otklik.core.errors import Invalid
from otklik.people.actions.passwords import fits
from otklik.people.actions.throttle import count_try, forgive, forgive_one
from otklik.people.models import Account
from otklik.people.selectors.accounts import account_named

TRIES_FROM_ONE_ADDRESS = 20
LONGEST_NAME = 254


def sign_in(*, name: str, password: str, address: str) -> Account:
    """Return the account that a login or e-mail and a password open.

    Says the same, in the same time, for an unknown name, a wrong password and a blocked
    account. Counts tries by the typed name and by network address. Raises Invalid (of the
    whole), TooMany.
    """
    typed = name.strip().lower()[:LONGEST_NAME]
    by_name, by_address = f"name:{typed}", f"from:{address}"
    count_try(by_name)
    count_try(by_address, free=TRIES_FROM_ONE_ADDRESS)

    account = account_named(typed)
    if not fits(account, password) or account is None or not account.is_active:
        raise Invalid(fields={"": _("Name or password is wrong.")})
    forgive(by_name)
    forgive_one(by_address)
    return account
