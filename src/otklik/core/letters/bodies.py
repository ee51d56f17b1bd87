"""What a letter says: its text parts found, read, and one of plain and HTML chosen."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Final

from otklik.core.letters.charsets import text_of
from otklik.core.letters.differing import differ
from otklik.core.letters.files import (
    MOST_PACKED,
    file_of,
    files_of,
    is_named,
    opened_tnef,
    single_returns,
    uu_files_in,
)
from otklik.core.letters.hidden import page_of, shown, visible
from otklik.core.letters.html_text import text_of_tokens
from otklik.core.letters.letter import MOST_PARTS, Attachment
from otklik.core.letters.parts import Part
from otklik.core.richtext import MOST_HTML, CleanHtml, clean_tokens
from otklik.core.richtext.tokens import End, Start, Text, Token

MOST_TEXT: Final = 500_000
"""Bytes of a letter's texts that are read; what is longer is a file as well."""

MOST_PAGE: Final = 300_000
"""The same of HTML, which takes longer; pictures that are written into it do not count."""

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
_PGP: Final = (
    ("-----BEGIN PGP MESSAGE-----", "encrypted"),
    ("-----BEGIN PGP SIGNED MESSAGE-----", "signed"),
)


@dataclass(slots=True)
class Block:
    """One stretch of what is said, plain, as HTML, or both.

    `sources` are the parts of the plain text; `is_cut` tells that the HTML is not whole.
    """

    plain: str | None = None
    html: str | None = None
    sources: list[Part] = field(default_factory=list)
    is_cut: bool = False

    @property
    def is_something(self) -> bool:
        return bool((self.plain or "").strip() or (self.html or "").strip())


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

    def keep(self, part: Part) -> None:
        """Keep a part as a file too, once."""
        file = file_of(part)
        if file not in self.files:
            self.files.append(file)


def said_in(whole: Part) -> Said:
    """Read all parts of a letter."""
    said = Said()
    blocks = _blocks(whole, said, is_first=True)
    if not any(block.is_something for block in blocks):
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
    if part.strays:
        return _with_strays(part, said, is_first=is_first)
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


def _with_strays(part: Part, said: Said, *, is_first: bool) -> list[Block]:
    """Read a part, and what somebody wrote around its parts or in its head."""
    before, after = ([_read(one, said) for one in side] for side in part.strays_apart)
    if any(block.is_something for block in (*before, *after)):
        said.warnings.add("text-outside-parts")
    return [*before, *_blocks(replace(part, strays=()), said, is_first=is_first), *after]


def _is_body(part: Part, *, is_first: bool) -> bool:
    if part.kind.startswith("multipart/"):
        return part.start < part.end  # nothing in it could be told apart: it is shown as text
    if part.kind not in _BODIES or part.disposition[0] == "attachment":
        return False
    return is_first or not is_named(part)


def _merged(blocks: list[Block]) -> Block:
    plain = [block.plain for block in blocks if block.plain is not None]
    html = [block.html for block in blocks if block.html is not None]
    return Block(
        "\n".join(plain) if plain else None,
        "\n".join(html) if html else None,
        [part for block in blocks if block.plain is not None for part in block.sources],
        is_cut=any(block.is_cut for block in blocks if block.html is not None),
    )


def _read(part: Part, said: Said) -> Block:
    content, encoding = _content(part, said)
    is_page = part.kind == "text/html" or (not part.is_typed and bool(_PAGE.match(content)))
    if is_page:
        content = _PICTURE_IN_PAGE.sub(b"data:,", content)
    elif _UU_MARK in content:
        files, content = uu_files_in(part, content, encoding=encoding, most=said.room_for_files)
        said.files += files
    room = min(said.room, MOST_PAGE) if is_page else said.room
    is_cut = part.end - part.start > MOST_PACKED or len(content) > room
    if is_cut:
        said.keep(part)
        said.warnings.add("text-cut")
    content = content[:room]
    said.room -= len(content)
    charset = part.parameters.get("charset", "")
    if is_page:
        return Block(html=text_of(content, charset or _meta_charset(content)), is_cut=is_cut)
    text = text_of(content, charset)
    if part.parameters.get("format", "").lower() == "flowed":
        text = unflowed(text, joins=part.parameters.get("delsp", "").lower() == "yes")
    return Block(plain=text, sources=[part])


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
            html = text_of(opened.html) if opened.html else None
            yield Block(opened.text or None, html, [part])


def _leaves(part: Part) -> Iterator[Part]:
    if not part.children:
        yield part
    for child in part.children:
        yield from _leaves(child)


def _choose(said: Said, blocks: list[Block], pictures: Mapping[str, str]) -> None:
    blocks = [block for block in blocks if block.is_something]
    if all(block.html is None for block in blocks):
        said.text = "\n".join(block.plain or "" for block in blocks)
        return
    texts: list[str] = []
    pages: list[Token] = []
    for block in blocks:
        if block.html is None:
            texts.append(block.plain or "")
            pages += _page(block.plain or "")
            continue
        seen = visible(page_of(block.html), pictures)
        said.warnings |= {"hidden-text"} if seen.hid else set()
        said.warnings |= {"text-may-be-hidden"} if seen.may_hide else set()
        pages += seen.tokens
        texts.append(_one_of(block, text_of_tokens(seen.tokens), said))
    said.text = "\n".join(texts)
    said.html = clean_tokens(shown(pages, MOST_HTML))


def _page(text: str) -> Iterator[Token]:
    yield Start("p")
    for place, line in enumerate(text.split("\n")):
        if place:
            yield Start("br")
        yield Text(line)
    yield End("p")


def _one_of(block: Block, read: str, said: Said) -> str:
    """Choose the plain text, unless it says nothing or something else than what people saw.

    The plain text that was not chosen is kept as a file. HTML that was cut is no choice.
    """
    plain = block.plain
    if not plain or not plain.strip():
        return read
    if not read.strip() or block.is_cut:
        return plain
    if not differ(plain, read):
        return plain
    said.warnings.add("bodies-differ")
    for part in block.sources:
        said.keep(part)
    return read
