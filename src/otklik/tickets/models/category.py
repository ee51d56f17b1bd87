from django.db import models
from django.db.models import F, Q
from typing_extensions import override

from otklik.core.wording import word


class Category(models.Model):
    """What a ticket is about: a leaf or branch of the desk's tree."""

    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    key = models.SlugField(max_length=48)
    names = models.JSONField(default=dict)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["key"], name="category_key_is_unique"),
            models.CheckConstraint(
                name="category_is_not_its_own_parent",
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")),
            ),
        ]

    @override
    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return word(self.names)
