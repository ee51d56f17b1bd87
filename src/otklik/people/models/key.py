"""Keys that open something: each stored as a hash, each with an end."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from otklik.people.models.account import Account

HASH = r"^[0-9a-f]{64}$"


class Scope(models.TextChoices):
    """What a token may be used for; never more than its person may do."""

    ALL = "all", _("Everything that I may do")
    TICKETS_READ = "tickets:read", _("Read tickets")
    TICKETS_WRITE = "tickets:write", _("Open, answer and change tickets")
    PEOPLE_READ = "people:read", _("Read people and organizations")
    PEOPLE_WRITE = "people:write", _("Change people and organizations")
    CONFIGURATION_WRITE = "configuration:write", _("Change how the desk works")


class PasswordLink(models.Model):
    """A mailed link that lets its holder set a new password once."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="password_links")
    token_hash = models.CharField(max_length=64)  # SHA-256, hex, of 256 random bits
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["token_hash"], name="password_link_is_unique"),
            models.CheckConstraint(
                name="password_link_is_hashed", condition=Q(token_hash__regex=HASH)
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"password link of {self.account_id}"


class ApiToken(models.Model):
    """A bearer token: what a program may do in the name of one person."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=100)
    token_hash = models.CharField(max_length=64)
    hint = models.CharField(max_length=12)  # its first characters, to tell tokens apart
    scopes = ArrayField(models.CharField(max_length=40))
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["token_hash"], name="token_is_unique"),
            models.CheckConstraint(name="token_is_hashed", condition=Q(token_hash__regex=HASH)),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.name} ({self.hint}…)"


class SignInFailure(models.Model):
    """One wrong password; enough of them lock a name or an address for a while."""

    subject = models.CharField(max_length=64)  # SHA-256 of the name as typed, or of the address
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["subject", "at"], name="failures_of_a_subject")]

    @override
    def __str__(self) -> str:
        return f"failure at {self.at}"
