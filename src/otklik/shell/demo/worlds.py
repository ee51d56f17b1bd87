"""What fills the slots of letters: articles, rooms, versions, days, sums; one world a ticket."""

from datetime import UTC, datetime
from functools import cache, lru_cache
from random import Random
from typing import Any

from otklik.shell.demo.lexicon import Language, lexicon
from otklik.shell.demo.names import Namer

World = dict[str, str]
WORLDS = 3_600


def _many_of(start: int, end: int) -> list[int]:
    """Return numbers that take the genitive plural in Russian, to stand before any noun."""
    return [n for n in range(start, end) if n % 10 in (0, 5, 6, 7, 8, 9) or n % 100 in (11, 12)]


SOME, MORE, MANY = _many_of(5, 31), _many_of(31, 100), _many_of(101, 1000)


@cache
def worlds(language: Language) -> tuple[World, ...]:
    """Return the worlds of a language; the same ones in every run."""
    random = Random(f"worlds {language}")  # noqa: S311  # believable, not secret
    namer = Namer(language)
    return tuple(_world(language, namer, random) for _ in range(WORLDS))


def _world(language: Language, namer: Namer, random: Random) -> World:
    values = lexicon(language).values
    pick = random.choice
    release = random.randrange(len(values["versions"]) - 1)
    world = {
        **_numbers(random),
        **_things(values, random),
        "on_day": pick(values["on_day"]),
        "since_day": pick(values["since_day"]),
        "by_day": pick(values["by_day"]),
        "version": values["versions"][release],
        "newer": values["versions"][release + 1],
        "amount": _amount(values, random),
        "person": namer.name(random),
        "login": namer.login(random),
    }
    put_in_time(world, language, 0, 0)
    for day in ("on_day", "since_day", "by_day"):
        world[day.capitalize()] = world[day][0].upper() + world[day][1:]
    return world


def _numbers(random: Random) -> World:
    return {
        "n": str(random.choice(SOME)),
        "m": str(random.choice(MORE)),
        "k": str(random.choice(MANY)),
        "article": f"{random.randint(10, 99)}-{random.randint(100, 999)}",
        "order": str(random.randint(10_000, 99_999)),
        "invoice": f"{random.randint(1, 99_999):010d}",
        "room": f"{random.randint(1, 6)}{random.randint(1, 32):02d}",
        "floor": str(random.randint(2, 6)),
        "time": f"{random.randint(8, 17)}:{random.randrange(0, 60, 5):02d}",
        "ip": f"10.{random.randint(0, 60)}.{random.randint(0, 255)}.{random.randint(2, 254)}",
        "host": f"pc-{random.randint(1, 999):04d}",
        "inv": f"INV-{random.randint(1, 9999):05d}",
    }


def _things(values: dict[str, Any], random: Random) -> World:
    pick = random.choice
    return {
        "report": pick(values["reports"]),
        "warehouse": pick(values["warehouses"]),
        "city": pick(values["cities"]),
        "connector": pick(values["connectors"]),
        "printer": pick(values["printers"]),
        "laptop": pick(values["laptops"]),
        "monitor": pick(values["monitors"]),
        "scanner": pick(values["scanners"]),
        "deskphone": pick(values["deskphones"]),
        "browser": pick(values["browsers"]),
        "server": pick(values["servers"]),
        "error": pick(values["errors"]),
        "file": f"{pick(values['files'])}-{random.randint(101, 1231):04d}.xlsx",
    }


@lru_cache(maxsize=5_000)
def day_in_words(language: Language, day: int) -> str:
    """Say a day, counted since 1970, as one writes it: 14 March."""
    date = datetime.fromtimestamp(day * 86_400, UTC)
    return f"{date.day} {lexicon(language).values['months'][date.month - 1]}"


def put_in_time(world: World, language: Language, day: int, turn: int) -> None:
    """Give a world the dates that fit a day: one lately, one soon; `turn` varies them."""
    world["past"] = day_in_words(language, day - 2 - turn % 9)
    world["date"] = day_in_words(language, day + 3 + turn % 12)


def _amount(values: dict[str, Any], random: Random) -> str:
    whole = f"{random.choice(MANY) * random.choice((1, 1, 4, 12, 30)):,}"
    cents = random.choice(("00", "00", "40", "50", "99"))
    number = whole.replace(",", values["thousands"]) + values["decimal"] + cents
    return str(values["amount"].format(number=number))
