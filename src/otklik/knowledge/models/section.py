from django.db import models
from django.db.models import F, Q
from typing_extensions import override

from otklik.core.wording import word


class Section(models.Model):
    """A branch or leaf of the tree in which articles stand."""

    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    names = models.JSONField(default=dict)
    hints = models.JSONField(default=dict, blank=True)  # one sentence for those who look around
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                name="section_is_not_its_own_parent",
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")),
            ),
        ]

    @override
    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return word(self.names)

    @property
    def hint(self) -> str:
        return word(self.hints)
