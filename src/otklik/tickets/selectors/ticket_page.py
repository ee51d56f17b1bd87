"""Everything that the page of one ticket shows to a colleague, in a fixed number of queries."""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import F, Q

from otklik.core.wording import word
from otklik.people.models import Actor, Department, Person
from otklik.tickets.models import Category, Priority, Ticket, TicketType, Transition
from otklik.tickets.policies import staff_moves
from otklik.tickets.selectors.card import (
    CustomerCard,
    LinkRow,
    customer_card,
    linked_tickets,
)
from otklik.tickets.selectors.timeline import Entry, staff_timeline
from otklik.tickets.selectors.values import ValueRow, value_rows


class TicketPage:
    """One ticket, whole. A part is read when it is first shown: a fragment reads its own only."""

    def __init__(self, actor: Actor, ticket: Ticket) -> None:
        self.actor = actor
        self.ticket = ticket

    @cached_property
    def entries(self) -> list[Entry]:
        return staff_timeline(self.actor, self.ticket)

    @cached_property
    def last_message(self) -> Entry | None:
        return next((one for one in reversed(self.entries) if one.kind == "message"), None)

    @cached_property
    def card(self) -> CustomerCard:
        return customer_card(self.actor, self.ticket.requester_id, besides=self.ticket.pk)

    @cached_property
    def moves(self) -> list[Transition]:
        return staff_moves(self.actor, self.ticket)

    @cached_property
    def values(self) -> list[ValueRow]:
        return value_rows(self.ticket)

    @cached_property
    def links(self) -> list[LinkRow]:
        return linked_tickets(self.actor, self.ticket)

    @property
    def followers(self) -> list[Person]:
        return self.card.followers

    @property
    def follows(self) -> bool:
        return any(person.pk == self.actor.person_id for person in self.followers)

    @property
    def category_path(self) -> str:
        return category_path(self.ticket.category)


def ticket_page(actor: Actor, ticket: Ticket) -> TicketPage:
    """Return the page of a ticket that the actor was allowed to find."""
    return TicketPage(actor, ticket)


def category_path(category: Category | None) -> str:
    """Say a category with the branch it stands on."""
    if category is None:
        return ""
    return f"{category.parent.label} › {category.label}" if category.parent else category.label


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
    rows = Category.objects.filter(is_active=True).annotate(above=F("parent__names"))
    tree = sorted(
        rows, key=lambda one: (one.parent_id or one.pk, one.parent_id is not None, one.position)
    )
    return [
        (one.pk, f"{word(one.above)} › {one.label}" if one.above else one.label) for one in tree
    ]
