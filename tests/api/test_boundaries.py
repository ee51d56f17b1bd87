"""Each member of each write, at its limit, beyond it, and as nothing that it could be.

All of it comes from the schema: a refusal is a problem that names the member and leaves the
database as it was; what stands at a limit is stored whole.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from tests.api.filling import Filling
from tests.api.writes import BODIES, Member, Schema, Write, writes
from tests.architecture.world import World, make_world

from otklik.config.api import bearer
from otklik.core import clock
from otklik.core.models.desk import MESSAGE_LIMIT
from otklik.core.post.signing import made_key
from otklik.people.actions import create_token
from otklik.people.models import Actor
from otklik.tickets.models import Status, Ticket

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

NOTHING = object()
FAMILY = "👨‍👩‍👧‍👦"
FAR = 100_000
LARGEST_KEY = 2**63 - 1
WRITES = {one.label: one for one in writes()}
SUBJECTS = sorted({label.split("/")[1] for label in WRITES})
NAMES_SOMETHING = {"type", "department", "category", "status", "shown_when", "shown_value"}
NAMES_SOMETHING |= {"number", "files", "time_zone", "kinds"}
"""Texts that name what is there: none that the schema alone can make does."""
FORMED = {
    "address",
    "addresses",
    "token_url",
    "host",
    "emails",
    "requester.email",
    "phones",
    "domains",
    "login",
    "prefix",
}
FORMED |= {"requester", "always.sender", "authority", "dkim_selector", "dkim_key"}
FORMED |= {"query", "muted_kinds", "columns", "requester.name"}
"""Texts of a form of their own, in which no emoji stands; a person's name has letters."""
MADE = {
    "host": ".".join(["x" * 63] * 3 + ["x" * 61]),
    "address": f"{'l' * 64}@{'d' * 63}.{'d' * 63}.{'d' * 53}.example",
    "domains": ".".join(["d" * 63, "d" * 63, "d" * 63, "d" * 53, "example"]),
    "prefix": "X" * 6,
    "token_url": f"https://{'x' * 492}",
}
MADE |= dict.fromkeys(("addresses", "emails", "requester.email", "requester"), MADE["address"])
MADE["always.sender"] = MADE["domains"]
MADE["authority"] = f"-----BEGIN CERTIFICATE-----{'x' * (20_000 - 27)}"
MADE["dkim_key"] = made_key()
UNSEEN = {"password", "secret", "client_secret", "dkim_key"}
"""What is stored so that nobody can read it."""


class Desk:
    """The world, asked as a program asks."""

    def __init__(self, world: World) -> None:
        self.keys = {name: _key(actor) for name, actor in world.cast.everyone.items()}
        self.filling = Filling(world)

    def send(self, write: Write, body: object) -> Any:
        """Send a body in which the world's own keys stand for OTHER."""
        return Client().generic(
            write.method,
            self.filling.address(write),
            self.filling.body(body),
            "application/json",
            headers={"Authorization": f"Bearer {self.keys[_who(write)]}"},
        )


def _key(actor: Actor) -> str:
    return create_token(actor=actor, name="bounds", scopes=["all"])[1]


def _who(write: Write) -> str:
    if write.path.endswith("/rating"):
        return "cy"
    return "ada" if "/notes/" in write.path or "/views" in write.path else "root"


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr(bearer, "limit", 1_000_000)
    return Desk(make_world())


@contextmanager
def undone(write: Write) -> Iterator[None]:
    """Let something happen, and then not have happened."""
    with transaction.atomic():
        if write.path.endswith("/rating"):
            solved = Status.objects.filter(phase="resolved")[0]
            Ticket.objects.update(status=solved, phase=solved.phase, resolved_at=clock.now())
        yield
        transaction.set_rollback(True)


def test_every_write_is_driven_with_a_body_that_it_takes(desk: Desk) -> None:
    assert set(WRITES) == set(BODIES)
    for write in WRITES.values():
        with undone(write):
            answer = desk.send(write, BODIES[write.label])
            assert answer.status_code < 300, (write.label, answer.content)


