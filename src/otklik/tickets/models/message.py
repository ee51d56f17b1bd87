"""What is said in a ticket.

Public messages and internal notes are different tables on purpose: code that serves
a customer has no way to meet a note.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from otklik.people.models import Person
from otklik.tickets.models.ticket import Ticket


class Message(models.Model):
    """A public message: the customer's, or the desk's reply. Never changed once sent."""

    class Side(models.TextChoices):
        CUSTOMER = "customer", _("Customer")
        DESK = "desk", _("Desk")

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="messages", db_index=False)
    author = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    side = models.CharField(max_length=8, choices=Side)
    body = models.TextField(blank=True)  # clean HTML; empty when it only carries files
    signature = models.TextField(blank=True, default="", db_default="")  # as it was then
    # clean HTML: what a letter quoted, and its own signature; shown folded
    quoted = models.TextField(blank=True, default="", db_default="")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["created_at", "pk"]
        indexes = [models.Index(fields=["ticket", "created_at", "id"], name="messages_of_ticket")]
        constraints = [
            models.CheckConstraint(
                name="message_side_is_known", condition=Q(side__in=["customer", "desk"])
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"message {self.pk} of {self.ticket_id}"


class Note(models.Model):
    """An internal note; customers never see it, in no channel."""

    class Voice(models.TextChoices):
        """Who speaks: a colleague, or somebody whose letter is no message of the ticket."""

        DESK = "", _("Desk")
        STRANGER = "stranger", _("Has no part in this ticket")
        UNPROVEN = "unproven", _("It is not proven who wrote this")
        BEARER = "bearer", _("Passed on the letter that opened this ticket")

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="notes", db_index=False)
    author = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    body = models.TextField(blank=True)  # clean HTML
    quoted = models.TextField(blank=True, default="", db_default="")  # as of a message
    voice = models.CharField(
        max_length=8, choices=Voice, default=Voice.DESK, blank=True, db_default=""
    )
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["created_at", "pk"]
        indexes = [models.Index(fields=["ticket", "created_at", "id"], name="notes_of_ticket")]
        constraints = [
            models.CheckConstraint(
                name="note_voice_is_known",
                condition=Q(voice__in=["", "stranger", "unproven", "bearer"]),
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"note {self.pk} of {self.ticket_id}"


class NoteRevision(models.Model):
    """What a note said before an edit."""

    note = models.ForeignKey(Note, models.PROTECT, related_name="revisions")
    version = models.PositiveIntegerField()
    body = models.TextField(blank=True)
    replaced_at = models.DateTimeField()

    class Meta:
        ordering = ["version"]
        constraints = [
            models.UniqueConstraint(fields=["note", "version"], name="note_revision_is_kept_once")
        ]

    @override
    def __str__(self) -> str:
        return f"note {self.note_id} as of version {self.version}"
