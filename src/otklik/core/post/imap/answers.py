"""What an IMAP server says, as words (RFC 9051, section 9). Never trusts a length."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from otklik.core.post.trouble import Kind
from otklik.core.post.wire import Wire

Word = bytes | list["Word"] | None

MOST_LITERAL: Final = 2 * 1024 * 1024
"""Twice what is ever asked for at once."""
MOST_LITERALS: Final = 100
MOST_BYTES: Final = 16 * 1024 * 1024
"""Of one answer, in all its lines and literals."""
DEEPEST: Final = 20
_LITERAL: Final = re.compile(rb"~?\{(\d{1,12})\+?\}$")
_TOKEN: Final = re.compile(rb'[()]|"(?:[^"\\]|\\.)*"|[^ ()"]+')


@dataclass(frozen=True)
class Answer:
    """One answer: its tag (`*`, `+` or a command's), then its text and literals in turn."""

    tag: bytes
    texts: Sequence[bytes]
    literals: Sequence[bytes] = ()

    @property
    def text(self) -> bytes:
        return self.texts[0]

    def words(self) -> list[Word]:
        """Return its words: atoms and strings as bytes, NIL as None, lists nested.

        None at all where a list has no end.
        """
        whole: list[Word] = []
        open_lists = [whole]
        for token in self._tokens():
            if token == b"(" and len(open_lists) <= DEEPEST:
                inner: list[Word] = []
                open_lists[-1].append(inner)
                open_lists.append(inner)
            elif token == b")" and len(open_lists) > 1:
                open_lists.pop()
            elif isinstance(token, _Text):
                open_lists[-1].append(token.said)
            else:
                open_lists[-1].append(None if token.upper() == b"NIL" else token)
        return whole if len(open_lists) == 1 else []

    def _tokens(self) -> Iterator["bytes | _Text"]:
        for number, text in enumerate(self.texts):
            for found in _TOKEN.finditer(text):
                token = found[0]
                is_quoted = token.startswith(b'"')
                yield _Text(re.sub(rb"\\(.)", rb"\1", token[1:-1])) if is_quoted else token
            if number < len(self.literals):
                yield _Text(self.literals[number])


@dataclass(frozen=True)
class _Text:
    """A string, which is never a mark or NIL."""

    said: bytes

    def upper(self) -> bytes:
        return self.said


def read_answer(wire: Wire) -> Answer:
    """Read one whole answer. Raises Trouble."""
    texts: list[bytes] = []
    literals: list[bytes] = []
    left = MOST_BYTES
    while True:
        line = wire.line()
        counted = _LITERAL.search(line)
        texts.append(line[: counted.start()] if counted else line)
        if counted is None:
            break
        size = int(counted[1])
        left -= len(line) + size
        if size > MOST_LITERAL or len(literals) == MOST_LITERALS or left < 0:
            raise wire.server.trouble(Kind.PROTOCOL, "more than was asked for")
        literals.append(b"".join(wire.counted(size)))
    tag, _, texts[0] = texts[0].partition(b" ")
    return Answer(tag, texts, literals)


def fields(said: Sequence[Word]) -> dict[bytes, Word]:
    """Return the pairs of a FETCH's list by name, a part's without where it begins."""
    words = said[0] if said else None
    if not isinstance(words, list):
        return {}
    names = [word.upper().partition(b"<")[0] for word in words[::2] if isinstance(word, bytes)]
    return dict(zip(names, words[1::2], strict=False))
