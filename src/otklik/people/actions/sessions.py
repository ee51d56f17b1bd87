"""Browsers that are signed in, and ending that."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction

from otklik.core import clock, live
from otklik.core.events import publish
from otklik.people.events import SessionsEnded
from otklik.people.models import Actor, Session
from otklik.people.policies import ensure_administrator


@transaction.atomic
def sign_out(*, actor: Actor, session_key: str) -> None:
    """End the session that the actor is using, in every tab. Again does nothing.

    Publishes SessionsEnded.
    """
    present = Session.objects.filter(account=actor.account_id, session_key=session_key)
    removed, _rows = present.delete()
    if removed:
        session = live.session_hash(session_key)
        publish(SessionsEnded(account_id=actor.account_id, session=session))


@transaction.atomic
def end_session(*, actor: Actor, name: str) -> None:
    """Sign one of one's own browsers out; `name` is `Session.name`. Again does nothing.

    Publishes SessionsEnded.
    """
    own = Session.objects.filter(account=actor.account_id)
    keys = [session.session_key for session in own if session.name == name]
    if keys:
        Session.objects.filter(session_key__in=keys).delete()
        publish(SessionsEnded(account_id=actor.account_id))


@transaction.atomic
def end_all_sessions(*, actor: Actor, account_id: int, but: str | None = None) -> None:
    """Sign an account out everywhere, except in the session with the key `but`.

    One's own account, or any for the administrator. Publishes SessionsEnded. Raises NotFound,
    NotAllowed.
    """
    if account_id != actor.account_id:
        ensure_administrator(actor)
    drop_sessions(account_id, but=but)


def drop_sessions(account_id: int, *, but: str | None = None) -> None:
    """End sessions of an account. Rights are the caller's to check."""
    sessions = Session.objects.filter(account=account_id)
    if but:
        sessions = sessions.exclude(session_key=but)
    sessions.delete()
    publish(SessionsEnded(account_id=account_id))


def note_session_seen(*, session: Session) -> bool:
    """Keep a used session alive and say when it was seen, at most every few minutes.

    Tells whether it did: its cookie is to live as long.
    """
    if session.was_seen_lately:
        return False
    now = clock.now()
    Session.objects.filter(pk=session.pk).update(
        seen_at=now, expire_date=now + timedelta(seconds=settings.SESSION_COOKIE_AGE)
    )
    return True


def forget_ended_sessions() -> int:
    """Remove sessions that have run out; return how many."""
    removed, _rows = Session.objects.filter(expire_date__lt=clock.now()).delete()
    return removed
