from datetime import timedelta
from typing import Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from otklik.core import clock
from otklik.people.models import Person
from otklik.tickets.models.attachment import Attachment
from otklik.tickets.models.message import Message, Note
from otklik.tickets.models.ticket import Ticket

LOST_AFTER: Final = timedelta(minutes=5)
"""Asked for so long ago and not come, it may be asked for again."""


class RemotePicture(models.Model):
    """A picture that a text names elsewhere, once a colleague asked to see it.

    It is fetched once and kept as a file of the text, so that nobody who reads it later tells
    anybody that they do.
    """

    class State(models.TextChoices):
        ASKED = "asked", _("Is fetched")
        KEPT = "kept", _("Is kept here")
        FAILED = "failed", _("Could not be fetched")

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="+")
    message = models.ForeignKey(
        Message, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    note = models.ForeignKey(
        Note, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    address = models.TextField()
    digest = models.CharField(max_length=64)  # SHA-256 of the address
    state = models.CharField(max_length=6, choices=State, default=State.ASKED)
    why = models.CharField(max_length=10, blank=True)  # of the last failure: a word of egress.Why
    copy = models.OneToOneField(
        Attachment, models.PROTECT, null=True, blank=True, related_name="remote"
    )
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["message", "digest"], name="remote_picture_once_in_message"
            ),
            models.UniqueConstraint(fields=["note", "digest"], name="remote_picture_once_in_note"),
            models.CheckConstraint(
                name="remote_picture_stands_in_one_text",
                condition=Q(message__isnull=True, note__isnull=False)
                | Q(message__isnull=False, note__isnull=True),
            ),
            models.CheckConstraint(
                name="remote_picture_is_kept_iff_it_has_a_copy",
                condition=Q(state="kept", copy__isnull=False)
                | Q(state__in=["asked", "failed"], copy__isnull=True),
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.state}: {self.address[:80]}"

    @property
    def is_coming(self) -> bool:
        """Tell whether it is on its way, and did not get lost there."""
        is_late = self.asked_at < clock.now() - LOST_AFTER
        return self.state == self.State.ASKED and not is_late
