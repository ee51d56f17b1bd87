"""The page of a ticket with 30 messages, on desks of 100,000 and 1,000,000 tickets.

    python bench/ticket_page.py [TICKETS ...]

As in `queue_page`. The ticket has notes, files, a link, followers and a history as well; one
more has 5,000 messages and must open as quickly as its part that is shown.
"""

import sys
from collections.abc import Sequence

from measuring import agent, measure, show

STATEMENTS = 15


def pages() -> Sequence[tuple[str, str]]:
    from otklik.tickets.models import Ticket

    own = Ticket.objects.filter(assignee=agent().person_id)
    usual = own.filter(phase="progress").order_by("-pk")[0]
    endless = own.filter(phase="pending").order_by("-pk")[0]
    return [
        ("30 messages", f"/tickets/{usual.number}/"),
        ("5,000 messages", f"/tickets/{endless.number}/"),
    ]


def main(sizes: Sequence[int]) -> int:
    rows = measure(sizes, pages)
    return show(rows, statements=STATEMENTS)


if __name__ == "__main__":
    sys.exit(main([int(size) for size in sys.argv[1:]] or [100_000, 1_000_000]))
