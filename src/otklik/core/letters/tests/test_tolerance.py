"""Broken letters, read as far as they go."""

import codecs
import hashlib
import struct
from base64 import encodebytes
from datetime import UTC, datetime

import pytest

from otklik.core.letters import Quarantine, content_of, parsing, read_letter
from otklik.core.letters.charsets import charset_named, text_of
from otklik.core.letters.letter import DEEPEST, MOST_HEADER, MOST_HEADERS, MOST_PARTS
from otklik.core.letters.tests.letters import letter, letter_of, part, parts, read, read_parts
from otklik.core.letters.words import words_of

SENTENCES = [
    "Добрый день! Не работает принтер в бухгалтерии.",
    "Здравейте, принтерът не работи от вчера. Моля за помощ.",
    "СРОЧНО! НЕ РАБОТАЕТ ПРИНТЕР",
    "Привет",
]
CYRILLIC = ["windows-1251", "koi8-r", "mac-cyrillic", "iso8859-5", "cp866", "utf-8"]


@pytest.mark.parametrize("sentence", SENTENCES)
@pytest.mark.parametrize("charset", CYRILLIC)
@pytest.mark.parametrize("named", ["", "us-ascii", "iso-8859-1", "x-unknown", "utf-8", "rot13"])
def test_cyrillic_is_read_without_its_charset_and_with_a_wrong_one(
    sentence: str, charset: str, named: str
) -> None:
    assert text_of(sentence.encode(charset), named) == sentence


@pytest.mark.parametrize("charset", CYRILLIC)
def test_cyrillic_is_read_with_its_charset(charset: str) -> None:
    for sentence in SENTENCES:
        assert text_of(sentence.encode(charset), charset) == sentence


@pytest.mark.parametrize(
    ("raw", "named", "text"),
    [
        ("Grüße, déjà vu".encode("latin-1"), "iso-8859-1", "Grüße, déjà vu"),
        ("Grüße, déjà vu".encode("latin-1"), "", "Grüße, déjà vu"),
        (b"\x93quoted\x94", "iso-8859-1", "“quoted”"),
        ("日本語".encode("iso-2022-jp"), "iso-2022-jp", "日本語"),
        ("日本語".encode("shift_jis"), "Shift_JIS", "日本語"),
        ("中文".encode("gbk"), "gb2312", "中文"),
        ("한국어".encode("cp949"), "ks_c_5601-1987", "한국어"),
        (b"\xef\xbb\xbfHi", "", "Hi"),
        ("Hi".encode("utf-16"), "", "Hi"),
        (b"Hi", "utf-16", "\u6948"),
        ("Привет".encode()[:-1], "utf-8", "Приве\ufffd"),
        (b"a\0b\x01c", "utf-8", "a\ufffdbc"),
        (b"+ZeVnLIqe-", "unicode-1-1-utf-7", "日本語"),
    ],
)
def test_charsets_of_all_kinds_are_read(raw: bytes, named: str, text: str) -> None:
    assert text_of(raw, named) == text


@pytest.mark.parametrize(
    "name", ["unicode_escape", "raw-unicode-escape", "idna", "punycode", "hex"]
)
def test_codecs_that_are_no_charsets_are_not_used(name: str) -> None:
    assert text_of(b"\\u0041-61", name) == "\\u0041-61"


def test_a_charset_that_nobody_knows_is_not_looked_for() -> None:
    asked: list[str] = []

    def look(name: str) -> None:
        asked.append(name)

    codecs.register(look)
    try:
        assert text_of(b"Hi", "x-nobody-knows-26") == "Hi"
    finally:
        codecs.unregister(look)
    assert asked == []


