"""What a desk needs before it can be used. Imported once Django is set up."""

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

LOCK = 7_264_158_301
"""Held while migrating, so that processes that start together do it once."""


def migrate() -> None:
    """Bring the database to this version; safe to run at once from anywhere."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            if unapplied():
                call_command("migrate", interactive=False, verbosity=0)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def unapplied() -> int:
    """Count the migrations that are still to be applied."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
