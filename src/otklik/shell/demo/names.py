"""Believable people and companies in three languages."""

from dataclasses import dataclass, field
from random import Random
from typing import Any

from otklik.shell.demo.lexicon import GENDERS, Gender, Language, lexicon

WOMANS_ENDINGS = (
    ("ский", "ская"),
    ("цкой", "цкая"),
    ("ски", "ска"),
    ("ов", "ова"),
    ("ев", "ева"),
    ("ёв", "ёва"),
    ("ин", "ина"),
)
LATIN = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z",
    "и": "i", "й": "y", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r",
    "с": "s", "т": "t", "у": "u", "ф": "f", "х": "h", "ц": "ts", "ч": "ch", "ш": "sh",
    "щ": "sht", "ъ": "a", "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Someone:
    """A person of the demo, before they are a row."""

    language: Language
    gender: Gender
    surname: str
    given_name: str
    patronymic: str = ""
    position: str = ""
    office: str = ""
    time_zone: str = "UTC"

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.surname}"

    @property
    def latin_name(self) -> str:
        """Return given name and surname as they stand in an address: maria.todorova."""
        return f"{latin(self.given_name)}.{latin(self.surname)}"


def latin(text: str) -> str:
    """Write Cyrillic and accented letters as an address can hold them."""
    letters = (LATIN.get(letter, letter) for letter in text.lower())
    return "".join(letter for letter in letters if letter.isascii() and letter.isalnum())


def womans_surname(surname: str) -> str:
    """Return the form of a Russian or Bulgarian surname that a woman bears."""
    for mans, womans in WOMANS_ENDINGS:
        if surname.endswith(mans):
            return surname.removesuffix(mans) + womans
    return surname


@dataclass(slots=True)
class Namer:
    """Makes people and companies of one language."""

    language: Language
    _words: dict[str, Any] = field(init=False)
    _surnames: tuple[list[str], list[str]] = field(init=False)

    def __post_init__(self) -> None:
        self._words = lexicon(self.language).people
        men: list[str] = self._words["surnames"]
        inflected = self.language != "en"
        self._surnames = (men, [womans_surname(one) for one in men] if inflected else men)

    def name(self, random: Random) -> str:
        gender = random.choice(GENDERS)
        return f"{self._given(random, gender)} {random.choice(self._surnames[gender])}"

    def login(self, random: Random) -> str:
        given, surname = self.name(random).split(" ", 1)
        return f"{latin(given)[0]}.{latin(surname)}"

    def someone(self, random: Random) -> Someone:
        """Make a person with position and office."""
        gender = random.choice(GENDERS)
        words = self._words
        fathers = words.get("patronymics")
        office = random.choice(words["offices"]).format(
            room=random.randint(101, 632), floor=random.randint(2, 6), n=random.randint(5, 48)
        )
        return Someone(
            language=self.language,
            gender=gender,
            surname=random.choice(self._surnames[gender]),
            given_name=self._given(random, gender),
            patronymic=random.choice(fathers)[gender] if fathers else "",
            position=random.choice(words["positions"]),
            office=office,
            time_zone=random.choice(words["zones"]),
        )

    def company(self, number: int) -> tuple[str, str]:
        """Return the name and mail domain of the company with a number; later ones differ."""
        words = self._words
        firsts, seconds, forms = words["first_parts"], words["second_parts"], words["forms"]
        round_, number = divmod(number, len(firsts) * len(seconds))
        second = seconds[number // len(firsts)]
        first = firsts[(number + 5 * (number // len(firsts))) % len(firsts)]
        if round_:
            second = f"{second} {round_ + 1}"
        name = words["company"].format(
            first=first, second=second, form=forms[(number + round_) % len(forms)]
        )
        return name, f"{latin(first)}-{latin(second)}.{self.language}.example"

    def phone(self, number: int) -> str:
        """Return a telephone in E.164 within the 555 that nobody has; later ones differ."""
        words = self._words
        areas: list[str] = words["areas"]
        area = areas[number % len(areas)]
        last = (number // len(areas) * 7919 + 142) % 10_000
        fives = "5" * (words["national_digits"] - len(area) - 4)
        return f"+{words['dialling']}{area}{fives}{last:04d}"

    def _given(self, random: Random, gender: Gender) -> str:
        names: list[str] = self._words["women" if gender else "men"]
        return random.choice(names)
