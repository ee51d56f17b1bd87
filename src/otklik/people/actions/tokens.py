"""Bearer tokens: what programs sign in by."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext as _

from otklik.core import clock
from otklik.core.errors import Conflict, NotFound
from otklik.people.actions.checks import Checks
from otklik.people.models import Account, Actor, ApiToken
from otklik.people.models.key import Scope
from otklik.people.policies import actor_for

SIGN = "otk_"
SECRET_BYTES = 32
SHOWN = 8  # characters of a secret that tell tokens apart
MOST_TOKENS = 50
LONGEST_SECRET = 100
USED_EVERY = timedelta(minutes=1)  # how exact `last_used_at` is


@transaction.atomic
def create_token(
    *, actor: Actor, name: str, scopes: Sequence[str], expires_at: datetime | None = None
) -> tuple[ApiToken, str]:
    """Make a token that speaks for the actor, and return it with its secret, said only now.

    A program that itself came by a token can give no scope that it lacks. Raises Invalid,
    Conflict.
    """
    checks = Checks()
    shown = checks.line("name", name, limit=100, required=True)
    if not scopes or not set(scopes) <= set(Scope.values):
        checks.wrong["scopes"] = _("Choose at least one of the offered values.")
    if Scope.ALL not in actor.scopes and not set(scopes) <= actor.scopes:
        checks.wrong["scopes"] = _("A token cannot give more than it has.")
    if expires_at is not None and expires_at <= clock.now():
        checks.wrong["expires_at"] = _("This moment has passed.")
    checks.finish()

    account = Account.objects.select_for_update().get(pk=actor.account_id)
    if account.tokens.filter(revoked_at=None).count() >= MOST_TOKENS:
        raise Conflict(_("You have as many tokens as one can keep. Revoke one first."))
    secret = SIGN + secrets.token_urlsafe(SECRET_BYTES)
    token = ApiToken.objects.create(
        account=account,
        name=shown,
        token_hash=_hash(secret),
        hint=secret[:SHOWN],
        scopes=sorted(set(scopes)),
        created_at=clock.now(),
        expires_at=expires_at,
    )
    return token, secret


@transaction.atomic
def revoke_token(*, actor: Actor, token_id: int) -> None:
    """Make one of one's own tokens useless (any, for the administrator). Again does nothing."""
    known = ApiToken.objects.select_for_update().filter(pk=token_id)
    if not actor.is_administrator:
        known = known.filter(account=actor.account_id)
    token = known.first()
    if token is None:
        raise NotFound
    if token.revoked_at is None:
        token.revoked_at = clock.now()
        token.save(update_fields=["revoked_at"])


def actor_by_token(secret: str) -> Actor | None:
    """Return whom a bearer token speaks for, with their rights as they are now.

    None for an unknown, revoked or expired one and for a blocked account.
    """
    if not secret.startswith(SIGN) or len(secret) > LONGEST_SECRET:
        return None
    now = clock.now()
    token = (
        ApiToken.objects.select_related("account__person__organization")
        .filter(token_hash=_hash(secret), revoked_at=None, account__is_active=True)
        .first()
    )
    if token is None or (token.expires_at is not None and token.expires_at <= now):
        return None
    if token.last_used_at is None or now - token.last_used_at > USED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return actor_for(token.account, frozenset(token.scopes))


def _hash(secret: str) -> str:
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
