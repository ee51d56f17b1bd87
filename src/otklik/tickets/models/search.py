from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from typing_extensions import override

from otklik.tickets.models.ticket import Ticket


class TicketText(models.Model):
    """The words of a ticket, as search sees them; grows with each message.

    Two vectors, so that a customer's search cannot touch a note.
    """

    ticket = models.OneToOneField(Ticket, models.CASCADE, primary_key=True, related_name="text")
    public = SearchVectorField()  # subject, public messages, their file names, fields shown
    everything = SearchVectorField()  # the same and notes, staff's fields

    class Meta:
        indexes = [
            GinIndex(fields=["public"], name="search_by_customers"),
            GinIndex(fields=["everything"], name="search_by_staff"),
        ]

    @override
    def __str__(self) -> str:
        return f"words of {self.ticket_id}"
