"""Opening tickets over the API: the real parts, eight programs at once, nothing lost.

    python bench/opening.py [TICKETS [PROCESSES]]

The database is as durable as a desk's own. Prints tickets a second of each of three rounds, and
the milliseconds of processor that each part spent on a ticket, until everybody was told of it;
the programs that ask are counted apart. Then looks for every ticket where it has to be. The best
round counts, since others have the machine as well.
"""

import asyncio
import http.client
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from processor import spent

TICKETS, ROUNDS, PROCESSES, CLIENTS, WARMING = 1_600, 3, 2, 8, 80
BAR = 200.0  # tickets a second
CORES = 2
PATIENCE = 60.0
WAITING = "SELECT count(*) FROM notifications_news"
FOUND = {
    "tickets": "SELECT count(*) FROM tickets_ticket WHERE source = 'api'",
    "numbers": "SELECT count(DISTINCT number) FROM tickets_ticket WHERE source = 'api'",
    "messages": """SELECT count(*) FROM tickets_message
                    WHERE ticket_id IN (SELECT id FROM tickets_ticket WHERE source = 'api')""",
    "with their history": """
        SELECT count(*) FROM (SELECT ticket_id FROM tickets_historyentry
         WHERE ticket_id IN (SELECT id FROM tickets_ticket WHERE source = 'api')
         GROUP BY ticket_id HAVING array_agg(kind ORDER BY id) = '{opened,message}') AS told""",
    "found by words": """
        SELECT count(*) FROM tickets_tickettext JOIN tickets_ticket ON id = ticket_id
         WHERE source = 'api' AND everything @@ plainto_tsquery('russian', 'printers blinking')""",
    "found by number": """
        SELECT count(*) FROM tickets_tickettext JOIN tickets_ticket ON id = ticket_id
         WHERE source = 'api'
           AND everything @@ phraseto_tsquery('russian', lower(replace(number, '-', ' ')))""",
    "told to each colleague": """
        SELECT count(*) FROM (SELECT ticket_id FROM notifications_notification
         WHERE ticket_id IN (SELECT id FROM tickets_ticket WHERE source = 'api')
         GROUP BY ticket_id HAVING count(*) = count(DISTINCT account_id) AND count(*) =
               (SELECT count(*) FROM people_membership
                  JOIN people_account USING (person_id)
                  JOIN people_department AS place ON place.id = department_id
                 WHERE place.prefix = 'IT' AND login <> 'ada')) AS told""",
}
GAPS = (
    "SELECT (SELECT sum(last) FROM tickets_numbercounter) - (SELECT count(*) FROM tickets_ticket)"
)


def main() -> int:
    from otklik.core import embedded

    tickets = int(sys.argv[1]) if sys.argv[1:] else TICKETS
    processes = int(sys.argv[2]) if sys.argv[2:] else PROCESSES
    with tempfile.TemporaryDirectory() as folder:
        server = embedded.start(Path(folder) / "postgres")
        port = free_port()
        os.environ |= {
            "OTKLIK_DATA": folder,
            "OTKLIK_CONFIG": os.devnull,
            "DATABASE_URL": server.url,
            "SECRET_KEY": "the key of a measurement, known to all",
            "DJANGO_SETTINGS_MODULE": "otklik.config.settings",
            "PORT": str(port),
        }
        try:
            token = prepared()
            with running("web", "--processes", str(processes)) as web, running("worker") as worker:
                parts = {"web": web, "worker": worker, "database": server.process.pid}
                return measure(port, token, tickets, parts)
        finally:
            server.stop()


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
    with ThreadPoolExecutor(CLIENTS) as clients, hearing() as heard:
        each = [(port, token, WARMING // CLIENTS)] * CLIENTS
        opened = [key for some in clients.map(open_many, each) for key in some]
        until_told()
        before = {name: spent(pid) for name, pid in parts.items()}
        asking = time.process_time()
        fresh: list[int] = []
        speeds = []
        for _ in range(ROUNDS):
            began = time.perf_counter()
            each = [(port, token, tickets // CLIENTS)] * CLIENTS
            keys = [key for some in clients.map(open_many, each) for key in some]
            speeds.append(len(keys) / (time.perf_counter() - began))
            fresh += keys
            until_told()
        costs = {name: spent(pid) - before[name] for name, pid in parts.items()}
        costs["programs that ask"] = time.process_time() - asking
        costs = {name: cost / len(fresh) * 1000 for name, cost in costs.items()}
        lost = missing(set(opened + fresh), len(opened + fresh), heard)
    best, own = max(speeds), sum(costs[name] for name in parts)
    for speed in speeds:
        print(f"{'tickets a second':<34}{speed:>12.1f}")
    print(f"{'the best round':<34}{best:>12.1f}   at least {BAR:.0f}")
    for name, cost in costs.items():
        print(f"{f'ms of {name} a ticket':<34}{cost:>12.2f}")
    print(f"{'ms of the desk a ticket':<34}{own:>12.2f}")
    print(f"{'a second, by that and two cores':<34}{CORES * 1000 / sum(costs.values()):>12.1f}")
    print(f"{'nothing lost':<34}{', '.join(lost) or 'yes':>12}")
    return 0 if not lost and best >= BAR else 1


def open_many(work: tuple[int, str, int]) -> list[int]:
    """Open tickets one after another over one connection; return their keys."""
    port, token, count = work
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    said = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    keys = []
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
        keys.append(json.loads(body)["id"])
    link.close()
    return keys


@contextmanager
def hearing() -> Iterator[set[int]]:
    """Listen on the bus, as a gateway does; gives the tickets of which pages are told."""
    from otklik.core.live import open_bus

    heard: set[int] = set()
    ready = threading.Event()

    async def listen() -> None:
        async with open_bus().listen() as payloads:
            ready.set()
            async for payload in payloads:
                for hint in json.loads(payload).get("hints", []):
                    if hint.get("kind") == "opened":
                        heard.add(hint["ticket"])

    async def listen_until_ended() -> None:
        await asyncio.wait([listening, ended], return_when=asyncio.FIRST_COMPLETED)
        listening.cancel()

    loop = asyncio.new_event_loop()
    listening, ended = loop.create_task(listen()), loop.create_future()
    thread = threading.Thread(target=loop.run_until_complete, args=[listen_until_ended()])
    thread.start()
    ready.wait(PATIENCE)
    try:
        yield heard
    finally:
        loop.call_soon_threadsafe(ended.set_result, None)
        thread.join(PATIENCE)


def until_told() -> None:
    """Wait until nobody is to be told of anything."""
    until = time.monotonic() + PATIENCE
    while ask(WAITING):
        if time.monotonic() > until:
            raise TimeoutError("news are not told")
        time.sleep(0.1)


def missing(keys: set[int], opened: int, heard: set[int]) -> list[str]:
    """Name everything of which there is not exactly one for each opened ticket."""
    until = time.monotonic() + 5
    while not keys <= heard and time.monotonic() < until:
        time.sleep(0.1)
    lost = [f"{name}: {got}" for name, sql in FOUND.items() if (got := ask(sql)) != opened]
    lost += [f"numbers: {gaps} gaps"] if (gaps := ask(GAPS)) else []
    lost += ["two of one key"] if len(keys) != opened else []
    return lost + ([] if keys <= heard else [f"hints: {len(keys - heard)} of {opened}"])


def ask(sql: str) -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql)
        return int(cursor.fetchone()[0])


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


def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
