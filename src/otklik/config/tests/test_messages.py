"""The check that keeps every language complete."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from otklik.config import messages
from otklik.config.environment import environment

WORDS = {"Hello %(name)s": "Привет, %(name)s", "Gone": "Ушло"}


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(messages, "PACKAGE", tmp_path)
    folder = tmp_path / "greeting"
    (folder / "templates").mkdir(parents=True)
    (folder / "apps.py").touch()
    (folder / "views.py").write_text('_("Gone")\nngettext("%d day", "%d days", n)\n')
    (folder / "templates" / "page.html").write_text('{{ _("Hello %(name)s", name=x) }}')
    return folder


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Have a data folder of one's own."""
    monkeypatch.setenv("OTKLIK_DATA", str(tmp_path / "data"))
    environment.cache_clear()
    yield tmp_path / "data"
    monkeypatch.undo()
    environment.cache_clear()


def translate(app: Path, changes: dict[str, str]) -> None:
    messages.update()
    for language in messages.LANGUAGES:
        path = app / "locale" / language / "LC_MESSAGES" / "django.po"
        text = path.read_text()
        for words, meaning in (WORDS | changes).items():
            text = text.replace(
                f'msgid "{words}"\nmsgstr ""', f'msgid "{words}"\nmsgstr "{meaning}"'
            )
        for number in range(3):
            text = text.replace(f'msgstr[{number}] ""', f'msgstr[{number}] "%d дн."')
        path.write_text(text)


def test_a_new_text_is_missing_until_it_is_translated(app: Path) -> None:
    messages.update()
    assert messages.check() == 1

    translate(app, {})
    assert list(messages.faults(app, "ru")) == []
    assert messages.check() == 0
    assert messages.compile_changed() == 0
    assert (app / "locale" / "ru" / "LC_MESSAGES" / "django.mo").exists()


def test_a_lost_placeholder_is_found(app: Path) -> None:
    translate(app, {"Hello %(name)s": "Привет"})

    assert ["placeholders" in fault for fault in messages.faults(app, "bg")] == [True]


def test_a_text_that_two_apps_translate_differently_is_found(
    app: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = app.with_name("parting")
    other.mkdir()
    (other / "apps.py").touch()
    (other / "views.py").write_text('_("Gone")\npgettext("of money", "Gone")\n')
    translate(app, {})
    translate(other, {"Gone": "Уехало"})

    assert messages.check() == 1
    said = capsys.readouterr().err
    assert said.count("otherwise in another app: 'Gone'") == len(messages.LANGUAGES)

    for path in other.rglob("django.po"):
        first, alone = path.read_text().split("msgctxt")
        path.write_text(f"{first.replace('Уехало', 'Ушло')}msgctxt{alone}")
    assert messages.check() == 0


def test_a_text_that_left_the_code_is_found_and_dropped_by_update(app: Path) -> None:
    translate(app, {})
    (app / "views.py").write_text('ngettext("%d day", "%d days", n)\n')

    assert ["no longer" in fault for fault in messages.faults(app, "ru")] == [True]
    messages.update()
    assert messages.check() == 0


def test_updating_again_changes_nothing(app: Path) -> None:
    translate(app, {})
    path = app / "locale" / "ru" / "LC_MESSAGES" / "django.po"
    before = path.read_text()

    messages.update()

    assert path.read_text() == before


def test_a_language_of_an_installation_is_begun_translated_and_brought_in_line(
    app: Path, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    translate(app, {})
    assert messages.main("start", "pt_BR") == 0
    path = data / "languages" / "pt-br.po"
    assert capsys.readouterr().err.strip() == str(path)
    assert messages.check() == 0
    assert "pt-br: 0 of 3 texts; the rest are shown in English." in capsys.readouterr().err

    words = path.read_text().replace('msgid "Gone"\nmsgstr ""', 'msgid "Gone"\nmsgstr "Foi"')
    path.write_text(words.replace('msgstr[0] ""', 'msgstr[0] "%d dia"'))
    assert messages.check() == 0
    assert "pt-br: 1 of 3 texts" in capsys.readouterr().err

    with (app / "views.py").open("a") as file:
        file.write('_("New")\n')
    messages.update()
    text = path.read_text()
    assert 'msgid "New"\nmsgstr ""' in text
    assert 'msgid "Gone"\nmsgstr "Foi"' in text
    assert messages.main("start", "pt-BR") == 0
    assert path.read_text() == text


def test_a_broken_file_of_an_installation_is_named_and_left_as_it_is(
    app: Path, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    translate(app, {})
    assert messages.main("start", "de") == 0
    path = data / "languages" / "de.po"
    broken = path.read_text().replace('%(name)s"\nmsgstr ""', '%(name)s"\nmsgstr "%(nom)s"')
    path.write_text(broken)
    (path.parent / "deutsch.po").touch()
    capsys.readouterr()

    assert messages.check() == 0
    assert messages.update() == 0
    assert messages.main("start", "de") == 1

    said = capsys.readouterr().err
    assert said.count("the desk will not use it: placeholders") == 1
    assert said.count("deutsch.po: the desk will not use it: its name") == 1
    assert path.read_text() == broken


@pytest.mark.parametrize("name", ["en", "german", "", "../x"])
def test_what_is_no_language_to_translate_into_is_not_begun(
    app: Path, data: Path, name: str
) -> None:
    assert messages.main("start", name) == 2
    assert not data.exists()


def test_a_language_that_the_apps_were_given_may_be_incomplete_but_not_broken(
    app: Path, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    translate(app, {})
    (app / "locale" / "de" / "LC_MESSAGES").mkdir(parents=True)
    messages.update()
    assert messages.languages() == ("ru", "bg", "de")
    assert messages.check() == 0
    assert "de: 0 of 3 texts" in capsys.readouterr().err

    path = app / "locale" / "de" / "LC_MESSAGES" / "django.po"
    path.write_text(path.read_text().replace('msgstr[0] ""', 'msgstr[0] "%s Tag"'))
    assert messages.check() == 1
    assert "placeholders" in capsys.readouterr().err


def test_another_verb_is_answered_with_how_it_goes() -> None:
    assert messages.main("", "x") == 2
