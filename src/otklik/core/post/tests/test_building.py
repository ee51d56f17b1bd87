import email
from dataclasses import replace
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from otklik.core.letters import Automatic as Machine
from otklik.core.letters import content_of, read_letter
from otklik.core.post.building import Address, Automatic, File, NewLetter, Unfit, build
from otklik.core.text import clean_file_name

NOW = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
PLAIN = NewLetter(
    sender=Address("support@meridian.example", "IT department"),
    to=Address("cy@harrow-whitfield.example", "Cy Harrow"),
    subject="[IT-1042] The printer",
    message_id="<one@meridian.example>",
    date=NOW,
    text="It works again.",
)
SAID = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=300)
BREAKS = [
    "\r\nBcc: eve@evil.example",
    "\n",
    "\r",
    "\u2028",
    "\u2029",
    "\x00",
    "\x85",
    "\x0b",
    "\x7f",
]
HEADS = {"date", "from", "to", "subject", "message-id", "mime-version", "content-type"}


def parsed(raw: bytes) -> EmailMessage:
    found = email.message_from_bytes(raw, policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def assert_lines_are_sound(raw: bytes) -> None:
    lines = raw.split(b"\r\n")
    assert not any(b"\r" in one or b"\n" in one or len(one) > 998 for one in lines)
    assert raw.endswith(b"\r\n")
    raw.decode("ascii")


@given(subject=SAID, name=SAID, text=SAID)
def test_what_was_said_is_read_again_by_our_reader_and_pythons(
    subject: str, name: str, text: str
) -> None:
    raw = build(replace(PLAIN, subject=subject, to=Address("cy@a.example", name), text=text))

    ours, theirs = read_letter(raw), parsed(raw)
    assert_lines_are_sound(raw)
    assert [one.address for one in ours.to] == ["cy@a.example"]
    assert [one.addr_spec for one in theirs["To"].addresses] == ["cy@a.example"]
    assert {one.lower() for one in theirs} - {"content-transfer-encoding"} == HEADS
    assert str(theirs["Subject"]).split() == subject.split()
    old = email.message_from_bytes(raw)
    assert email.utils.parseaddr(str(old["To"]))[1] == "cy@a.example"
    content = old.get_payload(decode=True)
    assert isinstance(content, bytes)
    assert content.decode().rstrip("\r\n") == text


@pytest.mark.parametrize("bad", BREAKS)
@pytest.mark.parametrize(
    "field",
    ["subject", "name", "sender", "message_id", "in_reply_to", "references", "cc", "reply_to",
     "file", "unsubscribe", "desk", "content_id", "address"],
)  # fmt: skip
def test_no_value_begins_another_line(field: str, bad: str) -> None:
    evil = f"words{bad}"
    changes: dict[str, Any] = {
        "subject": {"subject": evil},
        "name": {"to": Address("cy@a.example", evil)},
        "address": {"to": Address(f"cy@a.example{bad}")},
        "sender": {"sender": Address("cy@a.example", evil)},
        "message_id": {"message_id": f"<a@b{bad}>"},
        "in_reply_to": {"in_reply_to": f"<a@b{bad}>"},
        "references": {"references": ["<a@b>", f"<a@b{bad}>"]},
        "cc": {"cc": [Address("a@a.example"), Address("cy@a.example", evil)]},
        "reply_to": {"reply_to": Address("cy@a.example", evil)},
        "file": {"files": [File(name=evil, content_type="text/plain", content=b"")]},
        "content_id": {
            "html": "<p>",
            "pictures": [File(name="a", content_type="image/png", content=b"", content_id=evil)],
        },
        "unsubscribe": {"unsubscribe": f"https://desk.example/{bad}"},
        "desk": {"desk": evil},
    }
    with pytest.raises(Unfit):
        build(replace(PLAIN, **changes[field]))


@pytest.mark.parametrize(
    "address",
    ["", "cy", "a@b@c.example", "<cy@a.example>", "Cy <cy@a.example>",
     "cy@a.example, eve@a.example",
     "cy@a.example (words)", '"a b"@c.example', "cy@", "@a.example", "cy @a.example"],
)  # fmt: skip
def test_what_is_no_plain_address_is_refused(address: str) -> None:
    with pytest.raises(Unfit):
        build(replace(PLAIN, to=Address(address)))


def test_a_type_of_a_file_that_is_none_becomes_bytes() -> None:
    for kind in ("text/plain\r\nBcc: eve@evil.example", "", "message/rfc822", "multipart/mixed"):
        raw = build(replace(PLAIN, files=[File(name="a.eml", content_type=kind, content=b"x")]))
        (file,) = parsed(raw).iter_attachments()
        assert (file.get_content_type(), file.get_filename()) == (
            "application/octet-stream",
            "a.eml",
        )


@given(content=st.binary(max_size=500), name=SAID.map(clean_file_name))
@example(content=b"", name="*")
@example(content=b"", name="a*b%c'd")
def test_files_arrive_byte_for_byte_under_their_names(content: bytes, name: str) -> None:
    file = File(name=name, content_type="application/pdf", content=content)
    raw = build(replace(PLAIN, files=[file]))

    (theirs,) = parsed(raw).iter_attachments()
    (ours,) = read_letter(raw).attachments
    assert_lines_are_sound(raw)
    assert theirs.get_payload(decode=True) == content == content_of(raw, ours)
    assert theirs.get_filename() == name


def test_html_stands_beside_plain_text_with_its_pictures_and_files() -> None:
    picture = File(
        name="p.png", content_type="image/png", content=b"png", content_id="p1@a.example"
    )
    raw = build(
        replace(
            PLAIN,
            html='<p>It works again.<img src="cid:p1@a.example"></p>',
            pictures=[picture],
            files=[File(name="a.pdf", content_type="application/pdf", content=b"%PDF")],
        )
    )
    read = read_letter(raw)
    shape = [part.get_content_type() for part in parsed(raw).walk()]
    assert shape == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
        "application/pdf",
    ]
    assert read.html is not None
    assert 'data-upload="attachment-0"' in read.html
    assert [one.inline for one in read.attachments] == [True, False]
    assert read.warnings == ()


