from django.db import models
from django.db.models import F, Q
from typing_extensions import override

from otklik.core.wording import Names, word


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

    @property
    def branch(self) -> str:
        """The words of the category with those of the places above it."""
        return word(self.branch_names)

    @property
    def branch_names(self) -> Names:
        """The branch in each language in which the category itself is named."""
        names: Names = self.names
        if self.parent is None:
            return names
        above = self.parent.branch_names
        return {code: f"{word(above, code)} › {name}" for code, name in names.items() if name}
