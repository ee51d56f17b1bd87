"""From a question to a ticket with a number."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from otklik.core import clock
from otklik.core.errors import Invalid, NotAllowed
from otklik.core.language import detect
from otklik.core.richtext import clean_html, to_text
from otklik.core.text import clean_line, count_graphemes
from otklik.core.together import insert_together
from otklik.people.models import Actor, Department, Person
from otklik.tickets.actions.answers import check_answers, join_answers
from otklik.tickets.actions.attaching import attach_uploads
from otklik.tickets.actions.indexing import add_answers, add_words, first_words
from otklik.tickets.actions.numbering import MESSAGE, NUMBER, TICKET, number_under, said_in
from otklik.tickets.actions.recording import Fact, Kind, lines, named, tell
from otklik.tickets.actions.repeating import Deed, Press, done_before, keep_done
from otklik.tickets.actions.talking import SNIPPET, Words, checked_body
from otklik.tickets.events import TicketOpened
from otklik.tickets.models import (
    Category,
    Message,
    Priority,
    Status,
    Ticket,
    TicketType,
)
from otklik.tickets.models.ticket import LONGEST_SUBJECT, SUBJECT_LIMIT
from otklik.tickets.selectors.asked import AskedField, hidden_keys, is_shown
from otklik.tickets.selectors.known import Known, known_configuration

MOST_TAGS, LONGEST_TAG = 30, 50
NORMAL_PRIORITY = 3


@dataclass(frozen=True, kw_only=True)
class NewTicket:
    """What is asked, by whom, and where it should go. None: the desk decides."""

    subject: str
    words: Words
    requester_id: int
    requester: Person | None = None  # the same, where it is at hand
    type_id: int | None = None
    department_id: int | None = None
    category_id: int | None = None
    priority: int | None = None
    values: dict[str, Any] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    source: Ticket.Source = Ticket.Source.WEB
    as_customer: bool = False  # asked from the portal, by whomever: what customers are offered
    is_placed: bool = False  # by the desk, also where customers may not choose
    answers_later: bool = False  # a call: what the form asks is asked when there is time
    known: Known | None = None  # the configuration that the keys above come from
    sent: tuple[object, ...] = ()  # all that the page sent, where it is more than this


@transaction.atomic
def open_ticket(*, actor: Actor, asked: NewTicket) -> Ticket:
    """Open a ticket: for oneself, or as staff for anybody.

    Safe to repeat with the same `asked.words.once`. Publishes TicketOpened. Raises
    SentBefore, NotAllowed, Invalid naming each value that cannot be taken.
    """
    return opened_before(actor, asked) or open_with_message(actor, asked).ticket


def open_with_message(actor: Actor, asked: NewTicket) -> Message:
    """Do as `open_ticket`, in the caller's transaction and for the first time; return its words."""
    known = asked.known or known_configuration()
    fit = _checked(actor, asked, known)
    ticket = _made(actor, asked, fit, known.first_statuses[fit.kind.flow_id])
    message = _write(actor, ticket, fit)
    add_answers(ticket, known.asked_by(ticket.type_id), fit.values)
    _attach(actor, asked, message, known.asked_by(ticket.type_id))
    tell(TicketOpened, actor, ticket)
    keep_done(_press(actor, asked), ticket.pk)
    return message


def _write(actor: Actor, ticket: Ticket, fit: "_Checked") -> Message:
    """Number the ticket and keep it with its message, history and words for search.

    By one statement: whoever opens another one in the department waits from here to the commit.
    """
    side = Message.Side.CUSTOMER  # also when a colleague took it down for them
    ticket.pk, ticket.number = TICKET, NUMBER
    message = Message(
        pk=MESSAGE,
        ticket=ticket,
        author_id=ticket.requester_id,
        side=side,
        body=fit.body,
        quoted=fit.quoted,
        created_at=ticket.created_at,
    )
    place = named(ticket.department_id, ticket.department.names)
    history = lines(
        actor,
        ticket,
        Fact(kind=Kind.OPENED, new=place, field=ticket.source),
        Fact(kind=Kind.MESSAGE, new=said_in(MESSAGE, side)),
    )
    ticket.number, _spoken, ticket.pk, message.pk = insert_together(
        [ticket, message, *history],
        first_words(ticket, fit.text),
        drawing=number_under(ticket.department.prefix),
    )
    message.ticket = ticket
    return message


