"""From typed text to terms, in one pass.

    status:new,assigned priority:>=4 -tag:spam "exact words" field.place:"floor 2"

Keys and the values of closed lists are understood in every language of the product.
Whatever is typed, the answer is a Query or a QueryRefused that points at one place.
"""

import re
import unicodedata
from collections.abc import Iterator
from difflib import get_close_matches
from functools import lru_cache
from typing import Final

from django.utils.translation import gettext as _

from otklik.tickets.errors import QueryRefused
from otklik.tickets.selectors.query import vocabulary
from otklik.tickets.selectors.query.terms import (
    COMPARED,
    Filter,
    Key,
    Op,
    Query,
    Span,
    Term,
    Value,
    Words,
)

LONGEST: Final = 500
MOST_TERMS: Final = 40
MOST_VALUES: Final = 50
_LONGEST_GUESS: Final = 30
_NEAREST: Final = 3
_FIELD_KEY: Final = re.compile(r"[\w-]{1,32}", re.ASCII)

# Opening sign → the signs that close it.
QUOTES: Final = {'"': '"', "«": "»", "“": "”“", "„": "“”"}
_BREAKS: Final = re.compile(r"[:<>=]")
OPERATORS: Final = ("<=", ">=", "<", ">", "=")


@lru_cache(maxsize=1024)
def parse(text: str) -> Query:
    """Understand a query. Raises QueryRefused, and nothing else, for any string."""
    if len(text) > LONGEST:
        raise QueryRefused(
            _("The query is too long: at most %(most)d characters fit.") % {"most": LONGEST},
            position=LONGEST,
            length=len(text) - LONGEST,
        )
    terms = tuple(_Reader(text).terms())
    if len(terms) > MOST_TERMS:
        raise _refused(
            terms[MOST_TERMS].span,
            _("The query has too many parts: at most %(most)d.") % {"most": MOST_TERMS},
        )
    return Query(terms, text)


def _refused(span: Span, message: str, nearest: tuple[str, ...] = ()) -> QueryRefused:
    return QueryRefused(message, position=span.start, length=span.length, nearest=nearest)


def nearest(word: str, known: Iterator[str] | list[str]) -> tuple[str, ...]:
    """Return the known words that look most like a mistyped one."""
    by_fold = {vocabulary.fold(one): one for one in known}
    asked = vocabulary.fold(word[:_LONGEST_GUESS])
    found = get_close_matches(asked, by_fold, n=_NEAREST, cutoff=0.6)
    starting = [one for one in by_fold if one.startswith(asked)] if len(asked) > 1 else []
    return tuple(by_fold[one] for one in dict.fromkeys([*found, *starting][:_NEAREST]))


