from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from otklik.people.models import Person
from otklik.tickets.models.ticket import Ticket


class TicketLink(models.Model):
    """That two tickets have to do with each other."""

    class Kind(models.TextChoices):
        RELATED = "related", _("related to")
        PARENT = "parent", _("part of")  # source is a part of target
        DUPLICATE = "duplicate", _("duplicate of")
        MERGED = "merged", _("merged into")

    source = models.ForeignKey(Ticket, models.PROTECT, related_name="links_out")
    target = models.ForeignKey(Ticket, models.PROTECT, related_name="links_in")
    kind = models.CharField(max_length=10, choices=Kind)
    creator = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "target", "kind"], name="tickets_are_linked_once"
            ),
            models.CheckConstraint(
                name="ticket_is_not_linked_to_itself", condition=~Q(source=F("target"))
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.source_id} {self.kind} {self.target_id}"


class Follow(models.Model):
    """A colleague who wants to hear of a ticket as long as they may see it."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="follows")
    person = models.ForeignKey(Person, models.CASCADE, related_name="follows")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "person"], name="person_follows_once")
        ]

    @override
    def __str__(self) -> str:
        return f"{self.person_id} follows {self.ticket_id}"
