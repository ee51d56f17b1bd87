from django.db import models
from django.db.models import Q
from typing_extensions import override

from otklik.people.models import Account


class SavedView(models.Model):
    """A query that a person keeps in the rail, with its count."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="views")
    name = models.CharField(max_length=80)
    query = models.CharField(max_length=500, blank=True)  # in the query language
    sort = models.CharField(max_length=20, default="-updated")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "name"], name="view_name_is_unique_for_its_owner"
            ),
            models.CheckConstraint(name="view_is_named", condition=~Q(name="")),
        ]

    @override
    def __str__(self) -> str:
        return self.name
