"""Handing waiting letters to their server: each once, whoever works at it and whoever dies.

Who sends a letter holds an advisory lock on it, which ends with their connection. The state says
"uncertain" from the moment before the final dot until its answer was read: whoever is killed in
between leaves behind what is true. A letter that is still "sending" and held by nobody never
came to its final dot, and goes again.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

import structlog
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F, Q

from otklik.core import clock, live
from otklik.core.events import publish
from otklik.core.post.heads import Unfit
from otklik.core.post.sending import (
    Envelope,
    Handed,
    NotOpened,
    Outcome,
    Security,
    Server,
    Session,
    Step,
    ensure_one,
)
from otklik.core.post.signing import NoKey, loaded_key
from otklik.core.secrecy import Unreadable, reveal
from otklik.mail import reply_tokens
from otklik.mail.actions.outbox.granting import FOR_SENDER, forget_token, token_for
from otklik.mail.actions.outbox.writing import signer_of, write_letter
from otklik.mail.events import LetterNotSent
from otklik.mail.models import Outgoing, OutgoingBytes, Sender
from otklik.mail.reply_tokens import Kind
from otklik.mail.selectors.senders import local_fits

log = structlog.get_logger(__name__)

STOPS_FOR_GOOD: Final = timedelta(days=3)
LATE_AFTER: Final = timedelta(minutes=5)
MOST_AT_ONCE: Final = 200
_BACKOFF: Final = (1, 5, 15, 30, 60, 120, 240)  # minutes
LOCKS: Final = 0x6F75  # our class of advisory locks
_OPENING: Final = {Step.KEPT, Step.TOKENS, Step.CONNECT, Step.TLS, Step.HELLO, Step.LOGIN}
_OF_THE_LETTER: Final = {Outcome.ACCEPTED, Outcome.REFUSED}
"""What says nothing of the server; one that cannot be written is refused before it is asked."""
State = Outgoing.State
FORGOTTEN: Final = (Outgoing.Kind.DESK, Outgoing.Kind.NOTICE)
"""What is not kept once it was sent: a link in it opens an account, or it repeats a ticket."""
TO_SEND: Final = (State.WAITING, State.DELAYED, State.SENDING)


def send_waiting(*, sender_id: int) -> int:
    """Hand over what waits for a server, oldest first; return how many letters it was shown.

    For any number of workers at once. Ends at the first letter for which no conversation came
    about: the others would fare no better, and are tried with the next call.
    """
    sender = Sender.objects.filter(pk=sender_id, is_active=True).first()
    if sender is None:
        return 0
    due, shown = _due(sender), 0
    if not due:
        return 0
    try:
        opened = session_with(sender)
    except NotOpened as error:  # of the sender, so its letters wait for what mends it
        _note_health(sender, Handed(outcome=Outcome.DELAYED, step=error.step, words=error.words))
        return 0
    with opened as session:
        for pk in due:
            with _held(pk) as is_ours:
                handed = _send(session, sender, pk) if is_ours else None
            shown += handed is not None
            if handed and handed.step in _OPENING and handed.outcome not in _OF_THE_LETTER:
                break
    return shown


def session_with(sender: Sender) -> Session:
    """Return a conversation with a sender's server that is yet to begin.

    One by OAuth2 has begun: a token that the server refuses is forgotten, and asked for anew once.
    Raises NotOpened as `server_of`.
    """
    session = Session(server_of(sender))
    if sender.way != Sender.Way.OAUTH2:
        return session
    try:
        session.open()
    except NotOpened as error:
        if error.step == Step.LOGIN and forget_token(sender):
            return Session(server_of(sender))
    return session


def server_of(sender: Sender) -> Server:
    """Return how a sender's server is spoken with.

    Raises NotOpened where nobody gives a token, or where its password, or the key for its
    signature, can no longer be read: to try another, or none, would have the server lock it out.
    """
    is_oauth = sender.way == Sender.Way.OAUTH2 and bool(sender.login)
    try:
        password = reveal(sender.secret, FOR_SENDER) if sender.secret and not is_oauth else ""
        if signer := signer_of(sender):
            loaded_key(signer.key)
        token = token_for(sender) if is_oauth else ""
    except (Unreadable, NoKey) as error:
        raise NotOpened(Step.KEPT, "") from error
    return Server(
        host=sender.host,
        port=sender.port,
        security=Security(sender.security),
        login=sender.login,
        password=password,
        access_token=token,
        authority=sender.authority,
        hello=sender.address.rpartition("@")[2],
    )


def tell_of_late_letters() -> int:
    """Publish, once for each letter, that it has not left within its time; return how many."""
    late = Outgoing.objects.filter(
        state__in=TO_SEND, late_told_at=None, created_at__lt=clock.now() - LATE_AFTER
    )
    told = 0
    for letter in late.select_related("message")[:MOST_AT_ONCE]:
        with transaction.atomic():
            rows = Outgoing.objects.filter(pk=letter.pk, state=letter.state, late_told_at=None)
            if rows.update(late_told_at=clock.now()):
                tell_of_trouble(letter)
                told += 1
    return told


def senders_with_work() -> list[int]:
    """Return the senders for whom letters are due."""
    rows = Outgoing.objects.filter(state__in=TO_SEND, next_at__lte=clock.now())
    return list(rows.order_by("sender").values_list("sender", flat=True).distinct())


def _due(sender: Sender) -> list[int]:
    rows = Outgoing.objects.filter(sender=sender, state__in=TO_SEND, next_at__lte=clock.now())
    return list(rows.order_by("next_at", "pk").values_list("pk", flat=True)[:MOST_AT_ONCE])


@contextmanager
def _held(pk: int) -> Iterator[bool]:
    """Hold a letter for as long as this connection lives; tell whether nobody else does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCKS, pk % 2**31])
        row = cursor.fetchone()
    is_ours = bool(row and row[0])
    try:
        yield is_ours
    finally:
        if is_ours:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCKS, pk % 2**31])


