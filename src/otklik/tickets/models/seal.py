from django.db import models
from typing_extensions import override


class Seal(models.Model):
    """A sum over some lines that are only added to, and over the seal before. Never changed."""

    class Of(models.TextChoices):
        HISTORY = "history"
        MESSAGES = "messages"

    of = models.CharField(max_length=8, choices=Of)
    after = models.BigIntegerField()  # the lines' keys are above this …
    last = models.BigIntegerField()  # … and up to this
    lines = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)  # SHA-256 in hex
    sealed_at = models.DateTimeField()

    class Meta:
        ordering = ["of", "last"]
        constraints = [
            models.UniqueConstraint(fields=["of", "after"], name="lines_are_sealed_once"),
            models.CheckConstraint(
                name="seal_goes_forward", condition=models.Q(last__gt=models.F("after"))
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.of} up to {self.last}"
