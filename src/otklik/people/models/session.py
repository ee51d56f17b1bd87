from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from typing_extensions import override

from otklik.people.models.account import Account


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

    @classmethod
    @override
    def get_session_store_class(cls) -> type:
        return SessionStore


class SessionStore(DatabaseStore):
    """Django's database sessions, kept in our table with whose they are."""

    @classmethod
    @override
    def get_model_class(cls) -> type[Session]:
        return Session

    @override
    def create_model_instance(self, data: dict[str, object]) -> Session:
        session = super().create_model_instance(data)
        account_id = data.get("_auth_user_id")
        session.account_id = int(str(account_id)) if account_id else None
        return session
