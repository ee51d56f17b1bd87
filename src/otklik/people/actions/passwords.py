"""Passwords: what is a good one, and changing one's own."""

from threading import BoundedSemaphore

from django.contrib.auth.hashers import check_password, is_password_usable, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from otklik.core.errors import Invalid
from otklik.people.actions.password_links import void_password_links
from otklik.people.actions.sessions import drop_sessions
from otklik.people.actions.throttle import count_try, forgive
from otklik.people.actions.tokens import drop_tokens
from otklik.people.models import Account, Actor

SHORTEST, LONGEST = 8, 1024
AT_ONCE = BoundedSemaphore(2)  # hashing takes much memory on purpose
NOBODYS = SimpleLazyObject(lambda: make_password("nobody's password"))


@transaction.atomic
def write_password(account: Account, password: str) -> None:
    """Give a locked account a checked password, which makes all older keys useless.

    Raises Invalid, also for the one that it has.
    """
    ensure_good_password(account, password)
    if fits(account, password):
        raise _bad(_("This is the password that you have already. Think of another."))
    with AT_ONCE:
        account.set_password(password)
    account.must_change_password = False
    account.save(update_fields=["password", "must_change_password"])
    void_password_links(person_id=account.person_id)


def change_password(
    *, actor: Actor, present: str, new: str, session_key: str | None, ends_tokens: bool = False
) -> Account:
    """Change one's own password; every session but `session_key` ends, and tokens if asked.

    Publishes SessionsEnded. Raises Invalid, TooMany after wrong tries.
    """
    _ensure_own(actor, present, "present")
    with transaction.atomic():
        account = Account.objects.select_for_update().get(pk=actor.account_id)
        write_password(account, new)
        drop_sessions(account.pk, but=session_key)
        if ends_tokens:
            drop_tokens(account.pk)
    return account


def prove_password(*, actor: Actor, password: str) -> None:
    """Show that it is still the actor who sits there. Raises Invalid, TooMany after wrong tries."""
    _ensure_own(actor, password, "proof")


def _ensure_own(actor: Actor, password: str, field: str) -> None:
    subject = f"account:{actor.account_id}"
    count_try(subject)
    if not fits(Account.objects.get(pk=actor.account_id), password):
        raise Invalid(fields={field: _("This is not your present password.")})
    forgive(subject)


def fits(account: Account | None, password: str) -> bool:
    """Tell whether a password opens an account, with the same work when there is none."""
    usable = account is not None and is_password_usable(account.password)
    stored = account.password if account is not None and usable else str(NOBODYS)
    if len(password) > LONGEST:
        return False
    with AT_ONCE:
        return check_password(password, stored) and usable


def ensure_good_password(account: Account, password: str) -> None:
    """Raise Invalid for a password that is too short, too long or easily guessed."""
    if len(password) < SHORTEST:
        raise _bad(_("At least %(count)d characters, please.") % {"count": SHORTEST})
    if len(password) > LONGEST:
        raise _bad(_("At most %(count)d characters, please.") % {"count": LONGEST})
    if not password.isprintable():
        raise _bad(_("There are invisible control characters here. Type it again."))
    if password.lower() in {account.login, account.person.name.lower()}:
        raise _bad(_("Your name is the first thing that others would try."))
    try:
        validate_password(password, account)
        validate_password(password, account.person)  # type: ignore[arg-type]  # only names are read
    except ValidationError as error:
        if any(one.code == "password_too_similar" for one in error.error_list):
            raise _bad(_("Your name is the first thing that others would try.")) from error
        raise _bad(" ".join(error.messages)) from error


def _bad(why: str) -> Invalid:
    return Invalid(fields={"password": why})
