"""Whether a host may hand over letters of a domain: SPF (RFC 7208)."""

import ipaddress
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple
from urllib.parse import quote

from otklik.core.letters.proving.names import Names, Unsure, is_name
from otklik.core.letters.proving.spf_record import Directive, Wrong, record_among

MOST_LOOKUPS: Final = 10
MOST_VOID: Final = 2
MOST_HOSTS: Final = 10
_MACRO: Final = re.compile(r"%(?:\{([a-z])(\d*)(r?)([-.+,/_=]*)\}|([%_-]))", re.IGNORECASE)
_LITERAL: Final = {"%": "%", "_": " ", "-": "%20"}
_LONGEST: Final = 253
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Sending(NamedTuple):
    """How a letter was handed over: by which address, that greeted how, for whom."""

    client: str
    hello: str
    sender: str
    """Of the envelope; "" for reports."""


def check_host(sending: Sending, names: Names) -> str:
    """Return the result: none, neutral, pass, fail, softfail, temperror or permerror.

    Without a sender it is the name of the greeting that is checked.
    """
    local, _, domain = sending.sender.rpartition("@")
    if not sending.sender:
        local, domain = "postmaster", sending.hello
    domain = domain.rstrip(".").lower()
    if "." not in domain or not is_name(domain):
        return "none"
    address = ipaddress.ip_address(sending.client)
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    check = _Check(address, local or "postmaster", domain, sending.hello, names)
    try:
        return check.result_of(domain)
    except Wrong:
        return "permerror"
    except Unsure:
        return "temperror"


@dataclass
class _Check:
    """One check with its limits, which all included records share."""

    address: Address
    local: str
    sender_domain: str
    hello: str
    names: Names
    lookups: int = 0
    void: int = 0

    def result_of(self, domain: str) -> str:
        """Raises Wrong and Unsure."""
        record = record_among(self.names.texts(domain))
        if record is None:
            return "none"
        for one in record.directives:
            if self._matches(one, domain):
                return one.result
        is_decided = any(one.kind == "all" for one in record.directives)
        if not record.redirect or is_decided:
            return "neutral"
        self._count()
        return self._of_another(self._expanded(record.redirect, domain))

    def _of_another(self, domain: str) -> str:
        """A record that is named has to be there."""
        result = self.result_of(domain) if is_name(domain) else "none"
        if result == "none":
            raise Wrong(f"{domain} has no record")
        return result

    def _matches(self, one: Directive, domain: str) -> bool:
        if one.kind == "all":
            return True
        if one.network is not None:
            return self.address in one.network
        self._count()
        target = self._expanded(one.name, domain) if one.name else domain
        match one.kind:
            case "include":
                return self._of_another(target) == "pass"
            case "exists":
                return bool(self._addresses(target, 4))
            case "ptr":
                return any(
                    host == target or host.endswith(f".{target}") for host in self._own_hosts
                )
            case "a":
                return self._is_near(self._addresses(target, self.address.version), one)
            case _:
                return any(
                    self._is_near(self._addresses(host, self.address.version), one)
                    for host in self._exchanges(target)
                )

    def _is_near(self, found: list[str], one: Directive) -> bool:
        length = one.lengths[self.address.version == 6]  # noqa: PLR2004  # the version's own number
        networks = (ipaddress.ip_network(f"{each}/{length}", strict=False) for each in found)
        return any(self.address in network for network in networks)

    def _count(self) -> None:
        self.lookups += 1
        if self.lookups > MOST_LOOKUPS:
            raise Wrong("too many lookups")

    def _noted(self, found: list[str]) -> list[str]:
        """Count what came to nothing: many of these are an attack on somebody else."""
        self.void += not found
        if self.void > MOST_VOID:
            raise Wrong("too many lookups that find nothing")
        return found

    def _addresses(self, host: str, version: int) -> list[str]:
        return self._noted(self.names.addresses(host, version))

    def _exchanges(self, domain: str) -> list[str]:
        found = self._noted(self.names.exchanges(domain))
        if len(found) > MOST_HOSTS:
            raise Wrong("too many hosts take mail")
        return found

    @cached_property
    def _own_hosts(self) -> list[str]:
        """The names of the address that are truly its own; a fault in looking finds none."""
        try:
            said = self._noted(self.names.hosts_at(str(self.address)))[:MOST_HOSTS]
        except Unsure:
            return []
        return [host for host in said if self._is_own(host)]

    def _is_own(self, host: str) -> bool:
        try:
            found = self.names.addresses(host, self.address.version)
        except Unsure:
            return False
        return any(ipaddress.ip_address(one) == self.address for one in found)

    def _expanded(self, spec: str, domain: str) -> str:
        """Return a name with its macros filled in, cut from the left to what a name may be."""
        name = _MACRO.sub(lambda found: self._filled(found, domain), spec).rstrip(".").lower()
        while len(name) > _LONGEST and "." in name:
            name = name.partition(".")[2]
        return name

    def _filled(self, found: re.Match[str], domain: str) -> str:
        letter, digits, is_reversed, delimiters, literal = found.groups()
        if literal:
            return _LITERAL[literal]
        parts = re.split(f"[{re.escape(delimiters or '.')}]", self._value(letter.lower(), domain))
        if is_reversed:
            parts.reverse()
        text = ".".join(parts[-int(digits) :] if digits else parts)
        return quote(text, safe="-._~") if letter.isupper() else text

    def _value(self, letter: str, domain: str) -> str:
        match letter:
            case "s":
                return f"{self.local}@{self.sender_domain}"
            case "l":
                return self.local
            case "o":
                return self.sender_domain
            case "d":
                return domain
            case "i":
                return _dotted(self.address)
            case "v":
                return "in-addr" if self.address.version == 4 else "ip6"  # noqa: PLR2004  # the version's own number
            case "h":
                return self.hello
            case _:
                return self._host_of(domain)

    def _host_of(self, domain: str) -> str:
        """Return a proven name of the address, one of the domain's before others."""
        hosts = self._own_hosts
        same = [host for host in hosts if host == domain]
        below = [host for host in hosts if host.endswith(f".{domain}")]
        return next(iter([*same, *below, *hosts]), "unknown")


def _dotted(address: Address) -> str:
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    return ".".join(address.exploded.replace(":", ""))
