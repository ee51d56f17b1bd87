"""Names of servers, in the one form in which they are looked up."""

import ipaddress
import re
from typing import Final

LONGEST: Final = 253
_LABEL: Final = re.compile(r"[^\W_](?:[\w-]{0,61}\w)?|_\w[\w-]{0,61}")
_ASCII_LABEL: Final = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?")


def canonical_host(text: str) -> str:
    """Return a server's name in lower-case IDNA, or its address as it is written shortest.

    Raises ValueError for what no server is called.
    """
    name = text.strip().lower()
    try:
        return str(ipaddress.ip_address(name))
    except ValueError:
        labels = name.removesuffix(".").split(".")
    if not all(map(_LABEL.fullmatch, labels)) or labels[-1].isdecimal():
        raise ValueError("not a name of a server")
    host = ".".join(_looked_up(label) for label in labels)
    if len(host) > LONGEST:
        raise ValueError("too long")
    return host


def _looked_up(label: str) -> str:
    found = label if label.isascii() else label.encode("idna").decode("ascii")
    if not _ASCII_LABEL.fullmatch(found):
        raise ValueError("not a name of a server")
    return found
