from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from otklik.people.models import Person
from otklik.tickets.models.ticket import Ticket


class Copied(models.Model):
    """Somebody who is to get a copy of what is said in public, once that is confirmed.

    To be named in a letter only proposes it. Whoever is confirmed may answer by letter; nobody
    comes to see the ticket by it.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Proposed")
        CONFIRMED = "confirmed", _("Gets copies")
        DECLINED = "declined", _("Declined")

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="copied", db_index=False)
    address = models.CharField(max_length=254)  # canonical
    name = models.CharField(max_length=300, blank=True)  # as the letter said: proves nothing
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )  # once confirmed
    state = models.CharField(max_length=9, choices=State, default=State.PROPOSED)
    proposed_by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["ticket", "address"], name="copied_once_in_a_ticket"),
            models.CheckConstraint(
                name="copied_address_is_canonical",
                condition=Q(address=Lower("address"), address__contains="@"),
            ),
            models.CheckConstraint(
                name="copied_is_decided_iff_not_proposed",
                condition=Q(state="proposed", decided_by__isnull=True, decided_at__isnull=True)
                | Q(
                    state__in=["confirmed", "declined"],
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="copied_who_is_confirmed_is_somebody",
                condition=~Q(state="confirmed") | Q(person__isnull=False),
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.address} in {self.ticket_id}"
