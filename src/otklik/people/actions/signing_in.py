"""Coming in by name and password."""

from django.utils.translation import gettext as _

from otklik.core.errors import Invalid
from otklik.people.actions.passwords import fits
from otklik.people.actions.throttle import count_try, forgive, forgive_one, is_waiting
from otklik.people.models import Account
from otklik.people.selectors.accounts import account_named, all_names_of, same_name

TRIES_FROM_ONE_ADDRESS = 20
TRIES_BY_ALL_NAMES = 10


def sign_in(*, name: str, password: str, address: str) -> Account:
    """Return the account that a login or e-mail and a password open.

    Says the same, in the same time, for an unknown name, a wrong password, a blocked account,
    and the right password of one that was guessed at by all its names together: that a login
    and an address are of one account is not a stranger's to learn. Counts tries by the typed
    name, by network address and by account. Raises Invalid (of the whole), TooMany.
    """
    typed = same_name(name)
    by_name, by_address = f"name:{typed}", f"from:{address}"
    count_try(by_name)
    count_try(by_address, free=TRIES_FROM_ONE_ADDRESS)

    account = account_named(name.strip())
    by_account = all_names_of(account, typed)
    waits = is_waiting(by_account, free=TRIES_BY_ALL_NAMES)
    if not fits(account, password) or account is None or not account.is_active or waits:
        raise Invalid(fields={"": _("Name or password is wrong, or there were too many tries.")})
    for subject in (by_name, by_account):
        forgive(subject)
    forgive_one(by_address)
    return account
