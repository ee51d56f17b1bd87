"""Handing letters to a mail server (RFC 5321, RFC 6409), and saying exactly how far it came.

Three things are told apart: the server did not take it, it took it, and nobody can know,
because the connection ended after the final dot and before the answer (RFC 1047).
"""

import contextlib
import enum
import re
import select
import smtplib
import ssl
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Self

from otklik.core.post.heads import wire_address
from otklik.core.post.patient import Patient, PatientSecured

ANSWERS_WITHIN: Final = 30.0  # seconds for each answer
ANSWERS_THE_DOT_WITHIN: Final = 120.0
MOST_WORDS: Final = 500
_PIECE: Final = 64 * 1024
_BARE = re.compile(rb"(?<!\r)\n|\r(?!\n)|\x00")
_LONG = re.compile(rb"[^\r\n]{999}")
_DOT = re.compile(rb"^\.", re.MULTILINE)
_UNSEEN = re.compile(r"[^\S ]+|[\x00-\x1f\x7f-\x9f]+")
_OK, _GO_ON, _TRY_LATER, _NEVER = 2, 3, 4, 5


class Security(enum.StrEnum):
    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


class Step(enum.StrEnum):
    """How far a conversation came: what the server was told last."""

    KEPT = "kept"
    """Nothing was said: what the desk keeps for this server cannot be read."""
    TOKENS = "tokens"
    """Nothing was said: nobody gave the desk an access token for this server."""
    WRITE = "write"
    """Nothing was said: the desk could not write the letter."""
    CONNECT = "connect"
    TLS = "tls"
    HELLO = "hello"
    LOGIN = "login"
    SENDER = "sender"
    RECIPIENT = "recipient"
    DATA = "data"
    DOT = "dot"


class Outcome(enum.StrEnum):
    ACCEPTED = "accepted"
    DELAYED = "delayed"
    """Not accepted, and may be later: 4xx, or no conversation came about."""
    REFUSED = "refused"
    """Not accepted, and never will be as it is: 5xx."""
    UNCERTAIN = "uncertain"
    """The final dot went, and no answer to it came."""
    LET_GO = "let go"
    """Not accepted: who hands it over took it back before the final dot."""


@dataclass(frozen=True, kw_only=True)
class Server:
    """A server that takes letters, and how it is spoken with."""

    host: str
    port: int
    security: Security
    login: str = ""
    password: str = ""
    access_token: str = ""  # of OAuth 2, in place of a password
    authority: str = ""  # PEM of who signed its certificate, where the system does not know them
    hello: str = "localhost"
    patience: float = ANSWERS_WITHIN


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """Who is told of trouble ("" for nobody), and the one who shall have the letter."""

    sender: str
    recipient: str


@dataclass(frozen=True, kw_only=True)
class Handed:
    """What became of a letter: at which step it ended, and in which words of the server's."""

    outcome: Outcome
    step: Step
    code: int = 0  # 0: it was not the server who spoke
    words: str = ""


class NotOpened(Exception):
    """No conversation came about; the letter was not spoken of at all."""

    def __init__(self, step: Step, words: str, code: int = 0) -> None:
        super().__init__(f"{step}: {code} {words}")
        self.step, self.words, self.code = step, words, code


