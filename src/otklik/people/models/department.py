from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from otklik.core.codes import LONGEST, SHAPE
from otklik.core.wording import word
from otklik.people.models.person import Person


class Department(models.Model):
    """A part of the company that answers tickets; a tree for people's orientation."""

    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    names = models.JSONField(default=dict)  # {"en": …, "ru": …}, by language
    prefix = models.CharField(max_length=6)  # of ticket numbers: IT in IT-1042
    language = models.CharField(max_length=LONGEST, default="en")
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)  # a closed one takes no new tickets
    is_public = models.BooleanField(default=True)  # customers may choose it

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["prefix"], name="department_prefix_is_unique"),
            models.CheckConstraint(
                name="department_prefix_is_short_and_upper",
                condition=Q(prefix__regex=r"^[A-ZА-Я0-9]{1,6}$"),
            ),
            models.CheckConstraint(
                name="department_language_is_a_code", condition=Q(language__regex=f"^{SHAPE}$")
            ),
            models.CheckConstraint(
                name="department_is_not_its_own_parent",
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")),
            ),
        ]

    @override
    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return word(self.names)


class Role(models.TextChoices):
    """What a person may do within one department."""

    AGENT = "agent", _("Agent")
    COORDINATOR = "coordinator", _("Coordinator")
    SUPERVISOR = "supervisor", _("Supervisor")


class Membership(models.Model):
    """The role of one person in one department."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="memberships")
    department = models.ForeignKey(Department, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=12, choices=Role, default=Role.AGENT)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "department"], name="one_role_in_a_department"
            ),
            models.CheckConstraint(name="role_is_known", condition=Q(role__in=Role.values)),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.person_id} {self.role} {self.department_id}"
