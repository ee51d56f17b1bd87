"""The query language: what is typed, what is understood, what is refused and where."""

import time

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from otklik.tickets.errors import QueryRefused
from otklik.tickets.selectors.query import Key, Query, parse, say, values_of, with_term
from otklik.tickets.selectors.query.terms import Filter, Op, Value, Words
from otklik.tickets.selectors.query.vocabulary import KEYS, VALUES


def one(text: str) -> Filter:
    (term,) = parse(text).terms
    assert isinstance(term, Filter)
    return term


def fault(text: str) -> tuple[str, QueryRefused]:
    with pytest.raises(QueryRefused) as refused:
        parse(text)
    error = refused.value
    return text[error.position : error.position + error.length], error


def test_a_query_is_a_list_of_conditions_and_words() -> None:
    query = parse('status:new,assigned priority:>=4 -tag:spam "exact words" IT-1042 printer')
    assert query.terms == (
        Filter(Key.STATUS, (Value("new"), Value("assigned"))),
        Filter(Key.PRIORITY, (Value("4", Op.AT_LEAST),)),
        Filter(Key.TAG, (Value("spam"),), is_negated=True),
        Words("exact words", is_exact=True),
        Words("IT-1042"),
        Words("printer"),
    )


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("статус:новая", "status:новая"),
        ("исполнитель:я", "assignee:me"),
        ("ход:наш", "turn:ours"),
        ("ход:клиента", "turn:theirs"),
        ("Изпълнител:аз", "assignee:me"),
        ("исполнитель:никто", "assignee:nobody"),
        ("етикет:спешно", "tag:спешно"),
        ("порядок:-срок", "sort:-due"),
        ("Приоритет:>=4", "priority>=4"),
        ("создана:<7д", "created:<7д"),
        ("поле.place:2", "field.place:2"),
    ],
)
def test_russian_and_bulgarian_words_say_the_same(typed: str, same: str) -> None:
    assert parse(typed) == parse(same)


@pytest.mark.parametrize("key", list(Key))
def test_every_key_is_understood_in_every_language(key: Key) -> None:
    value = next(iter(VALUES[key])) if key in VALUES else "x"
    name = ".place" if key is Key.FIELD else ""
    assert {one(f"{word}{name}:{value}").key for word in KEYS[key]} == {key}


def test_values_may_be_quoted_and_hold_commas() -> None:
    assert one('department:"IT, second floor",HR').values == (
        Value("IT, second floor"),
        Value("HR"),
    )
    assert one("отдел:«Кадры и право»").values == (Value("Кадры и право"),)
    assert one(r'tag:"a \"b\" \\ c"').values == (Value(r'a "b" \ c'),)


@pytest.mark.parametrize(
    "text",
    ["12:30", "http://example.com/a?b=c", "RE: printer", "C:\\temp", "a=b", "-", "- a", "x.y:z"],
)
def test_what_merely_looks_like_a_condition_is_words(text: str) -> None:
    assert parse(text).filters == []


@pytest.mark.parametrize(
    ("text", "place", "nearest"),
    [
        ("printer statuss:new", "statuss", ("status",)),
        ("is:opne", "opne", ("open",)),
        ("turn:", "turn:", ()),
        ("tag:a,,b", "tag:a,", ()),
        ('find "this', '"', ()),
        ("department:>IT", ">", ()),
        ("field:x", "field", ()),
        ("sort:due,updated", "sort:due,updated", ()),
        ("-sort:due", "-sort:due", ()),
        ("a " * 41, "a", ()),
    ],
)
def test_a_fault_points_at_its_word(text: str, place: str, nearest: tuple[str, ...]) -> None:
    shown, error = fault(text)
    assert shown == place
    assert error.nearest[: len(nearest)] == nearest


def test_a_fault_speaks_the_language_of_the_person() -> None:
    with override("ru"):
        __, error = fault("исполнител:я")
    assert error.nearest == ("исполнитель",)
    assert "исполнител" in error.message
    assert "There is" not in error.message


def pointed_at(text: str) -> list[tuple[int, int]]:
    """Return where each term stands, or the one fault."""
    try:
        return [(term.span.start, term.span.end) for term in parse(text).terms]
    except QueryRefused as error:
        return [(error.position, error.position + error.length)]


@given(st.text())
def test_any_text_is_understood_or_refused_at_a_place_within_it(text: str) -> None:
    places = pointed_at(text)
    assert all(0 <= start < end <= len(text) for start, end in places)


signs = st.sampled_from([*'ab:,<>="- \\«»', "tag", "is:", "open", "статус", "поле.", "sort:", "д"])


@given(st.lists(signs, max_size=40).map("".join), st.sampled_from(["en", "ru", "bg"]))
def test_what_is_understood_reads_the_same_when_said_again(text: str, language: str) -> None:
    try:
        query = parse(text)
    except QueryRefused:
        return
    with override(language):
        assert parse(say(query)) == query


@given(st.text(max_size=60), st.text(min_size=1, max_size=20))
def test_a_value_set_by_a_menu_is_the_value_read_back(text: str, value: str) -> None:
    try:
        parse(text)
    except QueryRefused:
        return
    kept = "".join(sign for sign in value if sign.isprintable()).strip()
    if kept:
        assert values_of(with_term(text, Key.DEPARTMENT, kept), Key.DEPARTMENT) == (kept,)


def test_menus_change_their_own_condition_only() -> None:
    text = 'status:new "a b" -status:closed tag:x'
    assert with_term(text, Key.STATUS, "pending", "new") == (
        '"a b" -status:closed tag:x status:pending,new'
    )
    assert with_term(text, Key.STATUS) == '"a b" -status:closed tag:x'
    with override("ru"):
        assert with_term("tag:x", Key.TURN, "ours") == "tag:x ход:наш"


def test_a_broken_query_keeps_its_text_when_a_menu_is_used() -> None:
    assert with_term('find "this', Key.TAG, "x") == 'find "this tag:x'


@pytest.mark.parametrize("piece", ['"', "a:", "-", ",", "tag:a,", "«", "is:open ", "\\", "a."])
def test_time_grows_with_the_length_alone(piece: str) -> None:
    text = (piece * 500)[:500]
    start = time.thread_time()
    for _ in range(20):
        pointed_at(text)
    assert time.thread_time() - start < 1


def test_a_longer_text_is_refused_unread() -> None:
    place, error = fault("a" * 10_000)
    assert (error.position, place) == (500, "a" * 9_500)


def test_an_empty_query_asks_nothing() -> None:
    assert parse(" \t") == Query()
