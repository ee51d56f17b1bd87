"""Statements asked so often that the server keeps them parsed and planned."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.utils import CursorWrapper


@contextmanager
def prepared_cursor() -> Iterator[CursorWrapper]:
    """Give a cursor whose statements are planned once for each connection.

    For few texts that hardly vary: each stays with the server. Values go beside the text, so
    one whose type the statement does not tell needs a cast. Not for conditions that must
    match a partial index by a value: the plan knows none.
    """
    own = connections[DEFAULT_DB_ALIAS]  # looked up once: the proxy looks at every word
    own.ensure_connection()
    driver = own.connection
    driver.prepare_threshold = 0
    with psycopg.Cursor(driver) as plain:
        wrap = own.make_debug_cursor if own.queries_logged else own.make_cursor
        yield wrap(plain)  # type: ignore[arg-type]  # the stubs take the driver's cursor for Django's
