"""What open pages are told: "ticket 17 is at version 42", never what it says.

A hint may be lost and carries nothing private; the page asks for its fragment again
and rights are checked there. Everything here leaves only after the commit.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from psycopg.conninfo import make_conninfo
from psycopg.pq import Conninfo

from otklik.core import grants
from otklik.core.bus import Bus, bus_at
from otklik.core.carried import asker
from otklik.core.errors import NotSignedIn
from otklik.core.filters import initials
from otklik.core.outbox import Hint, Outbox, Word

EVERYONE: Final = "desk"
LONGEST_WORD: Final = 100

Resolver = Callable[[HttpRequest, str], Sequence[str]]

session_hash = grants.session_hash
_resolvers: dict[str, tuple[Resolver, bool]] = {}
"""By the kind of page; whether people meet there."""


def hint(topic: str, **data: Word) -> None:
    """Tell the pages that hear `topic` to look again, e.g. `hint("ticket:17", version=42)`.

    Raises ValueError for a malformed topic or words that are too long to be a mere hint.
    """
    if not grants.is_topic(topic):
        raise ValueError(f"not a topic: {topic!r}")
    if any(isinstance(word, str) and len(word) > LONGEST_WORD for word in data.values()):
        raise ValueError(f"a hint is no message: {topic}")
    said: Hint = {"topic": topic, **data}
    transaction.on_commit(lambda: outbox.put_hint(said), robust=True)


def revoke(account_id: int) -> None:
    """Close every socket of an account: blocked, or its rights changed."""
    _order("account", str(account_id))


def revoke_session(session: str) -> None:
    """Close every socket of one session, named by its `session_hash`: it ended."""
    _order("session", session)


def recheck(topic: str) -> None:
    """Make every page that hears `topic` prove again that it may: who sees the thing changed."""
    _order("topic", topic)


def register_topics(kind: str, resolver: Resolver, *, meet: bool = False) -> None:
    """Say which topics a page may hear.

    A page names itself by a key, `queue` or `ticket:IT-1042`; the resolver of its kind gets
    the request and what follows the colon ("" without one), and raises NotFound when the
    page is not for this person. Called once at start-up by the app that owns the page. Where
    people `meet`, those who may hear the first topic see each other's faces.
    """
    if kind in _resolvers:
        raise ValueError(f"the pages {kind!r} have a resolver already")
    _resolvers[kind] = resolver, meet


def page_token(request: HttpRequest, page: str) -> str:
    """Grant the page that `request` shows its topics, with those of the person and the desk.

    A page whose kind has no resolver hears only the latter. Raises NotSignedIn, or NotFound
    when the page is not for this person.
    """
    issued_ms = grants.now_ms()
    actor = asker.found(request)
    if actor is None:
        raise NotSignedIn
    kind, _, name = page.partition(":")
    resolver, meet = _resolvers.get(kind, (_nothing, False))
    own = resolver(request, name)
    made = grants.make_grant(
        account_id=actor.account_id,
        session=session_hash(request.session.session_key or ""),
        topics=[*own, f"account:{actor.account_id}", EVERYONE],
        issued_ms=issued_ms,
        face=_face_of(actor.name, own[0]) if meet else None,
    )
    return grants.seal(made, settings.SECRET_KEY)


def _nothing(_request: HttpRequest, _name: str) -> Sequence[str]:
    return ()


def _face_of(name: str, room: str) -> grants.Face:
    return grants.Face(room, name[: grants.LONGEST_NAME], initials(name))


def grant(account_id: int, session: str, topics: Sequence[str]) -> str:
    """Sign topics that a policy has already allowed; `session` is a `session_hash`."""
    made = grants.make_grant(account_id=account_id, session=session, topics=topics)
    return grants.seal(made, settings.SECRET_KEY)


def _order(kind: str, subject: str) -> None:
    transaction.on_commit(lambda: outbox.put_order((kind, subject, grants.now_ms())), robust=True)


def open_bus() -> Bus:
    """Reach the bus of this desk anew."""
    return bus_at(
        conninfo=_conninfo(settings.DATABASES["default"]),
        bus_url=settings.OTKLIK_BUS_URL,
        secret=settings.SECRET_KEY,
    )


def _conninfo(database: Mapping[str, Any]) -> str:
    """Django's words for a database as libpq's, which knows nothing of Django's own options."""
    known = {option.keyword.decode() for option in Conninfo.get_defaults()}
    options = {key: value for key, value in database["OPTIONS"].items() if key in known}
    place = {
        "dbname": database["NAME"],
        "user": database["USER"],
        "password": database["PASSWORD"],
        "host": database["HOST"],
        "port": database["PORT"],
    }
    return make_conninfo("", **options, **{key: value for key, value in place.items() if value})


outbox = Outbox(open_bus)
