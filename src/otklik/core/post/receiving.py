"""A server for SMTP (RFC 5321) and LMTP (RFC 2033): letters that others hand to the desk directly.

Strict where others were led astray: a line ends with CR LF and with nothing else, so that no two
programs can disagree about where a letter ends (SMTP smuggling, CVE-2023-51764). A letter is
answered with 250 only once it is kept.
"""

import asyncio
import contextlib
import ipaddress
import logging
import re
import ssl
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Final, Protocol

from otklik.core.post.spool import Spool

logger = logging.getLogger(__name__)

LONGEST_COMMAND: Final = 2048
LONGEST_LINE: Final = 1024 * 1024
MOST_RECIPIENTS: Final = 100
MOST_ERRORS: Final = 10
MOST_AT_ONCE: Final = 200
MOST_FROM_ONE: Final = 20
COMMAND_SECONDS: Final = 300.0
LINE_SECONDS: Final = 180.0
_PATH: Final = re.compile(r"<(?:@[^<>:]{1,250}:)?([^<>\s]{0,320})>((?: [\x21-\x7e]{1,100}){0,10})")


@dataclass(frozen=True)
class Envelope:
    """Who handed a letter over, and to whom."""

    client: str
    hello: str
    sender: str
    recipients: tuple[str, ...]
    is_secure: bool = False
    is_local: bool = False
    """By LMTP: from a server of our own, whatever it is called."""


class Taker(Protocol):
    """What a desk does with letters. Called in threads of their own."""

    def knows(self, recipient: str) -> bool:
        """Say whether letters to this address are taken."""

    def keep(self, envelope: Envelope, raw: Spool) -> None:
        """Keep a letter for good. Whatever is raised, the sender keeps it and comes again."""


@dataclass(frozen=True)
class Rules:
    name: str
    most_bytes: int
    is_lmtp: bool = False
    tls: ssl.SSLContext | None = None
    letters_a_minute: int = 600
    """That one client may hand over."""


@dataclass
class _Letter:
    sender: str | None = None
    recipients: list[str] = field(default_factory=list)


class BadEnd(Exception):
    """A line that ended otherwise than with CR LF, or did not end."""


