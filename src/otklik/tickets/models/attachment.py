from django.db import models
from django.db.models import Q
from typing_extensions import override

from otklik.core.models import Blob
from otklik.people.models import Person
from otklik.tickets.models.message import Message, Note
from otklik.tickets.models.ticket import Ticket


class Attachment(models.Model):
    """A file in a ticket, or one that its uploader has not sent yet."""

    token = models.CharField(max_length=32)  # 128 random bits, hex: its address
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="+")
    name = models.CharField(max_length=255)  # the sender's word, only ever shown
    uploader = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    ticket = models.ForeignKey(
        Ticket, models.PROTECT, null=True, blank=True, related_name="attachments"
    )  # null: uploaded, not sent
    message = models.ForeignKey(
        Message, models.PROTECT, null=True, blank=True, related_name="attachments"
    )
    note = models.ForeignKey(
        Note, models.PROTECT, null=True, blank=True, related_name="attachments"
    )
    field = models.SlugField(max_length=32, blank=True)  # the file field that it answers
    is_inline = models.BooleanField(default=False)  # stands inside the text
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["token"], name="attachment_token_is_unique"),
            models.CheckConstraint(
                name="attachment_token_is_random_hex",
                condition=Q(token__regex=r"^[0-9a-f]{32}$"),  # noqa: S106  # a pattern
            ),
            models.CheckConstraint(
                name="attachment_is_public_or_internal",
                condition=Q(message__isnull=True) | Q(note__isnull=True),
            ),
            models.CheckConstraint(
                name="attachment_is_sent_with_its_ticket",
                condition=Q(ticket__isnull=False) | Q(message__isnull=True, note__isnull=True),
            ),
        ]
        indexes = [
            # the sweep of uploads that were never sent
            models.Index(
                fields=["created_at"], condition=Q(ticket__isnull=True), name="unsent_uploads"
            ),
        ]

    @override
    def __str__(self) -> str:
        return self.name
