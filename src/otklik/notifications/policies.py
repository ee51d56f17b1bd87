"""Who hears of what: only those who may see the ticket, never who did it."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.db.models import Q

from otklik.notifications.models import News, Notification
from otklik.people.models import Account, Actor, Role
from otklik.people.policies import actor_for
from otklik.tickets.models import Follow, Ticket
from otklik.tickets.policies import works_on

Kind = Notification.Kind
LEADERS = (Role.COORDINATOR, Role.SUPERVISOR)


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
        tickets = {one.ticket_id: one.ticket for one in news}
        followers: defaultdict[int, set[int]] = defaultdict(set)
        for ticket_id, person in Follow.objects.filter(ticket__in=tickets).values_list(
            "ticket", "person"
        ):
            followers[ticket_id].add(person)
        people = {person for some in followers.values() for person in some}
        people |= {one.assignee_id for one in tickets.values() if one.assignee_id}
        people |= {one.ticket.requester_id for one in news if one.to_customer}
        among = Q(person__in=people) | Q(is_administrator=True)
        among |= Q(
            person__memberships__department__in={one.department_id for one in tickets.values()}
        )
        accounts = (
            Account.objects.filter(among, is_active=True)
            .select_related("person__organization")
            .prefetch_related("person__memberships")
            .distinct()
        )
        return cls([Listener(account, actor_for(account)) for account in accounts], followers)

    def hearing(self, news: News) -> Iterator[Listener]:
        """Yield who should hear of some news: the customer, or those who may see the ticket."""
        for listener in self.listeners:
            if listener.wants(news) and self._concerns(news, listener):
                yield listener

    def _concerns(self, news: News, listener: Listener) -> bool:
        ticket = news.ticket
        if news.to_customer:
            return listener.actor.person_id == ticket.requester_id
        match Kind(news.kind):
            case Kind.NEW_TICKET:
                among = listener.is_member(ticket.department_id)
            case Kind.TRANSFERRED:
                among = listener.is_member(ticket.department_id) or self._works(ticket, listener)
            case Kind.ESCALATED:
                among = listener.is_head(ticket.department_id) or self._works(ticket, listener)
            case Kind.ASSIGNED:
                given_to = news.given_to_id or ticket.assignee_id  # none: told by what ran before
                among = listener.actor.person_id == ticket.assignee_id == given_to
            case Kind.MESSAGE | Kind.NOTE | Kind.STATUS | Kind.RATED:
                among = self._works(ticket, listener)
        return among and works_on(listener.actor, ticket)

    def _works(self, ticket: Ticket, listener: Listener) -> bool:
        """Works on a ticket or follows it; nobody works: is of its department."""
        person = listener.actor.person_id
        if person in self.followers.get(ticket.pk, ()):
            return True
        if ticket.assignee_id is None:
            return listener.is_member(ticket.department_id)
        return person == ticket.assignee_id
