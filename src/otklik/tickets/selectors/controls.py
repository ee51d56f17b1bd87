"""The conditions of the query language as controls of one panel, and what they make of a query."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from django.utils.translation import gettext as _

from otklik.core.spoken import language_name
from otklik.tickets.models import Field, Ticket
from otklik.tickets.selectors.facets import (
    Choice,
    Offer,
    entries,
    matched,
    priorities,
    statuses,
)
from otklik.tickets.selectors.query import Key, Place, asked_at, vocabulary
from otklik.tickets.selectors.spells import ANY_TIME, Spell, spell_choices, spell_of
from otklik.tickets.selectors.wordbook import Entry, Wordbook

NOBODY: Final = vocabulary.NOBODY[0]
DEADLINES: Final = frozenset({"overdue", "soon", "stuck"})
CLOSEDNESS: Final = frozenset({"open", "closed", "any"})
LISTS: Final = (Field.Kind.CHOICE, Field.Kind.CHOICES, Field.Kind.TREE, Field.Kind.CHECKBOX)


class Shape(StrEnum):
    """How a control looks, and how what it brings is read."""

    TICKS = "ticks"  # any of several
    SELECT = "select"  # one or none
    PERSON = "person"  # typed, with suggestions; several by commas
    COMPANY = "company"  # typed, with suggestions
    TEXT = "text"  # typed; several by commas
    TIME = "time"  # a stretch by name, or between two days


@dataclass(frozen=True, kw_only=True)
class Control:
    """One control: what it offers and what of it the query asks."""

    name: str  # in the form
    label: str
    shape: Shape
    place: Place
    choices: Sequence[Choice] = ()
    typed: str = ""  # PERSON, COMPANY, TEXT
    spell: Spell = ANY_TIME


@dataclass(frozen=True)
class Section:
    """Controls that belong together."""

    label: str
    controls: list[Control]
    is_folded: bool = False


def panel_of(q: str, words: Wordbook) -> list[Section]:
    """Return all controls for a query. Two statements: the questions of forms and their answers."""
    about = [*_chosen(q, words), _typed(q, Key.TAG, _("Tags, by commas"), Shape.TEXT)]
    own = list(_questions(q))
    sections = [
        Section(_("What it is about"), about),
        Section(_("Who"), list(_people(q))),
        Section(_("When"), list(_times(q))),
        Section(_("Where it stands"), list(_standing(q))),
        Section(_("Answers to questions"), own, not any(_is_asked(one) for one in own)),
    ]
    return [one for one in sections if one.controls]


def controls_of(sections: Sequence[Section]) -> list[Control]:
    return [one for section in sections for one in section.controls]


def _is_asked(control: Control) -> bool:
    return any(choice.is_chosen and choice.value for choice in control.choices)


def _chosen(q: str, words: Wordbook) -> Iterator[Control]:
    yield _ticks(q, Place(Key.STATUS), _("Status"), statuses(words))
    yield _ticks(q, Place(Key.PRIORITY), _("Priority"), priorities(words))
    yield _ticks(q, Place(Key.DEPARTMENT), _("Department"), entries(words.departments))
    yield _ticks(q, Place(Key.TYPE), _("Type"), entries(words.types))
    yield _select(q, Place(Key.CATEGORY), _("Category"), list(_categories(words)))
    sources = [(one.value, str(one.label), "", _words(Key.SOURCE, one)) for one in Ticket.Source]
    yield _ticks(q, Place(Key.SOURCE), _("Source"), sources)
    languages: list[Offer] = [
        (code, language_name(code), "", []) for code in vocabulary.VALUES[Key.LANGUAGE]
    ]
    yield _ticks(q, Place(Key.LANGUAGE), _("Language"), languages)


def _people(q: str) -> Iterator[Control]:
    yield _typed(q, Key.REQUESTER, _("Customer"), Shape.PERSON)
    yield _typed(q, Key.ORGANIZATION, _("Organization"), Shape.COMPANY)
    yield _typed(q, Key.ASSIGNEE, _("Processor"), Shape.PERSON)
    yield _typed(q, Key.OWNER, _("Owner"), Shape.PERSON)
    yield _typed(q, Key.CREATOR, _("Registered by"), Shape.PERSON)


def _times(q: str) -> Iterator[Control]:
    for key, label in ((Key.CREATED, _("Opened")), (Key.UPDATED, _("Updated"))):
        spell = spell_of(asked_at(q, Place(key)))
        yield Control(
            name=key.value,
            label=label,
            shape=Shape.TIME,
            place=Place(key),
            choices=spell_choices(spell),
            spell=spell,
        )


def _standing(q: str) -> Iterator[Control]:
    deadlines: list[Offer] = [
        ("overdue", _("Overdue"), "", []),
        ("soon", _("Due soon"), "", []),
        ("stuck", _("Too long in its status"), "", []),
    ]
    yield _select(q, Place(Key.IS, group=DEADLINES), _("Deadline"), deadlines, name="deadline")
    turns: list[Offer] = [(name, words, "", []) for name, words in _turns()]
    yield _select(q, Place(Key.TURN), _("Whose turn it is"), turns)
    kept: list[Offer] = [
        ("any", _("Open and closed"), "", []),
        ("closed", _("Closed only"), "", []),
        ("open", _("Open only"), "", []),
    ]
    yield _select(q, Place(Key.IS, group=CLOSEDNESS), _("Closed ones"), kept, name="closed-ones")
    escalated: list[Offer] = [("escalated", _("Escalated"), "flag", [])]
    yield _ticks(
        q, Place(Key.IS, group=frozenset({"escalated"})), _("Escalation"), escalated, "escalated"
    )
    files: list[Offer] = [("files", _("Has files"), "clip", [])]
    yield _ticks(q, Place(Key.HAS, group=frozenset({"files"})), _("Files"), files, "files")


def _turns() -> list[tuple[str, str]]:
    return [
        ("ours", str(Ticket.Turn.OURS.label)),
        ("theirs", str(Ticket.Turn.THEIRS.label)),
        ("nobody", str(Ticket.Turn.NOBODY.label)),
    ]


def _questions(q: str) -> Iterator[Control]:
    """Yield the questions of forms whose answers are a list, by their labels."""
    asked = Field.objects.filter(is_active=True, kind__in=LISTS).prefetch_related("choices")
    for one in sorted(asked, key=lambda field: field.label):
        answers = [
            (answer.key, answer.label, "", list(answer.names.values()))
            for answer in one.choices.all()
            if answer.is_active
        ]
        if one.kind == Field.Kind.CHECKBOX:
            yes, no = vocabulary.YES, vocabulary.NO
            answers = [(yes[0], _("yes"), "", [*yes]), (no[0], _("no"), "", [*no])]
        place = Place(Key.FIELD, name=one.key)
        yield _select(q, place, one.label, answers, name=f"field.{one.key}")


def _categories(words: Wordbook) -> Iterator[Offer]:
    """Yield the categories as a tree stands, each with its path, and first the lack of one."""
    yield (NOBODY, _("without one"), "", [*vocabulary.NOBODY])

    def below(parent_id: int | None) -> Iterator[Entry]:
        for one in words.categories.values():
            if one.parent_id == parent_id:
                yield one
                yield from below(one.pk)

    for one in below(None):
        if one.is_active:
            yield (one.key, words.branch(one), "", list(one.names.values()))


def _words(key: Key, name: str) -> list[str]:
    return list(vocabulary.VALUES[key].get(name, ()))


def _asked(q: str, place: Place) -> list[str]:
    return [f"{value.op}{value.text}" for value in asked_at(q, place)]


def _ticks(q: str, place: Place, label: str, offers: Sequence[Offer], name: str = "") -> Control:
    """Make boxes; what the query asks beyond them has a box as well."""
    choices, rest = matched(offers, _asked(q, place))
    choices += [Choice(value, value, is_chosen=True) for value in rest]
    name = name or place.key.value
    return Control(name=name, label=label, shape=Shape.TICKS, place=place, choices=choices)


def _select(
    q: str, place: Place, label: str, offers: Sequence[Offer], *, name: str = ""
) -> Control:
    """Make a list of which one is chosen; more than one, or another, is a choice of its own."""
    choices, rest = matched(offers, _asked(q, place))
    chosen = [one for one in choices if one.is_chosen]
    whole = ", ".join([*(one.label for one in chosen), *rest])
    if rest or len(chosen) > 1:
        choices = [replace(one, is_chosen=False) for one in choices]
        choices.insert(0, Choice(whole, whole, is_chosen=True))
    choices.insert(0, Choice("", _("any"), is_chosen=not whole))
    name = name or place.key.value
    return Control(name=name, label=label, shape=Shape.SELECT, place=place, choices=choices)


def _typed(q: str, key: Key, label: str, shape: Shape) -> Control:
    said = [vocabulary.value_word(key, value.text) for value in asked_at(q, Place(key))]
    return Control(
        name=key.value, label=label, shape=shape, place=Place(key), typed=", ".join(said)
    )
