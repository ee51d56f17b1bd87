from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q, Value
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from otklik.core.models import Blob
from otklik.mail.models.mailbox import Mailbox
from otklik.people.models import Person
from otklik.tickets.models import Message, Note, Ticket


class Letter(models.Model):
    """A letter that came: kept before anything reads it, and ending in exactly one outcome."""

    class State(models.TextChoices):
        KEPT = "kept", _("Waits to be read")
        QUARANTINED = "quarantined", _("In quarantine")
        DONE = "done", _("Done")

    class Outcome(models.TextChoices):
        NONE = "", _("Nothing yet")
        TICKET = "ticket", _("New ticket")
        REPLY = "reply", _("Reply in a ticket")
        NOTE = "note", _("Internal note")
        MACHINE = "machine", _("Letter of a machine")
        DROPPED = "dropped", _("Dropped")
        SPAM = "spam", _("Spam")

    mailbox = models.ForeignKey(Mailbox, models.PROTECT, related_name="letters", db_index=False)
    sha256 = models.CharField(max_length=64)  # of the bytes as they came
    size = models.PositiveBigIntegerField()
    received_at = models.DateTimeField()
    # the envelope, where we received it ourselves
    envelope_from = models.CharField(max_length=254, blank=True, db_default="")
    envelope_to = ArrayField(models.CharField(max_length=254), default=list, blank=True)
    handed_by = models.CharField(
        max_length=45, blank=True, db_default=""
    )  # the address of who handed it over, where we find out ourselves where it comes from
    hello = models.CharField(max_length=253, blank=True, db_default="")  # how it greeted

    state = models.CharField(max_length=11, choices=State, default=State.KEPT, db_default="kept")
    outcome = models.CharField(
        max_length=7, choices=Outcome, default=Outcome.NONE, blank=True, db_default=""
    )
    reason = models.CharField(
        max_length=40, blank=True, db_default=""
    )  # why in quarantine, or filed as it is
    due_at = models.DateTimeField()  # to be read; later after each failure
    failures = models.PositiveSmallIntegerField(default=0, db_default=0)
    done_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )  # who settled it in quarantine

    # what was read of it
    sender = models.CharField(
        max_length=254, blank=True, db_default=""
    )  # canonical; "" where that is nobody
    sender_name = models.CharField(max_length=300, blank=True, db_default="")  # proves nothing
    recipients = ArrayField(
        models.CharField(max_length=254), default=list, blank=True, db_default=[]
    )
    subject = models.CharField(max_length=1000, blank=True, db_default="")
    header_id = models.CharField(
        max_length=910, blank=True, db_default=""
    )  # its Message-ID, in angles
    sent_at = models.DateTimeField(null=True, blank=True)  # as its head says
    refusal = models.TextField(
        blank=True, db_default=""
    )  # the desk's words, where it did not take it
    hint = models.CharField(max_length=20, blank=True, db_default="")  # number of a ticket named
    automatic = models.CharField(max_length=10, blank=True, db_default="")  # core.letters.Automatic
    warnings = models.JSONField(default=list, blank=True, db_default=Value([], models.JSONField()))
    verdict = models.JSONField(
        default=dict, blank=True, db_default=Value({}, models.JSONField())
    )  # what SPF, DKIM and DMARC said
    # what the learning filter thought of it, 0 to 100, and the traits that spoke against it most;
    # null: it was not asked
    spam_percent = models.PositiveSmallIntegerField(null=True, blank=True)
    spam_traits = ArrayField(
        models.CharField(max_length=60), default=list, blank=True, db_default=[]
    )
    is_forward = models.BooleanField(default=False, db_default=False)  # passes on another letter
    forwarded_from = models.CharField(
        max_length=254, blank=True, db_default=""
    )  # who wrote that one, as it names them; "" where that is nobody plain
    look_up = models.TextField(
        blank=True, db_default="", editable=False
    )  # what the mail log searches

    # what it became
    ticket = models.ForeignKey(
        Ticket, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    message = models.ForeignKey(
        Message, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    note = models.ForeignKey(
        Note, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    # the ticket of who wrote what it passes on, once it was taken apart; `ticket` is closed then
    apart = models.ForeignKey(
        Ticket, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["mailbox", "sha256"], name="letter_is_kept_once_in_a_mailbox"
            ),
            models.CheckConstraint(
                name="letter_is_named_by_its_bytes", condition=Q(sha256__regex=r"^[0-9a-f]{64}$")
            ),
            models.CheckConstraint(
                name="letter_ends_in_one_outcome",
                condition=(
                    Q(state="done", done_at__isnull=False)
                    & (
                        Q(outcome__in=["ticket", "reply"])
                        & Q(ticket__isnull=False, message__isnull=False, note__isnull=True)
                        | Q(outcome="note")
                        & Q(ticket__isnull=False, message__isnull=True, note__isnull=False)
                        | Q(outcome="spam", note__isnull=True)
                        & Q(ticket__isnull=False, message__isnull=False)
                        & ~Q(reason="")
                        | Q(outcome__in=["machine", "dropped", "spam"])
                        & Q(message__isnull=True, note__isnull=True)
                        & ~Q(reason="")
                    )
                )
                | Q(state="quarantined", outcome="", done_at__isnull=True)
                & Q(message__isnull=True, note__isnull=True)
                & ~Q(reason="")
                | Q(state="kept", outcome="", done_at__isnull=True, ticket__isnull=True)
                & Q(message__isnull=True, note__isnull=True),
            ),
            models.CheckConstraint(
                name="letter_is_taken_apart_from_a_ticket",
                condition=Q(apart__isnull=True) | Q(ticket__isnull=False, is_forward=True),
            ),
            models.CheckConstraint(
                name="letter_is_spam_by_a_percentage",
                condition=Q(spam_percent__isnull=True) | Q(spam_percent__lte=100),
            ),
        ]
        indexes = [
            # the round that reads what was kept
            models.Index(
                fields=["due_at", "id"], condition=Q(state="kept"), name="letters_to_read"
            ),
            # what is to be found out about
            models.Index(
                fields=["id"],
                condition=Q(state="kept", verdict={}) & ~Q(handed_by=""),
                name="letters_to_prove",
            ),
            # the quarantine of a mailbox
            models.Index(
                fields=["mailbox", "-id"],
                condition=Q(state="quarantined"),
                name="letters_in_quarantine",
            ),
            # the mail log: by time, Message-ID, and any part of names, addresses and subjects
            models.Index(fields=["-received_at"], name="letters_by_time"),
            models.Index(
                fields=["header_id"], condition=~Q(header_id=""), name="letters_by_header_id"
            ),
            GinIndex(fields=["look_up"], opclasses=["gin_trgm_ops"], name="letters_looked_up"),
            models.Index(
                fields=["ticket"], condition=Q(ticket__isnull=False), name="letters_of_ticket"
            ),
            models.Index(
                fields=["apart"], condition=Q(apart__isnull=False), name="letters_taken_apart"
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"letter {self.pk} to {self.mailbox_id}"


class RawLetter(models.Model):
    """The bytes of a letter as they came: a small one's here, a large one's among the files."""

    letter = models.OneToOneField(Letter, models.CASCADE, primary_key=True, related_name="raw")
    content = models.BinaryField(null=True)
    blob = models.ForeignKey(Blob, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="letter_has_its_bytes_in_one_place",
                condition=Q(content__isnull=False, blob__isnull=True)
                | Q(content__isnull=True, blob__isnull=False),
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"bytes of {self.letter_id}"


class Place(models.Model):
    """Where a letter lies on its server. One that was put there twice lies in two places."""

    mailbox = models.ForeignKey(Mailbox, models.CASCADE, related_name="+", db_index=False)
    uidvalidity = models.BigIntegerField()
    uid = models.BigIntegerField()
    # none: it lay there before the mailbox was set up, and is not taken
    letter = models.ForeignKey(Letter, models.CASCADE, null=True, related_name="places")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["mailbox", "uidvalidity", "uid"], name="place_holds_one_letter"
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.uidvalidity}:{self.uid} in {self.mailbox_id}"
