"""What a row calls itself, in logs and in a console."""

import pytest
from django.apps import apps
from django.db.models import Model

OURS = [model for model in apps.get_models() if model.__module__.startswith("otklik.")]


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_a_row_calls_itself_by_one_short_line_without_asking_the_database(
    model: type[Model],
) -> None:
    called = str(model(pk=7))
    assert "object (" not in called
    assert "\n" not in called
    assert len(called) < 80
