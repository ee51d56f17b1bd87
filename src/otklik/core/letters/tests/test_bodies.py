"""What a letter says: its text chosen, its HTML cleaned, its files."""

import hashlib
from base64 import encodebytes

import pytest

from otklik.core.letters import Quarantine, content_of, read_letter
from otklik.core.letters.bodies import MOST_PAGE, MOST_TEXT
from otklik.core.letters.tests.letters import both, letter, letter_of, part, parts, read, read_parts
from otklik.core.letters.wire import as_json
from otklik.core.richtext import CleanHtml, remote_pictures

PNG = b"\x89PNG\r\n\x1a\nno picture"
HTML = "text/html; charset=utf-8"


def test_a_plain_letter_is_its_text() -> None:
    found = read("Hello,\nit broke.\n", subject="Help", message_id="<1@firm.example>")
    assert (found.text, found.html, found.subject) == ("Hello,\nit broke.\n", None, "Help")
    assert found.message_id == "<1@firm.example>"
    assert (found.quarantine, found.automatic, found.warnings) == (None, None, ())


def test_a_letter_of_html_alone_is_read_as_text_and_cleaned() -> None:
    found = read(
        "<p>It <b>broke</b>.</p><script>alert(1)</script><img src=http://x.example/a.png>",
        content_type=HTML,
    )
    assert "It broke." in found.text
    assert "alert" not in found.text
    assert isinstance(found.html, CleanHtml)
    assert found.html.startswith("<p>It <strong>broke</strong>.</p>")
    assert "script" not in found.html
    assert "src=" not in found.html
    assert remote_pictures(found.html) == ("http://x.example/a.png",)
    assert "x.example" not in str(as_json(found)["html"])


def test_of_two_bodies_that_agree_the_plain_one_is_the_text() -> None:
    same = both("Hello,\n\n  it *broke*.", "<p>Hello,<p>it <b>broke</b>.")
    assert (same.text, same.warnings) == ("Hello,\n\n  it *broke*.", ())
    assert same.html == "<p>Hello,</p><p>it <strong>broke</strong>.</p>"


def test_bodies_that_disagree_are_told_and_what_people_saw_is_the_text() -> None:
    found = both("I do not agree.", "<p>I agree, pay them.</p>")
    assert found.warnings == ("bodies-differ",)
    assert found.text.strip() == "I agree, pay them."


@pytest.mark.parametrize(
    ("plain", "page"),
    [
        ("I agree.", "I do not agree."),
        ("We can’t pay now.", "We can pay now."),
        ("Плащаме, няма проблем.", "Плащаме, проблем."),
        ("Не платим.", "Платим."),
        ("Pay 100 today.", "Pay 1000 today."),
        ("Account 40817810099910004312.", "Account 40817810099910004313."),
        ("See https://bank.example/in", "See <a href='https://evil.example/in'>it</a>"),
    ],
)
def test_a_negation_a_number_or_another_host_makes_bodies_differ(plain: str, page: str) -> None:
    rest = " and this goes on with words that are the same" * 9
    found = both(f"{plain} So{rest}.", f"<p>{page} So{rest}.</p>")
    assert "bodies-differ" in found.warnings


@pytest.mark.parametrize(
    ("plain", "page"),
    [
        ("1. Ink\n2. Paper", "<ul><li>Ink<li>Paper</ul>"),
        ("* Ink\n* Paper", "<ol><li>Ink<li>Paper</ol>"),
        ("Ink [1]\n[1] https://shop.example/", "<a href='https://shop.example/'>Ink</a>"),
        ("Look: [cid:image001.png@01D7]", "Look: <img src='cid:image001.png@01D7' alt='photo 12'>"),
        ("Look there", "Look <a href='https://shop.example/7'>there</a>"),
        ("I don't", "I don&#39;t"),
        (
            "https://www.shop.example/a",
            "<a href='https://shop.example/a'>https://shop.example/a</a>",
        ),
        ("No.\n\n> Pay 100?", "<p>No.</p><blockquote>Pay 200?</blockquote>"),
    ],
)
def test_bodies_that_programs_made_of_each_other_do_not_differ(plain: str, page: str) -> None:
    assert both(plain, page).warnings == ()


