"""What a POP3 server says of its letters, on a wire without a server."""

import socket
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otklik.core.post.pop3 import Pop3
from otklik.core.post.wire import PIECE, Security, Server, Wire

LETTERS = [
    b"A: b\r\n\r\nwords\r\n",
    b".\r\n..\r\n.a\r\n\r\n",
    b"\r\n",
    b"x" * (9 * 1024 * 1024) + b"\r\n.\r\n" + b"." * (3 * PIECE) + b"\r\nend\r\n",
    b"y" * (PIECE - 1) + b"\r\n" + b"z" * PIECE + b"\r\n",
    b"a\rb" * PIECE + b"\r\n",
]


def taken(letter: bytes) -> bytes:
    """Let a server give a letter as RFC 1939 wants it given; return what was read."""
    ours, theirs = socket.socketpair()
    wire = Wire(Server("h", 1, Security.NONE), reached=ours)
    stuffed = b"".join(
        b"." * line.startswith(b".") + line + b"\r\n" for line in letter.split(b"\r\n")[:-1]
    )
    speaker = threading.Thread(target=theirs.sendall, args=[b"+OK\r\n" + stuffed + b".\r\n"])
    speaker.start()
    try:
        return b"".join(Pop3(wire).take(1))
    finally:
        wire.close()
        speaker.join()
        theirs.close()


@pytest.mark.parametrize("letter", LETTERS, ids=len)
def test_a_letter_is_taken_as_it_is_however_long_its_lines(letter: bytes) -> None:
    assert taken(letter) == letter


@given(st.lists(st.binary(max_size=50).map(lambda one: one.replace(b"\n", b"").rstrip(b"\r"))))
def test_any_lines_are_taken_as_they_are(lines: list[bytes]) -> None:
    letter = b"".join(line + b"\r\n" for line in lines)
    assert taken(letter) == letter
