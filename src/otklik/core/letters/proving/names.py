"""What the domain name system says, asked with little patience."""

import contextlib
import ipaddress
import time
from collections.abc import Iterator
from typing import Any, Final

import dns.exception
import dns.name
import dns.resolver

PATIENCE_SECONDS: Final = 10.0
"""For all that one letter asks."""
_ONE_SECONDS: Final = 4.0
_MOST_ASKED: Final = 80
_KEPT_SECONDS: Final = 3.0
_KEPT_ASKED: Final = 16
"""Of both, for the names of the author's organization: who forges it must not use them up."""
_LONGEST: Final = 253
_LONGEST_LABEL: Final = 63


class Unsure(Exception):
    """Nobody answered, or not in time: nothing is known."""


class Names:
    """Asks one name server, or those of this machine; remembers answers while one letter lasts."""

    def __init__(self, server: str = "") -> None:
        """`server` is `host:port`. Raises nothing: a machine without servers is unsure of all."""
        self._resolver: dns.resolver.Resolver | None = None
        with contextlib.suppress(dns.exception.DNSException):
            self._resolver = dns.resolver.Resolver(configure=not server)
        if self._resolver and server:
            host, _, port = server.rpartition(":")
            self._resolver.nameservers = [host.strip("[]")]
            self._resolver.port = int(port)
        self.forget()

    def forget(self) -> None:
        """Begin with another letter."""
        self._until = time.monotonic() + PATIENCE_SECONDS
        self._known: dict[tuple[str, str], list[Any] | None] = {}
        self._kept_for = ""

    def keep_for(self, domain: str) -> None:
        """Keep some of the patience for the names of a domain and those below it."""
        self._kept_for = domain

    def texts(self, name: str) -> list[bytes]:
        """Return the TXT records of a name, each as one. Raises Unsure."""
        return [b"".join(one.strings) for one in self._ask(name, "TXT")]

    def addresses(self, name: str, version: int) -> list[str]:
        """Return a name's addresses of IP version 4 or 6. Raises Unsure."""
        return [one.address for one in self._ask(name, "A" if version == 4 else "AAAA")]  # noqa: PLR2004  # the version's own number

    def exchanges(self, name: str) -> list[str]:
        """Return the hosts that take a name's mail, the preferred ones first. Raises Unsure."""
        found = sorted(self._ask(name, "MX"), key=lambda one: int(one.preference))
        return [_text(one.exchange) for one in found]

    def hosts_at(self, address: str) -> list[str]:
        """Return the names that an address says it has. Raises Unsure."""
        pointer = ipaddress.ip_address(address).reverse_pointer
        return [_text(one.target) for one in self._ask(pointer, "PTR")]

    def _ask(self, name: str, kind: str) -> list[Any]:
        key = (name.lower().rstrip("."), kind)
        if not is_name(key[0]):
            return []
        if key not in self._known:
            self._known[key] = None
            self._known[key] = list(self._asked(*key))
        found = self._known[key]
        if found is None:  # it was asked, and nobody knew
            raise Unsure(name)
        return found

    def _asked(self, name: str, kind: str) -> Iterator[Any]:
        left, asked = self._until - time.monotonic(), len(self._known)
        if self._kept_for and not is_of(name, self._kept_for):
            left, asked = left - _KEPT_SECONDS, asked + _KEPT_ASKED
        if self._resolver is None or left <= 0 or asked > _MOST_ASKED:
            raise Unsure(name)
        try:
            absolute = dns.name.from_text(name)
            yield from self._resolver.resolve(absolute, kind, lifetime=min(left, _ONE_SECONDS))
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return
        except (dns.name.LabelTooLong, dns.name.NameTooLong, dns.name.EmptyLabel):
            return
        except (dns.exception.DNSException, OSError) as error:
            raise Unsure(name) from error


def is_of(name: str, domain: str) -> bool:
    """Say whether a name is a domain or below it."""
    return name == domain or name.endswith(f".{domain}")


def is_name(text: str) -> bool:
    """Say whether a text, without a last dot, could be a name at all."""
    labels = text.split(".")
    is_short = len(text) <= _LONGEST and all(0 < len(one) <= _LONGEST_LABEL for one in labels)
    return is_short and text.isascii() and text.isprintable() and "\\" not in text


def _text(name: dns.name.Name) -> str:
    return name.to_text(omit_final_dot=True).lower()
