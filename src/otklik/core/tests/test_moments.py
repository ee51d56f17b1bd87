"""Moments come from the database as they went into it."""

from datetime import UTC, datetime

import psycopg
import pytest
from django.db import DataError, connection

from otklik.core.postgresql.base import Moments

pytestmark = pytest.mark.django_db


def read(text: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::timestamptz", [text])
        return cursor.fetchone()[0]


def test_the_quick_way_is_taken() -> None:
    connection.ensure_connection()
    oid = connection.connection.adapters.types["timestamptz"].oid
    assert connection.connection.adapters.get_loader(oid, psycopg.pq.Format.TEXT) is Moments


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-22 14:02:35.876805+00", datetime(2026, 11, 22, 14, 2, 35, 876805, UTC)),
        ("2026-11-22 14:02:35.8+00", datetime(2026, 11, 22, 14, 2, 35, 800000, UTC)),
        ("2026-11-22 14:02:35+02", datetime(2026, 11, 22, 12, 2, 35, 0, UTC)),
        ("0001-01-01 00:00:00+00", datetime(1, 1, 1, tzinfo=UTC)),
        ("9999-12-31 23:59:59.999999+00", datetime(9999, 12, 31, 23, 59, 59, 999999, UTC)),
    ],
)
def test_a_moment_is_read_to_the_microsecond(text: str, moment: datetime) -> None:
    found = read(text)
    assert found == moment
    assert isinstance(found, datetime)
    assert found.tzinfo is UTC


@pytest.mark.parametrize("text", ["infinity", "0044-03-15 12:00:00+00 BC", "12026-01-01 00:00+00"])
def test_what_python_cannot_say_is_refused_as_the_driver_does(text: str) -> None:
    with pytest.raises(DataError):
        read(text)


def test_a_session_elsewhere_tells_the_same_moment() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL TIME ZONE 'Asia/Kathmandu'")
        cursor.execute("SELECT '2026-11-22 14:02:35+00'::timestamptz")
        assert cursor.fetchone()[0] == datetime(2026, 11, 22, 14, 2, 35, tzinfo=UTC)
