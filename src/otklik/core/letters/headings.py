"""Where quoted history begins: the headings that mail programs put above it.

Each finder takes all lines and the place where a heading may begin, and gives the place after
it, or the same place if there is none. None looks further than a few lines, so that all of
them together take linear time.
"""

from collections.abc import Sequence
from typing import Final

from otklik.core.letters import phrases
from otklik.core.letters.lines import (
    EDGES,
    MOST,
    begins_with_date,
    folded,
    has_address,
    has_date,
    is_blank,
    is_moment,
    is_quote,
    is_rule,
)

_MOST_LINES: Final = 5
_MOST_HEADER_LINES: Final = 24
_FEW_HEADERS: Final = 2
_ENOUGH_HEADERS: Final = 3
_MOST_REST: Final = 40
_KEYS: Final = {
    **dict.fromkeys(phrases.FURTHER, "further"),
    **dict.fromkeys(phrases.TO, "to"),
    **dict.fromkeys(phrases.SUBJECT, "subject"),
    **dict.fromkeys(phrases.DATE, "date"),
    **dict.fromkeys(phrases.FROM, "from"),
}
_OPENERS: Final = tuple(f"{one} " for one in phrases.OPENERS)
_VERB_ENDS: Final = tuple(f" {one}" for one in phrases.WROTE)
_ENDS: Final = ":：-–_* \t\u00a0"
_FEWEST_LETTERS: Final = 4
_FRAMES: Final = frozenset("-–—_=*")
_MOST_KEY: Final = 24
_MOST_POSTED: Final = 80
_MOST_MOMENT_WORDS: Final = 8
_MOST_WORDS: Final = 20


def is_own_mark(line: str, mark: str = "") -> bool:
    """Tell whether our own letters, or those of other desks, end what is answered here."""
    bare = line.strip("> \t*")
    if mark and bare == mark.strip("> \t*"):
        return True
    return len(bare) <= MOST and bare.startswith("##-") and bare.endswith("-##")


def after_separator(lines: Sequence[str], place: int) -> int:
    """Find `-----Original Message-----` and `Begin forwarded message:`."""
    line = lines[place]
    if not _FEWEST_LETTERS < len(line) <= MOST or is_quote(line):
        return place
    bare = folded(line)
    if bare[-1:] != ":" and line.lstrip()[:1] not in _FRAMES:
        return place
    words = _bare_words(bare)
    if words in phrases.BEGINNINGS and (bare[-1:] == ":" or bare[:2] == "--"):
        return place + 1
    is_alone = bare[-1:] == ":" and words in phrases.ORIGINAL | phrases.FORWARDED
    if is_alone and _history_follows(lines, place + 1):
        return place + 1
    is_framed = bare[:2] in {"--", "––", "—-", "__", "=="} or line.lstrip()[:2] in {"__", "**"}
    if is_framed and words.startswith(("forwarded by ", "original message processed by")):
        return place + 1
    return place + (is_framed and words in phrases.ORIGINAL | phrases.FORWARDED)


def passes_on(lines: Sequence[str], place: int) -> bool:
    """Tell whether a separator stands above a letter that was passed on: headers, and a text."""
    words = _bare_words(folded(lines[place]))
    is_named = words in phrases.FORWARDED | phrases.BEGINNINGS or words.startswith("forwarded by ")
    if not is_named or words in phrases.ORIGINAL:
        return False
    start = place + 1
    below = [
        line.lstrip().removeprefix(">").strip() if is_quote(line) else line
        for line in lines[start : start + _MOST_HEADER_LINES + _MOST_LINES]
    ]
    at = next_shown(below, 0)
    end = after_header_block(below, at) if at < len(below) else at
    return end > at and next_shown(below, end, most=len(below)) < len(below)


def _bare_words(bare: str) -> str:
    return bare.strip("-–—_=*#:<>[] ")


def after_header_block(lines: Sequence[str], place: int) -> int:
    """Find `From: … Sent: … To: … Subject: …`, the rule above it included."""
    start = place
    if is_rule(lines[place]):
        start = next_shown(lines, place + 1, most=2)
    elif ":" not in lines[place] and "：" not in lines[place]:
        return place
    kinds: dict[str, str] = {}
    end, at, strange = start, start, 0
    while at < len(lines) and at - start < _MOST_HEADER_LINES:
        kind, value = header(lines[at])
        if kind and kind not in kinds:
            kinds[kind], end, strange = value, at + 1, 0
        elif not is_blank(lines[at]) or not kinds:
            strange += 1
            if not kinds or strange > 1 or (kind and kind != "further"):
                break
        at += 1
    is_in_one_line = start > place and _is_block_in_one_line(kinds)
    return end if _is_block(kinds) or is_in_one_line else place


def header(line: str) -> tuple[str, str]:
    """Return which header a line gives (from, to, date, subject, further) and its value."""
    if len(line) > MOST or not (":" in line or "：" in line) or is_quote(line):
        return "", ""
    bare = folded(line).replace("：", ":")
    key, colon, value = bare.partition(":")
    if not colon or len(key) > _MOST_KEY:
        return "", ""
    return _KEYS.get(key.strip(EDGES), ""), value.strip(EDGES)


