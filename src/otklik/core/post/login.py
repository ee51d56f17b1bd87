"""What a server is shown so that it opens a mailbox."""

import base64
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Login:
    """A name, with a password or, where `token` is given, an access token (XOAUTH2)."""

    name: str
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)

    def plain(self) -> bytes:
        """Return the words of SASL PLAIN (RFC 4616) in base64."""
        return base64.b64encode(f"\0{self.name}\0{self.password}".encode())

    def xoauth2(self) -> bytes:
        """Return the words of XOAUTH2 (developers.google.com/gmail/imap/xoauth2-protocol)."""
        said = f"user={self.name}\1auth=Bearer {self.token}\1\1"
        return base64.b64encode(said.encode())
