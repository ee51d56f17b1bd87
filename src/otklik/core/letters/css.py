"""What styles say, as browsers read them: declarations, lengths, colours.

After CSS Syntax Level 3, Values Level 3 and Color Level 4, as far as letters depend on it.
What is not understood is None, never a guess. Every function takes linear time.
"""

import re
from collections.abc import Iterator, Mapping
from colorsys import hls_to_rgb
from functools import lru_cache
from typing import Final, NamedTuple

MOST_STYLE: Final = 20_000
"""Characters of one style; a longer one says nothing."""
TYPE_SIZE: Final = 16.0
"""The height in pixels of type that nobody sized."""

_SMALLEST_SHARE: Final = 6.0
_LONGEST_KEPT: Final = 300
_SIMPLE = re.compile(r"[^\"'()\[\]{}\\/]*+")
_MARK = re.compile(r"/\*|\\.|[;\"'()\[\]{}]", re.DOTALL)
_STRING_REST: Final = {
    '"': re.compile(r"(?:[^\"\\\n]|\\.)*+[\"\n]?", re.DOTALL),
    "'": re.compile(r"(?:[^'\\\n]|\\.)*+['\n]?", re.DOTALL),
}
_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})[ \t\r\n\f]?|(.))", re.DOTALL)
_MOST_CODE_POINT: Final = 0x10FFFF
_LENGTH = re.compile(
    r"([-+]?(?:\d{1,9}(?:\.\d{0,9})?|\.\d{1,9}))(?:e([-+]?\d))?([a-z]{0,4}|%)", re.ASCII
)
_UNITS: Final = {
    "": 1.0,
    "px": 1.0,
    "pt": 4 / 3,
    "pc": 16.0,
    "in": 96.0,
    "cm": 37.8,
    "mm": 3.78,
    "q": 0.945,
    "rem": TYPE_SIZE,
}
_RELATIVE: Final = {"em": 1.0, "ex": 0.5, "ch": 0.5, "smaller": 0.83, "larger": 1.2}
_FUNCTION = re.compile(r"(rgb|hsl)a?\(([^()]*)\)")
_BETWEEN_ARGUMENTS = re.compile(r"[\s,/]+")
_HEX = re.compile(r"[0-9a-f]{3,8}")
_FULL: Final = 255.0


class Declaration(NamedTuple):
    """One property and what it is said to be, in small letters and with single blanks."""

    name: str
    value: str
    is_important: bool


class Colour(NamedTuple):
    """Red, green and blue up to 255, and how solid it is, up to 1."""

    red: float
    green: float
    blue: float
    solid: float = 1.0


BLACK: Final = Colour(0, 0, 0)
WHITE: Final = Colour(255, 255, 255)
_NAMED: Final = {
    "transparent": Colour(0, 0, 0, 0),
    "black": BLACK,
    "white": WHITE,
    "red": Colour(255, 0, 0),
    "lime": Colour(0, 255, 0),
    "blue": Colour(0, 0, 255),
    "green": Colour(0, 128, 0),
    "navy": Colour(0, 0, 128),
    "yellow": Colour(255, 255, 0),
    "gray": Colour(128, 128, 128),
    "grey": Colour(128, 128, 128),
    "silver": Colour(192, 192, 192),
    "snow": Colour(255, 250, 250),
    "ivory": Colour(255, 255, 240),
    "whitesmoke": Colour(245, 245, 245),
    "ghostwhite": Colour(248, 248, 255),
    "floralwhite": Colour(255, 250, 240),
    "azure": Colour(240, 255, 255),
    "mintcream": Colour(245, 255, 250),
    "aliceblue": Colour(240, 248, 255),
    "seashell": Colour(255, 245, 238),
}


def declarations(source: str) -> tuple[Declaration, ...]:
    """Return what a style declares, in its order."""
    if len(source) <= _LONGEST_KEPT:
        return _kept(source)
    return tuple(_declarations(source)) if len(source) <= MOST_STYLE else ()


def declared(source: str) -> Mapping[str, str]:
    """Return the value of each property of a style: the last one that is not outranked."""
    return _ranked_once(source) if len(source) <= _LONGEST_KEPT else ranked([declarations(source)])


def ranked(styles: list[tuple[Declaration, ...]]) -> dict[str, str]:
    """Return the value of each property of several styles, of which the last counts most."""
    chosen: dict[str, Declaration] = {}
    for style in styles:
        for one in style:
            standing = chosen.get(one.name)
            if standing is None or one.is_important or not standing.is_important:
                chosen[one.name] = one
    return {name: one.value for name, one in chosen.items()}


def expanded(one: Declaration) -> Iterator[Declaration]:
    """Give a declaration with what it sets besides: the shorthands `font` and `background`."""
    yield one
    if one.name == "font":
        yield one._replace(name="font-size", value=_size_in_font(one.value))
    elif one.name == "background":
        ground = next((word for word in one.value.split() if colour(word)), one.value)
        yield one._replace(name="background-color", value=ground)
        image = "none" if "(" not in one.value.removeprefix(ground) else "some"
        yield one._replace(name="background-image", value=image)


def unescaped(text: str) -> str:
    """Return a text of a style with its escapes resolved."""
    return _ESCAPE.sub(_character, text) if "\\" in text else text


