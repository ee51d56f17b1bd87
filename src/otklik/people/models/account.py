from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from otklik.people.models.person import Person


class AccountManager(BaseUserManager["Account"]):
    """Django's look-ups of accounts by login."""

    @override
    def get_by_natural_key(self, username: str | None) -> "Account":
        return self.get(login=(username or "").lower())


class Account(AbstractBaseUser):
    """The right of one person to sign in."""

    class Theme(models.TextChoices):
        SYSTEM = "", _("As the device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    class UndoTime(models.IntegerChoices):
        OFF = 0, _("Off: send at once")
        SHORT = 5, _("5 seconds")
        MIDDLE = 10, _("10 seconds")
        LONG = 20, _("20 seconds")

    person = models.OneToOneField(Person, models.CASCADE, related_name="account")
    login = models.CharField(max_length=64)  # lower case, no "@": the other name to sign in by
    is_active = models.BooleanField(default=True)  # False: blocked
    is_administrator = models.BooleanField(default=False)
    must_change_password = models.BooleanField(default=False)
    theme = models.CharField(max_length=5, choices=Theme, default=Theme.SYSTEM, blank=True)
    signature = models.TextField(blank=True)  # clean HTML, added to public replies
    undo_seconds = models.PositiveSmallIntegerField(
        choices=UndoTime, default=UndoTime.SHORT, db_default=UndoTime.SHORT
    )  # how long a page holds back a reply, to be taken back
    plays_sound = models.BooleanField(default=True)
    shows_pop_ups = models.BooleanField(default=True)
    muted_kinds = models.JSONField(default=list)  # notification kinds not wanted
    columns = models.JSONField(default=list)  # of the queue, in order; empty: the default
    created_at = models.DateTimeField()

    objects: ClassVar[AccountManager] = AccountManager()

    USERNAME_FIELD = "login"

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["login"], name="login_is_unique"),
            models.CheckConstraint(
                name="login_is_lower_case_without_at",
                condition=Q(login=Lower("login")) & ~Q(login__contains="@") & ~Q(login=""),
            ),
            models.CheckConstraint(
                name="undo_seconds_are_offered", condition=Q(undo_seconds__in=[0, 5, 10, 20])
            ),
        ]

    @override
    def __str__(self) -> str:
        return self.login
