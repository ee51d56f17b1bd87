"""A maildrop as servers rarely keep it: names given twice or again, and letters too large."""

from collections.abc import Iterator
from itertools import count
from typing import cast

import pytest
from pytest_django.fixtures import Settings
from typing_extensions import override

from otklik.core import clock
from otklik.core.post.pop3 import Dropped, Pop3
from otklik.core.post.trouble import Kind, Trouble
from otklik.core.post.wire import Security, Server
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
        self._leaving.clear()

    def close(self) -> None:
        self._leaving.clear()


class Nameless(Drop):
    @override
    def letters(self) -> list[Dropped]:
        raise Server("pop.desk.example", 995, Security.TLS, "POP3").trouble(Kind.NO_NAMES)

    def numbers(self) -> list[Dropped]:
        return [Dropped(number, "") for number in self.there]


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


def test_what_lay_there_before_is_left_alone(account: Account) -> None:
    account.taken_since = clock.now()
    drop = Drop(("a", letter(1)), ("b", letter(2)))
    visited(account, drop)
    visited(account, drop)
    assert (kept(account), drop.taken) == ([], [])
    came = Drop(("b", letter(2)), ("c", letter(3)), ("a", letter(1)))
    visited(account, came)
    visited(account, came)
    assert (kept(account), came.taken) == ([letter(3)], [2])


def test_what_lay_there_before_is_not_deleted(account: Account) -> None:
    account.taken, account.taken_since = "deleted", clock.now()
    visited(account, Drop(("a", letter(1))))
    drop = Drop(("a", letter(1)), ("b", letter(2)))
    visited(account, drop)
    assert kept(account) == [letter(2)]
    assert drop.there == {1: ("a", letter(1))}


@pytest.mark.parametrize("taken", ["left", "deleted"])
def test_what_lay_there_before_is_taken_once_that_is_wanted(account: Account, taken: str) -> None:
    account.taken, account.taken_since = taken, clock.now()
    drop = Drop(("a", letter(1)))
    visited(account, drop)
    account.taken_since = None
    visited(account, drop)
    visited(account, drop)
    assert (kept(account), drop.taken) == ([letter(1)], [1])


def test_what_came_while_all_was_taken_is_kept_once_old_letters_are_not(account: Account) -> None:
    visited(account, Drop(("a", letter(1))))
    account.taken_since = clock.now()
    visited(account, Drop(("a", letter(1)), ("b", letter(2))))
    assert kept(account) == [letter(1), letter(2)]


def test_a_name_of_before_that_was_gone_may_be_anothers(account: Account) -> None:
    account.taken_since = clock.now()
    visited(account, Drop(("a", letter(1))))
    visited(account, Drop())
    visited(account, Drop(("a", letter(2))))
    assert kept(account) == [letter(2)]


@pytest.mark.parametrize(("taken", "kind"), [("left", Kind.NO_NAMES), ("deleted", Kind.NO_OLD)])
def test_without_names_old_letters_cannot_be_told_from_new(
    account: Account, taken: str, kind: Kind
) -> None:
    account.taken, account.taken_since = taken, clock.now()
    drop = Nameless(("", letter(1)))
    with pytest.raises(Trouble) as raised:
        visited(account, drop)
    assert raised.value.kind is kind
    assert (kept(account), len(drop.there)) == ([], 1)


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
