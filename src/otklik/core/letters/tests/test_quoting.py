"""What is newly said in letters of many programs, and that nothing of a letter is lost."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from otklik.core.letters.quoting import Said, split_text, text_of_html
from otklik.core.letters.tests.letters import read
from otklik.core.tests.timing import assert_linear

TABLES = Path(__file__).parent / "quotes"


def letters() -> list[tuple[str, dict[str, str]]]:
    """Read the tables: a letter begins at `%%%% its name` and goes on with parts so named."""
    found: list[tuple[str, dict[str, str]]] = []
    for table in sorted(TABLES.glob("*.txt")):
        part = ""
        for line in table.read_text(encoding="utf-8").split("\n"):
            if not line.startswith("%%%% "):
                found[-1][1][part] += f"{line}\n"
                continue
            part = line.removeprefix("%%%% ")
            if part not in {"new", "signature"}:
                found.append((f"{table.stem}: {part}", {}))
                part = "letter"
            found[-1][1][part] = ""
    return found


def said(letter: str) -> Said:
    if letter.startswith("<"):
        return split_text(read(letter, content_type="text/html; charset=utf-8").text)
    return split_text(letter.strip("\n"))


def bare(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.strip().split("\n")]


@pytest.mark.parametrize(("name", "parts"), letters(), ids=[name for name, _ in letters()])
def test_only_what_was_newly_said_is_new(name: str, parts: dict[str, str]) -> None:
    found = said(parts["letter"])

    assert bare(found.new) == bare(parts["new"])
    if "signature" in parts:
        assert bare(found.signature) == bare(parts["signature"])


LINES = some.sampled_from(
    [
        *(
            "",
            " ",
            "Yes.",
            "No, thank you",
            "> Is it?",
            ">> And?",
            ">",
            "-- ",
            "--",
            "Ada",
            "_____",
        ),
        *("On Fri, Nov 20, 2026 at 2:02 PM Ada <ada@meridian.example> wrote:", "wrote:", "On "),
        *("20.11.2026, 14:02, Ада <ada@meridian.example>:", "От: Ада", "Тема: да", "С уважением,"),
        *("-----Original Message-----", "Begin forwarded message:", "From: Ada", "Sent: 1.1.2026"),
        *("Sent from my iPhone", "reply On Wed, Apr 4, 2026, cy@harrow.example wrote:", "-Cy"),
        *("##- above this line -##", "T: +44 20 7946 0000", "This e-mail and any attachments"),
    ]
)


@given(some.lists(LINES | some.text(max_size=12), max_size=30))
def test_every_line_is_in_one_part_and_in_its_order(lines: list[str]) -> None:
    letter = "\n".join(lines)

    found = split_text(letter)

    words = letter.split()
    parts = [part.split() for part in (found.new, found.signature, found.quoted)]
    assert sorted(words) == sorted(word for part in parts for word in part)
    for part in parts:
        rest = iter(words)
        assert all(word in rest for word in part)


@given(some.lists(LINES, max_size=30))
def test_nothing_comes_out_empty_when_something_was_written(lines: list[str]) -> None:
    letter = "\n".join(lines)

    assert bool(split_text(letter).new) == bool(letter.strip())


@given(some.text(alphabet="<>/bdivqpre tol=\"'&;: \n", max_size=200))
def test_any_html_is_read(html: str) -> None:
    split_text(text_of_html(html))


@pytest.mark.parametrize(
    "unit",
    [
        *(
            ">",
            "> ",
            ">\n",
            "> > ",
            "On ",
            "On \n",
            "On 1.1.2026\n",
            "wrote:",
            "wrote:\n",
            "-",
            "-\n",
        ),
        *(
            "-- \n",
            " ",
            "\n",
            " \n",
            "От:",
            "От:\n",
            "От: a\nДата: 1.1.2026\nx\nx\n",
            "a@b:\n",
            "_\n",
        ),
        *("Regards,\n", "Sent from my iPhone\n", "> a\nb\n", "On 1.1.2026 a@b wrote:\n> a\nb\n"),
        *("Пт, 1.1.2026 <a@b>\n", "(http\n", "\u00a0\n", "1.1.2026, \n", "This e-mail and any\n"),
    ],
)
def test_texts_are_parted_in_linear_time(unit: str) -> None:
    assert_linear(split_text, unit)


@pytest.mark.parametrize(
    "unit",
    [
        *("<blockquote>", "<blockquote>a", "<div>", "<b>", "<i><div><b></i>", "<a href=a>", "<p>a"),
        *("<td>a", "<table><tr><td>", "<ul><li>a", "<div style='display:none'>", "<br>", "<hr>a"),
        *(
            "<div class=gmail_attr>a",
            "<div id=signature>",
            "<pre>\n",
            "&nbsp;",
            "</div>",
            "<p></b>",
            "<a href=http://a.b>x",
            "<a href=http://a.b>x<div>",
        ),
        *("<a href=http://a.b/>c</a>", "<span style='a:b;'>", "<div id=divrplyfwdmsg>a</div>"),
    ],
)
def test_html_is_read_in_linear_time(unit: str) -> None:
    assert_linear(text_of_html, unit)


PASSED_ON = """See below.

---------- Forwarded message ----------
From: Cy <cy@firm.example>
Subject: Printer
To: ada@meridian.example

