"""A maildrop on a POP3 server (RFC 1939): letters are named by UIDL, and deleted only when kept."""

import hashlib
from collections.abc import Iterator
from typing import Final, NamedTuple, Self

from otklik.core.post.login import Login
from otklik.core.post.trouble import Kind
from otklik.core.post.wire import PATIENCE_SECONDS, Security, Server, Wire

PIECE: Final = 64 * 1024
LONGEST_LINE: Final = 1024 * 1024
"""Of what the server says itself; a line of a letter may be longer, and comes in parts."""
MOST_DIGITS: Final = 15
MOST_LISTED: Final = 1_000_000


class Dropped(NamedTuple):
    number: int
    name: str
    """Its UIDL; "" where the server names nothing."""

    @property
    def uid(self) -> int:
        """A number for its name: 63 bits of SHA-256, as long as a place's column."""
        return int.from_bytes(hashlib.sha256(self.name.encode()).digest()[:8]) >> 1


class Pop3:
    """Open with `opened`. What was deleted is deleted only if it ends with `leave`."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._server = wire.server

    @classmethod
    def opened(cls, server: Server, login: Login, patience: float = PATIENCE_SECONDS) -> Self:
        """Reach the server and sign in. Raises Trouble."""
        pop = cls(Wire(server, patience))
        try:
            pop._greet()
            pop._sign_in(login)
        except BaseException:
            pop.close()
            raise
        return pop

    def close(self) -> None:
        self._wire.close()

    def leave(self) -> None:
        """Have the deleted letters go, and end."""
        try:
            self._ask_well(b"QUIT")
        finally:
            self.close()

    def letters(self) -> list[Dropped]:
        """Return what lies there. Raises Trouble where the server gives no names."""
        is_well, said = self._ask(b"UIDL")
        if not is_well:
            raise self._server.trouble(Kind.NO_NAMES, said)
        return [one for one in map(_named, self._lines()) if one]

    def numbers(self) -> list[Dropped]:
        """Return what lies there, without names."""
        self._ask_well(b"LIST")
        return [Dropped(one.number, "") for one in map(_named, self._lines()) if one]

    def sizes(self) -> dict[int, int]:
        """Return how long letters are, as far as the server says it."""
        is_well, _said = self._ask(b"LIST")
        listed = [line.split() for line in self._lines()] if is_well else []
        return {
            int(one[0]): int(one[1])
            for one in listed
            if len(one) > 1 and all(word.isdigit() and len(word) <= MOST_DIGITS for word in one[:2])
        }

    def take(self, number: int) -> Iterator[bytes]:
        """Give a letter in pieces, with the line ends it has."""
        is_well, said = self._ask(b"RETR %d" % number)
        if not is_well:
            raise self._server.trouble(Kind.REFUSED, said)
        gathered = bytearray()
        begins = True
        while (read := self._wire.part_of_line()) != (b".", True) or not begins:
            part, ends = read
            gathered += part.removeprefix(b".") if begins else part
            gathered += b"\r\n" if ends else b""
            begins = ends
            if len(gathered) >= PIECE:
                yield bytes(gathered)
                gathered.clear()
        yield bytes(gathered)

    def delete(self, number: int) -> None:
        self._ask_well(b"DELE %d" % number)

    def _greet(self) -> None:
        self._wire.greeting()
        line = self._wire.line(LONGEST_LINE)
        if not line.startswith(b"+OK"):
            busy = any(code in line for code in (b"[IN-USE]", b"[LOGIN-DELAY]", b"[SYS/TEMP]"))
            raise self._server.trouble(Kind.BUSY if busy else Kind.PROTOCOL, line)
        if self._server.security is Security.STARTTLS:
            if not self._ask(b"STLS")[0]:
                raise self._server.trouble(Kind.NO_TLS)
            self._wire.secure()

    def _sign_in(self, login: Login) -> None:
        if login.token:
            is_well, said = self._ask(b"AUTH XOAUTH2")
            if said.startswith(b"+"):
                is_well, said = self._ask(login.xoauth2())
                if not is_well and said.startswith(b"+"):  # it explains itself in base64
                    is_well, said = self._ask(b"")
        else:
            is_well, said = self._ask(b"USER " + login.name.encode())
            if is_well:
                is_well, said = self._ask(b"PASS " + login.password.encode())
        if not is_well:
            raise self._server.trouble(_why_not_let_in(said, login), said)

    def _ask(self, command: bytes) -> tuple[bool, bytes]:
        """Ask; return whether the server agreed, and its words."""
        self._wire.send(command + b"\r\n")
        line = self._wire.line(LONGEST_LINE)
        if line.startswith(b"+OK"):
            return True, line[3:].strip()
        if line.startswith(b"-ERR"):
            return False, line[4:].strip()
        if line.startswith(b"+ ") or line == b"+":
            return False, line
        raise self._server.trouble(Kind.PROTOCOL, line)

    def _ask_well(self, command: bytes) -> None:
        is_well, said = self._ask(command)
        if not is_well:
            raise self._server.trouble(Kind.REFUSED, said)

    def _lines(self) -> Iterator[bytes]:
        """Give the lines of a long answer, up to the one with a dot alone."""
        while (line := self._wire.line()) != b".":
            yield line.removeprefix(b".")


def _named(line: bytes) -> Dropped | None:
    number, _, name = line.partition(b" ")
    if not number.isdigit() or len(number) > len(str(MOST_LISTED)):
        return None
    return Dropped(int(number), name.strip().decode("ascii", "backslashreplace"))


def _why_not_let_in(said: bytes, login: Login) -> Kind:
    said = said.upper()
    if any(code in said for code in (b"[IN-USE]", b"[LOGIN-DELAY]", b"[SYS/TEMP]")):
        return Kind.BUSY
    if b"[SYS/PERM]" in said and login.token:
        return Kind.LOGIN_WAY
    if b"PLAINTEXT AUTHENTICATION DISALLOWED" in said or b"[PRIVACYREQUIRED]" in said:
        return Kind.LOGIN_UNSAFE
    return Kind.LOGIN
