"""What a letter is like, as words that a filter may learn: said, linked, attached, and marks.

In any language: runs of letters, and pairs of letters in scripts that put no blanks between
words. Only so much of a letter is looked at, its beginning and its end, so that the time has a
bound. A word of one's own never looks like a mark, for that has a colon.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

from otklik.core.letters.charsets import text_of
from otklik.core.letters.headers import Head
from otklik.core.letters.letter import Automatic, Letter

MOST_FIRST: Final = 300
"""Different words from the beginning of a letter; what follows is known by its end."""
MOST_LAST: Final = 100
LONGEST: Final = 40
_SHORTEST: Final = 3
_MOST_LINKS: Final = 20
_MOST_FILES: Final = 10
_READ_FIRST: Final = 40_000
_READ_LAST: Final = 8_000
_PAGE_READ: Final = 200_000
_UNSPACED: Final = "\u0e00"
"""From here on, scripts stand that part no words (Thai, Chinese, Japanese), or may as well not."""

_WORD = re.compile(r"[^\W_]+")
_LINK = re.compile(r"https?://(?:[^\s/@<>\"']{1,100}@)?([^\s/?#:<>\"'\\@]{3,100})", re.IGNORECASE)
_HOST = re.compile(r"[^\W_][\w.-]*\.[^\W_][\w-]*")
_EXTENSION = re.compile(r"\.([A-Za-z0-9]{1,8})$")
_MAILER: Final = ("x-mailer", "user-agent")
_SPAM_MARKS: Final = ("x-spam-flag", "x-spam-status", "x-spam")
_YES = re.compile(rb"\s*(?:yes|true)\b", re.IGNORECASE)


def traits_of(letter: Letter, head: Head) -> tuple[str, ...]:
    """Return each trait of a letter once: marks, hosts and files first, then its words."""
    marks = dict.fromkeys([*_marks(letter, head), *_links(letter), *_files(letter)])
    said = f"{letter.subject}\n{letter.text}"
    first = dict.fromkeys(_words(said[:_READ_FIRST]))
    rest = list(first)[MOST_FIRST:]
    if len(said) > _READ_FIRST:
        end = max(_READ_FIRST, len(said) - _READ_LAST)
        rest += dict.fromkeys(_words(said[end:]))
    words = dict.fromkeys([*list(first)[:MOST_FIRST], *rest[-MOST_LAST:]])
    return (*marks, *words)


def called_spam(head: Head) -> int | None:
    """Return how many Authentication-Results stand above the first mark of spam; None for none.

    Whoever knows which of those is its own server's knows whether it was above this mark, or
    the mark came with the letter.
    """
    above = 0
    for name, value in head.fields:
        if name == "authentication-results":
            above += 1
        elif name in _SPAM_MARKS and _YES.match(value):
            return above
    return None


def _words(text: str) -> Iterator[str]:
    for run in _WORD.findall(unicodedata.normalize("NFKC", text).casefold()):
        if run >= _UNSPACED:
            yield from _pairs(run[:LONGEST])
        elif _SHORTEST <= len(run) <= LONGEST and not run.isdigit():
            yield run


def _pairs(run: str) -> Iterator[str]:
    return (run[at : at + 2] for at in range(max(1, len(run) - 1)))


def _links(letter: Letter) -> Iterator[str]:
    """Give the hosts that a letter leads to, the first of them; many hosts are a mark."""
    pages = (letter.text[:_PAGE_READ], str(letter.html or "")[:_PAGE_READ])
    found = (one[1] for page in pages for one in _LINK.finditer(page))
    hosts = list(dict.fromkeys(host.lower() for host in found))
    yield from (f"link:{host}" for host in hosts[:_MOST_LINKS] if _is_host(host))
    if len(hosts) > _MOST_LINKS:
        yield "mark:many-links"


def _is_host(host: str) -> bool:
    return len(host) <= LONGEST and _HOST.fullmatch(host) is not None


def _files(letter: Letter) -> Iterable[str]:
    named = (_EXTENSION.search(one.filename[-16:]) for one in letter.attachments[:_MOST_FILES])
    return (f"file:{one[1].lower()}" for one in named if one)


def _marks(letter: Letter, head: Head) -> Iterator[str]:
    if letter.automatic == Automatic.LIST:
        yield "mark:list"
    if letter.html is not None and "multipart/alternative" not in head.token("content-type"):
        yield "mark:html-alone"
    if letter.sender and letter.reply_to:
        own = letter.sender.key.rpartition("@")[2]
        if any(one.key.rpartition("@")[2] != own for one in letter.reply_to):
            yield "mark:answers-elsewhere"
    if len(letter.text) < _SHORTEST:
        yield "mark:no-words"
    yield from (f"mark:{one}" for one in letter.warnings if one in _TELLING)
    for name in _MAILER:
        for value in head.all(name)[:1]:
            yield from (f"mailer:{one}" for one in list(_words(text_of(value[:200])))[:1])


_TELLING: Final = frozenset(
    {"hidden-text", "bodies-differ", "name-holds-address", "confusable-name", "confusable-address"}
)
