"""Changes of a ticket's own fields: different ones by different people all win."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from otklik.core.errors import Conflict, Invalid, Stale
from otklik.core.filters import exact
from otklik.core.spoken import known_languages, language_name
from otklik.people.models import Actor, Person
from otklik.tickets.actions.indexing import add_words
from otklik.tickets.actions.opening import checked_subject, clean_tags
from otklik.tickets.actions.recording import Fact, Kind, keep, named, person, record, tell
from otklik.tickets.actions.valuing import fill_values
from otklik.tickets.events import TicketChanged
from otklik.tickets.models import Category, Priority, Ticket, TicketType
from otklik.tickets.policies import ensure_may_assign_to, lock_ticket
from otklik.tickets.selectors.labels import field_label
from otklik.tickets.selectors.values import AnswerWords, questions_named

ABSENT = object()


@dataclass(frozen=True, kw_only=True)
class Retagging:
    """Tags to add and to take away, whatever others stand there when the ticket is locked."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Changes:
    """New values by field, what the person saw before, and the version they read.

    Fields: subject, priority (level), category (id or None), type (id), owner (person id or
    None), tags (list or Retagging), language, expected_at (datetime or None); custom fields in
    `values`. A field that someone else changed since it was seen is a Conflict; the others win.
    """

    fields: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    seen: Mapping[str, Any] = field(default_factory=dict)
    version: int | None = None  # from If-Match: any change since is refused


@transaction.atomic
def change_ticket(*, actor: Actor, ticket_id: int, changes: Changes) -> Ticket:
    """Change some fields of a ticket. Fields that already hold the value are left alone.

    Publishes TicketChanged. Raises NotFound, Stale, Conflict, Invalid; then nothing is written.
    """
    ticket = lock_ticket(actor, ticket_id)
    if changes.version is not None and changes.version != ticket.version:
        raise Stale(_("The ticket was changed after you read it."))
    if unknown := set(changes.fields) - set(SETTERS):
        raise Invalid(fields=dict.fromkeys(sorted(unknown), _("There is no such field.")))
    facts = [
        fact
        for name, value in changes.fields.items()
        if (fact := _change(ticket, name, value, changes.seen.get(name, ABSENT)))
    ]
    _ensure_unmoved_values(ticket, changes)
    changed = [fact.field for fact in facts]
    is_internal = all(fact.is_internal for fact in facts)
    if facts:
        columns = {SETTERS[name].column for name in changed}
        keep(ticket, *columns, *DUE, is_internal=is_internal)
        record(actor, ticket, *facts)
        if "subject" in changed:
            add_words(ticket, ticket.subject)
    if changes.values:
        filled = fill_values(actor, ticket, dict(changes.values))
        changed += [fact.field for fact in filled]
        is_internal = is_internal and all(fact.is_internal for fact in filled)
    if changed:
        tell(TicketChanged, actor, ticket, fields=tuple(changed), is_internal=is_internal)
    return ticket


DUE = ("reply_due_at", "solve_due_at")
STAFF_ONLY = frozenset({"tags", "owner"})  # the desk's own business


def _change(ticket: Ticket, name: str, value: Any, seen: Any) -> Fact | None:
    setter = SETTERS[name]
    old = setter.plain(ticket)
    new = setter.parse(ticket, value)
    if setter.key(new) == old:
        return None
    if seen is not ABSENT and seen != old:
        raise Conflict(
            _("“%(field)s” was changed meanwhile; it is now: %(value)s.")
            % {"field": field_label(name), "value": setter.label(ticket)},
            field=name,
        )
    shown_old = setter.shown(ticket)
    setter.apply(ticket, new)
    return Fact(
        kind=Kind.CHANGED,
        field=name,
        old=shown_old,
        new=setter.shown(ticket),
        is_internal=name in STAFF_ONLY,
    )


def _ensure_unmoved_values(ticket: Ticket, changes: Changes) -> None:
    for key, value in changes.values.items():
        seen, now = changes.seen.get(f"values.{key}", ABSENT), ticket.values.get(key)
        if seen is not ABSENT and now not in (seen, value):
            asked = AnswerWords(questions_named([key]), [(key, now)])
            label = asked.questions[key].label if key in asked.questions else key
            raise Conflict(
                _("“%(field)s” was changed meanwhile; it is now: %(value)s.")
                % {"field": label, "value": asked.say(key, now) or "—"},
                field=f"values.{key}",
            )


@dataclass(frozen=True)
class Setter:
    """How one field is read, checked, written and shown in history."""

    column: str
    plain: Callable[[Ticket], Any]  # as JSON would hold it, to compare with what was seen
    parse: Callable[[Ticket, Any], Any]  # raises Invalid
    apply: Callable[[Ticket, Any], None]
    shown: Callable[[Ticket], Any]  # for history
    label: Callable[[Ticket], str]
    key: Callable[[Any], Any] = lambda new: getattr(new, "pk", new)


