"""Tickets by the thousand: who asks what, when, and how far it got."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from math import log
from random import Random

from django.db import transaction
from django.utils.translation import override

from otklik.shell.demo.answers import answers
from otklik.shell.demo.filling.copying import (
    NULL,
    array,
    escaped,
    jsonb,
    last_numbers,
    reserve_ids,
    take_numbers,
)
from otklik.shell.demo.filling.crowd import Crowd
from otklik.shell.demo.filling.documents import Shelf
from otklik.shell.demo.filling.ground import Ground
from otklik.shell.demo.filling.lives import DEEDS, Life, Setting
from otklik.shell.demo.filling.moments import DAY, HOUR, by_day, day_of, stamp
from otklik.shell.demo.filling.sheets import Sheets
from otklik.shell.demo.letters import Voice, pick, voice
from otklik.shell.demo.lexicon import KINDS, LANGUAGES, Language, Lexicon, Scenario, lexicon
from otklik.shell.demo.plots import CLOSED, OPEN, WAITS, Plot
from otklik.shell.demo.worlds import World, put_in_time, worlds
from otklik.tickets.selectors.known import known_configuration
from otklik.tickets.selectors.values import said_in_answers

KIND_SHARES = dict(zip(KINDS, (26, 34, 20, 10, 10), strict=True))
LANGUAGE_SHARES = {"en": 30, "ru": 45, "bg": 25}
INNER = frozenset({"equipment", "facility", "hr"})  # asked by the company's own people
SOURCES = ("web",) * 15 + ("form", "form", "form", "api", "phone")
PRIORITY_SHIFTS = (0,) * 14 + (1, 1, 1, -1, -1, -1)
SHARE_WITH_FILES = 0.04
VARIANTS = 4

_SLOT = re.compile(r"\{([a-z_]+)\}")


def _with_slots(text: str) -> str:
    return _SLOT.sub(r"%(\1)s", text.replace("%", "%%"))


@dataclass(frozen=True, slots=True)
class Card:
    """A scenario with what its ticket rows hold, made ready once."""

    scenario: Scenario
    type: int
    category: str
    tags: str
    answers: tuple[tuple[str, tuple[str, str]], ...]
    """JSON as COPY reads it, and what it says to everybody and to colleagues; with %(slots)s."""


@dataclass(frozen=True, slots=True)
class Tongue:
    """All that is needed to write in one language."""

    language: Language
    lexicon: Lexicon
    voice: Voice
    worlds: tuple[World, ...]
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """A ticket before it is written."""

    tongue: Tongue
    card: Card
    plot: Plot
    created: int


@dataclass(frozen=True, slots=True)
class Wave:
    """Tickets that are written in one transaction, and what is set aside for them."""

    drafts: Sequence[Draft]
    ticket: int  # the first key of each table
    message: int
    note: int
    wanted: Counter[str]  # how many numbers under each prefix
    expected: dict[str, int]  # the last number under each prefix that is taken before
    seed: float


def _wave(drafts: Sequence[Draft], expected: dict[str, int], seed: float) -> Wave:
    return Wave(
        drafts=drafts,
        ticket=reserve_ids("tickets_ticket", len(drafts)),
        message=reserve_ids("tickets_message", sum(draft.plot.messages for draft in drafts)),
        note=reserve_ids("tickets_note", sum(draft.plot.notes for draft in drafts)),
        wanted=Counter(draft.card.scenario.department for draft in drafts),
        expected=expected,
        seed=seed,
    )


@dataclass(slots=True)
class Scribe:
    """Writes tickets into the desk, batch after batch."""

    random: Random
    ground: Ground
    crowd: Crowd
    shelf: Shelf
    now: int
    _tongues: tuple[Tongue, ...] = field(init=False)

    def __post_init__(self) -> None:
        made = {language: self._tongue(language) for language in LANGUAGES}
        self._tongues = tuple(
            made[language] for language in LANGUAGES for _ in range(LANGUAGE_SHARES[language])
        )

    def draft(self, created: int, *, is_open: bool) -> Draft:
        random = self.random
        tongue = pick(random, self._tongues)
        plot = (OPEN if is_open else CLOSED).choose(random)
        return Draft(tongue, pick(random, tongue.cards), plot, created)

    def write(self, waves: Iterable[Sequence[Draft]]) -> None:
        """Write each wave in one transaction; the next one's letters are made meanwhile.

        Letters name numbers that are not taken yet. Where somebody else took one of them first,
        the wave is made again.
        """
        expected = last_numbers()
        with ThreadPoolExecutor(1, "demo-letters") as maker:
            ahead: list[tuple[Wave, Future[Sheets]]] = []
            for drafts in waves:
                wave = _wave(drafts, expected, self.random.random())
                expected = dict(Counter(expected) + wave.wanted)
                ahead.append((wave, maker.submit(self._make, wave, wave.expected)))
                if len(ahead) > 1:
                    self._send(maker, *ahead.pop(0))
            for wave, made in ahead:
                self._send(maker, wave, made)

    @transaction.atomic
    def _send(self, maker: Executor, wave: Wave, made: Future[Sheets]) -> None:
        # prefixes in one order, lest two fillers wait for each other
        taken = {one: take_numbers(one, wave.wanted[one]) - 1 for one in sorted(wave.wanted)}
        if any(wave.expected.get(one, 0) != last for one, last in taken.items()):
            made = maker.submit(self._make, wave, taken)
        made.result().send()

    def _make(self, wave: Wave, numbers: dict[str, int]) -> Sheets:
        """Make the lines of a wave whose numbers follow the given ones. Never two at once."""
        numbers, random = dict(numbers), Random(wave.seed)  # noqa: S311  # believable, not secret
        sheets = Sheets(next_message=wave.message, next_note=wave.note)
        settings = {
            tongue.language: Setting(self.ground, random, sheets, tongue.voice, tongue.lexicon)
            for tongue in self._tongues
        }
        for pk, draft in enumerate(wave.drafts, wave.ticket):
            prefix = draft.card.scenario.department
            numbers[prefix] = numbers.get(prefix, 0) + 1
            setting = settings[draft.tongue.language]
            self._write(setting, draft, (pk, f"{prefix}-{numbers[prefix]}"))
        return sheets

    def _write(self, setting: Setting, draft: Draft, key: tuple[int, str]) -> None:
        life = self._life(setting, draft, key)
        message = life.begin()
        for step, moment in zip(
            draft.plot.steps, self._moments(setting.random, draft), strict=True
        ):
            life.now = moment
            DEEDS[step](life)
        random = setting.random
        if random.random() < SHARE_WITH_FILES:
            self.shelf.attach(life, message)
        texts = life.scenario.subject(life.variant, int(random.random() * 4))
        subject = texts[life.asker.speaker.gender].format_map(life.world)
        given, (public, internal) = pick(random, draft.card.answers)
        setting.sheets.tickets.append(self._row(life, draft.card, subject, given % life.world))
        said = "\n".join((*life.said, public % life.world))
        noted = "\n".join((*life.noted, internal % life.world))
        heard = (f"{life.number} {subject}", said, noted)
        setting.sheets.words.add(life.pk, life.language, heard)

    def _tongue(self, language: Language) -> Tongue:
        words = lexicon(language)
        cards = [
            self._card(language, scenario)
            for scenario in words.scenarios
            for _ in range(KIND_SHARES[scenario.kind] // 5)
        ]
        return Tongue(language, words, voice(language), worlds(language), tuple(cards))

    def _card(self, language: Language, scenario: Scenario) -> Card:
        category = self.ground.categories.get(scenario.category)
        kind = self.ground.types[scenario.kind]
        with override(language):
            form = known_configuration().asked_by(kind)
            given = [answers(language, scenario, variant) for variant in range(VARIANTS)]
            said = [said_in_answers(form, one) for one in given]
        return Card(
            scenario=scenario,
            type=kind,
            category=NULL if category is None else str(category),
            tags=array(scenario.tags),
            answers=tuple(
                (_with_slots(jsonb(one)), (_with_slots(public), _with_slots(internal)))
                for one, (public, internal) in zip(given, said, strict=True)
            ),
        )

    def _life(self, setting: Setting, draft: Draft, key: tuple[int, str]) -> Life:
        random, ground, tongue = setting.random, self.ground, draft.tongue
        scenario, language = draft.card.scenario, tongue.language
        askers = (self.crowd.own if scenario.kind in INNER else self.crowd.foreign)[language]
        asker = askers[int(random.random() ** 2 * len(askers))]
        place = ground.places[scenario.department]
        agent = pick(random, place.colleagues.get(language) or place.colleagues[""])
        source = pick(random, SOURCES)
        world = pick(random, tongue.worlds)
        world["name"], world["agent"] = asker.speaker.given_name, agent.speaker.given_name
        day = draft.created // DAY
        world["isodate"] = day_of(day)
        put_in_time(world, language, day, int(random.random() * 108))
        level = min(5, max(1, scenario.priority + pick(random, PRIORITY_SHIFTS)))
        return Life(
            setting=setting,
            pk=key[0],
            number=key[1],
            scenario=scenario,
            world=world,
            place=place,
            level=ground.levels[level],
            asker=asker,
            agent=agent,
            head=pick(random, place.heads),
            created=draft.created,
            language=language,
            source=source,
            creator=agent.pk if source == "phone" else asker.pk,
            variant=int(random.random() * 2),
        )

    def _moments(self, random: Random, draft: Draft) -> list[int]:
        """Return when each step is taken, all before now."""
        moments, moment = [], float(draft.created)
        for step in draft.plot.steps:
            wait = 20 - log(1 - random.random()) * WAITS[step] * HOUR
            moment = by_day(moment + wait, random.random())
            moments.append(moment)
        left = self.now - 30 - draft.created
        if moments and moments[-1] - draft.created > left:
            squeeze = left / (moments[-1] - draft.created)
            moments = [draft.created + (one - draft.created) * squeeze for one in moments]
        return [int(one) for one in moments]

    def _row(self, life: Life, card: Card, subject: str, given: str) -> str:
        stage = life.setting.ground.stages[life.phase]
        assignee = str(life.assignee.pk) if life.assignee else NULL
        created, level = life.created, life.level
        # the first answer's promise stays as it was when the answer came
        return "\t".join(
            (
                *(str(life.pk), life.number, subject, str(card.type), card.category),
                *(str(level.pk), str(life.place.pk), str(life.asker.pk), str(life.creator)),
                *(assignee, assignee, str(stage.pk), life.phase, life.turn, life.source),
                *(life.language, card.tags, given, str(life.version)),
                *(stamp(created), stamp(life.updated), stamp(life.entered)),
                *(stamp(life.replied), stamp(life.resolved), stamp(life.closed)),
                *(stamp(created + level.reply_within), stamp(life.due)),
                stamp(life.escalated),
                NULL if life.escalated_by is None else str(life.escalated_by),
                *(escaped(life.last_words), life.last_author, "ft"[life.has_files]),
                *(str(life.public_version), stamp(life.public_at), "ft"[life.has_files]),
                f"{life.rested} seconds",
            )
        )