@pytest.mark.parametrize(
    "name", ["cp1251", "KOI8-U", "iso-8859-5", "ISO_8859-15", "cp874", "utf_8_sig", "latin2"]
)
def test_charsets_have_the_names_that_python_gives_them(name: str) -> None:
    assert charset_named(name) == codecs.lookup(name).name


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("=?utf-8?B?0J/RgNC40LLQtdGC?=", "Привет"),
        ("=?UTF-8?b?0J/RgNC40LLQtdGC?=", "Привет"),
        ("=?utf-8?Q?=D0=9F=D1=80?=", "Пр"),
        ("=?utf-8?B?0J/RgNC4?= =?utf-8?B?0LLQtdGC?=", "Привет"),
        ("=?utf-8?Q?=D0?= =?utf-8?Q?=9F?=", "П"),
        ("=?utf-8?B?0J/RgNC40LLQtdGC", "Привет"),
        ("=?utf-8?B?0J/RgNC40LLQtdGC?", "Привет"),
        ("=?utf-8?B?0J/RgNC40LLQtdG?=", "Приве\ufffd"),
        ("=?utf-8?Q?Two words?= and more", "Two words and more"),
        ("=?utf-8?Q?what?_now?=", "what? now"),
        ("Re:=?utf-8?Q?=D0=9F?=x", "Re:Пx"),
        ("=?koi8-r*ru?B?8NLJ18XU?=", "Привет"),
        ("=?nonsense?B?z/Do4uXy?=", "Привет"),
        ("=?windows-1251?Q?=CF=F0=E8=E2=E5=F2?=", "Привет"),
        ("=?utf-8?X?abc?=", "=?utf-8?X?abc?="),
        ("=?utf-8?B??=", ""),
        ("=?utf-8?B?====?=x", "x"),
        ("plain", "plain"),
    ],
)
def test_encoded_words_are_read_however_they_are_broken(value: str, text: str) -> None:
    assert words_of(value.encode()) == text


@pytest.mark.parametrize("charset", ["windows-1251", "koi8-r", "utf-8"])
def test_raw_letters_beyond_ascii_in_headers_are_read(charset: str) -> None:
    raw = "From: Иван <i@firm.example>\r\nSubject: Не работает принтер\r\n\r\nx".encode(charset)
    found = read_letter(raw)
    assert found.subject == "Не работает принтер"
    assert found.sender is not None
    assert found.sender.address == "i@firm.example"


ENDS = {"\n": "lf", "\r\n": "crlf", "\r\r\n": "crcrlf", "\r": "cr"}


@pytest.mark.parametrize("end", ENDS, ids=ENDS.values())
def test_lines_may_end_in_any_way(end: str) -> None:
    lines = [
        "From: a@b.example",
        "Subject: One",
        " two",
        "Content-Type: multipart/mixed; boundary=b",
        "",
        "--b",
        "",
        "First.",
        "--b",
        "Content-Type: application/x",
        "",
        "Second.",
        "--b--",
    ]
    found = read_letter(end.join(lines).encode())
    assert (found.subject, found.text, found.quarantine) == ("One two", "First.", None)
    assert [one.size for one in found.attachments] == [len("Second.")]


@pytest.mark.parametrize(
    ("before", "reason"),
    [
        (b"From cy@firm.example Fri Jan  2 10:00:00 2026\n", None),
        (b">From x\n", None),
        (b"\xef\xbb\xbf", Quarantine.SENDER_UNCLEAR),
        (b"\r\n\r\n", Quarantine.SENDER_UNCLEAR),
    ],
)
def test_what_stands_before_the_head_costs_no_text(
    before: bytes, reason: Quarantine | None
) -> None:
    found = read_letter(before + letter("Hi", subject="Help"))
    assert (found.subject, found.text, found.quarantine) == ("Help", "Hi", reason)


HIDDEN_STOPS = "a。。b".encode("punycode").decode()


@pytest.mark.parametrize("name", ["From", "To", "Cc", "Reply-To"])
def test_a_label_that_cannot_be_written_back_is_no_address(name: str) -> None:
    raw = f"Subject: Help\r\n{name}: a@xn--{HIDDEN_STOPS}.example\r\n\r\nHello."
    found = read_letter(raw.encode())
    assert (found.sender, found.to, found.cc, found.reply_to) == (None, (), (), ())
    assert (found.subject, found.text) == ("Help", "Hello.")
    assert found.quarantine in {Quarantine.NO_SENDER, Quarantine.SENDER_UNCLEAR}


