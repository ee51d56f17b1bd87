"""Addresses in plain text made into links, in linear time."""

import re
from html import escape
from typing import Final

from markupsafe import Markup

_ADDRESS = re.compile(r"(?<![\w@])(?:https?://|www\.)[^\s<>\"'`{}|\\^]{1,2000}", re.IGNORECASE)
_MAIL = re.compile(r"[\w.+%-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}")
_CHUNK = re.compile(r"\S+")
_LONGEST_MAIL: Final = 254
_TRAILING: Final = ".,:;!?…»”’*_~"
_CLOSERS: Final = {")": "(", "]": "[", "}": "{"}


def linked(text: str) -> str:
    """Return `text` as HTML with its web and mail addresses as links."""
    out, end = [], 0
    for match in _ADDRESS.finditer(text):
        shown = _trimmed(match[0])
        href = shown if shown[:4].lower() == "http" else f"https://{shown}"
        if not re.search(r"[^\W_]", href.partition("://")[2].removeprefix("www.")):
            continue
        out += [_mail_linked(text[end : match.start()]), _link(href, shown)]
        end = match.start() + len(shown)
    return "".join([*out, _mail_linked(text[end:])])


def _mail_linked(text: str) -> str:
    if "@" not in text:
        return escape(text)
    out, end = [], 0
    for chunk in _CHUNK.finditer(text):
        if "@" not in chunk[0] or len(chunk[0]) > _LONGEST_MAIL:
            continue
        for match in _MAIL.finditer(chunk[0]):
            start = chunk.start() + match.start()
            out += [escape(text[end:start]), _link(f"mailto:{match[0]}", match[0])]
            end = start + len(match[0])
    return "".join([*out, escape(text[end:])])


def _link(href: str, shown: str) -> Markup:
    return Markup('<a href="{}">{}</a>').format(href, shown)


def _trimmed(address: str) -> str:
    """Leave out what belongs to the sentence: full stops, brackets that were opened before."""
    spare = {last: address.count(last) - address.count(first) for last, first in _CLOSERS.items()}
    end = len(address)
    while end:
        last = address[end - 1]
        if spare.get(last, 0) > 0:
            spare[last] -= 1
        elif last not in _TRAILING:
            break
        end -= 1
    return address[:end]
