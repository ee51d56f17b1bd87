from django.db import models
from django.db.models import Q
from typing_extensions import override


class Rules(models.Model):
    """How the desk keeps its knowledge; one row."""

    needs_review = models.BooleanField(default=False)  # nothing is published by one person alone
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.CheckConstraint(name="rules_are_one_row", condition=Q(pk=1))]

    @override
    def __str__(self) -> str:
        return "rules of the knowledge base"
