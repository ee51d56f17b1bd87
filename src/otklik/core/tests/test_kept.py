"""What a process reads once, for all its threads."""

from itertools import count

from otklik.core.kept import Kept, KeptUnder


def is_good(_thing: int) -> bool:
    return True


def test_a_thing_is_read_once_until_it_is_dropped_or_no_longer_good() -> None:
    kept, numbers = Kept[int](), count(1)
    assert kept.last() is None

    assert [kept.get(is_good, lambda: next(numbers)) for _ in range(3)] == [1, 1, 1]
    kept.drop()
    assert (kept.found(is_good), kept.last()) == (None, None)
    assert kept.get(is_good, lambda: next(numbers)) == 2
    assert kept.get(lambda thing: thing > 2, lambda: next(numbers)) == 3
    assert (kept.found(lambda thing: thing > 3), kept.last()) == (None, 3)


def test_what_was_dropped_while_it_was_read_is_kept_for_nobody() -> None:
    kept = Kept[int]()

    def read_as_it_changes() -> int:
        kept.drop()
        return 1

    assert kept.get(is_good, read_as_it_changes) == 1
    assert kept.found(is_good) is None
    assert kept.get(is_good, lambda: 2) == 2


def stamped(stamps: list[str]) -> KeptUnder[int]:
    numbers = count(1)
    return KeptUnder(lambda: stamps[0], lambda: next(numbers))


def test_a_thing_is_kept_for_as_long_as_its_stamp_is_the_same() -> None:
    stamps = ["a"]
    kept = stamped(stamps)
    assert [kept.at("a") for _ in range(3)] == [1, 1, 1]
    stamps[0] = "b"
    assert [kept.at(stamp) for stamp in "bb"] == [2, 2]
    assert kept.at(None) == 3


def test_what_is_read_late_is_not_kept_under_a_stamp_of_before() -> None:
    kept = stamped(["b"])
    assert kept.at("a") == 1
    assert kept.at("b") == 1
    assert kept.at("a") == 2
