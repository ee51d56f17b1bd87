"""Names and addresses that may be meant to be taken for others (after Unicode's TR 39).

Letters of several alphabets in one word, or a word of one that could be read as Latin.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from otklik.core.letters.letter import Mailbox

_ADDRESS_IN_NAME = re.compile(r"[^\s<>\"'(),;:]{1,64}@[^\s<>\"'(),;:@]{1,250}")
_WORD = re.compile(r"\w{1,100}")
_ALPHABETS: Final = frozenset(
    [
        *("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "GEORGIAN", "LISU"),
        *("GOTHIC", "DESERET", "OSAGE", "HEBREW"),
    ]
)
"""Those that are not written together; Japanese and Korean words may have Latin letters."""
_LIKE_LATIN: Final = frozenset(
    "асеорхуіјѕԁһԛԝӏкмтвнгпѵүҽցґ" + "αβγεζηικμνορτυχωϲϳ" + "օսոհյքցզ" + "ⲟⲣⲥⲭ"
)
"""Small letters of other alphabets that are, or whose capitals are, drawn as Latin ones."""
_LATIN_LIKE_ASCII: Final = frozenset("ıȷɑɡɩʏɪʟɴʀᴀᴄᴅᴇᴊᴋᴍᴏᴘᴛᴜᴠᴡᴢꜱɢɪʜƖǀꞮ")
_FORMS: Final = frozenset(
    ["ооо", "оао", "зао", "пао", "нао", "сао", "нко", "оод", "еоод", "ет", "ао", "тов", "тоо"]
)
"""Forms of companies, which stand beside names in Latin letters."""
_FEWEST: Final = 3


def doubts_about(mailbox: Mailbox) -> list[str]:
    """Return warnings for a name or an address that may be meant to be taken for another."""
    doubts = []
    name = unicodedata.normalize("NFKC", mailbox.name)
    held = {one.lower().strip(".") for one in _ADDRESS_IN_NAME.findall(name)}
    if held - {mailbox.address.lower(), mailbox.key}:
        doubts.append("name-holds-address")
    if _is_confusable_name(mailbox.name):
        doubts.append("confusable-name")
    if _is_confusable_address(mailbox):
        doubts.append("confusable-address")
    return doubts


def _is_confusable_name(name: str) -> bool:
    if name.isascii():
        return False
    words = _WORD.findall(name)
    if any(map(_is_mixed, words)) or not _LATIN_LIKE_ASCII.isdisjoint(name):
        return True
    has_latin = any(word.isascii() and word.isalpha() for word in words)
    return has_latin and any(
        len(word) >= _FEWEST and word.lower() not in _FORMS and _is_disguised(word)
        for word in words
    )


def _is_confusable_address(mailbox: Mailbox) -> bool:
    if mailbox.address.isascii() and "xn--" not in mailbox.key:
        return False
    labels = _labels(mailbox)
    ends_in_latin = labels[-1].isascii()
    return any(
        _is_mixed(label)
        or not _LATIN_LIKE_ASCII.isdisjoint(label)
        or (ends_in_latin and _is_disguised(label))
        for label in labels
    )


def _labels(mailbox: Mailbox) -> list[str]:
    """Return the local part and the labels of the domain, as people would see them."""
    local, _at, domain = mailbox.key.rpartition("@")
    shown = (
        label.encode("ascii").decode("idna") if label.startswith("xn--") else label
        for label in domain.split(".")
    )
    return [local, *shown]


def _is_mixed(word: str) -> bool:
    if word.isascii():
        return False
    return len({_alphabet(one) for one in word if one.isalpha()} & _ALPHABETS) > 1


@lru_cache(maxsize=1024)
def _alphabet(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0]


def _is_disguised(word: str) -> bool:
    """Tell whether a word of another alphabet could be read as one of Latin letters."""
    letters = [one for one in word.lower() if one.isalpha()]
    return bool(letters) and all(one in _LIKE_LATIN for one in letters)
