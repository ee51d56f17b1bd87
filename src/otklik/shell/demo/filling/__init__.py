"""Believable tickets by the thousand, in the tables as if the actions had written them."""

from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

from django.db import connection, transaction

from otklik.core import clock
from otklik.core.files.receive import keep_content
from otklik.shell.demo.desk import load_demo_desk
from otklik.shell.demo.desk.papers import paper
from otklik.shell.demo.filling.batches import Draft, Scribe
from otklik.shell.demo.filling.crowd import gather
from otklik.shell.demo.filling.documents import Shelf
from otklik.shell.demo.filling.ground import survey
from otklik.shell.demo.filling.moments import arrivals, open_ones
from otklik.tickets.actions.sealing import sealing_waits

WAVE = 2_500  # tickets of one transaction
NOTED_DOWN = "16MB"  # of each index
FEWEST_PEOPLE = 60
TICKETS_A_PERSON = 15
TABLES = (
    *("people_person", "people_phonenumber", "people_emailaddress"),
    *("tickets_ticket", "tickets_message", "tickets_note", "tickets_historyentry"),
    *("tickets_tickettext", "tickets_attachment"),
)
PAPERS = ("screen.png", "scan.pdf", "stock.csv", "log.txt", "снимок экрана.png", "счёт.pdf")


def fill(
    *, tickets: int, seed: int = 1, people: int | None = None, open_share: float = 0.1
) -> None:
    """Fill the desk with tickets of the last three years; make the demo desk if there is none.

    The same seed gives the same letters and people. `people` is how many new ones ask
    (default: one for fifteen tickets); `open_share` of the tickets are open still. Each
    2,500 tickets are one transaction, in which nobody else gets a ticket number.
    """
    load_demo_desk()
    random = Random(seed)  # noqa: S311  # believable, not secret
    now = int(clock.now().timestamp())
    count = max(FEWEST_PEOPLE, tickets // TICKETS_A_PERSON) if people is None else people
    with transaction.atomic():
        crowd = gather(random, count, now)
    scribe = Scribe(random, survey(), crowd, _shelf(), now)
    moments, flags = arrivals(random, tickets, now), open_ones(tickets, open_share)

    def waves() -> Iterator[list[Draft]]:
        for start in range(0, tickets, WAVE):
            wave = slice(start, start + WAVE)
            pairs = zip(moments[wave], flags[wave], strict=True)
            yield [scribe.draft(moment, is_open=is_open) for moment, is_open in pairs]

    with _indexes_in_great_steps(), sealing_waits():
        scribe.write(waves())
    _tidy_up()


@contextmanager
def _indexes_in_great_steps() -> Iterator[None]:
    """Let search note down much before it sorts in."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET gin_pending_list_limit = '{NOTED_DOWN}'")
        try:
            yield
        finally:
            cursor.execute("RESET gin_pending_list_limit")


def _shelf() -> Shelf:
    return Shelf(tuple((keep_content(paper(name)).pk, name) for name in PAPERS))


def _tidy_up() -> None:
    """Tell the planner what is there now, and sort in what search has only noted down."""
    verb = "ANALYZE" if connection.in_atomic_block else "VACUUM (ANALYZE)"
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"{verb} {table}")