def test_a_fault_in_one_half_keeps_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_given: object) -> None:
        raise LookupError

    raw = letter("Hello.", subject="Help")
    with monkeypatch.context() as patched:
        patched.setattr(parsing, "mailboxes", fail)
        headless = read_letter(raw)
    with monkeypatch.context() as patched:
        patched.setattr(parsing, "said_in", fail)
        bodiless = read_letter(raw)
    assert (headless.sender, headless.subject, headless.text) == (None, "", "Hello.")
    assert (bodiless.subject, bodiless.text) == ("Help", "")
    assert bodiless.sender == read_letter(raw).sender is not None
    for half in (headless, bodiless):
        assert half.quarantine is Quarantine.READER_FAILED
        assert [one.split(":")[0] for one in half.warnings] == ["fault"]
        assert "test_tolerance.py" in half.warnings[0]  # where it arose
        assert "Hello" not in half.warnings[0]


def test_a_text_without_a_head_is_all_body() -> None:
    found = read_letter(b"Only some words\nand more of them")
    assert (found.text, found.quarantine) == (
        "Only some words\nand more of them",
        Quarantine.NO_SENDER,
    )


@pytest.mark.parametrize("raw", [b"", b"\r\n", b" \t\n\n"])
def test_nothing_is_empty(raw: bytes) -> None:
    assert read_letter(raw).quarantine is Quarantine.EMPTY


@pytest.mark.parametrize(
    ("head", "body", "warning"),
    [
        ("", "--b\nContent-Type: text/plain\n\nFirst.\n--b--", "boundary-guessed"),
        ("; boundary=other", "--b\nContent-Type: text/plain\n\nFirst.\n--b--", "boundary-guessed"),
        ("; boundary=b", "--b\n\nFirst.", "boundary-unclosed"),
        ("; boundary=b", "First.", "boundary-missing"),
        ("", "First.", "boundary-missing"),
    ],
)
def test_boundaries_that_are_broken_lose_no_text(head: str, body: str, warning: str) -> None:
    found = read(body, content_type=f"multipart/mixed{head}")
    assert (found.text, warning in found.warnings) == ("First.", True)


def test_parts_after_the_last_boundary_are_read_too() -> None:
    found = read(
        "before\n--b\n\nFirst.\n--b--\n\n--b\n\nSecond.\n--b--\nafter",
        content_type="multipart/mixed; boundary=b",
    )
    assert found.text.split("\n") == ["before", "First.", "Second.", "after"]
    assert found.warnings == ("text-outside-parts",)


@pytest.mark.parametrize(
    "note",
    [
        "This is a multi-part message in MIME format.",
        "This is a MIME-encapsulated message\nthat your program cannot show.",
        "Это сообщение в формате MIME.",
        " \n--",
    ],
)
def test_what_programs_write_before_the_parts_is_not_said(note: str) -> None:
    found = read(f"{note}\n\n--b\n\nFirst.\n--b--\n", content_type="multipart/mixed; boundary=b")
    assert (found.text, found.warnings) == ("First.", ())


def test_what_somebody_wrote_below_such_a_note_is_said() -> None:
    note = "This is a multi-part message in MIME format.\n\nWe do not have MIME here."
    found = read(f"{note}\n--b\n\nFirst.\n--b--\n", content_type="multipart/mixed; boundary=b")
    assert "We do not have MIME here." in found.text
    assert "First." in found.text


def test_what_stands_around_the_parts_is_text_whatever_it_looks_like() -> None:
    found = read(
        "--b\n\nFirst.\n--b--\nNote: the key is 7.\n\nMore.\n--b\n\nSecond.\n--b--\n",
        content_type="multipart/mixed; boundary=b",
    )
    assert found.text.split() == ["First.", "Second.", "Note:", "the", "key", "is", "7.", "More."]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_lines_of_a_head_that_are_no_fields_are_said(end: str) -> None:
    lines = ["From: a@b.example", "Please hurry, it burns", "Subject: Help", "", "Hello."]
    found = read_letter(end.join(lines).encode())
    assert found.subject == "Help"
    assert found.text.split("\n") == ["Please hurry, it burns", "", "Hello."]
    assert {"head-broken", "text-outside-parts"} <= set(found.warnings)


def test_a_folded_line_before_the_first_field_is_said() -> None:
    assert "Urgent" in read_letter(b" Urgent\r\nFrom: a@b.example\r\n\r\nHello.").text


