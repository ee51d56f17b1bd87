"""Letters that are passed on, as mail programs write them."""

import pytest

from otklik.core.letters import Forwarded, Letter, read_letter
from otklik.core.letters.tests.letters import both, letter_of, part, parts, read
from otklik.core.letters.wire import from_wire, to_wire

ANNA = "Anna Petrova <anna@firm.example>"
WORDS = "The press jams.\n\nEvery morning."

GMAIL = f"""Please help her.

---------- Forwarded message ---------
From: {ANNA}
Date: Fri, Nov 20, 2026 at 2:02 PM
Subject: Press
To: <cy@firm.example>


{WORDS}
"""
OUTLOOK = f"""Please help her.

________________________________
From: {ANNA}
Sent: Friday, November 20, 2026 2:02 PM
To: Cy <cy@firm.example>
Subject: Press

{WORDS}
"""
THUNDERBIRD = f"""Please help her.

-------- Forwarded Message --------
Subject: \tPress
Date: \tFri, 20 Nov 2026 14:02:00 +0200
From: \t{ANNA}
To: \tcy@firm.example

{WORDS}
"""
APPLE = f"""Please help her.

> Begin forwarded message:
>
> From: {ANNA}
> Subject: Press
> Date: 20 November 2026 at 14:02:00 EET
> To: cy@firm.example
>
> {WORDS.split(chr(10), maxsplit=1)[0]}
>
> {WORDS.rsplit(chr(10), maxsplit=1)[-1]}
"""
YANDEX = f"""Please help her.

-------- Пересылаемое сообщение --------
20.11.2026, 14:02, "Anna Petrova" <anna@firm.example>:
От: {ANNA}
Кому: cy@firm.example
Тема: Press

{WORDS}
-------- Конец пересылаемого сообщения --------
"""
MAIL_RU = f"""Please help her.

-------- Пересылаемое сообщение --------
От: {ANNA}
Кому: cy@firm.example
Дата: Пятница, 20 ноября 2026, 14:02 +03:00
Тема: Press

{WORDS}
"""
ABV = f"""Please help her.

-------- Препратено писмо --------
От: {ANNA}
Относно: Press
До: cy@firm.example
Изпратено на: 20.11.2026 14:02

{WORDS}
"""


def passed_on(body: str, subject: str = "Fwd: Press") -> Forwarded | None:
    return read(body, subject=subject, content_type="text/plain; charset=utf-8").forwarded


@pytest.mark.parametrize(
    "body",
    [GMAIL, OUTLOOK, THUNDERBIRD, APPLE, MAIL_RU, ABV],
    ids=["gmail", "outlook", "thunderbird", "apple", "mail.ru", "abv"],
)
def test_it_is_known_who_asks_and_what_stands_above(body: str) -> None:
    found = passed_on(body)

    assert found is not None
    assert found.sender is not None
    assert (found.sender.name, found.sender.key) == ("Anna Petrova", "anna@firm.example")
    assert (found.subject, found.above) == ("Press", "Please help her.")
    assert found.text_new == WORDS
    assert "Anna" in found.heading


def test_nothing_of_the_text_is_lost() -> None:
    found = passed_on(GMAIL)

    assert found is not None
    kept = f"{found.above} {found.heading} {found.text}".split()
    assert kept == GMAIL.split()


def test_what_the_passed_on_letter_quotes_is_folded() -> None:
    history = "On Thu, Nov 19, 2026 at 9:00 AM Cy <cy@firm.example> wrote:\n> What is it?"
    found = passed_on(GMAIL + history)

    assert found is not None
    assert found.text_new == WORDS
    assert "What is it?" in found.text_rest


@pytest.mark.parametrize("mark", ["FW: ", "Fwd: ", "fwd:", "WG: ", "Пересл: ", "Препр: ", "I: "])
def test_headers_alone_are_passed_on_where_the_subject_says_so(mark: str) -> None:
    found = passed_on(OUTLOOK, f"{mark}Press")

    assert found is not None
    assert found.subject == "Press"


@pytest.mark.parametrize("subject", ["Re: Press", "Press", "Forward planning", ""])
def test_headers_above_what_is_answered_pass_nothing_on(subject: str) -> None:
    assert passed_on(OUTLOOK, subject) is None


ANSWERED = """Yes.

-----Original Message-----
From: Anna Petrova <anna@firm.example>
Sent: Friday, 20.11.2026 14:02
To: Cy
Subject: Press

The press jams.
"""
QUOTED = """See below.

On Fri, Nov 20, 2026 at 2:02 PM Anna <anna@firm.example> wrote:
> It jams.
"""
EMPTY = """---------- Forwarded message ---------
From: Anna <anna@firm.example>
Date: 20.11.2026 14:02
Subject: Press
"""
LINE_ALONE = "Nothing stands below.\n\n---------- Forwarded message ---------\n"


