"""What people type, made fit to keep and to show.

NUL and lone surrogates cannot be kept at all and are refused. Everything else is
mended: other controls go, what could reorder or hide the text around it goes, marks
are kept from piling up, and the rest becomes NFC. Every function takes linear time.
"""

import re
import unicodedata
from typing import Final

import regex
from django.utils.translation import gettext as _

from otklik.core.errors import Invalid

MOST_CODE_POINTS: Final = 16
"""Code points that one grapheme cluster may have on the average, for limits on stored length."""

MOST_FILE_NAME: Final = 200
_MARKS_A_LETTER: Final = 12

_CLUSTER = regex.compile(r"\X")
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
_REFUSED = re.compile("[\x00\ud800-\udfff]")
_CONTROL = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufff9-\ufffb\ufffe\uffff]")
_BREAK = re.compile("\r\n?|[\u0085\u2028\u2029]")
_REORDERING = re.compile("[\u202a-\u202e]")
_REORDERING_IN_LINE = re.compile("[\u202a-\u202e\u2066-\u206f]")
_HIDDEN = re.compile("[\u00ad\u180e\u200b\u2060-\u2064\ufeff]")
_HIDDEN_IN_NAME = re.compile("[\u061c\u200c-\u200f\ufe00-\ufe0f\U000e0000-\U000e01ef]")
_ORDINARY = re.compile(
    "[\\t\\n -~\u00a0-\u00ac\u00ae-\u017f\u0400-\u045f\u2013\u2014\u2018-\u201f\u2026\u2116]*"
)
"""Text that is fit already: no controls, nothing hidden, no marks, all of it NFC."""
_WHITESPACE = re.compile(r"\s+")
_STRAY_JOINER = regex.compile(
    r"(?<![\p{Extended_Pictographic}\p{Emoji_Modifier}\p{M}\U000e007f"
    r"\p{Arabic}\p{Syriac}\p{Mongolian}\p{Devanagari}\p{Bengali}\p{Gurmukhi}\p{Gujarati}\p{Oriya}"
    r"\p{Tamil}\p{Telugu}\p{Kannada}\p{Malayalam}\p{Sinhala}\p{Khmer}\p{Myanmar}])[\u200c\u200d]+"
)
_STRAY_TAG = regex.compile(
    "(?<!\U0001f3f4[\U000e0020-\U000e007e]{0,7})[\U000e0000-\U000e007f]+|\U000e0001"
)
_PILE = regex.compile(rf"(\p{{M}}{{{_MARKS_A_LETTER}}})\p{{M}}+")
_SLASH = re.compile(r"[/\\\u2044\u2215\u29f8\uff0f\uff3c\ufe68]")


def count_graphemes(text: str) -> int:
    """Count what people count: grapheme clusters (UAX #29)."""
    # A run of flags is quadratic in the cluster pattern, so each pair counts as one letter.
    return sum(1 for _cluster in _CLUSTER.finditer(_FLAG.sub("x", text)))


def cut(text: str, graphemes: int, *, ellipsis: str = "…") -> str:
    """Return at most `graphemes` whole clusters, the last being `ellipsis` if something went."""
    window = text[: (graphemes + 1) * MOST_CODE_POINTS]
    ends = [match.end() for match in _CLUSTER.finditer(window)]
    if len(ends) <= graphemes and len(window) == len(text):
        return text
    kept = min(graphemes - 1, len(ends) - 1)
    return text[: ends[kept - 1] if kept else 0].rstrip() + ellipsis


def refuse_unkeepable(text: str) -> str:
    """Return `text` as it is. Raises Invalid for NUL and lone surrogates."""
    if _REFUSED.search(text):
        raise Invalid(_("The text has characters that cannot be kept."))
    return text


def clean_line(text: str) -> str:
    """Return `text` as one line for names, subjects and the like: no breaks, nothing hidden.

    Raises Invalid for NUL and lone surrogates.
    """
    text = _HIDDEN.sub("", _REORDERING_IN_LINE.sub("", _mended(refuse_unkeepable(text))))
    return unicodedata.normalize("NFC", _WHITESPACE.sub(" ", text).strip())


def clean_text(text: str) -> str:
    r"""Return `text` with its lines: breaks are `\n`, tabs stay, isolates stay.

    Overrides and embeddings go; isolates end with their paragraph anyway. Show it inside
    an element with `dir="auto"`. Raises Invalid for NUL and lone surrogates.
    """
    if _ORDINARY.fullmatch(text):
        return text
    return unicodedata.normalize("NFC", _REORDERING.sub("", _mended(refuse_unkeepable(text))))


def mend_text(text: str) -> str:
    """Do as `clean_text` for text that nobody can be asked about: refuse nothing, mark it."""
    return clean_text(_REFUSED.sub("\ufffd", text))


def clean_file_name(name: str) -> str:
    """Return a name to show and to download by; never a path, never empty. Refuses nothing."""
    name = clean_line(_REFUSED.sub("", name))
    name = _HIDDEN_IN_NAME.sub("", _SLASH.split(name)[-1]).strip()
    if not name.strip(". "):
        return "file"
    if len(name) <= MOST_FILE_NAME:
        return name
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) > MOST_FILE_NAME // 10:
        return name[:MOST_FILE_NAME]
    return stem[: MOST_FILE_NAME - len(extension) - 1] + dot + extension


def _mended(text: str) -> str:
    text = _CONTROL.sub("", _BREAK.sub("\n", text))
    # Sorting a long run of marks is quadratic in normalization, so piles go first.
    return str(_STRAY_TAG.sub("", _STRAY_JOINER.sub("", _PILE.sub(r"\1", text))))
