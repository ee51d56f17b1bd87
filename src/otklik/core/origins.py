"""Which web pages may open a socket: only the desk's own (RFC 6455 §10.2)."""

import re
from collections.abc import Sequence
from typing import Final

ORIGIN: Final = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9_.-]+|\[[0-9a-f:.]+\])(?::(?P<port>[0-9]{1,5}))?"
)
STANDARD_PORTS: Final = {"http": "80", "https": "443"}


def is_own_origin(origin: str, *, host: str, allowed: Sequence[str], secure: bool) -> bool:
    """Tell whether `origin` is the desk's own page, asking for `host`.

    It must name exactly the host and port of the request, and `allowed` must hold that host:
    words like Django's ALLOWED_HOSTS, `help.example.org`, `.example.org` or `*`. A page
    without TLS never speaks to a desk with it (`secure`).
    """
    named = ORIGIN.fullmatch(origin.lower())
    if named is None or (secure and named["scheme"] != "https"):
        return False
    standard = STANDARD_PORTS[named["scheme"]]
    asked = ORIGIN.fullmatch(f"{named['scheme']}://{host.lower()}")
    if asked is None:
        return False
    same = named["host"] == asked["host"]
    same_port = (named["port"] or standard) == (asked["port"] or standard)
    return same and same_port and any(_fits(named["host"], word.lower()) for word in allowed)


def _fits(host: str, word: str) -> bool:
    if word.startswith("."):
        return host.endswith(word) or host == word[1:]
    return word in ("*", host)
