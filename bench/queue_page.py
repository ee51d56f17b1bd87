"""The queue page, and the search, over 100,000 and 1,000,000 tickets of which 10,000 are open.

    python bench/queue_page.py [TICKETS ...]

For an administrator (sees all) and an agent (sees some): SQL statements, the time of those
statements alone through psycopg, the time of the whole response through WSGI and how much of it
Python was busy, the ratio, and how much a desk ten times as old costs. Milliseconds.
"""

import sys
from collections.abc import Sequence

from measuring import measure, show

STATEMENTS = 12
PAGES = {
    "my turn": "/queue/?view=turn",
    "all open": "/queue/?view=all",
    "by priority": "/queue/?q=sort:-priority",
    "search, a common word": "/search/?q=возврата",
    "search, a rare one": "/search/?q=99950",
}


def pages() -> Sequence[tuple[str, str]]:
    return list(PAGES.items())


def main(sizes: Sequence[int]) -> int:
    searches = [name for name in PAGES if name.startswith("search")]
    return show(measure(sizes, pages), statements=STATEMENTS, unbarred=searches)


if __name__ == "__main__":
    sys.exit(main([int(size) for size in sys.argv[1:]] or [100_000, 1_000_000]))