def _attach(actor: Actor, asked: NewTicket, message: Message, form: list[AskedField]) -> None:
    """Join the files that came along; those that answer colleagues' questions only they find."""
    ticket = message.ticket
    sent = attach_uploads(actor, ticket, asked.words.uploads, message=message)
    answers = join_answers(actor, ticket, form)
    if not sent and not answers:
        return
    staffs = hidden_keys(form)
    hidden = [file for file in answers if file.field in staffs]
    shown = [*sent, *(file for file in answers if file.field not in staffs)]
    ticket.has_files, ticket.has_public_files = True, bool(shown)
    ticket.save(update_fields=["has_files", "has_public_files"])
    add_words(ticket, " ".join(file.name for file in shown))
    add_words(ticket, " ".join(file.name for file in hidden), is_internal=True)


def opened_before(actor: Actor, asked: NewTicket) -> Ticket | None:
    """Return the ticket that the same press of the actor opened, if it did.

    Call it in the transaction that opens. Raises SentBefore when its key has opened another.
    """
    kept = done_before(_press(actor, asked))
    return Ticket.objects.get(pk=kept) if kept else None


def _press(actor: Actor, asked: NewTicket) -> Press:
    words = asked.words
    places = [asked.type_id, asked.department_id, asked.category_id, asked.priority]
    said = [asked.subject, words.body, words.uploads, asked.values, asked.tags]
    return Press(
        owner=f"open:{actor.account_id}",
        key=words.once,
        deed=Deed.OPENING,
        sent=asked.sent or [asked.requester_id, *places, *said],
    )


@dataclass(frozen=True, kw_only=True)
class _Checked:
    """What was asked, found fit to keep."""

    subject: str
    body: str
    text: str  # the body as it reads
    quoted: str
    requester: Person
    kind: TicketType
    place: Department
    category: Category | None
    priority: Priority
    values: dict[str, Any]


def _checked(actor: Actor, asked: NewTicket, known: Known) -> _Checked:
    """Check everything that is asked. Collects every complaint before it raises Invalid."""
    if asked.requester_id != actor.person_id and not actor.is_staff:
        raise NotAllowed(_("You can only ask for yourself."))
    wrong: dict[str, str] = {}
    subject = _subject(asked.subject, wrong)
    body = _body(asked.words, known, wrong)
    requester = asked.requester or Person.objects.filter(pk=asked.requester_id).first()
    kind = _type(actor, asked, known, wrong)
    place = _department(actor, asked, known, kind, wrong)
    category = _category(asked, known, wrong)
    priority = _priority(asked, known, wrong)
    values = _values(actor, asked, known.asked_by(kind.pk), wrong) if kind else {}
    if requester is None:
        wrong["requester"] = _("Choose who asks.")
    if wrong or not (requester and kind and place and priority):
        raise Invalid(fields=wrong)
    return _Checked(
        subject=subject,
        body=body,
        text=to_text(body),
        quoted=clean_html(asked.words.quoted),
        requester=requester,
        kind=kind,
        place=place,
        category=category,
        priority=priority,
        values=values,
    )


def _made(actor: Actor, asked: NewTicket, fit: _Checked, first: Status) -> Ticket:
    """Build the ticket at the beginning of its flow, all but its number."""
    return Ticket(
        subject=fit.subject,
        type=fit.kind,
        category=fit.category,
        priority=fit.priority,
        department=fit.place,
        requester=fit.requester,
        creator_id=actor.person_id,
        status=first,
        phase=first.phase,
        turn=Ticket.Turn.OURS,
        source=asked.source,
        language=detect(f"{fit.subject} {fit.text[:2000]}") or fit.requester.language,
        tags=clean_tags(asked.tags) if actor.is_staff else [],
        values=fit.values,
        last_words=fit.text[:SNIPPET],
        last_author=fit.requester.name,
        **_dates(clock.now(), fit.priority),
    )


