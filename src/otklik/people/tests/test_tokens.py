"""Bearer tokens: said once, hashed, scoped, ended."""

from datetime import timedelta
from hashlib import sha256

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from otklik.core import clock
from otklik.core.errors import Conflict, Invalid, NotFound
from otklik.people.actions import (
    actor_by_token,
    block_account,
    create_token,
    revoke_token,
    unblock_account,
    use_password_link,
)
from otklik.people.actions.tokens import MOST_TOKENS
from otklik.people.models import ApiToken, PasswordLink
from otklik.people.policies import actor_for
from otklik.people.tests.factories import PASSWORD, Cast, account_of, make_account, sign_in

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
    unblock_account(actor=cast.root, account_id=cast.ada.account_id)
    assert actor_by_token(timed) is None


def test_a_mailed_link_revokes_every_token(cast: Cast) -> None:
    secrets = [create_token(actor=cast.ada, name=name, scopes=["all"])[1] for name in "AB"]
    others = create_token(actor=cast.cy, name="C", scopes=["all"])[1]
    PasswordLink.objects.create(
        account=account_of(cast.ada),
        token_hash=sha256(b"link").hexdigest(),
        created_at=clock.now(),
        expires_at=clock.now() + timedelta(minutes=1),
    )

    use_password_link(secret="link", password="entirely different words")

    assert [actor_by_token(one) for one in secrets] == [None, None]
    assert actor_by_token(others) is not None


@pytest.mark.parametrize("ends", [True, False])
def test_a_change_of_password_revokes_tokens_if_asked(client: Client, ends: bool) -> None:  # noqa: FBT001  # a parameter
    account = make_account(login="zoe", password=PASSWORD)
    secret = create_token(actor=actor_for(account), name="A", scopes=["all"])[1]
    sign_in(client, actor_for(account))
    assert 'name="ends_tokens"' in client.get("/password/").content.decode()

    new = "entirely different words"
    words = {"present": PASSWORD, "password": new, "again": new}
    answer = client.post("/password/", words | ({"ends_tokens": "on"} if ends else {}))

    assert answer.status_code == 302
    assert (actor_by_token(secret) is None) is ends


def test_who_has_no_token_is_not_asked_about_them(client: Client, cast: Cast) -> None:
    sign_in(client, cast.cy)
    assert 'name="ends_tokens"' not in client.get("/password/").content.decode()


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


def test_a_token_is_heard_alone_whoever_is_signed_in_beside_it(cast: Cast, client: Client) -> None:
    _token, secret = create_token(actor=cast.ada, name="Script", scopes=["all"])
    sign_in(client, cast.root)
    own = {"Authorization": f"Bearer {secret}"}
    assert client.get("/api/v1/me", headers=own).json()["person"]["id"] == cast.ada.person_id
    assert client.get("/api/v1/me", headers={"Authorization": "Bearer x"}).status_code == 401
    assert client.get("/api/v1/me").status_code == 401
    with CaptureQueriesContext(connection) as asked:
        client.get("/api/v1/me", headers=own)
    assert not [one for one in asked if "people_session" in one["sql"]]
    assert client.get("/setup/", headers=own).status_code == 200  # pages know sessions alone
