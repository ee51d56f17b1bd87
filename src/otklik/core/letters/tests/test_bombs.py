"""Letters made to take long or much: each answered within its seconds and its memory."""

import base64
import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

import otklik
from otklik.core.letters import Letter, Quarantine
from otklik.core.letters.child import LENGTH
from otklik.core.letters.letter import MOST_BYTES
from otklik.core.letters.wire import from_wire

HEAD = b"From: a@b.example\r\nTo: c@d.example\r\nSubject: Help\r\n"
MIXED = HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
PAGE = HEAD + b"Content-Type: text/html\r\n\r\n"
BASE64 = (
    HEAD + b"Content-Type: application/zip; name=a.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n"
)
MOST_SECONDS = 5.0
MOST_MEMORY = 256 * 1024  # in KiB, as the kernel counts
MB = 1_000_000
START = (
    "import sys; sys.path.insert(0, sys.argv[1]);"
    "from otklik.core.letters.child import main; main('')"
)


def nested() -> bytes:
    held = (
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (one, one)
        for one in range(160_000)
    )
    return HEAD + b"".join(held)


def zip_of_zeros() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("zeros", bytes(50 * MB))
    return BASE64 + base64.encodebytes(packed.getvalue())


def addresses(separator: bytes) -> bytes:
    several = separator.join(b"u%d@firm.example" % number for number in range(55_000))
    return b"From: a@b.example\r\nTo: " + several + b"\r\n\r\nHello."


BOMBS: dict[str, tuple[Callable[[], bytes], Quarantine | None]] = {
    "10 MB of nested parts": (nested, Quarantine.TOO_DEEP),
    "nested parts of one boundary": (
        lambda: MIXED + b"--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" * 200_000,
        Quarantine.TOO_MANY_PARTS,
    ),
    "1 MB of addresses": (lambda: addresses(b", "), Quarantine.HEADERS_TOO_LARGE),
    "1 MB of folded addresses": (lambda: addresses(b",\r\n "), Quarantine.HEADERS_TOO_LARGE),
    "1 MB of angles": (
        lambda: b"From: " + b"<" * MB + b"\r\n\r\nHello.",
        Quarantine.HEADERS_TOO_LARGE,
    ),
    "100,000 parts": (lambda: MIXED + b"--b\r\n\r\nx\r\n" * 100_000, Quarantine.TOO_MANY_PARTS),
    "100,000 headers": (
        lambda: HEAD + b"X: y\r\n" * 100_000 + b"\r\nx",
        Quarantine.HEADERS_TOO_LARGE,
    ),
    "a zip of zeros": (zip_of_zeros, None),
    "75 MB of zeros": (lambda: (BASE64 + (b"A" * 76 + b"\r\n") * MB)[:MOST_BYTES], None),
    "more than 75 MB": (lambda: HEAD + b"\r\n" + bytes(MOST_BYTES), Quarantine.TOO_LARGE),
    "74 MB of text": (lambda: HEAD + b"\r\n" + b"words \r\n" * (9 * MB), None),
    "60 MB of bare returns": (lambda: HEAD.replace(b"\r\n", b"\r") + b"\rx\r" * (20 * MB), None),
    "deep HTML": (lambda: PAGE + b"<div>" * MB, None),
    "deep tables": (lambda: PAGE + b"<table><tr><td>" * 100_000, None),
    "interrupted HTML": (lambda: PAGE + b"<b><i><a href=http://x>" * 100_000, None),
    "tags without an end": (lambda: PAGE + b"<a " * 330_000, None),
    "sheets without an end": (lambda: PAGE + b"<style>" * 140_000, None),
    "many files of uuencode": (
        lambda: HEAD + b"\r\nbegin 644 a\r\n#86)C\r\n`\r\nend\r\n" * 250_000,
        None,
    ),
    "files of uuencode without an end": (
        lambda: HEAD + b"\r\n" + b"begin 644 a\r\n" * 700_000,
        None,
    ),
    "blanks after the begin of uuencode": (
        lambda: HEAD + b"\r\n" + (b"begin 644 a" + b" " * 100_000 + b"\0x\r\n") * 50,
        None,
    ),
    "blanks after what looks like a delimiter": (
        lambda: (
            MIXED
            + (b"--b\r\nContent-Type: multipart/mixed\r\n\r\n--x" + b" " * 60_000 + b"y\r\n") * 900
        ),
        None,
    ),
    "a winmail of empty files": (
        lambda: (
            HEAD
            + b"Content-Type: application/ms-tnef\r\n\r\n\x78\x9f\x3e\x22\0\0"
            + b"\x02\x02\x90\x06\0\0\0\0\0\0\0" * 400_000
        ),
        None,
    ),
}


def read_by_a_child(raw: bytes) -> tuple[Letter, float, int]:
    """Read by a fresh child; return the letter, the child's seconds, and its most memory."""
    child = subprocess.Popen(  # noqa: S603  # our own program
        [sys.executable, "-I", "-c", START, str(Path(otklik.__file__).parents[1])],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={},
    )
    assert child.stdin is not None
    assert child.stdout is not None
    with child.stdin, child.stdout:
        child.stdin.write(bytes(LENGTH) + len(raw).to_bytes(LENGTH))
        child.stdin.write(raw)
        child.stdin.flush()
        assert child.stdout.read(2 * LENGTH) == bytes(2 * LENGTH)
        said = child.stdout.read(int.from_bytes(child.stdout.read(LENGTH)))
        most = _most_memory(child.pid)
    _pid, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0
    return from_wire(said), used.ru_utime + used.ru_stime, most


def _most_memory(pid: int) -> int:
    """Return a process's own most; what `wait4` tells counts its parent's as well."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0])


@pytest.mark.slow
@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_answered_in_time_and_within_memory(name: str) -> None:
    make, reason = BOMBS[name]
    found, seconds, memory = read_by_a_child(make())
    assert found.quarantine is reason
    assert (found.sender is None) == (reason is Quarantine.HEADERS_TOO_LARGE)
    assert seconds <= MOST_SECONDS
    assert memory <= MOST_MEMORY
