from django.db import models
from django.db.models import F, Q
from typing_extensions import override

from otklik.core.wording import word


class Priority(models.Model):
    """One of the five levels, with the times that the desk promises for it."""

    level = models.PositiveSmallIntegerField(primary_key=True)  # 1 very low … 5 very high
    names = models.JSONField(default=dict)
    reply_within = models.DurationField()  # first answer
    solve_within = models.DurationField()

    class Meta:
        ordering = ["-level"]
        constraints = [
            models.CheckConstraint(
                name="priority_is_one_to_five", condition=Q(level__gte=1, level__lte=5)
            ),
            models.CheckConstraint(
                name="reply_comes_before_solution",
                condition=Q(reply_within__lte=F("solve_within")),
            ),
        ]

    @override
    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return word(self.names)