@pytest.mark.parametrize("subject", SUBJECTS)
def test_what_no_member_can_be_is_named_and_nothing_is_stored(desk: Desk, subject: str) -> None:
    faults = []
    for write, member in _members(subject):
        for value in _wrong(member):
            with undone(write):
                before = _stored()
                answer = desk.send(write, write.body(member, value))
                if why := _is_unclear(answer, member) or _has_changed(before):
                    faults.append((write.label, member.name, repr(value)[:40], why))
    assert faults == []


@pytest.mark.parametrize("subject", SUBJECTS)
def test_what_stands_at_a_limit_is_stored_whole(desk: Desk, subject: str) -> None:
    faults = []
    for write, member in _members(subject):
        for value in _right(member):
            with undone(write):
                answer = desk.send(write, write.body(member, value))
                if answer.status_code >= 300:
                    why = answer.content.decode()[:300]
                elif not _is_kept(answer, member, value):
                    why = "not stored"
                else:
                    continue
                faults.append((write.label, member.name, repr(value)[:40], why))
    assert faults == []


@pytest.mark.parametrize("subject", SUBJECTS)
def test_what_turns_the_text_around_is_stored_nowhere(desk: Desk, subject: str) -> None:
    faults = []
    for write, member in _members(subject):
        if member.says.get("type") != "string":
            continue
        with undone(write):
            answer = desk.send(write, write.body(member, "a\u202ezyx"))
            why = _is_unclear(answer, member) if answer.status_code >= 300 else ""
            if why or _holds("\u202e"):
                faults.append((write.label, member.name, why or "stored"))
    assert faults == []


def test_a_member_that_is_not_offered_is_named(desk: Desk) -> None:
    for write in WRITES.values():
        for stray in ("stray", "a\0b", "\u202ex", "\ud800"):
            with undone(write):
                before = _stored()
                answer = desk.send(write, {**BODIES[write.label], stray: 1})
                assert (answer.status_code, _has_changed(before)) == (422, ""), write.label
                assert answer["Content-Type"] == "application/problem+json"
                assert len(answer.json()["errors"]) == 1


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b"5", b"null", b"\xff", b"[" * 9999])
def test_a_body_that_is_no_object_is_refused(desk: Desk, body: bytes) -> None:
    for write in WRITES.values():
        with undone(write):
            before = _stored()
            path = desk.filling.address(write)
            answer = Client().generic(
                write.method,
                path,
                body,
                "application/json",
                headers={"Authorization": f"Bearer {desk.keys[_who(write)]}"},
            )
            assert answer.status_code in (400, 422), (write.label, answer.content)
            assert answer["Content-Type"] == "application/problem+json"
            assert _has_changed(before) == ""


def _members(subject: str) -> Iterator[tuple[Write, Member]]:
    for write in WRITES.values():
        if write.label.split("/")[1] == subject:
            for member in write.members:
                yield write, member


def _wrong(member: Member) -> Iterator[object]:
    says = member.says
    yield {"a": 1} if says.get("type") != "object" else 5
    yield [[]]
    if not member.is_nullable:
        yield None
    yield from WRONG[says.get("type", "")](member)


def _no_text(member: Member) -> Iterator[object]:
    says = member.says
    yield from (5, True, "a\0b", "a\ud800b")
    if "enum" in says:
        yield from ("nonsense", FAMILY)
    yield from _too_long(says)
    if says.get("format") == "date-time":
        yield from ("yesterday", "2026-13-45T00:00:00Z", "x" * FAR)
    if member.name in NAMES_SOMETHING:
        yield "x" * says["maxLength"]


def _no_number(member: Member) -> Iterator[object]:
    yield from ("one", 1.5, 10**30, -(10**30), "a\0b")
    offered = member.says.get("enum") or (member.says["minimum"], member.says["maximum"])
    yield from (min(offered) - 1, max(offered) + 1)


