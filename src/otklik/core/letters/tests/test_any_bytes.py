"""Whatever comes in: one outcome, the same each time, in time that grows with the length."""

import json
import re
import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from otklik.core.letters import Quarantine, content_of, read_letter
from otklik.core.letters.tests.letters import letter, letter_of, part, parts
from otklik.core.letters.wire import as_json, from_wire, to_wire

UNFIT = re.compile("[\0-\x08\x0b-\x1f\x7f\ud800-\udfff]")
WHOLE = letter_of(
    parts(
        parts(
            part("Привет, мир.\n> quoted"),
            part("<p>Привет, <b>мир</b>.<img src=cid:a@b>", "text/html; charset=utf-8"),
            kind="alternative",
            boundary="in",
        ),
        part(b"\x89PNG", "image/png", content_id="<a@b>", content_disposition="inline"),
        part("x", 'application/ms-tnef; name="winmail.dat"'),
        b"Content-Type: message/rfc822\r\n\r\n" + letter("Inner."),
        b"Content-Type: text/plain; format=flowed\r\n\r\nbegin 644 a\r\n#86)C\r\n`\r\nend\r\n",
    ),
    sender="=?utf-8?B?0J/RgNC40LLQtdGC?= <cy@firm.example>",
)
TOKENS = st.sampled_from(
    [
        *(b"From: ", b"To: ", b"Subject: ", b"Content-Type: ", b"Content-Transfer-Encoding: "),
        *(b"Content-Disposition: attachment; filename*0*=", b"multipart/mixed; boundary=b"),
        *(b"text/html", b"text/plain", b"message/rfc822", b"base64", b"quoted-printable"),
        *(b"--b", b"--b--", b"\r\n", b"\n", b"\r", b" ", b"\t", b";", b":", b"=", b'"', b"<", b">"),
        *(b"a@b.example", b"=?utf-8?q?", b"=?koi8-r?B?", b"?=", b"begin 644 a\n", b"end\n", b"\0"),
        *(b"<p style='display:none'>", b"</p>", b"<style>", b"\xff", b"\xd0", b"&#0;", b"x" * 80),
    ]
)


def ensure_one_outcome(raw: bytes) -> None:
    found = read_letter(raw)
    assert found == read_letter(raw)
    assert found.quarantine is not Quarantine.READER_FAILED
    assert (found.sender is not None) or found.quarantine
    assert from_wire(to_wire(found)) == found
    for text in (found.subject, found.text, found.text_new, found.html or ""):
        assert not UNFIT.search(text)
    assert len(json.dumps(as_json(found), ensure_ascii=False).splitlines()) == 1
    for file in found.attachments:
        assert len(content_of(raw, file)) == file.size


@settings(max_examples=600)
@given(st.binary(max_size=400))
def test_any_bytes_have_one_outcome(raw: bytes) -> None:
    ensure_one_outcome(raw)


@settings(max_examples=1500)
@given(st.lists(st.one_of(TOKENS, st.binary(max_size=6)), max_size=40).map(b"".join))
def test_any_pieces_of_letters_have_one_outcome(raw: bytes) -> None:
    ensure_one_outcome(raw)


@settings(max_examples=1500)
@given(
    st.lists(
        st.tuples(
            st.integers(0, len(WHOLE)), st.integers(0, 40), st.one_of(TOKENS, st.binary(max_size=4))
        ),
        max_size=6,
    )
)
def test_a_letter_that_was_damaged_has_one_outcome(damages: list[tuple[int, int, bytes]]) -> None:
    raw = WHOLE
    for place, length, put in damages:
        raw = raw[:place] + put + raw[place + length :]
    ensure_one_outcome(raw)


@pytest.mark.parametrize("end", range(0, len(WHOLE), 11))
def test_a_letter_that_was_cut_has_one_outcome(end: int) -> None:
    ensure_one_outcome(WHOLE[:end])


def test_a_whole_letter_is_read_whole() -> None:
    found = read_letter(WHOLE)
    assert found.text.startswith("Привет, мир.")
    assert [one.filename for one in found.attachments] == [
        "image.png",
        "winmail.dat",
        "letter.eml",
        "a",
    ]
    ensure_one_outcome(WHOLE)