def test_lines_of_the_head_of_a_part_that_are_no_fields_are_said() -> None:
    page = "--b\nPlease hurry\nContent-Type: text/html\n\n<p>Hello.</p>\n--b--"
    found = read(page, content_type="multipart/mixed; boundary=b")
    assert found.text.split() == ["Please", "hurry", "Hello."]
    assert found.html == "<p>Please hurry<br></p><p>Hello.</p>"


def test_a_boundary_that_begins_another_is_told_apart() -> None:
    inner = parts(part("Inner."), boundary="b1")
    raw = letter_of(parts(inner, part("Outer."), boundary="b"))
    assert read_letter(raw).text == "Inner.\nOuter."


@pytest.mark.parametrize(
    ("encoding", "body", "text"),
    [
        ("base64", "SGVs\n bG8=", "Hello"),
        ("base64", "SGVsbG8", "Hello"),
        ("BASE64", "SGV*&sbG8=SGk=", "HelloHi"),
        ("base64", "SGVsbG8=\n\n-- \nfooter!", None),
        ("quoted-printable", "Hel=\nlo=20=3D=zz=", "Hello ==zz"),
        ("x-unknown", "Hello", "Hello"),
        ('"base64"', "SGVsbG8=", "Hello"),
        ("8bit", "Hello", "Hello"),
        ("x-uuencode", "begin 644 a\n%2&5L;&\\\n`\nend", "Hello"),
    ],
)
def test_transfer_encodings_are_undone_however_they_are_broken(
    encoding: str, body: str, text: str | None
) -> None:
    found = read(body, content_transfer_encoding=encoding).text
    assert found == text if text is not None else found.startswith("Hello")


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain charset=iso-8859-2",
        "text/plain (a comment); charset=iso-8859-2",
        "text/plain, charset=iso-8859-2",
        "text/plain; format=fixed charset=iso-8859-2",
        "text / plain; charset=iso-8859-2",
        '"text/plain"; charset= "iso-8859-2"',
        "TEXT/PLAIN;;charset=iso-8859-2;",
    ],
)
def test_a_kind_is_read_however_its_parameters_follow(kind: str) -> None:
    raw = f"From: a@b.example\r\nContent-Type: {kind}\r\n\r\n".encode() + b"\xb1\xe6"
    found = read_letter(raw)
    assert (found.text, found.attachments) == ("ąć", ())


def test_a_kind_may_have_a_comment_alone() -> None:
    assert read("<p>Hi", content_type="text/html (x)").html == "<p>Hi</p>"


def test_a_file_name_may_have_blanks_commas_and_brackets() -> None:
    kind = "application/x; name=a, b (1).txt; x= ; y=z"
    [file] = read_parts(part("Hello."), part("x", kind)).attachments
    assert file.filename == "a, b (1).txt"


def test_a_sentence_that_is_called_base64_is_read_as_it_stands() -> None:
    found = read("This is no base64 at all.", content_transfer_encoding="base64")
    assert (found.text, found.warnings) == ("This is no base64 at all.", ("encoding-wrong",))


def test_limits_are_kept_and_tell_what_could_be_read() -> None:
    held = letter_of(parts(*[part("x")] * MOST_PARTS))
    assert read_letter(held).quarantine is None
    beyond = read_letter(letter_of(parts(*[part("x")] * (MOST_PARTS + 1))))
    assert (beyond.quarantine, beyond.subject) == (Quarantine.TOO_MANY_PARTS, "Help")


