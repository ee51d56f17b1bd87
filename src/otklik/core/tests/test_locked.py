import pytest
from pytest_django.fixtures import Settings

from otklik.core.locked import LockedElsewhere, lock, unlock


def test_a_secret_comes_back_and_cannot_be_read_where_it_is_kept() -> None:
    locked = lock("пароль-1")

    assert unlock(locked) == "пароль-1"
    assert "пароль-1".encode() not in locked


def test_the_same_secret_is_never_kept_the_same_way() -> None:
    assert lock("hunter2") != lock("hunter2")


def test_nothing_is_kept_as_nothing() -> None:
    assert lock("") == b""
    assert unlock(memoryview(b"")) == ""


def test_another_key_of_the_desk_opens_nothing(settings: Settings) -> None:
    locked = lock("hunter2")
    settings.SECRET_KEY = "another-key-of-more-than-thirty-two-characters"

    with pytest.raises(LockedElsewhere):
        unlock(locked)


def test_a_changed_byte_opens_nothing() -> None:
    locked = bytearray(lock("hunter2"))
    locked[20] ^= 1

    with pytest.raises(LockedElsewhere):
        unlock(bytes(locked))
