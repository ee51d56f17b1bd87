"""`otklik mail parse`: any files in, one line of JSON each out."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from otklik.config.command import main
from otklik.core.letters import MOST_BYTES

LETTER = (
    "From: Cy <cy@firm.example>\r\nTo: desk@x.example\r\n"
    "Subject: =?utf-8?B?0J/RgNC40L3RgtC10YA=?=\r\n"
    "Message-ID: <2@firm.example>\r\nIn-Reply-To: <1@firm.example>\r\n"
    "References: <0@firm.example>\r\n <1@firm.example>\r\nDate: Fri, 2 Jan 2026 10:00:00 +0300\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n\r\nНе печатает.\r\n"
)


def parsed(*files: str | Path, given: bytes = b"") -> list[dict[str, object]]:
    done = CliRunner().invoke(main, ["mail", "parse", *map(str, files)], input=given)
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout_bytes.splitlines()]


def in_shell(rest: str, folder: Path, **settings: str) -> subprocess.CompletedProcess[bytes]:
    """Run the command as a process that knows nothing but what is named."""
    source = Path(__file__).parents[3]
    return subprocess.run(  # noqa: S603  # the words are those of the tests below
        ["/bin/sh", "-c", f'exec "{sys.executable}" -m otklik.config.command mail parse {rest}'],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(source), **settings},
        cwd=folder,
        capture_output=True,
        check=True,
    )


def test_a_letter_is_one_object_with_all_its_keys(tmp_path: Path) -> None:
    file = tmp_path / "a.eml"
    file.write_text(LETTER, encoding="utf-8", newline="")
    [found] = parsed(file)
    expected = {
        "message_id": "<2@firm.example>",
        "from": {"name": "Cy", "address": "cy@firm.example"},
        "to": [{"name": "", "address": "desk@x.example"}],
        "cc": [],
        "reply_to": [],
        "subject": "Принтер",
        "date": "2026-01-02T07:00:00+00:00",
        "text": "Не печатает.\n",
        "text_new": found["text_new"],
        "html": None,
        "attachments": [],
        "in_reply_to": "<1@firm.example>",
        "references": ["<0@firm.example>", "<1@firm.example>"],
        "automatic": None,
        "quarantine": None,
        "warnings": [],
    }
    assert list(found.items()) == list(expected.items())
    assert str(found["text_new"]).strip() == "Не печатает."


def test_files_are_answered_in_order_whatever_they_are(tmp_path: Path) -> None:
    many = [tmp_path / f"{number}.eml" for number in range(30)]
    for number, file in enumerate(many):
        body = b"x" * 300_000 if number % 7 == 0 else b"x"
        file.write_bytes(b"From: a@b.example\nSubject: %d\n\n%s" % (number, body))
    empty = tmp_path / "empty"
    empty.touch()
    found = parsed(
        *many[:15], tmp_path / "missing", "-", tmp_path, empty, *many[15:], given=b"\0\xff"
    )
    assert [one["subject"] for one in found[:15] + found[19:]] == [str(one) for one in range(30)]
    assert [one["quarantine"] for one in found[15:19]] == [
        "unreadable",
        "no-sender",
        "unreadable",
        "empty",
    ]


def test_a_file_is_told_with_its_sum(tmp_path: Path) -> None:
    file = tmp_path / "a.eml"
    file.write_bytes(
        b"From: a@b.example\nContent-Type: image/png; name=a.png\nContent-ID: <1@b>\n"
        b"Content-Disposition: inline\nContent-Transfer-Encoding: base64\n\nQUJD\n"
    )
    [found] = parsed(file)
    assert found["attachments"] == [
        {
            "filename": "a.png",
            "content_type": "image/png",
            "size": 3,
            "sha256": "b5d4045c3f466fa91fe2cc6abe79232a1a57cdf104f7a26e716e0a1e2789df78",
            "inline": True,
            "content_id": "1@b",
        }
    ]


def test_a_letter_of_the_named_desk_is_its_own(tmp_path: Path) -> None:
    file = tmp_path / "a.eml"
    file.write_bytes(b"From: a@b.example\nX-Otklik-Desk: d-1\n\nHello.")
    assert [one["automatic"] for one in parsed("--desk", "d-1", file)] == ["own-loop"]
    assert [one["automatic"] for one in parsed("--desk", "d-2", file)] == [None]


def test_it_needs_no_settings_and_no_folder(tmp_path: Path) -> None:
    file = tmp_path / "a.eml"
    file.write_bytes(LETTER.encode())
    nothing = {"HOME": "/nonexistent", "OTKLIK_DATA": "/nonexistent"}
    done = in_shell(f'"{file}"', tmp_path, **nothing, LC_ALL="C", PYTHONUTF8="0")
    assert json.loads(done.stdout)["subject"] == "Принтер"
    assert done.stderr == b""
    assert [one.name for one in tmp_path.iterdir()] == ["a.eml"]


def test_a_closed_input_is_unreadable(tmp_path: Path) -> None:
    done = in_shell("- <&-", tmp_path)
    assert json.loads(done.stdout)["quarantine"] == "unreadable"


@pytest.mark.slow
def test_a_letter_beyond_the_limit_is_answered_by_its_head(tmp_path: Path) -> None:
    file = tmp_path / "large.eml"
    with file.open("wb") as large:
        large.write(b"From: a@b.example\nSubject: Large\n\n")
        large.truncate(MOST_BYTES + 1)
    [found] = parsed(file)
    assert (found["subject"], found["quarantine"]) == ("Large", "too-large")
