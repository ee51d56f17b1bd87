"""What a filter may learn of a letter: in any language, of any bytes, within bounds."""

import pytest

from otklik.core.letters import parsing, read_letter
from otklik.core.letters.tests.letters import letter, part, read, read_parts
from otklik.core.letters.traits import LONGEST, MOST_FIRST, MOST_LAST
from otklik.core.letters.verdicts import is_called_spam
from otklik.core.letters.wire import from_wire, to_wire
from otklik.core.tests.timing import assert_linear

OURS = "mx.desk.example"


@pytest.mark.parametrize(
    ("said", "traits"),
    [
        ("Cheap LOANS, cheap!", {"cheap", "loans"}),
        ("Дешёвые КРЕДИТЫ без справок", {"дешёвые", "кредиты", "без", "справок"}),
        ("Евтини кредити веднага", {"евтини", "кредити", "веднага"}),
        ("ｃｈｅａｐ", {"cheap"}),
        ("免费贷款", {"免费", "费贷", "贷款"}),
        ("a 12345 __ --", set()),
        ("At https://user:pw@Win.Example:8080/x?y", {"link:win.example"}),
    ],
)
def test_words_and_hosts_of_any_language_are_traits(said: str, traits: set[str]) -> None:
    assert traits <= set(read(said, subject="").traits)
    if not traits:
        assert set(read(said, subject="").traits) == traits


def test_the_head_the_files_and_the_subject_are_traits_too() -> None:
    found = read_parts(
        part("<p>Hi</p>", "text/html; charset=utf-8"),
        part("x", "application/zip; name=bill.ZIP"),
    )
    other = read("Hi.", reply_to="x@elsewhere.example", x_mailer="MassPost 7", list_id="<a.b>")

    assert {"file:zip", "mark:html-alone", "help"} <= set(found.traits)
    assert {"mark:answers-elsewhere", "mailer:masspost", "mark:list"} <= set(other.traits)


def test_many_links_and_no_words_are_marks_and_odd_hosts_no_traits() -> None:
    many = read(" ".join(f"https://host{number}.example/" for number in range(40)))
    none = read("", subject="", reply_to="cy@firm.example")

    assert "mark:many-links" in many.traits
    assert sum(one.startswith("link:") for one in many.traits) == 20
    assert none.traits == ("mark:no-words",)
    assert not any(
        one.startswith("link:") for one in read("https://... https://a_ https://-.b").traits
    )


def test_no_word_passes_for_a_mark() -> None:
    traits = read("mark:list file:zip from:bank.example", subject="mailer:x").traits

    assert not any(":" in one for one in traits)


def test_a_long_letter_is_known_by_its_beginning_and_its_end() -> None:
    words = [f"word{number}x" for number in range(20_000)]
    traits = read(" ".join(words), subject="").traits

    assert len(traits) == MOST_FIRST + MOST_LAST
    assert (traits[0], traits[-1]) == (words[0], words[-1])


@pytest.mark.parametrize(
    "body",
    [b"\0" * 1000, b"x" * 1_000_000, "я".encode() * 500_000, "贷".encode() * 300_000, b"\xff\xfe"],
)
def test_hostile_texts_have_few_short_traits(body: bytes) -> None:
    found = read_letter(letter(body, subject="a\0b"))

    assert all(0 < len(one) <= LONGEST + len("mailer:") for one in found.traits)
    assert not any("\0" in one for one in found.traits)
    assert len(found.traits) <= LONGEST
    assert from_wire(to_wire(found)) == found


@pytest.mark.parametrize(
    "unit", ["x", "я", "ab ", "贷", "http://", "https://a@", "https://a.", "ﷺ"]
)
def test_traits_take_time_that_grows_with_the_length_only(unit: str) -> None:
    assert_linear(lambda text: read(text).traits, unit)


def marked(*heads: str) -> bool:
    raw = "".join(f"{one}\r\n" for one in [*heads, "From: a@b.example"]).encode() + b"\r\nHi."
    found = read_letter(raw)
    return is_called_spam(found.authentication, OURS, found.called_spam)


RESULTS = f"Authentication-Results: {OURS}; spf=none"
FOREIGN = "Authentication-Results: mx.other.example; spf=none"


@pytest.mark.parametrize(
    ("heads", "is_believed"),
    [
        (["X-Spam-Flag: YES", RESULTS], True),
        (["X-Spam-Status: Yes, score=9", RESULTS], True),
        (["X-Spam: yes", RESULTS], True),
        ([FOREIGN, "X-Spam-Flag: YES", RESULTS], True),
        (["X-Spam-Status: No, score=1", RESULTS], False),
        (["X-Spam-Flag: YESTERDAY", RESULTS], False),
        ([RESULTS, "X-Spam-Flag: YES"], False),
        ([RESULTS, "X-Spam-Flag: YES", RESULTS], False),
        (["X-Spam-Flag: YES", FOREIGN], False),
        (["X-Spam-Flag: YES"], False),
        ([RESULTS], False),
    ],
)
def test_only_our_own_server_calls_a_letter_spam(heads: list[str], *, is_believed: bool) -> None:
    assert marked(*heads) is is_believed


def test_a_fault_in_finding_traits_costs_no_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_given: object) -> tuple[str, ...]:
        raise ZeroDivisionError

    monkeypatch.setattr(parsing, "traits_of", fails)

    found = read("It jams.")

    assert (found.quarantine, found.text, found.traits) == (None, "It jams.", ())
    assert any(one.startswith("fault:ZeroDivisionError:") for one in found.warnings)
