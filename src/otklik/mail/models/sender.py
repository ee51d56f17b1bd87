from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from otklik.people.models import Department


class Sender(models.Model):
    """From which address letters of a department go, and the server that takes them.

    The one without a department serves all that have none of their own.
    """

    class Security(models.TextChoices):
        TLS = "tls", _("TLS from the first byte")
        STARTTLS = "starttls", _("STARTTLS")
        NONE = "none", _("None: a relay in the same house")

    class Way(models.TextChoices):
        PASSWORD = "password", _("Name and password")
        OAUTH2 = "oauth2", _("OAuth2")

    department = models.OneToOneField(
        Department, models.PROTECT, null=True, blank=True, related_name="sender"
    )
    name = models.CharField(max_length=100)  # beside the address, as people read it
    address = models.CharField(max_length=254)  # canonical
    # The server puts what follows a + in front of the @ into the same mailbox: answers and
    # delivery reports then name their letter. Without it the Message-ID alone does.
    has_plus = models.BooleanField(default=True)
    is_active = models.BooleanField(default=True)

    host = models.CharField(max_length=253)
    port = models.PositiveIntegerField(default=465)
    security = models.CharField(max_length=8, choices=Security, default=Security.TLS)
    login = models.CharField(max_length=254, blank=True)
    secret = models.BinaryField(default=bytes, blank=True)  # core.secrecy.hide(…, "sender")
    way = models.CharField(max_length=8, choices=Way, default=Way.PASSWORD)  # of signing in
    # OAuth2: then `secret` is the refresh token
    token_url = models.URLField(max_length=500, blank=True)
    client_id = models.CharField(max_length=255, blank=True)
    client_secret = models.BinaryField(default=bytes, blank=True)
    scope = models.CharField(max_length=500, blank=True)
    authority = models.TextField(blank=True)  # PEM, where the system does not know who signed

    dkim_selector = models.CharField(max_length=63, blank=True)
    dkim_key = models.BinaryField(default=bytes, blank=True)  # core.secrecy.hide(…, "dkim")

    # how it is: written by what sends
    last_accepted_at = models.DateTimeField(null=True, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    trouble_step = models.CharField(max_length=9, blank=True)  # core.post.sending.Step
    trouble_words = models.TextField(blank=True)  # as the server said it

    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["department__position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["department"],
                nulls_distinct=False,
                name="department_has_one_sender",
            ),
            models.CheckConstraint(
                name="sender_address_is_canonical",
                condition=Q(address=Lower("address"), address__contains="@"),
            ),
            models.CheckConstraint(
                name="sender_security_is_known",
                condition=Q(security__in=["tls", "starttls", "none"]),
            ),
            models.CheckConstraint(
                name="sender_way_is_known", condition=Q(way__in=["password", "oauth2"])
            ),
            models.CheckConstraint(
                name="sender_never_signs_in_unsecured",
                condition=~Q(security="none") | Q(login=""),
            ),
            models.CheckConstraint(
                name="sender_signs_with_key_and_selector",
                condition=Q(dkim_selector="", dkim_key=b"")
                | ~Q(dkim_selector="") & ~Q(dkim_key=b""),
            ),
        ]

    @override
    def __str__(self) -> str:
        return self.address
