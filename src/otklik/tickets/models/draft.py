from django.contrib.postgres.fields import ArrayField
from django.db import models
from typing_extensions import override

from otklik.people.models import Person
from otklik.tickets.models.ticket import Ticket


class Draft(models.Model):
    """What a person has typed under a ticket and not sent yet; nobody else ever sees it."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="+", db_index=False)
    author = models.ForeignKey(Person, models.CASCADE, related_name="+")
    as_customer = models.BooleanField(default=False)  # typed in the portal
    is_note = models.BooleanField(default=False)
    body = models.TextField()  # clean HTML
    uploads = ArrayField(models.CharField(max_length=32), default=list)  # tokens of its files
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "author", "as_customer"], name="draft_is_one_a_place"
            )
        ]

    @override
    def __str__(self) -> str:
        return f"draft of {self.author_id} under {self.ticket_id}"