class Session:
    """One conversation with a server, for one letter after another; not for two threads."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._client: Patient | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _at: TracebackType | None,
    ) -> None:
        if error is None:
            self.close()
        else:
            self.drop()  # in the middle of a letter a goodbye would be a line of it

    def open(self) -> None:
        """Connect, secure and sign in, unless that is done. Raises NotOpened."""
        if self._client is not None:
            return
        client = _connected(self.server)
        try:
            _greet(client, self.server)
            _sign_in(client, self.server)
        except BaseException:
            client.close()
            raise
        self._client = client

    def hand_over(
        self, envelope: Envelope, raw: bytes, before_dot: Callable[[], bool] = lambda: True
    ) -> Handed:
        """Hand over one letter whose lines end with CR LF; opens the conversation if need be.

        `before_dot` is called when all but the final dot has gone: who returns False keeps the
        letter. Raises ValueError for bytes that a server could read as more than one letter.
        """
        ensure_one(raw)
        try:
            self.open()
        except NotOpened as error:
            return Handed(
                outcome=Outcome.DELAYED, step=error.step, code=error.code, words=error.words
            )
        assert self._client is not None  # noqa: S101  # just opened
        talk = _Talk(self._client, envelope)
        handed = talk.through(raw, before_dot)
        if handed.outcome != Outcome.ACCEPTED:
            self.drop()
        return handed

    def try_out(self, sender: str) -> None:
        """Open a conversation and ask whether this sender may write. Raises NotOpened."""
        self.open()
        assert self._client is not None  # noqa: S101  # just opened
        with _told(Step.SENDER):
            code, said = self._client.docmd("MAIL", f"FROM:<{wire_address(sender)}>")
            if code // 100 != _OK:
                raise NotOpened(Step.SENDER, readable(said), code)

    def close(self) -> None:
        """Say goodbye, if there is still a conversation."""
        if self._client is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                self._client.docmd("QUIT")
        self.drop()

    def drop(self) -> None:
        """End the conversation without a word."""
        if self._client is not None:
            self._client.close()
        self._client = None


class _Talk:
    """The way of one letter through an open conversation."""

    def __init__(self, client: Patient, envelope: Envelope) -> None:
        self.client, self.envelope = client, envelope
        self.step = Step.SENDER

    def through(self, raw: bytes, before_dot: Callable[[], bool]) -> Handed:
        try:
            return self._envelope() or self._content(raw) or self._dot(before_dot)
        except (OSError, smtplib.SMTPException) as error:
            return self._ended(Outcome.DELAYED, 0, said_by(error))

    def _envelope(self) -> Handed | None:
        to, back = wire_address(self.envelope.recipient), self.envelope.sender
        wide = "" if (to + back).isascii() else " SMTPUTF8"
        if wide:
            self.client.command_encoding = "utf-8"
        back = wire_address(back) if back else ""
        size_and_more = f"FROM:<{back}>{wide}"
        return (
            self._asked(Step.SENDER, _OK, "MAIL", size_and_more)
            or self._asked(Step.RECIPIENT, _OK, "RCPT", f"TO:<{to}>")
            or self._asked(Step.DATA, _GO_ON, "DATA")
        )

    def _content(self, raw: bytes) -> Handed | None:
        stuffed = _DOT.sub(b"..", raw)
        for start in range(0, len(stuffed), _PIECE):
            self.client.send(stuffed[start : start + _PIECE])
        sock = self.client.sock
        if sock is not None and _has_said(sock):
            return self._answered(*self.client.getreply(), wanted=0)  # it will not hear the end
        return None

    def _dot(self, before_dot: Callable[[], bool]) -> Handed:
        if not before_dot():
            return self._ended(Outcome.LET_GO, 0, "")
        self.step = Step.DOT
        self.client.send(b".\r\n")  # what raises here has not left
        try:
            with self.client.waiting(ANSWERS_THE_DOT_WITHIN):
                code, said = self.client.getreply()
        except (OSError, smtplib.SMTPException) as error:
            return self._ended(Outcome.UNCERTAIN, 0, said_by(error))
        return self._answered(code, said, wanted=_OK) or self._ended(
            Outcome.ACCEPTED, code, readable(said)
        )

    def _asked(self, step: Step, wanted: int, verb: str, words: str = "") -> Handed | None:
        self.step = step
        return self._answered(*self.client.docmd(verb, words), wanted=wanted)

    def _answered(self, code: int, said: bytes, *, wanted: int) -> Handed | None:
        """Return nothing for the answer that was wanted, or how it ended."""
        kind = code // 100
        if kind == wanted:
            return None
        if self.step == Step.DOT and kind not in {_TRY_LATER, _NEVER}:
            return self._ended(Outcome.UNCERTAIN, code, readable(said))
        outcome = Outcome.REFUSED if kind == _NEVER else Outcome.DELAYED
        return self._ended(outcome, code, readable(said))

    def _ended(self, outcome: Outcome, code: int, words: str) -> Handed:
        return Handed(outcome=outcome, step=self.step, code=code, words=words)


def ensure_one(raw: bytes) -> None:
    """Raise ValueError for bytes that a server could read as more than one letter."""
    if _BARE.search(raw) or _LONG.search(raw) or not raw.endswith(b"\r\n"):
        raise ValueError("a letter has a bare CR or LF, a NUL, or a line that is too long")


def _has_said(sock: Any) -> bool:
    """Say whether something can be read, whatever the number of the socket."""
    poll = select.poll()
    poll.register(sock, select.POLLIN)
    return bool(poll.poll(0))


def readable(said: bytes) -> str:
    """Return a server's words in one line, as they may be kept and shown."""
    words = _UNSEEN.sub(" ", said.decode("utf-8", "replace"))
    return " ".join(words.split())[:MOST_WORDS]