def test_the_body_that_was_not_chosen_is_kept_as_a_file() -> None:
    raw = letter_of(
        parts(part("I do not agree."), part("<p>I agree.</p>", HTML), kind="alternative")
    )
    found = read_letter(raw)
    assert found.text == "I agree."
    assert [content_of(raw, one) for one in found.attachments] == [b"I do not agree."]


def test_a_page_that_was_cut_does_not_hide_the_plain_text() -> None:
    page = "<p>Hello.</p>" + "<p>word</p>" * (MOST_PAGE // 8)
    raw = letter_of(parts(part("Hello. All of it."), part(page, HTML), kind="alternative"))
    found = read_letter(raw)
    assert (found.text, found.warnings) == ("Hello. All of it.", ("text-cut",))
    assert [content_of(raw, one).decode() for one in found.attachments] == [page]


def test_a_plain_text_that_was_cut_is_kept_whole_once() -> None:
    text = "word " * (MOST_TEXT // 4)
    raw = letter_of(parts(part(text), part("<p>Another.</p>", HTML), kind="alternative"))
    files = [content_of(raw, one).decode() for one in read_letter(raw).attachments]
    assert files == [text, "<p>Another.</p>"]


def test_an_empty_plain_body_does_not_hide_the_other() -> None:
    assert both(" \n", "<p>Here</p>").text.strip() == "Here"
    assert both("Here", "<p> </p>").text == "Here"


def test_a_page_that_does_not_say_what_it_is_is_read_as_one() -> None:
    found = read(" <!DOCTYPE html><p>It <b>broke</b>.</p>")
    assert (found.text.strip(), found.html) == ("It broke.", "<p>It <strong>broke</strong>.</p>")
    assert read("<html> is a tag", content_type="text/plain").text == "<html> is a tag"


def test_other_texts_without_a_name_are_said() -> None:
    assert read_parts(part("*Hi*", "text/markdown")).text == "*Hi*"
    assert read_parts(part("*Hi*", "text/markdown; name=a.md")).text == "*Hi*"
    assert read_parts(part("Hi."), part("a", "text/markdown; name=a.md")).text == "Hi."


def test_files_are_told_by_name_kind_size_and_sum() -> None:
    raw = letter_of(
        parts(
            part("See the file."),
            part(b"%PDF-1", "application/pdf", content_disposition='attachment; filename="a.pdf"'),
        )
    )
    found = read_letter(raw)
    [file] = found.attachments
    assert (file.filename, file.content_type, file.size) == ("a.pdf", "application/pdf", 6)
    assert file.sha256 == hashlib.sha256(b"%PDF-1").hexdigest()
    assert content_of(raw, file) == b"%PDF-1"
    assert found.text == "See the file."


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('attachment; filename="a b.txt"', "a b.txt"),
        ("attachment; filename=a b.txt", "a b.txt"),
        ("attachment; filename*=utf-8''%D0%9E%D1%82%D1%87%D1%91%D1%82.txt", "Отчёт.txt"),
        ("attachment; filename*=koi8-r'ru'%EF%D4%DE%A3%D4.txt", "Отчёт.txt"),
        (
            "attachment; filename*0*=utf-8''%D0%9E%D1%82; filename*1*=%D1%87; filename*2=t.txt",
            "Отчt.txt",
        ),
        ("attachment; filename=x.txt; filename*=utf-8''%D0%9E.txt", "О.txt"),
        ('attachment; filename="=?utf-8?B?0J7RgtGH0ZHRgg==?= =?utf-8?Q?.txt?="', "Отчёт.txt"),
        ("attachment; filename==?windows-1251?Q?=CE=F2=F7=B8=F2.txt?=", "Отчёт.txt"),
        ('attachment; filename="=?utf-8?B?0J7RgtGH0ZHRgg', "Отчёт"),
        ('attachment; filename="Отчёт.txt"', "Отчёт.txt"),
        ('attachment; filename="..\\\\..\\\\etc/passwd"', "passwd"),
        ('attachment; filename="a\u202etxt.exe"', "atxt.exe"),
        ("attachment", "application"),
    ],
)
def test_names_of_files_are_read_however_they_are_written(disposition: str, name: str) -> None:
    found = read_parts(part("x", "application/pdf-x", content_disposition=disposition))
    assert [file.filename for file in found.attachments] == [name]


