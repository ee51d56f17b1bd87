"""Bearer tokens: said once, hashed, scoped, ended."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from otklik.core import clock
from otklik.core.errors import Conflict, Invalid, NotFound
from otklik.people.actions import actor_by_token, block_account, create_token, revoke_token
from otklik.people.actions.tokens import MOST_TOKENS
from otklik.people.models import ApiToken
from otklik.people.policies import actor_for
from otklik.people.tests.factories import Cast, account_of

pytestmark = pytest.mark.django_db


def test_a_token_speaks_for_its_person_with_the_rights_of_this_moment(cast: Cast) -> None:
    token, secret = create_token(actor=cast.ada, name="Script", scopes=["tickets:read"])
    found = actor_by_token(secret)
    assert found is not None
    assert (found.account_id, found.scopes) == (cast.ada.account_id, frozenset({"tickets:read"}))
    assert secret.startswith("otk_")
    assert secret not in (token.token_hash, token.hint)
    token.refresh_from_db()
    assert token.last_used_at is not None


@pytest.mark.parametrize(
    "secret", ["", "otk_", "otk_" + "a" * 43, "x", "otk_\x00", "otk_\ud800", "otk_" + "a" * 10**6]
)
def test_what_is_no_token_speaks_for_nobody(cast: Cast, secret: str) -> None:
    create_token(actor=cast.ada, name="Script", scopes=["all"])
    assert actor_by_token(secret) is None


def test_a_hash_is_no_token(cast: Cast) -> None:
    token, _secret = create_token(actor=cast.ada, name="Script", scopes=["all"])
    assert actor_by_token(token.token_hash) is None
    assert actor_by_token("otk_" + token.token_hash) is None


def test_a_token_ends_by_time_by_revocation_and_by_a_block(cast: Cast) -> None:
    timed = create_token(
        actor=cast.ada, name="A", scopes=["all"], expires_at=clock.now() + timedelta(hours=1)
    )[1]
    assert actor_by_token(timed)
    with clock.moved_to(clock.now() + timedelta(hours=2)):
        assert actor_by_token(timed) is None

    token, revoked = create_token(actor=cast.ada, name="B", scopes=["all"])
    for _ in range(2):
        revoke_token(actor=cast.ada, token_id=token.pk)
    assert actor_by_token(revoked) is None

    block_account(actor=cast.root, account_id=cast.ada.account_id)
    assert actor_by_token(timed) is None


@pytest.mark.parametrize("scopes", [[], ["root"], ["all", "x"], [""]])
def test_unknown_scopes_are_refused(cast: Cast, scopes: list[str]) -> None:
    with pytest.raises(Invalid):
        create_token(actor=cast.ada, name="A", scopes=scopes)


@pytest.mark.parametrize("name", ["", " ", "x" * 101, "a\x00"])
def test_a_token_says_what_it_is_for(cast: Cast, name: str) -> None:
    with pytest.raises(Invalid):
        create_token(actor=cast.ada, name=name, scopes=["all"])


def test_a_token_gives_no_more_than_it_has(cast: Cast) -> None:
    narrow = actor_for(account_of(cast.ada), frozenset({"tickets:read"}))
    create_token(actor=narrow, name="A", scopes=["tickets:read"])
    with pytest.raises(Invalid):
        create_token(actor=narrow, name="A", scopes=["all"])
    with pytest.raises(Invalid):
        create_token(
            actor=cast.ada, name="A", scopes=["all"], expires_at=clock.now() - timedelta(days=1)
        )


def test_others_tokens_are_out_of_reach_but_for_the_administrator(cast: Cast) -> None:
    token, secret = create_token(actor=cast.ada, name="A", scopes=["all"])
    for actor in (cast.vi, cast.cy, cast.sam):
        with pytest.raises(NotFound):
            revoke_token(actor=actor, token_id=token.pk)
    assert actor_by_token(secret)
    revoke_token(actor=cast.root, token_id=token.pk)
    assert actor_by_token(secret) is None


def test_one_keeps_a_bounded_number_of_tokens(cast: Cast) -> None:
    for number in range(MOST_TOKENS):
        create_token(actor=cast.ada, name=f"T{number}", scopes=["all"])
    with pytest.raises(Conflict):
        create_token(actor=cast.ada, name="one more", scopes=["all"])


def test_the_database_refuses_a_token_without_a_hash(cast: Cast) -> None:
    for wrong in ("", "otk_secret", "A" * 64):
        with pytest.raises(IntegrityError), transaction.atomic():
            ApiToken.objects.create(
                account=account_of(cast.ada),
                name="A",
                token_hash=wrong,
                hint="",
                scopes=["all"],
                created_at=clock.now(),
            )
