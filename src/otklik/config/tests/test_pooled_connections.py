"""Connections that rest in the pool are taken only while their server is there."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.db import connections
from django.db.utils import OperationalError
from pytest_django import DjangoDbBlocker

from otklik.config.environment import django_database
from otklik.core.postgresql.base import lives


@pytest.fixture(autouse=True)
def own_connections(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Let these tests reach a database of their own; nothing is in it."""
    with django_db_blocker.unblock():
        yield


@contextmanager
def reaching(address: str, *, size: int = 1, seconds: float = 5) -> Iterator[Any]:
    settings = connections["default"].settings_dict | django_database(address)
    settings["OPTIONS"] = settings["OPTIONS"] | {
        "pool": {"min_size": size, "max_size": size, "timeout": seconds}
    }
    connections.settings["pooled"] = settings
    own: Any = connections["pooled"]
    try:
        yield own
    finally:
        own.close()
        own.close_pool()
        del connections["pooled"], connections.settings["pooled"]


@pytest.fixture
def pooled(database_address: str) -> Iterator[Any]:
    with reaching(database_address) as own:
        yield own


def backend(own: Any) -> int:
    with own.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def end(address: str, pids: set[int]) -> None:
    with psycopg.connect(address, autocommit=True) as outside:
        for pid in pids:
            assert outside.execute("SELECT pg_terminate_backend(%s, 5000)", [pid]).fetchone() == (
                True,
            )


def test_a_resting_connection_is_used_again(pooled: Any) -> None:
    first = backend(pooled)
    pooled.close()

    assert backend(pooled) == first


def test_what_the_server_ended_meanwhile_is_not_handed_out(
    pooled: Any, database_address: str
) -> None:
    first = backend(pooled)
    pooled.close()
    end(database_address, {first})

    assert backend(pooled) != first


def test_all_of_them_ended_at_once(database_address: str) -> None:
    with reaching(database_address, size=3) as own:
        own.pool.open(wait=True)
        taken = [own.pool.getconn() for _ in range(3)]
        pids = {one.info.backend_pid for one in taken}
        for one in taken:
            own.pool.putconn(one)
        end(database_address, pids)

        assert backend(own) not in pids


def test_a_connection_that_has_something_to_say_is_asked_and_kept(
    pooled: Any,
) -> None:
    with pooled.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid(), pg_notify('of_itself', '')")
        first = cursor.fetchone()[0]
        cursor.execute("LISTEN of_itself")
        cursor.execute("NOTIFY of_itself")
    pooled.close()

    assert backend(pooled) == first


def test_a_closed_connection_does_not_live(database_address: str) -> None:
    with psycopg.connect(database_address) as link:
        assert lives(link)

    assert not lives(link)


def test_a_server_that_is_away_is_an_error_and_no_endless_search() -> None:
    away = "postgresql://nobody@127.0.0.1:1/nothing"
    with reaching(away, seconds=0.3) as own, pytest.raises(OperationalError):
        own.ensure_connection()