def test_a_picture_of_the_letter_stands_in_its_place_and_others_do_not() -> None:
    found = read_parts(
        part(
            '<p>See <img src="cid:a@b"> <img src="cid:other@b" alt="gone">'
            '<img src="/files/0123456789abcdef0123/" alt="ours"><img data-upload="x" alt="no">',
            HTML,
        ),
        part(b"text", "text/csv", content_id="<other@b>", content_disposition="inline"),
        part(PNG, "image/png", content_id="<a@b>", content_disposition="inline"),
        kind="related",
    )
    assert found.html == '<p>See <img data-upload="attachment-1" alt=""> gone' + "oursno</p>"
    assert [(file.inline, file.content_id) for file in found.attachments] == [
        (True, "other@b"),
        (True, "a@b"),
    ]


def test_a_forwarded_letter_is_a_file_and_can_be_read_itself() -> None:
    inner = letter("The printer.", sender="maria@firm.example", subject="=?utf-8?Q?=D0=9F?=")
    raw = letter_of(parts(part("Look."), b"Content-Type: message/rfc822\r\n\r\n" + inner))
    found = read_letter(raw)
    [file] = found.attachments
    assert (file.kind, file.filename) == ("letter", "П.eml")
    again = read_letter(content_of(raw, file))
    assert again.sender is not None
    assert (again.sender.address, again.text) == ("maria@firm.example", "The printer.")


def test_an_invitation_is_told() -> None:
    found = read_parts(
        part("Come."), part("BEGIN:VCALENDAR", "text/calendar; method=REQUEST"), kind="alternative"
    )
    assert [(one.kind, one.filename) for one in found.attachments] == [
        ("invitation", "invitation.ics")
    ]
    assert found.text == "Come."


@pytest.mark.parametrize(
    ("kind", "meaning"),
    [
        ("application/pgp-signature", "signed"),
        ("application/x-pkcs7-signature; name=smime.p7s", "signed"),
        ("application/pkcs7-mime; smime-type=signed-data", "signed"),
        ("application/pkcs7-mime; smime-type=enveloped-data", "encrypted"),
        ("application/pgp-encrypted", "encrypted"),
    ],
)
def test_signed_and_encrypted_letters_are_kept_whole_and_told(kind: str, meaning: str) -> None:
    found = read_parts(part("Hello."), part(b"\x30\x80", kind), kind="signed")
    assert [one.kind for one in found.attachments] == [meaning]
    assert meaning in found.warnings


def test_pgp_in_the_text_is_told() -> None:
    assert read("-----BEGIN PGP MESSAGE-----\nx").warnings == ("encrypted",)
    assert read("-----BEGIN PGP SIGNED MESSAGE-----\nx").warnings == ("signed",)


def test_uuencoded_files_are_taken_out_of_the_text() -> None:
    raw = letter("Before\nbegin 644 cat.txt\n#0V%T\n`\nend\nafter")
    found = read_letter(raw)
    assert found.text == "Before\n\nafter"
    assert [(one.filename, content_of(raw, one)) for one in found.attachments] == [
        ("cat.txt", b"Cat")
    ]


@pytest.mark.parametrize("text", ["begin 644 things\nas they are\nend", "begin 644 a.txt\n#0V%T"])
def test_a_text_that_only_begins_like_a_file_stays(text: str) -> None:
    assert (read(text).text, read(text).attachments) == (text, ())


