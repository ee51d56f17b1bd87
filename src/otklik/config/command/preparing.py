"""What a desk needs before it can be used. Imported once Django is set up."""

from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules

from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

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


def unapplied() -> bool:
    """Tell whether any migration is still to be applied: by their names, none is loaded."""
    applied = set(MigrationRecorder(connection).applied_migrations())
    return not on_disk() <= applied


def on_disk() -> set[tuple[str, str]]:
    """Return the names of all migrations that this version brings, by app."""
    names: set[tuple[str, str]] = set()
    for app in apps.get_app_configs():
        folder, _is_chosen = MigrationLoader.migrations_module(app.label)
        if folder is None or find_spec(folder) is None:
            continue
        inside = iter_modules(getattr(import_module(folder), "__path__", []))
        names |= {(app.label, one.name) for one in inside if one.name[0] not in "_~"}
    return names
