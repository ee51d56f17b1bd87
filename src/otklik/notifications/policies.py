"""Who hears of what: only those who may see the ticket, never who did it.

Of mailboxes and senders hear those who look after them: administrators, and of letters in
quarantine also the heads of the mailbox's department.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Self

from django.db.models import Q, QuerySet

from otklik.core.prepared import Given, among
from otklik.notifications.models import (
    URGENT,
    DepartmentLetters,
    LetterChoice,
    News,
    Notice,
    Notification,
)
from otklik.people.models import Account, Actor, Department, Role
from otklik.people.policies import actor_for
from otklik.tickets.models import Follow, Ticket
from otklik.tickets.policies import works_on

Kind = Notification.Kind
USUALLY_WRITTEN: Final = (
    *(Kind.NEW_TICKET, Kind.ASSIGNED, Kind.TRANSFERRED, Kind.ESCALATED),
    *(Kind.UNSENT, Kind.SILENT, URGENT),
)
"""Of what those hear by letter who have not chosen: what waits for them or is in trouble."""
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


def written_kinds_for(actor: Actor) -> list[str]:
    """Return the kinds of news that an actor may have by letter: none for customers."""
    if not actor.is_staff:
        return []
    return _with_urgent(kinds_for(actor))


def _with_urgent(of_pages: Iterable[Kind]) -> list[str]:
    kinds: list[str] = list(of_pages)
    kinds.insert(kinds.index(Kind.MESSAGE) + 1, URGENT)
    return kinds


def kinds_of_departments() -> list[str]:
    """Return the kinds of news of which a department may say whether its people are written to."""
    return [kind for kind in _with_urgent(Kind) if kind != Kind.SILENT]


def usuals() -> list[DepartmentLetters]:
    """Return what departments say of letters, in the order of the departments."""
    rows = DepartmentLetters.objects.select_related("department")
    return list(rows.order_by("department__position", "department"))


def said_of(department: Department) -> DepartmentLetters:
    """Return what a department says of letters; unsaved and the usual where it says nothing."""
    try:
        return department.letters
    except DepartmentLetters.DoesNotExist:
        decided = kinds_of_departments()
        kinds = [kind for kind in USUALLY_WRITTEN if kind in decided]
        return DepartmentLetters(department=department, kinds=kinds)


def choice_of(account: Account, said: Iterable[DepartmentLetters] | None = None) -> LetterChoice:
    """Return what somebody has chosen to hear of by letter.

    Who has chosen nothing has what the first of their departments `said` that says anything, or
    else the usual. What departments do not decide on stays as usual.
    """
    try:
        return account.letter_choice
    except LetterChoice.DoesNotExist:
        choice = LetterChoice(account=account, kinds=list(USUALLY_WRITTEN))
    own = {one.department_id for one in account.person.memberships.all()}
    for one in usuals() if said is None else said:
        if one.department_id in own:
            choice.take(one)
            decided = kinds_of_departments()
            choice.kinds = [*one.kinds, *(k for k in USUALLY_WRITTEN if k not in decided)]
            break
    return choice


def _as_written(news: News) -> Iterator[tuple[str, Kind]]:
    """Yield by which choices some news are written of, and whom each concerns.

    What a customer writes in an escalated ticket concerns all whom its escalation does.
    """
    yield news.kind, Kind(news.kind)
    if news.kind == Kind.MESSAGE and news.ticket is not None and news.ticket.is_escalated:
        yield URGENT, Kind.ESCALATED


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
    """Somebody who can sign in, with their rights and what they want written, as of this moment."""

    account: Account
    actor: Actor
    choice: LetterChoice

    @classmethod
    def of(cls, account: Account, said: Iterable[DepartmentLetters] | None = None) -> Self:
        return cls(account, actor_for(account), choice_of(account, said))

    def is_member(self, department_id: int) -> bool:
        return department_id in self.actor.roles

    def is_head(self, department_id: int) -> bool:
        """Head of a department, or administrator."""
        return self.actor.is_administrator or self.actor.roles.get(department_id) in LEADERS

    def did(self, news: News) -> bool:
        """Nobody hears of what they did themselves."""
        return news.actor_id is not None and news.actor_id == self.actor.person_id

    def wants_shown(self, news: News) -> bool:
        """Wants to be told in the pages."""
        return news.kind not in self.account.muted_kinds

    def looks_after(self, news: News | Notice) -> bool:
        """Look after the mailbox or the sender that something is of."""
        if news.mailbox is not None and news.kind == Kind.QUARANTINED:
            return self.is_head(news.mailbox.department_id)
        return self.actor.is_administrator

    def still_hears(self, notice: Notice) -> bool:
        """May see what a letter would tell, and wants it: either may have changed as it waited."""
        ticket = notice.ticket
        if not self.wants_written(notice.kind):
            is_urgent = notice.kind == Kind.MESSAGE and ticket is not None and ticket.is_escalated
            if not is_urgent or not self.wants_written(URGENT):
                return False
        if ticket is None:
            return self.looks_after(notice)
        if notice.kind == Kind.ASSIGNED and ticket.assignee_id != self.actor.person_id:
            return False
        return works_on(self.actor, ticket)

    def wants_written(self, kind: str) -> bool:
        """Wants to be told by letter."""
        return kind in self.choice.kinds


@dataclass(frozen=True)
class Audience:
    """Everyone whom some news could concern, and who follows what; loaded by four queries."""

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
            .select_related("person__organization", "letter_choice")
            .prefetch_related("person__memberships")
            .distinct()
        )
        said = usuals()
        return cls([Listener.of(account, said) for account in accounts], followers)

    def hearing(self, news: News) -> Iterator[Listener]:
        """Yield who should hear of some news: the customer, or those who may see what it is of."""
        for listener in self.listeners:
            is_told = listener.wants_shown(news) and not listener.did(news)
            if is_told and self._concerns(news, Kind(news.kind), listener):
                yield listener

    def written_to(self, news: News) -> Iterator[Listener]:
        """Yield who should hear of some news by letter: only those who work here.

        Customers have replies and news of their requests by letters of mail's own.
        """
        if news.to_customer or news.in_pages_only:
            return
        for listener in self.listeners:
            if not listener.did(news) and any(
                listener.wants_written(word) and self._concerns(news, kind, listener)
                for word, kind in _as_written(news)
            ):
                yield listener

    def _concerns(self, news: News, kind: Kind, listener: Listener) -> bool:
        ticket = news.ticket
        if ticket is None:
            return listener.looks_after(news)
        if news.to_customer:
            return listener.actor.person_id == ticket.requester_id
        match kind:
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
