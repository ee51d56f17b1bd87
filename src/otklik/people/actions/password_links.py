"""Mailed links that let their holder set a password once."""

import secrets
from datetime import timedelta
from hashlib import sha256
from urllib.parse import urljoin

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from otklik.core import clock, mail
from otklik.core.errors import NotFound
from otklik.core.events import publish
from otklik.core.offered import spoken_to
from otklik.people.actions.throttle import count_try, is_waiting
from otklik.people.events import PasswordLinkAsked
from otklik.people.models import Account, PasswordLink
from otklik.people.selectors.accounts import LONGEST_NAME, account_named, all_names_of, same_name

LIFETIME = timedelta(minutes=30)
SECRET_BYTES = 32
FREE_PER_ADDRESS = 10
FREE_PER_NAME = 3


@transaction.atomic
def request_password_link(*, name: str, address: str) -> None:
    """Ask for a link by login or e-mail; whether anyone has it changes no answer.

    Too many for one name, or one account by all its names, are left unsent in silence, as for a
    name that nobody has. Publishes PasswordLinkAsked. Raises TooMany for too many from one
    network address.
    """
    count_try(f"link from:{address}", free=FREE_PER_ADDRESS)
    typed = same_name(name)
    counted = (f"link for:{typed}", f"link for {all_names_of(account_named(name.strip()), typed)}")
    if not any(is_waiting(subject, free=FREE_PER_NAME) for subject in counted):
        publish(PasswordLinkAsked(name=name.strip().lower()[:LONGEST_NAME]))


@transaction.atomic
def send_password_link(*, name: str) -> None:
    """Make a link for the account of that name and mail it to the person's primary address.

    Earlier links stop working. Nothing happens when nobody has the name or may sign in.
    """
    account = account_named(name)
    address = account.person.emails.first() if account else None
    if account is None or address is None or not account.is_active:
        return
    void_password_links(person_id=account.person_id)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    PasswordLink.objects.create(
        account=account,
        token_hash=_hash(secret),
        created_at=clock.now(),
        expires_at=clock.now() + LIFETIME,
    )
    _mail_link(account, address.address, secret)


def find_password_link(*, secret: str) -> PasswordLink:
    """Return a link that can be used now. Raises NotFound for any other."""
    link = (
        PasswordLink.objects.select_related("account__person")
        .filter(token_hash=_hash(secret), used_at=None, expires_at__gt=clock.now())
        .filter(account__is_active=True)
        .first()
    )
    if link is None:
        raise NotFound(_("This link was used already or is older than half an hour."))
    return link


def void_password_links(*, person_id: int) -> None:
    """Make every link mailed to a person useless: what it was made for has changed."""
    PasswordLink.objects.filter(account__person=person_id, used_at=None).delete()


def forget_old_links() -> int:
    """Remove links that no longer work; return how many."""
    removed, _rows = PasswordLink.objects.filter(expires_at__lt=clock.now()).delete()
    return removed


def _mail_link(account: Account, address: str, secret: str) -> None:
    link = urljoin(settings.OTKLIK_BASE_URL + "/", reverse("password_link", args=[secret])[1:])
    with translation.override(spoken_to(account.person.language)):
        mail.send(
            to=address,
            subject=_("A link to set your password"),
            text=_(
                "Hello %(name)s,\n\n"
                "open this address to set a new password. It works once, for half an hour:\n\n"
                "%(link)s\n\n"
                "Your login is %(login)s. If you did not ask for this, leave it alone: nothing "
                "has changed."
            )
            % {"name": account.person.name, "link": link, "login": account.login},
        )


def _hash(secret: str) -> str:
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
