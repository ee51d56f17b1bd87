"""Days as each language writes them: months are large in English alone."""

from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from otklik.core import clock
from otklik.core.filters import ago, day, exact, full_date

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LAST_YEAR = datetime(2025, 5, 3, 9, 30, tzinfo=UTC)
THIS_YEAR = datetime(2026, 9, 3, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ("3 Sep", "3 Sep", "3 May 2025", "3 May 2025, 09:30", "1 November 2026")),
        ("ru", ("3 сен", "3 сен", "3 мая 2025", "3 мая 2025 г., 09:30", "1 ноября 2026 г.")),
        ("bg", ("3 сеп", "3 сеп", "3 май 2025", "3 май 2025 г., 09:30", "1 ноември 2026 г.")),
    ],
)
def test_a_month_is_written_as_its_language_writes_it(language: str, said: tuple[str, ...]) -> None:
    with translation.override(language), clock.moved_to(NOW):
        moments = (day(THIS_YEAR), ago(THIS_YEAR), day(LAST_YEAR), exact(LAST_YEAR))
        assert (*moments, full_date(date(2026, 11, 1))) == said
