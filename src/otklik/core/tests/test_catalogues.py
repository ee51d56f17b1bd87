"""Translation files of an installation: found, checked, compiled, and refused in one line."""

import gettext
import os
from itertools import product
from pathlib import Path

import pytest
from django.utils.translation import to_locale
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typing_extensions import override

from otklik.core.catalogues import COMPILED, LARGEST, added_languages, languages_of
from otklik.core.codes import PROMISED, code_of, folder_of, locale_of, named_in
from otklik.core.tests.german import HEADER, catalogue, put

DAYS = '\nmsgid "%d day"\nmsgid_plural "%d days"\n'
RULE = "nplurals=2; plural=(n != 1);"


def refusal(data: Path, name: str = "de.po") -> str:
    """Return why a file is not used, without its name."""
    found = added_languages(data)
    assert found.languages == ()
    (line,) = found.refused
    assert "\n" not in line
    start = f"languages/{name} is not used: "
    assert line.startswith(start)
    return line.removeprefix(start)


def test_a_file_is_a_language(tmp_path: Path) -> None:
    put(tmp_path, "de.po", catalogue({"Save": "Speichern"}))
    put(tmp_path, "pt_BR.po", catalogue({"Save": "Salvar"}))
    put(tmp_path, "notes.txt", "not ours")

    found = added_languages(tmp_path)

    assert (found.languages, found.refused) == (("de", "pt-br"), ())
    assert languages_of([], found.languages) == ("en", "ru", "bg", "de", "pt-br")
    with (found.compiled / "pt_BR" / COMPILED).open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Save") == "Salvar"


def test_without_a_folder_there_is_nothing_more(tmp_path: Path) -> None:
    assert added_languages(tmp_path / "nowhere").languages == ()
    assert languages_of([]) == ("en", "ru", "bg")


def test_what_the_apps_bring_is_found_by_its_folder(tmp_path: Path) -> None:
    (tmp_path / "zh_Hans" / "LC_MESSAGES").mkdir(parents=True)
    (tmp_path / "no language" / "LC_MESSAGES").mkdir(parents=True)

    assert languages_of([tmp_path]) == ("en", "ru", "bg", "zh-hans")


def test_a_file_is_compiled_again_only_when_it_changed(tmp_path: Path) -> None:
    put(tmp_path, "de.po", catalogue({"Save": "Speichern"}))
    made = added_languages(tmp_path).compiled / "de" / COMPILED
    first = made.stat().st_ino
    added_languages(tmp_path)
    assert made.stat().st_ino == first

    put(tmp_path, "de.po", catalogue({"Save": "Sichern"}))
    os.utime(tmp_path / "languages" / "de.po", (0, 0))  # older than what was made
    added_languages(tmp_path)
    assert b"Sichern" in made.read_bytes()


def test_what_was_compiled_goes_with_its_file(tmp_path: Path) -> None:
    put(tmp_path, "de.po", catalogue({"Save": "Speichern"}))
    made = added_languages(tmp_path).compiled / "de"
    assert made.exists()
    (tmp_path / "languages" / "de.po").unlink()

    assert added_languages(tmp_path).languages == ()
    assert not made.exists()


def test_a_file_that_broke_leaves_nothing_of_what_it_was(tmp_path: Path) -> None:
    put(tmp_path, "de.po", catalogue({"%(count)d ticket": "%(count)d Anfrage"}))
    made = added_languages(tmp_path).compiled / "de"
    put(tmp_path, "de.po", catalogue({"%(count)d ticket": "%(anzahl)d Anfrage"}))
    os.utime(tmp_path / "languages" / "de.po", (1, 1))

    assert refusal(tmp_path).startswith("placeholders")
    assert not made.exists()


