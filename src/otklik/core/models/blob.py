from django.db import models
from django.db.models import Q
from typing_extensions import override


class Blob(models.Model):
    """The content of a file, stored once outside the database under its hash."""

    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()  # bytes
    media_type = models.CharField(max_length=100)  # found from the bytes
    width = models.PositiveIntegerField(null=True)  # of a picture, after its orientation
    height = models.PositiveIntegerField(null=True)
    thumbnail = models.ForeignKey(
        "self", models.SET_NULL, null=True, related_name="+"
    )  # a small re-encoded copy
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sha256"], name="content_is_stored_once"),
            models.CheckConstraint(
                name="content_is_named_by_its_hash", condition=Q(sha256__regex=r"^[0-9a-f]{64}$")
            ),
        ]

    @override
    def __str__(self) -> str:
        return self.sha256[:12]
