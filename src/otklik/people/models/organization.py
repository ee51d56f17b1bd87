from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from typing_extensions import override


class Organization(models.Model):
    """A company whose people write to the desk."""

    class Standing(models.TextChoices):
        PROSPECT = "prospect", _("Prospect")
        CUSTOMER = "customer", _("Customer")
        KEY = "key", _("Key customer")
        FORMER = "former", _("Former customer")

    name = models.CharField(max_length=200)
    standing = models.CharField(max_length=12, choices=Standing, default=Standing.CUSTOMER)
    products = models.CharField(max_length=500, blank=True)
    remarks = models.TextField(blank=True)  # staff's own words about the company
    shares_tickets = models.BooleanField(default=False)  # its people see each other's tickets
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(name="organization_is_named", condition=~Q(name="")),
            models.UniqueConstraint(Lower("name"), name="organization_name_is_unique"),
        ]
        indexes = [
            GinIndex(fields=["name"], opclasses=["gin_trgm_ops"], name="organization_name_look_up"),
        ]

    @override
    def __str__(self) -> str:
        return self.name


class OrganizationDomain(models.Model):
    """A mail domain by which a new person is known to belong to an organization."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="domains")
    domain = models.CharField(max_length=253)  # lower case, IDNA

    class Meta:
        ordering = ["domain"]
        constraints = [
            models.UniqueConstraint(fields=["domain"], name="domain_belongs_to_one_organization"),
            models.CheckConstraint(
                name="domain_is_lower_case", condition=Q(domain=Lower("domain")) & ~Q(domain="")
            ),
        ]

    @override
    def __str__(self) -> str:
        return self.domain
