"""Letters put together from pieces: greeting, matter, mood and signature."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import NamedTuple, TypeVar

from otklik.shell.demo.lexicon import Gender, Language, Lexicon, Piece, lexicon
from otklik.shell.demo.worlds import World

T = TypeVar("T")

POLITE, PLAIN, TERSE, ANNOYED = range(4)


class Letter(NamedTuple):
    """What someone wrote: clean HTML, and the same as plain text."""

    html: str
    text: str


@dataclass(frozen=True, slots=True)
class Speaker:
    """Someone who writes; of names that need no escaping."""

    given_name: str
    name: str
    gender: Gender = 0
    temper: int = PLAIN


@dataclass(frozen=True, slots=True)
class Voice:
    """All that people say to each other in one language, ready to be filled in."""

    greetings: tuple[tuple[str, str], ...]
    closings: tuple[tuple[str, str], ...]
    said: dict[str, tuple[Piece, ...]]
    agent_greetings: tuple[tuple[str, str], ...]

    def opening(self, random: Random, piece: Piece, who: Speaker, world: World) -> Letter:
        """Write the customer's first letter."""
        html, text = _filled(piece, who, world)
        temper = who.temper
        if temper == ANNOYED:
            html, text = _joined(html, text, _filled(self._any(random, "annoyed"), who, world))
        if temper == POLITE or random.random() < 0.25:  # noqa: PLR2004  # now and then
            html, text = _joined(html, text, _filled(self._any(random, "hurry"), who, world))
        if temper == TERSE:
            return Letter(html, text)
        greeting = pick(random, self.greetings)[who.gender]
        closing = pick(random, self.closings)[who.gender]
        return Letter(
            f"<p>{greeting}</p>{html}<p>{closing}<br>{who.name}</p>",
            f"{greeting}\n{text}\n{closing}\n{who.name}",
        )

    def customer(self, random: Random, what: Piece | str, who: Speaker, world: World) -> Letter:
        """Write what a customer says later: a piece of the scenario, or any for an occasion."""
        html, text = _filled(self._any(random, what), who, world)
        if who.temper == POLITE:
            greeting = pick(random, self.greetings)[who.gender]
            return Letter(f"<p>{greeting}</p>{html}", f"{greeting}\n{text}")
        return Letter(html, text)

    def agent(
        self, random: Random, what: tuple[Piece | str, Piece | str], who: Speaker, world: World
    ) -> Letter:
        """Write a public reply: what is said, and how it is closed.

        `world["name"]` is the customer's given name.
        """
        html, text = _filled(self._any(random, what[0]), who, world)
        greeting = pick(random, self.agent_greetings)[who.gender].format_map(world)
        ending, last = _filled(self._any(random, what[1]), who, world)
        return Letter(
            f"<p>{greeting}</p>{html}{ending}<p>{who.name}</p>",
            "\n".join(filter(None, (greeting, text, last, who.name))),
        )

    def note(self, random: Random, what: Piece | str, who: Speaker, world: World) -> Letter:
        """Write an internal note."""
        return Letter(*_filled(self._any(random, what), who, world))

    def _any(self, random: Random, what: Piece | str) -> Piece:
        return pick(random, self.said[what]) if isinstance(what, str) else what


@cache
def voice(language: Language) -> Voice:
    """Prepare what is said in a language."""
    words: Lexicon = lexicon(language)
    customer = ("hurry", "annoyed", "pings", "answers", "thanks", "rejections")
    agent = ("closings", "partings", "receipts", "again", "notes", "escalations", "transfers")
    return Voice(
        greetings=words.spoken("customer", "greetings"),
        closings=words.spoken("customer", "closings"),
        said={one: words.pieces("customer", one) for one in customer}
        | {one: words.pieces("agent", one) for one in agent},
        agent_greetings=words.spoken("agent", "greetings"),
    )


def pick(random: Random, options: Sequence[T]) -> T:
    """Choose one; quicker than `random.choice`, for short lists as good."""
    return options[int(random.random() * len(options))]


def _filled(piece: Piece, who: Speaker, world: World) -> tuple[str, str]:
    return piece.html[who.gender].format_map(world), piece.text[who.gender].format_map(world)


def _joined(html: str, text: str, more: tuple[str, str]) -> tuple[str, str]:
    return html + more[0], f"{text}\n{more[1]}"
