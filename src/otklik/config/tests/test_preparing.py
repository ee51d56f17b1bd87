"""Whether a start has anything to migrate."""

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from otklik.config.command.preparing import on_disk, unapplied


def test_the_names_on_disk_are_the_migrations_that_django_would_load() -> None:
    assert on_disk() == set(MigrationLoader(None).disk_migrations)


@pytest.mark.django_db
def test_a_migration_that_was_not_applied_is_noticed() -> None:
    assert not unapplied()
    MigrationRecorder(connection).record_unapplied("notifications", "0002_news")
    assert unapplied()
