"""Bearer tokens: what programs sign in by."""

import json
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from types import MappingProxyType

from django.db import transaction
from django.utils.translation import gettext as _

from otklik.core import clock
from otklik.core.configuration import STAMP, read_with_asker
from otklik.core.errors import Conflict, NotFound
from otklik.core.prepared import prepared_cursor
from otklik.people.actions.checks import Checks
from otklik.people.models import Account, Actor, ApiToken, Role
from otklik.people.models.key import Scope
from otklik.people.models.person import shown_name

SIGN = "otk_"
SECRET_BYTES = 32
SHOWN = 8  # characters of a secret that tell tokens apart
MOST_TOKENS = 50
LONGEST_TOKEN_NAME = 100
LONGEST_SECRET = 100
USED_EVERY = timedelta(minutes=1)  # how exact `last_used_at` is

# One statement for every request of a program: what `actor_for` reads, and the token itself.
BEARER = f"""
    SELECT token.id, token.scopes, token.last_used_at,
           (SELECT jsonb_agg(jsonb_build_array(department_id, role))
              FROM people_membership WHERE person_id = person.id),
           account.id, person.id, person.given_name, person.surname, account.is_administrator,
           person.organization_id, coalesce(organization.shares_tickets, false),
           person.language, person.time_zone, account.signature, token.expires_at, ({STAMP})
      FROM people_apitoken AS token
      JOIN people_account AS account ON account.id = token.account_id AND account.is_active
      JOIN people_person AS person ON person.id = account.person_id
      LEFT JOIN people_organization AS organization ON organization.id = person.organization_id
     WHERE token.token_hash = %(hash)s AND token.revoked_at IS NULL
       AND (token.expires_at IS NULL OR token.expires_at > %(now)s)
"""  # noqa: S608  # words of our own


@transaction.atomic
def create_token(
    *, actor: Actor, name: str, scopes: Sequence[str], expires_at: datetime | None = None
) -> tuple[ApiToken, str]:
    """Make a token that speaks for the actor, and return it with its secret, said only now.

    A program that itself came by a token can give no scope that it lacks, and no longer time:
    without an end, its own. Raises Invalid, Conflict.
    """
    checks = Checks()
    expires_at = expires_at or actor.until
    shown = checks.line("name", name, limit=LONGEST_TOKEN_NAME, required=True)
    if not scopes or not set(scopes) <= set(Scope.values):
        checks.wrong["scopes"] = _("Choose at least one of the offered values.")
    if Scope.ALL not in actor.scopes and not set(scopes) <= actor.scopes:
        checks.wrong["scopes"] = _("A token cannot give more than it has.")
    if expires_at is not None and expires_at <= clock.now():
        checks.wrong["expires_at"] = _("This moment has passed.")
    if actor.until is not None and expires_at is not None and expires_at > actor.until:
        checks.wrong["expires_at"] = _("A token cannot give more than it has.")
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


def drop_tokens(account_id: int) -> None:
    """Revoke every token of an account. Rights are the caller's to check."""
    present = ApiToken.objects.filter(account=account_id, revoked_at=None)
    present.update(revoked_at=clock.now())


def actor_by_token(secret: str) -> Actor | None:
    """Return whom a bearer token speaks for, with their rights as they are now.

    None for an unknown, revoked or expired one and for a blocked account.
    """
    if not secret.startswith(SIGN) or len(secret) > LONGEST_SECRET:
        return None
    now = clock.now()
    with prepared_cursor() as cursor:
        cursor.execute(BEARER, {"hash": _hash(secret), "now": now})
        row = cursor.fetchone()
    if row is None:
        return None
    token_id, scopes, last_used_at, roles, *rest = row
    if last_used_at is None or now - last_used_at > USED_EVERY:
        ApiToken.objects.filter(pk=token_id).update(last_used_at=now)
    account_id, person_id, given, surname, is_administrator, organization_id, shares, *ways = rest
    read_with_asker(ways[4])
    return Actor(
        account_id=account_id,
        person_id=person_id,
        name=shown_name(given, surname),
        is_administrator=is_administrator,
        roles=MappingProxyType({pk: Role(role) for pk, role in json.loads(roles or "[]")}),
        organization_id=organization_id,
        shares_organization=shares,
        scopes=frozenset(scopes),
        language=ways[0],
        time_zone=ways[1],
        signature=ways[2],
        until=ways[3],
    )


def _hash(secret: str) -> str:
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
