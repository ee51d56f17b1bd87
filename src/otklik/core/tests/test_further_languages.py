"""Languages that translation files added: known, offered, told, stemmed and said."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.test import RequestFactory
from django.utils import translation
from pytest_django.fixtures import Settings

from otklik.core import clock
from otklik.core.catalogues import added_languages
from otklik.core.context import forget
from otklik.core.filters import full_date
from otklik.core.language import detect, highlight, hit_count, to_query, to_vector
from otklik.core.language.further import _STEMMED, configuration_of, further_stem
from otklik.core.models import Desk
from otklik.core.offered import asked_language, known_choices, offered_languages, spoken_to
from otklik.core.spoken import (
    direction,
    further_languages,
    known_languages,
    language_name,
    own_name,
    speakable,
)
from otklik.core.tests.german import WORDS, catalogue, put
from otklik.core.wording import first_word, with_unspoken, word


@pytest.fixture(autouse=True)
def no_kept_desk() -> Iterator[None]:
    yield
    forget()


@pytest.fixture
def german(tmp_path: Path, settings: Settings) -> None:
    """Have German known, by a small catalogue."""
    put(tmp_path, "de.po", catalogue(WORDS))
    found = added_languages(tmp_path)
    settings.LOCALE_PATHS = [found.compiled, *settings.LOCALE_PATHS]
    settings.LANGUAGES = [*settings.LANGUAGES, ("de", "de")]


def make_desk(languages: list[str]) -> None:
    Desk.objects.create(pk=1, company="Rechen", languages=languages, created_at=clock.now())
    forget()


def finds(asked: str, text: str, language: str = "") -> bool:
    vector, vector_values = to_vector(text, language)
    query, query_values = to_query(asked)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT ({vector}) @@ ({query})", [*vector_values, *query_values])
        return bool(cursor.fetchone()[0])


def test_three_languages_are_known_without_files() -> None:
    assert known_languages() == ("en", "ru", "bg")
    assert further_languages() == ()
    with translation.override("ru"):
        assert dict(known_choices()) == {"en": "Английский", "ru": "Русский", "bg": "Болгарский"}


@pytest.mark.usefixtures("german")
def test_a_file_makes_a_language_known() -> None:
    assert known_languages() == ("en", "ru", "bg", "de")
    assert (own_name("de"), direction("de"), direction("he")) == ("Deutsch", "ltr", "rtl")
    with translation.override("de"):
        assert translation.gettext("Save") == "Speichern"
        assert translation.gettext("Time zone") == "Time zone"
        assert language_name("ru") == "Russisch"
    assert language_name("no code") == "no code"


@pytest.mark.django_db
@pytest.mark.usefixtures("german")
def test_a_browser_is_answered_in_the_nearest_language_that_is_offered() -> None:
    make_desk(languages=["en", "de"])

    for header, language in (("de-AT", "de"), ("fr,de;q=0.5", "de"), ("ru", "en"), ("d-e", "en")):
        request = RequestFactory().get("/", headers={"Accept-Language": header})
        assert asked_language(request) == language, header


@pytest.mark.django_db
def test_a_browser_is_answered_in_another_kind_of_its_language(settings: Settings) -> None:
    codes = ["en", "pt", "pt-br", "zh-hans"]
    settings.LANGUAGES = [(code, code) for code in codes]
    make_desk(languages=codes)

    for header, language in (("pt-BR", "pt-br"), ("pt-PT", "pt"), ("zh-CN", "zh-hans")):
        request = RequestFactory().get("/", headers={"Accept-Language": header})
        assert asked_language(request) == language, header


@pytest.mark.django_db
def test_a_language_whose_file_is_gone_is_not_spoken(settings: Settings) -> None:
    make_desk(languages=["de", "ru"])
    assert (offered_languages(), spoken_to("de")) == (("ru",), "ru")
    assert speakable(["de"]) == ("en",)
    assert Desk.objects.get().languages == ["de", "ru"]


def test_words_fall_back_to_the_first_language_that_has_them() -> None:
    assert word({"ru": "Лампа", "en": "Lamp"}, "de") == "Lamp"
    assert word({"de": "Lampe"}, "en") == "Lampe"  # a name in a language that is gone is a name
    assert first_word({}) == ""
    assert with_unspoken({"en": "New"}, {"en": "Old", "ru": "Старое", "de": "Alt"}) == {
        "en": "New",
        "de": "Alt",
    }


@pytest.mark.usefixtures("german")
@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Der Drucker in Raum 5 druckt nicht, was kann ich tun?", "de"),
        ("Bitte setzen Sie mein Passwort zurück", "de"),
        ("Guten Tag, seit gestern funktioniert das Netzwerk nicht mehr.", "de"),
        ("Hello, the printer of Mr Müller does not print. Please help!", "en"),
        ("Where is my order?", "en"),
        ("Прошу заменить монитор", "ru"),
        ("Не мога да вляза в профила си", "bg"),
        ("Printer", ""),
        ("", ""),
    ],
)
def test_a_text_is_told_by_what_only_its_catalogue_says(text: str, language: str) -> None:
    assert detect(text) == language


@pytest.mark.django_db
@pytest.mark.usefixtures("german")
@pytest.mark.parametrize(
    ("asked", "text", "is_found"),
    [
        ("Rechnung", "Die Rechnungen wurden doppelt gebucht", True),
        ("Häuser", "Das Haus steht leer, bitte prüfen Sie das", True),
        ("Haus", "Rechnung der Häuser", True),  # too short to tell: read in every language
        ('"doppelt gebucht"', "Die Rechnungen wurden doppelt gebucht", True),
        ('"gebucht doppelt"', "Die Rechnungen wurden doppelt gebucht", False),
        ("the printers", "The printer does not print, please help", True),
        ("the", "The printer does not print, please help", False),
        ("возврата", "Прошу оформить возврат", True),
        ("плащане", "Липсват плащания за май", True),
        ("Strasse", "Die Straße ist gesperrt, bitte melden", True),
        ("Vertrag", "Die Rechnungen wurden doppelt gebucht", False),
    ],
)
def test_german_is_found_by_its_forms_and_the_others_as_before(
    asked: str, text: str, *, is_found: bool
) -> None:
    assert finds(asked, text) is is_found


@pytest.mark.django_db
@pytest.mark.usefixtures("german")
def test_a_small_word_of_the_readers_language_asks_for_nothing() -> None:
    text = "Wegen des Druckers bitte melden, er ist nicht an"
    assert not finds("der Drucker", text)
    with translation.override("de"):
        assert finds("der Drucker", text)
        assert finds("printers", "The printer does not print, please help")


@pytest.mark.usefixtures("german")
def test_german_forms_are_marked() -> None:
    marked = highlight("Die Rechnungen der Häuser, with invoices", "haus rechnung invoice")

    assert marked == (
        "Die <mark>Rechnungen</mark> der <mark>Häuser</mark>, with <mark>invoices</mark>"
    )
    assert hit_count("Rechnungen und Häuser", "haus rechnung tisch") == 2


def test_marks_know_nothing_of_languages_that_nobody_added() -> None:
    assert "<mark>" not in highlight("Die Häuser", "haus")


@pytest.mark.parametrize(
    ("code", "configuration"),
    [
        ("de", "german"),
        ("pt-br", "portuguese"),
        ("nb", "norwegian"),
        ("el", "greek"),
        ("sr-latn", "serbian"),
        ("pl", "simple"),
        ("zh-hans", "simple"),
        ("uk", "simple"),
    ],
)
def test_a_language_has_postgresqls_stemmer_or_none(code: str, configuration: str) -> None:
    assert configuration_of(code) == f"pg_catalog.{configuration}"


@pytest.mark.django_db
def test_every_stemmer_is_known_to_postgresql_and_to_what_marks() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT cfgname FROM pg_ts_config")
        assert {name for (name,) in cursor.fetchall()} >= _STEMMED
    for code in ("hy", "eu", "nb", "yi", "ga", "id"):
        assert further_stem("x", code) == "x"
    assert (further_stem("zgłoszenia", "pl"), further_stem("rechnungen", "de")) == (
        "zgłoszenia",
        "rechnung",
    )


@pytest.mark.usefixtures("german")
def test_days_are_said_as_cldr_says_them() -> None:
    with translation.override("de"):
        assert full_date(date(2026, 3, 8)) == "8. März 2026"
    with translation.override("ru"):
        assert full_date(date(2026, 3, 8)) == "8 марта 2026 г."


@pytest.mark.django_db
@pytest.mark.parametrize("languages", [["German"], ["de", "e"], ["de,en"], ["d e"], ["de\n"]])
def test_the_database_refuses_what_is_no_code(languages: list[str]) -> None:
    make_desk(["en"])
    with pytest.raises((IntegrityError, DataError)), transaction.atomic():
        Desk.objects.update(languages=languages)
    Desk.objects.update(languages=["de", "pt-br", "zh-hans", "sr-latn-rs", "es-419"])