def _body(words: Words, known: Known, wrong: dict[str, str]) -> str:
    try:
        return checked_body(words, known.message_limit)
    except Invalid as error:
        wrong |= error.fields or {"body": error.message}
        return ""


def _values(
    actor: Actor, asked: NewTicket, form: list[AskedField], wrong: dict[str, str]
) -> dict[str, Any]:
    try:
        values = check_answers(
            form,
            asked.values,
            actor=actor,
            for_customer=asked.as_customer or not actor.is_staff,
            kept={} if asked.type_id is None or asked.answers_later else None,
        )
        by_key = {one.key: one for one in form}
        return {key: one for key, one in values.items() if is_shown(by_key[key], by_key, values)}
    except Invalid as error:
        wrong |= {f"values.{name}": why for name, why in error.fields.items()}
        return {}


def _dates(now: datetime, priority: Priority) -> dict[str, datetime]:
    return {
        "created_at": now,
        "updated_at": now,
        "public_at": now,
        "entered_at": now,
        "reply_due_at": now + priority.reply_within,
        "solve_due_at": now + priority.solve_within,
    }


def _subject(raw: str, wrong: dict[str, str]) -> str:
    try:
        return checked_subject(raw)
    except Invalid as error:
        wrong |= error.fields or {"subject": error.message}
        return ""


def checked_subject(raw: str) -> str:
    """Return a subject as it may be kept. Raises Invalid when empty or too long."""
    subject = clean_line(raw).strip()
    if not subject:
        raise Invalid(fields={"subject": _("Say in a few words what it is about.")})
    count = count_graphemes(subject)
    if count <= SUBJECT_LIMIT and len(subject) > LONGEST_SUBJECT:
        why = _("Its characters are made of too many parts each. Use simpler ones.")
        raise Invalid(fields={"subject": why})
    if count > SUBJECT_LIMIT:
        raise Invalid(
            fields={
                "subject": _("This is %(count)d characters long; at most %(most)d fit.")
                % {"count": count, "most": SUBJECT_LIMIT}
            }
        )
    return subject


def clean_tags(tags: tuple[str, ...] | list[str]) -> list[str]:
    """Return tags as they are kept: one line each, lower case, no comma, once, in order."""
    cleaned = (
        clean_line(tag).replace(",", " ").strip().lower()[:LONGEST_TAG] for tag in tags[:MOST_TAGS]
    )
    return list(dict.fromkeys(tag for tag in cleaned if tag))


def _type(actor: Actor, asked: NewTicket, known: Known, wrong: dict[str, str]) -> TicketType | None:
    every = actor.is_staff and not asked.as_customer
    for kind in known.types:
        offered = kind.is_active and (every or kind.is_public)
        if offered and asked.type_id in (None, kind.pk):
            return kind
    wrong["type"] = _("Choose what kind of request this is.")
    return None


def _department(
    actor: Actor,
    asked: NewTicket,
    known: Known,
    kind: TicketType | None,
    wrong: dict[str, str],
) -> Department | None:
    every = asked.is_placed or (actor.is_staff and not asked.as_customer)
    places = [place for place in known.departments if place.is_active]
    if asked.department_id is not None:
        places = [
            place
            for place in places
            if place.pk == asked.department_id and (every or place.is_public)
        ]
    elif kind and kind.department and kind.department.is_active:
        return kind.department
    if not places:
        wrong["department"] = _("Choose a department that takes requests.")
        return None
    return places[0]


def _category(asked: NewTicket, known: Known, wrong: dict[str, str]) -> Category | None:
    if asked.category_id is None:
        return None
    category = known.categories.get(asked.category_id)
    if category is None or not category.is_active:
        wrong["category"] = _("There is no such category.")
        return None
    return category


def _priority(asked: NewTicket, known: Known, wrong: dict[str, str]) -> Priority | None:
    level = NORMAL_PRIORITY if asked.priority is None else asked.priority
    priority = known.priorities.get(level)
    if priority is None:
        wrong["priority"] = _("Priority is a number from 1 to 5.")
    return priority