def test_marks_of_machines_are_read_as_such() -> None:
    raw = build(replace(PLAIN, automatic=Automatic.REPLIED, desk="0f" * 16))
    found = parsed(raw)
    assert found["Auto-Submitted"] == "auto-replied"
    assert found["X-Auto-Response-Suppress"] == "All"
    assert read_letter(raw).automatic == Machine.AUTO_REPLY
    assert read_letter(build(PLAIN)).automatic is None


def test_a_notice_says_where_one_press_ends_it() -> None:
    found = parsed(build(replace(PLAIN, unsubscribe="https://desk.example/notices/abc/")))
    assert found["List-Unsubscribe"] == "<https://desk.example/notices/abc/>"
    assert found["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_long_ids_stay_whole() -> None:
    ids = [f"<{'a' * 300}{place}@b.example>" for place in range(5)]
    raw = build(replace(PLAIN, message_id=ids[0], in_reply_to=ids[1], references=ids))
    read = read_letter(raw)
    assert (read.message_id, read.in_reply_to) == (ids[0], ids[1])
    assert list(read.references) == ids


@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=400))
def test_a_body_may_say_anything(text: str) -> None:
    raw = build(replace(PLAIN, text=text, html=f"<pre>{text}</pre>"))
    assert_lines_are_sound(raw)
    plain = parsed(raw).get_body(["plain"])
    assert plain is not None
    said = text.replace("\r\n", "\n").replace("\r", "\n")
    got = plain.get_payload(decode=True)
    assert isinstance(got, bytes)
    assert got.decode().replace("\r\n", "\n").rstrip("\n") == said.rstrip("\n")
