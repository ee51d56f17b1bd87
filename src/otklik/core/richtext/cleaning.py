"""The second hand: nh3 with a short list; and the type that says a text went through it."""

import re
from collections.abc import Collection, Iterable
from typing import Final, Self

import nh3
from django.utils.translation import gettext as _
from markupsafe import Markup, escape
from typing_extensions import override

from otklik.core.errors import Invalid
from otklik.core.richtext.outline import LANGUAGES, LINK, OWN_FILE, REMOTE, UPLOAD, outline
from otklik.core.richtext.tokens import Start, Token, tokens
from otklik.core.text import clean_text, refuse_unkeepable

MOST_HTML: Final = 1_000_000
"""Characters of one text as it comes in."""

_SEAL: Final = object()


def _allowed(tag: str, name: str, value: str) -> str | None:
    match tag, name:
        case "img", "src":
            return value if OWN_FILE.fullmatch(value) else None
        case "img", "data-upload":
            return value if UPLOAD.fullmatch(value) else None
        case "img", "data-remote":
            return value if REMOTE.fullmatch(value) else None
        case "a", "href":
            return value if LINK.match(value) else None
        case "a" | "code" | "img", _other:
            return value
        case _:
            return value if value.isdecimal() else None


_CLEANER: Final = nh3.Cleaner(
    tags={
        *("p", "br", "strong", "em", "u", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a"),
        *("h3", "h4", "hr", "table", "thead", "tbody", "tr", "th", "td", "img"),
    },
    clean_content_tags={"script", "style"},
    attributes={
        "a": {"href"},
        "img": {"src", "alt", "width", "height", "data-upload", "data-remote"},
        "ol": {"start"},
        "td": {"colspan", "rowspan"},
        "th": {"colspan", "rowspan"},
    },
    attribute_filter=_allowed,
    allowed_classes={"code": {f"language-{name}" for name in LANGUAGES}},
    set_tag_attribute_values={"a": {"target": "_blank"}},
    link_rel="noopener nofollow ugc",
    url_schemes={"http", "https", "mailto", "tel"},
    strip_comments=True,
)


class CleanHtml(str):
    """HTML that went through `clean_html`; templates show it as it is. Any change unmakes it."""

    __slots__ = ()

    def __new__(cls, text: str, seal: object) -> Self:
        if seal is not _SEAL:
            raise TypeError("CleanHtml comes from otklik.core.richtext only.")
        return super().__new__(cls, text)

    def __html__(self) -> Markup:
        return Markup(str(self))  # noqa: S704  # the one place where clean HTML becomes markup

    @override
    def __reduce__(self) -> tuple[object, ...]:
        return stored, (str(self),)


def clean_html(source: str) -> CleanHtml:
    """Return foreign HTML as our own: listed tags, own pictures, checked links, nothing else.

    Bare addresses become links. Safe to repeat. Raises Invalid for NUL, lone surrogates
    and more than MOST_HTML characters.
    """
    if isinstance(source, CleanHtml):
        return source
    if len(source) > MOST_HTML:
        raise Invalid(_("The text is too long."))
    return clean_tokens(tokens(refuse_unkeepable(source)))


def clean_tokens(given: Iterable[Token]) -> CleanHtml:
    """Do as `clean_html` with what was taken apart by `tokens`, and mended by that."""
    return CleanHtml(_CLEANER.clean(outline(given)), _SEAL)


def stored(column: str) -> CleanHtml:
    """Trust what a column of clean HTML holds; for nothing else."""
    return CleanHtml(column, _SEAL)


def from_text(text: str) -> CleanHtml:
    """Return typed plain text as clean HTML: paragraphs, lines, links. Raises Invalid."""
    paragraphs = clean_text(text).strip("\n").split("\n\n")
    lines = (escape(one.strip("\n")).replace("\n", Markup("<br>")) for one in paragraphs)
    return clean_html("".join(f"<p>{one}</p>" for one in lines))


def own_files(html: CleanHtml) -> tuple[str, ...]:
    """Return the tokens of the pictures that stand in a text, each once."""
    sources = (
        token.attributes.get("src", "")
        for token in tokens(html)
        if isinstance(token, Start) and token.name == "img"
    )
    found = (OWN_FILE.fullmatch(source) for source in sources)
    return tuple(dict.fromkeys(match[1] for match in found if match))


def without_files(html: CleanHtml, named: Collection[str]) -> CleanHtml:
    """Return a text without those of its pictures whose tokens are `named`."""

    def kept(picture: re.Match[str]) -> str:
        return "" if set(own_files(stored(picture[0]))) & set(named) else picture[0]

    return clean_html(_PICTURE.sub(kept, str(html)))


_PICTURE: Final = re.compile(r'<img(?:[^>"]|"[^"]*")*>')
