from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from otklik.core.codes import LONGEST, SHAPE
from otklik.people.models import Department


class Template(models.Model):
    """What a kind of letter says in a language, where a desk or department says it its own way."""

    class Kind(models.TextChoices):
        REPLY = "reply", _("Reply")
        RECEIPT = "receipt", _("Receipt of a new ticket")
        PENDING = "pending", _("Details are asked for")
        PROGRESS = "progress", _("Work has begun")
        RESOLVED = "resolved", _("A solution is offered")
        CLOSED = "closed", _("The ticket is closed")

    kind = models.CharField(max_length=8, choices=Kind)
    language = models.CharField(max_length=LONGEST)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+"
    )  # null: all that have none of their own
    subject = models.CharField(max_length=200)
    body = models.TextField()  # plain text with {names} of what is put in
    signature = models.TextField(blank=True)
    is_sent = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["kind", "language", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "language", "department"],
                nulls_distinct=False,
                name="template_is_one_for_its_place",
            ),
            models.CheckConstraint(
                name="template_kind_is_known",
                condition=Q(
                    kind__in=["reply", "receipt", "pending", "progress", "resolved", "closed"]
                ),
            ),
            models.CheckConstraint(
                name="template_language_is_a_code", condition=Q(language__regex=f"^{SHAPE}$")
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.kind} in {self.language}"
