"""`otklik mail deliver`: one letter through the whole way."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from otklik.config.command import main
from otklik.mail.models import Letter
from otklik.mail.tests.factories import make_mailbox
from otklik.people.tests.factories import make_desk
from otklik.tickets.models import Ticket
from otklik.tickets.tests.desk import make_desk_at_work

RAW = (
    b"From: Nia <nia@new.example>\r\nSubject: Printer\r\nMessage-ID: <1@new.example>\r\n\r\n"
    b"Help.\r\n"
)


@pytest.fixture
def mailbox(db: None, monkeypatch: pytest.MonkeyPatch) -> str:
    """Open a desk with one mailbox, whose database is the test's."""

    @contextmanager
    def as_it_is() -> Iterator[None]:
        yield

    monkeypatch.setattr("otklik.config.command.group.desk", as_it_is)
    make_desk()
    return make_mailbox(department=make_desk_at_work().cast.it, name="Help").addresses[0]


def delivered(*words: str, given: bytes = b"") -> Result:
    return CliRunner().invoke(main, ["mail", "deliver", *words], input=given)


def test_it_prints_what_the_letter_became(mailbox: str, tmp_path: Path) -> None:
    file = tmp_path / "one.eml"
    file.write_bytes(RAW)

    told = json.loads(delivered(str(file), "--mailbox", "Help").output)

    ticket = Ticket.objects.get()
    assert (told["outcome"], told["ticket"]) == ("ticket", ticket.number)
    assert (told["from"], told["message_id"]) == ("nia@new.example", "<1@new.example>")
    assert told["is_new"] is True


def test_again_it_prints_the_same(mailbox: str) -> None:
    first, second = (
        json.loads(delivered("-", "--mailbox", mailbox, given=RAW).output) for _ in range(2)
    )

    assert first.pop("is_new")
    assert not second.pop("is_new")
    assert first == second
    assert Letter.objects.count() == Ticket.objects.count() == 1


@pytest.mark.parametrize("raw", [b"", b"\0\xff\r\n", b"From: x\r\n\r\n"])
def test_what_is_no_letter_waits_for_a_person(mailbox: str, raw: bytes) -> None:
    told = json.loads(delivered("-", "--mailbox", "Help", given=raw).output)

    assert told["state"] == "quarantined"
    assert told["reason"]


def test_what_cannot_be_done_is_one_line(mailbox: str, tmp_path: Path) -> None:
    nowhere = delivered("-", "--mailbox", "Nowhere", given=RAW)
    nothing = delivered(str(tmp_path / "nothing.eml"), "--mailbox", "Help")

    assert (nowhere.exit_code, nothing.exit_code) == (1, 1)
    assert "no mailbox" in nowhere.output
    assert "nothing.eml" in nothing.output
    assert not Letter.objects.exists()


def test_letters_go_out_and_through_again_and_nothing_that_stands_changes(
    mailbox: str, tmp_path: Path
) -> None:
    delivered("-", "--mailbox", mailbox, given=RAW)
    delivered("-", "--mailbox", mailbox, given=b"\0")
    before = list(Letter.objects.order_by("pk").values())
    run = CliRunner().invoke

    first = run(main, ["mail", "export", str(tmp_path)])
    again = run(main, ["mail", "export", str(tmp_path), "--mailbox", mailbox])
    files = sorted(tmp_path.glob("*/*.eml"))
    replayed = run(main, ["mail", "replay", "--mailbox", mailbox, *map(str, files)])

    assert "2 letters written, 0 were there." in first.output
    assert "0 letters written, 2 were there." in again.output
    assert sorted(file.read_bytes() for file in files) == sorted([RAW, b"\0"])
    assert [json.loads(line)["is_new"] for line in replayed.output.splitlines()] == [False, False]
    assert list(Letter.objects.order_by("pk").values()) == before
    assert Ticket.objects.count() == 1


def test_what_was_lost_comes_back_by_a_replay(mailbox: str, tmp_path: Path) -> None:
    file, gone = tmp_path / "one.eml", tmp_path / "gone.eml"
    file.write_bytes(RAW)

    told = CliRunner().invoke(main, ["mail", "replay", "--mailbox", mailbox, str(gone), str(file)])

    lines = [json.loads(line) for line in told.output.splitlines()]
    assert "unreadable" in lines[0]
    assert (lines[1]["is_new"], lines[1]["outcome"]) == (True, "ticket")
