"""What a person should hear of."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from operator import attrgetter
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from otklik.core import clock
from otklik.core.prepared import Given, Prepared, prepared_cursor, typed
from otklik.mail.models import Outgoing
from otklik.notifications.models import Notification
from otklik.notifications.policies import hears_of_mail, of_mail_seen
from otklik.people.models import Account, Actor
from otklik.tickets.models import Ticket
from otklik.tickets.models.worked import NO_KEY, Worked
from otklik.tickets.selectors.escalations import escalation_reasons

MOST = 100  # in the list, and to count: the bell says "99+"
FRESH = 3  # pop-ups at once
JUST_NOW = timedelta(seconds=10)
Kind = Notification.Kind
State = Outgoing.State


@dataclass(frozen=True)
class Told:
    """A notification in words."""

    id: int
    words: str
    subject: str
    number: str
    url: str
    status: str  # as it is now, for customers
    reason: str  # why it was escalated
    row: Notification
    times: int = 1  # that the same person did the same to the same ticket, or it came to mail


@dataclass(frozen=True)
class Standing:
    """What an open page has to know of somebody's notifications."""

    newest: int  # the id after which everything is news
    unread: int  # at most MOST
    tells_of_shown: bool  # some of it is unread and about what the page shows
    plays_sound: bool
    shows_pop_ups: bool


@dataclass(frozen=True)
class Place:
    """A page of mail that shows what news of a kind tell of: of one mailbox, or of all."""

    kind: str
    mailbox_id: int | None = None


NOWHERE: Final = Place("")


def standing(actor: Actor, shown: str = "", place: Place = NOWHERE) -> Standing:
    """Count what a person has not read.

    `shown` is the number of the ticket on the page, `place` what a page of mail shows.
    """
    worked, worked_values = _UNREAD_WORKED.filled(actor, account=actor.account_id)
    asked, asked_values = _unread_asked(shares=actor.shared_organization_id is not None).filled(
        account=actor.account_id, person=actor.person_id, company=actor.shared_organization_id
    )
    mail, mail_values = _unread_of_mail(_sight_of_mail(actor)).filled(
        account=actor.account_id, led=actor.led_departments
    )
    account, mailbox = typed(actor.account_id), typed(place.mailbox_id)
    values = [account, *worked_values, *asked_values, *mail_values, typed(MOST)]
    values += [account, shown, account, place.kind, mailbox, mailbox, account]
    with prepared_cursor() as cursor:
        cursor.execute(_STANDING.format(worked=worked, asked=asked, mail=mail), values)
        return Standing(*cursor.fetchone())


def _unread(tickets: QuerySet[Ticket], *, as_customer: bool) -> QuerySet[Notification, Any]:
    """Return the unread ones of an account about these tickets, as many as are counted."""
    unread = Notification.objects.filter(account=Given("account"), read_at__isnull=True)
    return unread.filter(as_customer=as_customer, ticket__in=tickets).values("pk")[:MOST]


@cache
def _unread_asked(*, shares: bool) -> Prepared[Notification]:
    company = Given("company") if shares else None
    asked = Ticket.objects.asked_by(person=Given("person"), organization=company)
    return Prepared(lambda: _unread(asked, as_customer=True))


def _sight_of_mail(actor: Actor) -> str:
    if not hears_of_mail(actor):
        return "none"
    return "all" if actor.is_administrator else "led"


@cache
def _unread_of_mail(sight: str) -> Prepared[Notification]:
    """Return the unread ones of mail for a shape of rights, as `_unread` does."""
    rows = Notification.objects.filter(account=Given("account"), read_at__isnull=True)
    if sight == "none":
        return Prepared(lambda: rows.filter(pk=NO_KEY).values("pk"))
    led = Given("led") if sight == "led" else None
    return Prepared(lambda: of_mail_seen(rows, led).values("pk")[:MOST])


_UNREAD_WORKED: Final = Worked(lambda mine: _unread(mine, as_customer=False))
# In the order of Standing. Written out: every page asks, and building it takes longer than running.
_STANDING: Final = """
SELECT coalesce((SELECT max(id) FROM notifications_notification WHERE account_id = %s), 0),
    least((SELECT count(*) FROM ({worked}) AS staff) + (SELECT count(*) FROM ({asked}) AS own)
        + (SELECT count(*) FROM ({mail}) AS mail), %s),
    EXISTS (SELECT FROM notifications_notification WHERE account_id = %s AND read_at IS NULL
        AND ticket_id = (SELECT id FROM tickets_ticket WHERE number = %s))
    OR EXISTS (SELECT FROM notifications_notification WHERE account_id = %s AND read_at IS NULL
        AND ticket_id IS NULL AND kind = %s AND (mailbox_id = %s OR %s::bigint IS NULL)),
    plays_sound, shows_pop_ups
FROM people_account WHERE id = %s
"""


def muted_kinds(actor: Actor) -> list[str]:
    """Return the kinds of news that a person does not want to hear of."""
    return list(Account.objects.values_list("muted_kinds", flat=True).get(pk=actor.account_id))


def latest(actor: Actor) -> list[Told]:
    """Return the unread ones of what the person may still see, then the read, latest first.

    All that the bell counts are among them; what was told several times stands there once.
    """
    rows = Notification.objects.filter(account=actor.account_id)
    unread = _visible(actor, rows.filter(read_at__isnull=True), MOST)
    read = _visible(actor, rows.filter(read_at__isnull=False), MOST - len(unread))
    return _merged([*in_words(actor, unread), *in_words(actor, read)])


