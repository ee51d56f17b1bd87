import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from otklik.core import clock
from otklik.core.context import desk_mark, forget
from otklik.core.models import Desk
from otklik.core.secrecy import Unreadable, derived_key, hide, reveal

WORDS = st.text(st.characters(exclude_categories=["Cs"]))


@given(words=WORDS)
def test_what_is_hidden_can_be_read_again_and_never_looks_twice_the_same(words: str) -> None:
    first, second = hide(words, "a test"), hide(words, "a test")

    assert reveal(first, "a test") == reveal(memoryview(second), "a test") == words
    assert first != second


@given(words=WORDS.filter(lambda text: len(text) > 3))
def test_the_words_do_not_stand_in_what_is_kept(words: str) -> None:
    assert words.encode() not in hide(words, "a test")


def test_every_changed_bit_is_found() -> None:
    hidden = hide("a password", "a test")
    for place in range(len(hidden) * 8):
        changed = bytearray(hidden)
        changed[place // 8] ^= 1 << place % 8
        with pytest.raises(Unreadable):
            reveal(bytes(changed), "a test")
    for end in range(len(hidden)):
        with pytest.raises(Unreadable):
            reveal(hidden[:end], "a test")


def test_another_purpose_or_another_desk_reads_nothing(settings: Settings) -> None:
    hidden = hide("a password", "a test")
    with pytest.raises(Unreadable):
        reveal(hidden, "another test")
    settings.SECRET_KEY = "the key of another desk, forty letters"
    with pytest.raises(Unreadable):
        reveal(hidden, "a test")


def test_keys_differ_by_purpose_and_stay(settings: Settings) -> None:
    assert derived_key("one") == derived_key("one") != derived_key("two")
    before = derived_key("one")
    settings.SECRET_KEY = "the key of another desk, forty letters"
    assert derived_key("one") != before


def test_a_desk_has_a_mark_of_its_own_that_stays(db: None) -> None:
    assert desk_mark() == ""
    made = Desk.objects.create(pk=1, company="Meridian", languages=["en"], created_at=clock.now())

    assert desk_mark() == made.mark.hex
    Desk.objects.filter(pk=1).update(company="Another name")
    forget()
    assert desk_mark() == made.mark.hex