def test_flowed_lines_are_joined_and_quotations_stay_apart() -> None:
    flowed = "One \nline. \n> quoted \n> line\n-- \nCy \n  indented\n"
    found = read(flowed, content_type="text/plain; format=flowed")
    assert found.text == "One line. \n> quoted line\n-- \nCy  indented\n"
    joined = read("Wo \nrd", content_type="text/plain; format=flowed; delsp=yes")
    assert joined.text == "Word"


def test_a_text_that_is_too_long_is_cut_and_kept_as_a_file() -> None:
    found = read("word " * (MOST_TEXT // 4))
    assert len(found.text) == MOST_TEXT
    assert (found.warnings, [one.size for one in found.attachments]) == (
        ("text-cut",),
        [MOST_TEXT // 4 * 5],
    )


def test_pictures_written_into_a_page_do_not_count_for_its_length() -> None:
    picture = encodebytes(b"x" * MOST_PAGE).decode()
    found = read(f'<p>Before<img src="data:image/png;base64,{picture}">after', content_type=HTML)
    assert "after" in found.text
    assert "text-cut" not in found.warnings


def test_parts_without_a_name_are_said_in_their_order() -> None:
    found = read_parts(
        part("First."),
        part("attached", content_disposition="attachment; filename=a.txt"),
        part("Second."),
        part("named", "text/plain; name=b.txt"),
    )
    assert found.text == "First.\nSecond."
    assert [one.filename for one in found.attachments] == ["a.txt", "b.txt"]


def test_a_text_beside_a_page_is_in_both() -> None:
    found = read_parts(part("<p>First.</p>", HTML), part("1 < 2\nSecond."))
    assert found.text.split() == ["First.", "1", "<", "2", "Second."]
    assert found.html == "<p>First.</p><p>1 &lt; 2<br>Second.</p>"


def test_no_file_of_a_letter_is_lost_in_an_empty_one() -> None:
    found = read_letter(letter(b"", content_type="application/pdf; name=a.pdf"))
    assert [(one.filename, one.size) for one in found.attachments] == [("a.pdf", 0)]
    assert found.quarantine is not Quarantine.EMPTY


@pytest.mark.parametrize(
    ("tag", "kept"),
    [
        ('<img src="https://x.example/a.png?b=1&amp;c=2">', "https://x.example/a.png?b=1&c=2"),
        ('<img src="HTTP://x.example/a b.png">', "HTTP://x.example/ab.png"),
        ("<img src='https://x.example/пример.png' width=600>", "https://x.example/пример.png"),
        ('<img src="https://x.example/a.png" width="1" height="1">', None),
        ('<img src="https://x.example/a.png" height="0px">', None),
        ('<div style="display:none"><img src="https://x.example/a.png"></div>', None),
        ('<img src="//x.example/a.png">', None),
        ('<img src="file:///etc/passwd">', None),
        ('<img src="javascript:alert(1)">', None),
        ('<img data-remote="https://x.example/a.png">', None),
        ('<img srcset="https://x.example/a.png 2x">', None),
        ('<video poster="https://x.example/a.png"></video>', None),
        ('<p style="background:url(https://x.example/a.png)">x</p>', None),
        (f'<img src="https://x.example/{"a" * 3000}">', None),
    ],
)
def test_of_pictures_elsewhere_only_the_address_is_kept(tag: str, kept: str | None) -> None:
    html = read(f"<p>Hello</p>{tag}", content_type=HTML).html

    assert html is not None
    assert remote_pictures(html) == ((kept,) if kept else ())
    assert ("x.example" in html) == (kept is not None)
    assert "src=" not in html


def test_what_a_picture_elsewhere_says_is_read_without_it() -> None:
    tag = '<img src="https://x.example/a.png" alt="Our &quot;logo&quot; <b>">'
    found = read(f"<p>Hello {tag}</p>", content_type=HTML)

    assert as_json(found)["html"] == '<p>Hello Our "logo" &lt;b&gt;</p>'
    assert "Our" in found.text
