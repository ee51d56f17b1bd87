"""Other projects' test letters: every one accounted for, and nobody taken for another.

`tools/letters.py` takes those of dkimpy and talon from pinned archives when a copy is prepared
for tests; Python itself brings its own, where its tests are installed. None are kept here.
"""

import email
import email.policy
from email.utils import getaddresses
from importlib.util import find_spec
from pathlib import Path

import pytest

from otklik.core.letters import Letter, Quarantine, content_of, read_letter
from otklik.core.letters.reading import Readers

FOLDER = Path(__file__).resolve().parents[2] / "build" / "foreign-letters"
COLLECTIONS = {"dkimpy==1.1.8": 13, "talon==1.4.4": 16}
LEAST_OF_PYTHON = 45
FROM_NOBODY = {
    "dkimpy==1.1.8": {"rfc6376.w1258.msg", "test_nofrom.message"},
    "talon==1.4.4": {"johndoeexamplecom_body", "unicode_msg"},
    "Python": {
        *("msg_05.txt", "msg_11.txt", "msg_18.txt", "msg_19.txt", "msg_37.txt", "msg_38.txt"),
        *("msg_39.txt", "msg_40.txt", "msg_43.txt"),
    },
}
SUBJECTS = {
    "test2.message": "DKIM test mail #1",
    "gmail.eml": "Re: Test",
    "msg_06.txt": "forwarded message from Barry A. Warsaw",
}


def letters_of(name: str) -> dict[str, bytes]:
    """Return the letters of a collection by file name, or skip for as many as are missing."""
    if name == "Python":
        found = find_spec("test.test_email")
        places = (found and found.submodule_search_locations) or ["/nowhere"]
        kept = sorted((Path(places[0]) / "data").glob("msg_*.txt"))
        if not kept:
            pytest.skip("this Python came without the letters of its own tests")
        assert len(kept) >= LEAST_OF_PYTHON
        return {file.name: file.read_bytes() for file in kept}
    folder, count = FOLDER / name, COLLECTIONS[name]
    if not folder.exists():
        pytest.skip(f"{count} letters of {name}: tools/letters.py could not fetch them")
    letters = {file.name: file.read_bytes() for file in folder.iterdir()}
    assert len(letters) == count
    return letters


@pytest.fixture(params=[*COLLECTIONS, "Python"])
def collection(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_every_letter_is_accounted_for(collection: str) -> None:
    letters = letters_of(collection)
    with Readers() as readers:
        sources = [lambda raw=raw: raw for raw in letters.values()]
        found = dict(zip(letters, readers.read_in_order(sources), strict=True))
    nobody = {name for name, letter in found.items() if letter.sender is None}
    assert nobody == FROM_NOBODY[collection]
    for name, letter in found.items():
        assert letter == read_letter(letters[name])
        assert bool(letter.quarantine) == (name in nobody)
        assert letter.quarantine is not Quarantine.READER_FAILED
        ensure_something_was_read(letters[name], letter)
        if name in SUBJECTS:
            assert letter.subject == SUBJECTS[name]


def ensure_something_was_read(raw: bytes, letter: Letter) -> None:
    """Whatever a letter says, plainly or in files, is to be had."""
    said = any(len(content_of(raw, file)) == file.size for file in letter.attachments)
    theirs = email.message_from_bytes(raw, policy=email.policy.compat32)
    is_empty = not any(
        str(part.get_payload()).strip() for part in theirs.walk() if not part.is_multipart()
    )
    assert letter.text.strip() or said or is_empty


def test_nobody_is_taken_for_another(collection: str) -> None:
    for raw in letters_of(collection).values():
        sender = read_letter(raw).sender
        if sender is not None:
            theirs = email.message_from_bytes(raw, policy=email.policy.compat32)
            values = [str(value) for value in theirs.get_all("from", [])]
            assert [address for _name, address in getaddresses(values)] == [sender.address]