@pytest.mark.parametrize(
    ("text", "said", "why"),
    [
        ("%(count)d tickets", "%(anzahl)d Anfragen", "placeholders"),
        ("%(count)d tickets", "Anfragen", "placeholders ['%(count)d']"),
        ("%(count)d tickets", "%(count)s Anfragen", "placeholders"),
        ("%s of %d", "%d von %s", "placeholders"),
        ("%.1f MB", "%1f MB", "placeholders"),
        ("{name} left", "{} ging", "placeholders"),
        ("{name} left", "{name} ging}", "a sign that reads as a broken placeholder"),
        ("All of it", "100 %", "a sign that reads as a broken placeholder"),
        ("%(count)d tickets", "%(count)d Anfragen %(", "a sign that reads as a broken"),
        ("Save", "<script>alert(1)</script>", "markup that the text itself has not"),
        ("Save", "Speichern <b", "markup that the text itself has not"),
        ("Save", "Spei\\rchern", "signs that nobody sees"),
        ("%s left", "%%s weg", "placeholders"),
        ("%d day", "%%d Tag", "placeholders"),
        ("%s of %s", "%s%%s", "placeholders"),
        ("%(n)s left", "%%(n)s weg", "placeholders"),
        ("Save", 'x\\" hx-post=\\"/setup/', "a quotation mark that ends an attribute"),
    ],
)
def test_a_translation_that_would_break_a_page_is_refused(
    tmp_path: Path, text: str, said: str, why: str
) -> None:
    put(tmp_path, "de.po", catalogue({text: said}))

    assert refusal(tmp_path).startswith(why)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("%(a)s of %(b)s", "%(b)s, davon %(a)s"),
        ("{a} of {b}", "{b}, davon {a}"),
        ("%s of %d", "%s von %d"),
        ("Read <b>this</b>", "Lies <b>das</b>"),
        ("%(part)s of it", "%(part)s von 100 %%"),
        ("Waiting", ""),
    ],
)
def test_a_sound_translation_is_taken(tmp_path: Path, text: str, said: str) -> None:
    put(tmp_path, "de.po", catalogue({text: said}))

    assert added_languages(tmp_path).refused == ()


def test_one_form_may_leave_out_a_named_count_but_not_a_bare_one(tmp_path: Path) -> None:
    named = DAYS.replace("%d", "%(n)d")
    put(tmp_path, "de.po", f'{HEADER}{named}msgstr[0] "ein Tag"\nmsgstr[1] "%(n)d Tage"\n')
    assert added_languages(tmp_path).languages == ("de",)

    put(tmp_path, "de.po", f'{HEADER}{DAYS}msgstr[0] "ein Tag"\nmsgstr[1] "%d Tage"\n')
    assert refusal(tmp_path).startswith("placeholders ['%d']")


@pytest.mark.parametrize(
    "rule",
    [
        "nplurals=2; plural=(n * 5);",
        "nplurals=900000000; plural=(n != 1);",
        'nplu"\n"rals=900000000; plural=(n != 1);',
        "NPLURALS=5000000; plural=(n != 1);",
        "nplurals=+5000000; plural=(n != 1);",
        "nplurals=5_5000000; plural=(n != 1);",
        "nplurals*0=5000000; plural=(n != 1);",
        "nplurals\\t=5000000; plural=(n != 1);",
        "nplurals=2; plural=n;",
        "nplurals=2; plural=(n % 0);",
        "nplurals=2; plural=(n / (n - 1));",
        "nplurals=2; plural=__import__('os');",
        "nplurals=1; plural=(n != 1);",
        "nplurals=2; plural=((((((;",
        f"nplurals=2; plural={'(' * 500}n{')' * 500};",
    ],
)
def test_a_wrong_rule_of_plurals_is_refused(tmp_path: Path, rule: str) -> None:
    put(tmp_path, "de.po", HEADER.replace(RULE, rule))

    assert refusal(tmp_path).startswith("wrong Plural-Forms")


def test_more_forms_than_the_rule_has_are_refused_and_missing_ones_are_english(
    tmp_path: Path,
) -> None:
    forms = "".join(f'msgstr[{number}] "%d Tage"\n' for number in range(3))
    put(tmp_path, "de.po", HEADER + DAYS + forms)
    assert "more translations than num_plurals" in refusal(tmp_path)

    put(tmp_path, "de.po", f'{HEADER}{DAYS}msgstr[0] "%d Tag"\nmsgstr[1] ""\n')
    found = added_languages(tmp_path)
    with (found.compiled / "de" / COMPILED).open("rb") as file:
        german = gettext.GNUTranslations(file)
    assert [german.ngettext("%d day", "%d days", n) for n in (1, 2)] == ["%d Tag", "%d days"]


@pytest.mark.parametrize("charset", ["ascii", "utf-7", "latin-1", "nonsense"])
def test_a_file_of_other_letters_is_refused(tmp_path: Path, charset: str) -> None:
    said = 'msgid "Save"\nmsgstr "+2AA-"\n\n'
    put(tmp_path, "de.po", said + HEADER.replace("charset=utf-8", f"charset={charset}"))

    assert added_languages(tmp_path).languages == ()


