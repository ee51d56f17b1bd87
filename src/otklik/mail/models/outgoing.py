from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from otklik.mail.models.sender import Sender
from otklik.people.models import Person
from otklik.tickets.models import Message, Ticket


class Outgoing(models.Model):
    """A letter that goes to one address, for one cause, once. In exactly one true state."""

    class Kind(models.TextChoices):
        REPLY = "reply", _("Reply")
        RECEIPT = "receipt", _("Receipt of a new ticket")
        STATUS = "status", _("News of a status")
        NOTICE = "notice", _("News for who works here")
        DESK = "desk", _("Letter of the desk itself")
        TEST = "test", _("Letter to try a template")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        ACCEPTED = "accepted", _("Accepted")
        DELAYED = "delayed", _("Delayed")
        BOUNCED = "bounced", _("Bounced")
        UNCERTAIN = "uncertain", _("Uncertain")
        FAILED = "failed", _("Failed")

    kind = models.CharField(max_length=7, choices=Kind)
    cause = models.CharField(max_length=80)  # what made it go: the same cause, the same letter
    recipient = models.CharField(max_length=254)  # canonical
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    ticket = models.ForeignKey(
        Ticket, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    message = models.ForeignKey(
        Message, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    sender = models.ForeignKey(Sender, models.PROTECT, related_name="letters", db_index=False)
    header_id = models.CharField(max_length=200)  # its Message-ID, in angles
    subject = models.CharField(max_length=1000, blank=True)  # as it went
    words = models.TextField(blank=True)  # what the desk itself says; empty once it was sent

    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()  # to be tried; while it waits or is delayed
    # How the last attempt ended: at which step, and in which words of the server's.
    step = models.CharField(max_length=9, blank=True)
    code = models.PositiveSmallIntegerField(default=0)
    answer = models.TextField(blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)  # when our server took it
    late_told_at = models.DateTimeField(null=True, blank=True)  # its author heard that it waits

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cause", "recipient"], name="letter_goes_once_for_a_cause"
            ),
            models.UniqueConstraint(fields=["header_id"], name="letter_has_its_own_message_id"),
            models.CheckConstraint(
                name="outgoing_kind_is_known",
                condition=Q(kind__in=["reply", "receipt", "status", "notice", "desk", "test"]),
            ),
            models.CheckConstraint(
                name="outgoing_state_is_known",
                condition=Q(
                    state__in=[
                        *("waiting", "sending", "sent", "accepted"),
                        *("delayed", "bounced", "uncertain", "failed"),
                    ]
                ),
            ),
            models.CheckConstraint(
                name="letter_was_taken_when_it_is_sent",
                condition=~Q(state__in=["sent", "accepted"]) | Q(sent_at__isnull=False),
            ),
            models.CheckConstraint(
                name="letter_of_a_ticket_or_of_the_desk",
                condition=Q(kind__in=["desk", "test", "notice"], ticket__isnull=True)
                | Q(kind__in=["reply", "receipt", "status"], ticket__isnull=False),
            ),
        ]
        indexes = [
            # what a sender has to send
            models.Index(
                fields=["sender", "next_at", "id"],
                condition=Q(state__in=["waiting", "delayed", "sending"]),
                name="letters_to_send",
            ),
            # the outbox: what did not leave, then all by time
            models.Index(
                fields=["-id"],
                condition=~Q(state__in=["sent", "accepted"]),
                name="letters_not_sent",
            ),
            models.Index(fields=["sender", "-id"], name="letters_of_sender"),
            models.Index(
                fields=["ticket"], condition=Q(ticket__isnull=False), name="letters_out_of_ticket"
            ),
            # how many automatic letters an address had
            models.Index(
                fields=["recipient", "created_at"],
                condition=Q(kind__in=["receipt", "status"]),
                name="automatic_letters_to",
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.kind} to {self.recipient}"


class OutgoingBytes(models.Model):
    """A letter as it went or will go: the same bytes at every attempt."""

    letter = models.OneToOneField(Outgoing, models.CASCADE, primary_key=True, related_name="bytes")
    content = models.BinaryField()

    @override
    def __str__(self) -> str:
        return f"bytes of {self.letter_id}"
