"""What readers did: opened, judged, looked for."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from otklik.core.codes import LONGEST
from otklik.knowledge.models.translation import Translation


class Visits(models.Model):
    """How often a translation was opened on one day."""

    translation = models.ForeignKey(Translation, models.CASCADE, related_name="visits")
    day = models.DateField()
    count = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-day", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["translation", "day"], name="visits_are_one_a_day")
        ]

    @override
    def __str__(self) -> str:
        return f"{self.count} visits of {self.translation_id}"


class Verdict(models.Model):
    """Whether an article helped one reader; a later word of the same reader replaces it."""

    class Reason(models.TextChoices):
        UNCLEAR = "unclear", _("It is hard to follow")
        WRONG = "wrong", _("It does not work like that")
        INCOMPLETE = "incomplete", _("Something is missing")
        OTHER = "other", _("It is about something else")

    translation = models.ForeignKey(Translation, models.CASCADE, related_name="verdicts")
    reader = models.CharField(max_length=40)  # a person's key, or a visitor's random one
    helped = models.BooleanField()
    reason = models.CharField(max_length=10, choices=Reason, blank=True)
    words = models.TextField(blank=True)
    version = models.PositiveIntegerField()  # number of what was read
    given_at = models.DateTimeField()

    class Meta:
        ordering = ["-given_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["translation", "reader"], name="verdict_is_one_a_reader"
            ),
            models.CheckConstraint(
                name="verdict_reason_is_known",
                condition=Q(reason__in=["", "unclear", "wrong", "incomplete", "other"]),
            ),
            models.CheckConstraint(
                name="verdict_that_helped_has_no_reason", condition=Q(helped=False) | Q(reason="")
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.translation_id} {'helped' if self.helped else 'did not help'}"


class Asked(models.Model):
    """What somebody looked for in the help centre, and how much there was."""

    text = models.CharField(max_length=200)
    language = models.CharField(max_length=LONGEST)
    found = models.PositiveIntegerField()
    asked_at = models.DateTimeField()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        indexes = [
            # searches that found nothing
            models.Index(
                fields=["-asked_at"], condition=Q(found=0), name="searches_without_result"
            ),
        ]

    @override
    def __str__(self) -> str:
        return self.text
