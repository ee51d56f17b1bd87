"""The answers to an administrator's questions, readable."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import phonenumbers
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from otklik.core.filters import full_date
from otklik.core.wording import word
from otklik.people.models import Organization, Person
from otklik.tickets.models import Attachment, Choice, Field, FormField, Ticket
from otklik.tickets.selectors.asked import AskedField, missing_to_enter
from otklik.tickets.selectors.known import known_configuration

Kind = Field.Kind
BRANCH = " › "
MOST_DEPTH = 20
TYPED = (Kind.PHONE, Kind.NUMBER)


@dataclass(frozen=True, kw_only=True)
class ValueRow:
    """One question with its answer in words."""

    key: str
    label: str
    kind: str
    text: str
    is_internal: bool
    is_awaited: bool = False  # needed, and not answered yet
    files: tuple[Attachment, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question with the words of all that a list or tree offers."""

    key: str
    label: str
    kind: str
    choices: Mapping[str, str]  # by key, each with the branch it stands on


def value_rows(
    ticket: Ticket, questions: Iterable[AskedField] | None = None, *, for_customer: bool = False
) -> list[ValueRow]:
    """Return the questions of a ticket, in the order of its form: those that are answered.

    `questions`: what its type asks, where the caller has them. Colleagues also see what an
    open one should tell and does not yet. One more query for each kind of thing that answers
    point at.
    """
    if for_customer and not ticket.values:
        return []
    if questions is None:
        questions = known_configuration().asked_by(ticket.type_id)
    form = {one.key: one for one in questions}
    if for_customer:
        form = {key: one for key, one in form.items() if one.customer != FormField.Access.STAFF}
    awaited = () if for_customer or not ticket.is_open else _awaited(form, ticket.values)
    given = {key: one for key, one in form.items() if key in ticket.values}
    words = AnswerWords(
        [_question(one) for one in given.values()],
        [(key, ticket.values[key]) for key in given],
    )
    return [
        ValueRow(
            key=key,
            label=one.label,
            kind=one.kind,
            text=words.say(key, ticket.values.get(key)),
            is_internal=one.customer == FormField.Access.STAFF,
            is_awaited=key in awaited,
            files=words.files_of(key, ticket.values.get(key)),
        )
        for key, one in form.items()
        if key in given or key in awaited
    ]


def _awaited(form: Mapping[str, AskedField], values: Mapping[str, Any]) -> set[str]:
    required = [key for key, one in form.items() if one.is_required]
    return {one.key for one in missing_to_enter(required, form.values(), values)}


def _question(one: AskedField) -> Question:
    offered = {option.key: (option.label, option.parent) for option in one.options}
    return Question(key=one.key, label=one.label, kind=one.kind, choices=_branches(offered))


def said_in_answers(form: Iterable[AskedField], answers: Mapping[str, Any]) -> tuple[str, str]:
    """Return what answers say, for search: to everybody, and to colleagues only.

    In the words that the writer reads. Files are found by their names.
    """
    unsaid = (Kind.FILE, Kind.CHECKBOX)
    asked = [one for one in form if answers.get(one.key) is not None and one.kind not in unsaid]
    given = [(one.key, answers[one.key]) for one in asked]
    words = AnswerWords(map(_question, asked), given)
    public, internal = list[str](), list[str]()
    for one, (key, answer) in zip(asked, given, strict=True):
        said = internal if one.customer == FormField.Access.STAFF else public
        said.append(words.say(key, answer))
        if one.kind in TYPED:  # a telephone is shown otherwise than typed
            said.append(str(answer))
    return " ".join(public), " ".join(internal)


def questions_named(keys: Iterable[str]) -> list[Question]:
    """Return the questions of some keys, on whatever form they stand: one query."""
    offered = Choice.objects.filter(field=OuterRef("pk")).values(
        json=JSONObject(key="key", names="names", parent="parent__key")
    )
    rows = Field.objects.filter(key__in=set(keys)).annotate(offered=ArraySubquery(offered))
    return [
        Question(
            key=row.key,
            label=row.label,
            kind=row.kind,
            choices=_branches(
                {one["key"]: (word(one["names"]), one["parent"]) for one in row.offered}
            ),
        )
        for row in rows
    ]


