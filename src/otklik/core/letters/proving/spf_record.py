"""Records of SPF as domains publish them (RFC 7208, sections 4.5, 4.6.1, 5, 6 and 7.1)."""

import ipaddress
import re
from dataclasses import dataclass
from typing import Final

QUALIFIERS: Final = {"+": "pass", "-": "fail", "~": "softfail", "?": "neutral"}
_VERSION: Final = "v=spf1"
_MECHANISM: Final = re.compile(
    r"([-+?~]?)(all|include|a|mx|ptr|ip4|ip6|exists)(?::([^/ ]*(?:/[^0-9/ ][^/ ]*)*))?"
    r"(?:/(0|[1-9]\d{0,2}))?(?://(0|[1-9]\d{0,2}))?",
    re.IGNORECASE,
)
_ADDRESS: Final = re.compile(r"([-+?~]?)(ip4|ip6):([^/ ]+)(?:/(0|[1-9]\d{0,2}))?", re.IGNORECASE)
_MODIFIER: Final = re.compile(r"([a-z][a-z0-9_.-]*)=(.*)", re.IGNORECASE)
_MACRO: Final = r"%\{[slodiphv](?:[1-9]\d{0,8})?r?[-.+,/_=]*\}"
_STRING: Final = re.compile(rf"(?:{_MACRO}|%[%_-]|[!-$&-~])*", re.IGNORECASE)
_END: Final = re.compile(
    rf"(?:{_MACRO}|\.(?:[a-z0-9]*[a-z][a-z0-9]*|[a-z0-9]+-[a-z0-9-]*[a-z0-9])\.?)\Z", re.IGNORECASE
)
_TEXT: Final = re.compile(r"(?:%\{[slodiphcrtv]\d*r?[-.+,/_=]*\}|%[%_-]|[!-$&-~])*", re.IGNORECASE)
_WANTS_NAME: Final = frozenset({"include", "exists"})
_WITH_LENGTHS: Final = frozenset({"a", "mx"})
_LONGEST: Final = {4: 32, 6: 128}
_LONGEST_RECORD: Final = 16_384
_LONGEST_NAME: Final = 512
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Wrong(Exception):
    """The record cannot be read, or asks for too much: permerror."""


@dataclass(frozen=True, slots=True)
class Directive:
    """What is looked at, and the result where it matches."""

    result: str
    kind: str
    name: str = ""
    """With macros; "" is the domain itself."""
    lengths: tuple[int, int] = (32, 128)
    """Of networks around what is found, by IP version."""
    network: Network | None = None


@dataclass(frozen=True, slots=True)
class Record:
    directives: tuple[Directive, ...]
    redirect: str = ""


def record_among(texts: list[bytes]) -> Record | None:
    """Return the one SPF record among a domain's texts, if there is one. Raises Wrong."""
    mine = [one for one in texts if _is_record(one)]
    if len(mine) > 1:
        raise Wrong("there are several records")
    return _parsed(mine[0]) if mine else None


def _is_record(text: bytes) -> bool:
    return text[: len(_VERSION)].lower() == _VERSION.encode() and text[6:7] in {b"", b" "}


def _parsed(text: bytes) -> Record:
    if len(text) > _LONGEST_RECORD:
        raise Wrong("the record is too long")
    try:
        terms = text.decode("ascii")[len(_VERSION) :].split(" ")
    except UnicodeDecodeError as error:
        raise Wrong("there are signs that are not ASCII") from error
    directives: list[Directive] = []
    said: dict[str, str] = {}
    for term in filter(None, terms):
        modifier = _MODIFIER.fullmatch(term)
        if modifier is None:
            directives.append(_directive(term))
        elif (name := modifier[1].lower()) in {"redirect", "exp"}:
            if name in said:
                raise Wrong(f"{name} is said twice")
            said[name] = _name(modifier[2])
        elif not _TEXT.fullmatch(modifier[2]):
            raise Wrong(term)
    return Record(tuple(directives), said.get("redirect", ""))


def _directive(term: str) -> Directive:
    if address := _ADDRESS.fullmatch(term):
        return _of_address(address)
    found = _MECHANISM.fullmatch(term)
    if found is None or found[2].lower() in {"ip4", "ip6"}:
        raise Wrong(term)
    kind, name = found[2].lower(), found[3]
    has_lengths = found[4] is not None or found[5] is not None
    if has_lengths and kind not in _WITH_LENGTHS:
        raise Wrong(term)
    if (kind == "all" and name is not None) or (kind in _WANTS_NAME and name is None):
        raise Wrong(term)
    lengths = (_length(found[4], 4), _length(found[5], 6))
    checked = "" if name is None else _name(name)
    return Directive(QUALIFIERS[found[1] or "+"], kind, checked, lengths)


def _of_address(found: re.Match[str]) -> Directive:
    version = int(found[2][2])
    length = _length(found[4], version)
    try:
        address = ipaddress.ip_address(found[3])
        network = ipaddress.ip_network((address, length), strict=False)
    except ValueError as error:
        raise Wrong(found[0]) from error
    if network.version != version or "%" in found[3]:
        raise Wrong(found[0])
    return Directive(QUALIFIERS[found[1] or "+"], found[2].lower(), network=network)


def _length(text: str | None, version: int) -> int:
    length = _LONGEST[version] if text is None else int(text)
    if length > _LONGEST[version]:
        raise Wrong(f"/{text}")
    return length


def _name(text: str) -> str:
    if len(text) > _LONGEST_NAME or not _STRING.fullmatch(text) or not _END.search(text):
        raise Wrong(text)
    return text
