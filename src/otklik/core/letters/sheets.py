"""What the style elements of a letter say of an element, and where that is not certain.

Rules of plain selectors (`p`, `.x`, `td.x#y`) that hold on every screen are applied as
browsers do. Of all others, it is only remembered what they might show again.
"""

import re
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from typing import Final, NamedTuple

from otklik.core.letters.css import (
    MOST_STYLE,
    Declaration,
    declarations,
    expanded,
    ranked,
    unescaped,
)
from otklik.core.richtext.tokens import Start

JUDGED: Final = frozenset(
    [
        *("display", "visibility", "opacity", "content-visibility", "position", "left", "top"),
        *("right", "bottom", "clip", "clip-path", "transform", "text-indent", "white-space"),
        *("overflow", "overflow-x", "overflow-y", "height", "max-height", "min-height", "width"),
        *("max-width", "min-width", "padding", "padding-top", "padding-bottom", "padding-left"),
        *("padding-right", "margin", "margin-left", "margin-top", "font-size", "color"),
        *("background-color", "background-image", "text-shadow", "filter", "mix-blend-mode"),
        *("-webkit-text-fill-color", "-webkit-text-stroke", "-webkit-background-clip"),
        *("background-clip", "animation", "animation-name", "transition"),
    ]
)
"""The properties on which it depends whether a text is seen."""
_HIDING: Final = frozenset({"none", "hidden", "collapse", "transparent", "0", "0px"})
_MOST_RULES: Final = 2000
_MOST_NAMES: Final = 20
_SIGN = re.compile(r"[{}]|\"(?:[^\"\\\n]|\\.)*+[\"\n]?|'(?:[^'\\\n]|\\.)*+['\n]?", re.DOTALL)
_COMMENT_MARK = re.compile(r"<!--|-->")
_SCREEN = re.compile(r"(?:(?:only\s+)?(?:all|screen)\s*(?:,\s*[a-z]+\s*)*)?", re.IGNORECASE)
_OF_TIME: Final = ("@keyframes", "@-webkit-keyframes", "@-moz-keyframes", "@font-face", "@page")
_PLAIN = re.compile(r"(\*|[a-z][\w-]*)?((?:[.#][\w-]{1,100})*)", re.IGNORECASE)
_LAST = re.compile(
    r"([a-z][\w-]*)?((?:[.#][\w-]{1,100})*+)(?:\[[^\[\]]*\]|:[\w-]+(?:\([^()]*\))?)*\Z",
    re.IGNORECASE,
)
_NAMES = re.compile(r"[.#][\w-]+")
_LONGEST_SELECTOR: Final = 300


class _Rule(NamedTuple):
    weight: tuple[int, int, int, int]  # IDs, classes, whether a tag is named, the place
    tag: str
    names: frozenset[str]
    style: tuple[Declaration, ...]


class Sheets:
    """The style elements of one letter."""

    def __init__(self, sources: Iterable[Start]) -> None:
        """Read them; each is its element, with its text as the attribute `text`."""
        self._rules: dict[str, list[_Rule]] = {}
        self._doubts: dict[str, set[str]] = {}
        self._read = 0
        for source in sources:
            if source.attributes.get("type", "text/css").strip().lower() in {"", "text/css"}:
                is_sure = bool(_SCREEN.fullmatch(source.attributes.get("media", "").strip()))
                for holds, selectors, body in _rules(source.attributes["text"]):
                    self._add(selectors, body, is_sure=is_sure and holds)

    def style(self, tag: Start) -> dict[str, str]:
        """Return what of `JUDGED` holds for an element, by the sheets and by its own style."""
        style = tag.attributes.get("style", "")
        own = _judged(style) if style else ()
        if not self._rules:
            return ranked([own]) if own else {}
        keys = _keys(tag)
        found = [
            rule
            for key in keys
            for rule in self._rules.get(key, ())
            if rule.tag in {"", tag.name} and rule.names.issubset(keys)
        ]
        return ranked([*(rule.style for rule in sorted(found, key=_weight)), own])

    def doubts(self, tag: Start) -> AbstractSet[str]:
        """Return which properties of an element other rules may change, on some devices."""
        if self._read > _MOST_RULES:
            return JUDGED
        if not self._doubts:
            return frozenset()
        return set().union(*(self._doubts.get(key, ()) for key in _keys(tag)))

    def _add(self, selectors: str, body: str, *, is_sure: bool) -> None:
        style = _judged(body)
        for one in selectors.split(",") if style else ():
            self._read += 1
            if self._read > _MOST_RULES:
                return
            selector = unescaped(one.strip())[:_LONGEST_SELECTOR]
            plain = _PLAIN.fullmatch(selector)
            if is_sure and plain and selector:
                self._apply(plain, style)
            elif "::" not in selector:
                shown = {each.name for each in style if each.value not in _HIDING}
                last = _LAST.search(selector)
                names = _NAMES.findall(last[2]) if last else []
                key = names[-1] if names else (last and (last[1] or "").lower()) or "*"
                self._doubts.setdefault(key, set()).update(shown)

    def _apply(self, plain: re.Match[str], style: tuple[Declaration, ...]) -> None:
        tag = (plain[1] or "").lower().replace("*", "")
        names = _NAMES.findall(plain[2])
        ids = sum(name.startswith("#") for name in names)
        weight = (ids, len(names) - ids, int(bool(tag)), self._read)
        key = names[-1] if names else tag or "*"
        self._rules.setdefault(key, []).append(_Rule(weight, tag, frozenset(names), style))


def _weight(rule: _Rule) -> tuple[int, int, int, int]:
    return rule.weight


def _judged(source: str) -> tuple[Declaration, ...]:
    return tuple(
        each for one in declarations(source) for each in expanded(one) if each.name in JUDGED
    )


def _keys(tag: Start) -> list[str]:
    classes = tag.attributes.get("class", "").split()[:_MOST_NAMES]
    named = tag.attributes.get("id", "").strip()
    return ["*", tag.name, *{f".{one}" for one in classes}, *([f"#{named}"] if named else ())]


def _rules(sheet: str) -> Iterator[tuple[bool, str, str]]:
    """Give whether a rule holds on every screen, its selectors and its body."""
    sheet = _COMMENT_MARK.sub(" ", _without_comments(sheet))
    place, around = 0, list[tuple[str, bool]]()  # what stands open, and whether it holds more
    for sign in _SIGN.finditer(sheet):
        if sign[0] == "{":
            prelude = sheet[place : sign.start()].rpartition(";")[2].strip()
            if around:
                around[-1] = around[-1][0], True
            around.append((prelude, False))
        elif sign[0] == "}" and around:
            prelude, holds_more = around.pop()
            body = sheet[place : sign.start()]
            if not holds_more and prelude[:1] != "@" and len(body) <= MOST_STYLE:
                yield from _told([one for one, _more in around], prelude, body)
        elif sign[0] != "}":
            continue
        place = sign.end()


def _told(around: list[str], selectors: str, body: str) -> Iterator[tuple[bool, str, str]]:
    if not any(one.lower().startswith(_OF_TIME) for one in around):
        yield all(_holds(one) for one in around), selectors, body


def _holds(prelude: str) -> bool:
    asked = prelude[:_LONGEST_SELECTOR].lower().removeprefix("@media")
    return asked != prelude.lower() and bool(_SCREEN.fullmatch(asked.strip()))


def _without_comments(sheet: str) -> str:
    first, *commented = sheet.split("/*")
    return " ".join([first, *(one.partition("*/")[2] for one in commented)])
