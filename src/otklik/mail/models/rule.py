from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from otklik.mail.models.mailbox import Mailbox
from otklik.people.models import Person


class SenderRule(models.Model):
    """How letters of one address, or of a whole domain, are always treated."""

    class Treatment(models.TextChoices):
        TAKE = "take", _("Always take it as a person's letter")
        ASK = "ask", _("Always put it in quarantine")
        DROP = "drop", _("Always drop it")

    mailbox = models.ForeignKey(Mailbox, models.CASCADE, related_name="sender_rules")
    sender = models.CharField(max_length=254)  # canonical: an address, or a domain
    treatment = models.CharField(max_length=4, choices=Treatment)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["sender"]
        constraints = [
            models.UniqueConstraint(fields=["mailbox", "sender"], name="one_rule_for_a_sender"),
            models.CheckConstraint(
                name="rule_names_a_sender", condition=~Q(sender="") & Q(sender=Lower("sender"))
            ),
            models.CheckConstraint(
                name="rule_treatment_is_known", condition=Q(treatment__in=["take", "ask", "drop"])
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.treatment} {self.sender}"[:70]
