"""Who hears of what: only those who may see the ticket, never who did it.

Of mailboxes and senders hear those who look after them: administrators, and of letters in
quarantine also the heads of the mailbox's department.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from otklik.core.prepared import Given, among
from otklik.notifications.models import News, Notification
from otklik.people.models import Account, Actor, Role
from otklik.people.policies import actor_for
from otklik.tickets.models import Follow, Ticket
from otklik.tickets.policies import works_on

Kind = Notification.Kind
LEADERS = (Role.COORDINATOR, Role.SUPERVISOR)
OF_CUSTOMERS = (Kind.MESSAGE, Kind.STATUS)


def kinds_for(actor: Actor) -> list[Kind]:
    """Return the kinds of news that an actor may ever hear of, in their order."""
    if not actor.is_staff:
        return list(OF_CUSTOMERS)
    if actor.is_administrator:
        return list(Kind)
    others = {Kind.SILENT} if actor.led_departments else {Kind.SILENT, Kind.QUARANTINED}
    return [kind for kind in Kind if kind not in others]


def hears_of_mail(actor: Actor) -> bool:
    """Say whether there can be news of mailboxes or senders for the actor."""
    return actor.is_administrator or bool(actor.led_departments)


def of_mail_seen(
    rows: QuerySet[Notification], led: Sequence[int] | Given | None
) -> QuerySet[Notification]:
    """Narrow rows to those of mail that may be seen by who leads departments; None: by all of it.

    A mailbox that passed to another department takes its news along.
    """
    rows = rows.filter(ticket__isnull=True)
    if led is None:
        return rows
    return rows.filter(among("mailbox__department", led), kind=Kind.QUARANTINED)


@dataclass(frozen=True)
class Listener:
    """Somebody who can sign in, with their rights of this moment."""

    account: Account
    actor: Actor

    def is_member(self, department_id: int) -> bool:
        return department_id in self.actor.roles

    def is_head(self, department_id: int) -> bool:
        """Head of a department, or administrator."""
        return self.actor.is_administrator or self.actor.roles.get(department_id) in LEADERS

    def wants(self, news: News) -> bool:
        """Nobody hears of what they did themselves, nor of what they muted."""
        is_own = news.actor_id is not None and news.actor_id == self.actor.person_id
        return not is_own and news.kind not in self.account.muted_kinds


@dataclass(frozen=True)
class Audience:
    """Everyone whom some news could concern, and who follows what; loaded by three queries."""

    listeners: Sequence[Listener]
    followers: defaultdict[int, set[int]] = field(default_factory=lambda: defaultdict(set))

    @classmethod
    def of(cls, news: Sequence[News]) -> "Audience":
        tickets = {one.ticket_id: one.ticket for one in news if one.ticket}
        followers: defaultdict[int, set[int]] = defaultdict(set)
        for ticket_id, person in Follow.objects.filter(ticket__in=tickets).values_list(
            "ticket", "person"
        ):
            followers[ticket_id].add(person)
        people = {person for some in followers.values() for person in some}
        people |= {one.assignee_id for one in tickets.values() if one.assignee_id}
        people |= {one.ticket.requester_id for one in news if one.ticket and one.to_customer}
        places = {one.department_id for one in tickets.values()}
        places |= {one.mailbox.department_id for one in news if one.mailbox}
        concerned = Q(person__in=people) | Q(is_administrator=True)
        concerned |= Q(person__memberships__department__in=places)
        accounts = (
            Account.objects.filter(concerned, is_active=True)
            .select_related("person__organization")
            .prefetch_related("person__memberships")
            .distinct()
        )
        return cls([Listener(account, actor_for(account)) for account in accounts], followers)

    def hearing(self, news: News) -> Iterator[Listener]:
        """Yield who should hear of some news: the customer, or those who may see what it is of."""
        for listener in self.listeners:
            if listener.wants(news) and self._concerns(news, listener):
                yield listener

    def _concerns(self, news: News, listener: Listener) -> bool:
        ticket = news.ticket
        if ticket is None:
            return self._looks_after(news, listener)
        if news.to_customer:
            return listener.actor.person_id == ticket.requester_id
        match Kind(news.kind):
            case Kind.NEW_TICKET:
                concerns = listener.is_member(ticket.department_id)
            case Kind.TRANSFERRED:
                concerns = listener.is_member(ticket.department_id) or self._works(ticket, listener)
            case Kind.ESCALATED:
                concerns = listener.is_head(ticket.department_id) or self._works(ticket, listener)
            case Kind.ASSIGNED:
                given_to = news.given_to_id or ticket.assignee_id  # none: told by what ran before
                concerns = listener.actor.person_id == ticket.assignee_id == given_to
            case Kind.UNSENT if self._hears_as_writer(news, ticket):
                concerns = listener.actor.person_id == news.given_to_id
            case _:
                concerns = self._works(ticket, listener)
        return concerns and works_on(listener.actor, ticket)

    def _looks_after(self, news: News, listener: Listener) -> bool:
        if news.mailbox is not None and news.kind == Kind.QUARANTINED:
            return listener.is_head(news.mailbox.department_id)
        return listener.actor.is_administrator

    def _hears_as_writer(self, news: News, ticket: Ticket) -> bool:
        """Tell whether who wrote a reply may still see its ticket; else colleagues take it up."""
        return any(
            listener.actor.person_id == news.given_to_id and works_on(listener.actor, ticket)
            for listener in self.listeners
        )

    def _works(self, ticket: Ticket, listener: Listener) -> bool:
        """Works on a ticket or follows it; nobody works: is of its department."""
        person = listener.actor.person_id
        if person in self.followers.get(ticket.pk, ()):
            return True
        if ticket.assignee_id is None:
            return listener.is_member(ticket.department_id)
        return person == ticket.assignee_id
