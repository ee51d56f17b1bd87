from django.db import models
from django.db.models import Q
from typing_extensions import override

from otklik.people.models import Person
from otklik.tickets.models.ticket import Ticket


class Rating(models.Model):
    """What the customer thought of a solution and of the agent: 1 (bad) to 5 (good)."""

    ticket = models.OneToOneField(Ticket, models.PROTECT, related_name="rating")
    rater = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    agent = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="ratings"
    )  # who solved it
    solution = models.PositiveSmallIntegerField()
    service = models.PositiveSmallIntegerField(null=True, blank=True)  # the agent's work
    comment = models.TextField(blank=True)
    suggestion = models.TextField(blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="rating_is_one_to_five",
                condition=Q(solution__gte=1, solution__lte=5)
                & (Q(service__isnull=True) | Q(service__gte=1, service__lte=5)),
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.solution} for {self.ticket_id}"

    def is_of_present_solution(self, ticket: Ticket) -> bool:
        """Tell whether it came after the solution that stands now: of another it says nothing."""
        return ticket.resolved_at is None or self.created_at >= ticket.resolved_at
