from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from otklik.core.codes import LONGEST, SHAPE
from otklik.people.models.organization import Organization


class Person(models.Model):
    """Someone known to the desk, with or without an account."""

    class Channel(models.TextChoices):
        WEB = "web", _("This site")
        EMAIL = "email", _("E-mail")
        PHONE = "phone", _("Telephone")
        CHAT = "chat", _("Chat")

    surname = models.CharField(max_length=100, blank=True)
    given_name = models.CharField(max_length=100, blank=True)
    patronymic = models.CharField(max_length=100, blank=True)
    organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="people"
    )
    position = models.CharField(max_length=150, blank=True)
    office = models.CharField(max_length=150, blank=True)  # building, room: where to find them
    time_zone = models.CharField(max_length=64, default="UTC")  # IANA name
    language = models.CharField(max_length=LONGEST, default="en")
    channel = models.CharField(max_length=8, choices=Channel, default=Channel.WEB)
    remarks = models.TextField(blank=True)  # colleagues' own words, not shown to the person
    # All names, addresses, logins, and telephones as bare digits, in lower case: what the
    # caller look-up searches. Kept by `people.actions`.
    look_up = models.TextField(blank=True, editable=False)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["surname", "given_name", "pk"]
        constraints = [
            models.CheckConstraint(
                name="person_is_named", condition=~Q(surname="") | ~Q(given_name="")
            ),
            models.CheckConstraint(
                name="person_language_is_a_code", condition=Q(language__regex=f"^{SHAPE}$")
            ),
        ]
        indexes = [
            # the caller look-up: any part of a name, login, address or telephone
            GinIndex(fields=["look_up"], opclasses=["gin_trgm_ops"], name="person_look_up"),
        ]

    @override
    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """Given name and surname, as one says them."""
        return shown_name(self.given_name, self.surname)

    @property
    def full_name(self) -> str:
        """All names in the order of the person's language: in Russian the surname goes first."""
        given = [self.given_name, self.patronymic]
        russian = self.language == "ru"
        parts = [self.surname, *given] if russian else [*given, self.surname]
        return " ".join(filter(None, parts))

    @property
    def initials(self) -> str:
        return (self.given_name[:1] + self.surname[:1]).upper()


def shown_name(given_name: str, surname: str) -> str:
    """Return a name as people are called."""
    return f"{given_name} {surname}".strip()


class EmailAddress(models.Model):
    """An address of a person; one address belongs to one person only."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="emails")
    address = models.CharField(max_length=254)  # canonical: lower case, IDNA domain
    is_primary = models.BooleanField(default=False)

    class Meta:
        ordering = ["-is_primary", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["address"], name="address_belongs_to_one_person"),
            models.CheckConstraint(
                name="address_is_canonical",
                condition=Q(address=Lower("address"), address__contains="@"),
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(is_primary=True),
                name="person_has_one_primary_address",
            ),
        ]

    @override
    def __str__(self) -> str:
        return self.address


class PhoneNumber(models.Model):
    """A telephone of a person. Several people may share one."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="phones")
    number = models.CharField(max_length=40)  # as people read it; E.164 when it can be parsed
    digits = models.CharField(max_length=20)  # digits alone, national prefix kept
    is_primary = models.BooleanField(default=False)

    class Meta:
        ordering = ["-is_primary", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["person", "digits"], name="person_has_a_phone_once"),
            models.CheckConstraint(
                name="phone_digits_are_digits", condition=Q(digits__regex=r"^[0-9]{2,20}$")
            ),
            models.UniqueConstraint(
                fields=["person"], condition=Q(is_primary=True), name="person_has_one_primary_phone"
            ),
        ]

    @override
    def __str__(self) -> str:
        return self.number
