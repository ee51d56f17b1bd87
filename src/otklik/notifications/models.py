from functools import reduce
from operator import or_
from typing import Final

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from otklik.mail.models import Mailbox, Sender
from otklik.people.models import Account, Department, Person
from otklik.tickets.models import Ticket


def about_one_thing(name: str) -> models.CheckConstraint:
    """Return the constraint that a row is about a ticket, a mailbox or a sender."""
    things = ("ticket", "mailbox", "sender")
    each = (Q(**{f"{thing}__isnull": thing != one for thing in things}) for one in things)
    return models.CheckConstraint(name=name, condition=reduce(or_, each))


class Notification(models.Model):
    """One thing that one person should hear of, once: of a ticket, a mailbox or a sender."""

    class Kind(models.TextChoices):
        NEW_TICKET = "new_ticket", _("New in the queue")
        MESSAGE = "message", _("New message")
        NOTE = "note", _("Internal note")
        ASSIGNED = "assigned", _("Assigned to me")
        STATUS = "status", _("Status of my request")
        TRANSFERRED = "transferred", _("Passed to my department")
        ESCALATED = "escalated", _("Escalated")
        RATED = "rated", _("Rated")
        UNSENT = "unsent", _("A letter that did not leave")
        QUARANTINED = "quarantined", _("A letter in quarantine")
        SILENT = "silent", _("A silent mailbox")

    account = models.ForeignKey(Account, models.CASCADE, related_name="notifications")
    ticket = models.ForeignKey(Ticket, models.CASCADE, null=True, related_name="+", db_index=False)
    mailbox = models.ForeignKey(
        Mailbox, models.CASCADE, null=True, related_name="+", db_index=False
    )
    sender = models.ForeignKey(Sender, models.CASCADE, null=True, related_name="+", db_index=False)
    kind = models.CharField(max_length=12, choices=Kind)
    cause = models.CharField(max_length=60)  # what it tells of: told once, however often it is put
    actor = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+", db_index=False)
    actor_name = models.CharField(max_length=310, blank=True)  # as it was then
    as_customer = models.BooleanField(default=False)  # leads to the request, not the workspace
    created_at = models.DateTimeField()
    # how often it came since it was last read, of a mailbox or a sender
    times = models.PositiveIntegerField(default=1, db_default=1)
    # of what is brought up to date, not told anew: when it last came to the top
    popped_at = models.DateTimeField(null=True)
    # looked at, or settled: of a new ticket once somebody has taken it up
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["account", "cause"], name="person_is_told_once"),
            models.UniqueConstraint(
                fields=["account", "ticket"],
                condition=Q(kind="rated", read_at__isnull=True),
                name="unread_rating_is_one",
            ),
            about_one_thing("notification_is_about_one_thing"),
            models.UniqueConstraint(
                fields=["account", "kind", "mailbox", "sender"],
                condition=Q(ticket__isnull=True, read_at__isnull=True),
                nulls_distinct=False,
                name="unread_of_mail_is_one",
            ),
        ]
        indexes = [
            models.Index(
                fields=["account", "-id"], condition=Q(read_at__isnull=True), name="unread_of"
            ),
            models.Index(fields=["account", "-id"], name="told_to"),
            models.Index(fields=["ticket"], name="notifications_of_ticket"),
            # for the removal of either
            models.Index(
                fields=["mailbox"], condition=Q(mailbox__isnull=False), name="told_of_mailbox"
            ),
            models.Index(
                fields=["sender"], condition=Q(sender__isnull=False), name="told_of_sender"
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.kind} for {self.account_id}"


URGENT: Final = "urgent"
"""By letter only: what a customer writes in a ticket that is escalated."""


class LetterHabits(models.Model):
    """Of what somebody is written to, and when, in their own zone."""

    class Rhythm(models.TextChoices):
        AT_ONCE = "at_once", _("At once")
        HOURLY = "hourly", _("Once an hour, together")
        DAILY = "daily", _("Once a day, together")

    kinds = models.JSONField(default=list)  # of Notification.Kind, and URGENT
    rhythm = models.CharField(max_length=7, choices=Rhythm, default=Rhythm.AT_ONCE)
    daily_hour = models.PositiveSmallIntegerField(default=8)
    # no letters between these hours; both or none
    quiet_from = models.PositiveSmallIntegerField(null=True)
    quiet_until = models.PositiveSmallIntegerField(null=True)
    is_quiet_on_weekends = models.BooleanField(default=False)

    class Meta:
        abstract = True

    @override
    def __str__(self) -> str:
        return f"{self.rhythm} for {self.pk}"

    def take(self, other: "LetterHabits") -> None:
        """Become as another, unsaved."""
        for field in LetterHabits._meta.fields:
            setattr(self, field.name, getattr(other, field.name))


def _habits_are_sound(of: str = "") -> list[models.BaseConstraint]:
    return [
        models.CheckConstraint(
            name=f"{of}letter_rhythm_is_known",
            condition=Q(rhythm__in=["at_once", "hourly", "daily"]),
        ),
        models.CheckConstraint(name=f"{of}daily_hour_is_one", condition=Q(daily_hour__lt=24)),
        models.CheckConstraint(
            name=f"{of}quiet_hours_begin_and_end",
            condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
            | Q(quiet_from__lt=24, quiet_until__lt=24) & ~Q(quiet_from=F("quiet_until")),
        ),
    ]


class LetterChoice(LetterHabits):
    """What somebody has chosen to hear of by letter; without a row, what their department says."""

    account = models.OneToOneField(
        Account, models.CASCADE, primary_key=True, related_name="letter_choice"
    )

    class Meta:
        constraints = _habits_are_sound()


class DepartmentLetters(LetterHabits):
    """What those of a department hear of by letter who have chosen nothing themselves."""

    department = models.OneToOneField(
        Department, models.CASCADE, primary_key=True, related_name="letters"
    )

    class Meta:
        constraints = _habits_are_sound("department_")


class Notice(models.Model):
    """One thing that one person should hear of by letter, once: waiting, or put into the outbox."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="+", db_index=False)
    ticket = models.ForeignKey(Ticket, models.CASCADE, null=True, related_name="+", db_index=False)
    mailbox = models.ForeignKey(
        Mailbox, models.CASCADE, null=True, related_name="+", db_index=False
    )
    sender = models.ForeignKey(Sender, models.CASCADE, null=True, related_name="+", db_index=False)
    kind = models.CharField(max_length=12, choices=Notification.Kind)
    cause = models.CharField(max_length=60)  # as the notifications have it
    actor_name = models.CharField(max_length=310, blank=True)  # as it was then
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    failures = models.PositiveSmallIntegerField(default=0)
    put_at = models.DateTimeField(null=True)  # into the outbox

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["account", "cause"], name="letter_tells_once"),
            about_one_thing("notice_is_about_one_thing"),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(put_at__isnull=True), name="notices_that_wait"
            ),
            # how many letters somebody had lately; and what is forgotten
            models.Index(
                fields=["account", "put_at"],
                condition=Q(put_at__isnull=False),
                name="notices_put",
            ),
            models.Index(
                fields=["ticket"], condition=Q(ticket__isnull=False), name="notices_of_ticket"
            ),
            # for the removal of either
            models.Index(
                fields=["mailbox"], condition=Q(mailbox__isnull=False), name="notices_of_mailbox"
            ),
            models.Index(
                fields=["sender"], condition=Q(sender__isnull=False), name="notices_of_sender"
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.cause} for {self.account_id}"


class News(models.Model):
    """Something that happened to a ticket or to mail and that people are still to be told of.

    Written with what happened, gone with the notifications that tell of it.
    """

    ticket = models.ForeignKey(Ticket, models.CASCADE, null=True, related_name="+", db_index=False)
    mailbox = models.ForeignKey(
        Mailbox, models.CASCADE, null=True, related_name="+", db_index=False
    )
    sender = models.ForeignKey(Sender, models.CASCADE, null=True, related_name="+", db_index=False)
    kind = models.CharField(max_length=12, choices=Notification.Kind)
    cause = models.CharField(max_length=60)  # as the notifications will have it
    actor = models.ForeignKey(Person, models.CASCADE, null=True, related_name="+", db_index=False)
    to_customer = models.BooleanField(default=False)
    # of a ticket that was given to somebody; by the time of telling another may have it.
    # Of a reply that did not leave: who wrote it
    given_to = models.ForeignKey(
        Person, models.CASCADE, null=True, related_name="+", db_index=False
    )
    in_pages_only = models.BooleanField(default=False, db_default=False)  # told by no letter
    due_at = models.DateTimeField()  # later after each failure
    failures = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["pk"]
        constraints = [about_one_thing("news_are_about_one_thing")]

    @override
    def __str__(self) -> str:
        return f"{self.cause} waits"

    @property
    def is_taking_up(self) -> bool:
        """Somebody was given the ticket, or the desk answered or moved it."""
        return self.to_customer or self.kind == Notification.Kind.ASSIGNED
