from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from otklik.core.wording import word
from otklik.people.models import Person


class ConfigurationChange(models.Model):
    """One change of how tickets work here. A trigger refuses to change or delete it."""

    class Noun(models.TextChoices):
        FLOW = "flow", _("flow")
        STATUS = "status", _("status")
        TRANSITION = "transition", _("step")
        TYPE = "type", _("type")
        FIELD = "field", _("question")
        CHOICE = "choice", _("answer")
        QUESTION = "question", _("question on a form")
        CATEGORY = "category", _("category")
        PRIORITY = "priority", _("priority")
        PROBLEM = "problem", _("typical problem")

    class Verb(models.TextChoices):
        ADDED = "added", _("added")
        CHANGED = "changed", _("changed")
        DELETED = "deleted", _("deleted")

    at = models.DateTimeField()
    actor = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", db_index=False
    )  # null: the desk itself
    actor_name = models.CharField(max_length=310)  # as it was then
    noun = models.CharField(max_length=12, choices=Noun)
    row = models.BigIntegerField()  # the key of the thing, which may be gone
    names = models.JSONField(default=dict)  # of the thing, readable when it is gone
    verb = models.CharField(max_length=8, choices=Verb)
    # of a change {column: value}; of a thing added or deleted its rows, as serialized
    old = models.JSONField(null=True)
    new = models.JSONField(null=True)
    undoes = models.OneToOneField("self", models.PROTECT, null=True, related_name="undone_by")

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="configuration_change_says_what",
                condition=Q(verb="added", old__isnull=True, new__isnull=False)
                | Q(verb="deleted", old__isnull=False, new__isnull=True)
                | Q(verb="changed", old__isnull=False, new__isnull=False),
            ),
        ]
        indexes = [
            # whether something happened to a thing since
            models.Index(fields=["noun", "row", "id"], name="changes_of_thing"),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.noun} {self.row} {self.verb}"

    @property
    def label(self) -> str:
        return word(self.names)
