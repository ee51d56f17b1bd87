"""By which of its properties an element hides what is in it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from otklik.core.letters import html_tree as tree
from otklik.core.letters.css import pixels, share
from otklik.core.richtext.tokens import Start

MOVING: Final = frozenset({"animation", "animation-name", "transition"})
"""Properties by which what is hidden may come into sight."""
FAR_AWAY: Final = frozenset({"position", "height", "max-height", "width", "max-width"})
"""Reasons that do not hold for what is moved out of the box again."""
_SIDES: Final = ("height", "max-height", "width", "max-width")
_KEPT_OPEN: Final = (
    *("min-height", "min-width", "padding", "padding-top", "padding-bottom", "padding-left"),
    "padding-right",
)
_MOVES: Final = ("margin", "margin-left", "margin-top", "transform")
_CLIPPED: Final = frozenset({"hidden", "clip", "auto", "scroll"})
_PLACED: Final = frozenset({"absolute", "fixed"})
_FAR: Final = 900.0
_FLAT: Final = 1.0
_FAINTEST: Final = 0.06
_ALL: Final = 1.0
_CLIP = re.compile(r"rect\(([^()]*)\)")
_SHAPE = re.compile(r"(inset|circle|ellipse|polygon|rect)\(([^()]*)\)")
_SCALE = re.compile(r"scale(?:3d|x|y)?\(\s*[-+]?0*\.?0+\s*[,)]")
_FOUR: Final = 4


def hiding(tag: Start, style: Mapping[str, str]) -> Iterator[str]:
    """Give the properties each of which alone hides all that is in an element."""
    display = style.get("display", "")
    if display == "none" or ("hidden" in tag.attributes and not display):
        yield "display"
    opacity = share(style.get("opacity", ""))
    if opacity is not None and opacity < _FAINTEST:
        yield "opacity"
    if style.get("content-visibility") == "hidden":
        yield "content-visibility"
    if _SCALE.search(style.get("transform", "")):
        yield "transform"
    if _is_clipped_away(style):
        yield "clip"
    if _has_no_shape(style.get("clip-path", "")):
        yield "clip-path"
    if _is_far(style):
        yield "position"
    if _is_box(tag.name, display):
        yield from _flat_sides(style)


def is_moved(style: Mapping[str, str]) -> bool:
    """Tell whether an element may stand elsewhere than what is around it."""
    return style.get("position", "") in _PLACED or any(_are_large(style, _MOVES))


def far(indent: str) -> float:
    """Return the indentation of a first line that begins out of sight to the left, or 0."""
    found = pixels(indent)
    return found if found is not None and found < -_FAR else 0.0


def _is_box(name: str, display: str) -> bool:
    """Tell whether heights and widths hold: not for words in a line, nor in tables."""
    if display:
        return display in {"block", "inline-block", "flex", "grid", "flow-root", "list-item"}
    return name not in tree.INLINE and name not in tree.IN_TABLES | {"table"}


def _flat_sides(style: Mapping[str, str]) -> Iterator[str]:
    said = " ".join(style.get(name, "") for name in ("overflow", "overflow-x", "overflow-y"))
    if _CLIPPED.isdisjoint(said.split()) or any(
        pixels(word) != 0 for name in _KEPT_OPEN for word in style.get(name, "").split()
    ):
        return
    for side in _SIDES:
        length = pixels(style.get(side, ""))
        if length is not None and 0 <= length <= _FLAT:
            yield side


def _is_far(style: Mapping[str, str]) -> bool:
    is_placed = style.get("position", "") in _PLACED | {"relative"}
    lengths = [pixels(style.get(side, "")) for side in ("left", "top")]
    return (
        is_placed
        and not any(_are_large(style, (*_KEPT_OPEN, *_MOVES, "width")))
        and any(length is not None and length < -_FAR for length in lengths)
    )


def _are_large(style: Mapping[str, str], names: Iterable[str]) -> Iterator[bool]:
    """Tell of each length whether it could bring back what was put out of sight."""
    for name in names:
        for word in style.get(name, "").split():
            length = pixels(word)
            yield word not in {"auto", "none"} and (length is None or abs(length) > _FAR)


def _is_clipped_away(style: Mapping[str, str]) -> bool:
    found = _CLIP.fullmatch(style.get("clip", ""))
    if not found or style.get("position", "") not in _PLACED:
        return False
    edges = [pixels(word) for word in found[1].replace(",", " ").split()]
    match edges:
        case [float(top), float(right), float(bottom), float(left)]:
            return right - left <= _FLAT or bottom - top <= _FLAT
        case _:
            return False


def _has_no_shape(path: str) -> bool:
    found = _SHAPE.fullmatch(path)
    if not found:
        return False
    words = found[2].partition(" at ")[0].partition(" round ")[0].split()
    match found[1]:
        case "inset":
            shares = [share(word) if word.endswith("%") else _nothing(word) for word in words]
            top, right, bottom, left = _four(shares)
            return _covers(top, bottom) or _covers(right, left)
        case "circle" | "ellipse":
            return any(pixels(word) == 0 for word in words)
        case "polygon":
            points = {" ".join(point.split()) for point in found[2].split(",")}
            return len(points) == 1
        case _:
            edges = [pixels(word) for word in words]
            return len(edges) == _FOUR and all(edge == 0 for edge in edges)


def _four(shares: list[float | None]) -> tuple[float | None, ...]:
    """Return top, right, bottom and left of one to four values."""
    match shares:
        case [every]:
            return every, every, every, every
        case [upright, level]:
            return upright, level, upright, level
        case [top, level, bottom]:
            return top, level, bottom, level
        case [top, right, bottom, left]:
            return top, right, bottom, left
        case _:
            return None, None, None, None


def _nothing(word: str) -> float | None:
    return 0.0 if pixels(word) == 0 else None


def _covers(one: float | None, other: float | None) -> bool:
    return one is not None and other is not None and one + other >= _ALL
