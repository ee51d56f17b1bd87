from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from typing_extensions import override


class Scan(models.TextChoices):
    """What the virus scanner said of a content."""

    NONE = "", _("not scanned")  # no scanner was set up when it came
    WAITING = "waiting", _("being scanned")
    CLEAN = "clean", _("clean")
    INFECTED = "infected", _("infected")
    FAILED = "failed", _("could not be scanned")
    LARGE = "large", _("too large to be scanned")


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
    picture = models.ForeignKey(
        "self", models.SET_NULL, null=True, related_name="+"
    )  # a re-encoded copy to look at: of a picture whole, of a PDF its first pages
    is_our_copy = models.BooleanField(default=False)  # re-encoded here, so safe to show inline
    scan = models.CharField(max_length=8, choices=Scan, default=Scan.NONE, blank=True)
    scan_tries = models.PositiveSmallIntegerField(default=0)  # at which the scanner failed on it
    scan_again_at = models.DateTimeField(null=True)  # not shown before; null: at once
    threat = models.CharField(max_length=200, blank=True)  # the scanner's name for what it found
    created_at = models.DateTimeField()  # last received: the sweep counts from here

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sha256"], name="content_is_stored_once"),
            models.CheckConstraint(
                name="content_is_named_by_its_hash", condition=Q(sha256__regex=r"^[0-9a-f]{64}$")
            ),
        ]
        indexes = [
            # what the scanner has not spoken of yet
            models.Index(
                fields=["created_at"],
                condition=Q(scan__in=["waiting", "failed"]),
                name="contents_to_scan",
            ),
        ]

    @override
    def __str__(self) -> str:
        return self.sha256[:12]
