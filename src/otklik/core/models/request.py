"""What makes writes over a bad line safe to repeat."""

from django.db import models
from typing_extensions import override


class IdempotencyKey(models.Model):
    """The answer that a keyed write got, given again when the write is repeated."""

    owner = models.CharField(max_length=40)  # whose key: "account:7"
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)  # SHA-256 of method, path and body
    status = models.PositiveSmallIntegerField(null=True)  # null: still being answered
    body = models.TextField(blank=True)
    headers = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "key"], name="key_is_used_once")]
        indexes = [models.Index(fields=["created_at"], name="keys_by_age")]

    @override
    def __str__(self) -> str:
        return f"{self.owner} {self.key}"
