"""One's own choices, browsers and tokens over the API."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from otklik.core import clock
from otklik.core.models import IdempotencyKey
from otklik.people.models import Account, ApiToken, Person, Session
from otklik.people.tests.factories import Cast, account_of, sign_in
from otklik.people.tests.program import ask, call, secret_of

pytestmark = pytest.mark.django_db
KEY = {"Idempotency-Key": "own-1"}


def test_everyone_reads_and_changes_their_own_choices(cast: Cast) -> None:
    for actor in cast.everyone.values():
        status, changed = ask(
            actor,
            "PATCH",
            "/me/preferences",
            {
                "language": "bg",
                "time_zone": "Europe/Sofia",
                "theme": "dark",
                "signature": "Regards",
                "signature_format": "text",
                "undo_seconds": 20,
                "plays_sound": False,
                "muted_kinds": ["note"],
                "columns": ["number", "due"],
            },
        )
        assert status == 200, changed
        assert ask(actor, "GET", "/me/preferences") == (200, changed)
        assert (changed["theme"], changed["signature"]) == ("dark", "<p>Regards</p>")
        assert changed["shows_pop_ups"] is True
        account = account_of(actor)
        person = Person.objects.get(pk=actor.person_id)
        assert (person.language, person.time_zone) == ("bg", "Europe/Sofia")
        assert (account.muted_kinds, account.plays_sound) == (["note"], False)
        assert (account.undo_seconds, changed["undo_seconds"]) == (20, 20)


def test_choices_are_changed_from_the_state_that_was_read(cast: Cast) -> None:
    secret = secret_of(cast.ada)
    tag = call(secret, "GET", "/me/preferences")["ETag"]
    match = {"If-Match": tag}

    first = call(secret, "PATCH", "/me/preferences", {"theme": "dark"}, **match)
    second = call(secret, "PATCH", "/me/preferences", {"theme": "light"}, **match)

    assert (first.status_code, second.status_code) == (200, 412)
    assert account_of(cast.ada).theme == "dark"


def test_a_person_is_changed_from_the_state_that_was_read(cast: Cast) -> None:
    secret, path = secret_of(cast.ada), f"/people/{cast.cy.person_id}"
    match = {"If-Match": call(secret, "GET", path)["ETag"]}

    first = call(secret, "PATCH", path, {"office": "Tower 5"}, **match)
    second = call(secret, "PATCH", path, {"office": "Tower 6"}, **match)

    assert (first.status_code, second.status_code) == (200, 412)
    assert Person.objects.get(pk=cast.cy.person_id).office == "Tower 5"


@pytest.mark.parametrize(
    ("change", "member"),
    [
        ({"theme": "pink"}, "theme"),
        ({"language": "de"}, "language"),
        ({"time_zone": "Mars"}, "time_zone"),
        ({"time_zone": "x" * 65}, "time_zone"),
        ({"signature": "x" * 5001}, "signature"),
        ({"signature": "a\0b"}, "signature"),
        ({"undo_seconds": 7}, "undo_seconds"),
        ({"undo_seconds": -5}, "undo_seconds"),
        ({"undo_seconds": 2**63}, "undo_seconds"),
        ({"undo_seconds": "5"}, "undo_seconds"),
        ({"undo_seconds": False}, "undo_seconds"),
        ({"undo_seconds": None}, "undo_seconds"),
        ({"undo_seconds": 5.5}, "undo_seconds"),
        ({"plays_sound": "loud"}, "plays_sound"),
        ({"muted_kinds": ["a b"]}, "muted_kinds.0"),
        ({"columns": ["x"] * 51}, "columns"),
        ({"login": "root"}, "login"),
        ({"is_administrator": True}, "is_administrator"),
    ],
)
def test_choices_that_nobody_offers_are_named_and_nothing_is_kept(
    cast: Cast, change: dict[str, Any], member: str
) -> None:
    before = Account.objects.values().get(pk=cast.ada.account_id)
    status, said = ask(cast.ada, "PATCH", "/me/preferences", {"shows_pop_ups": False, **change})

    assert (status, [one["field"] for one in said["errors"]]) == (422, [member])
    assert Account.objects.values().get(pk=cast.ada.account_id) == before


def test_choices_need_the_scopes_of_people_and_keys_the_whole(cast: Cast) -> None:
    for scopes, read, written in (
        (("tickets:read", "tickets:write"), 403, 403),
        (("people:read",), 200, 403),
        (("people:read", "people:write"), 200, 200),
    ):
        assert ask(cast.ada, "GET", "/me/preferences", scopes=scopes)[0] == read
        assert ask(cast.ada, "PATCH", "/me/preferences", {}, scopes=scopes)[0] == written
        for method, path in (
            ("GET", "/me/tokens"),
            ("GET", "/me/sessions"),
            ("DELETE", "/me/sessions"),
            ("DELETE", f"/me/sessions/{'0' * 32}"),
            ("DELETE", "/me/tokens/1"),
        ):
            assert ask(cast.ada, method, path, scopes=scopes)[0] == 403
        made = {"name": "More", "scopes": list(scopes)}
        assert ask(cast.ada, "POST", "/me/tokens", made, scopes=scopes)[0] == 403


def test_browsers_are_listed_and_signed_out_one_by_one_and_all(cast: Cast) -> None:
    for who in (cast.ada, cast.ada, cast.cy):
        sign_in(Client(), who)
    Session.objects.update(browser="Firefox/140 (X11; Linux)")
    listed = ask(cast.ada, "GET", "/me/sessions")[1]
    keys = set(Session.objects.values_list("session_key", flat=True))

    assert [one["browser"] for one in listed] == ["Firefox, Linux"] * 2
    assert not keys & {one["name"] for one in listed}
    gone = f"/me/sessions/{listed[0]['name']}"
    assert [ask(cast.ada, "DELETE", gone)[0] for _again in range(2)] == [204, 204]
    assert [one["name"] for one in ask(cast.ada, "GET", "/me/sessions")[1]] == [listed[1]["name"]]
    assert ask(cast.cy, "DELETE", f"/me/sessions/{listed[1]['name']}")[0] == 204
    assert Session.objects.filter(account=cast.ada.account_id).count() == 1
    assert ask(cast.ada, "DELETE", "/me/sessions")[0] == 204
    assert list(Session.objects.values_list("account", flat=True)) == [cast.cy.account_id]
    assert ask(cast.ada, "DELETE", "/me/sessions/other")[0] == 422


def test_a_token_is_made_used_listed_without_its_secret_and_revoked(cast: Cast) -> None:
    made = call(secret_of(cast.cy), "POST", "/me/tokens", {"name": "Mine", "scopes": ["all"]})
    secret = made.json()["secret"]

    assert made.status_code == 201
    listed = call(secret, "GET", "/me/tokens")
    assert secret not in listed.content.decode()
    assert [one["name"] for one in listed.json()] == ["Mine", "t"]
    gone = f"/me/tokens/{made.json()['id']}"
    assert call(secret_of(cast.ada), "DELETE", gone).status_code == 404
    assert call(secret, "DELETE", gone).status_code == 204
    assert call(secret, "GET", "/me").status_code == 401
    assert call(secret_of(cast.cy), "DELETE", gone).status_code == 204


def test_a_token_gives_no_more_time_than_it_has(cast: Cast) -> None:
    short = secret_of(cast.ada, days=2)
    asked = {"name": "Child", "scopes": ["tickets:read"]}
    end = clock.now() + timedelta(days=1)

    same = call(short, "POST", "/me/tokens", asked).json()
    shorter = call(short, "POST", "/me/tokens", {**asked, "expires_at": end.isoformat()})
    longer = {**asked, "expires_at": (end + timedelta(days=9)).isoformat()}
    refused = call(short, "POST", "/me/tokens", longer)
    free = call(secret_of(cast.ada), "POST", "/me/tokens", longer)

    assert (
        ApiToken.objects.get(pk=same["id"]).expires_at
        == ApiToken.objects.get(name="t", expires_at__isnull=False).expires_at
    )
    assert (shorter.status_code, free.status_code, refused.status_code) == (201, 201, 422)
    assert [one["field"] for one in refused.json()["errors"]] == ["expires_at"]


@pytest.mark.parametrize(
    ("change", "member"),
    [
        ({"name": ""}, "name"),
        ({"name": " "}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": "a\0"}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["everything"]}, "scopes.0"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "expires_at"),
        ({"expires_at": "2030-01-01T00:00:00"}, "expires_at"),
        ({"expires_at": "9999-12-31T23:59:59-17:50"}, "expires_at"),
    ],
)
def test_tokens_that_cannot_be_are_named(cast: Cast, change: dict[str, Any], member: str) -> None:
    secret = secret_of(cast.ada)
    refused = call(secret, "POST", "/me/tokens", {"name": "Mine", "scopes": ["all"], **change})

    assert refused.status_code == 422
    assert [one["field"] for one in refused.json()["errors"]] == [member]
    assert ApiToken.objects.count() == 1


def test_a_moment_may_be_said_in_a_zone_that_no_database_knows(cast: Cast) -> None:
    words = {"name": "Mine", "scopes": ["all"], "expires_at": "2031-01-01T00:00:00+17:50"}
    made = call(secret_of(cast.ada), "POST", "/me/tokens", words)
    assert made.status_code == 201
    kept = ApiToken.objects.get(name="Mine").expires_at
    assert kept is not None
    assert f"{kept:%Y-%m-%d %H:%M}" == "2030-12-31 06:10"


def test_a_repeated_making_makes_one_token_and_never_says_the_secret_again(cast: Cast) -> None:
    secret, asked = secret_of(cast.ada), {"name": "Mine", "scopes": ["all"]}

    first = call(secret, "POST", "/me/tokens", asked, **KEY)
    again = call(secret, "POST", "/me/tokens", asked, **KEY)

    assert again["Idempotency-Replayed"] == "true"
    assert again.json() == first.json() | {"secret": ""}
    assert ApiToken.objects.filter(name="Mine").count() == 1
    assert first.json()["secret"] not in IdempotencyKey.objects.get().body
