"""Commands to an IMAP server and their ends, and what it says unasked."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from otklik.core.post.imap.answers import Answer, read_answer
from otklik.core.post.trouble import Kind, Trouble, words_of
from otklik.core.post.wire import Wire

LONGEST_NUMBER: Final = 10  # digits of 32 bits
_CODE: Final = re.compile(rb"\[([A-Za-z-]+)(?: ([^\]]{0,200}))?\] ?")
BUSY: Final = frozenset({"UNAVAILABLE", "INUSE", "LIMIT", "THROTTLED"})  # RFC 5530


@dataclass(frozen=True)
class End:
    """How a command ended: OK, NO or BAD, with the code of RFC 5530 if it has one."""

    word: str
    code: str
    said: bytes

    @property
    def is_ok(self) -> bool:
        return self.word == "OK"

    def explains(self, *codes: str) -> bool:
        return self.code in codes

    @classmethod
    def of(cls, text: bytes) -> "End":
        word, _, rest = text.partition(b" ")
        code = _CODE.match(rest)
        named = code[1].decode("ascii").upper() if code else ""
        return cls(
            word.decode("ascii", "replace").upper(), named, rest[code.end() if code else 0 :]
        )


def _nothing(_answer: Answer) -> None:
    pass


class Talk:
    """Asks one thing after another; hears what else is said meanwhile."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.exists = 0
        self.has_news = False
        """The server said of another letter since this was last set to False."""
        self._number = 0

    def begin(self, command: bytes) -> bytes:
        self._number += 1
        tag = b"o%d" % self._number
        self.wire.send(tag + b" " + command + b"\r\n")
        return tag

    def ask(
        self,
        command: bytes,
        each: Callable[[Answer], None] = _nothing,
        reply: Callable[[], bytes] = bytes,
    ) -> End:
        """Ask, hand over each untagged answer, and reply where the server waits for more."""
        return self.end_of(self.begin(command), each, reply)

    def end_of(
        self,
        tag: bytes,
        each: Callable[[Answer], None] = _nothing,
        reply: Callable[[], bytes] = bytes,
    ) -> End:
        while True:
            answer = self.heard()
            if answer.tag == tag:
                return End.of(answer.text)
            if answer.tag == b"+":
                self.wire.send(reply() + b"\r\n")
            elif answer.tag == b"*":
                each(answer)

    def heard(self) -> Answer:
        """Read one answer, and note what it says of the folder. Raises Trouble."""
        answer = read_answer(self.wire)
        if answer.tag == b"*":
            number, _, word = answer.text.partition(b" ")
            said = word.upper()
            if said == b"EXISTS" and number.isdigit() and len(number) <= LONGEST_NUMBER:
                self.has_news = self.has_news or int(number) > self.exists
                self.exists = int(number)
            elif said == b"EXPUNGE":
                self.exists = max(0, self.exists - 1)
            if number.upper() == b"BYE":
                raise self.farewell(word)
        return answer

    def farewell(self, said: bytes) -> Trouble:
        """Say what a BYE means."""
        end = End.of(b"BYE " + said)
        kind = Kind.BUSY if end.code in BUSY else Kind.CUT
        return self.wire.server.trouble(kind, words_of(end.said))
