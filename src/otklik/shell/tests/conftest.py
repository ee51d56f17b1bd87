"""The demo desk takes seconds to load, so the tests of a module share it and forget it after."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from otklik.shell.demo import load_demo_desk


@pytest.fixture(scope="module")
def demo_desk(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Load the demo desk for a module; nothing is committed."""
    with django_db_blocker.unblock(), transaction.atomic():
        assert load_demo_desk()
        yield
        transaction.set_rollback(True)
