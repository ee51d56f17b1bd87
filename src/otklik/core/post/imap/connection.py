r"""One folder on an IMAP server: which letters lie there, their bytes, and what becomes of them.

Names letters by UID alone, and asks nothing of \\Seen: what another program read is still new to
us. Bytes come in bounded pieces, so that no letter fills the memory.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple, Self

from otklik.core.post.imap.answers import Answer, Word, fields
from otklik.core.post.imap.names import decoded, encoded, quoted
from otklik.core.post.imap.talk import BUSY, End, Talk
from otklik.core.post.login import Login
from otklik.core.post.trouble import Kind
from otklik.core.post.wire import PATIENCE_SECONDS, Security, Server, Wire

FIRST_PIECE: Final = 256 * 1024
NEXT_PIECE: Final = 1024 * 1024
MOST_NAMED: Final = 100
MOST_TOLD: Final = 8
MOST_UID: Final = 2**32


class Refused(Exception):
    """The server would not give this letter, or not do this with it; others may be well."""

    def __init__(self, said: bytes) -> None:
        super().__init__(said)
        self.said = said


class Listed(NamedTuple):
    uid: int
    size: int
    came_at: datetime | None
    """INTERNALDATE; None where it cannot be read."""


@dataclass(frozen=True)
class Selected:
    uidvalidity: int
    uidnext: int
    exists: int
    is_read_only: bool


class Imap:
    """Open with `opened`; one thread uses it, any may `close` it."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._talk = Talk(wire)
        self._server = wire.server
        self._can: frozenset[str] = frozenset()

    @classmethod
    def opened(cls, server: Server, login: Login, patience: float = PATIENCE_SECONDS) -> Self:
        """Reach the server and sign in. Raises Trouble."""
        imap = cls(Wire(server, patience))
        try:
            imap._greet()
            imap._sign_in(login)
        except BaseException:
            imap.close()
            raise
        return imap

    @property
    def can_idle(self) -> bool:
        return "IDLE" in self._can

    @property
    def has_news(self) -> bool:
        return self._talk.has_news

    def close(self) -> None:
        self._wire.close()

    def leave(self) -> None:
        """End well: the server is told."""
        try:
            self._talk.begin(b"LOGOUT")
        finally:
            self.close()

    def folders(self) -> list[str]:
        """Return the names of the folders that can be opened."""
        found: list[str] = []

        def note(answer: Answer) -> None:
            words = answer.words()
            if len(words) > 3 and words[0] == b"LIST" and isinstance(words[3], bytes):  # noqa: PLR2004  # LIST flags delimiter name
                flags = words[1] if isinstance(words[1], list) else []
                if not {b"\\Noselect", b"\\NonExistent"}.intersection(
                    flag for flag in flags if isinstance(flag, bytes)
                ):
                    found.append(decoded(words[3]))

        self._talk.ask(b'LIST "" "*"', note)
        return sorted(found)

    def select(self, folder: str, *, only_read: bool = False) -> Selected:
        """Open a folder. Raises Trouble where it is missing or may not be changed."""
        said: dict[bytes, int] = {}

        def note(answer: Answer) -> None:
            code = End.of(answer.text)
            if code.word == "OK" and code.code in {"UIDVALIDITY", "UIDNEXT"}:
                number = answer.text.partition(b"]")[0].rpartition(b" ")[2]
                said[code.code.encode()] = int(number) if number.isdigit() else 0

        verb = b"EXAMINE " if only_read else b"SELECT "
        self._talk.exists = 0
        end = self._talk.ask(verb + quoted(encoded(folder)), note)
        if not end.is_ok:
            raise self._no_folder(folder, end)
        if not said.get(b"UIDVALIDITY"):
            raise self._server.trouble(Kind.PROTOCOL, "no UIDVALIDITY")
        self._talk.has_news = False
        if end.explains("READ-ONLY") and not only_read:
            raise self._server.trouble(Kind.READ_ONLY, end.said, folder)
        return Selected(
            uidvalidity=said[b"UIDVALIDITY"],
            uidnext=said.get(b"UIDNEXT", 0),
            exists=self._talk.exists,
            is_read_only=end.explains("READ-ONLY"),
        )

    def uids(self, first: int = 1, *, unseen: bool = False) -> list[int]:
        """Return the UIDs from `first` on that lie there, ascending; none marked deleted."""
        found: set[int] = set()

        def note(answer: Answer) -> None:
            word, *numbers = answer.text.split()
            if word.upper() == b"SEARCH":
                found.update(uid for uid in map(_uid, numbers) if uid >= first)

        self._talk.has_news = False
        asked = b" UNSEEN" if unseen else b""
        self._ask_well(b"UID SEARCH UID %d:* UNDELETED%s" % (max(1, first), asked), note)
        return sorted(found)

    def listed(self, uids: Sequence[int]) -> list[Listed]:
        """Return size and date of letters, as far as they are still there."""
        found: dict[int, Listed] = {}

        def note(uid: int, values: dict[bytes, Word]) -> None:
            size, date = values.get(b"RFC822.SIZE"), values.get(b"INTERNALDATE")
            if isinstance(size, bytes) and size.isdigit():
                found[uid] = Listed(uid, int(size), _moment(date))

        for some in _parts(uids, MOST_NAMED):
            self._fetch(some, b"(UID INTERNALDATE RFC822.SIZE)", note)
        asked = set(uids)
        return [found[uid] for uid in sorted(found) if uid in asked]

    def take(self, uids: Sequence[int], keep: Callable[[int, Iterator[bytes]], None]) -> None:
        """Hand over each letter that is still there, piece by piece. Raises Refused, Trouble."""
        large: dict[int, bytes] = {}
        wanted = set(uids)

        def note(uid: int, values: dict[bytes, Word]) -> None:
            first = values.get(b"BODY[]")
            if uid not in wanted or not isinstance(first, bytes):
                return
            wanted.discard(uid)
            if len(first) != FIRST_PIECE:  # of one that is more, the server knows no pieces
                keep(uid, iter([first]))
            else:
                large[uid] = first

        self._fetch(uids, b"(UID BODY.PEEK[]<0.%d>)" % FIRST_PIECE, note)
        for uid in sorted(large):
            keep(uid, self._pieces(uid, large.pop(uid)))

    def mark_seen(self, uids: Sequence[int]) -> None:
        self._change(b"UID STORE %s +FLAGS.SILENT (\\Seen)", uids)

    def move(self, uids: Sequence[int], folder: str) -> None:
        """Move letters, or copy and delete where the server cannot move. Raises Trouble."""
        target = quoted(encoded(folder))
        for some in _parts(uids, MOST_NAMED):
            verb = b"MOVE" if "MOVE" in self._can else b"COPY"
            end = self._talk.ask(b"UID %s %s %s" % (verb, _named(some), target))
            if not end.is_ok:
                kind = Kind.QUOTA if end.explains("OVERQUOTA") else Kind.TARGET
                raise self._server.trouble(kind, end.said, folder)
            if verb == b"COPY":
                self.delete(some)

    def delete(self, uids: Sequence[int]) -> None:
        """Delete these letters and no others: without UIDPLUS they are marked only."""
        self._change(b"UID STORE %s +FLAGS.SILENT (\\Deleted)", uids)
        if "UIDPLUS" in self._can:
            self._change(b"UID EXPUNGE %s", uids)

    def look(self) -> None:
        """Ask whether there is news."""
        self._ask_well(b"NOOP")

    def wait(self, seconds: float) -> bool:
        """Rest until the server tells of another letter (RFC 2177); False if it told of none."""
        tag = self._talk.begin(b"IDLE")
        is_idle = False
        while not self.has_news and (not is_idle or self._wire.has_more(seconds)):
            answer = self._talk.heard()
            if answer.tag == tag:
                raise self._server.trouble(Kind.REFUSED, End.of(answer.text).said)
            is_idle = is_idle or answer.tag == b"+"
        if not is_idle:
            self._talk.end_of(tag, reply=lambda: b"DONE")
            return self.has_news
        self._wire.send(b"DONE\r\n")
        self._talk.end_of(tag)
        return self.has_news

    def _greet(self) -> None:
        self._wire.greeting()
        answer = self._talk.heard()
        end = End.of(answer.text)
        if answer.tag != b"*" or end.word not in {"OK", "PREAUTH"}:
            raise self._server.trouble(Kind.PROTOCOL, answer.tag + b" " + answer.text)
        self._learn()
        if self._server.security is not Security.STARTTLS:
            return
        if "STARTTLS" not in self._can:
            raise self._server.trouble(Kind.NO_TLS)
        if not self._talk.ask(b"STARTTLS").is_ok:
            raise self._server.trouble(Kind.NO_TLS)
        self._wire.secure()
        self._learn()

    def _learn(self) -> None:
        found: set[str] = set()

        def note(answer: Answer) -> None:
            word, *names = answer.text.split()
            if word.upper() == b"CAPABILITY":
                found.update(name.decode("ascii", "replace").upper() for name in names)

        self._ask_well(b"CAPABILITY", note)
        self._can = frozenset(found)

    def _sign_in(self, login: Login) -> None:
        if login.token:
            if "AUTH=XOAUTH2" not in self._can:
                raise self._server.trouble(Kind.LOGIN_WAY)
            replies = iter([login.xoauth2()])
            end = self._talk.ask(b"AUTHENTICATE XOAUTH2", reply=lambda: next(replies, b""))
        elif "AUTH=PLAIN" in self._can:
            end = self._talk.ask(b"AUTHENTICATE PLAIN", reply=login.plain)
        elif "LOGINDISABLED" in self._can:
            raise self._server.trouble(Kind.LOGIN_UNSAFE)
        else:
            name, password = (quoted(one.encode()) for one in (login.name, login.password))
            end = self._talk.ask(b"LOGIN " + name + b" " + password)
        if not end.is_ok:
            raise self._not_let_in(end)
        self._learn()

    def _not_let_in(self, end: End) -> Exception:
        kind = Kind.LOGIN
        if end.code in BUSY:
            kind = Kind.BUSY
        elif end.explains("OVERQUOTA"):
            kind = Kind.QUOTA
        elif end.explains("PRIVACYREQUIRED"):
            kind = Kind.LOGIN_UNSAFE
        return self._server.trouble(kind, end.said)

    def _no_folder(self, folder: str, end: End) -> Exception:
        if end.code in BUSY:
            return self._server.trouble(Kind.BUSY, end.said)
        there = self.folders()
        if folder in there:
            return self._server.trouble(Kind.REFUSED, end.said)
        more = "…" if len(there) > MOST_TOLD else ""
        return self._server.trouble(Kind.FOLDER, ", ".join(there[:MOST_TOLD]) + more, folder)

    def _pieces(self, uid: int, first: bytes) -> Iterator[bytes]:
        """Give the pieces of a large letter. Raises Refused where one is missing."""
        yield first
        start, size = len(first), NEXT_PIECE
        while True:
            found: list[bytes] = []

            def note(one: int, values: dict[bytes, Word], found: list[bytes] = found) -> None:
                piece = values.get(b"BODY[]", b"")
                if one == uid and b"BODY[]" in values:
                    found.append(piece if isinstance(piece, bytes) else b"")

            self._fetch([uid], b"(UID BODY.PEEK[]<%d.%d>)" % (start, size), note)
            if not found:
                raise Refused(b"it went away while it was fetched")
            if found[0]:
                yield found[0]
            if len(found[0]) < size:
                return
            start += len(found[0])

    def _fetch(
        self,
        uids: Iterable[int],
        what: bytes,
        each: Callable[[int, dict[bytes, Word]], None],
    ) -> None:
        def note(answer: Answer) -> None:
            _number, _, rest = answer.text.partition(b" ")
            if rest[:6].upper() != b"FETCH ":
                return
            values = fields(answer.words()[2:3])
            uid = values.get(b"UID")
            if isinstance(uid, bytes) and _uid(uid):
                each(_uid(uid), values)

        self._ask_well(b"UID FETCH %s %s" % (_named(uids), what), note)

    def _change(self, command: bytes, uids: Sequence[int]) -> None:
        for some in _parts(uids, MOST_NAMED):
            self._ask_well(command % _named(some))

    def _ask_well(
        self, command: bytes, each: Callable[[Answer], None] = lambda _answer: None
    ) -> None:
        end = self._talk.ask(command, each)
        if end.code in BUSY:
            raise self._server.trouble(Kind.BUSY, end.said)
        if not end.is_ok:
            raise Refused(end.said)


def _parts(uids: Sequence[int], most: int) -> Iterator[Sequence[int]]:
    for start in range(0, len(uids), most):
        yield uids[start : start + most]


def _named(uids: Iterable[int]) -> bytes:
    return b",".join(b"%d" % uid for uid in uids)


def _uid(word: bytes) -> int:
    """Return a UID, 0 if that is none."""
    number = int(word) if word.isdigit() and len(word) <= 10 else 0  # noqa: PLR2004  # 32 bits
    return number if number < MOST_UID else 0


def _moment(date: Word) -> datetime | None:
    try:
        said = date.decode("ascii").strip() if isinstance(date, bytes) else ""
        return datetime.strptime(said, "%d-%b-%Y %H:%M:%S %z")
    except ValueError:
        return None
