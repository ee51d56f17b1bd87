"""Which elements of HTML end where others begin or end, for walks over its tags.

After the tree construction of the WATWG's HTML standard (13.2.6), as far as letters depend on
it. Nothing looks further than `FAR` open elements, so that every walk takes linear time.
"""

from collections.abc import Collection, Sequence
from typing import Final, Protocol

FAR: Final = 128

VOID: Final = frozenset(
    [
        *("area", "base", "basefont", "bgsound", "br", "col", "embed", "hr", "img", "input"),
        *("keygen", "link", "meta", "param", "source", "track", "wbr"),
    ]
)
FORMATTING: Final = frozenset(
    [
        *("a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong"),
        *("tt", "u"),
    ]
)
"""Inline elements that go on behind a block that ended around them."""
INLINE: Final = FORMATTING | frozenset(
    [
        *("abbr", "acronym", "bdi", "bdo", "button", "cite", "data", "del", "dfn", "ins", "kbd"),
        *("label", "mark", "o:p", "q", "samp", "span", "sub", "sup", "time", "var"),
    ]
)
HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
CELLS: Final = frozenset({"td", "th"})
ROWS: Final = frozenset({"tbody", "thead", "tfoot", "tr"})
IN_TABLES: Final = CELLS | ROWS | {"caption", "colgroup"}
_SCOPE: Final = frozenset({"table", "td", "th", "caption", "object", "marquee"})
_ENDS_PARAGRAPH: Final = HEADINGS | frozenset(
    [
        *("address", "article", "aside", "blockquote", "center", "dd", "details", "dialog", "dir"),
        *("div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "header"),
        *("hgroup", "hr", "li", "listing", "main", "menu", "nav", "ol", "p", "plaintext", "pre"),
        *("search", "section", "summary", "table", "ul", "xmp"),
    ]
)
_BLOCKS: Final = _ENDS_PARAGRAPH | IN_TABLES | {"body", "html", "object", "marquee"}
_PARAGRAPH_WALLS: Final = _BLOCKS - {"p"} | {"button"}
_ITEM_WALLS: Final = _BLOCKS - {"address", "div", "p", "li", "dd", "dt"}
_ITEMS: Final = {"li": frozenset({"li"}), **dict.fromkeys(["dd", "dt"], frozenset({"dd", "dt"}))}
_ALONE: Final = {name: frozenset({name}) for name in ("a", "button", "nobr")}
_CONTEXTS: Final = {
    **dict.fromkeys(CELLS, ROWS | {"table"}),
    "tr": ROWS - {"tr"} | {"table"},
    **dict.fromkeys(["tbody", "thead", "tfoot", "caption", "colgroup"], frozenset({"table"})),
}
"""What a part of a table stands in: all that is open within ends where the part begins."""


class Named(Protocol):
    """An open element."""

    @property
    def name(self) -> str: ...


def kept_at_start(opened: Sequence[Named], name: str) -> int:
    """Return how many of the open elements stay open where one of this name begins."""
    kept = len(opened)
    if name in _CONTEXTS:
        return _place(opened, kept, _CONTEXTS[name], frozenset(), default=kept - 1) + 1
    if name in _ITEMS:
        kept = _place(opened, kept, _ITEMS[name], _ITEM_WALLS - _ITEMS[name], default=kept)
    if name == "table":
        kept = _without_table(opened)
    if name in _ENDS_PARAGRAPH:
        kept = _place(opened, kept, {"p"}, _PARAGRAPH_WALLS, default=kept)
        if name in HEADINGS and kept and opened[kept - 1].name in HEADINGS:
            kept -= 1
    elif name in _ALONE:
        kept = _place(opened, kept, _ALONE[name], _SCOPE, default=kept)
    return kept


def kept_at_end(opened: Sequence[Named], name: str) -> int:
    """Return how many of the open elements stay open behind an end tag of this name."""
    kept = len(opened)
    if name in ROWS:  # they begin, and end, where their tags are left out
        kept = _place(opened, kept, _CONTEXTS[name], frozenset(), default=kept - 1) + 1
    if name in IN_TABLES or name == "table":
        walls: Collection[str] = () if name == "table" else {"table"}
    elif name in _ENDS_PARAGRAPH | {"button", "object", "marquee"}:
        walls = _SCOPE | {"button"} if name == "p" else _SCOPE
        walls = walls | {"ul", "ol"} if name == "li" else walls
    else:
        walls = _BLOCKS
    return _place(opened, kept, HEADINGS if name in HEADINGS else {name}, walls, default=kept)


def _without_table(opened: Sequence[Named]) -> int:
    """Return what stays open where a table begins in another, but in no cell of it: not that."""
    inner = _place(opened, len(opened), IN_TABLES | {"table"}, frozenset(), default=-1)
    if inner < 0 or opened[inner].name in CELLS | {"caption"}:
        return len(opened)
    return _place(opened, inner + 1, {"table"}, frozenset(), default=len(opened))


def is_in_table(opened: Sequence[Named]) -> bool:
    """Tell whether a part of a table may stand here; browsers drop its tags elsewhere."""
    return _place(opened, len(opened), {"table"}, frozenset(), default=-1) >= 0


def around_table(opened: Sequence[Named]) -> int:
    """Return the place of what holds what stands in a table but in no cell of it.

    Browsers put that above the table (foster parenting).
    """
    last = len(opened) - 1
    if last < 1 or opened[last].name not in ROWS | {"table", "colgroup"}:
        return last
    return max(_place(opened, last + 1, {"table"}, frozenset(), default=last + 1) - 1, 0)


def _place(
    opened: Sequence[Named],
    kept: int,
    names: Collection[str],
    walls: Collection[str],
    *,
    default: int,
) -> int:
    """Return the innermost place of such an element within the walls."""
    for place in range(kept - 1, max(kept - FAR, 0) - 1, -1):
        name = opened[place].name
        if name in names:
            return place
        if name in walls:
            break
    return default
