"""A letter's HTML without what its reader would not see, and with its pictures named.

Hidden text is an old way to make people, programs and filters read different letters. It is
left out only where every reader's program hides it, by the letter's own plain styles. Where
some may show it (a rule asks the device, a picture may lie below, tags are nested wrongly), it
stays and is told. A fifth thing that hides is not known: it stays, too.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from html import escape
from typing import Final

from otklik.core.letters import html_tree as tree
from otklik.core.letters.css import BLACK, TYPE_SIZE, WHITE, Colour, colour, type_size
from otklik.core.letters.sheets import Sheets
from otklik.core.letters.unseen import FAR_AWAY, MOVING, far, hiding, is_moved
from otklik.core.richtext.tokens import End, Start, Text, Token, tokens

_SUSPECT = re.compile(
    r"\\|display\s*+:|visibility|opacity|overflow|\bhidden\b|indent|position\s*+:|clip|transform"
    r"|font\s*+:|font-size\s*+:\s*+(?:[0.]|1(?![\d.])|1\.\d*+\s*+p|[+\d.]{1,9}+(?:%|e))|ground"
    r"|bgcolor|fill-color|color\s*+[:=]\s*+[\"']?+\s*+(?:#?[ef]|white|snow|ivory|ghost|rgb|hsl"
    r"|trans|mint|azure|alice|floral|sea|#[0-9a-f]{3}0\b|#[0-9a-f]{6}0)|<img|data-upload"
    r"|style\s*+=\s*+[\"']?[^\"'>]{0,500}(?:&|/\*)|<style[^<]{0,100000}/\*"
)
"""What may hide text, or names pictures: HTML, in small letters, without any is taken as it is."""
_LAYERED = re.compile(r"\\|position\s*+:|margin[a-z-]*+\s*+:[^;\"']{0,60}-\d|z-index|transform")
"""What may lay one thing over another, so that the ground of a text is not known."""
_SWALLOWED: Final = frozenset(
    {"script", "style", "template", "title", "iframe", "noembed", "noframes"}
)
"""What no mail program shows; all else it shows where it does not know the element."""
_OWN_LOOK: Final = frozenset({"button", "mark", "input"})
_UNTOLD: Final = frozenset(
    [
        *("text-shadow", "filter", "mix-blend-mode", "-webkit-text-fill-color"),
        *("-webkit-text-stroke", "-webkit-background-clip", "background-clip"),
    ]
)
"""Properties by which letters are seen whatever their colour is."""
_DEEPEST: Final = 400
_MOST_ROOTS: Final = 3
_REMOTE = re.compile(r"https?://", re.IGNORECASE)
_SMALLEST_TYPE: Final = 2.0
_FAINTEST: Final = 0.06
_NEAR: Final = 12
_WIDTH_OF_A_LETTER: Final = 10.0


@dataclass(frozen=True, slots=True)
class Page:
    """A letter's HTML taken apart once: its tags and texts, and its style elements."""

    source: str
    tokens: list[Token]
    sheets: list[Start]


@dataclass(frozen=True, slots=True)
class Visible:
    """HTML as its reader sees it.

    `hid` tells whether some text was left out, `may_hide` whether some stays that not everybody
    may see.
    """

    tokens: list[Token]
    hid: bool = False
    may_hide: bool = False

    @property
    def html(self) -> str:
        return "".join(map(_written, self.tokens))


@dataclass(slots=True)
class _Open:
    """An element that stands open, and what it passes on to what is inside."""

    name: str
    gone: bool = False
    away: bool = False  # out of the window, or in a box without height
    unseen: bool = False
    is_sure: bool = True  # of these three
    size: float = TYPE_SIZE
    colour: Colour | None = BLACK  # None where nothing tells
    ground: Colour | None = WHITE
    is_plain: bool = True  # letters are seen by their colour alone
    indent: float = 0.0
    is_styled: bool = False

    @property
    def hides(self) -> bool:
        return self.gone or self.away or self.unseen


@dataclass(slots=True)
class _Walk:
    sheets: Sheets
    pictures: Mapping[str, str]
    is_layered: bool
    out: list[Token] = field(default_factory=list)
    open: list[_Open] = field(default_factory=lambda: [_Open("")])
    room: float = 0.0  # so many pixels of the line are out of the window
    is_torn: bool = False  # a browser repeats an element with a style that has ended here
    hid: bool = False
    may_hide: bool = False


def page_of(html: str) -> Page:
    sheets: list[Start] = []
    return Page(html, list(tokens(html, swallowed=_SWALLOWED, sheets=sheets)), sheets)


