"""A mail server that does what its script says, where real ones would do it once a year."""

import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from io import BufferedRWPair
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import serialization as kinds
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

CUT: Final = None
USUAL: Final = {
    "connect": "220 mail.example at your service",
    "EHLO": "250-mail.example\r\n250-SIZE 1000000\r\n250-SMTPUTF8\r\n250 AUTH PLAIN LOGIN XOAUTH2",
    "AUTH": "235 welcome",
    "STARTTLS": "220 go ahead",
    "MAIL": "250 ok",
    "RCPT": "250 ok",
    "DATA": "354 go on",
    "body": "",
    ".": "250 2.0.0 queued as 42",
    "RSET": "250 ok",
    "QUIT": "221 bye",
}
LONGEST: Final = 10.0


@dataclass
class Scripted:
    """Answers each verb by its script: CUT ends the conversation in place of an answer.

    A list of answers is gone through, one for each time that the verb is said.
    """

    script: dict[str, str | list[str | None] | None] = field(default_factory=dict)
    port: int = 0
    authority: str = ""
    tls_from_start: bool = False
    chain: str = ""
    letters: list[bytes] = field(default_factory=list)  # that came to their final dot
    said: list[str] = field(default_factory=list)
    holds_at: str = ""  # the verb that it answers once it is let go
    reached: threading.Event = field(default_factory=threading.Event)
    let_go: threading.Event = field(default_factory=threading.Event)

    def answer(self, verb: str) -> str | None:
        planned = self.script.get(verb, USUAL.get(verb, "500 what?"))
        if isinstance(planned, list):
            return planned.pop(0) if len(planned) > 1 else planned[0]
        return planned

    def converse(self, sock: socket.socket, closing: ExitStack) -> None:
        sock.settimeout(LONGEST)
        if self.tls_from_start:
            sock = closing.enter_context(self.secured(sock))
        stream = closing.enter_context(sock.makefile("rwb"))
        if not self.tell(stream, "connect"):
            return
        while raw := stream.readline():
            line = raw.decode("utf-8", "replace").rstrip("\r\n")
            self.said.append(line)
            verb = line.split(" ")[0].upper()
            if verb == "DATA":
                answer = self.told(stream, verb)
                if answer is CUT or (answer.startswith("354") and not self.take_letter(stream)):
                    return
            elif not self.tell(stream, verb):
                return
            elif verb == "STARTTLS":
                sock = closing.enter_context(self.secured(sock))
                stream = closing.enter_context(sock.makefile("rwb"))
            elif verb == "QUIT":
                return

    def take_letter(self, stream: BufferedRWPair) -> bool:
        if self.answer("body") is CUT:
            stream.readline()
            return False
        lines = []
        while (line := stream.readline()) not in {b".\r\n", b""}:
            lines.append(line[1:] if line.startswith(b".") else line)
        if line == b"":
            return False
        self.letters.append(b"".join(lines))
        return self.tell(stream, ".")

    def tell(self, stream: BufferedRWPair, verb: str) -> bool:
        return self.told(stream, verb) is not CUT

    def told(self, stream: BufferedRWPair, verb: str) -> str | None:
        if self.holds_at and verb == self.holds_at:
            self.reached.set()
            self.let_go.wait(LONGEST)
        answer = self.answer(verb)
        if answer is not CUT:
            stream.write(f"{answer}\r\n".encode())
            stream.flush()
        return answer

    def secured(self, sock: socket.socket) -> socket.socket:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.chain)
        return context.wrap_socket(sock, server_side=True)


@contextmanager
def scripted(
    script: Mapping[str, str | list[str | None] | None] | None = None,
    *,
    tls: Path | None = None,
    tls_from_start: bool = False,
) -> Iterator[Scripted]:
    """Run a scripted server; `tls`: a folder for its certificate."""
    server = Scripted(dict(script or {}), tls_from_start=tls_from_start)
    if tls:
        server.authority = made_certificate()[1]
        chain = tls / "chain.pem"
        chain.write_text("".join(made_certificate()))
        server.chain = str(chain)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server.port = listener.getsockname()[1]
        ended = threading.Event()
        serving = threading.Thread(target=_serve, args=(listener, server, ended), daemon=True)
        serving.start()
        yield server
        ended.set()
        with socket.create_connection(("127.0.0.1", server.port)):
            serving.join(LONGEST)


def _serve(listener: socket.socket, server: Scripted, ended: threading.Event) -> None:
    while not ended.is_set():
        sock, _peer = listener.accept()
        threading.Thread(target=_one, args=(sock, server), daemon=True).start()


def _one(sock: socket.socket, server: Scripted) -> None:
    # the client may go, or not believe the certificate
    with suppress(OSError), ExitStack() as closing:
        closing.callback(sock.close)
        server.converse(sock, closing)


@cache
def made_certificate() -> tuple[str, str]:
    """Return a key and a certificate of 127.0.0.1 and localhost, in PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    shape = (kinds.Encoding.PEM, kinds.PrivateFormat.PKCS8, kinds.NoEncryption())
    pem = made.public_bytes(kinds.Encoding.PEM).decode()
    return key.private_bytes(*shape).decode(), pem
