"""Letters that go, as colleagues see them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from otklik.core.post.sending import Step
from otklik.mail.models import Outgoing
from otklik.mail.policies import tended_outgoing
from otklik.people.models import Actor

PAGE: Final = 50
State = Outgoing.State
GONE: Final = (State.SENT, State.ACCEPTED)
IN_TROUBLE: Final = (State.BOUNCED, State.FAILED, State.UNCERTAIN)
MAY_GO_AGAIN: Final = (*IN_TROUBLE, State.DELAYED)
FILTERS: Final = ("unsent", "all", *State.values)


@dataclass(frozen=True)
class Outbox:
    """A page of the outbox, the newest first, and where the next one begins."""

    rows: Sequence[Outgoing]
    next: int | None


def outbox(actor: Actor, *, state: str, text: str, before: int | None) -> Outbox:
    """Return letters that the actor looks after: those that did not leave, unless asked for."""
    rows = sought_outgoing(actor, state=state, text=text)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: PAGE + 1])
    return Outbox(found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None)


def sought_outgoing(actor: Actor, *, state: str, text: str) -> QuerySet[Outgoing]:
    """Return all of them, the newest first."""
    rows = tended_outgoing(actor).select_related("ticket", "sender", "message")
    if state in State.values:
        rows = rows.filter(state=state)
    elif state != "all":
        rows = rows.exclude(state__in=GONE)
    if text:
        rows = rows.filter(recipient__contains=text.lower())
    return rows.order_by("-pk")


def trouble_count(actor: Actor) -> int:
    """Return how many letters wait for somebody to look at them."""
    return tended_outgoing(actor).filter(state__in=IN_TROUBLE).count()


def letters_of_messages(keys: Sequence[int]) -> Mapping[int, list[Outgoing]]:
    """Return the letters by which messages went, by message. One query."""
    rows: QuerySet[Outgoing] = Outgoing.objects.filter(message__in=keys).order_by("pk")
    found: dict[int, list[Outgoing]] = {}
    for one in rows:
        found.setdefault(one.message_id or 0, []).append(one)
    return found


def trouble_words(letter: Outgoing) -> str:
    """Say in one sentence why a letter has not left; "" where there is nothing to say."""
    match letter.state:
        case State.UNCERTAIN:
            return _(
                "The connection ended before the server said whether it took the letter. "
                "It may have arrived."
            )
        case State.BOUNCED:
            return _("The mail server refuses this address.")
        case State.FAILED:
            return _("The mail server does not take this letter.")
        case State.DELAYED:
            return step_words(letter.step) or _("It is tried again by itself.")
        case State.WAITING | State.SENDING if letter.late_told_at is not None:
            return _("It has not left within its time. It is tried again by itself.")
        case _:
            return ""


def step_words(step: str) -> str:
    """Say what stood in the way before the server was told of the letter."""
    match step:
        case Step.KEPT:
            return _(
                "The password or key kept here can no longer be read, because the desk's "
                "SECRET_KEY is another: enter both anew."
            )
        case Step.TOKENS:
            return _("Nobody gave the desk an access token for the mail server.")
        case Step.WRITE:
            return _("The desk could not write this letter, and tries again: its log says why.")
        case Step.CONNECT:
            return _("The mail server could not be reached. It is tried again by itself.")
        case Step.TLS:
            return _("The connection to the mail server could not be secured.")
        case Step.HELLO | Step.LOGIN:
            return _("The mail server did not let the desk in.")
        case _:
            return ""
