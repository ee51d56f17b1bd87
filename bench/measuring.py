"""Pages measured as wholes: their statements, those alone, and how both grow with the desk.

Each desk lives in a database of its own and is asked by a process of its own, as long-lived and
warm as one that serves. All are asked in turn, round after round, and the best of each counts, so
that what else the machine does meanwhile falls on all alike.
"""

import gc
import io
import logging
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any
from urllib.parse import quote

WARMING, ROUNDS = 5, 40
OPEN = 10_000
WHO = ("administrator", "agent")
GROWTH, RATIO = 1.3, 3.0


@dataclass
class Figures:
    """What one page of one desk cost: the best of all rounds, in milliseconds."""

    statements: int = 0
    alone: float = float("inf")  # the statements through psycopg
    whole: float = float("inf")  # the response through WSGI, compressed
    busy: float = float("inf")  # processor time of the response in Python

    def better(self, other: "Figures") -> None:
        self.statements = max(self.statements, other.statements)
        self.alone = min(self.alone, other.alone)
        self.whole = min(self.whole, other.whole)
        self.busy = min(self.busy, other.busy)


Pages = Callable[[], Sequence[tuple[str, str]]]
"""Names and addresses to measure, asked inside the process of a desk: some name its tickets."""
Rows = dict[tuple[str, str], dict[int, Figures]]  # by page and person: by size


def measure(sizes: Sequence[int], pages: Pages) -> Rows:
    """Fill a desk of each size and measure its pages."""
    from otklik.core import embedded

    with embedded.start_temporary() as url, desks(url, sizes, pages) as asked:
        names = {size: link.recv() for size, link in asked.items()}
        rows: Rows = {
            (name, who): {size: Figures() for size in sizes}
            for name in names[sizes[0]]
            for who in WHO
        }
        for _ in range(WARMING + ROUNDS):
            for (page, who), by_size in rows.items():
                for size, figures in by_size.items():
                    asked[size].send((page, who))
                    figures.better(asked[size].recv())
    return rows


@contextmanager
def desks(url: str, sizes: Sequence[int], pages: Pages) -> Iterator[dict[int, Connection]]:
    import psycopg

    spawn, links, started = get_context("spawn"), {}, []
    for size in sizes:
        with psycopg.connect(url, autocommit=True) as link:
            link.execute(f"CREATE DATABASE desk{size}")  # type: ignore[arg-type]  # our own name
        links[size], far = spawn.Pipe()
        place = url.replace("/otklik?", f"/desk{size}?")
        desk = spawn.Process(target=answer, args=(far, place, size, pages), daemon=True)
        desk.start()
        far.close()
        started.append(desk)
    try:
        yield links
    finally:
        for link, desk in zip(links.values(), started, strict=True):
            link.close()
            desk.join()


def answer(link: Connection, url: str, size: int, pages: Pages) -> None:
    """Be one desk: fill it, then measure each page that is asked for, once each time."""
    os.environ |= {
        "DATABASE_URL": url,
        "OTKLIK_CONFIG": os.devnull,
        "SECRET_KEY": "the key of a measurement, known to all",
        "DJANGO_SETTINGS_MODULE": "otklik.config.settings",
        "BASE_URL": "http://localhost",
    }
    import django

    django.setup()
    logging.disable(logging.INFO)  # a line for each request would stand in the table
    from django.core.management import call_command
    from django.core.wsgi import get_wsgi_application
    from filling import fill_desk

    call_command("migrate", verbosity=0)
    fill_desk(tickets=size, open_tickets=OPEN)
    named = dict(pages())
    cookies = sessions()
    application = get_wsgi_application()
    gc.collect()
    gc.freeze()  # as a process that serves does
    link.send(list(named))
    while True:
        try:
            page, who = link.recv()
        except EOFError:
            return
        link.send(figures(application, named[page], cookies[who]))


def sessions() -> dict[str, str]:
    """Sign in the administrator and an agent; return their cookies."""
    from django.test import Client

    from otklik.people.models import Account

    found = {"administrator": Account.objects.get(is_administrator=True), "agent": agent()}
    cookies = {}
    for who, account in found.items():
        client = Client()
        client.force_login(account)
        cookies[who] = "; ".join(f"{key}={one.value}" for key, one in client.cookies.items())
    return cookies


def agent() -> Any:
    """Return the agent who is measured: works in two departments and leads none."""
    from otklik.people.models import Account

    agents = Account.objects.filter(person__memberships__role="agent").exclude(
        person__memberships__role="supervisor"
    )
    return agents.order_by("pk").first()


def figures(application: Any, page: str, cookie: str) -> Figures:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    before, busy = time.perf_counter(), time.thread_time()
    respond(application, page, cookie)
    whole, busy = time.perf_counter() - before, time.thread_time() - busy
    with CaptureQueriesContext(connection) as captured:
        respond(application, page, cookie)
    statements = [one["sql"] for one in captured.captured_queries]
    return Figures(len(statements), alone(statements), whole * 1000, busy * 1000)


def respond(application: Any, page: str, cookie: str) -> None:
    path, _, query = page.partition("?")
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "QUERY_STRING": quote(query, safe="=&:-"),
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "HTTP_HOST": "localhost",
        "HTTP_COOKIE": cookie,
        "HTTP_ACCEPT_ENCODING": "gzip",
        "wsgi.input": io.BytesIO(),
        "wsgi.url_scheme": "http",
    }
    seen: list[str] = []
    body = application(environ, lambda status, _headers: seen.append(status))
    b"".join(body)
    body.close()
    assert seen == ["200 OK"], (page, seen)


_links: list[Any] = []


def alone(statements: Sequence[str]) -> float:
    """Run the statements as they were sent; return milliseconds."""
    import psycopg

    if not _links:
        _links.append(psycopg.connect(os.environ["DATABASE_URL"], autocommit=True))
        _links[0].prepare_threshold = None  # planned each time: values are part of them
    before = time.perf_counter()
    for one in statements:
        cursor = _links[0].execute(one)
        if cursor.description:
            cursor.fetchall()
    return (time.perf_counter() - before) * 1000


def show(rows: Rows, *, statements: int, unbarred: Iterable[str] = ()) -> int:
    """Print the table; 1 when a bar is missed. Of `unbarred` pages only the growth counts."""
    names = ("tickets", "SQL", "alone", "whole", "Python", "ratio", "growth")
    print(f"{'page':28} {'who':14}" + "".join(f"{name:>10}" for name in names))
    good = True
    for (page, who), by_size in rows.items():
        first = next(iter(by_size.values()))
        for size, one in by_size.items():
            ratio, growth = one.whole / one.alone, one.whole / first.whole
            good &= growth <= GROWTH
            good &= page in unbarred or (one.statements <= statements and ratio <= RATIO)
            numbers = (one.alone, one.whole, one.busy, ratio, growth)
            said = "".join(f"{number:>10.2f}" for number in numbers)
            print(f"{page:28} {who:14}{size:>10,}{one.statements:>10}{said}")
    bars = f"SQL <= {statements}, ratio <= {RATIO}, growth <= {GROWTH}"
    print(f"bars: {bars}: {'met' if good else 'MISSED'}")
    return 0 if good else 1