def _send(session: Session, sender: Sender, pk: int) -> Handed | None:
    """Send one letter that we hold, unless another worker has dealt with it meanwhile."""
    rows = Outgoing.objects.filter(pk=pk, state__in=TO_SEND, next_at__lte=clock.now())
    taken = rows.update(state=State.SENDING, attempts=F("attempts") + 1, changed_at=clock.now())
    if not taken:
        return None
    letter = Outgoing.objects.select_related("ticket", "message", "person").get(pk=pk)
    letter.sender = sender
    raw, handed = _written(letter)
    if handed is None:
        sending = Outgoing.objects.filter(pk=pk, state=State.SENDING)

        def before_dot() -> bool:
            return bool(sending.update(state=State.UNCERTAIN, changed_at=clock.now()))

        envelope = Envelope(sender=_return_path(letter), recipient=letter.recipient)
        handed = session.hand_over(envelope, raw, before_dot)
    if handed.outcome != Outcome.LET_GO:  # else another worker has it, and writes what became of it
        _settle(letter, handed)
    return handed


def _written(letter: Outgoing) -> tuple[bytes, Handed | None]:
    """Return a letter, or how it ended without one: others are sent, whatever is wrong with it."""
    try:
        raw = _bytes_of(letter)
        ensure_one(raw)
    except Unfit as error:
        return b"", Handed(outcome=Outcome.REFUSED, step=Step.WRITE, words=str(error))
    except (OperationalError, InterfaceError):
        raise  # the database is away: nothing of the letter's own
    except Exception as error:  # whatever it is, the others are to be sent
        log.exception("letter not written", letter=letter.pk)
        words = type(error).__name__
        return b"", Handed(outcome=Outcome.DELAYED, step=Step.WRITE, words=words)
    return raw, None