def _parse_priority(ticket: Ticket, level: Any) -> Priority:
    found = (
        Priority.objects.filter(pk=level).first()
        if isinstance(level, int) and 1 <= level <= 5  # noqa: PLR2004  # the five levels
        else None
    )
    if found is None:
        raise Invalid(fields={"priority": _("Priority is a number from 1 to 5.")})
    return found


def _apply_priority(ticket: Ticket, priority: Priority) -> None:
    ticket.priority = priority
    started = ticket.created_at + ticket.rested
    ticket.solve_due_at = started + priority.solve_within
    if ticket.first_replied_at is None:
        ticket.reply_due_at = started + priority.reply_within


def _key(raw: Any) -> int:
    """Return what may name a row; what is no number names none."""
    return raw if isinstance(raw, int) and not isinstance(raw, bool) else 0


def _parse_tags(ticket: Ticket, raw: Any) -> list[str]:
    if isinstance(raw, Retagging):
        return clean_tags([*(tag for tag in ticket.tags if tag not in raw.remove), *raw.add])
    if not isinstance(raw, list | tuple | None):
        raise Invalid(fields={"tags": _("Tags are a list of words.")})
    return clean_tags([str(tag) for tag in raw or ()])


def _parse_category(ticket: Ticket, pk: Any) -> Category | None:
    if pk is None:
        return None
    found = Category.objects.filter(pk=_key(pk), is_active=True).first()
    if found is None:
        raise Invalid(fields={"category": _("There is no such category.")})
    return found


def _parse_type(ticket: Ticket, pk: Any) -> TicketType:
    found = TicketType.objects.filter(pk=_key(pk), is_active=True).first()
    if found is None:
        raise Invalid(fields={"type": _("Choose what kind of request this is.")})
    if found.flow_id != ticket.status.flow_id:
        raise Invalid(
            fields={"type": _("“%s” goes through other stages; open a new ticket.") % found.label}
        )
    return found


def _parse_owner(ticket: Ticket, pk: Any) -> Person | None:
    if pk is None:
        return None
    found = Person.objects.select_related("account").filter(pk=_key(pk)).first()
    if found is None:
        raise Invalid(fields={"owner": _("There is no such colleague.")})
    ensure_may_assign_to(found)
    return found


def _parse_language(ticket: Ticket, code: Any) -> str:
    if code not in known_languages():
        raise Invalid(fields={"language": _("There is no such language.")})
    return str(code)


def _parse_moment(ticket: Ticket, moment: Any) -> datetime | None:
    if moment is not None and not isinstance(moment, datetime):
        raise Invalid(fields={"expected_at": _("Give a date and time.")})
    return moment


def _put(name: str) -> Callable[[Ticket, Any], None]:
    return lambda ticket, value: setattr(ticket, name, value)


SETTERS: dict[str, Setter] = {
    "subject": Setter(
        "subject",
        plain=lambda t: t.subject,
        parse=lambda _t, raw: checked_subject(str(raw)),
        apply=_put("subject"),
        shown=lambda t: t.subject,
        label=lambda t: t.subject,
    ),
    "priority": Setter(
        "priority",
        plain=lambda t: t.priority_id,
        parse=_parse_priority,
        apply=_apply_priority,
        shown=lambda t: named(t.priority_id, t.priority.names),
        label=lambda t: t.priority.label,
    ),
    "category": Setter(
        "category",
        plain=lambda t: t.category_id,
        parse=_parse_category,
        apply=_put("category"),
        shown=lambda t: named(t.category.pk, t.category.branch_names) if t.category else None,
        label=lambda t: t.category.branch if t.category else "—",
    ),
    "type": Setter(
        "type",
        plain=lambda t: t.type_id,
        parse=_parse_type,
        apply=_put("type"),
        shown=lambda t: named(t.type_id, t.type.names),
        label=lambda t: t.type.label,
    ),
    "owner": Setter(
        "owner",
        plain=lambda t: t.owner_id,
        parse=_parse_owner,
        apply=_put("owner"),
        shown=lambda t: person(t.owner),
        label=lambda t: t.owner.name if t.owner else "—",
    ),
    "tags": Setter(
        "tags",
        plain=lambda t: list(t.tags),
        parse=_parse_tags,
        apply=_put("tags"),
        shown=lambda t: list(t.tags),
        label=lambda t: ", ".join(t.tags) or "—",
    ),
    "language": Setter(
        "language",
        plain=lambda t: t.language,
        parse=_parse_language,
        apply=_put("language"),
        shown=lambda t: t.language,
        label=lambda t: language_name(t.language),
    ),
    "expected_at": Setter(
        "expected_at",
        plain=lambda t: t.expected_at.isoformat() if t.expected_at else None,
        parse=_parse_moment,
        apply=_put("expected_at"),
        shown=lambda t: t.expected_at.isoformat() if t.expected_at else None,
        label=lambda t: exact(t.expected_at) if t.expected_at else "—",
        key=lambda new: new.isoformat() if new else None,
    ),
}
