"""Ticket types and the fields that their forms ask for."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from otklik.core.wording import word
from otklik.people.models import Department
from otklik.tickets.models.flow import Flow


class TicketType(models.Model):
    """A kind of request, with its own form and flow."""

    key = models.SlugField(max_length=32)
    names = models.JSONField(default=dict)
    hints = models.JSONField(default=dict, blank=True)  # one line under the name, per language
    flow = models.ForeignKey(Flow, models.PROTECT, related_name="types")
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="types"
    )  # where its tickets go when nobody says otherwise
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)
    is_public = models.BooleanField(default=True)  # customers may choose it
    file_limit = models.PositiveBigIntegerField(null=True)  # bytes of one file; null: the desk's
    fields: "models.ManyToManyField[Field, FormField]" = models.ManyToManyField(
        "tickets.Field",
        through="tickets.FormField",
        through_fields=("type", "field"),
        related_name="types",
    )

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["key"], name="type_key_is_unique")]

    @override
    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return word(self.names)

    @property
    def hint(self) -> str:
        return word(self.hints)


class Field(models.Model):
    """A question that an administrator added to tickets."""

    class Kind(models.TextChoices):
        TEXT = "text", _("Line of text")
        LONG_TEXT = "long_text", _("Long text")
        NUMBER = "number", _("Number")
        DATE = "date", _("Date")
        CHOICE = "choice", _("One of a list")
        CHOICES = "choices", _("Several of a list")
        TREE = "tree", _("One of a tree")
        CHECKBOX = "checkbox", _("Yes or no")
        PERSON = "person", _("Person")
        ORGANIZATION = "organization", _("Organization")
        FILE = "file", _("File")
        URL = "url", _("Web address")
        EMAIL = "email", _("E-mail address")
        PHONE = "phone", _("Telephone")

    key = models.SlugField(max_length=32)  # what queries, the API and `Ticket.values` say
    names = models.JSONField(default=dict)
    hints = models.JSONField(default=dict, blank=True)
    kind = models.CharField(max_length=12, choices=Kind)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["key"]
        constraints = [
            models.UniqueConstraint(fields=["key"], name="field_key_is_unique"),
            models.CheckConstraint(
                name="field_kind_is_known",
                condition=Q(
                    kind__in=[
                        *("text", "long_text", "number", "date", "choice", "choices", "tree"),
                        *("checkbox", "person", "organization", "file", "url", "email", "phone"),
                    ]
                ),
            ),
        ]

    @override
    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return word(self.names)

    @property
    def hint(self) -> str:
        return word(self.hints)


class Choice(models.Model):
    """One answer that a list or tree field offers."""

    field = models.ForeignKey(Field, models.CASCADE, related_name="choices")
    parent = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="children"
    )
    key = models.SlugField(max_length=48)
    names = models.JSONField(default=dict)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["field", "key"], name="choice_key_is_unique_in_field"),
            models.CheckConstraint(
                name="choice_is_not_its_own_parent",
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")),
            ),
        ]

    @override
    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return word(self.names)


class FormField(models.Model):
    """A field on the form of a type: its place, who deals with it, and when it is asked."""

    class Access(models.TextChoices):
        STAFF = "staff", _("Staff only")
        SEES = "sees", _("Customer sees it")
        EDITS = "edits", _("Customer fills it in")

    type = models.ForeignKey(TicketType, models.CASCADE, related_name="form")
    field = models.ForeignKey(Field, models.PROTECT, related_name="forms")
    position = models.PositiveSmallIntegerField(default=0)
    is_required = models.BooleanField(default=False)  # before the ticket is opened
    customer = models.CharField(max_length=6, choices=Access, default=Access.EDITS)
    shown_when = models.ForeignKey(
        Field, models.PROTECT, null=True, blank=True, related_name="+"
    )  # another field of the form …
    shown_value = models.CharField(max_length=100, blank=True)  # … that must hold this

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["type", "field"], name="field_stands_once_on_a_form"),
            models.CheckConstraint(
                name="field_does_not_wait_for_itself",
                condition=Q(shown_when__isnull=True) | ~Q(shown_when=F("field")),
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.type_id}: {self.field_id}"