def _merged(told: Sequence[Told]) -> list[Told]:
    """Leave the latest of what one person did to one thing and what reads alike."""
    alike = defaultdict[tuple[object, ...], list[Told]](list)
    for one in told:
        said = (one.words, one.url, one.subject, one.reason)
        alike[one.row.actor_id, *said, one.row.read_at is None].append(one)
    return [replace(some[0], times=sum(one.times for one in some)) for some in alike.values()]


def fresh(actor: Actor, after: int, newest: int) -> list[Told]:
    """Return the few latest between two ids, oldest first, for pop-ups.

    What was read this moment is among them: the page that shows it reads it at once.
    """
    unread = Q(read_at__isnull=True) | Q(read_at__gt=clock.now() - JUST_NOW)
    rows = Notification.objects.filter(unread, account=actor.account_id)
    found = _visible(actor, rows.filter(pk__gt=after, pk__lte=newest), FRESH)
    return in_words(actor, found[::-1])


def told_page(
    actor: Actor, *, before: int | None, limit: int, is_unread: bool
) -> tuple[list[Told], bool]:
    """Return a page of all notifications of what the person may still see, and if more."""
    rows = Notification.objects.filter(account=actor.account_id)
    if is_unread:
        rows = rows.filter(read_at__isnull=True)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = _visible(actor, rows, limit + 1)
    return in_words(actor, found[:limit]), len(found) > limit


def _visible(actor: Actor, rows: QuerySet[Notification], most: int) -> list[Notification]:
    """Return the latest rows about what the person may see on the side they lead to."""
    rows = rows.select_related("ticket__status", "ticket__requester", "mailbox", "sender")
    rows = rows.order_by("-pk")
    worked = rows.filter(as_customer=False, ticket__in=Ticket.objects.worked_by(actor))
    asked = rows.filter(as_customer=True, ticket__in=Ticket.objects.requested_by(actor))
    found = [*worked[:most], *asked[:most]]
    if hears_of_mail(actor):
        led = None if actor.is_administrator else actor.led_departments
        found += of_mail_seen(rows, led)[:most]
    return sorted(found, key=attrgetter("pk"), reverse=True)[:most]


def in_words(actor: Actor, rows: Sequence[Notification]) -> list[Told]:
    """Say each in the language of the moment."""
    raised = {_escalation(row) for row in rows if row.kind == Kind.ESCALATED}
    reasons = escalation_reasons(raised) if raised else {}
    return [
        _of_mail(row) if row.ticket is None else _of_ticket(actor, row, row.ticket, reasons)
        for row in rows
    ]


def _escalation(row: Notification) -> tuple[int, int]:
    """Return the ticket and its version that a cause names: `escalated:TICKET:VERSION:s`."""
    return row.ticket_id or 0, int(row.cause.split(":")[2])


def _of_ticket(
    actor: Actor, row: Notification, ticket: Ticket, reasons: Mapping[tuple[int, int], str]
) -> Told:
    page = "request" if row.as_customer else "ticket"
    # who asks, also where a colleague registered it
    name = ticket.requester.name if row.kind == Kind.NEW_TICKET else row.actor_name
    return Told(
        id=row.pk,
        words=_ticket_words(actor, row, ticket) % {"name": name or _("The desk")},
        subject=ticket.subject,
        number=ticket.number,
        url=reverse(page, args=[ticket.number]),
        status=ticket.status.label if row.as_customer else "",
        reason=reasons.get(_escalation(row), "") if row.kind == Kind.ESCALATED else "",
        row=row,
    )


def _ticket_words(actor: Actor, row: Notification, ticket: Ticket) -> str:
    """Say what happened to a ticket, with a place for the name of who did it."""
    if row.kind == Kind.UNSENT:
        return _unsent_words(row.cause.split(":")[2])
    if row.kind == Kind.TRANSFERRED and ticket.department_id in actor.roles:
        return _("%(name)s passed a ticket to your department")
    return {
        Kind.NEW_TICKET: _("New request from %(name)s"),
        Kind.MESSAGE: _("%(name)s wrote"),
        Kind.NOTE: _("%(name)s left a note"),
        Kind.ASSIGNED: _("%(name)s gave you a ticket"),
        Kind.STATUS: _("%(name)s changed the status"),
        Kind.TRANSFERRED: _("%(name)s passed a ticket to another department"),
        Kind.ESCALATED: _("%(name)s escalated"),
        Kind.RATED: _("%(name)s rated the solution"),
    }[Kind(row.kind)]


def _unsent_words(state: str) -> str:
    """Say in which state a reply did not leave: `unsent:LETTER:STATE:SINCE:s` names it."""
    match state:
        case State.BOUNCED | State.FAILED:
            return _("A reply was refused by the mail server")
        case State.UNCERTAIN:
            return _("A reply may not have arrived")
        case _:
            return _("A reply has not left yet")


def _of_mail(row: Notification) -> Told:
    """Say what came to a mailbox or a sender, and where that is seen."""
    match Kind(row.kind):
        case Kind.QUARANTINED:
            words, url = _("A letter waits in quarantine"), reverse("mail_quarantine")
        case Kind.SILENT:
            words, url = _("A mailbox is silent"), reverse("setup_mailbox", args=[row.mailbox_id])
        case _:
            words, url = _("A letter did not leave"), reverse("mail_outbox")
    thing = row.mailbox.name if row.mailbox else row.sender.address if row.sender else ""
    return Told(
        id=row.pk,
        words=words,
        subject=thing,
        number="",
        url=url,
        status="",
        reason="",
        row=row,
        times=row.times,
    )