class Pace:
    """How often each client came lately, and how many of it are here."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._came: dict[str, deque[float]] = {}
        self.present: dict[str, int] = {}

    def takes(self, client: str) -> bool:
        """Count one letter; False where these are too many in a minute."""
        now = time.monotonic()
        came = self._came.setdefault(client, deque())
        while came and came[0] < now - 60:
            came.popleft()
        if len(came) >= self._most:
            return False
        came.append(now)
        if len(self._came) > MOST_AT_ONCE * 10:
            self._came = {one: times for one, times in self._came.items() if times[-1] > now - 60}
        return True

    @contextlib.contextmanager
    def visit(self, client: str) -> Iterator[bool]:
        """Count a client as present; gives False where there are too many already."""
        here = self.present.get(client, 0)
        self.present[client] = here + 1
        try:
            yield here < MOST_FROM_ONE and sum(self.present.values()) <= MOST_AT_ONCE
        finally:
            self.present[client] -= 1
            if not self.present[client]:
                del self.present[client]


class Receiver:
    """Listens until it is closed."""

    def __init__(self, rules: Rules, taker: Taker) -> None:
        self._rules = rules
        self._taker = taker
        self._pace = Pace(rules.letters_a_minute)

    async def listen(self, host: str, port: int) -> asyncio.Server:
        return await asyncio.start_server(self._met, host, port, limit=LONGEST_LINE)

    async def _met(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = writer.get_extra_info("peername")
        client = str(ipaddress.ip_address(peer[0].partition("%")[0])) if peer else ""
        with self._pace.visit(client) as has_room:
            session = Session(self._rules, self._taker, self._pace, (reader, writer), client)
            try:
                if has_room:
                    await session.run()
                else:
                    await session.say(421, "4.7.0 Too many connections, come again later")
            except (OSError, TimeoutError, EOFError, asyncio.CancelledError):
                pass  # it went away, or we do: what was not answered stays with the sender
            except Exception:  # one client's fault is nobody else's
                logger.exception("receiving_failed", extra={"client": client})
            finally:
                writer.close()
                with contextlib.suppress(OSError, TimeoutError, asyncio.CancelledError):
                    await asyncio.wait_for(writer.wait_closed(), 5)


class Session:
    """One client, one command after another."""

    def __init__(
        self,
        rules: Rules,
        taker: Taker,
        pace: Pace,
        ends: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        client: str,
    ) -> None:
        self._rules, self._taker, self._pace = rules, taker, pace
        self._reader, self._writer = ends
        self._client = client
        self._hello = ""
        self._is_secure = False
        self._errors = 0
        self._letter = _Letter()
        self._ends = False
        self._verbs: dict[str, Callable[[str], Awaitable[None]]] = {
            "LHLO" if rules.is_lmtp else "EHLO": self._greeted,
            "MAIL": self._from,
            "RCPT": self._to,
            "DATA": self._data,
            "RSET": self._reset,
            "NOOP": self._nothing,
            "VRFY": self._not_verified,
            "QUIT": self._quit,
        }
        if not rules.is_lmtp:
            self._verbs["HELO"] = self._greeted_shortly
        if rules.tls is not None:
            self._verbs["STARTTLS"] = self._secured

    async def run(self) -> None:
        await self.say(220, f"{self._rules.name} {'LMTP' if self._rules.is_lmtp else 'ESMTP'}")
        while not self._ends:
            try:
                line = await self._line(LONGEST_COMMAND, COMMAND_SECONDS)
            except BadEnd:
                await self.say(500, "5.5.2 Lines end with CR LF, and are short")
                return
            verb, _, rest = line.decode("utf-8", "replace").partition(" ")
            act = self._verbs.get(verb.upper(), self._unknown)
            await act(rest.strip())
            if self._errors > MOST_ERRORS:
                await self.say(421, "4.7.0 Too many errors")
                return

    async def say(self, code: int, words: str, *more: str) -> None:
        lines = [words, *more]
        last = len(lines) - 1
        said = "".join(
            f"{code}{' ' if number == last else '-'}{one}\r\n" for number, one in enumerate(lines)
        )
        self._errors += 400 <= code < 600  # noqa: PLR2004  # RFC 5321, section 4.2.1
        self._writer.write(said.encode("ascii", "replace"))
        await asyncio.wait_for(self._writer.drain(), LINE_SECONDS)

    async def _line(self, most: int, seconds: float) -> bytes:
        """Return a line without its end. Raises BadEnd for any other end than CR LF."""
        try:
            line = await asyncio.wait_for(self._reader.readuntil(b"\n"), seconds)
        except asyncio.LimitOverrunError:
            raise BadEnd from None
        if len(line) > most or not line.endswith(b"\r\n") or b"\r" in line[:-2]:
            raise BadEnd
        return line[:-2]

    async def _greeted(self, name: str) -> None:
        self._hello, self._letter = name[:253], _Letter()
        can = ["PIPELINING", f"SIZE {self._rules.most_bytes}", "8BITMIME", "SMTPUTF8"]
        if self._rules.tls is not None and not self._is_secure:
            can.append("STARTTLS")
        await self.say(250, self._rules.name, *can, "ENHANCEDSTATUSCODES")

    async def _greeted_shortly(self, name: str) -> None:
        self._hello, self._letter = name[:253], _Letter()
        await self.say(250, self._rules.name)

    async def _secured(self, rest: str) -> None:
        if self._is_secure or rest:
            await self.say(503, "5.5.1 Not now")
            return
        if self._reader._buffer:  # type: ignore[attr-defined]  # noqa: SLF001  # what came before TLS would be heard after it (CVE-2011-0411)
            self._ends = True
            await self.say(554, "5.5.1 Nothing may follow before TLS")
            return
        self._writer.write(b"220 2.0.0 Ready\r\n")  # and nothing may be awaited before TLS begins
        async with asyncio.timeout(LINE_SECONDS):
            await self._writer.start_tls(self._rules.tls)  # type: ignore[arg-type]  # the verb is there with TLS alone
        self._is_secure, self._hello, self._letter = True, "", _Letter()

    async def _from(self, rest: str) -> None:
        if not self._hello or self._letter.sender is not None:
            await self.say(503, "5.5.1 Greet first, and one letter at a time")
            return
        address, more = _path(rest, "FROM:")
        if address is None:
            await self.say(501, "5.1.7 Say MAIL FROM:<address>")
            return
        size = re.search(r" SIZE=(\d{1,20})(?: |$)", more, re.IGNORECASE)
        if size and int(size[1]) > self._rules.most_bytes:
            await self.say(552, "5.3.4 The letter is too large")
            return
        if not self._pace.takes(self._client):
            await self.say(451, "4.7.1 Too many letters, come again later")
            return
        self._letter.sender = address
        await self.say(250, "2.1.0 Ok")

    async def _to(self, rest: str) -> None:
        if self._letter.sender is None:
            await self.say(503, "5.5.1 Say MAIL first")
            return
        address, _more = _path(rest, "TO:")
        if not address:
            await self.say(501, "5.1.3 Say RCPT TO:<address>")
            return
        if len(self._letter.recipients) >= MOST_RECIPIENTS:
            await self.say(452, "4.5.3 Too many recipients")
            return
        try:
            is_known = await asyncio.to_thread(self._taker.knows, address)
        except Exception:  # the database may be away: the sender comes again
            logger.exception("recipient_not_looked_up")
            await self.say(451, "4.3.0 Come again later")
            return
        if not is_known:
            await self.say(550, "5.1.1 No letters are taken for this address")
            return
        self._letter.recipients.append(address)
        await self.say(250, "2.1.5 Ok")

    async def _data(self, rest: str) -> None:
        if not self._letter.recipients or rest:
            await self.say(503, "5.5.1 Say RCPT first")
            return
        await self.say(354, "End with a dot alone between CR LF")
        letter, self._letter = self._letter, _Letter()
        with Spool() as raw:
            try:
                is_whole = await self._read_into(raw)
            except BadEnd:
                await self.say(550, "5.6.0 Lines end with CR LF alone (RFC 5321, 2.3.8)")
                self._ends = True
                return
            answer = await self._kept(letter, raw) if is_whole else (552, "5.3.4 It is too large")
        for _one in letter.recipients if self._rules.is_lmtp else letter.recipients[:1]:
            await self.say(*answer)

    async def _read_into(self, raw: Spool) -> bool:
        """Read up to the dot; return whether it is small enough. Raises BadEnd."""
        while (line := await self._line(LONGEST_LINE, LINE_SECONDS)) != b".":
            if raw.size <= self._rules.most_bytes:
                raw.write(line.removeprefix(b".") + b"\r\n")
        return raw.size <= self._rules.most_bytes

    async def _kept(self, letter: _Letter, raw: Spool) -> tuple[int, str]:
        envelope = Envelope(
            client=self._client,
            hello=self._hello,
            sender=letter.sender or "",
            recipients=tuple(letter.recipients),
            is_secure=self._is_secure,
            is_local=self._rules.is_lmtp,
        )
        try:
            await asyncio.to_thread(self._taker.keep, envelope, raw)
        except Exception:  # whatever it was, the sender still has the letter
            logger.exception("letter_not_kept", extra={"client": self._client})
            return 451, "4.3.0 It could not be kept, come again later"
        return 250, "2.0.0 Kept"

    async def _reset(self, _rest: str) -> None:
        self._letter = _Letter()
        await self.say(250, "2.0.0 Ok")

    async def _nothing(self, _rest: str) -> None:
        await self.say(250, "2.0.0 Ok")

    async def _not_verified(self, _rest: str) -> None:
        await self.say(252, "2.5.0 Send it and see")

    async def _unknown(self, _rest: str) -> None:
        await self.say(502, "5.5.1 Not known here")

    async def _quit(self, _rest: str) -> None:
        self._ends = True
        await self.say(221, "2.0.0 Goodbye")


def _path(rest: str, word: str) -> tuple[str | None, str]:
    """Return the address of MAIL or RCPT and what stands after it; None where it is no path."""
    if rest[: len(word)].upper() != word:
        return None, ""
    found = _PATH.fullmatch(rest[len(word) :].strip())
    return (found[1], found[2]) if found else (None, "")
