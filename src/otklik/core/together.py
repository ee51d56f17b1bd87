"""Several new rows of several tables by one statement, and columns of one that is there."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import groupby
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections, models

from otklik.core.prepared import prepared_cursor, typed

Sql = tuple[str, Sequence[Any]]


@dataclass(frozen=True)
class Written:
    """A value that the statement works out itself: an expression, and what it needs."""

    sql: str
    values: Sequence[Any] = ()


NULL = Written("NULL")


def drawn(column: str) -> Written:
    """Stand for what the statement draws first, in any row and as a key of it."""
    return Written(f"(SELECT {column} FROM drawn)")  # noqa: S608  # a name of our own


def insert_together(
    rows: Sequence[models.Model], *more: Sql, drawing: Sql | None = None
) -> tuple[Any, ...]:
    """Insert rows and run `more` inserts; return what `drawing` returned, the first of them all.

    Keys are drawn beforehand, by `drawing`, or wanted by nobody. A row that holds a `Written`
    is not fit for use afterwards until it is given its true value. What a database trigger or
    a foreign key says against any of it counts as in single inserts.
    """
    parts = [drawing] if drawing else []
    parts += [_insert(model, list(same)) for model, same in groupby(rows, type)]
    parts += more
    if drawing:
        parts.append(("SELECT * FROM drawn", ()))
    *first, (last, _values) = parts
    names = ["drawn" if drawing else "part", *(f"part_{number}" for number in range(len(first)))]
    named = [f"{name} AS ({sql})" for name, (sql, _own) in zip(names, first, strict=False)]
    whole = f"WITH {', '.join(named)} {last}" if named else last
    with prepared_cursor(psycopg.RawCursor) as cursor:
        cursor.execute(_numbered(whole), [value for _sql, own in parts for value in own])
        found: tuple[Any, ...] = cursor.fetchone() or () if drawing else ()
    for row in rows:
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS  # noqa: SLF001  # as save() does
    return found


def insert_one(row: models.Model) -> None:
    """Do as `row.save(force_insert=True)`, by a statement that is planned once; gives the key."""
    sql, values = _insert(type(row), [row])
    key = row._meta.pk  # noqa: SLF001  # Django's documented door
    with prepared_cursor(psycopg.RawCursor) as cursor:
        cursor.execute(_numbered(f'{sql} RETURNING "{key.column}"'), values)
        row.pk = cursor.fetchone()[0]
    row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS  # noqa: SLF001  # as save() does


def save_prepared(row: models.Model, *names: str) -> None:
    """Do as `row.save(update_fields=names)`, by a statement that is planned once.

    For a write behind each letter or page, always of the same fields. Raises DatabaseError
    where the row is gone.
    """
    own = connections[DEFAULT_DB_ALIAS]
    sql, fields = _update(type(row), names)
    values = [field.get_db_prep_save(getattr(row, field.attname), own) for field in fields]
    with prepared_cursor() as cursor:
        cursor.execute(sql, typed([*values, row.pk]))
        if not cursor.rowcount:
            raise DatabaseError(row)


@cache
def _update(model: type[models.Model], names: tuple[str, ...]) -> tuple[str, tuple[Any, ...]]:
    fields: tuple[Any, ...] = tuple(model._meta.get_field(name) for name in names)  # noqa: SLF001  # as below
    columns = ", ".join(f'"{one.column}" = %s' for one in fields)
    table, key = model._meta.db_table, model._meta.pk.column  # noqa: SLF001  # as below
    return f'UPDATE "{table}" SET {columns} WHERE "{key}" = %s', fields  # noqa: S608  # our own names


@lru_cache(maxsize=256)
def _numbered(sql: str) -> str:
    """Name places as the server does, $1 for %s: the driver keeps no long text that it has read."""
    first, *rest = sql.split("%s")
    named = [f"${number}{part}" for number, part in enumerate(rest, 1)]
    return "".join([first, *named]).replace("%%", "%")


def _insert(model: type[models.Model], rows: Sequence[models.Model]) -> Sql:
    own = connections[DEFAULT_DB_ALIAS]
    fields = _fields(model, rows[0].pk is not None)
    cells = [[_cell(field, getattr(row, field.attname), own) for field in fields] for row in rows]
    places = ", ".join(f"({', '.join(one.sql for one in row)})" for row in cells)
    return f"{_beginning(model, fields)} VALUES {places}", [
        value for row in cells for one in row for value in one.values
    ]


def _cell(field: Any, value: Any, own: Any) -> Written:
    """Say how a value is written; a NULL as such, which leaves fewer values to send."""
    if isinstance(value, Written):
        return value
    ready = field.get_db_prep_save(value, own)
    return NULL if ready is None else Written("%s", (ready,))


@cache
def _fields(model: type[models.Model], with_key: bool) -> tuple[Any, ...]:  # noqa: FBT001  # cached
    return tuple(one for one in model._meta.concrete_fields if with_key or not one.primary_key)  # noqa: SLF001  # Django's documented door


@cache
def _beginning(model: type[models.Model], fields: tuple[Any, ...]) -> str:
    columns = ", ".join(f'"{one.column}"' for one in fields)
    return f'INSERT INTO "{model._meta.db_table}" ({columns})'  # noqa: SLF001  # as above