def _no_list(member: Member) -> Iterator[object]:
    yield from (5, "x", "a\0b")
    yield [_one(member.says["items"], number) for number in range(member.says["maxItems"] + 1)]


WRONG: Mapping[str, Callable[[Member], Iterable[object]]] = {
    "string": _no_text,
    "integer": _no_number,
    "boolean": lambda _member: (5, "maybe", "a\0b"),
    "array": _no_list,
    "object": lambda _member: ("x", {"a\0": 1}, {"nonsense": "x"}, {"a": "\ud800"}),
}


def _too_long(says: Schema) -> Iterator[str]:
    if "maxLength" in says:
        yield from ("x" * (says["maxLength"] + 1), "x" * (says["maxLength"] + FAR))
    if letters := _letters(says):
        yield from ("x" * (letters + 1), FAMILY * (letters + 1))


def _letters(says: Schema) -> int:
    return MESSAGE_LIMIT if "x-limitedBy" in says else says.get("x-maxGraphemes", 0)


def _one(says: Schema, number: int) -> object:
    """Return one of many items that differ where they may."""
    if says["type"] == "integer":
        return number + 1
    return says["enum"][0] if "enum" in says else f"{'abcdefghij'[number % 10]}{number}"


def _right(member: Member) -> Iterator[object]:
    says, name = member.says, member.name
    if says.get("type") == "integer" and "enum" in says:
        yield from says["enum"]
    if says.get("type") == "integer" and "minimum" in says and says["maximum"] != LARGEST_KEY:
        yield from (says["minimum"], says["maximum"])
    if says.get("type") != "string" or "maxLength" not in says or name in NAMES_SOMETHING:
        return
    most = _letters(says) or says["maxLength"]
    if name in MADE:
        yield MADE[name]
    elif name != "phones":
        yield "x" * most
    if name not in FORMED | UNSEEN:
        longest = says["maxLength"] // len(FAMILY)
        yield FAMILY * min(_letters(says) or longest, longest)


def _is_unclear(answer: Any, member: Member) -> str:
    """Tell what a refusal lacks."""
    if answer.status_code not in (413, 422):
        return f"{answer.status_code} {answer.content.decode()[:200]}"
    said = answer.json()
    if answer["Content-Type"] != "application/problem+json" or not said["detail"]:
        return "no problem"
    named = [one["field"] for one in said.get("errors", []) if one["detail"]]
    whole = member.place[0] if len(member.place) == 1 else member.name
    if answer.status_code == 422 and not any(_is_of(one, whole) for one in named):
        return f"names {named}"
    return ""


def _is_of(named: str, name: str) -> bool:
    return named == name or named.startswith(f"{name}.")


def _tables() -> list[str]:
    return connection.introspection.table_names()


def _stored() -> list[tuple[Any, ...]]:
    """Return for each table how many rows it has and which was written last."""
    parts = [
        f"SELECT '{name}', count(*), "  # noqa: S608  # names of our own tables
        + ("'0'" if name == "people_apitoken" else "max(xmin::text::bigint)::text")
        + f' FROM "{name}"'
        for name in _tables()
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return list(cursor.fetchall())


def _has_changed(before: list[tuple[Any, ...]]) -> str:
    changed = set(_stored()) ^ set(before)
    return f"changed {sorted({row[0] for row in changed})}" if changed else ""


def _holds(text: str) -> bool:
    parts = [
        f'SELECT 1 FROM "{name}" AS row WHERE strpos(row::text, %(text)s) > 0'  # noqa: S608  # as above
        for name in _tables()
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), {"text": text})
        return cursor.fetchone() is not None


def _is_kept(answer: Any, member: Member, value: object) -> bool:
    if member.name in UNSEEN:
        return True
    if isinstance(value, str):
        return _holds(value)
    said = answer.json() if answer.content else {}
    return member.name not in said or said[member.name] == value
