"""A letter's HTML without what its reader would not see, and with its pictures named.

Hidden text is an old way to make people, programs and filters read different letters. What
hides it is judged by the letter's own styles, as far as they are plain; a style that asks the
device (`@media`) hides nothing.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Final

from otklik.core.richtext.tokens import End, Start, Text, tokens

_SUSPECT = re.compile(
    r"display\s*+:\s*+none|visibility|opacity|overflow|\bhidden\b|text-indent"
    r"|position\s*+:|clip\s*+:"
    r"|font-size\s*+:\s*+(?:0|\.|1(?![\d.])|1\.\d*+\s*+p)|background|bgcolor|mso-hide"
    r"|color\s*+[:=]\s*+[\"']?+\s*+(?:#?f|white|snow|ivory|ghost|rgb)|<img|data-upload"
    r"|style\s*+=\s*+[\"'][^\"'>]{0,500}[&\\/]",
    re.IGNORECASE,
)
"""What may hide text, or names pictures: HTML without any is taken as it is."""
_DECLARATION = re.compile(r"([a-z-]{1,40})\s*:\s*([^;]{1,200})", re.IGNORECASE)
_NUMBER = re.compile(r"-?(?:\d{1,9}(?:\.\d{0,9})?|\.\d{1,9})")
_SELECTOR = re.compile(r"[a-z0-9]*[.#][\w-]{1,100}|[a-z]{1,10}", re.IGNORECASE)
_BRACE = re.compile(r"[{}]")
_JUDGED: Final = frozenset(
    [
        *("display", "visibility", "opacity", "overflow", "overflow-y", "mso-hide", "clip"),
        *("height", "max-height", "width", "max-width", "position", "left", "top", "right"),
        *("bottom", "text-indent", "font-size", "color"),
        *("background", "background-color", "background-image"),
    ]
)
"""What is asked for below; nothing else of a style is kept."""
_SIDES: Final = ("height", "max-height", "width", "max-width")
_VOID: Final = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"]
)
_CLOSED_BY_PARENT: Final = frozenset({"p", "li", "td", "th", "tr", "dd", "dt", "option"})
_MOST_RULES: Final = 2000
_DEEPEST: Final = 400
_FAR: Final = 900.0
_SMALLEST_TYPE: Final = 2.0
_FAINTEST: Final = 0.06
_NEAR: Final = 12
_WHITE: Final = (255, 255, 255)
_COLOURS: Final = {
    "white": _WHITE,
    "black": (0, 0, 0),
    "#fff": _WHITE,
    "snow": (255, 250, 250),
    "ivory": (255, 255, 240),
    "whitesmoke": (245, 245, 245),
    "ghostwhite": (248, 248, 255),
    "floralwhite": (255, 250, 240),
}

Colour = tuple[int, int, int]
Styles = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Visible:
    """HTML as its reader sees it; `hid` tells whether some text was left out."""

    html: str
    hid: bool


@dataclass(slots=True)
class _Open:
    """An element that stands open, and what it passes on to what is inside."""

    name: str
    hides: bool = False
    tiny: bool = False
    colour: Colour | None = None
    behind: Colour | None = None  # None where nothing tells


@dataclass(slots=True)
class _Walk:
    rules: Mapping[str, Styles]
    pictures: Mapping[str, str]
    out: list[str] = field(default_factory=list)
    open: list[_Open] = field(default_factory=list)
    hid: bool = False


def visible(html: str, pictures: Mapping[str, str]) -> Visible:
    """Leave out hidden text, and give pictures by Content-ID their names in `pictures`.

    No other picture keeps an address: none is fetched, and none of the desk's own is shown.
    """
    if not _SUSPECT.search(html):
        return Visible(html, hid=False)
    walk = _Walk(_rules_of(html), pictures)
    walk.open.append(_Open("", behind=None if _has_backdrop(html) else _WHITE, colour=(0, 0, 0)))
    for token in tokens(html):
        match token:
            case Text(text):
                _text(walk, text)
            case Start():
                _start(walk, token)
            case End(name):
                _end(walk, name)
    return Visible("".join(walk.out), hid=walk.hid)


def _text(walk: _Walk, text: str) -> None:
    top = walk.open[-1]
    if top.hides or top.tiny or _same(top.colour, top.behind):
        walk.hid = walk.hid or bool(text.strip())
        return
    walk.out.append(escape(text, quote=False))


def _start(walk: _Walk, tag: Start) -> None:
    top = walk.open[-1]
    if tag.name in _CLOSED_BY_PARENT and top.name == tag.name:
        _end(walk, tag.name, write=False)
        top = walk.open[-1]
    styles = _styles(tag, walk.rules)
    hides = top.hides or _hides(tag, styles)
    if not hides:
        walk.out.append(_written(tag, walk.pictures))
    if tag.name not in _VOID and len(walk.open) < _DEEPEST:
        colour = _colour(styles.get("color", tag.attributes.get("color", "")))
        inside = _Open(tag.name, hides, _is_tiny(styles, top), colour or top.colour)
        inside.behind = _behind(tag, styles, top)
        walk.open.append(inside)


def _end(walk: _Walk, name: str, *, write: bool = True) -> None:
    """Close the innermost element of this name; what it would close beyond a cell stays open."""
    hides = walk.open[-1].hides
    for place in range(len(walk.open) - 1, max(0, len(walk.open) - _DEEPEST), -1):
        if walk.open[place].name == name:
            hides = walk.open[place].hides
            del walk.open[place:]
            break
        if walk.open[place].name in {"td", "th", "table"} and name not in {"table", "tr", "tbody"}:
            break
    if write and not hides:
        walk.out.append(f"</{name}>")


def _written(tag: Start, pictures: Mapping[str, str]) -> str:
    given = dict(tag.attributes)
    given.pop("data-upload", None)
    if tag.name == "img":
        source = given.pop("src", "").strip()
        content_id = source[4:].strip("<> ") if source[:4].lower() == "cid:" else ""
        if content_id in pictures:
            given["data-upload"] = pictures[content_id]
    written = "".join(f' {name}="{escape(value)}"' for name, value in given.items())
    return f"<{tag.name}{written}>"


def _styles(tag: Start, rules: Mapping[str, Styles]) -> dict[str, str]:
    styles: dict[str, str] = {}
    if rules:
        styles |= rules.get(tag.name, {})
        for mark, names in ((".", "class"), ("#", "id")):
            for name in tag.attributes.get(names, "").split()[:20]:
                styles |= rules.get(f"{mark}{name}", {})
                styles |= rules.get(f"{tag.name}{mark}{name}", {})
    return styles | _declared(tag.attributes.get("style", ""))


def _declared(source: str) -> dict[str, str]:
    return {
        name.lower(): value.replace("!important", "").strip().lower()
        for name, value in _DECLARATION.findall(source[:5000])
        if name.lower() in _JUDGED
    }


def _hides(tag: Start, styles: Styles) -> bool:
    if "hidden" in tag.attributes or styles.get("mso-hide") == "all":
        return True
    display, seen = styles.get("display", ""), styles.get("visibility", "")
    if display == "none" or seen in {"hidden", "collapse"}:
        return True
    return _is_faint(styles) or _is_away(styles)


def _is_faint(styles: Styles) -> bool:
    opacity = _number(styles.get("opacity", ""))
    clipped = styles.get("overflow", styles.get("overflow-y", "")) in {"hidden", "clip"}
    flat = any(_number(styles.get(side, "")) == 0 for side in _SIDES)
    return (opacity is not None and opacity < _FAINTEST) or (clipped and flat)


def _is_tiny(styles: Styles, outer: _Open) -> bool:
    """Tell whether type is too small to see; the frames of many letters have size 0 around more."""
    said = styles.get("font-size", "")
    size = _number(said)
    if size is None:
        return outer.tiny and said in {"", "inherit"}
    return outer.tiny or size == 0 if said.endswith(("em", "%")) else size < _SMALLEST_TYPE


def _is_away(styles: Styles) -> bool:
    moved = styles.get("position", "") in {"absolute", "fixed"}
    places = [_number(styles.get(side, "")) for side in ("left", "top", "right", "bottom")]
    indent = _number(styles.get("text-indent", ""))
    far = moved and any(place is not None and place < -_FAR for place in places)
    return far or (indent is not None and indent < -_FAR) or "rect(0" in styles.get("clip", "")


def _behind(tag: Start, styles: Styles, outer: _Open) -> Colour | None:
    if "background-image" in styles or "background" in tag.attributes:
        return None
    said = styles.get("background-color", styles.get("background", ""))
    said = said or tag.attributes.get("bgcolor", "")
    if not said or said in {"transparent", "none", "inherit", "initial"}:
        return outer.behind
    return _colour(said.split(" ")[0])


def _same(one: Colour | None, other: Colour | None) -> bool:
    if one is None or other is None:
        return False
    return all(abs(left - right) <= _NEAR for left, right in zip(one, other, strict=True))


def _colour(text: str) -> Colour | None:
    text = text.strip().lower()
    if text in _COLOURS:
        return _COLOURS[text]
    digits = text.removeprefix("#")
    if len(digits) in {3, 6} and re.fullmatch("[0-9a-f]+", digits) and text[:1] in "#0123456789":
        step = len(digits) // 3
        pairs = [digits[place : place + step] * (3 - step) for place in range(0, 3 * step, step)]
        return int(pairs[0], 16), int(pairs[1], 16), int(pairs[2], 16)
    if text.startswith("rgb"):
        match [float(one) for one in _NUMBER.findall(text)]:
            case [red, green, blue]:
                return int(red), int(green), int(blue)
            case [red, green, blue, solid] if solid > _FAINTEST:
                return int(red), int(green), int(blue)
    return None


def _number(text: str) -> float | None:
    found = _NUMBER.match(text)
    return float(found[0]) if found else None


def _has_backdrop(html: str) -> bool:
    """Tell whether a sheet may colour the ground in a way that is not worked out here."""
    return any("background" in sheet for sheet in _sheets(html))


def _rules_of(html: str) -> dict[str, Styles]:
    rules: dict[str, Styles] = {}
    for sheet in _sheets(html):
        for selectors, body in _plain_rules(sheet):
            declared = _declared(body)
            for one in selectors.split(",")[:20]:
                if len(rules) < _MOST_RULES and _SELECTOR.fullmatch(one.strip()):
                    name = one.strip()
                    rules[name] = {**rules.get(name, {}), **declared}
    return rules


def _sheets(html: str) -> Iterator[str]:
    lower, place = html.lower(), 0
    while (start := lower.find("<style", place)) >= 0:
        end = lower.find("</style", start)
        end = len(html) if end < 0 else end
        yield html[start:end].partition(">")[2]
        place = end + 1


def _plain_rules(sheet: str) -> Iterator[tuple[str, str]]:
    """Give selectors and bodies; what stands in blocks of `@` rules is left out."""
    sheet = _without_comments(sheet)
    place = depth = 0
    selectors = ""
    for match in _BRACE.finditer(sheet):
        if match[0] == "{":
            depth += 1
            selectors = sheet[place : match.start()].strip() if depth == 1 else ""
        elif depth:
            depth -= 1
            if depth == 0 and selectors and not selectors.startswith("@"):
                yield selectors, sheet[place : match.start()]
        place = match.end()


def _without_comments(sheet: str) -> str:
    first, *commented = sheet.split("/*")
    return " ".join([first, *(one.partition("*/")[2] for one in commented)])
