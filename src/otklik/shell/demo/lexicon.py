"""The demo's vocabulary: scenarios, phrases, names and values of one language, loaded once."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from otklik.shell.demo.markup import to_html

Language = Literal["en", "ru", "bg"]
Gender = Literal[0, 1]  # 0 a man, 1 a woman: the index of a `{he|she}` ending

LANGUAGES: tuple[Language, ...] = ("en", "ru", "bg")
GENDERS: tuple[Gender, ...] = (0, 1)
KINDS = ("programming", "functional", "equipment", "facility", "hr")
FOLDER = Path(__file__).parent / "words"

_ENDING = re.compile(r"\{([^{}|]*)\|([^{}|]*)\}")
_DAY_AT_START = re.compile(r"(\A|[.!?…] |\n(?:- )?)\{(on_day|since_day|by_day)\}")
_TAG = re.compile(r"<[^>]+>")
_BLOCK_END = re.compile(r"</p>|<br>|</li>|</pre>")


@dataclass(frozen=True, slots=True)
class Piece:
    """A few sentences with slots, as HTML and as plain text, said by a man and by a woman."""

    html: tuple[str, str]
    text: tuple[str, str]

    @classmethod
    def of(cls, source: str) -> "Piece":
        said = [to_html(spoken_by(source, gender)) for gender in GENDERS]
        return cls((said[0], said[1]), (plain(said[0]), plain(said[1])))


EMPTY = Piece(("", ""), ("", ""))


@dataclass(frozen=True, slots=True)
class Scenario:
    """One kind of trouble, from the customer's letter to the solution."""

    key: str
    kind: str
    category: str
    department: str
    priority: int
    tags: tuple[str, ...]
    subjects: tuple[tuple[str, str], ...]
    openings: tuple[Piece, ...]  # each with the question, detail and solution of its place
    questions: tuple[Piece, ...]
    details: tuple[Piece, ...]
    notes: tuple[Piece, ...]
    solutions: tuple[Piece, ...]

    def subject(self, variant: int, turn: int) -> tuple[str, str]:
        """Return a subject for an opening: every second one belongs to the second."""
        fitting = self.subjects[variant % 2 :: 2]
        return fitting[turn % len(fitting)]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All words of one language."""

    language: Language
    scenarios: tuple[Scenario, ...]
    phrases: dict[str, dict[str, tuple[str, ...]]]  # who says them, on which occasion
    people: dict[str, Any]
    values: dict[str, Any]

    def pieces(self, who: str, occasion: str) -> tuple[Piece, ...]:
        return tuple(Piece.of(line) if line else EMPTY for line in self.phrases[who][occasion])

    def spoken(self, who: str, occasion: str) -> tuple[tuple[str, str], ...]:
        """Return bare phrases, each as a man's and as a woman's."""
        return tuple(both(line) for line in self.phrases[who][occasion])


@cache
def lexicon(language: Language) -> Lexicon:
    """Read the words of a language."""
    folder = FOLDER / language
    phrases = _read(folder / "phrases.toml")
    return Lexicon(
        language=language,
        scenarios=tuple(_scenarios(folder)),
        phrases={
            who: {occasion: tuple(lines) for occasion, lines in said.items()}
            for who, said in phrases.items()
        },
        people=_read(folder / "people.toml"),
        values=_read(FOLDER / "values.toml") | _read(folder / "values.toml"),
    )


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _scenarios(folder: Path) -> Iterator[Scenario]:
    for kind in KINDS:
        sheet = _read(folder / f"{kind}.toml")
        for row in sheet["scenario"]:
            yield Scenario(
                key=row["key"],
                kind=kind,
                category=row["category"].replace(".", "-"),
                department=row.get("department", sheet["department"]),
                priority=row["priority"],
                tags=tuple(tag.lower() for tag in row["tags"]),
                subjects=tuple(both(subject) for subject in row["subjects"]),
                **{
                    part: tuple(Piece.of(source) if source else EMPTY for source in row[part])
                    for part in ("openings", "questions", "details", "notes", "solutions")
                },
            )


def both(source: str) -> tuple[str, str]:
    """Say a phrase as a man and as a woman does."""
    return spoken_by(source, 0), spoken_by(source, 1)


def spoken_by(source: str, gender: Gender) -> str:
    """Choose the endings of the speaker, and capitalize a day that begins a sentence."""
    chosen = _ENDING.sub(lambda found: found[gender + 1], source)
    return _DAY_AT_START.sub(lambda found: f"{found[1]}{{{found[2].capitalize()}}}", chosen)


def plain(html: str) -> str:
    """Return the words of HTML made by `to_html`, a line for each paragraph or item."""
    lines = _TAG.sub("", _BLOCK_END.sub("\n", html))
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        lines = lines.replace(entity, character)
    return lines.strip()
