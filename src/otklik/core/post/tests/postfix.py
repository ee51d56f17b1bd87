"""A real Postfix that takes letters on this machine and puts them into a folder."""

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
from pathlib import Path
from typing import Final

import pytest

SERVICES: Final = """\
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
postlog unix-dgram n - n - 1 postlogd
"""
SETTINGS: Final = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
myhostname = mail.acme.example
mydestination =
mynetworks = 127.0.0.0/8
inet_protocols = ipv4
recipient_delimiter = +
message_size_limit = 200000
virtual_mailbox_limit = 0
virtual_mailbox_domains = acme.example
virtual_mailbox_base = {folder}/boxes
virtual_mailbox_maps = static:all/
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
smtpd_recipient_restrictions = check_recipient_access texthash:{folder}/access, permit_mynetworks, reject
smtpd_peername_lookup = no
"""  # noqa: E501  # a line of its own format
ACCESS: Final = """\
nobody@acme.example REJECT no such person
later@acme.example DEFER busy
"""
LONGEST: Final = 20.0


@dataclass(frozen=True)
class Postfix:
    port: int
    box: Path

    def letters(self, count: int) -> list[bytes]:
        """Return what has arrived, once there are so many."""
        until = time.monotonic() + LONGEST
        while time.monotonic() < until:
            found = list(self.box.glob("new/*"))
            if len(found) >= count:
                return [one.read_bytes() for one in found]
            time.sleep(0.05)
        raise TimeoutError(f"fewer than {count} letters arrived")


def why_not() -> str:
    """Say why there is no Postfix here, or "" where there is."""
    if not shutil.which("postfix", path=f"{os.environ.get('PATH', '')}:/usr/sbin"):
        return "there is no Postfix on this machine"
    return "" if os.geteuid() == 0 else "Postfix begins as root alone"


@contextmanager
def postfix() -> Iterator[Postfix]:
    """Run Postfix in a folder of its own. Skips what asks for it where that cannot be."""
    if reason := why_not():
        pytest.skip(reason)
    folder = Path(tempfile.mkdtemp(prefix="otklik-postfix-"))
    folder.chmod(0o755)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    _write(folder, port)
    command = ["/usr/sbin/postfix", "-c", str(folder / "etc")]
    try:
        subprocess.run([*command, "start"], check=True, capture_output=True, timeout=60)  # noqa: S603  # our own words
        yield Postfix(port, folder / "boxes" / "all")
    finally:
        subprocess.run([*command, "abort"], check=False, capture_output=True, timeout=60)  # noqa: S603  # our own words
        shutil.rmtree(folder, ignore_errors=True)


def _write(folder: Path, port: int) -> None:
    nobody, keeper = pwd.getpwnam("nobody"), pwd.getpwnam("postfix")
    for name in ("etc", "queue", "data", "boxes"):
        (folder / name).mkdir(mode=0o755)
    os.chown(folder / "boxes", nobody.pw_uid, nobody.pw_gid)
    os.chown(folder / "data", keeper.pw_uid, keeper.pw_gid)
    values = {"folder": folder, "port": port, "uid": nobody.pw_uid, "gid": nobody.pw_gid}
    (folder / "etc" / "main.cf").write_text(SETTINGS.format(**values))
    (folder / "etc" / "master.cf").write_text(SERVICES.format(**values))
    (folder / "access").write_text(ACCESS)
