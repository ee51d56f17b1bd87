"""Catalogues that an installation adds: one `.po` file a language, checked and compiled at start.

Knows nothing of Django: the settings ask it which languages there are. A file that would break
a page is refused whole, in one line, and the desk goes on without it.
"""

import gettext
import os
import re
import secrets
import shutil
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, PoFileParser
from typing_extensions import override

from otklik.core.codes import PROMISED, code_of, folder_of, locale_of

LARGEST: Final = 4 * 1024 * 1024  # bytes; all texts in one language have some 400 KB
COMPILED: Final = Path("LC_MESSAGES", "django.mo")
MOST_FORMS: Final = 9
"""Forms of a plural: Arabic has the most, six."""
SAMPLE: Final = range(1000)
"""Counts for which a rule of plurals is tried."""
PLACEHOLDER: Final = re.compile(r"%\(\w+\)[a-z]|%(?:\.\d)?[sdf]|\{\w*\}")
_SAFE_RULE: Final = re.compile(r"(?:[n\d\s()=!<>&|?:]|%\s*[1-9])+")
_TAG: Final = re.compile(r"<[^>]*>?")
_SIGN: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f]")


class CatalogueError(Exception):
    """A file that cannot be used, in one line that says why."""


class _FewForms(Catalog):
    """A catalogue that makes no room for a number of forms that no language has."""

    @property
    @override
    def num_plurals(self) -> int:
        number = super().num_plurals
        if number > MOST_FORMS:
            raise CatalogueError(f"wrong Plural-Forms: {number} forms")
        return number


@dataclass(frozen=True)
class Added:
    """What was found: languages, where their compiled texts lie, why files were refused."""

    languages: tuple[str, ...]
    compiled: Path
    refused: tuple[str, ...]


def added_languages(data: Path) -> Added:
    """Find the catalogues of an installation, and compile those that changed. Never raises."""
    compiled = data / "cache" / "languages"
    found: dict[str, Path] = {}
    refused: list[str] = []
    for path in catalogue_files(data):
        try:
            code = code_of_file(path)
            _ensure_only(found.get(code))
            _compile(path, compiled / folder_of(code) / COMPILED)
            found[code] = path
        except CatalogueError as error:
            refused.append(f"languages/{_shown(path.name)} is not used: {error}.")
    _sweep(compiled, {folder_of(code) for code in found})
    return Added(tuple(found), compiled, tuple(refused))


def languages_of(folders: Iterable[Path], added: Iterable[str] = ()) -> tuple[str, ...]:
    """Return every language there is: the promised, then what the apps and the files bring."""
    inside = (path for folder in folders for path in folder.glob("*/LC_MESSAGES"))
    brought = {code_of(path.parent.name) for path in inside} | set(added)
    return (*PROMISED, *sorted(brought - {"", *PROMISED}))


def catalogue_files(data: Path) -> list[Path]:
    """Return what lies where an installation keeps its catalogues, by name."""
    with suppress(OSError):
        return sorted(path for path in (data / "languages").iterdir() if path.suffix == ".po")
    return []


def code_of_file(path: Path) -> str:
    """Return the language of a catalogue. Raises CatalogueError."""
    code = code_of(path.stem)
    if not code:
        raise CatalogueError("its name is no code of a language, such as de.po or pt-BR.po")
    return code


def read_catalogue(path: Path) -> Catalog:
    """Read a catalogue that breaks no page. Raises CatalogueError."""
    catalogue = _parsed(path)
    _ensure_rule(catalogue)
    for message in catalogue:
        if message.id and not message.fuzzy and (why := fault(message, catalogue.num_plurals)):
            raise CatalogueError(f"{why}: {_shown(_ids(message)[0])}")
    return catalogue


def fault(message: Message, plurals: int) -> str:
    """Say what would break a page that shows a translation; "" for a sound or an empty one."""
    ids, words = _ids(message), _strings(message)
    if not any(words):
        return ""
    if len(words) != (plurals if len(ids) > 1 else 1):
        return f"{len(words)} forms instead of {plurals}"
    for word in filter(None, words):
        if why := _word_fault(ids, word):
            return why
    return ""


