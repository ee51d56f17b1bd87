"""The texts of the product in its other languages: `python -m otklik.config.messages VERB`.

start CODE  begins a catalogue of another language in the data folder, to be translated
update      brings every .po in line with the texts in the code; new ones wait for their words
compile     makes the .mo files, which are never committed
check       fails on what is missing, fuzzy, left over, loses a placeholder or is said differently
            by two apps in the languages that the product promises; tells how far every other one is
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from otklik.config.environment import environment
from otklik.core import codes
from otklik.core.catalogues import (
    CatalogueError,
    catalogue_files,
    code_of_file,
    fault,
    languages_of,
    read_catalogue,
)

PACKAGE: Final = Path(__file__).resolve().parent.parent
LANGUAGES: Final = codes.PROMISED[1:]
METHODS: Final = [("**/tests/**", "ignore"), ("**.py", "python"), ("**/templates/**", "jinja2")]
JINJA: Final = {
    "**/templates/**": {"silent": "false", "trimmed": "true", "extensions": "jinja2.ext.do"}
}
KEYWORDS: Final = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
HEADER: Final = """msgid ""
msgstr ""
"Language: {}\\n"
"Plural-Forms: {}\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


def main(verb: str, *words: str) -> int:
    match verb, *words:
        case "start", code:
            return start(code)
        case ("update",):
            return update()
        case ("compile",):
            return compile_changed()
        case ("check",):
            return check()
        case _:
            _say(str(__doc__))
            return 2


def start(name: str) -> int:
    """Begin a catalogue in the data folder; one that is there is only brought up to date."""
    code = codes.code_of(name)
    if not code or code == codes.PROMISED[0]:
        _say(f"{name!r} is no code of a language to translate into, such as de or pt-BR.")
        return 2
    known = {codes.code_of(path.stem): path for path in catalogue_files(environment().data)}
    path = known.get(code) or environment().data / "languages" / f"{code}.po"
    try:
        _update(path, code, whole())
    except CatalogueError as error:
        _say(f"{path}: {error}.")
        return 1
    _say(str(path))
    return 0


def update() -> int:
    for app in _apps():
        template = extract(app)
        for language in languages():
            path = _path(app, language)
            catalog = _read(path, language)
            catalog.update(template, no_fuzzy_matching=True)
            if len(catalog) or path.exists():
                _write(path, catalog)
    for path in catalogue_files(environment().data):
        try:
            _update(path, code_of_file(path), whole())
        except CatalogueError as error:
            _say(f"{path}: {error}.")
    return 0


def compile_changed() -> int:
    for app in _apps():
        for language in languages():
            source = _path(app, language)
            target = source.with_suffix(".mo")
            if not source.exists():
                continue
            if target.exists() and target.stat().st_mtime > source.stat().st_mtime:
                continue
            with target.open("wb") as file:
                write_mo(file, _read(source, language))
    return 0


def check() -> int:
    found = [line for app in _apps() for language in LANGUAGES for line in faults(app, language)]
    found += [line for language in LANGUAGES for line in rivals(language)]
    for language in languages():
        if language not in LANGUAGES:
            found += [line for app in _apps() for line in breaking(app, language)]
            _tell(language, [_read(_path(app, language), language) for app in _apps()])
    for path in catalogue_files(environment().data):
        try:
            _tell(code_of_file(path), [read_catalogue(path)])
        except CatalogueError as error:
            _say(f"{path}: the desk will not use it: {error}.")
    for line in found:
        _say(line)
    return 1 if found else 0


def languages() -> tuple[str, ...]:
    """Return the languages that the apps bring: the promised, and others that were given to us."""
    return languages_of([app / "locale" for app in _apps()])[1:]


