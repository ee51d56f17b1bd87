"""All that can be found out about where a letter comes from."""

import ipaddress
from collections.abc import Iterator

from otklik.core.letters.parsing import sender_of
from otklik.core.letters.proving.dmarc import check_alignment, keep_for_author
from otklik.core.letters.proving.names import Names
from otklik.core.letters.proving.signatures import check_signatures
from otklik.core.letters.proving.spf import Sending, check_host
from otklik.core.letters.verdicts import Result


def prove(raw: bytes, sending: Sending, names: Names) -> tuple[Result, ...]:
    """Check SPF, each signature, and with them DMARC, if it is plain who the letter is from."""
    names.forget()
    author = sender_of(raw)
    domain = author.key.rpartition("@")[2] if author else ""
    if domain:
        keep_for_author(domain, names)
    results = [_path(sending, names), *check_signatures(raw, author, names)]
    return (*results, *_of_author(domain, results, names))


def _path(sending: Sending, names: Names) -> Result:
    """Check the path; what a relay of our own network hands over says nothing of its own."""
    said = sending.sender or sending.hello
    about = {"smtp.mailfrom" if sending.sender else "smtp.helo": said.lower()}
    if not sending.hello or not _is_foreign(sending.client):
        return Result("spf", "none", about if said else {})
    return Result("spf", check_host(sending, names), about)


def _is_foreign(client: str) -> bool:
    try:
        return ipaddress.ip_address(client).is_global
    except ValueError:
        return False


def _of_author(domain: str, results: list[Result], names: Names) -> Iterator[Result]:
    if domain:
        yield check_alignment(domain, results, names)