def visible(page: Page, pictures: Mapping[str, str]) -> Visible:
    """Leave out hidden text, and give pictures by Content-ID their names in `pictures`.

    No other picture keeps an address: none is fetched, and none of the desk's own is shown.
    """
    source = page.source.lower()
    if not _SUSPECT.search(source):
        return Visible(page.tokens)
    walk = _Walk(Sheets(page.sheets), pictures, bool(_LAYERED.search(source)))
    for token in page.tokens:
        match token:
            case Text():
                _text(walk, token)
            case Start():
                _start(walk, token)
            case End():
                _end(walk, token)
    return Visible(walk.out, hid=walk.hid, may_hide=walk.may_hide)


def _text(walk: _Walk, text: Text) -> None:
    if not text.text.strip():
        if not walk.open[-1].gone:
            walk.out.append(text)
        return
    top = walk.open[tree.around_table(walk.open)]
    is_tiny = top.size < _SMALLEST_TYPE
    is_faint = _is_faint(top)
    hides = top.hides or is_tiny or is_faint or _is_indented(walk, text.text)
    is_sure = top.is_sure and (top.gone or top.away or not walk.is_torn)
    if is_faint and not (top.hides or is_tiny):
        is_sure = is_sure and top.is_plain and not walk.is_layered
    if hides and is_sure:
        walk.hid = True
        return
    walk.may_hide = walk.may_hide or hides
    walk.out.append(text)


def _is_indented(walk: _Walk, text: str) -> bool:
    """Tell whether a text stands in the first line of a block that begins far outside."""
    needed = len(text.strip()) * _WIDTH_OF_A_LETTER
    fits = needed <= walk.room
    walk.room = walk.room - needed if fits else 0.0
    return fits


def _start(walk: _Walk, tag: Start) -> None:
    name = tag.name
    if _is_dropped(walk, name):
        walk.out.append(tag)
        return
    _close(walk, tree.kept_at_start(walk.open, name))
    outer = walk.open[tree.around_table(walk.open) if name not in tree.IN_TABLES else -1]
    if name == "br":
        walk.room = 0.0
    one = _opened(walk, tag, outer)
    if not one.gone or not one.is_sure:
        walk.out.append(_named(tag, walk.pictures))
    if name not in tree.VOID and len(walk.open) < _DEEPEST:
        walk.open.append(one)
        if name not in tree.INLINE:
            walk.room = max(0.0, -one.indent)


def _is_dropped(walk: _Walk, name: str) -> bool:
    """Tell whether browsers take no notice of a tag where it stands."""
    if name in {"html", "body"}:
        return any(one.name == name for one in walk.open[:_MOST_ROOTS])
    return name == "head" or (name in tree.IN_TABLES and not tree.is_in_table(walk.open))


def _opened(walk: _Walk, tag: Start, outer: _Open) -> _Open:
    """Return an element with what it says itself and what it has from around it."""
    style, doubts = walk.sheets.style(tag), walk.sheets.doubts(tag)
    is_styled = bool(style) or tag.name == "font" or "hidden" in tag.attributes
    one = replace(outer, name=tag.name, is_styled=is_styled)
    if style or doubts or tag.attributes or tag.name in {"table", *_OWN_LOOK}:
        _look(one, tag, style, doubts)
    return one


def _look(one: _Open, tag: Start, style: Mapping[str, str], doubts: Iterable[str]) -> None:
    _hide(one, tag, style, doubts)
    _size(one, tag, style, doubts)
    _paint(one, tag, style, doubts)
    if "text-indent" in style:
        one.indent = 0.0 if "text-indent" in doubts else far(style["text-indent"])


def _hide(one: _Open, tag: Start, style: Mapping[str, str], doubts: Iterable[str]) -> None:
    if one.away and is_moved(style):
        one.is_sure = False
    seen = style.get("visibility", "")
    if seen in {"visible", "initial"}:
        one.unseen = False
    elif seen in {"hidden", "collapse"}:
        one.is_sure = one.is_sure and "visibility" not in doubts
        one.unseen = True
    reasons = set(hiding(tag, style))
    if reasons:
        was_hidden = one.gone or one.away
        is_sure = bool(reasons - set(doubts)) and MOVING.isdisjoint(style)
        one.is_sure = (was_hidden and one.is_sure) or is_sure
        one.away = one.away or reasons <= FAR_AWAY
        one.gone = one.gone or not reasons <= FAR_AWAY


def _size(one: _Open, tag: Start, style: Mapping[str, str], doubts: Iterable[str]) -> None:
    said = style.get("font-size", "")
    if "font-size" in doubts or (tag.name in {"table", *_OWN_LOOK} and not said):
        one.size = max(one.size, _SMALLEST_TYPE)
    elif said:
        one.size = type_size(said, one.size)
    elif tag.name == "font" and "size" in tag.attributes:
        one.size = TYPE_SIZE


