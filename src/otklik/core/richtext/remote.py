"""Pictures that stand elsewhere: their addresses in a text, and our own copies in their places."""

import re
from collections.abc import Mapping
from html import escape, unescape
from typing import Final

from otklik.core.richtext.cleaning import CleanHtml, clean_tokens, stored
from otklik.core.richtext.tokens import tokens

_REMOTE: Final = re.compile(r'<img data-remote="([^"]*)"')  # as it is cleaned
_PICTURE: Final = re.compile(r'<img data-remote="[^"]*" alt="([^"]*)"[^>]*>')
_MARK: Final = "data-remote="


def remote_pictures(html: str) -> tuple[str, ...]:
    """Return the addresses of pictures elsewhere that a clean text names, each once."""
    if _MARK not in html:
        return ()
    found = (unescape(match[1]) for match in _REMOTE.finditer(html))
    return tuple(dict.fromkeys(found))


def with_copies(html: str, copies: Mapping[str, str]) -> CleanHtml:
    """Return a clean text with files of ours, by address, in the places of such pictures."""
    if _MARK not in html or not copies:
        return stored(html)

    def shown(match: re.Match[str]) -> str:
        copy = copies.get(unescape(match[1]))
        return f'<img src="{escape(copy)}"' if copy else match[0]

    return clean_tokens(tokens(_REMOTE.sub(shown, html)))


def without_remote(html: CleanHtml) -> CleanHtml:
    """Return a clean text with what such pictures say in their places, without addresses."""
    if _MARK not in html:
        return html
    return clean_tokens(tokens(_PICTURE.sub(lambda match: match[1], html)))
