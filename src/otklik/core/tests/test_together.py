"""A row that is there, written by a statement that stays planned."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from otklik.core import clock
from otklik.core.models import Blob, Desk
from otklik.core.tests.test_prepared import make_blob
from otklik.core.together import save_prepared

pytestmark = pytest.mark.django_db


def test_only_the_named_columns_are_written_by_one_statement() -> None:
    desk = Desk.objects.create(
        company="Acme", languages=["en"], time_zone="UTC", created_at=clock.now()
    )
    desk.company, desk.languages = "It's 100 %", ["ru"]
    desk.created_at = clock.now() - timedelta(days=3)
    with CaptureQueriesContext(connection) as asked:
        save_prepared(desk, "company", "languages")
    assert len(asked) == 1
    kept = Desk.objects.get()
    assert (kept.company, kept.languages) == ("It's 100 %", ["ru"])
    assert kept.created_at != desk.created_at


def test_a_row_that_was_empty_there_is_filled_and_emptied_again() -> None:
    small, large = make_blob(1), make_blob(2)
    for thumbnail in (small, None, small):
        large.thumbnail = thumbnail
        save_prepared(large, "thumbnail")
        assert Blob.objects.get(pk=large.pk).thumbnail == thumbnail


def test_a_row_that_is_gone_is_not_passed_over() -> None:
    blob = make_blob(1)
    Blob.objects.all().delete()
    blob.pk = 1
    with pytest.raises(DatabaseError):
        save_prepared(blob, "size")
