"""What an administrator sees of the configuration: lists, trees, and its history."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from otklik.core.filters import weight
from otklik.core.spoken import known_languages
from otklik.core.wording import word
from otklik.people.models import Department
from otklik.tickets.models import (
    Category,
    Choice,
    ConfigurationChange,
    Field,
    Flow,
    FormField,
    Phase,
    Status,
    Ticket,
    TicketType,
    Transition,
)
from otklik.tickets.selectors.asked import NO, YES

Noun = ConfigurationChange.Noun
T = TypeVar("T", Category, Choice)

LINES = 50


@dataclass(frozen=True, kw_only=True)
class Branch(Generic[T]):
    """A place in a tree with what stands under it."""

    node: T
    depth: int
    is_first: bool
    is_last: bool
    children: "list[Branch[T]]"
    tickets: int = 0


def branches(rows: Iterable[T], tickets: Mapping[int, int] | None = None) -> list[Branch[T]]:
    """Return rows as a tree, without a query."""
    children: defaultdict[int | None, list[T]] = defaultdict(list)
    for row in rows:
        children[row.parent_id].append(row)
    return _grown(children, None, 0, tickets or {})


def _grown(
    children: Mapping[int | None, list[T]],
    parent: int | None,
    depth: int,
    tickets: Mapping[int, int],
) -> list[Branch[T]]:
    level = children.get(parent, [])
    return [
        Branch(
            node=row,
            depth=depth,
            is_first=index == 0,
            is_last=index == len(level) - 1,
            children=_grown(children, row.pk, depth + 1, tickets),
            tickets=tickets.get(row.pk, 0),
        )
        for index, row in enumerate(level)
    ]


def category_branches() -> list[Branch[Category]]:
    """Return the tree of categories with how many tickets name each: two queries."""
    counted = Ticket.objects.order_by().exclude(category=None).values_list("category")
    return branches(Category.objects.all(), dict(counted.annotate(Count("pk"))))


def choice_branches(field: Field) -> list[Branch[Choice]]:
    """Return the answers that a question offers, as a tree: one query."""
    return branches(field.choices.all())


def type_rows() -> QuerySet[TicketType]:
    """Return all types with how many questions each asks."""
    rows = TicketType.objects.select_related("flow", "department")
    return rows.annotate(questions=Count("form"))


def field_rows() -> QuerySet[Field]:
    """Return all questions with the types that ask them."""
    return Field.objects.prefetch_related("forms__type", "required_in__flow").order_by("key")


def questions_of(kind: TicketType) -> QuerySet[FormField]:
    """Return the questions on the form of a type, in order."""
    return kind.form.select_related("field", "shown_when", "type")


def condition_words(questions: Iterable[FormField]) -> dict[tuple[int, str], str]:
    """Return what the answers that conditions wait for are called: one query."""
    waited = {row.shown_when_id for row in questions if row.shown_when_id}
    words = {
        (choice.field_id, choice.key): choice.label
        for choice in Choice.objects.filter(field__in=waited)
    }
    for row in questions:
        if row.shown_when and row.shown_when.kind == Field.Kind.CHECKBOX:
            said = _("Yes") if row.shown_value == YES else _("No")
            words[row.shown_when.pk, row.shown_value] = said
    return words


def unasked_fields(kind: TicketType) -> QuerySet[Field]:
    """Return the questions that a form could still ask."""
    return Field.objects.filter(is_active=True).exclude(forms__type=kind)


def flow_rows() -> QuerySet[Flow]:
    """Return all flows with their stages and types."""
    return Flow.objects.prefetch_related("statuses", "types")


def find_change(change_id: int) -> ConfigurationChange | None:
    """Return a change that can be undone now."""
    return undoable().filter(pk=change_id, can_undo=True).first()


def undoable() -> "QuerySet[Any]":
    """Return the record with whether each change can be undone: the last of its thing."""
    later = ConfigurationChange.objects.filter(
        noun=OuterRef("noun"), row=OuterRef("row"), pk__gt=OuterRef("pk")
    )
    return ConfigurationChange.objects.annotate(can_undo=~Exists(later))


@dataclass(frozen=True, kw_only=True)
class Line:
    """A change in words."""

    change: ConfigurationChange
    can_undo: bool
    title: str
    details: list[tuple[str, str, str]]  # column, old, new


def history_page(number: str | None, noun: str = "") -> Page[Any]:
    """Return a page of the record, the newest first."""
    rows = undoable().filter(noun=noun) if noun in Noun.values else undoable()
    return Paginator(rows, LINES).get_page(number)


def lines(changes: Iterable[Any]) -> list[Line]:
    """Say changes in words; the things they name are fetched once for each kind."""
    changes = list(changes)
    labels = _Labels(changes)
    return [
        Line(
            change=change,
            can_undo=change.can_undo,
            title=title(change),
            details=labels.details(change),
        )
        for change in changes
    ]


def title(change: ConfigurationChange) -> str:
    """Say what was done to what."""
    what = {
        Noun.FLOW: _("Flow “%s”"),
        Noun.STATUS: _("Status “%s”"),
        Noun.TRANSITION: _("Step “%s”"),
        Noun.TYPE: _("Type “%s”"),
        Noun.FIELD: _("Question “%s”"),
        Noun.CHOICE: _("Answer “%s”"),
        Noun.QUESTION: _("On the form, “%s”"),
        Noun.CATEGORY: _("Category “%s”"),
        Noun.PROBLEM: _("Typical problem “%s”"),
        Noun.PRIORITY: _("Priority “%s”"),
    }[Noun(change.noun)] % change.label
    did = {"added": _("added"), "changed": _("changed"), "deleted": _("deleted")}[change.verb]
    return f"{what}: {did}"


class _Labels:
    """Names for the keys that changes hold."""

    def __init__(self, changes: Iterable[ConfigurationChange]) -> None:
        wanted: defaultdict[str, set[int]] = defaultdict(set)
        for change in changes:
            if change.verb == "changed":
                for values in (change.old or {}, change.new or {}):
                    for name, value in values.items():
                        keys = value if isinstance(value, list) else [value]
                        wanted[name] |= {key for key in keys if isinstance(key, int)}
        self._known: dict[str, dict[int, str]] = {}
        for name, model in MODELS.items():
            found = model.objects.filter(pk__in=wanted[name]) if wanted[name] else ()
            self._known[name] = {row.pk: word(row.names) for row in found}
        self._learn_answers([one for one in changes if "shown_value" in _columns(one)])

    def _learn_answers(self, changes: list[ConfigurationChange]) -> None:
        """Learn what the answers that conditions wait for are called: two queries, if any."""
        rows = FormField.objects.filter(pk__in=[change.row for change in changes])
        self._waits_for = dict(rows.values_list("pk", "shown_when_id")) if changes else {}
        sides = [side for change in changes for side in (change.old or {}, change.new or {})]
        keys = {side["shown_value"] for side in sides}
        found = Choice.objects.filter(key__in=keys) if changes else ()
        self._answers = {(choice.field_id, choice.key): choice.label for choice in found}

    def details(self, change: ConfigurationChange) -> list[tuple[str, str, str]]:
        if change.verb != "changed":
            return []
        old, new = change.old or {}, change.new or {}
        rows: list[tuple[str, str, str]] = []
        for name in _columns(change):
            if name in ("names", "hints", "texts"):
                rows += _by_language(name, old[name], new[name])
            elif name == "order":
                rows.append((_("Place"), "", _("moved")))
            elif name == "shown_value":
                was, now = self._answer(change, old), self._answer(change, new)
                rows.append((column(name), was, now))
            else:
                rows.append((column(name), self._say(name, old[name]), self._say(name, new[name])))
        return rows

    def _answer(self, change: ConfigurationChange, values: Mapping[str, Any]) -> str:
        """Say what a question waits for; the field that has this answer may not have changed."""
        key = values["shown_value"]
        field = values.get("shown_when_id", self._waits_for.get(change.row))
        spoken = {"": "—", YES: _("Yes"), NO: _("No")}
        return self._answers.get((field, key)) or spoken.get(key, key)

    def _say(self, name: str, value: Any) -> str:
        if value is None or value in ("", []):
            return "—"
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if name in self._known:
            keys = value if isinstance(value, list) else [value]
            return ", ".join(self._known[name].get(key, "—") for key in keys)
        if name == "file_limit":
            return weight(value)
        if name in ("reply_within", "solve_within", "time_limit"):
            return _("%(hours)s h") % {"hours": f"{value / 3600:g}"}
        if name in SPOKEN:
            known = dict(SPOKEN[name])
            keys = value if isinstance(value, list) else [value]
            return ", ".join(str(known.get(key, key)) for key in keys)
        return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


MODELS: dict[str, type[Category | Department | Field | Flow | Status | TicketType]] = {
    "type_id": TicketType,
    "category_id": Category,
    "parent_id": Category,
    "department_id": Department,
    "shown_when_id": Field,
    "required_fields": Field,
    "flow_id": Flow,
    "default": Flow,
    "first": Status,
}
SPOKEN: dict[str, list[tuple[str, Any]]] = {
    "phase": Phase.choices,
    "kind": Field.Kind.choices,
    "customer": FormField.Access.choices,
    "allowed": Transition.Who.choices,
}


def column(name: str) -> str:
    """Say a column in the person's words."""
    return {
        "is_active": _("Offered"),
        "is_public": _("Customers may choose it"),
        "is_required": _("An answer is needed"),
        "parent_id": _("Stands under"),
        "department_id": _("Department"),
        "flow_id": _("Flow"),
        "type_id": _("Type"),
        "category_id": _("Category"),
        "file_limit": _("Largest file"),
        "default": _("Default flow"),
        "first": _("First status"),
        "phase": _("What it means"),
        "kind": _("Kind of answer"),
        "customer": _("Who deals with it"),
        "shown_when_id": _("Shown when"),
        "shown_value": _("… is"),
        "time_limit": _("At most"),
        "required_fields": _("Answers needed"),
        "reply_within": _("First answer within"),
        "solve_within": _("Solution within"),
        "allowed": _("Who may"),
        "demands_message": _("A reply to the customer"),
        "demands_note": _("A note for colleagues"),
        "demands_assignee": _("Somebody who works on it"),
    }.get(name, name)


def _columns(change: ConfigurationChange) -> list[str]:
    """Return the changed columns; what a condition asks comes before the answer it waits for."""
    columns = change.old or {} if change.verb == "changed" else {}
    return sorted(columns, key="shown_value".__eq__)


def _by_language(
    name: str, old: Mapping[str, str], new: Mapping[str, str]
) -> list[tuple[str, str, str]]:
    title = {"names": _("Name"), "hints": _("Hint"), "texts": _("How the description begins")}[name]
    return [
        (f"{title} ({code})", old.get(code) or "—", new.get(code) or "—")
        for code in known_languages()
        if old.get(code) != new.get(code)
    ]
