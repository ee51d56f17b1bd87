"""What a letter says: its text parts found, read, and one of plain and HTML chosen."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from itertools import islice
from typing import Final

from otklik.core.letters.charsets import text_of
from otklik.core.letters.files import (
    MOST_PACKED,
    file_of,
    files_of,
    is_named,
    opened_tnef,
    single_returns,
    uu_files_in,
)
from otklik.core.letters.hidden import visible
from otklik.core.letters.letter import MOST_PARTS, Attachment
from otklik.core.letters.parts import Part
from otklik.core.letters.quoting import split_text, text_of_html
from otklik.core.richtext import MOST_HTML, CleanHtml, clean_html

MOST_TEXT: Final = 500_000
"""Bytes of a letter's texts that are read; what is longer is a file as well."""

MOST_PAGE: Final = 300_000
"""The same of HTML, which takes longer; pictures that are written into it do not count."""

MOST_LINES: Final = 20_000

_PICTURE_IN_PAGE = re.compile(
    rb"data:image/[a-z+.-]{1,20};base64,[A-Za-z0-9+/=\s%]*", re.IGNORECASE
)
_BODIES: Final = frozenset(
    {"text/plain", "text/html", "text/markdown", "text/enriched", "text/richtext"}
)
_PAGE = re.compile(rb"\s*<(?:!doctype html|html)\b", re.IGNORECASE)
_SENTENCE = re.compile(rb"\s*\S{1,30}[ \t]+\S{1,30}[ \t]+\S")
_UU_MARK: Final = b"begin "
_META_CHARSET = re.compile(rb"<meta[^>]{1,200}?charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_META_WITHIN: Final = 4096
_LINK = re.compile(
    r"<?(?:https?://|www\.|mailto:|tel:)[^\s<>]+>?|\[(?:cid|image|image):?[^\]\n]{0,200}\]"
)
_WORD = re.compile(r"[^\W_]+")
_MOST_DIFFERENT: Final = 0.05
_CITED = re.compile(r"(>*)[ ]?(.*)", re.DOTALL)
_PGP: Final = (
    ("-----BEGIN PGP MESSAGE-----", "encrypted"),
    ("-----BEGIN PGP SIGNED MESSAGE-----", "signed"),
)


@dataclass(slots=True)
class Block:
    """One stretch of what is said, plain, as HTML, or both."""

    plain: str | None = None
    html: str | None = None


@dataclass(slots=True)
class Said:
    """What a letter says, and its files."""

    text: str = ""
    html: CleanHtml | None = None
    files: list[Attachment] = field(default_factory=list)
    warnings: set[str] = field(default_factory=set)
    room: int = MOST_TEXT

    @property
    def room_for_files(self) -> int:
        """How many files more are taken: one beyond the limit, which tells that it is passed."""
        return max(0, MOST_PARTS + 1 - len(self.files))

    @property
    def has_too_many_files(self) -> bool:
        return not self.room_for_files


def said_in(whole: Part) -> Said:
    """Read all parts of a letter."""
    said = Said()
    blocks = _blocks(whole, said, is_first=True)
    if not any(_is_something(block) for block in blocks):
        blocks = [*blocks, *_packed_texts(whole)]
    pictures = {
        file.content_id: f"attachment-{place}"
        for place, file in reversed(list(enumerate(said.files)))
        if file.content_id and file.content_type.startswith("image/")
    }
    _choose(said, blocks, pictures)
    said.warnings |= {file.kind for file in said.files if file.kind in {"signed", "encrypted"}}
    said.warnings |= {word for mark, word in _PGP if mark in said.text}
    return said


def _blocks(part: Part, said: Said, *, is_first: bool) -> list[Block]:
    if part.children:
        inner = [
            block
            for place, child in enumerate(part.children)
            for block in _blocks(child, said, is_first=place == 0)
        ]
        return [_merged(inner)] if part.kind == "multipart/alternative" else inner
    if not _is_body(part, is_first=is_first):
        said.files += islice(files_of(part), said.room_for_files)
        return []
    return [_read(part, said)]


def _is_body(part: Part, *, is_first: bool) -> bool:
    if part.kind.startswith("multipart/"):
        return part.start < part.end  # nothing in it could be told apart: it is shown as text
    if part.kind not in _BODIES or part.disposition[0] == "attachment":
        return False
    return is_first or not is_named(part)


def _merged(blocks: list[Block]) -> Block:
    plain = [block.plain for block in blocks if block.plain is not None]
    html = [block.html for block in blocks if block.html is not None]
    return Block("\n".join(plain) if plain else None, "\n".join(html) if html else None)


def _read(part: Part, said: Said) -> Block:
    content, encoding = _content(part, said)
    is_page = part.kind == "text/html" or (not part.is_typed and bool(_PAGE.match(content)))
    if is_page:
        content = _PICTURE_IN_PAGE.sub(b"data:,", content)
    elif _UU_MARK in content:
        files, content = uu_files_in(part, content, encoding=encoding, most=said.room_for_files)
        said.files += files
    room = min(said.room, MOST_PAGE) if is_page else said.room
    if part.end - part.start > MOST_PACKED or len(content) > room:
        said.files.append(file_of(part))
        said.warnings.add("text-cut")
    content = content[:room]
    said.room -= len(content)
    charset = part.parameters.get("charset", "")
    if is_page:
        return Block(html=text_of(content, charset or _meta_charset(content)))
    text = text_of(content, charset)
    if part.parameters.get("format", "").lower() == "flowed":
        text = unflowed(text, joins=part.parameters.get("delsp", "").lower() == "yes")
    return Block(plain=text)


def _content(part: Part, said: Said) -> tuple[bytes, str]:
    """Return a text's bytes, and the encoding that they really had.

    A sentence that is called base64 is taken as it stands.
    """
    content, encoding = part.content(MOST_PACKED), part.encoding
    if part.encoding == "base64" and _SENTENCE.match(part.raw, part.start, part.end):
        said.warnings.add("encoding-wrong")
        content, encoding = part.raw[part.start : min(part.end, part.start + MOST_PACKED)], ""
    return single_returns(content), encoding


def _meta_charset(content: bytes) -> str:
    found = _META_CHARSET.search(content, 0, _META_WITHIN)
    return found[1].decode() if found else ""


def unflowed(text: str, *, joins: bool = False) -> str:
    """Join lines that were broken for the way (RFC 3676); `joins` is its DelSp."""
    out: list[str] = []
    open_depth: int | None = None
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        words = line[depth:].removeprefix(" ")
        flows = words.endswith(" ") and words != "-- "
        kept = words[:-1] if flows and joins else words
        if depth == open_depth and words != "-- ":
            out.append(kept)
        else:
            out += ["\n", ">" * depth, " " if depth else "", kept]
        open_depth = depth if flows else None
    return "".join(out[1:])


def _packed_texts(whole: Part) -> Iterator[Block]:
    """Give the texts of a winmail.dat, for a letter that has no other."""
    for part in _leaves(whole):
        opened = opened_tnef(part)
        if opened and (opened.text or opened.html):
            yield Block(opened.text or None, text_of(opened.html) if opened.html else None)


def _leaves(part: Part) -> Iterator[Part]:
    if not part.children:
        yield part
    for child in part.children:
        yield from _leaves(child)


def _choose(said: Said, blocks: list[Block], pictures: Mapping[str, str]) -> None:
    texts: list[str] = []
    pages: list[str] = []
    has_html = False
    for block in filter(_is_something, blocks):
        if block.html is None:
            texts.append(block.plain or "")
            pages.append(_page(block.plain or ""))
            continue
        has_html = True
        shown = visible(block.html, pictures)
        if shown.hid:
            said.warnings.add("hidden-text")
        pages.append(shown.html)
        texts.append(_one_of(block.plain, text_of_html(shown.html), said))
    said.text = "\n".join(texts)
    said.html = clean_html("".join(pages)[:MOST_HTML]) if has_html else None


def _page(text: str) -> str:
    lines = escape(text, quote=False).split("\n")
    return f"<p>{'<br>'.join(lines)}</p>"


def _one_of(plain: str | None, read: str, said: Said) -> str:
    """Choose the plain text, unless it says nothing or something else than what people saw.

    Programs quote in ways of their own: only where what is newly said differs do bodies differ.
    """
    if not plain or not plain.strip():
        return read
    if not read.strip():
        return plain
    if differ(plain, read) and differ(new_in(plain), new_in(read)):
        said.warnings.add("bodies-differ")
        return read
    return plain


def differ(one: str, other: str) -> bool:
    """Tell whether two texts differ in more than a few words, marks and links left aside."""
    mine, yours = _words(one), _words(other)
    different = (mine - yours).total() + (yours - mine).total()
    return different > _MOST_DIFFERENT * (mine.total() + yours.total()) / 2


def new_in(text: str) -> str:
    """Return what is newly said, looked for in the first `MOST_LINES` lines."""
    return split_text("\n".join(text.split("\n", MOST_LINES)[:MOST_LINES])).new


def _words(text: str) -> Counter[str]:
    return Counter(_WORD.findall(_LINK.sub(" ", text).casefold()))


def _is_something(block: Block) -> bool:
    return bool((block.plain or "").strip() or (block.html or "").strip())
