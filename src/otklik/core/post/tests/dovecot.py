"""A real Dovecot on free ports, with mailboxes made on first use."""

import base64
import hmac
import imaplib
import json
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from otklik.core.post.login import Login
from otklik.core.post.wire import Security, Server

DOVECOT = shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin")
PARTS = [Path("/usr/lib/dovecot", part) for part in ("imap", "pop3", "lmtp")]
REASON = "there is no Dovecot on this machine"
IS_THERE = bool(DOVECOT) and all(part.exists() for part in PARTS)
PASSWORD = "the-password-of-every-test"
TOKEN_KEY = b"the key that signs every token of the tests"
STARTING_SECONDS = 30
NOBODY = 65534

SETTINGS = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap pop3
listen = 127.0.0.1
ssl = yes
ssl_cert = <{folder}/certificate.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2
mail_location = maildir:{folder}/mail/%u
mail_max_userip_connections = 200
auth_failure_delay = 0
{whose}
first_valid_uid = 1
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/tokens.conf
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = home={folder}/mail/%u
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
  }}
}}
service pop3-login {{
  chroot =
  inet_listener pop3 {{
    port = {pop3}
  }}
  inet_listener pop3s {{
    port = {pop3s}
  }}
}}
service stats {{
  chroot =
}}
namespace inbox {{
  inbox = yes
  mailbox Done {{
    auto = create
  }}
}}
"""


@dataclass(frozen=True)
class Dovecot:
    folder: Path
    ports: dict[str, int]

    @property
    def certificate(self) -> Path:
        return self.folder / "certificate.pem"

    def server(self, word: str = "imap", security: Security = Security.NONE) -> Server:
        return Server("localhost", self.ports[word], security, word.upper().rstrip("S"))

    def login(self, name: str) -> Login:
        return Login(name, PASSWORD)

    def token(self, name: str, seconds: int = 600) -> str:
        """Return an access token as a provider signs them (RFC 7519)."""
        now = int(time.time())
        claims = {"sub": name, "email": name, "iat": now - 900, "exp": now + seconds}
        head = _packed(json.dumps({"alg": "HS256", "typ": "JWT"}).encode())
        signed = head + b"." + _packed(json.dumps(claims).encode())
        seal = hmac.digest(TOKEN_KEY, signed, "sha256")
        return (signed + b"." + _packed(seal)).decode()

    @contextmanager
    def another(self, name: str) -> Iterator[imaplib.IMAP4]:
        """Give another program's connection to a mailbox."""
        with imaplib.IMAP4("127.0.0.1", self.ports["imap"]) as other:
            other.login(name, PASSWORD)
            yield other

    def lay(self, name: str, *letters: bytes) -> None:
        """Have many letters come at once to a mailbox that is there."""
        box = self.folder / "mail" / name
        owner = box.stat()
        for number, letter in enumerate(letters):
            made = box / "tmp" / f"{time.time_ns()}.{number}.tests"
            made.write_bytes(letter)
            os.chown(made, owner.st_uid, owner.st_gid)
            made.rename(box / "new" / made.name)

    def put(self, name: str, *letters: bytes, folder: str = "INBOX") -> None:
        """Have letters lie in a folder."""
        with self.another(name) as other:
            for letter in letters:
                word, said = other.append(folder, "", "", letter)
                assert word == "OK", said


@contextmanager
def running_dovecot() -> Iterator[Dovecot]:
    """Start one and end it."""
    folder = Path(tempfile.mkdtemp(prefix="otklik-dovecot-"))
    folder.chmod(0o755)
    ports = dict(zip(("imap", "imaps", "pop3", "pop3s"), _free_ports(4), strict=True))
    (folder / "mail").mkdir()
    if os.getuid() == 0:
        os.chown(folder / "mail", NOBODY, NOBODY)
    write_certificate(folder)
    _write_settings(folder, ports)
    daemon = subprocess.Popen(  # noqa: S603  # our own words
        [str(DOVECOT), "-F", "-c", str(folder / "dovecot.conf")],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(daemon, ports["imap"], folder / "log")
        yield Dovecot(folder, ports)
    finally:
        daemon.terminate()
        daemon.wait(STARTING_SECONDS)
        shutil.rmtree(folder, ignore_errors=True)


def _write_settings(folder: Path, ports: dict[str, int]) -> None:
    whose = f"mail_uid = {NOBODY}\nmail_gid = {NOBODY}"
    if os.getuid() != 0:
        me = pwd.getpwuid(os.getuid()).pw_name
        whose = f"default_internal_user = {me}\ndefault_login_user = {me}"
    words = SETTINGS.format(folder=folder, whose=whose, password=PASSWORD, **ports)
    (folder / "dovecot.conf").write_text(words)
    (folder / "tokens.conf").write_text(
        "introspection_mode = local\nlocal_validation_key_dict = fs:posix:prefix="
        f"{folder}/keys/\nusername_attribute = email\n"
    )
    keys = folder / "keys" / "default" / "HS256"
    keys.mkdir(parents=True)
    (keys / "default").write_bytes(base64.b64encode(TOKEN_KEY))


def _packed(raw: bytes) -> bytes:
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


def _free_ports(count: int) -> list[int]:
    probes = [socket.create_server(("127.0.0.1", 0)) for _number in range(count)]
    ports = [int(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def _wait_for(daemon: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    until = time.monotonic() + STARTING_SECONDS
    while True:
        said = log.read_text() if log.exists() else ""
        assert daemon.poll() is None, f"Dovecot did not start: {said}"
        assert time.monotonic() < until, said
        try:
            with socket.create_connection(("127.0.0.1", port), 1) as probe:
                if probe.recv(4).startswith(b"* OK"):
                    return
        except OSError:
            time.sleep(0.05)


def write_certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(pem))
    (folder / "key.pem").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
