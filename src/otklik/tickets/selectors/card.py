"""What stands beside a ticket: its customer, fields, deadlines, links and followers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject

from otklik.core.prepared import Given, Prepared
from otklik.core.wording import word
from otklik.people.models import Account, Actor, EmailAddress, Organization, Person, PhoneNumber
from otklik.tickets.models import Copied, Draft, Follow, Ticket, TicketLink
from otklik.tickets.models.ticket import TicketQuerySet
from otklik.tickets.models.worked import Worked
from otklik.tickets.policies import works_on

LATEST = 5


@dataclass(frozen=True, kw_only=True)
class PastTicket:
    """One of a customer's latest tickets, for a line in a list."""

    number: str
    subject: str
    phase: str
    status: str
    created_at: datetime
    is_escalated: bool


@dataclass(frozen=True, kw_only=True)
class CopyRow:
    """Somebody who gets copies, or whom a letter proposes for that."""

    pk: int
    address: str
    name: str
    state: str


@dataclass(frozen=True, kw_only=True)
class CustomerCard:
    """A customer as staff see them beside a ticket."""

    person: Person
    organization: Organization | None
    emails: list[str]
    phones: list[str]
    login: str
    past_count: int  # tickets that the actor may see, this one not counted
    past: list[PastTicket]
    followers: list[Person]  # of the ticket that it stands beside
    has_links: bool  # that ticket, to others
    copies: list[CopyRow]  # who gets copies of what is said there, or is proposed to
    draft: dict[str, Any] | None  # the actor's own under that ticket: body, is_note, uploads


def customer_card(actor: Actor, requester_id: int, besides: int | None = None) -> CustomerCard:
    """Return a customer with their latest tickets, who follows this one, and the own draft.

    One query.
    """
    (person,) = _CARD.rows(actor, requester=requester_id, besides=besides or 0)
    return CustomerCard(
        person=person,
        organization=person.organization,
        emails=person.found_emails or [],
        phones=person.found_phones or [],
        login=person.found_login or "",
        past_count=person.found_count or 0,
        past=[_past(row) for row in person.found_past],
        followers=[Person(**row) for row in person.found_followers],
        has_links=person.found_links,
        copies=[CopyRow(**row) for row in person.found_copies],
        draft=person.found_draft,
    )


def _card(mine: TicketQuerySet) -> QuerySet[Any]:
    tickets = mine.filter(requester=OuterRef("pk")).exclude(pk=Given("besides"))
    return (
        Person.objects.select_related("organization")
        .annotate(
            found_emails=Subquery(_collected(EmailAddress, "address")),
            found_phones=Subquery(_collected(PhoneNumber, "number")),
            found_login=Subquery(Account.objects.filter(person=OuterRef("pk")).values("login")[:1]),
            found_past=ArraySubquery(_latest(tickets)),
            found_count=Subquery(
                tickets.order_by().values("requester").annotate(n=Count("pk")).values("n")
            ),
            found_followers=ArraySubquery(_followers()),
            found_links=Exists(_links_of("besides")),
            found_copies=ArraySubquery(_copies()),
            found_draft=Subquery(_draft()),
        )
        .filter(pk=Given("requester"))
    )


def _latest(tickets: QuerySet[Ticket]) -> QuerySet[Any]:
    line = JSONObject(
        number="number",
        subject="subject",
        phase="phase",
        names="status__names",
        created_at="created_at",
        escalated_at="escalated_at",
    )
    return tickets.order_by("-created_at").values(json=line)[:LATEST]


def _past(row: dict[str, Any]) -> PastTicket:
    at = datetime.fromisoformat(row["created_at"])
    words = {name: row[name] for name in ("number", "subject", "phase")}
    return PastTicket(
        **words,
        status=word(row["names"]),
        created_at=at,
        is_escalated=row["escalated_at"] is not None,
    )


def _followers() -> QuerySet[Any]:
    name = JSONObject(id="person_id", given_name="person__given_name", surname="person__surname")
    return Follow.objects.filter(ticket=Given("besides")).order_by("pk").values(json=name)


def _copies() -> QuerySet[Any]:
    named = Copied.objects.filter(ticket=Given("besides")).exclude(state=Copied.State.DECLINED)
    line = JSONObject(pk="pk", address="address", name="name", state="state")
    return named.order_by("pk").values(json=line)


def _draft() -> QuerySet[Any]:
    mine = Draft.objects.filter(ticket=Given("besides"), author=Given("person"), as_customer=False)
    return mine.values(json=JSONObject(body="body", is_note="is_note", uploads="uploads"))


def _collected(model: type[EmailAddress | PhoneNumber], column: str) -> QuerySet[EmailAddress]:
    rows = model.objects.filter(person=OuterRef("pk")).order_by().values("person")
    found = rows.annotate(all=ArrayAgg(column, order_by=["-is_primary", "pk"]))
    return found.values("all")  # type: ignore[return-value]  # either model gives one column


@dataclass(frozen=True, kw_only=True)
class LinkRow:
    """A linked ticket, seen from the one that is open."""

    link_id: int | None  # None: made from the other side
    key: str  # of the kind
    kind: str  # in words
    ticket: Ticket


def linked_tickets(actor: Actor, ticket: Ticket) -> list[LinkRow]:
    """Return the linked tickets that the actor may see as well."""
    rows = _LINKS.rows(ticket=ticket.pk)
    found = [
        LinkRow(
            link_id=row.pk if is_own else None,
            key=row.kind,
            kind=str(TicketLink.Kind(row.kind).label),
            ticket=row.target if is_own else row.source,
        )
        for row in rows
        for is_own in [row.source_id == ticket.pk]
    ]
    return [row for row in found if works_on(actor, row.ticket)]


def _links_of(ticket: str) -> QuerySet[TicketLink]:
    return TicketLink.objects.filter(Q(source=Given(ticket)) | Q(target=Given(ticket)))


_CARD: Final = Worked(_card)
_LINKED: Final = ("id", "number", "subject", "department", "assignee", "escalated_at")
_LINKS: Final = Prepared(
    lambda: (
        _links_of("ticket")
        .select_related("source", "target")
        .only(
            "kind",
            *(f"{end}__{column}" for end in ("source", "target") for column in _LINKED),
        )
    )
)


def request_counts(people: list[int], actor: Actor) -> dict[int, int]:
    """Count the tickets of some people that the actor may see, in one query."""
    rows = Ticket.objects.worked_by(actor).filter(requester__in=people).order_by()
    return dict(rows.values_list("requester").annotate(Count("pk")))
