"""Files that nothing refers to any more are removed, and what broke off is cleared away."""

from datetime import timedelta
from typing import Final

from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, ForeignObjectRel, Model, OuterRef, ProtectedError, QuerySet

from otklik.core import clock
from otklik.core.files.receive import lock_content
from otklik.core.files.store import store
from otklik.core.models import Blob

GRACE: Final = timedelta(days=1)
"""For files that were sent but not yet used, and uploads under way."""


def sweep_orphans(older_than: timedelta = GRACE) -> int:
    """Remove contents that no row of any app refers to; returns how many. Safe to repeat."""
    before = clock.now() - older_than
    swept = 0
    for blob in unreferenced().filter(created_at__lt=before).iterator():
        swept += _sweep(blob)
    return swept


def sweep_strays(older_than: timedelta = GRACE) -> int:
    """Remove what a crash left: stored files without a row, broken uploads; returns how many."""
    before = clock.now() - older_than
    swept = store().sweep_incoming(before=before)
    for key in store().keys(before=before):
        if not Blob.objects.filter(sha256=key).exists():
            with transaction.atomic():
                lock_content(key)
                if not Blob.objects.filter(sha256=key).exists():
                    store().delete(key)
                    swept += 1
    return swept


def unreferenced() -> QuerySet[Blob]:
    """Return blobs that no foreign key of any model points to."""
    blobs = Blob.objects.order_by("pk")
    for relation in Blob._meta.get_fields(include_hidden=True):  # noqa: SLF001  # Django's public API
        if isinstance(relation, ForeignObjectRel):
            pointing = {relation.field.name: OuterRef("pk")}
            rows: QuerySet[Model] = QuerySet(relation.related_model)
            blobs = blobs.filter(~Exists(rows.filter(**pointing)))
    return blobs


def _sweep(blob: Blob) -> bool:
    try:
        with transaction.atomic():
            lock_content(blob.sha256)
            row = unreferenced().filter(pk=blob.pk, created_at=blob.created_at)
            if not row.exists():
                return False
            Blob.objects.filter(pk=blob.pk).delete()
            connection.check_constraints()  # a reference made meanwhile shows before the bytes go
            store().delete(blob.sha256)
    except (IntegrityError, ProtectedError):
        return False
    return True