class _Reader:
    """A place in a text that moves forward only."""

    def __init__(self, text: str) -> None:
        # What cannot be kept in the database separates words; lengths stay the same.
        self.text = "".join(
            " " if unicodedata.category(sign) in ("Cc", "Cs") else sign for sign in text
        )
        self.at = 0

    def terms(self) -> Iterator[Term]:
        while self._skip_space():
            yield self._term()

    def _skip_space(self) -> bool:
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1
        return self.at < len(self.text)

    def _peek(self, offset: int = 0) -> str:
        return self.text[self.at + offset : self.at + offset + 1]

    def _since(self, start: int) -> Span:
        return Span(start, self.at - start)

    def _term(self) -> Term:
        start = self.at
        following = self._peek(1)
        is_negated = self._peek() == "-" and bool(following) and not following.isspace()
        if is_negated:
            self.at += 1
        if self._peek() in QUOTES:
            quoted = self._quoted()
            return Words(quoted, is_exact=True, is_negated=is_negated, span=self._since(start))
        return self._filter(start, is_negated=is_negated) or self._word(
            start, is_negated=is_negated
        )

    def _word(self, start: int, *, is_negated: bool) -> Words:
        begin = self.at
        while self._peek() and not self._peek().isspace():
            self.at += 1
        return Words(self.text[begin : self.at], is_negated=is_negated, span=self._since(start))

    def _quoted(self) -> str:
        start = self.at
        closing = QUOTES[self._peek()]
        self.at += 1
        read: list[str] = []
        while sign := self._peek():
            self.at += 1
            if sign == "\\" and self._peek() in ("\\", *closing) and self._peek():
                read.append(self._peek())
                self.at += 1
            elif sign in closing:
                return "".join(read)
            else:
                read.append(sign)
        self.at = start + 1
        raise _refused(self._since(start), _("This quotation is not closed."))

    def _filter(self, start: int, *, is_negated: bool) -> Filter | None:
        """Read `key:values`, if that is what stands here; otherwise stay where we are."""
        begin = self.at
        word = self._key_before_break()
        sign = self._peek(len(word))
        if not word or not sign:
            return None
        name = ""
        head, dot, tail = word.partition(".")
        key = vocabulary.key_of(head if dot else word)
        if key is Key.FIELD:
            name = self._field_name(begin, head, tail)
        elif dot:
            key = None
        if key is None:
            if self._is_plain(word, sign):
                return None
            raise self._unknown_key(Span(begin, len(word)), word)
        self.at += len(word) + (sign == ":")
        values = tuple(self._values(key, Span(begin, len(word))))
        self._check_single(key, values, is_negated=is_negated, span=self._since(start))
        return Filter(key, values, is_negated, name, self._since(start))

    def _key_before_break(self) -> str:
        found = _BREAKS.search(self.text, self.at)
        word = self.text[self.at : found.start()] if found else ""
        return word if all(sign.isalnum() or sign in "_-." for sign in word) else ""

    def _is_plain(self, word: str, sign: str) -> bool:
        """Say whether an unknown word before a sign is just text: 12:30, http://, "RE: …"."""
        after = self._peek(len(word) + 1)
        is_key_like = word[0].isalpha() and "." not in word
        return sign != ":" or not is_key_like or not after or after.isspace() or after in "/\\:"

    def _unknown_key(self, span: Span, word: str) -> QueryRefused:
        return _refused(
            span,
            _("There is no condition “%(word)s”. Put words with a colon into quotes.")
            % {"word": word},
            nearest(word, vocabulary.key_words()),
        )

    def _field_name(self, begin: int, head: str, tail: str) -> str:
        if not _FIELD_KEY.fullmatch(tail):
            raise _refused(
                Span(begin, len(head) + len(tail) + (self._peek(len(head)) == ".")),
                _("Name the field after a dot, like this: %(example)s.")
                % {"example": f"{vocabulary.key_word(Key.FIELD)}.place:2"},
            )
        return tail.lower()

    def _values(self, key: Key, span: Span) -> Iterator[Value]:
        count = 0
        while True:
            value = self._value(key)
            if not value.text:
                raise _refused(
                    Span(span.start, self.at - span.start),
                    _("Write a value right after “%(key)s:”.") % {"key": self.text_of(span)},
                )
            yield value
            count += 1
            if self._peek() != ",":
                return
            if count == MOST_VALUES:
                raise _refused(
                    Span(self.at, 1), _("At most %(most)d values fit.") % {"most": MOST_VALUES}
                )
            self.at += 1

    def text_of(self, span: Span) -> str:
        return self.text[span.start : span.end]

    def _value(self, key: Key) -> Value:
        start = self.at
        op = next((one for one in OPERATORS if self.text.startswith(one, self.at)), "")
        self.at += len(op)
        if self._peek() in QUOTES:
            text = self._quoted()
        else:
            begin = self.at
            while self._peek() and not self._peek().isspace() and self._peek() != ",":
                self.at += 1
            text = self.text[begin : self.at]
        value = Value(text.strip(), Op("" if op == "=" else op), self._since(start))
        if value.op and key not in COMPARED:
            raise _refused(
                Span(start, len(op)),
                _("“%(key)s” cannot be compared; write the value alone.")
                % {"key": vocabulary.key_word(key)},
            )
        if key in vocabulary.PEOPLE:
            return Value(vocabulary.person_of(value.text), value.op, value.span)
        return _closed(key, value) if key in vocabulary.VALUES else value

    def _check_single(
        self, key: Key, values: tuple[Value, ...], *, is_negated: bool, span: Span
    ) -> None:
        if key is Key.SORT and (is_negated or len(values) > 1):
            raise _refused(span, _("There can be one order only."))


def _closed(key: Key, value: Value) -> Value:
    """Turn a word of a closed list into its inner name."""
    if not value.text:
        return value
    name = vocabulary.value_of(key, value.text)
    if name is None:
        raise _refused(
            value.span,
            _("“%(key)s” does not know “%(word)s”. It knows: %(words)s.")
            % {
                "key": vocabulary.key_word(key),
                "word": value.text,
                "words": ", ".join(vocabulary.value_words(key)),
            },
            nearest(value.text, vocabulary.value_words(key)),
        )
    return Value(name, value.op, value.span)


def understood(text: str) -> Query | None:
    """Understand a query, or return None where `parse` would refuse it."""
    try:
        return parse(text)
    except QueryRefused:
        return None
