"""A name server on a port of this machine, that says what a test wants."""

import socket
import threading
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Final, Self

import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset

SILENT: Final = ("", "")
"""A record of which nothing is known: the server has failed."""
Zone = Mapping[str, Sequence[tuple[str, Any]]]


class NameServer:
    """Answers by UDP from a zone: names in small letters, each with kinds and values."""

    def __init__(self, zone: Zone) -> None:
        self.zone = {name.lower(): list(records) for name, records in zone.items()}
        self.asked: list[tuple[str, str]] = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.place = f"127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._socket.sendto(b"", self._socket.getsockname())
        self._thread.join(10)
        self._socket.close()

    def _serve(self) -> None:
        while True:
            said, client = self._socket.recvfrom(65535)
            if not said:
                return
            self._socket.sendto(self._answer(dns.message.from_wire(said)).to_wire(), client)

    def _answer(self, asked: dns.message.Message) -> dns.message.Message:
        question = asked.question[0]
        answer = dns.message.make_response(asked)
        kind = dns.rdatatype.to_text(question.rdtype)
        name = b".".join(question.name.labels[:-1]).decode("latin-1").lower()
        self.asked.append((name, kind))
        for _step in range(12):
            records = self.zone.get(name)
            if records is None:
                answer.set_rcode(dns.rcode.NXDOMAIN)
                return answer
            values = [value for one, value in records if one == kind]
            alias = next((value for one, value in records if one == "CNAME"), None)
            if values or alias is None:
                if SILENT in records and not values:
                    answer.set_rcode(dns.rcode.SERVFAIL)
                for value in values:
                    answer.answer.append(_record(name, kind, value))
                return answer
            answer.answer.append(_record(name, "CNAME", alias))
            name = str(alias).lower().rstrip(".")
        return answer


def _record(name: str, kind: str, value: Any) -> dns.rrset.RRset:
    owner = dns.name.from_text(name)
    if kind == "TXT":
        parts = [value] if isinstance(value, str) else value
        text = " ".join(_quoted(part) for part in parts)
    elif kind == "MX":
        text = f"{value[0]} {str(value[1]).rstrip('.')}."
    elif kind in {"PTR", "CNAME"}:
        text = f"{str(value).rstrip('.')}."
    else:
        text = str(value)
    return dns.rrset.from_text(owner, 60, dns.rdataclass.IN, dns.rdatatype.from_text(kind), text)


def _quoted(part: str) -> str:
    """Write a text as zones do: in pieces of at most 255 bytes."""
    raw = part.encode()
    pieces = [raw[place : place + 250] for place in range(0, max(1, len(raw)), 250)]
    return " ".join('"' + "".join(map(_sign, piece)) + '"' for piece in pieces)


def _sign(byte: int) -> str:
    return chr(byte) if 32 <= byte < 127 and byte not in b'"\\' else f"\\{byte:03d}"