class AnswerWords:
    """Says answers in the reader's words; what they point at is read once for each kind."""

    def __init__(
        self, questions: Iterable[Question], answers: Iterable[tuple[str, Any]] = ()
    ) -> None:
        self.questions = {one.key: one for one in questions}
        pointed: defaultdict[str, set[Any]] = defaultdict(set)
        for key, value in answers:
            if value is not None and key in self.questions:
                pointed[self.questions[key].kind] |= _keys(value)
        self._people = _named(Person, pointed[Kind.PERSON])
        self._organizations = _named(Organization, pointed[Kind.ORGANIZATION])
        tokens = {one for one in pointed[Kind.FILE] if isinstance(one, str)}
        found = Attachment.objects.filter(token__in=tokens).select_related("blob") if tokens else ()
        self._files = {file.token: file for file in found}

    def say(self, key: str, value: Any) -> str:
        """Say one answer; of a question that is gone, plainly."""
        question = self.questions.get(key)
        if value is None:
            return ""
        if question is None:
            return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        match Kind(question.kind):
            case Kind.CHOICE | Kind.TREE | Kind.CHOICES:
                chosen = value if isinstance(value, list) else [value]
                return ", ".join(question.choices.get(one, str(one)) for one in chosen)
            case Kind.PERSON:
                return self._people.get(value, "")
            case Kind.ORGANIZATION:
                return self._organizations.get(value, "")
            case Kind.FILE:
                return ", ".join(file.name for file in self.files_of(key, value))
            case kind:
                return PLAIN.get(kind, str)(value)

    def files_of(self, key: str, value: Any) -> tuple[Attachment, ...]:
        """Return the files that an answer consists of, in its order."""
        question = self.questions.get(key)
        if question is None or question.kind != Kind.FILE or not isinstance(value, list):
            return ()
        return tuple(self._files[token] for token in value if token in self._files)


def _branches(offered: Mapping[str, tuple[str, str | None]]) -> dict[str, str]:
    """Say each choice with the branch it stands on: by key, from words and the key above."""
    return {key: BRANCH.join(_path(offered, key)) for key in offered}


def _path(offered: Mapping[str, tuple[str, str | None]], key: str | None) -> list[str]:
    path: list[str] = []
    while key is not None and key in offered and len(path) < MOST_DEPTH:
        label, key = offered[key]
        path.insert(0, label)
    return path


def _keys(value: Any) -> set[Any]:
    return set(value) if isinstance(value, list) else {value}


def _named(model: type[Person | Organization], keys: set[Any]) -> dict[Any, str]:
    if not keys:
        return {}
    return {row.pk: str(row) for row in model.objects.filter(pk__in=keys)}


def _day(value: Any) -> str:
    try:
        return full_date(date.fromisoformat(str(value)))
    except ValueError:
        return str(value)


def _number(value: Any) -> str:
    return number_format(value) if isinstance(value, int | float) else str(value)


def _phone(value: Any) -> str:
    try:
        number = phonenumbers.parse(str(value), None)
    except phonenumbers.NumberParseException:
        return str(value)  # a local or inside number
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


PLAIN: Mapping[Kind, Callable[[Any], str]] = {
    Kind.CHECKBOX: lambda value: _("yes") if value else _("no"),
    Kind.DATE: _day,
    Kind.NUMBER: _number,
    Kind.PHONE: _phone,
}


def customer_keys(types: Collection[int]) -> dict[int, set[str]]:
    """Return by type the keys of the questions that customers may see: at most one query."""
    found: dict[int, set[str]] = {type_id: set() for type_id in types}
    if found:
        rows = FormField.objects.filter(type__in=found).exclude(customer=FormField.Access.STAFF)
        for type_id, key in rows.values_list("type", "field__key"):
            found[type_id].add(key)
    return found
