from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from otklik.core.codes import LONGEST, SHAPE
from otklik.people.models import Department


class Mailbox(models.Model):
    """An address that people write to, and where its letters are had from."""

    class Kind(models.TextChoices):
        IMAP = "imap", _("IMAP")
        POP3 = "pop3", _("POP3")
        RECEIVER = "receiver", _("Received by the desk itself")

    class Security(models.TextChoices):
        TLS = "tls", _("TLS from the first byte")
        STARTTLS = "starttls", _("STARTTLS")
        NONE = "none", _("None")

    class Way(models.TextChoices):
        PASSWORD = "password", _("Name and password")
        OAUTH2 = "oauth2", _("OAuth2")

    class Taken(models.TextChoices):
        """What becomes of a letter on its server once it is kept here."""

        LEFT = "left", _("Leave it as it is")
        SEEN = "seen", _("Mark it as read")
        MOVED = "moved", _("Move it to another folder")
        DELETED = "deleted", _("Delete it")

    class FollowUp(models.TextChoices):
        REOPEN = "reopen", _("Reopens the closed ticket")
        LINKED = "linked", _("Opens a new ticket, linked with the closed one")

    class Forwarded(models.TextChoices):
        """What becomes of letters that are passed on."""

        KEPT = "kept", _("Are the request of whoever passes them on")
        OFFERED = "offered", _("Are offered to be taken apart")
        APART = "apart", _("Are taken apart at once where a colleague is proven to pass them on")

    class SpamFilter(models.TextChoices):
        OFF = "off", _("Is not asked")
        SHOW = "show", _("Only shows its score")
        HOLD = "hold", _("Puts likely spam in quarantine")

    name = models.CharField(max_length=100)
    addresses = ArrayField(models.CharField(max_length=254))  # canonical; the first is its own
    department = models.ForeignKey(Department, models.PROTECT, related_name="mailboxes")
    language = models.CharField(max_length=LONGEST, default="en")
    kind = models.CharField(max_length=8, choices=Kind)
    is_active = models.BooleanField(default=True)
    filters = models.JSONField(default=dict, blank=True)  # what is taken of what lies there
    follow_up = models.CharField(max_length=8, choices=FollowUp, default=FollowUp.REOPEN)
    forwarded = models.CharField(
        max_length=7, choices=Forwarded, default=Forwarded.OFFERED, db_default="offered"
    )
    # how its receiving server signs Authentication-Results (RFC 8601); "": none is believed
    authserv_id = models.CharField(max_length=253, blank=True)
    # what the learning filter may do, and from which score on, in hundredths
    spam_filter = models.CharField(
        max_length=4, choices=SpamFilter, default=SpamFilter.HOLD, db_default="hold"
    )
    spam_threshold = models.PositiveSmallIntegerField(default=95, db_default=95)

    host = models.CharField(max_length=253, blank=True)
    port = models.PositiveIntegerField(null=True, blank=True)
    security = models.CharField(max_length=8, choices=Security, default=Security.TLS)
    login = models.CharField(max_length=254, blank=True)
    secret = models.BinaryField(default=bytes, blank=True)  # core.secrecy.hide(…, "mailbox")
    way = models.CharField(max_length=8, choices=Way, default=Way.PASSWORD)  # of signing in
    # OAuth2: then `secret` is the refresh token
    token_url = models.URLField(max_length=500, blank=True)
    client_id = models.CharField(max_length=255, blank=True)
    client_secret = models.BinaryField(default=bytes, blank=True)
    scope = models.CharField(max_length=500, blank=True)
    folder = models.CharField(max_length=255, default="INBOX", blank=True)
    taken = models.CharField(max_length=7, choices=Taken, default=Taken.LEFT)
    target = models.CharField(max_length=255, blank=True)  # the folder that letters move to
    # of letters that lay there before, none is taken; empty: all are
    taken_since = models.DateTimeField(null=True, blank=True)

    # how it is: written by what fetches
    last_contact_at = models.DateTimeField(null=True, blank=True)
    uidvalidity = models.BigIntegerField(null=True, blank=True)
    highest_uid = models.BigIntegerField(default=0)  # seen under this uidvalidity
    first_uid = models.BigIntegerField(default=0)  # as taken_since was set, under this uidvalidity
    waiting = models.PositiveIntegerField(default=0)  # on the server, not kept here yet
    too_large = models.PositiveIntegerField(default=0)  # stay there: larger than is taken
    gaps_found = models.PositiveIntegerField(default=0)
    gaps_refilled = models.PositiveIntegerField(default=0)
    trouble = models.JSONField(default=dict, blank=True)  # core.post.trouble; empty: none
    trouble_since = models.DateTimeField(null=True, blank=True)
    alarmed_at = models.DateTimeField(null=True, blank=True)  # its silence was told
    silent_after = models.DurationField(default=timedelta(hours=1))  # without contact: an alarm

    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["name"], name="mailbox_name_is_unique"),
            models.CheckConstraint(name="mailbox_has_an_address", condition=~Q(addresses=[])),
            models.CheckConstraint(
                name="mailbox_language_is_a_code", condition=Q(language__regex=f"^{SHAPE}$")
            ),
            models.CheckConstraint(
                name="mailbox_kind_is_known", condition=Q(kind__in=["imap", "pop3", "receiver"])
            ),
            models.CheckConstraint(
                name="mailbox_security_is_known",
                condition=Q(security__in=["tls", "starttls", "none"]),
            ),
            models.CheckConstraint(
                name="mailbox_follow_up_is_known", condition=Q(follow_up__in=["reopen", "linked"])
            ),
            models.CheckConstraint(
                name="mailbox_forwarded_is_known",
                condition=Q(forwarded__in=["kept", "offered", "apart"]),
            ),
            models.CheckConstraint(
                name="mailbox_that_is_fetched_has_a_host",
                condition=Q(kind="receiver") | (~Q(host="") & Q(port__isnull=False)),
            ),
            models.CheckConstraint(
                name="mailbox_spam_filter_is_known",
                condition=Q(spam_filter__in=["off", "show", "hold"]),
            ),
            models.CheckConstraint(
                name="mailbox_holds_spam_from_more_than_a_half",
                condition=Q(spam_threshold__gt=50, spam_threshold__lte=100),
            ),
            models.CheckConstraint(
                name="mailbox_way_is_known", condition=Q(way__in=["password", "oauth2"])
            ),
            models.CheckConstraint(
                name="mailbox_knows_what_becomes_of_letters",
                condition=Q(taken__in=["left", "seen", "deleted"])
                | (Q(taken="moved") & ~Q(target="")),
            ),
            models.CheckConstraint(
                name="mailbox_has_its_trouble_since_a_moment",
                condition=Q(trouble={}) ^ Q(trouble_since__isnull=False),
            ),
        ]

    @override
    def __str__(self) -> str:
        return self.name
