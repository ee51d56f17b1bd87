"""Fetching what a stranger named: from the open internet only, in bounded time and size.

A name is looked up once, its addresses are judged, and the connection goes to a judged one, so
that a name cannot mean one machine to the judge and another to the socket. A redirect is judged
as the first address was. Nothing of who asks goes along: no cookie, no referrer, no language.
"""

import enum
import http.client
import io
import ipaddress
import socket
import ssl
import time
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from django.conf import settings
from typing_extensions import Buffer, override

from otklik.core.post.hosts import canonical_host

MOST_REDIRECTS: Final = 3
MOST_ADDRESSES: Final = 2
"""Of one name, that are tried."""
LONGEST_ADDRESS: Final = 4000
_PORTS: Final = {"http": 80, "https": 443}
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_CHUNK: Final = 64 * 1024
_IN_A_PATH: Final = "/%:=&?~+!$,;'@()*[]-._|"
_OPEN_IPV6: Final = ipaddress.ip_network("2000::/3")
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Why(enum.StrEnum):
    """Why nothing was fetched."""

    ADDRESS = "address"  # it names nothing that is fetched
    INSIDE = "inside"  # it names a machine that is not on the open internet
    UNKNOWN = "unknown"  # there is no such name
    SILENT = "silent"  # nobody answered in time
    REFUSED = "refused"  # the server answered, and gave nothing
    LARGE = "large"
    BROKEN = "broken"  # what was answered is no answer


class NotFetchedError(Exception):
    """Nothing was fetched."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why


@dataclass(frozen=True)
class Wanted:
    """What may come: so many bytes, in so many seconds, of these kinds."""

    most: int
    seconds: float
    accept: str = "*/*"


def fetch(url: str, wanted: Wanted) -> bytes:
    """Return what is at an address. Raises NotFetchedError."""
    ends_at = time.monotonic() + wanted.seconds
    for _hop in range(MOST_REDIRECTS + 1):
        try:
            answer = _asked(_parts(url), wanted, ends_at)
            if isinstance(answer, bytes):
                return answer
            url = urljoin(url, answer.location)
        except TimeoutError:
            raise NotFetchedError(Why.SILENT) from None
        except (http.client.HTTPException, ValueError):
            raise NotFetchedError(Why.BROKEN) from None
        except OSError:
            raise NotFetchedError(Why.REFUSED) from None
    raise NotFetchedError(Why.REFUSED)


@dataclass(frozen=True)
class _Elsewhere:
    location: str


def _asked(parts: SplitResult, wanted: Wanted, ends_at: float) -> bytes | _Elsewhere:
    host, port = _host(parts), parts.port or _PORTS[parts.scheme]
    connection = http.client.HTTPConnection(host, port)
    with _connected(parts.scheme, host, port, ends_at) as made:
        connection.sock = _Bounded(made, ends_at)
        connection.request("GET", _path(parts), headers=_heads(parts, host, wanted))
        response = connection.getresponse()
        if response.status in _REDIRECTS and response.headers["Location"]:
            return _Elsewhere(response.headers["Location"][:LONGEST_ADDRESS])
        if response.status != http.client.OK:
            raise NotFetchedError(Why.REFUSED)
        return _content(response, wanted.most)


def _content(response: http.client.HTTPResponse, most: int) -> bytes:
    if response.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise NotFetchedError(Why.BROKEN)
    if (response.length or 0) > most:
        raise NotFetchedError(Why.LARGE)
    content = bytearray()
    while chunk := response.read(_CHUNK):
        content += chunk
        if len(content) > most:
            raise NotFetchedError(Why.LARGE)
    if response.length:
        raise NotFetchedError(Why.BROKEN)
    return bytes(content)


def _heads(parts: SplitResult, host: str, wanted: Wanted) -> dict[str, str]:
    named = f"[{host}]" if ":" in host else host
    return {
        "Host": named if parts.port is None else f"{named}:{parts.port}",
        "Accept": wanted.accept,
        "Accept-Encoding": "identity",
        "User-Agent": "Mozilla/5.0 (compatible)",
        "Connection": "close",
    }


def _parts(url: str) -> SplitResult:
    """Return an address in its parts. Raises NotFetchedError for one that is never fetched."""
    try:
        parts = urlsplit(url.strip())
        is_plain = parts.scheme in _PORTS and "@" not in parts.netloc and parts.port != 0
    except ValueError:
        is_plain = False
    if not is_plain or len(url) > LONGEST_ADDRESS:
        raise NotFetchedError(Why.ADDRESS)
    return parts


def _host(parts: SplitResult) -> str:
    try:
        return canonical_host(parts.hostname or "")
    except ValueError:
        raise NotFetchedError(Why.ADDRESS) from None


def _path(parts: SplitResult) -> str:
    query = f"?{quote(parts.query, safe=_IN_A_PATH)}" if parts.query else ""
    return f"{quote(parts.path or '/', safe=_IN_A_PATH)}{query}"


def _connected(scheme: str, host: str, port: int, ends_at: float) -> socket.socket:
    """Connect to the first judged address of a host that answers."""
    trouble: OSError = ConnectionError("no address")
    for address in _judged(host, port)[:MOST_ADDRESSES]:
        try:
            made = socket.create_connection((str(address), port), timeout=_left(ends_at))
        except OSError as error:
            trouble = error
            continue
        if scheme == "http":
            return made
        try:
            made.settimeout(_left(ends_at))
            return ssl.create_default_context().wrap_socket(made, server_hostname=host)
        except BaseException:
            made.close()
            raise
    raise trouble


def _judged(host: str, port: int) -> list[Address]:
    """Return the addresses of a host that may be reached. Raises NotFetchedError."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError):
        raise NotFetchedError(Why.UNKNOWN) from None
    addresses = dict.fromkeys(ipaddress.ip_address(one[4][0]) for one in found)
    usual = port in _PORTS.values()
    judged = [one for one in addresses if _is_permitted(one) or (usual and is_open(one))]
    if not judged:
        raise NotFetchedError(Why.INSIDE)
    return judged


def is_open(address: Address) -> bool:
    """Tell whether an address is on the open internet, whatever it wraps."""
    if isinstance(address, ipaddress.IPv4Address):
        return address.is_global and not address.is_multicast
    if address in _NAT64:
        return is_open(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    is_wrapped = address.sixtofour is not None or address.teredo is not None
    return address in _OPEN_IPV6 and address.is_global and not is_wrapped


def _is_permitted(address: Address) -> bool:
    """Tell whether the administrator permits an address, on any port."""
    return any(address in network for network in settings.OTKLIK_EGRESS_TO)


def _left(ends_at: float) -> float:
    left = ends_at - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


class _Bounded:
    """So much of a socket as `http.client` needs, until a moment, however slowly it speaks."""

    def __init__(self, made: socket.socket, ends_at: float) -> None:
        self._made = made
        self._ends_at = ends_at

    def sendall(self, content: bytes) -> None:
        self._made.settimeout(_left(self._ends_at))
        self._made.sendall(content)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Heard(self._made, self._ends_at))

    def close(self) -> None:
        """Leave it open: a connection that ends says so before its last answer is read."""


class _Heard(io.RawIOBase):
    def __init__(self, made: socket.socket, ends_at: float) -> None:
        self._made = made
        self._ends_at = ends_at

    @override
    def readable(self) -> bool:
        return True

    @override
    def readinto(self, place: Buffer) -> int:
        self._made.settimeout(_left(self._ends_at))
        return self._made.recv_into(place)
