"""Statements asked so often that their words are made once in the life of a process.

For the few reads behind every page: making such a query anew, and planning it, takes longer than
running it. What goes by `prepared_cursor` is kept parsed and planned by the server.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import Any, Final, Generic, NamedTuple, TypeVar

import psycopg
from django.contrib.postgres.fields import ArrayField
from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.backends.utils import CursorDebugWrapper, CursorWrapper
from django.db.models.expressions import Expression
from django.db.models.query import get_related_populators
from psycopg.sql import quote
from psycopg.types.numeric import Int8
from typing_extensions import override

M = TypeVar("M", bound=models.Model)
PLACES: Final = re.compile("%[%s]")


class _Logged(CursorDebugWrapper):
    """Logs a statement with its values: the driver keeps no text of a prepared one."""

    @override
    @contextmanager
    def debug_sql(
        self,
        sql: str | None = None,
        params: Any = None,
        use_last_executed_query: bool = False,  # Django's signature
        many: bool = False,  # the same
    ) -> Iterator[None]:
        if params and not isinstance(self.cursor, psycopg.RawCursor):
            sql = self.db.ops.compose_sql(sql, params)
        with super().debug_sql(sql, params, use_last_executed_query=False, many=many):
            yield


def prepared_cursor(
    kind: type[psycopg.Cursor[Any]] = psycopg.Cursor,
) -> CursorWrapper:
    """Give a cursor whose statements are planned once for each connection.

    For few texts that hardly vary: each stays with the server. Values go beside the text, so
    one whose type the statement does not tell needs a cast, and numbers are best `typed`. Not
    for conditions that must match a partial index by a value: the plan knows none.
    """
    own = connections[DEFAULT_DB_ALIAS]  # looked up once: the proxy looks at every word
    own.ensure_connection()
    driver = own.connection
    driver.prepare_threshold = 0
    wrap = _Logged if own.queries_logged else CursorWrapper
    return wrap(kind(driver), own)


def typed(value: Any) -> Any:
    """Give whole numbers the type of keys: a statement is prepared for each set of types."""
    if isinstance(value, list):
        return [typed(one) for one in value]
    return Int8(value) if type(value) is int else value


class Given(Expression):
    """A place in a prepared query for a value that each run gives."""

    def __init__(self, name: str) -> None:
        super().__init__(output_field=models.Field())
        self.name = name

    @override
    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return "%s", (self,)


def among(column: str, keys: Sequence[int] | Given) -> models.Func:
    """Return the condition that a column of keys has one of these, however many they are."""
    return models.Func(
        models.F(column),
        keys
        if isinstance(keys, Given)
        else models.Value(list(keys), ArrayField(models.BigIntegerField())),
        template="(%(expressions)s))",
        arg_joiner=" = ANY(",
        output_field=models.BooleanField(),
    )


class _Compiled(NamedTuple):
    """A query in words, and how its columns become rows; read by all threads, changed by none."""

    sql: str
    places: tuple[str, ...]
    """Names of the given values, in the order of their places."""
    model: type[models.Model]
    own: slice
    """The columns of the model itself."""
    names: tuple[str, ...]
    converters: tuple[tuple[int, tuple[Callable[..., Any], ...], Any], ...]
    joined: tuple[Any, ...]
    annotations: tuple[tuple[str, int], ...]


class Prepared(Generic[M]):
    """A query of whole rows, joined ones and annotations included.

    `build` is called at the first use and says with `Given` where the values go. All other
    values are part of the words, so that the plan knows which partial index they match.
    """

    def __init__(self, build: Callable[[], models.QuerySet[M, Any]]) -> None:
        self._build = build
        self._lock = Lock()
        self._ready: _Compiled | None = None

    def rows(self, **values: Any) -> list[M]:
        """Run the query, in one statement."""
        sql, params = self.filled(**values)
        with prepared_cursor() as cursor:
            cursor.execute(sql, params)
            found = cursor.fetchall()
        return list(self._instances(found))

    def first(self, **values: Any) -> M | None:
        found = self.rows(**values)
        return found[0] if found else None

    def filled(self, **values: Any) -> tuple[str, list[Any]]:
        """Return the SQL, for a statement around it, and its parameters in their order."""
        ready = self._compiled()
        return ready.sql, [typed(values[name]) for name in ready.places]

    def _compiled(self) -> _Compiled:
        """Compile once: Django's compiler changes itself and its query while it works."""
        if self._ready is None:
            with self._lock:
                if self._ready is None:
                    self._ready = _compile(self._build())
        return self._ready

    def _instances(self, found: Sequence[Sequence[Any]]) -> Iterator[M]:
        """Make rows of columns as Django's own `ModelIterable` does."""
        ready = self._compiled()
        model: Any = ready.model
        for columns in found:
            row = list(columns)
            for place, kinds, column in ready.converters:
                for convert in kinds:
                    row[place] = convert(row[place], column, connection)
            made: M = model.from_db(DEFAULT_DB_ALIAS, ready.names, row[ready.own])
            for joined in ready.joined:
                joined.populate(row, made)
            for name, place in ready.annotations:
                setattr(made, name, row[place])
            yield made


def _compile(queryset: models.QuerySet[Any, Any]) -> _Compiled:
    compiler: Any = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
    sql, places = _settled(*compiler.as_sql())
    kinds, select = compiler.klass_info, compiler.select
    own = slice(kinds["select_fields"][0], kinds["select_fields"][-1] + 1)
    converters = compiler.get_converters([one[0] for one in select])
    joined = get_related_populators(kinds, select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg]  # the stubs are of a later Django
    return _Compiled(
        sql=sql,
        places=places,
        model=kinds["model"],
        own=own,
        names=tuple(one[0].target.attname for one in select[own]),
        converters=tuple(
            (place, tuple(found), column) for place, (found, column) in converters.items()
        ),
        joined=tuple(joined),
        annotations=tuple((compiler.annotation_col_map or {}).items()),
    )


def _settled(sql: str, params: Sequence[Any]) -> tuple[str, tuple[str, ...]]:
    """Write all values but the given ones into the words; return these and the others' names."""
    left = iter(params)
    places: list[str] = []

    def written(place: re.Match[str]) -> str:
        if place[0] == "%%":
            return "%%"
        value = next(left)
        if isinstance(value, Given):
            places.append(value.name)
            return "%s"
        return quote(value).replace("%", "%%")

    return PLACES.sub(written, sql), tuple(places)
