"""What is said: public messages, internal notes, and the files that come with them."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from otklik.core import clock
from otklik.core.errors import Conflict, Invalid, NotFound
from otklik.core.models import Desk
from otklik.core.models.desk import MESSAGE_LIMIT
from otklik.core.richtext import clean_html, to_text
from otklik.core.text import count_graphemes
from otklik.core.together import insert_one
from otklik.people.models import Actor
from otklik.tickets.actions.attaching import attach_uploads
from otklik.tickets.actions.indexing import add_words
from otklik.tickets.actions.recording import Fact, Kind, keep, record, tell
from otklik.tickets.actions.repeating import Deed, Press, done_before, keep_done
from otklik.tickets.events import MessageAdded, NoteAdded, NoteEdited
from otklik.tickets.models import Message, Note, NoteRevision, Ticket
from otklik.tickets.policies import ensure_open, find_own_note, lock_ticket
from otklik.tickets.selectors.sendings import key_owner

SNIPPET = 240  # characters of the last words kept for lists
HAS_FILES = ("has_files", "has_public_files")


@dataclass(frozen=True, kw_only=True)
class Words:
    """What a person typed and attached."""

    body: str = ""  # HTML as it came; cleaned here
    uploads: tuple[str, ...] = ()  # tokens of files kept before
    once: str = ""  # a key that makes repeating harmless
    quoted: str = ""  # clean HTML of a letter: what it quotes, shown folded
    is_letter: bool = False  # as long as it came; its reader has limits
    signs: bool = False  # puts the writer's signature under a public reply
    seen_message: int | None = None  # the last public message that the writer saw


@transaction.atomic
def reply_to_customer(*, actor: Actor, ticket_id: int, words: Words) -> Message:
    """Send a public reply.

    Safe to repeat with the same `words.once`. Publishes MessageAdded. Raises NotFound,
    SentBefore, NotAllowed on a closed ticket, Conflict when another wrote past what the writer
    saw, Invalid when empty or too long.
    """
    ticket = lock_ticket(actor, ticket_id)
    press = press_of(actor, ticket, Deed.REPLY, words)
    if kept := done_before(press):
        return Message.objects.get(pk=kept)
    ensure_open(ticket)
    message = add_message(actor, ticket, words, side=Message.Side.DESK)
    keep_done(press, message.pk)
    return message


@transaction.atomic
def write_internal_note(*, actor: Actor, ticket_id: int, words: Words) -> Note:
    """Leave a note for colleagues; also on a closed ticket.

    Safe to repeat with the same `words.once`. Publishes NoteAdded. Raises NotFound,
    SentBefore, Invalid.
    """
    ticket = lock_ticket(actor, ticket_id)
    press = press_of(actor, ticket, Deed.NOTE, words)
    if kept := done_before(press):
        return Note.objects.get(pk=kept)
    note = write_note(actor, ticket, words)
    keep_done(press, note.pk)
    return note


@transaction.atomic
def edit_note(*, actor: Actor, note_id: int, body: str, seen_version: int | None = None) -> Note:
    """Change the words of one's own note; what it said before is kept.

    Safe to repeat. Publishes NoteEdited. Raises NotFound, NotAllowed for another's note,
    Conflict when it was edited after it was read, Invalid.
    """
    ticket = lock_ticket(actor, find_own_note(actor, note_id).ticket_id)
    note = Note.objects.select_for_update().get(pk=note_id)
    clean = checked_body(Words(body=body))
    if clean == note.body:
        return note
    if seen_version is not None and seen_version < note.version:
        raise Conflict(_("You edited this note meanwhile, perhaps in another window."))
    now = clock.now()
    NoteRevision.objects.create(note=note, version=note.version, body=note.body, replaced_at=now)
    note.body, note.edited_at, note.version = clean, now, note.version + 1
    note.save(update_fields=["body", "edited_at", "version"])
    add_words(ticket, to_text(clean), is_internal=True)
    keep(ticket, is_internal=True)
    record(actor, ticket, Fact(kind=Kind.NOTE_EDITED, new={"id": note.pk}, is_internal=True))
    tell(NoteEdited, actor, ticket, note_id=note.pk, is_internal=True)
    return note


def add_message(actor: Actor, ticket: Ticket, words: Words, *, side: Message.Side) -> Message:
    """Append a public message to a locked ticket and set whose turn it is.

    Raises Conflict for the desk's answer past a message that came while it was written.
    """
    if side == Message.Side.DESK:
        _ensure_seen(actor, ticket, words)
    clean = checked_body(words)
    now = clock.now()
    message = Message(
        ticket=ticket,
        author_id=actor.person_id,
        side=side,
        body=clean,
        signature=actor.signature if words.signs and side == Message.Side.DESK else "",
        quoted=clean_html(words.quoted),
        created_at=now,
    )
    insert_one(message)
    text = to_text(clean)
    files = attach_uploads(actor, ticket, words.uploads, message=message)
    ticket.last_words = text[:SNIPPET] or ", ".join(file.name for file in files)[:SNIPPET]
    ticket.last_author = actor.name
    ticket.has_files = ticket.has_files or bool(files)
    ticket.has_public_files = ticket.has_public_files or bool(files)
    is_reply = side == Message.Side.DESK and actor.person_id != ticket.requester_id
    ticket.turn = Ticket.Turn.THEIRS if is_reply else Ticket.Turn.OURS
    if is_reply and ticket.first_replied_at is None:
        ticket.first_replied_at = now
    keep(ticket, "last_words", "last_author", *HAS_FILES, "turn", "first_replied_at")
    add_words(ticket, " ".join([text, *(file.name for file in files)]))
    record(actor, ticket, Fact(kind=Kind.MESSAGE, new={"id": message.pk, "side": side}))
    tell(
        MessageAdded,
        actor,
        ticket,
        message_id=message.pk,
        from_customer=side == Message.Side.CUSTOMER,
    )
    return message


def _ensure_seen(actor: Actor, ticket: Ticket, words: Words) -> None:
    if words.seen_message is None:
        return
    newer = Message.objects.filter(ticket=ticket.pk, pk__gt=words.seen_message)
    by_others = newer.exclude(author=actor.person_id).select_related("author")
    if last := by_others.order_by("pk").last():
        raise Conflict(
            _("While you were writing, %(name)s wrote. Your text is kept and not sent.")
            % {"name": last.author.name}
        )


@transaction.atomic
def keep_outsiders_words(*, actor: Actor, ticket_id: int, words: Words, voice: Note.Voice) -> Note:
    """Keep what was said under a ticket by somebody who may not speak there, as a note.

    Colleagues see it with a warning, and customers never. Gives its author nothing. Publishes
    NoteAdded. Raises NotFound, Invalid.
    """
    ticket = Ticket.objects.select_for_update(of=("self",)).filter(pk=ticket_id).first()
    if ticket is None:
        raise NotFound
    return write_note(actor, ticket, words, voice=voice)


def write_note(
    actor: Actor,
    ticket: Ticket,
    words: Words,
    *,
    is_part: bool = False,
    voice: Note.Voice = Note.Voice.DESK,
) -> Note:
    """Append an internal note to a locked ticket; `is_part`: of a fact that is told anyway."""
    clean = checked_body(words)
    note = Note.objects.create(
        ticket=ticket,
        author_id=actor.person_id,
        body=clean,
        quoted=clean_html(words.quoted),
        voice=voice,
        created_at=clock.now(),
    )
    files = attach_uploads(actor, ticket, words.uploads, note=note)
    ticket.has_files = ticket.has_files or bool(files)
    keep(ticket, "has_files", is_internal=True)
    text = " ".join([to_text(clean), *(file.name for file in files)])
    add_words(ticket, text, is_internal=True)
    record(actor, ticket, Fact(kind=Kind.NOTE, new={"id": note.pk}, is_internal=True))
    tell(NoteAdded, actor, ticket, is_internal=True, note_id=note.pk, is_part=is_part)
    return note


def checked_body(words: Words, limit: int | None = None) -> str:
    """Return the clean HTML of what was typed. Raises Invalid when empty or too long."""
    clean = clean_html(words.body)
    text = to_text(clean)
    if not text.strip() and "<img" not in clean and not words.uploads:
        raise Invalid(fields={"body": _("Write something, or attach a file.")})
    if words.is_letter:
        return str(clean)
    most = limit or typed_limit()
    if (count := count_graphemes(text)) > most:
        raise Invalid(
            fields={
                "body": _("This is %(count)d characters long; at most %(most)d fit.")
                % {"count": count, "most": most}
            }
        )
    return str(clean)


def typed_limit() -> int:
    """Return how many graphemes a typed message may have at this desk."""
    limits = Desk.objects.values_list("message_limit", flat=True)
    return next(iter(limits[:1]), MESSAGE_LIMIT)


def press_of(actor: Actor, ticket: Ticket, deed: Deed, words: Words | None, *more: object) -> Press:
    """Return what sends these words under a ticket, with whatever else goes by the same press."""
    said = words or Words()
    return Press(
        owner=key_owner(actor, ticket.pk, as_customer=deed == Deed.MESSAGE),
        key=said.once,
        deed=deed,
        sent=[said.body, said.uploads, said.signs, *more],
    )
