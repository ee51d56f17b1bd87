import threading
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from typing import Any

import pytest
from django.db import connection
from django.db.models import F, IntegerField, Value
from django.db.models.functions import Concat
from django.test.utils import CaptureQueriesContext
from typing_extensions import override

from otklik.core import clock
from otklik.core.models import Blob
from otklik.core.prepared import Given, Prepared, among

pytestmark = pytest.mark.django_db

BLOBS = Prepared(
    lambda: (
        Blob.objects.select_related("thumbnail")
        .filter(among("id", Given("keys")), size__gte=Given("size"))
        .annotate(said=Concat(Value("is "), F("media_type")))
        .order_by("size")
    )
)


def make_blob(size: int, thumbnail: Blob | None = None) -> Blob:
    name = sha256(str(size).encode()).hexdigest()
    return Blob.objects.create(
        sha256=name, size=size, media_type="a/b", created_at=clock.now(), thumbnail=thumbnail
    )


def test_each_run_has_values_of_its_own() -> None:
    small = make_blob(1)
    large = make_blob(9, thumbnail=small)
    keys = [small.pk, large.pk]
    assert BLOBS.rows(keys=keys, size=0) == [small, large]
    assert BLOBS.rows(keys=keys, size=5) == [large]
    assert BLOBS.rows(keys=[], size=0) == []
    assert BLOBS.first(keys=[large.pk], size=0) == large
    assert BLOBS.first(keys=[large.pk], size=10) is None


def test_a_row_comes_whole_with_what_was_joined_and_added() -> None:
    small = make_blob(1)
    large = make_blob(9, thumbnail=small)
    (found,) = BLOBS.rows(keys=[large.pk], size=0)
    assert {name: getattr(found, name) for name in ("sha256", "size", "created_at")} == {
        name: getattr(large, name) for name in ("sha256", "size", "created_at")
    }
    assert Blob.thumbnail.is_cached(found)
    assert (found.thumbnail, getattr(found, "said", "")) == (small, "is a/b")


def test_a_value_that_is_not_given_is_a_mistake() -> None:
    with pytest.raises(KeyError, match="size"):
        BLOBS.rows(keys=[1])


def test_what_is_typed_stays_a_value() -> None:
    named = Prepared(lambda: Blob.objects.filter(media_type=Given("kind")))
    make_blob(1)
    assert named.rows(kind="a/b' OR true --") == []
    assert len(named.rows(kind="a/b")) == 1


class Crowded(Value):
    """A number whose words take long enough that two threads would write them at once."""

    def __init__(self, meeting: threading.Barrier) -> None:
        super().__init__(1, IntegerField())
        self.meeting = meeting
        self.met = False

    @override
    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        try:
            self.meeting.wait(0.3)
            self.met = True
        except threading.BrokenBarrierError:
            pass
        return super().as_sql(compiler, connection)


def test_threads_that_ask_at_once_compile_once() -> None:
    crowded = Crowded(threading.Barrier(2))
    builds: list[int] = []

    def build() -> Any:
        builds.append(1)
        return Blob.objects.filter(size__gte=crowded, media_type=Given("kind"))

    query = Prepared(build)
    with ThreadPoolExecutor(4) as threads:
        said = list(threads.map(lambda _n: query.filled(kind="a/b"), range(4)))

    assert not crowded.met
    assert builds == [1]
    assert said == [said[0]] * 4
    assert said[0][1][0] == "a/b"


def test_a_compilation_that_failed_leaves_nothing_behind() -> None:
    tries: list[int] = []

    def build() -> Any:
        tries.append(1)
        found = Blob.objects.select_related("thumbnail").filter(media_type=Given("kind"))
        return found if len(tries) > 1 else found.filter(size=Broken(1))

    query = Prepared(build)
    with pytest.raises(RuntimeError):
        query.rows(kind="a/b")
    blob = make_blob(1)
    assert query.rows(kind="a/b") == [blob]


class Broken(Value):
    @override
    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        raise RuntimeError


def test_the_server_plans_a_query_once_whatever_numbers_it_is_given() -> None:
    query = Prepared(lambda: Blob.objects.filter(among("id", Given("keys")), media_type="planned%"))
    for key in (1, 2**20, 2**40):
        assert query.rows(keys=[key]) == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        kept = [words for (words,) in cursor.fetchall() if "'planned%'" in words]
    assert len(kept) == 1
    assert "$1" in kept[0]


def test_a_statement_is_logged_with_its_values() -> None:
    with CaptureQueriesContext(connection) as captured:
        BLOBS.rows(keys=[3], size=7)
    (logged,) = captured.captured_queries
    with connection.cursor() as cursor:
        cursor.execute(logged["sql"])
        assert cursor.fetchall() == []
    assert ">= (7)" in logged["sql"]
