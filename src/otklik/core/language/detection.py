"""Which language a text is in: of our own by letters first, by small words then.

A language that translation files added is told by what only its catalogue says.
"""

import re
from typing import Final

from otklik.core.language.telling import told_by
from otklik.core.language.words import is_cyrillic, words
from otklik.core.spoken import further_languages

_READ: Final = 2000  # characters that decide
_RUSSIAN_LETTERS = re.compile("[ыэё]|ь(?!о)", re.IGNORECASE)
_BULGARIAN_LETTERS = re.compile("ъ[б-джзк-нп-тф-щ]|ъ\\b", re.IGNORECASE)


def _listed(text: str) -> frozenset[str]:
    return frozenset(text.split())


SMALL_WORDS: Final[dict[str, frozenset[str]]] = {
    "en": _listed(
        "the a an and or of to in on at is are was were be been i you we they it he she my "
        "your our this that these those for with from not no can cannot could would please "
        "hello thank thanks have has had do does did how what when why where if but after "
        "before as by"
    ),
    "ru": _listed(
        "и в во не на я что он она они это этот эта с со как по но а то все мы вы мне меня "
        "нас вас вам нам для при уже если или был была было были есть нет также у к от до из "
        "за бы ли же здравствуйте пожалуйста спасибо добрый привет подскажите можно нужно "
        "надо когда где чтобы после перед больше еще только мой моя мои могу хочу прошу ваш "
        "ваша так его ее их без"
    ),
    "bg": _listed(
        "и в във не на аз ти той тя то ние вие те се си са съм сме сте е да за от до по при с "
        "със че ще бе бил била било като това този тази тези кой коя как какво кога къде защо "
        "ми ни ви му го я ги моля здравейте благодаря имам имаме може можем трябва вече още "
        "само след преди няма или ако но а когато който която което които всички мога нужно "
        "без един една"
    ),
}
_RUSSIAN_ONLY: Final = SMALL_WORDS["ru"] - SMALL_WORDS["bg"]
_BULGARIAN_ONLY: Final = SMALL_WORDS["bg"] - SMALL_WORDS["ru"]
_BULGARIAN_ENDINGS: Final = ("ване", "ането", "ният", "ията", "ата", "ите", "ето", "ки", "аме")
_RUSSIAN_ENDINGS: Final = ("ого", "его", "ому", "ние", "ния", "ий", "ой", "ться", "тся", "ют", "ет")
_LETTERS_WEIGH: Final = 3


def detect(text: str) -> str:
    """Guess the language of a text; "" when nothing speaks for one."""
    text = text[:_READ]
    found = words(text)
    own = _own(text, found)
    if not further_languages():
        return own
    small = SMALL_WORDS.get(own, frozenset())
    return told_by(found, sum(word in small for word in found)) or own


def _own(text: str, found: list[str]) -> str:
    cyrillic = sum(map(is_cyrillic, found))
    if cyrillic * 2 >= len(found) and cyrillic:
        return _russian_or_bulgarian(text, found)
    latin = [word for word in found if word.isascii() and word.isalpha()]
    small = sum(word in SMALL_WORDS["en"] for word in latin)
    is_short = len(latin) <= 4 and small > 0  # noqa: PLR2004  # a subject
    return "en" if is_short or (small * 8 >= len(latin) and small > 1) else ""


def _russian_or_bulgarian(text: str, found: list[str]) -> str:
    russian = len(_RUSSIAN_LETTERS.findall(text)) * _LETTERS_WEIGH
    bulgarian = len(_BULGARIAN_LETTERS.findall(text)) * _LETTERS_WEIGH
    for word in found:
        russian += (word in _RUSSIAN_ONLY) * 2 + word.endswith(_RUSSIAN_ENDINGS)
        bulgarian += (word in _BULGARIAN_ONLY) * 2 + word.endswith(_BULGARIAN_ENDINGS)
    if russian == bulgarian:
        return ""
    return "ru" if russian > bulgarian else "bg"
