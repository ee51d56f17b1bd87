from django.db import models
from typing_extensions import override

from otklik.core.wording import word
from otklik.tickets.models.category import Category
from otklik.tickets.models.form import TicketType


class TypicalProblem(models.Model):
    """A request that many make, half written: customers choose it and fill in the rest."""

    key = models.SlugField(max_length=48)
    names = models.JSONField(default=dict)  # what customers choose; also the subject
    texts = models.JSONField(default=dict, blank=True)  # how the description begins, per language
    type = models.ForeignKey(TicketType, models.PROTECT, related_name="problems")
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="problems"
    )
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["key"], name="problem_key_is_unique")]

    @override
    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return word(self.names)

    @property
    def text(self) -> str:
        return word(self.texts)