def test_what_a_file_leaves_empty_is_left_to_our_own_words(tmp_path: Path) -> None:
    empty = f'{HEADER}{DAYS}msgstr[0] ""\nmsgstr[1] ""\n\nmsgid "Save"\nmsgstr ""\n'
    put(tmp_path, "de.po", empty)
    found = added_languages(tmp_path)
    with (found.compiled / "de" / COMPILED).open("rb") as file:
        german = gettext.GNUTranslations(file)
    german.add_fallback(Ours())
    assert (german.ngettext("%d day", "%d days", 2), german.gettext("Save")) == ("ours", "ours")


class Ours(gettext.NullTranslations):
    @override
    def gettext(self, _message: str) -> str:
        return "ours"

    @override
    def ngettext(self, _one: str, _more: str, _count: int) -> str:
        return "ours"


@pytest.mark.parametrize(
    "name", ["deutsch.po", "de de.po", "xx.po", "tlh.po", ".po", "de.po.po", "<b>.po", "д.po"]
)
def test_a_name_that_is_no_language_is_refused(tmp_path: Path, name: str) -> None:
    put(tmp_path, name, catalogue({}))

    found = added_languages(tmp_path)
    assert found.languages == ()
    assert all("its name is no code of a language" in line for line in found.refused)


def test_two_files_for_one_language_are_one_too_many(tmp_path: Path) -> None:
    put(tmp_path, "pt-BR.po", catalogue({"Save": "Salvar"}))
    put(tmp_path, "pt_br.po", catalogue({"Save": "Guardar"}))

    found = added_languages(tmp_path)

    assert found.languages == ("pt-br",)
    assert found.refused == (
        "languages/pt_br.po is not used: pt-BR.po is there for the same language.",
    )


def test_what_is_no_file_or_too_large_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "languages" / "de.po"
    place.mkdir(parents=True)
    assert refusal(tmp_path) == "it is not a file."
    place.rmdir()
    os.mkfifo(place)
    assert refusal(tmp_path) == "it is not a file."
    place.unlink()
    place.symlink_to("nowhere")
    assert refusal(tmp_path).endswith("No such file or directory.")
    place.unlink()
    with place.open("wb") as file:
        file.truncate(LARGEST + 1)
    assert refusal(tmp_path) == f"it has more than {LARGEST} bytes."


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    put(tmp_path, "de.po", catalogue({"Save": "Speichern"}))
    (tmp_path / "cache").write_text("in the way")

    assert refusal(tmp_path).endswith("Not a directory.")


def test_an_unsure_translation_is_not_used(tmp_path: Path) -> None:
    put(tmp_path, "de.po", HEADER + '#, fuzzy\nmsgid "%d left"\nmsgstr "%s weg"\n')

    found = added_languages(tmp_path)
    assert found.languages == ("de",)
    with (found.compiled / "de" / COMPILED).open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("%d left") == "%d left"


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.binary(max_size=300), st.integers(0, 400))
def test_no_file_stops_a_desk(tmp_path: Path, junk: bytes, place: int) -> None:
    whole = f'{HEADER}{DAYS}msgstr[0] "%d Tag"\nmsgstr[1] "%d Tage"\n'.encode()
    (tmp_path / "languages").mkdir(exist_ok=True)
    (tmp_path / "languages" / "de.po").write_bytes(whole[:place] + junk + whole[place:])

    found = added_languages(tmp_path)

    assert len(found.languages) + len(found.refused) == 1
    assert all(line.isprintable() for line in found.refused)


@pytest.mark.parametrize(
    ("written", "code", "folder"),
    [
        ("de", "de", "de"),
        ("pt-BR", "pt-br", "pt_BR"),
        ("zh_Hans", "zh-hans", "zh_Hans"),
        ("SR-latn-rs", "sr-latn-rs", "sr_Latn-rs"),
        ("es-419", "es-419", "es_419"),
    ],
)
def test_codes_are_written_in_one_way(written: str, code: str, folder: str) -> None:
    assert (code_of(written), folder_of(code)) == (code, folder)
    assert to_locale(code) == folder  # where Django looks


@pytest.mark.parametrize("name", ["", "d", "german", "de-", "../de", "de\n", "xx", "d e", "e" * 99])
def test_what_is_no_code_is_none(name: str) -> None:
    assert code_of(name) == ""


def test_languages_are_named_as_cldr_names_them() -> None:
    for code, reader in product(PROMISED, repeat=2):
        said = locale_of(code).get_display_name(reader)
        assert said is not None
        assert named_in(code, reader).lower() == said.lower()
    assert [named_in("de", reader) for reader in ("en", "ru", "bg", "de")] == [
        "German",
        "Немецкий",
        "Немски",
        "Deutsch",
    ]