def _word_fault(ids: list[str], word: str) -> str:
    bare = word.replace("%%", "")
    wanted, given = PLACEHOLDER.findall(ids[-1].replace("%%", "")), PLACEHOLDER.findall(bare)
    if all(_is_named(one) for one in wanted):
        lost = set() if len(ids) > 1 else {*wanted} - {*given}
        wrong = lost | ({*given} - {*wanted})
    else:
        wrong = {*wanted, *given} if wanted != given else set()
    if wrong:
        return f"placeholders {sorted(wrong)}"
    rest = PLACEHOLDER.sub("", bare)
    if "%" in rest or (any("{" in one for one in wanted) and re.search("[{}]", rest)):
        return "a sign that reads as a broken placeholder"
    if {*_TAG.findall(word)} - {tag for one in ids for tag in _TAG.findall(one)}:
        return "markup that the text itself has not"
    if '"' in word and not any('"' in one for one in ids):
        return "a quotation mark that ends an attribute (write typographic ones)"
    return "signs that nobody sees" if _SIGN.search(word) else ""


def _is_named(placeholder: str) -> bool:
    """Tell a placeholder that may stand anywhere from one whose place counts."""
    return placeholder.startswith("%(") or placeholder[1:-1].isidentifier()


def _ensure_only(other: Path | None) -> None:
    if other is not None:
        raise CatalogueError(f"{_shown(other.name)} is there for the same language")


def _ensure_rule(catalogue: Catalog) -> None:
    """Refuse a rule of plurals that could fail, or lead to a form that is not there."""
    if not _is_whole(catalogue.plural_expr, catalogue.num_plurals):
        raise CatalogueError(f"wrong Plural-Forms: {_shown(catalogue.plural_forms)}")


def _is_whole(rule: str, forms: int) -> bool:
    try:
        form = gettext.c2py(rule)  # what gettext itself reads it by
        return bool(_SAFE_RULE.fullmatch(rule)) and all(0 <= form(n) < forms for n in SAMPLE)
    except (ValueError, ArithmeticError, RecursionError):
        return False


def _parsed(path: Path) -> Catalog:
    try:
        if not path.is_file():
            raise CatalogueError("it is not a file")
        if path.stat().st_size > LARGEST:
            raise CatalogueError(f"it has more than {LARGEST} bytes")
        catalogue = _FewForms(locale=locale_of(code_of_file(path)), charset="utf-8")
        PoFileParser(catalogue, abort_invalid=True).parse(BytesIO(path.read_bytes()))
    except OSError as error:
        raise CatalogueError(f"it cannot be read: {error.strerror}") from None
    except (PoFileError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise CatalogueError(f"it is no catalogue: {_shown(str(error))}") from None
    if catalogue.charset.lower() not in {"utf-8", "utf8"}:
        raise CatalogueError(f"it is not written in UTF-8 but in {_shown(catalogue.charset)}")
    return catalogue


def _compile(path: Path, target: Path) -> None:
    """Write what Django reads, unless it was written from this very file."""
    try:
        changed = path.stat().st_mtime_ns
        if target.exists() and target.stat().st_mtime_ns == changed:
            return
        catalogue = read_catalogue(path)
        _leave_out_what_says_nothing(catalogue)
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = target.with_name(f".{secrets.token_hex(4)}")
        with fresh.open("wb") as file:
            write_mo(file, catalogue)
        os.utime(fresh, ns=(changed, changed))
        fresh.replace(target)
    except OSError as error:
        raise CatalogueError(f"{_shown(str(error.filename))}: {error.strerror}") from None
    except ValueError as error:
        raise CatalogueError(f"it cannot be compiled: {_shown(str(error))}") from None


def _leave_out_what_says_nothing(catalogue: Catalog) -> None:
    """Leave it to the next catalogue; an empty plural would be written as the English one."""
    for message in [one for one in catalogue if one.id and not any(_strings(one))]:
        catalogue.delete(message.id, message.context)


def _sweep(compiled: Path, kept: set[str]) -> None:
    """Forget what was compiled from files that are gone, or are refused now."""
    with suppress(OSError):
        for folder in compiled.iterdir():
            if folder.name not in kept:
                shutil.rmtree(folder, ignore_errors=True)


def _ids(message: Message) -> list[str]:
    return list(message.id) if isinstance(message.id, list | tuple) else [message.id]


def _strings(message: Message) -> list[str]:
    said = message.string
    return [one or "" for one in said] if isinstance(said, list | tuple) else [said or ""]


def _shown(text: str) -> str:
    """Put what stands in a file on one line of a console, whatever signs it holds."""
    line = " ".join(text.split())[:120]
    return "".join(sign if sign.isprintable() else "?" for sign in line)
