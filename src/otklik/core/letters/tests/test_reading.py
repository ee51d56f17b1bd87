"""Children that read letters: limits, deaths, neighbours."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from otklik.core.letters import Letter, Quarantine, children, read_letter, reading
from otklik.core.letters.reading import Reader, Readers
from otklik.core.letters.tests.letters import letter
from otklik.core.letters.wire import from_wire, to_wire

EVIL = """
import os, sys, time
sys.path.insert(0, sys.argv[1])
from otklik.core.letters import child
answer, read = child._answer, child.read_letter
def noting(raw, desk):
    now[:] = [raw]
    return read(raw, desk=desk)
def evil(number, said, answered):
    raw = now[0]
    if raw == b"doze":
        time.sleep(0.5)
    if raw == b"sleep":
        time.sleep(60)
    while raw == b"spin":
        pass
    if raw == b"eat":
        return bytearray(2**30)
    if raw == b"abort":
        os.abort()
    if raw == b"lie":
        os.write(1, number + bytes(7) + b"\\x02[]")
    if raw == b"late":
        other = child.to_wire(read(b"From: x@y.example\\n\\nOf another letter."))
        os.write(1, bytes(8) + len(other).to_bytes(8) + other)
    if raw == b"boast":
        os.write(1, number + b"\\xff" * 8)
    if raw == b"second" and count:
        os._exit(1)
    count.append(raw)
    answer(number, said, answered)
count, now = [], []
child._answer, child.read_letter = evil, noting
child.main(sys.argv[2])
"""
ENDS = {
    b"sleep": Quarantine.TOOK_TOO_LONG,
    b"eat": Quarantine.TOOK_TOO_MUCH_MEMORY,
    b"abort": Quarantine.TOOK_TOO_MUCH_MEMORY,
    b"lie": Quarantine.READER_FAILED,
    b"boast": Quarantine.READER_FAILED,
    b"late": Quarantine.READER_FAILED,
}
HELLO = letter("Hello.", x_otklik_desk="desk-1")


@pytest.fixture
def evil(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have children that do what a letter says, and little patience with them."""
    monkeypatch.setattr(reading, "_START", EVIL)
    monkeypatch.setattr(children, "WALL_SECONDS", 1.5)


@pytest.fixture
def reader() -> Iterator[Reader]:
    reader = Reader("desk-1")
    yield reader
    reader.close()


def test_a_child_reads_what_is_read_here_one_after_another(reader: Reader) -> None:
    first = reader.read(HELLO)
    used = reader.pid
    assert first == read_letter(HELLO, desk="desk-1")
    assert reader.read(b"") == read_letter(b"")
    assert reader.pid == used is not None


def test_a_child_is_replaced_when_it_is_old(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "LETTERS_A_CHILD", 2)
    assert reader.read(HELLO) == reader.read(HELLO)
    assert reader.pid is None
    assert reader.read(HELLO).text == "Hello."


@pytest.mark.parametrize("raw", ENDS, ids=[raw.decode() for raw in ENDS])
def test_what_a_child_dies_of_is_the_reason_and_the_next_letter_is_read(
    evil: None, reader: Reader, raw: bytes
) -> None:
    assert reader.read(HELLO).text == "Hello."
    assert reader.read(raw) == Letter(quarantine=ENDS[raw])
    assert reader.read(HELLO).text == "Hello."


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError, OSError])
def test_an_answer_that_was_not_waited_for_is_nobody_elses(
    evil: None, reader: Reader, error: type[BaseException]
) -> None:
    def interrupt(_signal: int, _frame: object) -> None:
        raise error

    assert reader.read(HELLO).text == "Hello."
    before = signal.signal(signal.SIGUSR1, interrupt)
    try:
        threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGUSR1)).start()
        with pytest.raises(error):
            reader.read(b"doze")
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert reader.pid is None
    assert reader.read(HELLO).text == "Hello."


@pytest.mark.slow
def test_a_child_that_only_reckons_is_ended_by_the_kernel(
    evil: None, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(children, "WALL_SECONDS", 60.0)
    assert reader.read(b"spin").quarantine is Quarantine.TOOK_TOO_LONG


def test_a_letter_is_not_blamed_for_those_before_it(evil: None, reader: Reader) -> None:
    assert reader.read(HELLO).text == "Hello."
    assert reader.read(b"second").text == "second"


def test_a_child_that_does_not_start_is_a_reason_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_START", "import nothing_of_this_name")
    assert Reader().read(HELLO).quarantine is Quarantine.READER_FAILED


def test_a_child_ends_with_its_input(reader: Reader) -> None:
    reader.read(HELLO)
    child = reader._child._child  # noqa: SLF001  # its process
    assert child is not None
    assert child.stdin is not None
    child.stdin.close()
    assert child.wait(timeout=10) == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_child_reads_on_when_all_are_asked_to_end(reader: Reader, number: int) -> None:
    reader.read(HELLO)
    used = reader.pid
    assert used is not None
    os.kill(used, number)
    assert reader.read(HELLO).text == "Hello."
    assert reader.pid == used


def begun(reader: Reader) -> int:
    """Return the child of a reader, which may be starting still."""
    until = time.monotonic() + children.STARTING_SECONDS
    while (pid := reader.pid) is None:
        assert time.monotonic() < until
        time.sleep(0.01)
    return pid


def test_neighbours_do_not_wait_for_letters_that_take_long(
    evil: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(children, "WALL_SECONDS", 60.0)
    with Readers(count=2) as readers:
        bombs = [threading.Thread(target=readers.read, args=(b"sleep",)) for _one in range(2)]
        for bomb in bombs:
            bomb.start()
        assert readers.read(HELLO).text == "Hello."
        assert readers.read(HELLO).text == "Hello."
        assert all(bomb.is_alive() for bomb in bombs)
        for reader in readers._all:  # noqa: SLF001  # they would sleep on
            os.kill(begun(reader), signal.SIGKILL)
        for bomb in bombs:
            bomb.join()


def test_letters_come_in_their_order_whatever_happens_to_some(evil: None) -> None:
    def missing() -> bytes:
        raise FileNotFoundError

    sources = [lambda: HELLO, missing, lambda: b"abort", lambda: b"", lambda: HELLO] * 3
    with Readers() as readers:
        found = [one.quarantine for one in readers.read_in_order(sources)]
    expected = [
        None,
        Quarantine.UNREADABLE,
        Quarantine.TOOK_TOO_MUCH_MEMORY,
        Quarantine.EMPTY,
        None,
    ]
    assert found == expected * 3


def test_a_letter_is_the_same_after_its_way() -> None:
    raw = (
        "From: Иван <i@пример.бг>\r\nTo: a@b.example\r\nDate: Fri, 2 Jan 2026 10:00:00 +0300\r\n"
        "Auto-Submitted: auto-replied\r\n"
        "Content-Type: text/html; charset=utf-8\r\n\r\n<b>Привет</b>"
    ).encode()
    found = read_letter(raw)
    assert found.html is not None
    again = from_wire(to_wire(found))
    assert again == found
    assert type(again.html) is type(found.html)


def test_no_descriptor_is_left_open() -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _time in range(3):
        with Readers(count=1) as readers:
            assert readers.read(HELLO).text == "Hello."
    assert len(list(Path("/proc/self/fd").iterdir())) <= before