def _paint(one: _Open, tag: Start, style: Mapping[str, str], doubts: Iterable[str]) -> None:
    """Set the colour of letters and of what is behind them."""
    said = style.get("color", "")
    given = tag.attributes.get("text" if tag.name == "body" else "color", "").strip().lower()
    is_link = tag.name == "a" and "href" in tag.attributes
    if "color" in doubts or (tag.name in _OWN_LOOK and not said):
        one.colour = None
    elif tag.name == "table" and not said:  # some programs begin anew there
        one.colour = one.colour if one.colour == BLACK else None
    elif said and said != "inherit":
        one.colour = colour(said)
    elif given:
        one.colour = colour(given) or colour(given, is_bare=True)
    elif is_link:
        one.colour = None
    if "text" in {style.get("background-clip"), style.get("-webkit-background-clip")}:
        one.colour = None
    one.is_plain = one.is_plain and _UNTOLD.isdisjoint(style)
    one.ground = _ground(one, tag, style, doubts)


def _ground(
    one: _Open, tag: Start, style: Mapping[str, str], doubts: Iterable[str]
) -> Colour | None:
    has_picture = style.get("background-image", "none") != "none" or "background" in tag.attributes
    if has_picture or tag.name in _OWN_LOOK or {"background-color", "background-image"} & {*doubts}:
        return None
    said = style.get("background-color", "")
    if said in {"none", "inherit", "initial", "unset"}:
        return one.ground
    given = tag.attributes.get("bgcolor", "").strip().lower()
    if not said and not given:
        return one.ground
    found = colour(said) if said else colour(given) or colour(given, is_bare=True)
    if found is None or found.solid == 1:
        return found
    return one.ground if found.solid == 0 else None


def _is_faint(top: _Open) -> bool:
    if top.colour is None:
        return False
    if top.colour.solid < _FAINTEST:
        return True
    return top.ground is not None and all(
        abs(mine - behind) <= _NEAR
        for mine, behind in zip(top.colour[:3], top.ground[:3], strict=True)
    )


def _end(walk: _Walk, tag: End) -> None:
    is_root = tag.name in {"html", "body"}  # what comes after them is still in them
    kept = len(walk.open) if is_root else tree.kept_at_end(walk.open, tag.name)
    if kept < len(walk.open):
        ended = walk.open[kept]
        _close(walk, kept)
        if not ended.gone or not ended.is_sure:
            walk.out.append(tag)
        return
    if tag.name in tree.FORMATTING:
        _loosen(walk, tag.name)
    if not walk.open[-1].gone:
        walk.out.append(tag)


def _close(walk: _Walk, kept: int) -> None:
    for one in walk.open[kept + 1 :]:
        walk.is_torn = walk.is_torn or (one.is_styled and one.name in tree.FORMATTING)
    if any(one.name not in tree.INLINE for one in walk.open[kept:]):
        walk.room = 0.0
    del walk.open[max(kept, 1) :]


def _loosen(walk: _Walk, name: str) -> None:
    """Be sure of nothing in the blocks that stand open within an inline element that ends."""
    places = range(len(walk.open) - 1, max(len(walk.open) - tree.FAR, 0), -1)
    found = next((place for place in places if walk.open[place].name == name), None)
    if found is None or not walk.open[found].is_styled:
        return
    for one in walk.open[found:]:
        one.is_sure, one.is_plain = False, False
        one.size, one.colour = max(one.size, _SMALLEST_TYPE), None
    walk.open[found].name = "span"  # it ends once


def _named(tag: Start, pictures: Mapping[str, str]) -> Start:
    """Return a tag without addresses that are fetched, with the names of the letter's own pictures.

    The address of a picture elsewhere is kept for whoever asks for it; a dot is only a spy.
    """
    if tag.name != "img" and "data-upload" not in tag.attributes:
        return tag
    given = dict(tag.attributes)
    given.pop("data-upload", None)
    if tag.name == "img":
        source = given.pop("src", "").strip()
        given.pop("data-remote", None)
        content_id = source[4:].strip("<> ") if source[:4].lower() == "cid:" else ""
        if content_id in pictures:
            given["data-upload"] = pictures[content_id]
        elif _REMOTE.match(source) and not _is_dot(given):
            given["data-remote"] = "".join(source.split())
    return Start(tag.name, given)


def _is_dot(attributes: Mapping[str, str]) -> bool:
    return any(attributes.get(side, "").strip(" px") in {"0", "1"} for side in ("width", "height"))


def _written(token: Token) -> str:
    match token:
        case Text(text):
            return escape(text, quote=False)
        case Start(name, attributes):
            held = "".join(f' {one}="{escape(value)}"' for one, value in attributes.items())
            return f"<{name}{held}>"
        case End(name):
            return f"</{name}>"


def shown(tokens_of_page: Iterable[Token], most: int) -> Iterator[Token]:
    """Give so much of a page as has `most` characters of text."""
    for token in tokens_of_page:
        if isinstance(token, Text):
            most -= len(token.text)
        if most < 0:
            return
        yield token