@pytest.mark.parametrize("body", [ANSWERED, QUOTED, EMPTY, LINE_ALONE, "It is only called so."])
def test_an_answer_is_not_passed_on(body: str) -> None:
    assert passed_on(body) is None


@pytest.mark.parametrize(
    ("written", "name", "address"),
    [
        ("anna@firm.example", "", "anna@firm.example"),
        ('"Petrova, Anna" <Anna@Firm.example>', "Petrova, Anna", "anna@firm.example"),
        ("Anna Petrova [mailto:anna@firm.example]", "Anna Petrova", "anna@firm.example"),
        ("Anna <anna@firm.example<mailto:anna@firm.example>>", "Anna", "anna@firm.example"),
        ("*Anna Petrova* <anna@firm.example>", "Anna Petrova", "anna@firm.example"),
    ],
)
def test_a_writer_is_read_as_programs_show_them(written: str, name: str, address: str) -> None:
    found = passed_on(GMAIL.replace(ANNA, written))

    assert found is not None
    assert found.sender is not None
    assert (found.sender.name.strip("* "), found.sender.key) == (name, address)


@pytest.mark.parametrize(
    "written",
    [
        "Anna Petrova",
        "boss@firm.example <anna@firm.example>",
        "anna@firm.example, boss@firm.example",
        "anna@firm.example via list@lists.example",
        "anna@@firm.example",
    ],
)
def test_a_writer_who_is_not_plain_is_nobody(written: str) -> None:
    found = passed_on(GMAIL.replace(ANNA, written))

    assert found is not None
    assert found.sender is None


def test_a_name_that_may_be_taken_for_anothers_is_left_out() -> None:
    found = passed_on(GMAIL.replace(ANNA, "Аnna Petrova <anna@firm.example>"))

    assert found is not None
    assert found.sender is not None
    assert found.sender.name == ""


def test_html_keeps_its_looks_above_and_below() -> None:
    page = (
        "<div>Please <b>help</b> her.</div><br><div><br></div>"
        "<div class='gmail_quote'><div>---------- Forwarded "
        "message ---------<br>From: <b>Anna Petrova</b> &lt;anna@firm.example&gt;<br>"
        "Date: Fri, Nov 20, 2026 at 2:02 PM<br>Subject: Press<br>To: cy@firm.example<br></div>"
        "<br><p>The press <i>jams</i>.</p><p>Every morning.</p></div>"
    )
    found = read(page, subject="Fwd: Press", content_type="text/html; charset=utf-8").forwarded

    assert found is not None
    assert found.html_above == "<p>Please <strong>help</strong> her.</p>"
    assert found.html == "<p>The press <em>jams</em>.</p><p>Every morning.</p>"
    assert found.sender is not None


def test_both_forms_of_one_letter_are_taken_apart_alike() -> None:
    page = GMAIL.replace("<", "&lt;").replace(">", "&gt;").replace("\n", "<br>")
    found = both(GMAIL, f"<div>{page}</div>").forwarded

    assert found is not None
    assert found.html is not None
    assert "press jams" in found.html
    assert "help her" not in found.html


def inner(sender: str = ANNA) -> bytes:
    return letter_of(part(WORDS), sender=sender)


def attached(*letters: bytes, words: str = "Please help her.") -> Letter:
    files = [
        b"Content-Type: message/rfc822\r\nContent-Disposition: attachment\r\n\r\n" + one
        for one in letters
    ]
    return read_letter(letter_of(parts(part(words), *files)))


def test_a_letter_that_came_as_a_file_is_known_by_its_head() -> None:
    found = attached(inner()).forwarded

    assert found is not None
    assert found.sender is not None
    assert (found.sender.key, found.subject) == ("anna@firm.example", "Help")
    assert (found.above, found.attachment, found.text) == ("Please help her.", 0, "")


@pytest.mark.parametrize(
    "letters", [[], [inner(), inner("Otto <otto@firm.example>")], [b"\r\n\r\nNo head.\r\n"]]
)
def test_several_letters_or_none_are_not_taken_apart(letters: list[bytes]) -> None:
    assert attached(*letters).forwarded is None


def test_a_machines_letter_passes_nothing_on() -> None:
    assert read(GMAIL, subject="Fwd: Press", auto_submitted="auto-replied").forwarded is None


def test_it_comes_whole_from_the_child() -> None:
    for one in (both(GMAIL, f"<pre>{GMAIL}</pre>"), attached(inner())):
        assert one.forwarded is not None
        assert from_wire(to_wire(one)) == one
