"""The check that keeps every language complete."""

from pathlib import Path

import pytest

from otklik.config import messages

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
