"""A maildrop as servers rarely keep it: names given twice or again, and letters too large."""

from collections.abc import Iterator
from itertools import count
from typing import cast

import pytest
from pytest_django.fixtures import Settings

from otklik.core.post.pop3 import Dropped, Pop3
from otklik.mail.fetching.account import Account
from otklik.mail.fetching.drop import keep_dropped
from otklik.mail.models import Letter, Mailbox
from otklik.mail.tests.factories import make_mailbox
from otklik.mail.tests.fetching import kept_bytes, letter
from otklik.tickets.tests.desk import DeskAtWork

pytestmark = pytest.mark.django_db(transaction=True)


class Drop:
    """Letters under names; `sizes` are what it says of them, where that is not the truth."""

    def __init__(self, *there: tuple[str, bytes], sizes: dict[int, int] | None = None) -> None:
        self.there = dict(zip(count(1), there, strict=False))
        self._said = sizes
        self._leaving: list[int] = []
        self.taken: list[int] = []

    def letters(self) -> list[Dropped]:
        return [Dropped(number, name) for number, (name, _raw) in self.there.items()]

    def sizes(self) -> dict[int, int]:
        found = {number: len(raw) for number, (_name, raw) in self.there.items()}
        return found if self._said is None else self._said

    def take(self, number: int) -> Iterator[bytes]:
        self.taken.append(number)
        raw = self.there[number][1]
        return (raw[start : start + 1000] for start in range(0, len(raw), 1000))

    def delete(self, number: int) -> None:
        self._leaving.append(number)

    def leave(self) -> None:
        for number in self._leaving:
            del self.there[number]

    def close(self) -> None:
        self._leaving.clear()


@pytest.fixture
def account(open_desk: DeskAtWork) -> Account:
    made = make_mailbox(
        department=open_desk.cast.it, kind="pop3", host="pop.desk.example", port=995
    )
    return Account.of(made)


def visited(account: Account, drop: Drop) -> Mailbox:
    keep_dropped(account, cast("Pop3", drop))
    return Mailbox.objects.get(pk=account.id)


def kept(account: Account) -> list[bytes]:
    return kept_bytes(Mailbox.objects.get(pk=account.id))


def test_two_letters_of_one_name_are_both_kept(account: Account) -> None:
    first = Drop(("a", letter(1)), ("a", letter(2)), ("b", letter(3)))
    visited(account, first)
    assert kept(account) == [letter(1), letter(2), letter(3)]
    second = Drop(("a", letter(2)), ("a", letter(4)), ("b", letter(3)))
    visited(account, second)
    assert kept(account) == [letter(1), letter(2), letter(3), letter(4)]
    assert second.taken == [1, 2]


def test_a_name_that_was_gone_may_be_anothers(account: Account) -> None:
    visited(account, Drop(("a", letter(1)), ("b", letter(2))))
    visited(account, Drop(("b", letter(2))))
    visited(account, Drop(("b", letter(2)), ("a", letter(3))))
    assert kept(account) == [letter(1), letter(2), letter(3)]


def test_only_what_was_kept_in_this_visit_is_deleted(account: Account) -> None:
    account.taken = "deleted"
    visited(account, Drop(("1", letter(1))))
    drop = Drop(("1", letter(2)))  # a server that numbers anew after each deletion
    visited(account, drop)
    assert kept(account) == [letter(1), letter(2)]
    assert drop.there == {}


@pytest.mark.parametrize("taken", ["left", "deleted"])
def test_what_is_too_large_stays_and_others_go_on(
    account: Account, settings: Settings, taken: str
) -> None:
    settings.OTKLIK_LARGEST_LETTER = 5000
    account.taken = taken
    drop = Drop(("a", letter(1)), ("b", b"x" * 5001), ("c", letter(2)))
    mailbox = visited(account, drop)
    assert kept(account) == [letter(1), letter(2)]
    assert (mailbox.too_large, mailbox.waiting, drop.taken) == (1, 0, [1, 3])
    assert 2 in drop.there


@pytest.mark.parametrize("taken", ["left", "deleted"])
def test_what_is_larger_than_it_says_stops_one_visit(
    account: Account, settings: Settings, taken: str
) -> None:
    settings.OTKLIK_LARGEST_LETTER = 5000
    account.taken = taken
    drop = Drop(("a", letter(1)), ("b", b"x" * 100_000), ("c", letter(2)), sizes={})
    assert visited(account, drop).waiting == 1
    mailbox = visited(account, drop)
    assert (mailbox.too_large, mailbox.waiting) == (1, 0)
    assert kept(account) == [letter(1), letter(2)]
    assert list(drop.there) == ([2] if taken == "deleted" else [1, 2, 3])
    assert Letter.objects.count() == 2