def _bytes_of(letter: Outgoing) -> bytes:
    """Return the letter as it went before, or write it and keep it so."""
    kept = OutgoingBytes.objects.filter(letter=letter).first()
    if kept is not None:
        return bytes(kept.content)
    with transaction.atomic():
        raw = write_letter(letter)
        letter.save(update_fields=["subject"])
        OutgoingBytes.objects.create(letter=letter, content=raw)
    return raw


def _return_path(letter: Outgoing) -> str:
    """Return where trouble is told: nowhere for what no person wrote (RFC 3834, 4)."""
    sender = letter.sender
    if letter.kind != Outgoing.Kind.REPLY:
        return "" if letter.kind != Outgoing.Kind.TEST else sender.address
    token = reply_tokens.make(Kind.RETURN, letter.ticket_id or 0, letter.pk)
    return local_fits(sender, token) or sender.address


@transaction.atomic
def _settle(letter: Outgoing, handed: Handed) -> None:
    """Write down what became of a letter, and tell those who look at it and who has to know."""
    state = _state_after(letter, handed)
    now = clock.now()
    letter.state, letter.changed_at = state, now
    letter.step, letter.code, letter.answer = handed.step, handed.code, handed.words
    if state == State.SENT:
        letter.sent_at = now
    if state == State.DELAYED:
        letter.next_at = now + _wait(letter.attempts)
    written = ["state", "changed_at", "step", "code", "answer", "sent_at", "next_at"]
    letter.save(update_fields=written)
    if state == State.SENT and letter.kind in FORGOTTEN:
        Outgoing.objects.filter(pk=letter.pk).update(words="")
        OutgoingBytes.objects.filter(letter=letter).delete()
    _note_health(letter.sender, handed)
    if state in {State.BOUNCED, State.FAILED, State.UNCERTAIN}:
        tell_of_trouble(letter)
    tell_pages(letter)
    log.info(
        "letter handed over", letter=letter.pk, state=state, step=handed.step, code=handed.code
    )


def _state_after(letter: Outgoing, handed: Handed) -> Outgoing.State:
    is_old = clock.now() - letter.created_at > STOPS_FOR_GOOD
    match handed.outcome:
        case Outcome.ACCEPTED:
            return State.SENT
        case Outcome.UNCERTAIN:
            return State.UNCERTAIN
        case Outcome.REFUSED:
            return State.BOUNCED if handed.step == Step.RECIPIENT else State.FAILED
        case Outcome.DELAYED | Outcome.LET_GO:
            return State.FAILED if is_old else State.DELAYED


def _wait(attempts: int) -> timedelta:
    return timedelta(minutes=_BACKOFF[min(attempts, len(_BACKOFF)) - 1])


def _note_health(sender: Sender, handed: Handed) -> None:
    """Write down how the server is: only what ended a conversation before a letter is trouble."""
    rows = Sender.objects.filter(pk=sender.pk)
    now = clock.now()
    if handed.step == Step.WRITE:
        return
    if handed.step not in _OPENING:
        taken = {"last_accepted_at": now} if handed.outcome == Outcome.ACCEPTED else {}
        rows.update(failing_since=None, trouble_step="", trouble_words="", **taken)
    elif handed.outcome != Outcome.REFUSED:
        rows.update(trouble_step=handed.step, trouble_words=handed.words)
        rows.filter(Q(failing_since=None)).update(failing_since=now)


def tell_of_trouble(letter: Outgoing) -> None:
    author = letter.message.author_id if letter.message else None
    publish(
        LetterNotSent(
            letter_id=letter.pk,
            sender_id=letter.sender_id,
            ticket_id=letter.ticket_id,
            author_id=author,
            state=letter.state,
            since=letter.changed_at,
            is_notice=letter.kind == Outgoing.Kind.NOTICE,
        )
    )
    tell_pages(letter)


def tell_pages(letter: Outgoing) -> None:
    """Let pages that show the letter look again."""
    live.hint("outbox")
    if letter.ticket_id:
        live.hint(f"ticket:{letter.ticket_id}")
