"""The texts of the product in its other languages: `python -m otklik.config.messages VERB`.

update   brings every .po in line with the texts in the code; new ones wait for their words
compile  makes the .mo files, which are never committed
check    fails on what is missing, fuzzy, left over, or loses a placeholder
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PACKAGE: Final = Path(__file__).resolve().parent.parent
LANGUAGES: Final = ("ru", "bg")
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
PLACEHOLDER: Final = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}")


def main(verb: str) -> int:
    match verb:
        case "update":
            return update()
        case "compile":
            return compile_changed()
        case "check":
            return check()
        case _:
            print(__doc__, file=sys.stderr)  # noqa: T201 - the command's voice
            return 2


def update() -> int:
    for app in _apps():
        template = extract(app)
        for language in LANGUAGES:
            path = _path(app, language)
            catalog = _read(path, language)
            catalog.update(template, no_fuzzy_matching=True)
            if len(catalog) or path.exists():
                _write(path, catalog)
    return 0


def compile_changed() -> int:
    for app in _apps():
        for language in LANGUAGES:
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
    for line in found:
        print(line, file=sys.stderr)  # noqa: T201 - the command's voice
    return 1 if found else 0


def faults(app: Path, language: str) -> Iterator[str]:
    """Name each text of the app that a speaker of the language would not read rightly."""
    path = _path(app, language)
    said = _read(path, language)
    template = extract(app)
    for message in template:
        if not message.id:
            continue
        here = said.get(_first(message), message.context)
        word = _fault(message, here, said.num_plurals)
        if word:
            yield f"{path.relative_to(PACKAGE)}: {word}: {_first(message)!r}"
    for message in [*said, *said.obsolete.values()]:
        if message.id and template.get(_first(message), message.context) is None:
            yield f"{path.relative_to(PACKAGE)}: no longer in the code: {_first(message)!r}"


def extract(app: Path) -> Catalog:
    """Collect the texts of one app's code and templates."""
    catalog = Catalog(charset="utf-8")
    rows = extract_from_dir(
        app, method_map=METHODS, options_map=JINJA, keywords=KEYWORDS, comment_tags=("L10n:",)
    )
    for _file, _line, texts, comments, context in rows:
        catalog.add(texts, auto_comments=comments, context=context)
    return catalog


def _fault(message: Message, here: Message | None, plurals: int) -> str | None:
    if here is None:
        return "missing"
    words = list(here.string) if isinstance(here.string, list | tuple) else [here.string]
    ids = list(message.id) if isinstance(message.id, list | tuple) else [message.id]
    if not all(words) or len(words) != (plurals if len(ids) > 1 else 1):
        return "missing"
    if here.fuzzy:
        return "fuzzy"
    wanted = set(PLACEHOLDER.findall(ids[-1]))
    for word in words:
        given = set(PLACEHOLDER.findall(word or ""))
        if given - wanted or (len(ids) == 1 and wanted - given):
            return f"placeholders {sorted(wanted ^ given)}"
    return None


def _first(message: Message) -> str:
    return message.id[0] if isinstance(message.id, list | tuple) else message.id


def _apps() -> list[Path]:
    return [path for path in sorted(PACKAGE.iterdir()) if (path / "apps.py").exists()]


def _path(app: Path, language: str) -> Path:
    return app / "locale" / language / "LC_MESSAGES" / "django.po"


def _read(path: Path, language: str) -> Catalog:
    if not path.exists():
        return Catalog(locale=language, charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language, charset="utf-8")


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


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) == 2 else ""))  # noqa: PLR2004