def word(number: int) -> bytes:
    """Return another word of letters for each number."""
    return (b"%d" % number).translate(bytes.maketrans(b"0123456789", b"abcdefghij"))


HEAD = b"From: a@b.example\r\n"
MIXED = HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
PAGE = HEAD + b"Content-Type: text/html\r\n\r\n"
HOSTILE: dict[str, tuple[int, Callable[[int], bytes]]] = {
    "angles in From": (30_000, lambda n: b"From: " + b"<" * n + b"\r\n\r\n"),
    "quotes in From": (30_000, lambda n: b'From: "' + b"\\" * n + b"\r\n\r\n"),
    "comments in From": (15_000, lambda n: b"From: " + b"()" * n + b" a@b.c\r\n\r\n"),
    "dots in From": (15_000, lambda n: b"From: " + b"a." * n + b"@b.c\r\n\r\n"),
    "commas in To": (30_000, lambda n: HEAD + b"To: " + b"," * n + b"\r\n\r\n"),
    "colons in To": (30_000, lambda n: HEAD + b"To: " + b'a:"' * (n // 3) + b"\r\n\r\n"),
    "encoded words": (3_000, lambda n: HEAD + b"Subject: " + b"=?u?q?" * n + b"\r\n\r\n"),
    "halves of encoded words": (
        15_000,
        lambda n: HEAD + b"Subject: =?u?q?a" + b"=?" * n + b"\r\n\r\n",
    ),
    "semicolons": (30_000, lambda n: HEAD + b"Content-Type: text/plain" + b";" * n + b"\r\n\r\n"),
    "parameters": (3_000, lambda n: HEAD + b"Content-Type: x/y" + b"; a*0*=''x" * n + b"\r\n\r\n"),
    "spaces in a parameter": (
        30_000,
        lambda n: HEAD + b"Content-Type: x/y;" + b" " * n + b"\r\n\r\n",
    ),
    "words without a colon": (120_000, lambda n: HEAD + b"a\r\n" * n),
    "ids": (5_000, lambda n: HEAD + b"References: " + b"<a@b" * n + b"\r\n\r\n"),
    "boundaries in spaces": (500_000, lambda n: MIXED + b"--b" + b" " * n + b"x\r\n"),
    "nearly boundaries": (200_000, lambda n: MIXED + b"--bx\r\n" * n),
    "parts": (400, lambda n: MIXED + b"--b\r\n\r\nx\r\n" * n),
    "parts within parts": (
        300,
        lambda n: MIXED + b"--b\r\nContent-Type: multipart/x; boundary=c\r\n\r\n--c\n--d\n" * n,
    ),
    "begins of uuencode": (60_000, lambda n: HEAD + b"\r\n" + b"begin 644 a\r\n" * n),
    "equal signs": (
        1_000_000,
        lambda n: HEAD + b"Content-Transfer-Encoding: base64\r\n\r\n" + b"=" * n,
    ),
    "soft breaks": (
        300_000,
        lambda n: HEAD + b"Content-Transfer-Encoding: quoted-printable\r\n\r\n" + b"=\r\n" * n,
    ),
    "quotation marks": (300_000, lambda n: HEAD + b"\r\n" + b">" * n),
    "quoted lines": (60_000, lambda n: HEAD + b"\r\n" + b"> > a\r\n" * n),
    "flowed lines": (
        60_000,
        lambda n: HEAD + b"Content-Type: text/plain; format=flowed\r\n\r\n" + b"> a \r\n" * n,
    ),
    "letters of an unknown charset": (
        200_000,
        lambda n: HEAD + b"\r\n" + b"\xcf\xf0\xe8 " * (n // 4),
    ),
    "marks": (100_000, lambda n: HEAD + b"\r\n" + "a\u0301\u0327".encode() * (n // 5)),
    "addresses of pages": (25_000, lambda n: HEAD + b"\r\n" + b"http://" * n),
    "open tags": (60_000, lambda n: PAGE + b"<a " * n),
    "open angles": (150_000, lambda n: PAGE + b"<" * n),
    "deep tags": (30_000, lambda n: PAGE + b"<div>" * n),
    "deep tables": (10_000, lambda n: PAGE + b"<table><td>" * n),
    "hidden tags": (8_000, lambda n: PAGE + b"<p style='display:none'>x" * n),
    "tags closed wrongly": (15_000, lambda n: PAGE + b"<img><b><i></b>" * (n // 2)),
    "sheets": (20_000, lambda n: PAGE + b"<style>" * n),
    "comments in a sheet": (60_000, lambda n: PAGE + b"<style>" + b"/*" * n),
    "rules in a sheet": (8_000, lambda n: PAGE + b"<style>" + b".a{display:none}" * n),
    "declarations for one name": (
        8_000,
        lambda n: (
            PAGE + b"<p hidden><style>" + b"".join(b".a{%s:1}" % word(one) for one in range(n))
        ),
    ),
    "words of links within links": (6_000, lambda n: PAGE + b"<a href=http://x><td>yy" * n),
    "blanks before a colour": (8_000, lambda n: PAGE + b"<p style=color:" + b" " * n + b"x>"),
    "styles": (8_000, lambda n: PAGE + b"<img><p style='" + b"color:red;" * n + b"'>"),
    "styles of escapes": (8_000, lambda n: PAGE + b"<p style='" + b"\\70" * n + b"'>"),
    "brackets in a style": (15_000, lambda n: PAGE + b"<p style='a:" + b"(" * n + b"'>x"),
    "comments in a style": (8_000, lambda n: PAGE + b"<p style='" + b"/*" * n + b"'>x"),
    "short styles": (4_000, lambda n: PAGE + b"<p style='opacity:0;font:0/0 a'>x" * n),
    "blocks in a sheet": (60_000, lambda n: PAGE + b"<style>" + b"{" * n),
    "media in a sheet": (4_000, lambda n: PAGE + b"<style>" + b"@media x{.a{b:c}" * n),
    "selectors": (10_000, lambda n: PAGE + b"<p hidden><style>" + b"a b," * n + b"c{top:0}"),
    "attributes in a selector": (10_000, lambda n: PAGE + b"<p hidden><style>[" + b"[]:a" * n),
    "ends without a start": (12_000, lambda n: PAGE + b"<p hidden>" + b"<b>" * 400 + b"</i>" * n),
    "ends too far away": (
        12_000,
        lambda n: PAGE + b"<p hidden><div>" + b"<b>" * 400 + b"</div>" * n,
    ),
    "items too far away": (8_000, lambda n: PAGE + b"<p hidden><li>" + b"<i><li>" * n),
    "styles torn apart": (6_000, lambda n: PAGE + b"<i style='opacity:0'><div></i>" * n),
    "sheets that match all": (
        4_000,
        lambda n: PAGE + b"<style>" + b"p{top:0}" * 40 + b"</style>" + b"<p hidden>" * n,
    ),
    "lines that are no fields": (20_000, lambda n: HEAD + b"no field\r\nX: y\r\n" * n + b"\r\n"),
    "stretches around parts": (
        400,
        lambda n: MIXED + b"--b\r\n\r\nx\r\n--b--\r\nwords\r\n" * n,
    ),
    "references": (1_500, lambda n: b"References: <a@b>\r\n" * n + HEAD + b"\r\n"),
    "marks of machines": (1_500, lambda n: b"Precedence: (a) b, c\r\n" * n + HEAD + b"\r\n"),
    "bodies that differ": (
        20_000,
        lambda n: (
            MIXED.replace(b"mixed", b"alternative")
            + b"--b\r\n\r\n"
            + b"[1 http://a.b " * n
            + b"\r\n--b\r\nContent-Type: text/html\r\n\r\n"
            + b"not 7 <a href=http://c>d</a>" * (n // 10)
        ),
    ),
    "entities": (40_000, lambda n: PAGE + b"&amp;" * n),
    "pictures in a page": (20_000, lambda n: PAGE + b"data:image/png;base64," * n),
}


def seconds(raw: bytes) -> float:
    started = time.process_time()
    read_letter(raw)
    return time.process_time() - started


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_twice_the_length_takes_twice_the_time(name: str) -> None:
    n, make = HOSTILE[name]
    once, twice = make(n // 2), make(n)
    least = most = 10.0
    for number in range(1, 41):
        least, most = min(least, seconds(once)), min(most, seconds(twice))
        if number in {5, 10, 20} and most / max(least, 0.001) < 2.5:
            break  # what else the machine does only adds: a busy one is measured for longer
    assert most / max(least, 0.001) < 2.5
