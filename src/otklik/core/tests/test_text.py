import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otklik.core.errors import Invalid
from otklik.core.tests.timing import assert_linear
from otklik.core.text import (
    MOST_FILE_NAME,
    clean_file_name,
    clean_line,
    clean_text,
    count_graphemes,
    cut,
    mend_text,
)

FAMILY = "👩‍👩‍👧‍👦"
ENGLAND = "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
anything = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("возврат", 7),
        ("й", 1),
        (FAMILY * 3, 3),
        (ENGLAND, 1),
        ("🇧🇬🇷🇺", 2),
        ("🇧🇬🇷", 2),
        ("👍🏽❤️1️⃣", 3),
        ("क्षि", 1),
        ("a\r\nb", 3),
    ],
)
def test_graphemes_are_counted_as_people_count(text: str, count: int) -> None:
    assert count_graphemes(text) == count


@pytest.mark.parametrize("bad", ["a\x00b", "\ud800", "x\udfff"])
def test_nul_and_lone_surrogates_are_refused(bad: str) -> None:
    for clean in (clean_line, clean_text):
        with pytest.raises(Invalid):
            clean(bad)
    assert "\ufffd" in mend_text(bad)


def test_a_line_has_no_breaks_no_overrides_and_nothing_hidden() -> None:
    assert clean_line(" a\u202egpj.exe\u202c\r\n now\t\u200b\u2066x\u2069 ") == "agpj.exe now x"
    assert clean_line("ad\u200dmin\u00ad\ufeff\x1b[31m") == "admin[31m"


def test_text_keeps_lines_tabs_and_isolates_and_loses_overrides() -> None:
    assert clean_text("a\r\nb\rc\u2028d\te") == "a\nb\nc\nd\te"
    assert clean_text("\u202eabc\u2067x\u2069") == "abc\u2067x\u2069"


@pytest.mark.parametrize(
    "text", [FAMILY, ENGLAND, "👩🏽‍🚀", "🏳️‍🌈", "1️⃣", "می‌خواهم", "क्‍ष", "👨‍❤️‍💋‍👨"]
)
def test_emoji_families_and_joined_scripts_stay_whole(text: str) -> None:
    assert clean_line(text) == text
    assert clean_text(text) == text


def test_hidden_tag_letters_and_piled_marks_go() -> None:
    assert clean_line("hi\U000e0041\U000e0042\U000e007f!") == "hi!"
    assert len(clean_line("a" + "\u0316" * 5000)) < 20


def test_composed_letters_are_one_whatever_was_typed() -> None:
    assert clean_line("и\u0306") == "й"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("\\\\host\\share\\a.txt", "a.txt"),
        ("..\u2215x\uff0fy.txt", "y.txt"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("\u200b\u200d.htaccess", ".htaccess"),
        ("a\x00\r\nb.pdf", "a b.pdf"),
        ("..", "file"),
        ("", "file"),
        ("C:\\фактура за май.pdf", "фактура за май.pdf"),
    ],
)
def test_a_file_name_is_never_a_path(name: str, kept: str) -> None:
    assert clean_file_name(name) == kept


def test_a_long_file_name_keeps_its_extension() -> None:
    name = clean_file_name("я" * 1000 + ".xlsx")
    assert len(name) == MOST_FILE_NAME
    assert name.endswith("я.xlsx")


@given(anything)
def test_cleaning_is_total_stable_and_encodable(text: str) -> None:
    once = mend_text(text)
    assert mend_text(once) == once
    assert unicodedata.is_normalized("NFC", once)
    once.encode()
    assert "\x00" not in once
    line = clean_line(once)
    assert clean_line(line) == line
    assert "\n" not in line
    assert line == line.strip()
    clean_file_name(text).encode()


@given(anything, st.integers(1, 30))
def test_cut_text_is_within_its_limit(text: str, most: int) -> None:
    short = cut(clean_text(mend_text(text)), most)
    assert count_graphemes(short) <= most


def test_cutting_keeps_clusters_whole() -> None:
    assert cut(FAMILY * 5, 3) == FAMILY * 2 + "…"
    assert cut("abc", 3) == "abc"


@pytest.mark.parametrize(
    "unit",
    [
        "a",
        "\u0301",
        "\u0301\u0316",
        "\U0001f1e7",
        "👩\u200d",
        "\u200d",
        "\r",
        "\U000e0041",
        "\u202e",
        " ",
    ],
)
def test_time_grows_with_the_text_only(unit: str) -> None:
    for act in (count_graphemes, clean_line, clean_text, lambda text: cut(text, 100)):
        assert_linear(act, unit)
