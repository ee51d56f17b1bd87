"""What has to be known to open one mailbox on its server."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from otklik.core.post.login import Login
from otklik.core.post.oauth import Consent, Grant, refreshed
from otklik.core.post.trouble import Kind
from otklik.core.post.wire import Security, Server
from otklik.core.secrecy import Unreadable, reveal
from otklik.mail.actions.fetching import FOR_CLIENT, FOR_MAILBOX, At, keep_refresh_token
from otklik.mail.models import Mailbox


@dataclass
class Account:
    """A mailbox as it was set up at one version; its access token is kept while it lasts."""

    id: int
    name: str
    version: int
    kind: str
    server: Server
    login_name: str
    hidden: bytes = field(repr=False)
    client: tuple[str, str, bytes, str] = field(repr=False)
    """Address for tokens, client's id, its hidden secret, scope; no address: a password."""
    folder: str
    taken: str
    target: str
    taken_since: datetime | None
    too_long: set[str] = field(default_factory=set)
    """Letters that turned out to be longer than is taken, where only fetching them tells."""
    _grant: Grant | None = field(default=None, repr=False)

    @classmethod
    def of(cls, mailbox: Mailbox) -> Self:
        is_oauth = mailbox.way == Mailbox.Way.OAUTH2
        address = mailbox.token_url if is_oauth else ""
        client = (address, mailbox.client_id, bytes(mailbox.client_secret), mailbox.scope)
        protocol = "POP3" if mailbox.kind == Mailbox.Kind.POP3 else "IMAP"
        return cls(
            id=mailbox.pk or 0,
            name=mailbox.name,
            version=mailbox.version,
            kind=mailbox.kind,
            server=Server(mailbox.host, mailbox.port or 0, Security(mailbox.security), protocol),
            login_name=mailbox.login,
            hidden=bytes(mailbox.secret),
            client=client,
            folder=mailbox.folder or "INBOX",
            taken=mailbox.taken,
            target=mailbox.target,
            taken_since=mailbox.taken_since,
        )

    @property
    def at(self) -> At:
        return At(self.id, self.version)

    def login(self) -> Login:
        """Return what opens the mailbox; asks the provider where a token is needed.

        Raises Trouble.
        """
        secret = self._revealed(self.hidden, FOR_MAILBOX)
        if not self.client[0]:
            return Login(self.login_name, secret)
        if self._grant is None or not self._grant.is_fresh:
            url, client_id, hidden, scope = self.client
            client_secret = self._revealed(hidden, FOR_CLIENT)
            self._grant = refreshed(Consent(url, client_id, client_secret, secret, scope))
            if self._grant.refresh_token and self.id:
                keep_refresh_token(
                    mailbox_id=self.id, before=self.hidden, token=self._grant.refresh_token
                )
        return Login(self.login_name, token=self._grant.token)

    def forget_token(self) -> None:
        """Ask for another one next time: the server refused this one."""
        self._grant = None

    def _revealed(self, hidden: bytes, purpose: str) -> str:
        try:
            return reveal(hidden, purpose) if hidden else ""
        except Unreadable:
            raise self.server.trouble(Kind.UNREADABLE) from None
