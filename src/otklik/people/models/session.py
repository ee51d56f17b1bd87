from datetime import timedelta
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import Aggregate, F, OuterRef, Subquery
from typing_extensions import override

from otklik.core import clock
from otklik.core.models import ConfigurationStamp
from otklik.core.prepared import Given, Prepared
from otklik.people.models.account import Account
from otklik.people.models.department import Membership

BROWSERS = [  # the first sign found counts: most claim to be their forerunners as well
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("YaBrowser/", "Yandex Browser"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
]
SYSTEMS = [
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
]
SEEN_EVERY = timedelta(minutes=5)  # how exact `seen_at` is


class Session(AbstractBaseSession):
    """One signed-in browser. Deleting the row signs it out at once."""

    account = models.ForeignKey(Account, models.CASCADE, null=True, related_name="sessions")
    started_at = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField(auto_now_add=True)
    address = models.GenericIPAddressField(null=True)
    browser = models.CharField(max_length=200, blank=True)  # the User-Agent, cut

    class Meta:
        indexes = [models.Index(fields=["account", "-seen_at"], name="sessions_of_an_account")]

    @override
    def __str__(self) -> str:
        return f"session of {self.account_id}"

    @property
    def name(self) -> str:
        """What pages call this session by, since its key would sign in."""
        return sha256(f"session:{self.session_key}".encode()).hexdigest()[:32]

    @property
    def browser_name(self) -> str:
        """The browser and system as people know them, "" when neither is told."""
        browser = next((name for sign, name in BROWSERS if sign in self.browser), "")
        system = next((name for sign, name in SYSTEMS if sign in self.browser), "")
        return ", ".join(filter(None, [browser, system]))

    @property
    def was_seen_lately(self) -> bool:
        return clock.now() - self.seen_at < SEEN_EVERY

    @classmethod
    @override
    def get_session_store_class(cls) -> type:
        return SessionStore


_SIGNED_IN: Final = Prepared(
    lambda: (
        Session.objects.select_related("account__person__organization")
        .filter(session_key=Given("key"), expire_date__gt=Given("now"))
        .annotate(
            roles=Subquery(_roles()),
            stamp=Subquery(ConfigurationStamp.objects.values("value")[:1]),
        )
    )
)


def _roles() -> models.QuerySet[Membership, Any]:
    """Collect the roles of a session's person: {department: role}, null without any."""
    rows = Membership.objects.filter(person=OuterRef("account__person")).order_by()
    pairs = Aggregate(
        F("department_id"), F("role"), function="jsonb_object_agg", output_field=models.JSONField()
    )
    return rows.values("person").annotate(all=pairs).values("all")


class SessionStore(DatabaseStore):
    """Django's database sessions, kept in our table with whose they are and from where.

    Loading one brings its account, person, organization and roles in the same query.
    """

    row: Session | None = None

    @property
    def stamp(self) -> UUID | None:
        """The stamp of the configuration, as it came along with the session."""
        return getattr(self.row, "stamp", None)

    @classmethod
    @override
    def get_model_class(cls) -> type[Session]:
        return Session

    def _get_session_from_db(self) -> Session | None:
        self.row = _SIGNED_IN.first(key=self.session_key, now=clock.now())
        if self.row is None:
            self._session_key = None
        return self.row

    @override
    def create_model_instance(self, data: dict[str, object]) -> Session:
        account_id = data.get(SESSION_KEY)
        return Session(
            session_key=self.session_key or "",
            session_data=self.encode(data),
            expire_date=self.get_expiry_date(),
            account_id=int(str(account_id)) if account_id else None,
            address=str(data["address"]) if data.get("address") else None,
            browser=str(data.get("browser", "")),
        )

    @override
    def save(self, must_create: bool = False) -> None:
        if must_create or self.session_key is None:
            super().save(must_create=must_create)
            return
        fresh = self.create_model_instance(dict(self.items()))
        columns = ("session_data", "expire_date", "account_id", "address", "browser")
        changed = Session.objects.filter(pk=fresh.session_key).update(
            **{column: getattr(fresh, column) for column in columns}
        )
        if not changed:  # ended meanwhile: it stays ended
            raise UpdateError
