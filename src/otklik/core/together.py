"""Several new rows, of several tables, by one statement."""

from collections.abc import Sequence
from functools import cache
from itertools import groupby
from typing import Any

from django.db import connection, models

Sql = tuple[str, Sequence[Any]]


def insert_together(rows: Sequence[models.Model], *more: Sql) -> None:
    """Insert rows whose keys are drawn beforehand (or wanted by nobody), and run `more` inserts.

    What a database trigger or a foreign key says against it counts as in single inserts.
    """
    parts: list[str] = []
    values: list[Any] = []
    for model, same in groupby(rows, type):
        group = list(same)
        fields = _written(model, group[0].pk is not None)
        one = f"({', '.join(['%s'] * len(fields))})"
        parts.append(f"{_beginning(model, fields)} VALUES {', '.join([one] * len(group))}")
        for row in group:
            values += [
                field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields
            ]
    for sql, own in more:
        parts.append(sql)
        values += own
    *first, last = parts
    named = ", ".join(f"part_{number} AS ({part})" for number, part in enumerate(first))
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {named} {last}" if first else last, values)
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias  # noqa: SLF001  # as save() does


@cache
def _written(model: type[models.Model], with_key: bool) -> tuple[Any, ...]:  # noqa: FBT001  # cached
    return tuple(one for one in model._meta.concrete_fields if with_key or not one.primary_key)  # noqa: SLF001  # Django's documented door


@cache
def _beginning(model: type[models.Model], fields: tuple[Any, ...]) -> str:
    columns = ", ".join(f'"{one.column}"' for one in fields)
    return f'INSERT INTO "{model._meta.db_table}" ({columns})'  # noqa: SLF001  # as above
