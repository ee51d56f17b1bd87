from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from otklik.core.wording import word


class Phase(models.TextChoices):
    """What a status means to the clock and to the queue, whatever an administrator calls it."""

    NEW = "new", _("New")
    ASSIGNED = "assigned", _("Assigned")
    PROGRESS = "progress", _("In progress")
    PENDING = "pending", _("Pending")  # waits for the customer; clocks pause
    RESOLVED = "resolved", _("Resolved")  # waits for the customer's word
    CLOSED = "closed", _("Closed")
    REOPENED = "reopened", _("Reopened")


class Flow(models.Model):
    """A state machine that tickets of some types go through."""

    names = models.JSONField(default=dict)
    is_default = models.BooleanField(default=False)

    class Meta:
        ordering = ["-is_default", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], condition=Q(is_default=True), name="one_default_flow"
            ),
        ]

    @override
    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return word(self.names)


class Status(models.Model):
    """One stage of a flow."""

    flow = models.ForeignKey(Flow, models.CASCADE, related_name="statuses")
    key = models.SlugField(max_length=32)  # what queries and the API say
    names = models.JSONField(default=dict)
    phase = models.CharField(max_length=8, choices=Phase)
    position = models.PositiveSmallIntegerField(default=0)
    is_first = models.BooleanField(default=False)  # where new tickets of the flow begin
    # how long an open ticket may stay; longer is marked in lists and found by `is:stuck`
    time_limit = models.DurationField(null=True, blank=True)
    # fields that must hold a value before a ticket may enter this stage
    required_fields = models.ManyToManyField(
        "tickets.Field", blank=True, related_name="required_in"
    )

    class Meta:
        ordering = ["flow", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["flow", "key"], name="status_key_is_unique_in_flow"),
            models.UniqueConstraint(
                fields=["flow"], condition=Q(is_first=True), name="flow_has_one_first_status"
            ),
            models.UniqueConstraint(fields=["id", "phase"], name="status_has_one_phase"),
            models.CheckConstraint(
                name="status_phase_is_known", condition=Q(phase__in=Phase.values)
            ),
        ]

    @override
    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return word(self.names)


class Transition(models.Model):
    """A way from one status to another: who may go it, and what it demands."""

    class Who(models.TextChoices):
        CUSTOMER = "customer", _("Customer")
        AGENT = "agent", _("Agent")
        COORDINATOR = "coordinator", _("Coordinator")
        SUPERVISOR = "supervisor", _("Supervisor")

    source = models.ForeignKey(Status, models.CASCADE, related_name="ways_out")
    target = models.ForeignKey(Status, models.CASCADE, related_name="ways_in")
    names = models.JSONField(default=dict, blank=True)  # of the button; empty: the target's name
    allowed = ArrayField(models.CharField(max_length=12, choices=Who))  # administrators always
    demands_message = models.BooleanField(default=False)  # a public reply with the change
    demands_note = models.BooleanField(default=False)  # an internal note with the change
    demands_assignee = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "target"], name="one_way_between_two_statuses"
            ),
            models.CheckConstraint(name="transition_moves", condition=~Q(source=F("target"))),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.source_id} → {self.target_id}"

    @property
    def label(self) -> str:
        return word(self.names) or self.target.label
