from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from otklik.people.models import Person
from otklik.tickets.models.ticket import Ticket


class HistoryEntry(models.Model):
    """One fact in the life of a ticket. A trigger refuses to change or delete it."""

    class Kind(models.TextChoices):
        OPENED = "opened", _("opened")
        CHANGED = "changed", _("changed")  # a field: `field`, `old`, `new`
        STATUS = "status", _("status")
        ASSIGNED = "assigned", _("assignee")
        TRANSFERRED = "transferred", _("department")
        ESCALATED = "escalated", _("escalated")
        CALMED = "calmed", _("escalation ended")
        MESSAGE = "message", _("message")
        NOTE = "note", _("note")
        NOTE_EDITED = "note_edited", _("note edited")
        RATED = "rated", _("rated")
        LINKED = "linked", _("link")
        COPIED = "copied", _("copies")

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="history", db_index=False)
    at = models.DateTimeField()
    actor = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", db_index=False
    )  # null: the desk itself
    actor_name = models.CharField(max_length=310)  # as it was then
    kind = models.CharField(max_length=12, choices=Kind)
    field = models.CharField(max_length=40, blank=True)
    # {"id": …, "label": …} or a plain value: readable even when the thing is gone
    old = models.JSONField(null=True)
    new = models.JSONField(null=True)
    is_internal = models.BooleanField(default=False)  # not for the customer's timeline
    version = models.PositiveIntegerField()  # of the ticket after it

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["ticket", "id"], name="history_of_ticket"),
            # the timeline, cut by place; words stand there themselves
            models.Index(
                fields=["ticket", "at", "id"],
                condition=~Q(kind__in=["message", "note"]),
                name="facts_of_ticket",
            ),
            # what a person did, for the day's work
            models.Index(
                fields=["actor", "-at"], condition=Q(actor__isnull=False), name="deeds_of_person"
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.kind} {self.field} of {self.ticket_id}"