def after_wrote(lines: Sequence[str], place: int) -> int:
    """Find `On …, X wrote:`, also over several lines, and dates with a sender and a colon."""
    line = lines[place]
    if not _FEWEST_LETTERS < len(line) <= MOST or is_quote(line) or not _may_open(line):
        return place
    joined = ""
    for at in range(place, min(place + _MOST_LINES, len(lines))):
        if is_quote(lines[at]) and not _is_rest_of_address(lines[at]):
            return place
        if is_blank(lines[at]) and not (joined and has_date(joined)):
            return place
        joined = f"{joined} {folded(lines[at])}".strip()
        if len(joined) > MOST:
            return place
        if not is_blank(lines[at]) and is_wrote(joined, is_quoted=_quote_follows(lines, at + 1)):
            return at + 1
    return place


def is_wrote(joined: str, *, is_quoted: bool) -> bool:
    """Tell whether a folded text is such a heading; `is_quoted`: marked lines follow it."""
    bare = joined.strip("-–—_*• \u00a0")
    words = bare.strip(_ENDS + "<>")
    has_colon = bare[-1:] in {":", "："} or joined[-2:] == "--"
    by, dated = has_address(words), has_date(words)
    if bare.startswith("posted by ") and dated and len(bare) < _MOST_POSTED:
        return True
    if not has_colon:
        is_sender = bare[-1:] == ">" and by
        return dated and begins_with_date(bare) and (is_sender or " gmt+" in bare)
    if _ends_with_verb(words) or _has_verb_before_name(words):
        if is_quoted or " via " in words:
            return True
        begins = bare.startswith(_OPENERS) or begins_with_date(bare)
        return (by or (dated and begins)) and not _is_talk(words)
    if _has_verb_before_moment(words):
        return True
    return dated and (by or is_quoted) and begins_with_date(bare)


def next_shown(lines: Sequence[str], place: int, *, most: int = 3) -> int:
    """Return the place of the next line that is not blank, at most `most` lines on."""
    end = min(place + most, len(lines))
    while place < end and is_blank(lines[place]):
        place += 1
    return place


def _may_open(line: str) -> bool:
    bare = folded(line).strip("-–—•_ ")
    if bare.startswith(_OPENERS) or begins_with_date(bare):
        return True
    words = bare.strip(_ENDS + "<>")
    if bare.startswith("posted by "):
        return True
    if bare[-1:] == ":" and _has_verb_before_moment(words):
        return True
    return _ends_with_verb(words) or (has_address(bare) and _has_verb_before_name(words))


def _ends_with_verb(words: str) -> bool:
    return words.endswith(_VERB_ENDS)


def _has_verb_before_name(words: str) -> bool:
    return words.startswith(_OPENERS) and any(
        f" {one} " in words for one in ("schreef", "schrieb", "skrev", "написал", "написа")
    )


def _has_verb_before_moment(words: str) -> bool:
    """Tell whether "wrote" is followed by a date with an hour and nothing else."""
    for verb in phrases.WROTE_AT:
        _before, found, moment = f" {words}".partition(f" {verb} ")
        if found:
            is_short = len(moment.split()) <= _MOST_MOMENT_WORDS
            return is_short and moment[-2:].isdigit() and ":" in moment and has_date(moment)
    return False


def _is_talk(words: str) -> bool:
    """Tell whether a person says that somebody wrote, in a sentence and without an address."""
    if has_address(words):
        return False
    said = [part for part in words.split(":")[1:] if not part[:1].isdigit()]
    return (
        bool(said)
        or len(words.split()) > _MOST_WORDS
        or not phrases.TALKERS.isdisjoint(words.split()[-2:])
    )


def _is_rest_of_address(line: str) -> bool:
    """Tell the second line of a broken `<address> wrote:` from a quoted line."""
    rest = folded(line.lstrip()[1:])
    return len(rest) < _MOST_REST and rest[-1:] == ":" and _ends_with_verb(f" {rest.strip(_ENDS)}")


def _quote_follows(lines: Sequence[str], place: int) -> bool:
    at = next_shown(lines, place)
    return at < len(lines) and is_quote(lines[at])


def _history_follows(lines: Sequence[str], place: int) -> bool:
    at = next_shown(lines, place)
    return at < len(lines) and (is_quote(lines[at]) or header(lines[at])[0] in {"from", "date"})


def _is_block_in_one_line(kinds: dict[str, str]) -> bool:
    """Tell a sender and a moment on one line, as headers run together under a rule."""
    sender = kinds.get("from", "")
    return has_address(sender) and has_date(sender)


def _is_block(kinds: dict[str, str]) -> bool:
    """Tell headers of a letter from particulars: "From: Moscow, to: Sofia, date: 12.05.2026"."""
    known = kinds.keys() & {"from", "date", "to", "subject"}
    if known.isdisjoint({"from", "date"}):
        return False
    if has_address(" ".join(kinds.values())):
        return len(known) >= _FEW_HEADERS
    if "subject" in known:
        is_sure = has_date(kinds.get("date", ""))
        return len(known) >= (_FEW_HEADERS if is_sure else _ENOUGH_HEADERS)
    return "from" in known and is_moment(kinds.get("date", ""))