def test_files_that_are_packed_count_as_parts() -> None:
    held = part(b"begin 644 a\n#86)C\n`\nend\n" * 100)
    full = read_letter(letter_of(parts(*[held] * (MOST_PARTS // 100))))
    assert (full.quarantine, len(full.attachments)) == (None, MOST_PARTS)
    beyond = read_letter(letter_of(parts(*[held] * 30)))
    assert (beyond.quarantine, len(beyond.attachments)) == (
        Quarantine.TOO_MANY_PARTS,
        MOST_PARTS + 1,
    )


@pytest.mark.parametrize("end", ENDS, ids=ENDS.values())
@pytest.mark.parametrize("encoding", ["base64", "7bit", "quoted-printable"])
def test_the_bytes_of_a_file_are_those_that_were_told(encoding: str, end: str) -> None:
    lines = [
        "From: a@b.example",
        "Content-Type: multipart/mixed; boundary=b",
        "",
        "--b",
        f"Content-Transfer-Encoding: {encoding}",
        "",
        "These are words that stand before",
        *("begin 644 a", "#86)C", "`", "end"),
        "--b",
        "Content-Type: application/x",
        "",
        *("Second.", "Lines."),
        "--b--",
    ]
    raw = end.join(lines).encode()
    found = read_letter(raw).attachments
    assert [one.filename for one in found][:1] == ["a"]
    assert content_of(raw, found[0]) == b"abc"
    for one in found:
        assert hashlib.sha256(content_of(raw, one)).hexdigest() == one.sha256


def test_depth_has_a_limit() -> None:
    def nested(depth: int) -> bytes:
        held = part("Deep.")
        for level in range(depth):
            held = parts(held, boundary=f"b{level}")
        return letter_of(held)

    assert read_letter(nested(DEEPEST)).quarantine is None
    assert read_letter(nested(DEEPEST)).text == "Deep."
    assert read_letter(nested(DEEPEST + 1)).quarantine is Quarantine.TOO_DEEP


@pytest.mark.parametrize(
    ("lines", "is_beyond"),
    [
        ([b"X: " + b"a" * (MOST_HEADER - 3)], False),
        ([b"X: " + b"a" * (MOST_HEADER - 2)], True),
        ([b"X: a", b" " + b"a" * (MOST_HEADER - 6)], False),
        ([b"X: a", b" " + b"a" * MOST_HEADER], True),
        ([b"X: a", *[b" " + b"a" * 998] * 70], True),
        ([b"X: " + b"a" * 995] * (MOST_HEADERS // 1000), False),
        ([b"X: " + b"a" * 995] * (MOST_HEADERS // 1000 + 2), True),
    ],
)
def test_heads_have_limits(lines: list[bytes], is_beyond: bool) -> None:  # noqa: FBT001  # a column
    found = read_letter(b"From: a@b.example\r\n" + b"\r\n".join(lines) + b"\r\n\r\nHello.")
    assert (found.quarantine is Quarantine.HEADERS_TOO_LARGE) == is_beyond
    assert (found.sender is None) == is_beyond
    assert found.text == "Hello."


def test_the_last_references_are_kept() -> None:
    several = [f"<{number}@firm.example>" for number in range(60)]
    found = read(references=" ".join(several), in_reply_to=several[-1])
    assert (list(found.references), found.in_reply_to) == (several[-50:], several[-1])
    assert found.warnings == ("references-cut",)
    assert found.quarantine is None


@pytest.mark.parametrize(
    ("value", "date"),
    [
        ("Fri, 2 Jan 2026 10:00:00 +0300", datetime(2026, 1, 2, 7, tzinfo=UTC)),
        ("2 Jan 26 10:00 GMT", datetime(2026, 1, 2, 10, tzinfo=UTC)),
        ("Fri, 2 Jan 2026 10:00:00 -0000", datetime(2026, 1, 2, 10, tzinfo=UTC)),
        ("yesterday", None),
        ("Fri, 99 Jan 2026 10:00:00 +9999", None),
        ("Fri, 31 Dec 9999 23:00:00 -1400", None),
        ("", None),
    ],
)
def test_dates_are_read_where_they_are_dates(value: str, date: datetime | None) -> None:
    assert read(date=value).date == date


def test_ids_are_read_where_they_can_be_found() -> None:
    assert read(message_id="1@firm.example").message_id == "<1@firm.example>"
    assert read(message_id="no id at all").message_id == ""
    assert read(in_reply_to='Your letter of Friday <1@a.b> "x"').in_reply_to == "<1@a.b>"


def test_all_headers_of_references_count() -> None:
    raw = b"References: <1@a.b>\r\nSubject: x\r\nreferences: <2@a.b> <1@a.b>\r\n" + letter()
    assert read_letter(raw).references == ("<1@a.b>", "<2@a.b>")


@pytest.mark.parametrize(
    ("value", "ids"),
    [
        ("<1@a.b><2@a.b>", ("<1@a.b>", "<2@a.b>")),
        ("<long\r\n er@a.b>\r\n\t<2@ a.b >", ("<longer@a.b>", "<2@a.b>")),
        ("1@a.b, 2@a.b 3@a.b", ("<1@a.b>", "<2@a.b>", "<3@a.b>")),
        ("see <your letter of Friday> and <1@a.b>", ("<1@a.b>",)),
        ("<>", ()),
        (f"<{'x' * 900}@a.b> <1@a.b>", ("<1@a.b>",)),
    ],
)
def test_ids_are_read_however_they_are_broken(value: str, ids: tuple[str, ...]) -> None:
    assert read(references=value).references == ids


def test_blanks_in_an_id_are_of_its_way() -> None:
    found = read(message_id="<a b\r\n c@firm.example>", in_reply_to="<a b c@firm .example>")
    assert found.message_id == "<abc@firm.example>" == found.in_reply_to


def tnef(*attributes: tuple[int, bytes]) -> bytes:
    held = b"".join(
        struct.pack("<BII", 2, number, len(value)) + value + b"\0\0" for number, value in attributes
    )
    return b"\x78\x9f\x3e\x22\0\0" + held


def mapi(key: int, kind: int, value: bytes) -> bytes:
    padded = value + b"\0" * (-len(value) % 4)
    return struct.pack("<HHII", kind, key, 1, len(value)) + padded


FILE = (
    (0x00069002, b"\0" * 14),
    (0x00018010, b"SHORT~1.TXT\0"),
    (0x0006800F, b"content"),
    (
        0x00069005,
        struct.pack("<I", 3)
        + struct.pack("<HHI", 3, 0x0E20, 7)
        + mapi(0x3707, 0x1F, "Отчёт.txt\0".encode("utf-16-le"))
        + mapi(0x370E, 0x1E, b"text/plain\0"),
    ),
)


def winmail(content: bytes) -> bytes:
    return part(content, "application/ms-tnef; name=winmail.dat")


def test_winmail_is_opened() -> None:
    raw = letter_of(parts(part("Hello."), winmail(tnef(*FILE, *FILE[:3]))))
    found = read_letter(raw)
    assert found.text == "Hello."
    assert [(one.filename, one.content_type) for one in found.attachments] == [
        ("Отчёт.txt", "text/plain"),
        ("SHORT~1.TXT", "application/octet-stream"),
    ]
    assert [content_of(raw, one) for one in found.attachments] == [b"content", b"content"]


def test_the_text_of_a_winmail_is_read_where_there_is_no_other() -> None:
    body = (0x0002800C, "Не печатает".encode("cp1251") + b"\0")
    page = (0x00069003, struct.pack("<I", 1) + mapi(0x1013, 0x102, b"<p>Page</p>"))
    assert read_parts(winmail(tnef(body))).text == "Не печатает"
    assert read_parts(winmail(tnef(page))).html == "<p>Page</p>"
    assert read_parts(part("Hello."), winmail(tnef(body))).text == "Hello."


@pytest.mark.parametrize("cut", range(0, len(tnef(*FILE)), 7))
def test_a_broken_winmail_stays_a_file_or_gives_what_it_has(cut: int) -> None:
    raw = letter_of(parts(part("Hello."), winmail(tnef(*FILE)[:cut])))
    found = read_letter(raw)
    assert (found.text, found.quarantine, len(found.attachments)) == ("Hello.", None, 1)
    assert len(content_of(raw, found.attachments[0])) == found.attachments[0].size


def test_a_letter_in_a_letter_of_base64_is_opened_as_a_file() -> None:
    inner = letter("Inner.", sender="m@firm.example")
    raw = letter_of(
        parts(
            b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n"
            + encodebytes(inner)
        )
    )
    [file] = read_letter(raw).attachments
    assert read_letter(content_of(raw, file)).text == "Inner."


def test_a_charset_is_read_from_the_page_where_the_head_is_silent() -> None:
    page = "<meta charset=koi8-r><p>" + "Grüße".encode().decode("koi8-r") + "</p>"
    raw = b"From: a@b.example\r\nContent-Type: text/html\r\n\r\n" + page.encode("koi8-r")
    assert read_letter(raw).text.strip() == "Grüße"
