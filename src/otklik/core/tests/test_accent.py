"""Whatever hue a desk chooses, its words stay readable, in light and in dark (WCAG 2.2 AA)."""

import math
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from otklik.core import accent

TOKENS = Path(accent.__file__).parent / "static" / "otklik" / "css" / "tokens.css"
SURFACES = ("floor", "sheet", "raised", "well", "hover")
WORDS, SHAPES = 4.5, 3.0  # SC 1.4.3 and 1.4.11
PAIRS = [
    *((f, s, WORDS) for f in ("accent", "accent-press") for s in (*SURFACES, "accent-soft")),
    *((ink, "accent-soft", WORDS) for ink in ("ink", "ink-2", "ink-3")),
    ("on-accent", "accent", WORDS),
    ("on-accent", "accent-press", WORDS),
    *(("focus", s, SHAPES) for s in SURFACES),
]
PART = re.compile(r"calc\((?:[^()]|\([^()]*\))*\)|var\([^)]*\)|[\d.]+")
Colour = tuple[float, float, float]


def linear_rgb(colour: Colour) -> Iterator[float]:
    """Turn oklch to linear sRGB, cut to what a screen shows (bottosson.github.io/posts/oklab)."""
    light, chroma, hue = colour
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    for row in (
        (4.0767416621, -3.3077115913, 0.2309699292),
        (-1.2684380046, 2.6097574011, -0.3413193965),
        (-0.0041960863, -0.7034186147, 1.7076147010),
    ):
        value = row[0] * long + row[1] * middle + row[2] * short
        yield min(1.0, max(0.0, value))


def luminance(colour: Colour) -> float:
    red, green, blue = linear_rgb(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Colour, other: Colour) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def number(text: str, hue: int, chroma: float) -> float:
    """Work out `0.085`, `var(--desk-hue)` or `calc(a * b)` and `calc(a + b)` of them."""
    text = text.replace("var(--desk-hue)", str(hue)).replace("var(--desk-chroma)", str(chroma))
    if not (sum_of := re.fullmatch(r"calc\((\S+) ([*+]) (\S+)\)", text)):
        return float(text)
    one, sign, other = sum_of.groups()
    return float(one) * float(other) if sign == "*" else float(one) + float(other)


def colour(name: str, theme: str, hue: int) -> Colour:
    css = TOKENS.read_text(encoding="utf-8")
    said = re.search(rf"--{name}: light-dark\(oklch\((.+?)\), oklch\((.+?)\)\);", css)
    chroma = re.search(r"--desk-chroma: ([\d.]+);", css)
    assert said, name
    assert chroma
    parts = PART.findall(said.group(2 if theme == "dark" else 1))
    light, strength, angle = (number(part, hue, float(chroma.group(1))) for part in parts)
    return light, strength, angle


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_every_hue_is_readable(front: str, back: str, least: float, theme: str) -> None:
    worst = min(
        (contrast(colour(front, theme, hue), colour(back, theme, hue)), hue)
        for hue in range(0, 360, 4)
    )

    assert worst[0] >= least, worst


def test_the_measure_knows_what_is_unreadable() -> None:
    assert contrast((1, 0, 0), (0, 0, 0)) == pytest.approx(21)
    assert contrast((0.75, 0.085, 212), colour("sheet", "light", 212)) < WORDS


@pytest.mark.django_db
def test_the_sheet_of_a_hue_is_kept_for_ever_and_asks_nobody(client: Client) -> None:
    with CaptureQueriesContext(connection) as asked:
        answer = client.get("/desk.css?hue=140")

    assert (answer.status_code, answer.content) == (200, b":root{--desk-hue:140}\n")
    assert answer["Content-Type"] == "text/css; charset=utf-8"
    assert "immutable" in answer["Cache-Control"]
    assert "Cookie" not in answer.get("Vary", "")
    assert not answer.cookies
    assert len(asked) == 0


@pytest.mark.django_db
@pytest.mark.parametrize("hue", ["", "360", "-1", "007", "1;}", "١", "212}body{", "1e2"])
def test_what_is_no_hue_is_no_sheet(client: Client, hue: str) -> None:
    assert client.get("/desk.css", {"hue": hue}).status_code == 404


def test_the_hue_of_the_sheet_itself_needs_no_other() -> None:
    assert accent.sheet_address(accent.DEFAULT_HUE) == ""
    assert f"--desk-hue: {accent.DEFAULT_HUE};" in TOKENS.read_text(encoding="utf-8")
    assert accent.sheet_address(0) == "/desk.css?hue=0"
