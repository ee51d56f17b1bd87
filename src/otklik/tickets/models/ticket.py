from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from otklik.core.codes import LONGEST
from otklik.core.prepared import Given, among
from otklik.core.text import MOST_CODE_POINTS
from otklik.people.models import Actor, Department, Person
from otklik.tickets.models.category import Category
from otklik.tickets.models.flow import Phase, Status
from otklik.tickets.models.form import TicketType
from otklik.tickets.models.priority import Priority

OPEN = ~Q(phase="closed")
SUBJECT_LIMIT = 100  # graphemes
LONGEST_SUBJECT = SUBJECT_LIMIT * MOST_CODE_POINTS
Many = Sequence[int]


class NumberCounter(models.Model):
    """The last number given under a prefix; locked while the next is taken, so none is skipped."""

    prefix = models.CharField(max_length=6, primary_key=True)
    last = models.PositiveBigIntegerField(default=0)

    @override
    def __str__(self) -> str:
        return f"{self.prefix}-{self.last}"


def _grounds(places: Many | Given, led: Many | Given | None, person: int | Given) -> list[Q]:
    own = Q(assignee=person)
    whole = Q(among("department", places), assignee__isnull=True)
    return [Q(among("department", led)), whole, own] if led else [whole, own]


class TicketQuerySet(models.QuerySet["Ticket"]):
    def worked_by(self, actor: Actor) -> Self:
        """Tickets that the actor sees as staff: the vertical and the horizontal right in one rule.

        An administrator sees all; a coordinator or supervisor all of the departments they lead;
        an agent those sent to one of their departments as a whole, or to them in person.
        """
        if actor.is_administrator:
            return self.all()
        if not actor.roles:
            return self.none()
        return self.on_grounds(
            places=list(actor.roles), led=actor.led_departments, person=actor.person_id
        )

    def worked_by_ground(self, actor: Actor) -> list[Self]:
        """`worked_by` in parts, one for each ground to see a ticket; a part has its own index."""
        if actor.is_administrator or not actor.roles:
            return [self.worked_by(actor)]
        return [
            self.filter(ground)
            for ground in _grounds(list(actor.roles), actor.led_departments, actor.person_id)
        ]

    def on_grounds(
        self, *, places: Many | Given, led: Many | Given | None, person: int | Given
    ) -> Self:
        """`worked_by` of a colleague who is no administrator, in plain values or `Given` ones."""
        return self.filter(reduce(or_, _grounds(places, led, person)))

    def requested_by(self, actor: Actor) -> Self:
        """Tickets that the actor sees as a customer: their own, and those their company shares."""
        return self.asked_by(person=actor.person_id, organization=actor.shared_organization_id)

    def asked_by(self, *, person: int | Given, organization: int | Given | None) -> Self:
        """`requested_by` of somebody, in plain values or `Given` ones."""
        own = Q(requester=person)
        if organization is not None:
            # by keys: a condition on the joined table would read the whole archive
            known = Q(organization=organization) | Q(pk=person)
            own = Q(requester__in=Person.objects.filter(known).values("pk"))
        return self.filter(own)

    def visible_to(self, actor: Actor) -> Self:
        """Tickets that the actor may know of at all, as staff or as a customer."""
        if actor.is_administrator:
            return self.all()
        return self.worked_by(actor) | self.requested_by(actor)

    def open(self) -> Self:
        return self.filter(OPEN)


