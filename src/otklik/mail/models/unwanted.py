from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from typing_extensions import override


class Unwanted(models.Model):
    """An address whose owner wants no news by letter: replies go there all the same."""

    address = models.CharField(max_length=254)  # canonical
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["address"], name="address_is_unwanted_once"),
            models.CheckConstraint(
                name="unwanted_address_is_canonical",
                condition=Q(address=Lower("address"), address__contains="@"),
            ),
        ]

    @override
    def __str__(self) -> str:
        return self.address
