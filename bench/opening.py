"""Opening tickets over the API: the real parts, eight programs at once, nothing lost.

    python bench/opening.py [TICKETS [PROCESSES]]

Prints tickets a second, and what each part spent on one ticket: milliseconds of processor.
"""

import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

TICKETS, PROCESSES, CLIENTS = 2_000, 2, 8
BAR = 200.0  # tickets a second
PATIENCE = 60.0
TICK = os.sysconf("SC_CLK_TCK")
LOST = """
    SELECT (SELECT count(*) FROM tickets_ticket WHERE source = 'api'),
           (SELECT count(*) FROM (SELECT ticket_id FROM tickets_historyentry
             JOIN tickets_ticket ON tickets_ticket.id = ticket_id AND source = 'api'
             GROUP BY ticket_id HAVING count(*) = 2) AS told),
           (SELECT count(*) FROM tickets_tickettext
             JOIN tickets_ticket ON tickets_ticket.id = ticket_id AND source = 'api'),
           (SELECT count(*) FROM tickets_message
             JOIN tickets_ticket ON tickets_ticket.id = ticket_id AND source = 'api'),
           (SELECT sum(last) FROM tickets_numbercounter),
           (SELECT count(*) FROM tickets_ticket)
"""


def main() -> int:
    from otklik.core.embedded import start_temporary

    tickets = int(sys.argv[1]) if sys.argv[1:] else TICKETS
    processes = int(sys.argv[2]) if sys.argv[2:] else PROCESSES
    with tempfile.TemporaryDirectory() as folder, start_temporary() as address:
        port = free_port()
        os.environ |= {
            "OTKLIK_DATA": folder,
            "OTKLIK_CONFIG": os.devnull,
            "DATABASE_URL": address,
            "SECRET_KEY": "the key of a measurement, known to all",
            "DJANGO_SETTINGS_MODULE": "otklik.config.settings",
            "PORT": str(port),
        }
        token = prepared()
        with running("web", "--processes", str(processes)) as web, running("worker") as worker:
            parts = {"web": web, "worker": worker, "database": postmaster(address)}
            return measure(port, token, tickets, parts)


def prepared() -> str:
    """Make the desk and the token of a colleague."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from otklik.people.actions.tokens import create_token
    from otklik.people.models import Account
    from otklik.people.policies import actor_for
    from otklik.shell.demo import load_demo_desk

    call_command("migrate", verbosity=0)
    load_demo_desk()
    ada = Account.objects.get(login="ada")
    _row, secret = create_token(actor=actor_for(ada), name="Measurement", scopes=["all"])
    connection.close()
    return secret


@contextmanager
def running(part: str, *options: str) -> Iterator[int]:
    command = [sys.executable, "-m", "otklik.config.command", part, *options]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as child:
        try:
            yield child.pid
        finally:
            child.terminate()
            try:
                child.wait(20)
            except subprocess.TimeoutExpired:
                child.kill()


def measure(port: int, token: str, tickets: int, parts: dict[str, int]) -> int:
    """Print the table; 1 when the bar is missed or anything is lost."""
    until_up(port)
    with ThreadPoolExecutor(CLIENTS) as clients:
        work = [(port, token, tickets // CLIENTS)] * CLIENTS
        list(clients.map(open_many, [(port, token, 10)] * CLIENTS))
        before = {name: spent(pid) for name, pid in parts.items()}
        began = time.perf_counter()
        numbers = [number for some in clients.map(open_many, work) for number in some]
        seconds = time.perf_counter() - began
    costs = {name: spent(pid) - before[name] for name, pid in parts.items()}
    speed = len(numbers) / seconds
    good = nothing_lost(len(numbers) + 10 * CLIENTS) and len(set(numbers)) == len(numbers)
    print(f"{'tickets a second':<34}{speed:>12.1f}   at least {BAR:.0f}")
    for name, cost in costs.items():
        print(f"{f'ms of {name} a ticket':<34}{cost / len(numbers) * 1000:>12.2f}")
    print(f"{'ms of all a ticket':<34}{sum(costs.values()) / len(numbers) * 1000:>12.2f}")
    print(f"{'nothing lost':<34}{'yes' if good else 'NO':>12}")
    return 0 if good and speed >= BAR else 1


def open_many(work: tuple[int, str, int]) -> list[str]:
    """Open tickets one after another over one connection; return their numbers."""
    port, token, count = work
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    said = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    numbers = []
    for number in range(count):
        asked = {
            "subject": f"The printer on floor {number} prints nothing",
            "description": "It blinks twice and stops.\n\nIt did so yesterday too.",
            "requester": {"email": "cy@northwind.example", "name": "Cy"},
        }
        link.request("POST", "/api/v1/tickets", json.dumps(asked), said)
        answer = link.getresponse()
        body = answer.read()
        assert answer.status == 201, body
        numbers.append(json.loads(body)["number"])
    link.close()
    return numbers


def nothing_lost(opened: int) -> bool:
    """Ask for tickets, their history, search rows and messages, and numbers without a gap."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(LOST)
        *counts, last_numbers, tickets = cursor.fetchone()
    connection.close()
    return counts == [opened] * 4 and last_numbers == tickets


def until_up(port: int) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            link.request("GET", "/healthz")
            if link.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            link.close()
    raise TimeoutError("the desk does not start")


def spent(pid: int) -> float:
    """Return the seconds of processor of a process and its children, the ended ones too."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    own = sum(int(ticks) for ticks in fields[11:15]) / TICK
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in children.read_text().split():
            own += spent(int(child))
    return own


def postmaster(address: str) -> int:
    """Return the process of the database server."""
    import psycopg

    with psycopg.connect(address) as link:
        backend = Path(f"/proc/{link.info.backend_pid}/stat").read_text()
    return int(backend.rpartition(")")[2].split()[1])


def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