def said_by(error: Exception) -> str:
    words = str(error) or type(error).__name__
    return readable(words.encode("utf-8", "replace"))


def _connected(server: Server) -> Patient:
    with _told(Step.CONNECT):
        if server.security == Security.TLS:
            client: Patient = PatientSecured(
                timeout=server.patience, context=_trust(server), local_hostname=server.hello
            )
        else:
            client = Patient(timeout=server.patience, local_hostname=server.hello)
        client._host = server.host  # type: ignore[attr-defined]  # noqa: SLF001  # whose name the certificate shall bear
        code, said = client.connect(server.host, server.port)
        if code // 100 != _OK:
            client.close()
            raise NotOpened(Step.CONNECT, readable(said), code)
        return client


def _greet(client: smtplib.SMTP, server: Server) -> None:
    _say_hello(client)
    if server.security != Security.STARTTLS:
        return
    with _told(Step.TLS):
        if not client.has_extn("starttls"):
            raise NotOpened(Step.TLS, "STARTTLS is not offered")
        code, said = client.starttls(context=_trust(server))
        if code // 100 != _OK:
            raise NotOpened(Step.TLS, readable(said), code)
    _say_hello(client)


def _say_hello(client: smtplib.SMTP) -> None:
    with _told(Step.HELLO):
        code, said = client.ehlo()
        if code // 100 == _NEVER:
            code, said = client.helo()
        if code // 100 != _OK:
            raise NotOpened(Step.HELLO, readable(said), code)


def _sign_in(client: smtplib.SMTP, server: Server) -> None:
    if not server.login:
        return
    offered = client.esmtp_features.get("auth", "").upper().split()
    with _told(Step.LOGIN):
        if not offered:
            raise NotOpened(Step.LOGIN, "AUTH is not offered")
        code, said = _introduced(client, server, offered)
        if code // 100 != _OK:
            raise NotOpened(Step.LOGIN, readable(said), code)


def _introduced(client: smtplib.SMTP, server: Server, offered: list[str]) -> tuple[int, bytes]:
    """Say who one is: by a token, or by the password in whichever way the server knows."""
    if server.access_token:
        code, said = client.docmd("AUTH", f"XOAUTH2 {_bearer(server)}")
        if code // 100 == _GO_ON:  # it tells why it refuses, and wants an empty answer
            return client.docmd("")
        return code, said
    if "PLAIN" in offered or "LOGIN" not in offered:
        words = f"\0{server.login}\0{server.password}".encode()
        return client.docmd("AUTH", f"PLAIN {b64encode(words).decode()}")
    code, said = client.docmd("AUTH", "LOGIN")
    for secret in (server.login, server.password):
        if code // 100 != _GO_ON:
            break
        code, said = client.docmd(b64encode(secret.encode()).decode())
    return code, said


def _bearer(server: Server) -> str:
    words = f"user={server.login}\1auth=Bearer {server.access_token}\1\1"
    return b64encode(words.encode()).decode()


def _trust(server: Server) -> ssl.SSLContext:
    return ssl.create_default_context(cadata=server.authority or None)


@contextlib.contextmanager
def _told(step: Step) -> Iterator[None]:
    """Say at which step it broke."""
    try:
        yield
    except ssl.SSLError as error:
        raise NotOpened(Step.TLS, said_by(error)) from error
    except (OSError, smtplib.SMTPException, ValueError) as error:
        raise NotOpened(step, said_by(error)) from error
