"""What our own receiving server found out about a sender: its Authentication-Results (RFC 8601).

Only results under the server's own name count, and of those the topmost header alone: whatever
stands below came with the letter. Nobody's name, nobody's results.
"""

import enum
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

MOST_RESULTS: Final = 50
_COMMENT = re.compile(r'"(?:[^"\\]|\\.)*"|[()]|\\.')
_RESULT = re.compile(r"\s*([a-z][a-z0-9-]*)(?:/\d+)?\s*=\s*([a-z]+)", re.IGNORECASE)
_QUOTED: Final = r'"(?:[^"\\]|\\.)*"'
_PART = re.compile(rf'(?:{_QUOTED}|[^";])+')
_WORD = re.compile(rf'(?:([a-z]+\.[a-z][a-z0-9-]*)\s*=\s*)?((?:{_QUOTED}|[^\s"])+)', re.IGNORECASE)


class Standing(enum.StrEnum):
    """Whether a letter is proven to come from the domain of its sender."""

    PASS = "pass"  # noqa: S105  # a result, as RFC 8601 calls it
    FAIL = "fail"
    NONE = "none"
    ERROR = "temperror"
    """The check could not be made; it says nothing."""


@dataclass(frozen=True, slots=True)
class Result:
    """One result: `method=value`, and the properties that were looked at."""

    method: str
    value: str
    properties: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found, and the results that it stands on."""

    standing: Standing = Standing.NONE
    results: tuple[Result, ...] = ()


def verdict_of(headers: Sequence[str], authserv_id: str, sender: str) -> Verdict:
    """Return what the server named `authserv_id` says of an address, from headers top down."""
    found = _own(headers, authserv_id)
    if found is None:
        return Verdict()
    results = tuple(_results(found[1]))
    return Verdict(standing_of(results, sender.rpartition("@")[2]), results)


def is_called_spam(headers: Sequence[str], authserv_id: str, above: int | None) -> bool:
    """Say whether the server named `authserv_id` itself calls a letter spam.

    `above` is how many of these headers stand above the mark; None for no mark. What stands
    above the server's own results was not there when the letter came, and is its word, too.
    """
    if above is None:
        return False
    found = _own(headers, authserv_id)
    return found is not None and above <= found[0]


def _own(headers: Sequence[str], authserv_id: str) -> tuple[int, str] | None:
    """Return the place of the topmost header of a server, and what it says."""
    for place, value in enumerate(headers if authserv_id else ()):
        name, _semicolon, rest = _without_comments(value).partition(";")
        named = name.split()
        if named and named[0].strip('"').lower() == authserv_id.lower():
            return place, rest
    return None


def standing_of(results: Sequence[Result], domain: str) -> Standing:
    """Say what results mean for a domain: DMARC decides; without it what is aligned does."""
    for one in results:
        if one.method == "dmarc" and one.value != "none":  # there it has nothing to say
            return _by_dmarc(one, domain)
    aligned = [one for one in results if _is_aligned(one, domain)]
    if any(one.value == "pass" for one in aligned):
        return Standing.PASS
    if any(one.value == "fail" and one.method == "spf" for one in aligned):
        return Standing.FAIL  # a signature that fails is as none (RFC 6376, section 6.1)
    return Standing.NONE


def _by_dmarc(one: Result, domain: str) -> Standing:
    about = one.properties.get("header.from", domain).lower().rpartition("@")[2]
    if about != domain:
        return Standing.NONE
    match one.value:
        case "pass":
            return Standing.PASS
        case "fail" if one.properties.get("polrec.p") != "none":  # else it wishes nothing
            return Standing.FAIL
        case "temperror" | "permerror":
            return Standing.ERROR
        case _:
            return Standing.NONE


def _is_aligned(one: Result, domain: str) -> bool:
    """Say whether a result is about the domain itself; strictly, so that no list is needed."""
    names = {"dkim": ("header.d", "header.i"), "spf": ("smtp.mailfrom",)}.get(one.method, ())
    said = (one.properties.get(name, "").lower().rpartition("@")[2] for name in names)
    return bool(domain) and domain in said


def _results(rest: str) -> Iterator[Result]:
    for part in islice(_parts(rest), MOST_RESULTS):
        if found := _RESULT.match(part):
            words = ((name.lower(), value) for name, value in _WORD.findall(part) if name)
            properties = {name: value.strip('"') for name, value in words}
            yield Result(found[1].lower(), found[2].lower(), properties)


def _parts(rest: str) -> Iterator[str]:
    """Give what stands between semicolons; those in quoted strings part nothing.

    A quoted string that never ends hides everything after it.
    """
    for found in _PART.finditer(rest):
        if rest[found.end() : found.end() + 1] == '"':
            return
        yield found[0]


def _without_comments(value: str) -> str:
    """Leave out what stands in parentheses, however deep; those in quoted strings are no comments.

    A comment that never ends hides everything after it.
    """
    out: list[str] = []
    depth, place = 0, 0
    for sign in _COMMENT.finditer(value):
        if depth == 0:
            out.append(value[place : sign.start()])
        match sign[0]:
            case "(":
                depth += 1
            case ")":
                depth = max(0, depth - 1)
            case other if depth == 0:
                out.append(other)
            case _:
                pass
        place = sign.end()
    if depth == 0:
        out.append(value[place:])
    return "".join(out)
