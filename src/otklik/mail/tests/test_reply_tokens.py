import base64
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from otklik.mail import reply_tokens
from otklik.mail.reply_tokens import LENGTH, Kind, Token, make, read

NUMBER = st.integers(0, 2**40 - 1)
KINDS = st.sampled_from(Kind)
LETTERS = "abcdefghijklmnopqrstuvwxyz234567"


@pytest.fixture(autouse=True)
def _a_desk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reply_tokens, "desk_mark", lambda: "0f" * 16)


@given(kind=KINDS, ticket=NUMBER, holder=NUMBER)
def test_a_token_is_read_as_it_was_made_in_any_case_of_letters(
    kind: Kind, ticket: int, holder: int
) -> None:
    token = make(kind, ticket, holder)
    assert len(token) == LENGTH
    assert token.isalnum()
    assert token == token.lower()
    assert read(token) == read(token.upper()) == Token(kind, ticket, holder)


@given(ticket=NUMBER, holder=NUMBER, bit=st.integers(0, 27 * 8 - 1))
def test_any_flipped_bit_takes_its_power(ticket: int, holder: int, bit: int) -> None:
    raw = bytearray(base64.b32decode(make(Kind.REPLY, ticket, holder).upper() + "===="))
    raw[bit // 8] ^= 1 << bit % 8
    assert read(base64.b32encode(raw).decode().rstrip("=")) is None


def test_every_single_letter_changed_takes_its_power() -> None:
    token = make(Kind.REPLY, 17, 4)
    for place, letter in product(range(LENGTH), LETTERS):
        if token[place] != letter:
            assert read(token[:place] + letter + token[place + 1 :]) is None


@given(ticket=NUMBER, cut=st.integers(0, LENGTH - 1), more=st.text(min_size=1, max_size=5))
def test_a_part_and_more_than_all_are_nothing(ticket: int, cut: int, more: str) -> None:
    token = make(Kind.REPLY, ticket, 4)
    assert read(token[:cut]) is None
    assert read(token + more) is None
    assert read(more + token) is None
    assert read(token[: -len(more)] + more) in {None, Token(Kind.REPLY, ticket, 4)}


@given(said=st.text(max_size=60))
def test_anything_else_is_nothing(said: str) -> None:
    assert read(said) is None


@given(first=st.tuples(KINDS, NUMBER, NUMBER), second=st.tuples(KINDS, NUMBER, NUMBER))
def test_the_mac_of_one_is_of_no_use_to_another(
    first: tuple[Kind, int, int], second: tuple[Kind, int, int]
) -> None:
    if first == second:
        return
    one, other = (base64.b32decode(make(*which).upper() + "====") for which in (first, second))
    forged = base64.b32encode(one[:11] + other[11:]).decode().rstrip("=")
    assert read(forged) is None


def test_another_spelling_of_the_last_letter_is_refused() -> None:
    token = make(Kind.REPLY, 17, 4)
    spellings = [token[:-1] + letter for letter in LETTERS]
    assert [one for one in spellings if read(one)] == [token]
    assert read(token + "====") is None
    assert read(token.replace(token[0], "ſ", 1)) is None


def test_another_desk_and_another_key_make_other_tokens(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    token = make(Kind.REPLY, 17, 4)
    monkeypatch.setattr(reply_tokens, "desk_mark", lambda: "f0" * 16)
    assert read(token) is None
    monkeypatch.setattr(reply_tokens, "desk_mark", lambda: "0f" * 16)
    assert read(token) is not None
    settings.SECRET_KEY = "the key of another desk, forty letters"
    assert read(token) is None


def test_a_number_that_does_not_fit_makes_no_token() -> None:
    with pytest.raises(OverflowError):
        make(Kind.REPLY, 2**40, 4)
    with pytest.raises(OverflowError):
        make(Kind.REPLY, 17, -1)
