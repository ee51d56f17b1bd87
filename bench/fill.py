"""How quickly a demo desk is filled: tickets a second, people a second, size a ticket.

python bench/fill.py [TICKETS [PEOPLE]]
"""

import os
import sys
import tempfile
import time
from pathlib import Path

import django
from django.core.management import call_command
from django.db import connection
from processor import spent

from otklik.core.embedded import start_temporary

TICKETS = 50_000
BARS = {"tickets a second": 1_500.0}


def main() -> None:
    """Measure and print; 1 when a bar is missed."""
    tickets = int(sys.argv[1]) if sys.argv[1:] else TICKETS
    people = int(sys.argv[2]) if sys.argv[2:] else None
    with tempfile.TemporaryDirectory() as folder, start_temporary() as address:
        os.environ.update(
            OTKLIK_DATA=folder,
            OTKLIK_CONFIG=os.devnull,
            DATABASE_URL=address,
            DJANGO_SETTINGS_MODULE="otklik.config.settings",
        )
        django.setup()
        rows = measure(tickets, people)
        connection.close()
    for name, value in rows.items():
        bar = BARS.get(name)
        print(f"{name:<34}{value:>12.1f}{f'   at least {bar}' if bar else ''}")
    sys.exit(any(rows[name] < bar for name, bar in BARS.items()))


def measure(tickets: int, people: int | None) -> dict[str, float]:
    from otklik.shell.demo import fill, load_demo_desk

    call_command("migrate", verbosity=0)
    rows: dict[str, float] = {}
    began = time.monotonic()
    load_demo_desk()
    rows["s to load the small desk"] = time.monotonic() - began
    server = postmaster()
    before, worked, began = spent(server), time.process_time(), time.monotonic()
    fill(tickets=tickets, people=people)
    rows["s to fill"] = time.monotonic() - began
    rows["tickets a second"] = tickets / rows["s to fill"]
    rows["ms of our processor a ticket"] = (time.process_time() - worked) / tickets * 1000
    rows["ms of the database's a ticket"] = (spent(server) - before) / tickets * 1000
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT (SELECT count(*) FROM tickets_ticket),
                      (SELECT count(*) FROM tickets_message),
                      (SELECT count(*) FROM tickets_historyentry),
                      (SELECT count(*) FROM people_person),
                      pg_database_size(current_database())"""
        )
        made, messages, history, persons, size = cursor.fetchone()
    rows["messages a ticket"] = messages / made
    rows["lines of history a ticket"] = history / made
    rows["people"] = persons
    rows["KB of the database a ticket"] = size / made / 1024
    return rows


def postmaster() -> int:
    """Return the process of the database server."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = Path(f"/proc/{cursor.fetchone()[0]}/stat").read_text()
    return int(backend.rpartition(")")[2].split()[1])


if __name__ == "__main__":
    main()
