"""How many queries each page asks, kept in one file so that a change shows in review.

`UPDATE_QUERY_COUNTS=1 pytest …` writes the file anew.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection
from django.test.utils import CaptureQueriesContext

COUNTS = Path(__file__).resolve().parents[4] / "tests" / "query_counts.json"


@contextmanager
def assert_query_count(name: str) -> Iterator[None]:
    """Compare the number of queries inside the block with what is kept under `name`."""
    with CaptureQueriesContext(connection) as captured:
        yield
    kept: dict[str, int] = json.loads(COUNTS.read_text()) if COUNTS.exists() else {}
    if os.environ.get("UPDATE_QUERY_COUNTS"):
        kept[name] = len(captured)
        COUNTS.write_text(json.dumps(kept, indent=2, sort_keys=True) + "\n")
    asked = "\n".join(one["sql"][:300] for one in captured.captured_queries)
    assert len(captured) == kept.get(name), f"{name}: {len(captured)} queries\n{asked}"