class Ticket(models.Model):
    """One request for help, from first contact to confirmed answer."""

    class Source(models.TextChoices):
        WEB = "web", _("This site")
        EMAIL = "email", _("E-mail")
        CHAT = "chat", _("Chat")
        PHONE = "phone", _("Telephone")
        API = "api", _("API")
        MESSENGER = "messenger", _("Messenger")
        FORM = "form", _("Form on a site")

    class Turn(models.TextChoices):
        OURS = "ours", _("Our answer is awaited")
        THEIRS = "theirs", _("The customer's answer is awaited")
        NOBODY = "", _("Nobody's answer is awaited")

    number = models.CharField(max_length=20)  # what people say aloud: IT-1042
    subject = models.CharField(max_length=LONGEST_SUBJECT)
    type = models.ForeignKey(TicketType, models.PROTECT, related_name="tickets")
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="tickets"
    )
    priority = models.ForeignKey(Priority, models.PROTECT, related_name="+", db_index=False)
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="tickets", db_index=False
    )
    requester = models.ForeignKey(Person, models.PROTECT, related_name="requests", db_index=False)
    creator = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    owner = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )  # the colleague who answers for the outcome, whoever works on it
    assignee = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="work", db_index=False
    )  # the one who works on it now
    status = models.ForeignKey(Status, models.PROTECT, related_name="tickets", db_index=False)
    phase = models.CharField(max_length=8, choices=Phase)  # of the status; see the migration
    turn = models.CharField(max_length=6, choices=Turn, default=Turn.OURS, blank=True)
    source = models.CharField(max_length=10, choices=Source, default=Source.WEB)
    language = models.CharField(max_length=LONGEST, default="en")
    tags = ArrayField(models.CharField(max_length=50), default=list, blank=True)
    values = models.JSONField(default=dict, blank=True)  # {field key: value}
    version = models.PositiveIntegerField(default=1)  # rises with every change; the ETag
    # The same for its customers: these stand still when colleagues write notes or tag it.
    public_version = models.PositiveIntegerField(default=1)
    public_at = models.DateTimeField()  # the last thing that happened in their sight
    has_public_files = models.BooleanField(default=False)

    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()  # the last thing that happened
    entered_at = models.DateTimeField()  # into the present status
    first_replied_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    reply_due_at = models.DateTimeField(null=True, blank=True)  # first answer promised by
    solve_due_at = models.DateTimeField(null=True, blank=True)  # solution promised by
    # how long the clocks stood still: pending, or resolved and reopened; in both promises already
    rested = models.DurationField(default=timedelta, db_default=timedelta())
    expected_at = models.DateTimeField(null=True, blank=True)  # what staff told the customer
    escalated_at = models.DateTimeField(null=True, blank=True)  # null: not escalated
    escalated_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    last_words = models.CharField(max_length=300, blank=True)  # start of the last public message
    last_author = models.CharField(max_length=310, blank=True)
    has_files = models.BooleanField(default=False)

    objects = TicketQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["number"], name="ticket_number_is_unique"),
            models.CheckConstraint(name="ticket_has_a_subject", condition=~Q(subject="")),
            models.CheckConstraint(
                name="ticket_closed_iff_stamped",
                condition=Q(phase="closed", closed_at__isnull=False)
                | (~Q(phase="closed") & Q(closed_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="ticket_resolved_is_stamped",
                condition=~Q(phase="resolved") | Q(resolved_at__isnull=False),
            ),
            models.CheckConstraint(
                name="ticket_assigned_has_assignee",
                condition=~Q(phase="assigned") | Q(assignee__isnull=False),
            ),
            models.CheckConstraint(
                name="ticket_escalated_by_someone",
                condition=Q(escalated_at__isnull=True, escalated_by__isnull=True)
                | Q(escalated_at__isnull=False, escalated_by__isnull=False),
            ),
        ]
        indexes = [
            # The queue reads open tickets only, so these follow the open work, not the archive.
            models.Index(fields=["-updated_at", "-id"], condition=OPEN, name="open_by_news"),
            models.Index(fields=["-created_at", "-id"], condition=OPEN, name="open_by_age"),
            models.Index(fields=["solve_due_at", "id"], condition=OPEN, name="open_by_deadline"),
            models.Index(
                fields=["-priority", "solve_due_at", "id"], condition=OPEN, name="open_by_priority"
            ),
            models.Index(fields=["-id"], condition=OPEN, name="open_by_number"),
            models.Index(fields=["department", "assignee"], condition=OPEN, name="open_of_place"),
            models.Index(fields=["assignee", "-updated_at"], condition=OPEN, name="open_of_agent"),
            # the counts of views, beside every page: answered by the index alone
            models.Index(
                fields=[
                    *("department", "turn", "phase"),
                    *("assignee", "solve_due_at", "escalated_at"),
                ],
                condition=OPEN,
                name="open_counted",
            ),
            # the view of what was resolved today
            models.Index(
                fields=["-resolved_at"],
                condition=Q(resolved_at__isnull=False),
                name="tickets_by_solution",
            ),
            # lists over the archive: the portal, the caller's card, filters by people and places
            models.Index(fields=["requester", "-created_at"], name="tickets_of_requester"),
            models.Index(fields=["assignee", "-id"], name="tickets_of_assignee"),
            models.Index(fields=["department", "-id"], name="tickets_of_department"),
            models.Index(
                fields=["department", "-id"],
                condition=Q(assignee__isnull=True),
                name="tickets_of_nobody",
            ),
            models.Index(fields=["-updated_at", "-id"], name="tickets_by_news"),
            GinIndex(fields=["tags"], name="tickets_by_tag"),
            GinIndex(fields=["values"], opclasses=["jsonb_path_ops"], name="tickets_by_value"),
            # parts of words and codes in the subject, and beginnings of numbers, as Django asks
            GinIndex(OpClass(Upper("subject"), name="gin_trgm_ops"), name="tickets_like_subject"),
            models.Index(
                OpClass(F("number"), name="varchar_pattern_ops"), name="tickets_like_number"
            ),
        ]

    @override
    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        return self.phase != Phase.CLOSED

    @property
    def stage_due_at(self) -> datetime | None:
        """Until when it may stay in its status; None without a limit, and when it is closed."""
        limit = self.status.time_limit if self.is_open else None
        return self.entered_at + limit if limit else None

    @property
    def is_escalated(self) -> bool:
        return self.escalated_at is not None
