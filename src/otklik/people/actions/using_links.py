"""Setting a password by a mailed link."""

from django.db import transaction
from django.utils.translation import gettext as _

from otklik.core import clock
from otklik.core.errors import NotFound
from otklik.people.actions.password_links import find_password_link
from otklik.people.actions.passwords import write_password
from otklik.people.actions.sessions import drop_sessions
from otklik.people.actions.throttle import forgive
from otklik.people.actions.tokens import drop_tokens
from otklik.people.models import Account, PasswordLink
from otklik.people.selectors.accounts import all_names_of, same_name


@transaction.atomic
def use_password_link(*, secret: str, password: str) -> Account:
    """Set a password by a mailed link; it is used up, sessions end and tokens are revoked.

    Of two uses at once one wins. Publishes SessionsEnded. Raises NotFound, Invalid (the link
    stays good then).
    """
    found = find_password_link(secret=secret)
    account = Account.objects.select_for_update().select_related(None).get(pk=found.account_id)
    used = PasswordLink.objects.filter(pk=found.pk, used_at=None).update(used_at=clock.now())
    if not used or not account.is_active:
        raise NotFound(_("This link was used already or is older than half an hour."))
    write_password(account, password)
    for name in [account.login, *account.person.emails.values_list("address", flat=True)]:
        forgive(f"name:{same_name(name)}")
    forgive(all_names_of(account, ""))
    drop_sessions(account.pk)
    drop_tokens(account.pk)
    return account
