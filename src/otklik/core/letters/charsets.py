"""Bytes of any charset, named rightly, wrongly or not at all, as text. Never raises.

A named charset is believed unless its text is implausible and another one's is plausible:
letters in Russian and Bulgarian come in three old charsets that are often confused.
"""

import codecs
import re
from encodings import normalize_encoding
from encodings.aliases import aliases
from functools import lru_cache
from typing import Final

from otklik.core.text import mend_text

_OURS: Final = {
    "utf8": "utf-8",
    "utf-8-mac": "utf-8",
    "unicode": "utf-8",
    "unicode-1-1-utf-8": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
    "us-ascii": "ascii",
    "ansi_x3.4-1968": "ascii",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "iso8859-1": "cp1252",
    "iso-8859-8-i": "iso-8859-8",
    "x-user-defined": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "x-sjis": "cp932",
    "iso-2022-jp": "iso-2022-jp-2",
    "big5": "big5hkscs",
    "x-mac-cyrillic": "mac-cyrillic",
    "x-mac-ukrainian": "mac-cyrillic",
    "windows-874": "cp874",
    "dos-866": "cp866",
    "koi8": "koi8-r",
    "koi8r": "koi8-r",
}
_WINDOWS = re.compile(r"(?:x-)?(?:cp|win|windows|microsoft-cp|ms)[-_]?(125\d|8\d\d)")
_OF_BYTES: Final = frozenset(
    {"base64_codec", "bz2_codec", "hex_codec", "quopri_codec", "rot_13", "uu_codec", "zlib_codec"}
    | {"mbcs"}
)
"""Codecs that make no text, and one that only Windows has."""
_KNOWN: Final = frozenset(
    {name for pair in aliases.items() if pair[1] not in _OF_BYTES for name in pair}
    | {
        *("cp720", "cp737", "cp856", "cp874", "cp875", "cp1006", "iso8859_1", "koi8_t", "koi8_u"),
        *("mac_arabic", "mac_croatian", "mac_farsi", "mac_romanian", "palmos", "utf_8_sig"),
    }
)
"""Names as codecs have them: to ask Python for others is to have it look for modules."""
_CYRILLIC: Final = ("cp1251", "koi8-r", "mac-cyrillic", "iso8859-5", "cp866")  # likely ones first
_DOUBTED: Final = frozenset({"ascii", "cp1252", *_CYRILLIC})
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_HIGH_RUN = re.compile(rb"[A-Za-z]{0,2}[\x80-\xff]{1,60}[A-Za-z]?")
_MOST_RUNS: Final = 400
_FEW: Final = 4
"""So many good sequences for each bad one make a text UTF-8 that was cut or mixed."""
_SURE: Final = 0.55
_MARGIN: Final = 0.1
_WEIGHTS: Final = {
    letter: weight
    for letters, weight in (
        ("оаеинтсрв", 1.0),
        ("лкмдпу", 0.9),
        ("языьгбчйъ", 0.7),
        ("хжшюцщ", 0.5),
        ("ёэф№«»—–… ", 0.3),
    )
    for letter in letters
} | {"\u00a0": 0.3}
_WRONG_CASE = re.compile("[а-яё][А-ЯЁ]")
_MIXED = re.compile("[A-Za-z][А-яЁё]|[А-яЁё][A-Za-z]")


@lru_cache(maxsize=256)
def charset_named(name: str) -> str | None:
    """Return Python's name of a charset that a letter names, or None for no charset."""
    name = name.strip(" \t\"'").partition("*")[0].lower()
    if windows := _WINDOWS.fullmatch(name):
        name = f"cp{windows[1]}"
    known = normalize_encoding(_OURS.get(name, name)).replace(".", "_")
    if known not in _KNOWN:
        return None
    found = codecs.lookup(known).name
    return _OURS.get(found, found)


def text_of(raw: bytes, charset: str = "") -> str:
    """Return `raw` as text fit to keep; what no charset explains is U+FFFD."""
    return mend_text(decoded(raw, charset))


def decoded(raw: bytes, charset: str = "") -> str:
    """Return `raw` as text as it is: it may have NUL, controls and other unfit characters."""
    for bom, bom_charset in _BOMS:
        if raw.startswith(bom):
            return raw[len(bom) :].decode(bom_charset, "replace")
    named = charset_named(charset) if charset else None
    if named is not None and named not in _DOUBTED:
        try:
            return raw.decode(named)
        except ValueError:
            if named != "utf-8":
                return raw.decode(named, "replace")
    return _guessed(raw, named if named in _DOUBTED else None)


def _guessed(raw: bytes, named: str | None) -> str:
    """Choose between UTF-8, the named charset and Cyrillic ones by how the text would read."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        broken = raw.decode(errors="replace")
    bad = broken.count("\ufffd")
    if sum(one > "\x7f" for one in broken) - bad >= bad * _FEW:
        return broken
    sample = b" ".join(_HIGH_RUN.findall(raw)[:_MOST_RUNS])
    own = "cp1252" if named in {None, "ascii"} else str(named)
    scores = {one: plausibility(sample.decode(one, "replace")) for one in (own, *_CYRILLIC)}
    best = max(scores, key=lambda one: scores[one])
    sure = scores[best] >= _SURE and scores[best] > scores[own] + _MARGIN
    return raw.decode(best if sure else own, "replace")


def plausibility(text: str) -> float:
    """Tell, 1 at most, how much the characters beyond ASCII read like Russian or Bulgarian."""
    strange = [one for one in text if one > "\x7f"]
    weight = sum(_WEIGHTS.get(one.lower(), -1.0) for one in strange)
    wrong = len(_WRONG_CASE.findall(text)) + len(_MIXED.findall(text))
    return (weight - wrong) / len(strange) if strange else 0.0
