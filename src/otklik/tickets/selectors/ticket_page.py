"""Everything that the page of one ticket shows to a colleague, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q

from otklik.people.models import Actor, Department, Person
from otklik.tickets.models import Attachment, Category, Priority, Ticket, TicketType, Transition
from otklik.tickets.models.whole import stamp_of
from otklik.tickets.policies import staff_moves
from otklik.tickets.selectors.asked import AskedField, asked_to_enter, missing_to_enter
from otklik.tickets.selectors.card import (
    CustomerCard,
    LinkRow,
    customer_card,
    linked_tickets,
)
from otklik.tickets.selectors.known import known_configuration
from otklik.tickets.selectors.timeline import (
    LATEST,
    LastMessage,
    Stretch,
    Timeline,
    last_message,
    staff_timeline,
    unsent_files,
)
from otklik.tickets.selectors.values import ValueRow, value_rows


class TicketPage:
    """One ticket, whole. A part is read when it is first shown; a fragment reads only its own."""

    def __init__(self, actor: Actor, ticket: Ticket, stretch: Stretch) -> None:
        self.actor = actor
        self.ticket = ticket
        self.stretch = stretch

    @cached_property
    def timeline(self) -> Timeline:
        return staff_timeline(self.actor, self.ticket, self.stretch)

    @cached_property
    def last_message(self) -> LastMessage | None:
        return last_message(self.actor, self.ticket, self.timeline)

    @cached_property
    def card(self) -> CustomerCard:
        return customer_card(self.actor, self.ticket.requester_id, besides=self.ticket.pk)

    @cached_property
    def draft_files(self) -> list[Attachment]:
        """What the actor attached to the draft and has not sent yet; no query when nothing."""
        tokens = self.card.draft["uploads"] if self.card.draft else ()
        return unsent_files(self.actor, tokens) if tokens else []

    @cached_property
    def moves(self) -> list[Transition]:
        return staff_moves(self.actor, self.ticket)

    def asks(self, way: Transition) -> bool:
        """Say whether a step opens a page first: it demands words, or has questions to put."""
        demanded = vars(way)["demanded"]
        return (
            way.demands_message
            or way.demands_note
            or bool(demanded and asked_to_enter(demanded, self.questions, self.ticket.values))
        )

    @cached_property
    def sent_with(self) -> list[Transition]:
        """The steps that a message may bring with it: the composer has no place for answers."""
        return [way for way in self.moves if not self._lacks_answers(way)]

    def _lacks_answers(self, way: Transition) -> bool:
        demanded = vars(way)["demanded"]
        return bool(demanded and missing_to_enter(demanded, self.questions, self.ticket.values))

    @cached_property
    def questions(self) -> list[AskedField]:
        return known_configuration(stamp_of(self.ticket)).asked_by(self.ticket.type_id)

    @cached_property
    def values(self) -> list[ValueRow]:
        return value_rows(self.ticket, self.questions)

    @cached_property
    def links(self) -> list[LinkRow]:
        return linked_tickets(self.actor, self.ticket) if self.card.has_links else []

    @property
    def followers(self) -> list[Person]:
        return self.card.followers

    @property
    def follows(self) -> bool:
        return any(person.pk == self.actor.person_id for person in self.followers)

    @property
    def category_path(self) -> str:
        return self.ticket.category.branch if self.ticket.category else ""


def ticket_page(actor: Actor, ticket: Ticket, stretch: Stretch = LATEST) -> TicketPage:
    """Return the page of a ticket that the actor was allowed to find."""
    return TicketPage(actor, ticket, stretch)


def assignable_people(actor: Actor, ticket: Ticket) -> list[tuple[Person, bool]]:
    """Return the colleagues who may be given a ticket, those of its department first."""
    staff = Q(memberships__isnull=False) | Q(account__is_administrator=True)
    people = Person.objects.filter(staff, account__is_active=True).distinct()
    near = set(
        Person.objects.filter(memberships__department=ticket.department_id).values_list(
            "pk", flat=True
        )
    )
    ordered = sorted(people, key=lambda one: (one.pk not in near, one.name))
    return [(one, one.pk in near) for one in ordered]


def open_departments() -> list[Department]:
    return list(Department.objects.filter(is_active=True))


@dataclass(frozen=True, kw_only=True)
class Options:
    """What the form of a ticket's fields offers."""

    priorities: list[Priority]
    categories: list[tuple[int, str]]
    types: list[TicketType]
    colleagues: list[Person]


def field_options(ticket: Ticket) -> Options:
    """Return the choices for a ticket's own fields."""
    staff = Q(memberships__isnull=False) | Q(account__is_administrator=True)
    return Options(
        priorities=list(Priority.objects.all()),
        categories=category_options(),
        types=list(TicketType.objects.filter(is_active=True, flow=ticket.status.flow_id)),
        colleagues=list(Person.objects.filter(staff, account__is_active=True).distinct()),
    )


@dataclass(frozen=True, kw_only=True)
class NewOptions:
    """What the form of a new ticket offers to staff."""

    priorities: list[Priority]
    categories: list[tuple[int, str]]
    types: list[TicketType]
    departments: list[Department]


def options_for_new() -> NewOptions:
    """Return the choices for a ticket that staff take down."""
    return NewOptions(
        priorities=list(Priority.objects.all()),
        categories=category_options(),
        types=list(TicketType.objects.filter(is_active=True)),
        departments=open_departments(),
    )


def category_options() -> list[tuple[int, str]]:
    """Return the tree of categories as flat choices, each with its path."""
    children: defaultdict[int | None, list[Category]] = defaultdict(list)
    for one in Category.objects.all():
        children[one.parent_id].append(one)
    return list(_with_path(children, None, ""))


def _with_path(
    children: Mapping[int | None, list[Category]], above: int | None, path: str
) -> Iterator[tuple[int, str]]:
    for one in children.get(above, []):
        words = f"{path} › {one.label}" if path else one.label
        if one.is_active:
            yield one.pk, words
        yield from _with_path(children, one.pk, words)
