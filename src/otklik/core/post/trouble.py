"""What keeps a desk from its post, in one sentence that says what to change."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, Self

from django.utils.translation import gettext as _
from typing_extensions import override

LONGEST_SAID: Final = 200


class Kind(StrEnum):
    HOST = "host"
    SILENT = "silent"
    PORT = "port"
    PROTOCOL = "protocol"
    CERTIFICATE = "certificate"
    NO_TLS = "no-tls"
    LOGIN = "login"
    LOGIN_UNSAFE = "login-unsafe"
    LOGIN_WAY = "login-way"
    FOLDER = "folder"
    TARGET = "target"
    READ_ONLY = "read-only"
    QUOTA = "quota"
    BUSY = "busy"
    CUT = "cut"
    REFUSED = "refused"
    NO_NAMES = "no-names"
    NO_OLD = "no-old"
    GRANT = "grant"
    CLIENT = "client"
    TOKENS = "tokens"
    TAKEN = "taken"
    UNREADABLE = "unreadable"
    FAULT = "fault"


@dataclass(frozen=True)
class _Rule:
    words: Callable[[], str]
    mendable: bool = True
    """A person has to change something: to try again soon only annoys the server."""


_RULES: Final[Mapping[Kind, _Rule]] = {
    Kind.HOST: _Rule(
        lambda: _("There is no server named “%(host)s”: correct the name of the server.")
    ),
    Kind.SILENT: _Rule(
        lambda: _(
            "%(host)s does not answer on port %(port)s: correct the port, or let the"
            " firewall pass this connection."
        ),
        mendable=False,
    ),
    Kind.PORT: _Rule(
        lambda: _(
            "Nothing listens on port %(port)s of %(host)s: correct the port, or start the"
            " service there."
        ),
        mendable=False,
    ),
    Kind.PROTOCOL: _Rule(
        lambda: _(
            "What answers on port %(port)s of %(host)s does not speak %(protocol)s this way:"
            " correct the port or the way of encryption."
        )
    ),
    Kind.CERTIFICATE: _Rule(
        lambda: _(
            "The certificate of %(host)s cannot be trusted (%(said)s): correct the name of the"
            " server, or have its certificate renewed."
        )
    ),
    Kind.NO_TLS: _Rule(
        lambda: _("%(host)s offers no STARTTLS on port %(port)s: choose another way of encryption.")
    ),
    Kind.LOGIN: _Rule(
        lambda: _("%(host)s refused the name or the password: enter them anew (%(said)s).")
    ),
    Kind.LOGIN_UNSAFE: _Rule(
        lambda: _("%(host)s takes no password without encryption: choose TLS or STARTTLS.")
    ),
    Kind.LOGIN_WAY: _Rule(
        lambda: _(
            "%(host)s does not offer this way of signing in: choose another, or permit it there."
        )
    ),
    Kind.FOLDER: _Rule(
        lambda: _("There is no folder “%(folder)s”: choose one of those there (%(said)s).")
    ),
    Kind.TARGET: _Rule(
        lambda: _(
            "Letters cannot be moved to “%(folder)s”: make that folder on the server, or choose"
            " another (%(said)s)."
        )
    ),
    Kind.READ_ONLY: _Rule(
        lambda: _(
            "The folder “%(folder)s” may only be read: leave letters as they are, or grant this"
            " account the right to change them."
        )
    ),
    Kind.QUOTA: _Rule(lambda: _("The mailbox on %(host)s is full: make room there (%(said)s).")),
    Kind.BUSY: _Rule(
        lambda: _(
            "%(host)s asks to come again later: close other programs on this mailbox if it stays"
            " so (%(said)s)."
        ),
        mendable=False,
    ),
    Kind.CUT: _Rule(
        lambda: _(
            "%(host)s ended the connection: nothing needs to be changed unless it stays so;"
            " then look into the log of that server."
        ),
        mendable=False,
    ),
    Kind.REFUSED: _Rule(
        lambda: _("%(host)s refused what was asked: mend what its words name (%(said)s)."),
        mendable=False,
    ),
    Kind.NO_NAMES: _Rule(
        lambda: _(
            "%(host)s gives letters no lasting names (UIDL): have letters deleted once they are"
            " taken, or use IMAP."
        )
    ),
    Kind.NO_OLD: _Rule(
        lambda: _(
            "%(host)s gives letters no lasting names (UIDL), so old ones cannot be told from new:"
            " have those taken too that lie there already, or use IMAP."
        )
    ),
    Kind.GRANT: _Rule(
        lambda: _(
            "%(host)s no longer honours the consent for this mailbox: give it anew and enter the"
            " new refresh token (%(said)s)."
        )
    ),
    Kind.CLIENT: _Rule(
        lambda: _(
            "%(host)s does not know this desk: correct the client's id and secret (%(said)s)."
        )
    ),
    Kind.TOKENS: _Rule(
        lambda: _(
            "%(host)s gave no access token: correct the address for tokens and the scope"
            " (%(said)s)."
        )
    ),
    Kind.TAKEN: _Rule(
        lambda: _(
            "Port %(port)s of this machine is taken or not permitted: choose another in the"
            " settings of the desk (%(said)s)."
        )
    ),
    Kind.UNREADABLE: _Rule(
        lambda: _(
            "The password kept here can no longer be read, because the desk's SECRET_KEY is"
            " another: enter the password anew."
        )
    ),
    Kind.FAULT: _Rule(
        lambda: _(
            "A fault of the desk itself keeps this mailbox from being read: report what the log"
            " says of “mailbox_failed”."
        ),
        mendable=False,
    ),
}


@dataclass(eq=False)
class Trouble(Exception):
    """A server cannot be used as it is set up; `said` are its own words, shortened."""

    kind: Kind
    host: str = ""
    port: int = 0
    protocol: str = ""
    folder: str = ""
    said: str = field(default="")

    @override
    def __str__(self) -> str:
        return self.sentence()

    @property
    def needs_a_person(self) -> bool:
        return _RULES[self.kind].mendable

    def sentence(self) -> str:
        """Say in the reader's language what to change."""
        given = {name: value for name, value in self.kept().items() if name != "kind"}
        words = _RULES[self.kind].words() % ({"said": ""} | given | {"port": self.port})
        return words.replace(" ()", "")

    def kept(self) -> dict[str, Any]:
        """Return it as a row keeps it."""
        return {
            "kind": self.kind.value,
            "host": self.host,
            "port": self.port,
            "protocol": self.protocol,
            "folder": self.folder,
            "said": self.said,
        }

    @classmethod
    def from_kept(cls, kept: Mapping[str, Any]) -> Self:
        return cls(**{**kept, "kind": Kind(kept["kind"])})


def words_of(raw: bytes | str) -> str:
    """Return a server's words as a person may be shown them: one short line, no controls."""
    text = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else raw
    line = " ".join("".join(one if one.isprintable() else " " for one in text).split())
    return line if len(line) <= LONGEST_SAID else f"{line[: LONGEST_SAID - 1]}…"