def pixels(text: str, *, em: float = TYPE_SIZE) -> float | None:
    """Return a length in pixels, or None for what cannot be told without a window."""
    found = _LENGTH.fullmatch(text.removeprefix("calc(").removesuffix(")").strip())
    if not found:
        return None
    number = float(found[1]) * 10.0 ** int(found[2] or 0)
    unit = _UNITS.get(found[3])
    if found[3] in _RELATIVE:
        unit = _RELATIVE[found[3]] * em
    if number == 0:
        return 0.0
    return None if unit is None else number * unit


def share(text: str) -> float | None:
    """Return a number or a percentage as a share of 1."""
    found = _LENGTH.fullmatch(text)
    if not found or found[3] not in {"", "%"}:
        return None
    number = float(found[1]) * 10.0 ** int(found[2] or 0)
    return number / 100 if found[3] else number


def type_size(text: str, outer: float) -> float:
    """Return the height of type in pixels; what is not understood is what nobody sized.

    By a share of what is around it no browser makes type unreadable, if that is not so already.
    """
    if text in {"", "inherit", "unset"}:
        return outer
    if text in _RELATIVE or text.removesuffix("rem").endswith(("%", "em", "ex", "ch")):
        part = _RELATIVE.get(text, share(text) if text.endswith("%") else pixels(text, em=1.0))
        size = TYPE_SIZE if part is None else outer * part
        return max(size, min(outer, _SMALLEST_SHARE)) if size else 0.0
    absolute = pixels(text)
    return TYPE_SIZE if absolute is None else absolute


def colour(text: str, *, is_bare: bool = False) -> Colour | None:
    """Return a colour; attributes may give six bare digits."""
    if text in _NAMED:
        return _NAMED[text]
    if text.startswith("#") or is_bare:
        return _of_digits(text.removeprefix("#"))
    found = _FUNCTION.fullmatch(text)
    return _of_arguments(found[1], found[2]) if found else None


def _of_digits(digits: str) -> Colour | None:
    if len(digits) not in {3, 4, 6, 8} or not _HEX.fullmatch(digits):
        return None
    if len(digits) in {3, 4}:
        digits = "".join(one * 2 for one in digits)
    red, green, blue, *solid = bytes.fromhex(digits)
    return Colour(red, green, blue, solid[0] / _FULL if solid else 1.0)


def _of_arguments(kind: str, arguments: str) -> Colour | None:
    words = [word for word in _BETWEEN_ARGUMENTS.split(arguments.strip()) if word]
    values = [share(word.removesuffix("deg")) for word in words]
    solid = values.pop() if len(values) == len(Colour._fields) else 1.0
    match values:
        case [float(first), float(second), float(third)] if solid is not None:
            pass
        case _:
            return None
    if kind == "hsl":
        red, green, blue = (_FULL * one for one in hls_to_rgb(first / 360 % 1, third, second))
    else:
        scale = _FULL if words[0].endswith("%") else 1.0
        red, green, blue = first * scale, second * scale, third * scale
    return Colour(red, green, blue, solid)


def _size_in_font(value: str) -> str:
    """Return the size in a value of `font`; other bare numbers are weights."""
    for word in value.split(",", maxsplit=1)[0].split():
        size = word.partition("/")[0]
        found = _LENGTH.fullmatch(size)
        if found and (found[3] or float(found[1]) == 0):
            return size
    return "medium"


@lru_cache(maxsize=512)
def _ranked_once(source: str) -> Mapping[str, str]:
    return ranked([declarations(source)])


@lru_cache(maxsize=512)
def _kept(source: str) -> tuple[Declaration, ...]:
    return tuple(_declarations(source))


def _declarations(source: str) -> Iterator[Declaration]:
    pieces = source.split(";") if _SIMPLE.fullmatch(source) else _pieces(source)
    for piece in pieces:
        name, colon, value = piece.partition(":")
        name = unescaped(name).strip().lower()
        value, mark, rank = unescaped(value).lower().partition("!")
        is_important = rank.strip() == "important"
        if colon and name and (is_important or not mark):
            yield Declaration(name, " ".join(value.split()), is_important)


def _pieces(source: str) -> Iterator[str]:
    """Cut a style at semicolons outside of strings, brackets and comments; comments go."""
    held: list[str] = []
    start = place = depth = 0
    while (mark := _MARK.search(source, place)) is not None:
        sign, place = mark[0], mark.end()
        if sign == "/*":
            held += [source[start : mark.start()], " "]
            end = source.find("*/", place)
            start = place = len(source) if end < 0 else end + 2
        elif sign in _STRING_REST:
            rest = _STRING_REST[sign].match(source, place)
            place = rest.end() if rest else place
        elif sign in "([{":
            depth += 1
        elif sign in ")]}":
            depth = max(0, depth - 1)
        elif sign == ";" and not depth:
            yield "".join([*held, source[start : mark.start()]])
            held, start = [], place
    yield "".join([*held, source[start:]])


def _character(escape: re.Match[str]) -> str:
    if escape[2] is not None:
        return "" if escape[2] == "\n" else escape[2]
    number = int(escape[1], 16)
    return chr(number) if 0 < number <= _MOST_CODE_POINT else "\ufffd"