It does not print."""


def test_a_letter_that_was_passed_on_is_new_to_the_desk() -> None:
    assert read(PASSED_ON).text_new == PASSED_ON
    signed = PASSED_ON.replace("below.", "below.\n\n-- \nAda")
    assert split_text(signed).signature == "-- \nAda"
    assert "It does not print." in read(signed).text_new


@pytest.mark.parametrize("rest", [6, 3])
def test_headers_alone_pass_nothing_on(rest: int) -> None:
    cut = "\n".join(PASSED_ON.split("\n")[:rest])
    assert read(cut).text_new == "See below."


def test_a_closing_below_the_quotation_is_a_signature() -> None:
    letter = "Yes.\n\nOn 12.05.2026 10:00, Ada wrote:\n> Is it?\n\nRegards, Cy"
    assert read(letter).text_new == "Yes."
    assert split_text(letter).signature == "Regards, Cy"


def test_our_own_mark_may_be_given() -> None:
    found = split_text("Да.\n\n> --- Отвечайте выше ---\nЗаявка 7", mark="--- Отвечайте выше ---")

    assert (found.new, found.quoted) == ("Да.", "> --- Отвечайте выше ---\nЗаявка 7")


def test_deep_quotes_are_written_at_a_bounded_depth() -> None:
    assert text_of_html("<blockquote>" * 1000 + "a") == f"{'> ' * 8}a"


def listed(name: str) -> list[str]:
    return (TABLES / f"{name}.list").read_text(encoding="utf-8").strip().split("\n")


@pytest.mark.parametrize("line", listed("headings") + listed("separators"))
@pytest.mark.parametrize(
    "below", ["Older words.\nMore of them.", "> Older words.\n> More of them."]
)
def test_a_heading_and_all_below_it_is_history(line: str, below: str) -> None:
    found = split_text(f"New words.\n\n{line}\n\n{below}")

    assert (found.new, found.signature) == ("New words.", "")


BREAKABLE = [line for line in listed("headings") if not line.startswith(("-", "Ada", "Вы", "Здр"))]


@pytest.mark.parametrize("line", BREAKABLE)
def test_a_heading_may_be_broken_into_two_lines(line: str) -> None:
    words = line.split(" ")
    broken = " ".join(words[:-2]) + "\n" + " ".join(words[-2:])

    assert split_text(f"New words.\n\n{broken}\n\n> Older words.").new == "New words."


@pytest.mark.parametrize(
    "letter",
    [
        "Отправлено с курьером вчера",
        "Накладная ниже.\n\nОтправлено через СДЭК\n\nЖдём.",
        "Sent by courier\n\nPlease confirm.",
        "Which one?\n\nBest price we have\n\nis 20.",
        "Yes.\n\nBest regards\nCy\n\nP.S. Send the papers too.",
        "С уважением отношусь к вашему труду, но\nпринтер сломан.",
        "We need:\n- paper\n- ink",
        "Sizes:\n\npaper  ink\n-----  ---\n20     3",
        "Part one\n--------\nA long sentence stands here.\nAnother one follows.",
    ],
)
def test_what_only_looks_like_a_signature_is_said(letter: str) -> None:
    assert split_text(letter) == Said(letter, "", "")


@pytest.mark.parametrize(
    "letter",
    [
        "Везите так.\n\nОт: Москва\nДо: Сочи\nДата: 12.05.2026\nВес: 20 кг",
        "От: Москва\nДата: 12.05.2026 10:00\nГруз хрупкий.",
        "Ship it.\nFrom: Sofia\nTo: Varna\nDate: 12.05.2026\nWeight: 20",
        "From: Sofia to Varna it took a week.\nSent: in May, as you know.\n\nWhy?",
        "От: склада 3\nКому: в бухгалтерию\n\nПринтер.",
    ],
)
def test_particulars_are_no_headers_of_an_older_letter(letter: str) -> None:
    assert read(letter).text_new == letter


@pytest.mark.parametrize(
    "headers",
    [
        "From: Ada Klimova\nSent: Monday, May 12, 2026 2:02 PM",
        "От: Ада Климова\nОтправлено: 12 мая 2026 г. 14:02\nКому: Cy",
        "От: Ада\nДата: 12.05.2026\nТема: Принтер",
        "From: Ada\nTo: Cy\nSubject: Printer",
        "От: ada@meridian.example\nДата: 12.05.2026",
    ],
)
def test_headers_of_an_older_letter_are_history(headers: str) -> None:
    assert read(f"Yes.\n\n{headers}\n\nOlder words.").text_new == "Yes."


DEVICE_LINES = """
Sent from my iPhone
Sent from my Verizon Wireless BlackBerry
Sent from my Samsung Galaxy smartphone.
Sent from Yahoo Mail on Android
Sent from Mail for Windows 10
Get Outlook for Android
Отправлено с iPhone
Отправлено с моего телефона
Отправлено с устройства Samsung
Отправлено из мобильной почты Mail.ru
Отправлено из Mail.ru для Android
Отправлено из Почты для Windows
Скачать Outlook для iOS
Изпратено от моя iPhone
Изпратено от моя телефон Samsung
Изпратено от Поща за Windows 10
Von meinem iPhone gesendet
Gesendet von Mail für Windows
Envoyé de mon iPhone
Envoyé depuis mon appareil Android
Enviado desde mi iPhone
Inviato da iPhone
Enviado do meu iPhone
Wysłane z iPhone'a
Verstuurd vanaf mijn iPhone
Надіслано з iPhone
(sent from my phone)
<<sent by galaxy>>
""".strip().split("\n")


@pytest.mark.parametrize("line", DEVICE_LINES)
def test_what_a_telephone_adds_is_signature(line: str) -> None:
    assert split_text(f"Yes.\n\n{line}") == Said("Yes.", line, "")
