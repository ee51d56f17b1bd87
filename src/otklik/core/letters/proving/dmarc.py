"""Whether what is proven is the domain that a letter names as its author's: DMARC (RFC 9989)."""

import contextlib
import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from otklik.core.letters.proving.names import Names, Unsure, is_of
from otklik.core.letters.verdicts import Result

_RECORD: Final = re.compile(rb"v\s*=\s*DMARC1\s*(?:;|\Z)")
_POLICIES: Final = frozenset({"none", "quarantine", "reject"})
_MOST_STEPS: Final = 8


class Found(NamedTuple):
    """A record, and the domain that it was found at."""

    domain: str
    tags: dict[str, str]


def check_alignment(author: str, results: Sequence[Result], names: Names) -> Result:
    """Return what DMARC says of the author's domain, with what SPF and DKIM found out."""
    about = {"header.from": author}
    try:
        policy = _policy_of(author, names)
    except Unsure:
        return Result("dmarc", "temperror", about)
    if policy is None:
        return Result("dmarc", "none", about)
    about |= {"polrec.domain": policy.domain, "polrec.p": _wish(policy, author)}
    is_unsure = False
    for one in results:
        if one.value not in {"pass", "temperror"}:
            continue
        try:
            if _is_aligned(one, author, policy, names):
                if one.value == "pass":
                    return Result("dmarc", "pass", about)
                is_unsure |= one.value == "temperror"
        except Unsure:
            is_unsure = True
    return Result("dmarc", "temperror" if is_unsure else "fail", about)


def _policy_of(author: str, names: Names) -> Found | None:
    """Find the record that speaks for a domain: its own, or that of the organization it is of."""
    found = list(_walk(author, names))
    if found and found[0].domain == author:
        return found[0]
    organization = _organization_in(author, found)
    return next((one for one in found if one.domain == organization), None)


def _wish(policy: Found, author: str) -> str:
    """Return what is to become of letters that fail; those of subdomains may have their own."""
    own = policy.tags.get("p", "none")
    wish = own if policy.domain == author else policy.tags.get("sp", own)
    return wish if wish in _POLICIES else "none"


def _is_aligned(one: Result, author: str, policy: Found, names: Names) -> bool:
    """Say whether a result is about the author's domain, as strictly as that wishes."""
    name, mode = {
        "dkim": ("header.d", policy.tags.get("adkim", "r")),
        "spf": ("smtp.mailfrom", policy.tags.get("aspf", "r")),
    }.get(one.method, ("", ""))
    said = one.properties.get(name) or one.properties.get("smtp.helo", "")
    domain = said.rpartition("@")[2]
    if not domain or domain == author:
        return bool(domain)
    organization = _organization(author, names)
    if mode == "s" or not is_of(domain, organization):
        return False  # no name of a stranger is asked: it could make this unsure
    return _organization(domain, names) == organization


def keep_for_author(author: str, names: Names) -> None:
    """Ask for what decides before all else, and keep patience for the author's own names."""
    with contextlib.suppress(Unsure):
        names.keep_for(_organization(author, names))


def _organization(domain: str, names: Names) -> str:
    return _organization_in(domain, list(_walk(domain, names)))


def _organization_in(domain: str, found: Sequence[Found]) -> str:
    """Say which organization's a domain is, by the records on the way up (section 4.10.2)."""
    for one in found:
        if one.tags.get("psd") == "n":
            return one.domain
        if one.tags.get("psd") == "y" and one.domain != domain:
            below = one.domain.count(".") + 2
            return ".".join(domain.split(".")[-below:])
    return found[-1].domain if found else domain


def _walk(domain: str, names: Names) -> Iterator[Found]:
    """Give the records at a domain and at those above it, until one says where to stop."""
    labels = domain.split(".")
    while labels:
        tags = _record_at(".".join(labels), names)
        if tags is not None:
            yield Found(".".join(labels), tags)
            if tags.get("psd") in {"y", "n"}:
                return
        labels = labels[1:] if len(labels) <= _MOST_STEPS else labels[-(_MOST_STEPS - 1) :]


def _record_at(domain: str, names: Names) -> dict[str, str] | None:
    texts = [one for one in names.texts(f"_dmarc.{domain}") if _RECORD.match(one)]
    if len(texts) != 1:
        return None
    pairs = (one.partition("=") for one in texts[0].decode("ascii", "replace").split(";"))
    tags = {name.strip().lower(): value.strip() for name, is_said, value in pairs if is_said}
    tags = {name: value.lower() for name, value in tags.items()}
    return tags if tags.get("p") in _POLICIES or tags.get("rua", "").startswith("mailto:") else None