def faults(app: Path, language: str) -> Iterator[str]:
    """Name each text of the app that a speaker of the language would not read rightly."""
    path = _path(app, language)
    said = _read(path, language)
    template = extract(app)
    for message in template:
        if not message.id:
            continue
        here = said.get(_first(message), message.context)
        word = _fault(here, said.num_plurals)
        if word:
            yield f"{path.relative_to(PACKAGE)}: {word}: {_first(message)!r}"
    for message in [*said, *said.obsolete.values()]:
        if message.id and template.get(_first(message), message.context) is None:
            yield f"{path.relative_to(PACKAGE)}: no longer in the code: {_first(message)!r}"


def rivals(language: str) -> Iterator[str]:
    """Name each text that apps translate differently: one alone is ever shown."""
    known: dict[tuple[str, str | None], str] = {}
    for app in _apps():
        path = _path(app, language)
        for message in _read(path, language):
            text, words = _first(message), str(message.string)
            if text and known.setdefault((text, message.context), words) != words:
                yield f"{path.relative_to(PACKAGE)}: otherwise in another app: {text!r}"


def breaking(app: Path, language: str) -> Iterator[str]:
    """Name each text of the app that would break a page; what waits for its words does not."""
    path = _path(app, language)
    said = _read(path, language)
    for message in said:
        if message.id and (word := fault(message, said.num_plurals)):
            yield f"{path.relative_to(PACKAGE)}: {word}: {_first(message)!r}"


def extract(app: Path) -> Catalog:
    """Collect the texts of one app's code and templates."""
    catalog = Catalog(charset="utf-8")
    rows = extract_from_dir(
        app, method_map=METHODS, options_map=JINJA, keywords=KEYWORDS, comment_tags=("L10n:",)
    )
    for _file, _line, texts, comments, context in rows:
        catalog.add(texts, auto_comments=comments, context=context)
    return catalog


def whole() -> Catalog:
    """Collect the texts of all apps, as a catalogue of an installation has them."""
    catalog = Catalog(charset="utf-8")
    for app in _apps():
        for message in extract(app):
            if message.id:
                catalog.add(
                    message.id, auto_comments=message.auto_comments, context=message.context
                )
    return catalog


def _tell(language: str, parts: list[Catalog]) -> None:
    """Say how many of the texts are translated."""
    texts = [message for message in whole() if message.id]
    said = sum(any(_is_said(part, message) for part in parts) for message in texts)
    _say(f"{language}: {said} of {len(texts)} texts; the rest are shown in English.")


def _is_said(catalog: Catalog, message: Message) -> bool:
    here = catalog.get(_first(message), message.context)
    return here is not None and not _fault(here, catalog.num_plurals)


def _fault(here: Message | None, plurals: int) -> str:
    if here is None:
        return "missing"
    words = list(here.string) if isinstance(here.string, list | tuple) else [here.string]
    if not all(words):
        return "missing"
    return "fuzzy" if here.fuzzy else fault(here, plurals)


def _first(message: Message) -> str:
    return message.id[0] if isinstance(message.id, list | tuple) else message.id


def _apps() -> list[Path]:
    return [path for path in sorted(PACKAGE.iterdir()) if (path / "apps.py").exists()]


def _path(app: Path, language: str) -> Path:
    return app / "locale" / codes.folder_of(language) / "LC_MESSAGES" / "django.po"


def _read(path: Path, language: str) -> Catalog:
    if not path.exists():
        return Catalog(locale=codes.folder_of(language), charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=codes.folder_of(language), charset="utf-8")


def _update(path: Path, code: str, template: Catalog) -> None:
    """Bring one file of an installation in line. Raises CatalogueError for one that is broken."""
    catalog = read_catalogue(path) if path.exists() else _read(path, code)
    catalog.update(template, no_fuzzy_matching=True)
    _write(path, catalog)


def _write(path: Path, catalog: Catalog) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(HEADER.format(catalog.locale_identifier, catalog.plural_forms).encode())
        write_po(
            file,
            catalog,
            width=98,
            no_location=True,
            omit_header=True,
            sort_output=True,
            ignore_obsolete=True,
        )


def _say(line: str) -> None:
    click.echo(line, err=True)


if __name__ == "__main__":
    sys.exit(main(*(sys.argv[1:] or [""])))
