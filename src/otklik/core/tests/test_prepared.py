from hashlib import sha256

import pytest
from django.db.models import F, Value
from django.db.models.functions import Concat

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
