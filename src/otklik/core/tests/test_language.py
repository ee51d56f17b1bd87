import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markupsafe import escape

from otklik.core.language import (
    bulgarian_stem,
    bulgarian_stems,
    detect,
    highlight,
    snippet,
    to_query,
    to_vector,
    words,
)
from otklik.core.language.russian import russian_stem
from otklik.core.tests.timing import assert_linear

anything = st.text(st.characters(exclude_categories=()), max_size=60)
HOSTILE = [
    "",
    "   ",
    "\x00",
    "\ud800 плащане",
    "'; DROP TABLE tickets; --",
    "a & b | !c <-> d:*",
    "''''",
    "\\",
    "%s %(x)s {{ x }}",
    '"',
    '"незакрытая кавычка',
    "()()((",
    "!!!",
    "и",
    "я" * 5000,
    "плащане " * 2000,
    "👩‍👩‍👧‍👦 \u202e",
    "1e999 0x1F -5 +7(495)123-45-67 a@b.c http://x.y/z?q=1#f C:\\x",
]


def finds(asked: str, text: str, language: str = "") -> bool:
    vector, vector_values = to_vector(text, language)
    query, query_values = to_query(asked)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT ({vector}) @@ ({query})", [*vector_values, *query_values])
        row = cursor.fetchone()
    assert row is not None
    return bool(row[0])


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ("возврата", "Прошу оформить возврат"),
        ("возврат", "Сроки возвратов по карте"),
        ("елка", "ёлка и ещё"),
        ("плащане", "Липсват плащания за май"),
        ("плащания", "Не виждам плащането"),
        ("плащанията", "плащане"),
        ("възстановяване", "Чакам възстановявания на суми"),
        ("фактура", "Изпратете фактурата и другите фактури"),
        ("проблеми", "Имам проблем с принтера"),
        ("клиент", "обаждане от клиента"),
        ("съобщение", "получих съобщенията"),
        ("invoices", "Invoice 17 is wrong"),
        ("invoice", "INVOICES"),
        ("ada@example.org", "write to Ada@Example.org now"),
        ("IT-1042", "see IT-1042"),
        ("1042", "see IT-1042"),
        ("онлайн-чат", "не работает онлайн-чат"),
        ('"вернуть деньги"', "хочу вернуть деньги за заказ"),
        ("возврат на карту", "на карты пришли возвраты"),
        ("не мога", "Аз не мога да вляза"),
        ("возвра\u0301т", "возврат"),
    ],
)
@pytest.mark.django_db
def test_words_are_found_by_their_forms(asked: str, text: str) -> None:
    assert finds(asked, text)


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ("возврат", "оплата"),
        ("invoice printer", "invoice"),
        ('"деньги вернуть"', "хочу вернуть деньги"),
        ("ada@example.org", "example.org of ada"),
        ("", "anything"),
        ("и", "и"),
    ],
)
@pytest.mark.django_db
def test_other_words_are_not_found(asked: str, text: str) -> None:
    assert not finds(asked, text)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.django_db
def test_no_text_and_no_query_can_break_the_sql(text: str) -> None:
    finds(text, "плащане")
    finds("плащане", text)
    finds(text, text, "bg")


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=anything, text=anything)
@pytest.mark.django_db
def test_any_string_may_be_kept_and_asked(asked: str, text: str) -> None:
    finds(asked, text)


@pytest.mark.django_db
def test_the_biggest_text_fits_a_vector() -> None:
    text = " ".join(f"{number:x}" + "щ" * 50 for number in range(20_000))
    assert finds("0" + "щ" * 50, text, "bg")


@pytest.mark.django_db
def test_a_weight_is_kept() -> None:
    sql, values = to_vector("Плащане", "bg", "A")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {sql}", values)
        assert cursor.fetchone() == ("'bg_плащан':2A 'плащан':1A",)


WORDS = (
    "возврат возврата возвраты возвратов заказ заказами оплаченный оплатившими оплачивается "
    "деньги деньгам важнейший новейшего скорость скоростью работающие сделавшись прочитав "
    "пользователями принтере картой картридж кончившийся данные ошибке ошибочная "
    "вернуть верните вернули вернувшиеся невозможность невозможностью длинный длинные и на я "
    "учетной записи обновлении обновление войдите вход входами паролям объявление подъезда "
    "выключающийся выдан выданные денежный денежных еженедельно июля апреля бухгалтерия "
    "смотря смотрящего считавшийся ейше ость нн ся шкафчик отчётностью"
).replace("ё", "е")


@pytest.mark.parametrize("word", WORDS.split())
@pytest.mark.django_db
def test_russian_stems_are_those_of_the_database(word: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT ts_lexize('russian_stem', %s)", [word])
        row = cursor.fetchone()
    assert row is not None
    if row[0]:
        assert russian_stem(word) == row[0][0]


@pytest.mark.parametrize(
    ("word", "stem"),
    [
        ("плащане", "плащан"),
        ("плащането", "плащан"),
        ("плащанията", "плащан"),
        ("фактурите", "фактур"),
        ("градове", "град"),
        ("вестници", "вестник"),
        ("пътища", "път"),
        ("сървъри", "сървр"),
        ("не", "не"),
    ],
)
def test_bulgarian_stems(word: str, stem: str) -> None:
    assert bulgarian_stem(word) == stem
    assert stem in bulgarian_stems(word)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Не мога да вляза в профила си", "bg"),
        ("Няма интернет", "bg"),
        ("Здравейте, принтерът не работи", "bg"),
        ("Не могу войти в аккаунт", "ru"),
        ("Где мой заказ?", "ru"),
        ("Прошу заменить монитор", "ru"),
        ("Invoice is wrong", "en"),
        ("I cannot sign in to the portal since this morning", "en"),
        ("", ""),
        ("12345 ???", ""),
        ("Zahlung fehlgeschlagen bei der Rechnung", ""),
    ],
)
def test_a_language_is_told_by_letters_and_small_words(text: str, language: str) -> None:
    assert detect(text) == language


def test_marks_stand_on_every_form_and_text_is_escaped() -> None:
    marked = highlight("Возвраты <b>и</b> invoices & плащания", "возврата invoice плащане и")
    assert str(marked) == (
        "<mark>Возвраты</mark> &lt;b&gt;и&lt;/b&gt; <mark>invoices</mark> &amp; "
        "<mark>плащания</mark>"
    )


def test_a_snippet_shows_the_first_hit() -> None:
    text = "слово " * 100 + "тут фактура\nнужна " + "ещё " * 200
    shown = str(snippet(text, "фактуры", 100))
    assert shown.startswith("…")
    assert "<mark>фактура</mark> нужна" in shown
    assert len(shown) < 130


@given(anything, anything)
def test_marks_add_nothing_but_marks(text: str, asked: str) -> None:
    plain = str(highlight(text, asked)).replace("<mark>", "").replace("</mark>", "")
    assert plain == str(escape(text))
    snippet(text, asked)


@pytest.mark.parametrize("unit", ["я", "a ", '"', "a-", "\u0301", "a\u0301", "ь", "й\u0306 "])
def test_time_grows_with_the_text_only(unit: str) -> None:
    for act in (words, detect, to_vector, to_query, lambda text: snippet(text, "x")):
        assert_linear(act, unit)
    assert_linear(lambda text: highlight(text, text), unit)
