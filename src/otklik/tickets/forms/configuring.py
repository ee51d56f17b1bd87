"""The forms by which an administrator changes how tickets work. They decide nothing."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, ClassVar

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from otklik.core.offered import fit_words, word_fields
from otklik.core.shared_forms import SharedForm, shown_field
from otklik.core.spoken import known_languages, language_name
from otklik.core.wording import Names
from otklik.people.models import Department
from otklik.tickets.actions.configuring.fields import FieldDraft
from otklik.tickets.actions.configuring.questions import CONDITIONS, QuestionDraft
from otklik.tickets.actions.configuring.statuses import StatusDraft
from otklik.tickets.actions.configuring.transitions import LADDER, Step
from otklik.tickets.actions.configuring.types import LARGEST_FILE, MEGABYTE, TypeDraft
from otklik.tickets.forms.composing import whole
from otklik.tickets.models import (
    Category,
    Choice,
    Field,
    Flow,
    FormField,
    Phase,
    Priority,
    Status,
    TicketType,
    Transition,
)
from otklik.tickets.selectors.asked import NO, YES

Data = Mapping[str, Any] | None
Offer = list[tuple[str, Any]]

UNITS = {"minutes": 60, "hours": 3600, "days": 86400}
UNIT_WORDS = [("minutes", _("minutes")), ("hours", _("hours")), ("days", _("days"))]
ALWAYS = ""


def _text(code: str) -> forms.CharField:
    box = forms.TextInput({"lang": code, "autocomplete": "off"})
    return forms.CharField(label=language_name(code), required=False, max_length=2000, widget=box)


class SetupForm(SharedForm):
    """Any of these forms: a name in each language, and what its reader saw."""

    use_required_attribute = False
    WORDS: ClassVar[Mapping[str, Callable[[str], forms.Field]]] = {"names": _text}

    shown = shown_field()

    def __init__(self, data: Data = None, *, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        for name, make in self.WORDS.items():
            word_fields(self, name, make)
        fit_words(self)

    def said(self, name: str = "names") -> Names:
        """Return the words of a name in each language."""
        return {code: self.cleaned_data.get(f"{name}_{code}", "") for code in known_languages()}


def label_of(model: type[Category | Department | Field]) -> Callable[[str], str]:
    """Return what says the label of a row by its key."""

    def said(key: str) -> str:
        row = model.objects.filter(pk=whole(key) or 0).first()
        return row.label if row else ""

    return said


def names_of(row: Any) -> dict[str, Any]:
    """Return the first values of a form about a thing with names and hints."""
    values: dict[str, Any] = {}
    for name in ("names", "hints"):
        words: Mapping[str, str] = getattr(row, name, None) or {}
        values |= {f"{name}_{code}": words.get(code, "") for code in known_languages()}
    return values


class NodeForm(SetupForm):
    """A category, or an answer of a list."""

    is_active = forms.BooleanField(label=_("Offered"), required=False)


def node_values(node: Category | Choice) -> dict[str, Any]:
    """Return a category or an answer as its form shows it."""
    return names_of(node) | {"is_active": node.is_active}


class FlowForm(SetupForm):
    """A flow; a new one may begin as a copy."""

    like = forms.ChoiceField(label=_("Begin with"), required=False)

    def __init__(self, data: Data = None, *, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        copies = [(flow.pk, _("a copy of “%s”") % flow.label) for flow in Flow.objects.all()]
        self.offer("like", [("", _("two statuses: new and closed")), *copies])


class StatusForm(SetupForm):
    """A stage of a flow."""

    PLACES = {"time_limit": "limit"}
    TOGETHER = (("limit", "unit"),)

    phase = forms.ChoiceField(label=_("What it means"))
    limit = forms.IntegerField(label=_("At most"), required=False, min_value=0, max_value=1_000_000)
    unit = forms.ChoiceField(label=_("Unit"), choices=UNIT_WORDS, initial="hours", required=False)
    required_fields = forms.MultipleChoiceField(
        label=_("Answers needed before a ticket comes here"),
        help_text=_("What the form of its type does not ask, the step itself asks of colleagues."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(
        self, flow: Flow, data: Data = None, *, initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=initial)
        self.offer("phase", PHASES)
        fields = Field.objects.filter(is_active=True)
        if flow.types.exists():
            needed = Q(forms__type__flow=flow) | Q(required_in__flow=flow)
            fields = fields.filter(needed).distinct()
        self.offer("required_fields", [(str(row.pk), row.label) for row in fields], label_of(Field))

    def draft(self) -> StatusDraft:
        clean = self.cleaned_data
        return StatusDraft(
            names=self.said(),
            phase=clean["phase"],
            time_limit=_span(clean.get("limit"), clean.get("unit")),
            required_fields=tuple(int(key) for key in clean["required_fields"]),
        )


PHASES: Offer = [
    (Phase.NEW, _("New: nobody has taken it yet")),
    (Phase.ASSIGNED, _("Assigned: it has somebody, work has not begun")),
    (Phase.PROGRESS, _("In progress: we work on it")),
    (Phase.PENDING, _("Pending: waits for the customer, clocks pause")),
    (Phase.RESOLVED, _("Resolved: waits for the customer's word")),
    (Phase.CLOSED, _("Closed: nothing more happens")),
    (Phase.REOPENED, _("Reopened: it came back")),
]


def status_values(status: Status) -> dict[str, Any]:
    """Return a stage as its form shows it."""
    number, unit = _spoken(status.time_limit)
    needed = [str(pk) for pk in status.required_fields.values_list("pk", flat=True)]
    return names_of(status) | {
        "phase": status.phase,
        "limit": number,
        "unit": unit,
        "required_fields": needed,
    }


class StepForm(SetupForm):
    """A step from one stage to another."""

    staff = forms.ChoiceField(
        label=_("Who of the staff may make it"), required=False, widget=forms.RadioSelect
    )
    customer = forms.BooleanField(label=_("The customer may make it"), required=False)
    demands_message = forms.BooleanField(label=_("A reply to the customer"), required=False)
    demands_note = forms.BooleanField(label=_("A note for colleagues"), required=False)
    demands_assignee = forms.BooleanField(label=_("Somebody who works on it"), required=False)

    def __init__(self, data: Data = None, *, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        self.offer("staff", STAFF)

    def showed_a_step(self) -> bool:
        """Tell whether somebody could make the step when its reader saw it."""
        shown = self.was_shown()
        return bool(shown.get("staff") or shown.get("customer"))

    def step(self) -> Step:
        clean = self.cleaned_data
        return Step(
            staff=clean["staff"],
            customer=clean["customer"],
            demands_message=clean["demands_message"],
            demands_note=clean["demands_note"],
            demands_assignee=clean["demands_assignee"],
            names=self.said(),
        )


STAFF: Offer = [
    ("", _("Nobody")),
    (Transition.Who.AGENT, _("Agents and everyone above them")),
    (Transition.Who.COORDINATOR, _("Coordinators and supervisors")),
    (Transition.Who.SUPERVISOR, _("Supervisors")),
]


def step_values(way: Transition | None) -> dict[str, Any]:
    """Return a step as its form shows it."""
    if way is None:
        return {"staff": ""}
    lowest = next((role.value for role in LADDER if role in way.allowed), "")
    return names_of(way) | {
        "staff": lowest,
        "customer": Transition.Who.CUSTOMER in way.allowed,
        "demands_message": way.demands_message,
        "demands_note": way.demands_note,
        "demands_assignee": way.demands_assignee,
    }


class HintedForm(SetupForm):
    """A thing with a line of help under its name."""

    WORDS = {**SetupForm.WORDS, "hints": _text}


class TypeForm(HintedForm):
    """A ticket type."""

    flow = forms.ChoiceField(label=_("Flow"))
    department = forms.ChoiceField(label=_("Department"), required=False)
    is_active = forms.BooleanField(label=_("Offered for new tickets"), required=False)
    is_public = forms.BooleanField(label=_("Customers may choose it"), required=False)
    file_limit = forms.IntegerField(
        label=_("Largest file"),
        required=False,
        min_value=1,
        max_value=LARGEST_FILE // MEGABYTE - 1,
        help_text=_("Megabytes. Empty: as large as the desk takes."),
    )

    def __init__(self, data: Data = None, *, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        self.offer("flow", [(str(flow.pk), flow.label) for flow in Flow.objects.all()])
        places = [(str(one.pk), one.label) for one in Department.objects.filter(is_active=True)]
        anywhere = ("", _("Chosen for each ticket"))
        self.offer("department", [anywhere, *places], label_of(Department))

    def draft(self) -> TypeDraft:
        clean = self.cleaned_data
        return TypeDraft(
            names=self.said(),
            hints=self.said("hints"),
            flow_id=int(clean["flow"]),
            department_id=int(clean["department"]) if clean["department"] else None,
            is_active=clean["is_active"],
            is_public=clean["is_public"],
            file_limit=(clean["file_limit"] or 0) * MEGABYTE or None,
        )


def type_values(kind: TicketType) -> dict[str, Any]:
    """Return a type as its form shows it."""
    return names_of(kind) | {
        "flow": str(kind.flow_id),
        "department": str(kind.department_id or ""),
        "is_active": kind.is_active,
        "is_public": kind.is_public,
        "file_limit": kind.file_limit and kind.file_limit // MEGABYTE,
    }


class FieldForm(HintedForm):
    """A question."""

    kind = forms.ChoiceField(label=_("Kind of answer"), choices=Field.Kind.choices)
    is_active = forms.BooleanField(label=_("Asked"), required=False)

    def draft(self) -> FieldDraft:
        clean = self.cleaned_data
        return FieldDraft(
            names=self.said(),
            hints=self.said("hints"),
            kind=clean["kind"],
            is_active=clean["is_active"],
        )


def field_values(field: Field) -> dict[str, Any]:
    """Return a question as its form shows it."""
    return names_of(field) | {"kind": field.kind, "is_active": field.is_active}


class QuestionForm(SetupForm):
    """How a form asks a question."""

    PLACES = {"shown_when": "condition", "shown_value": "condition"}

    is_required = forms.BooleanField(label=_("An answer is needed"), required=False)
    customer = forms.ChoiceField(label=_("Who deals with it"), choices=FormField.Access.choices)
    condition = forms.ChoiceField(label=_("Shown"), required=False)

    def __init__(
        self, asked: FormField, data: Data = None, *, initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=initial)
        self.offer("condition", conditions_for(asked))

    def draft(self) -> QuestionDraft:
        clean = self.cleaned_data
        key, _equals, value = clean["condition"].partition("=")
        return QuestionDraft(
            is_required=clean["is_required"],
            customer=clean["customer"],
            shown_when=key,
            shown_value=value,
        )


def question_values(asked: FormField) -> dict[str, Any]:
    """Return a question on a form as its form shows it."""
    other = asked.shown_when
    return {
        "is_required": asked.is_required,
        "customer": asked.customer,
        "condition": f"{other.key}={asked.shown_value}" if other else ALWAYS,
    }


def conditions_for(asked: FormField) -> list[tuple[str, Any]]:
    """Return every answer on the same form for which a question could be shown."""
    rows = FormField.objects.filter(type=asked.type_id, field__kind__in=CONDITIONS)
    others = rows.exclude(field=asked.field_id).select_related("field")
    choices: dict[int, list[Choice]] = {}
    for choice in Choice.objects.filter(field__in=[row.field_id for row in others]):
        choices.setdefault(choice.field_id, []).append(choice)
    offered: list[tuple[str, Any]] = [(ALWAYS, _("Always"))]
    for row in others:
        key, label = row.field.key, row.field.label
        if row.field.kind == Field.Kind.CHECKBOX:
            answers = [(YES, str(_("Yes"))), (NO, str(_("No")))]
        else:
            answers = [(one.key, one.label) for one in choices.get(row.field_id, [])]
        group = [(f"{key}={value}", f"{label}: {answer}") for value, answer in answers]
        offered.append((_("Only if “%s” is") % label, group))
    return offered


class PriorityForm(SetupForm):
    """The words and promises of a priority."""

    PLACES = {"reply_within": "reply", "solve_within": "solve"}
    TOGETHER = (("reply", "reply_unit"), ("solve", "solve_unit"))

    reply = forms.IntegerField(label=_("First answer within"), min_value=1, max_value=1_000_000)
    reply_unit = forms.ChoiceField(label=_("Unit"), choices=UNIT_WORDS)
    solve = forms.IntegerField(label=_("Solution within"), min_value=1, max_value=1_000_000)
    solve_unit = forms.ChoiceField(label=_("Unit"), choices=UNIT_WORDS)

    def promises(self) -> tuple[timedelta, timedelta]:
        clean = self.cleaned_data
        return (
            _span(clean["reply"], clean["reply_unit"]) or timedelta(0),
            _span(clean["solve"], clean["solve_unit"]) or timedelta(0),
        )


def priority_values(priority: Priority) -> dict[str, Any]:
    """Return a priority as its form shows it."""
    reply, reply_unit = _spoken(priority.reply_within)
    solve, solve_unit = _spoken(priority.solve_within)
    return names_of(priority) | {
        "reply": reply,
        "reply_unit": reply_unit,
        "solve": solve,
        "solve_unit": solve_unit,
    }


def _span(number: int | None, unit: str | None) -> timedelta | None:
    return timedelta(seconds=number * UNITS[unit or "hours"]) if number else None


def _spoken(span: timedelta | None) -> tuple[int | None, str]:
    """Return a span in the largest unit that says it whole; up to four days in hours."""
    if span is None:
        return None, "hours"
    seconds = int(span.total_seconds())
    if seconds % UNITS["days"] == 0 and seconds > 4 * UNITS["days"]:
        return seconds // UNITS["days"], "days"
    if seconds % UNITS["hours"] == 0:
        return seconds // UNITS["hours"], "hours"
    return max(seconds // UNITS["minutes"], 1), "minutes"
