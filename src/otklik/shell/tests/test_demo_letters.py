"""The demo's letters read well, are clean, and cover all that a desk is asked."""

from random import Random

import pytest

from otklik.core.language import detect
from otklik.core.richtext import clean_html
from otklik.core.text import count_graphemes
from otklik.people.models.contact import canonical_email, read_phone
from otklik.shell.demo.letters import Speaker, voice
from otklik.shell.demo.lexicon import EMPTY, GENDERS, KINDS, LANGUAGES, Language, Piece, lexicon
from otklik.shell.demo.markup import to_html
from otklik.shell.demo.names import Namer, womans_surname
from otklik.shell.demo.plots import CLOSED, MESSAGES, OPEN, Plots
from otklik.shell.demo.worlds import World, worlds
from otklik.tickets.defaults.categories import CATEGORIES
from otklik.tickets.defaults.types import TYPES

LEAVES = {leaf.key for branch in CATEGORIES for leaf in branch.children}
each_language = pytest.mark.parametrize("language", LANGUAGES)


def some_worlds(language: Language) -> list[World]:
    chosen = worlds(language)[::300]
    return [world | {"name": "Ada", "agent": "Ada", "isodate": "2026-01-31"} for world in chosen]


def pieces_of(language: Language) -> list[Piece]:
    words = lexicon(language)
    parts = ("openings", "questions", "details", "notes", "solutions")
    own = [piece for one in words.scenarios for part in parts for piece in getattr(one, part)]
    said = [piece for some in voice(language).said.values() for piece in some]
    return [*own, *said]


@each_language
def test_sixty_scenarios_cover_all_types_and_categories(language: Language) -> None:
    scenarios = lexicon(language).scenarios

    assert len(scenarios) == 60
    assert {one.kind for one in scenarios} == set(KINDS) == {kind.key for kind in TYPES}
    assert {one.category for one in scenarios} == LEAVES
    assert {one.priority for one in scenarios} == {1, 2, 3, 4, 5}


@each_language
def test_every_subject_fits_and_has_no_empty_slot(language: Language) -> None:
    for world in some_worlds(language):
        for scenario in lexicon(language).scenarios:
            for both in scenario.subjects:
                for subject in both:
                    said = subject.format_map(world)
                    assert count_graphemes(said) <= 100, said
                    assert not {"{", "}", "|"} & set(said), said


@each_language
def test_every_piece_is_clean_as_a_composer_makes_it(language: Language) -> None:
    for world in some_worlds(language)[:2]:
        for piece in pieces_of(language):
            for gender in GENDERS:
                html = piece.html[gender].format_map(world)
                assert clean_html(html) == html


@each_language
def test_openings_are_recognized_as_their_language(language: Language) -> None:
    world = some_worlds(language)[0]
    texts = [
        piece.text[0].format_map(world)
        for scenario in lexicon(language).scenarios
        for piece in scenario.openings
    ]

    wrong = [text for text in texts if detect(text) != language]

    assert len(wrong) <= 0.08 * len(texts), wrong


def test_the_speaker_chooses_the_endings_and_a_day_begins_with_a_capital() -> None:
    piece = Piece.of("{since_day} не работает. Проверил{|а} {on_day}, ошиб{ся|лась}.")

    assert piece.html == (
        "<p>{Since_day} не работает. Проверил {on_day}, ошибся.</p>",
        "<p>{Since_day} не работает. Проверила {on_day}, ошиблась.</p>",
    )


def test_the_plain_notation_becomes_the_composers_html() -> None:
    text = (
        "Hello **Ada**,\n\n- `a < b`\n- c\n\n1. d\n2. e\n\n> quoted\n\n"
        "```\nx\n  y\n```\n\nBye\n[Cy](https://c.example)"
    )

    assert to_html(text) == (
        "<p>Hello <strong>Ada</strong>,</p><ul><li><code>a &lt; b</code></li><li>c</li></ul>"
        "<ol><li>d</li><li>e</li></ol><blockquote><p>quoted</p></blockquote>"
        "<pre><code>x\n  y</code></pre><p>Bye<br>"
        '<a href="https://c.example">Cy</a></p>'
    )


@pytest.mark.parametrize(
    ("mans", "womans"),
    [
        ("Голубев", "Голубева"),
        ("Лебединский", "Лебединская"),
        ("Трубецкой", "Трубецкая"),
        ("Карпенко", "Карпенко"),
        ("Рилски", "Рилска"),
        ("Ильин", "Ильина"),
    ],
)
def test_surnames_of_women_have_their_own_form(mans: str, womans: str) -> None:
    assert womans_surname(mans) == womans


@each_language
def test_people_have_addresses_and_telephones_as_the_desk_keeps_them(language: Language) -> None:
    namer, random = Namer(language), Random(5)

    for number in range(300):
        person = namer.someone(random)
        address = f"{person.latin_name}.{number}@{namer.company(number)[1]}"
        assert canonical_email(address) == address
        assert len(read_phone(namer.phone(number)).forms) == 2
    assert len({namer.phone(number) for number in range(60_000)}) == 60_000
    assert len({namer.company(number)[0] for number in range(2_000)}) == 2_000


def test_the_same_seed_writes_the_same_letter() -> None:
    ada = Speaker("Ada", "Ada Klimova", 1)
    piece = lexicon("en").scenarios[0].openings[0]

    letters = [
        voice("en").opening(Random(seed), piece, ada, some_worlds("en")[3]) for seed in (1, 1)
    ]

    assert letters[0] == letters[1]
    assert "Ada Klimova" in letters[0].html


@pytest.mark.parametrize(("plots", "mean"), [(CLOSED, 3.1), (OPEN, 1.75)])
def test_a_ticket_has_three_messages_on_the_average(plots: Plots, mean: float) -> None:
    random = Random(3)

    lengths = [plots.choose(random).messages for _ in range(5_000)]

    assert sum(lengths) / len(lengths) == pytest.approx(mean, abs=0.15)
    for plot in plots.plots:
        assert plot.messages == 1 + sum(step in MESSAGES for step in plot.steps)


@each_language
def test_each_opening_has_its_subject_and_its_own_answers(language: Language) -> None:
    for scenario in lexicon(language).scenarios:
        assert len(scenario.openings) == 2, scenario.key
        assert scenario.subject(0, 0) != scenario.subject(1, 0)
        if EMPTY not in scenario.questions:
            assert len(scenario.questions) in (len(scenario.details), 0), scenario.key
