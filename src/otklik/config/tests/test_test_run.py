"""The ground that all tests stand on."""

import socket

import pytest
from django.conf import settings
from django.db import connection


def test_no_test_reaches_another_machine() -> None:
    with pytest.raises(RuntimeError, match=r"192\.0\.2\.1"):
        socket.create_connection(("192.0.2.1", 80))


@pytest.mark.django_db
def test_case_is_ignored_for_cyrillic_too() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT lower('ПЛАЩАНЕ'), 'Ёлка' ILIKE 'ёЛКА'")
        assert cursor.fetchone() == ("плащане", True)


def test_the_tests_never_use_the_desks_own_data() -> None:
    assert "otklik-data-" in str(settings.OTKLIK_DATA)
