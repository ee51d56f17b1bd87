"""The queue page over 100,000 and 1,000,000 tickets of which 10,000 are open.

    python bench/queue_page.py [TICKETS ...]

For an administrator (sees all) and an agent (sees some): SQL statements, the time of those
statements alone through psycopg, the time of the whole response through WSGI, their ratio, and
how much a desk ten times as old costs. Times are the best of many; milliseconds.
"""

import io
import logging
import os
import sys
import time
from collections.abc import Callable
from typing import Any

BEST_OF = 40
PAGES = ("/queue/?view=turn", "/queue/?view=all", "/queue/?q=sort:-priority", "/search/?q=возврата")
STATEMENTS, RATIO, GROWTH = 12, 3.0, 1.3


def main(sizes: list[int]) -> int:
    from otklik.core import embedded

    with embedded.start_temporary() as url:
        os.environ |= {
            "DATABASE_URL": url,
            "SECRET_KEY": "the key of a measurement, known to all",
            "DJANGO_SETTINGS_MODULE": "otklik.config.settings",
            "BASE_URL": "http://localhost",
        }
        return measure(sizes)


def measure(sizes: list[int]) -> int:
    import django

    django.setup()
    logging.disable(logging.INFO)  # a line for each request would stand in the table
    from django.core.management import call_command

    rows: dict[tuple[str, str], list[tuple[int, int, float, float]]] = {}
    for size in sizes:
        call_command("flush", "--no-input", verbosity=0) if rows else call_command(
            "migrate", verbosity=0
        )
        from filling import fill_desk

        fill_desk(tickets=size, open_tickets=10_000)
        for who, cookie in sessions().items():
            for page in PAGES:
                rows.setdefault((page, who), []).append((size, *measured(page, cookie)))
    return show(rows)


def sessions() -> dict[str, str]:
    """Sign in the administrator and an agent; return their cookies."""
    from django.test import Client

    from otklik.people.models import Account

    agents = Account.objects.filter(person__memberships__role="agent").exclude(
        person__memberships__role="supervisor"
    )
    found = {
        "administrator": Account.objects.filter(is_administrator=True).first(),
        "agent": agents.order_by("pk").first(),
    }
    cookies = {}
    for who, account in found.items():
        client = Client()
        client.force_login(account)
        cookies[who] = "; ".join(f"{key}={one.value}" for key, one in client.cookies.items())
    return cookies


def measured(page: str, cookie: str) -> tuple[int, float, float]:
    """Return statements, their time alone, and the time of the whole response."""
    from django.core.wsgi import get_wsgi_application
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    application = get_wsgi_application()
    respond(application, page, cookie)
    with CaptureQueriesContext(connection) as captured:
        respond(application, page, cookie)
    statements = [one["sql"] for one in captured.captured_queries]
    whole = best(lambda: respond(application, page, cookie))
    return len(statements), alone(statements), whole


def respond(application: Any, page: str, cookie: str) -> None:
    from urllib.parse import quote

    path, _, query = page.partition("?")
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "QUERY_STRING": quote(query, safe="=&:-"),
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "HTTP_HOST": "localhost",
        "HTTP_COOKIE": cookie,
        "wsgi.input": io.BytesIO(),
        "wsgi.url_scheme": "http",
    }
    seen: list[str] = []
    body = application(environ, lambda status, _headers: seen.append(status))
    b"".join(body)
    body.close()
    assert seen == ["200 OK"], (page, seen)


def alone(statements: list[str]) -> float:
    import psycopg

    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as link:
        link.prepare_threshold = None  # planned each time, as for a page
        return best(lambda: [link.execute(one).fetchall() for one in statements])


def best(work: Callable[[], object]) -> float:
    times = []
    for _ in range(BEST_OF):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times) * 1000


def show(rows: dict[tuple[str, str], list[tuple[int, int, float, float]]]) -> int:
    """Print the table; 1 when a bar is missed."""
    names = ("tickets", "SQL", "alone", "whole", "ratio", "growth")
    print(f"{'page':28} {'who':14}" + "".join(f"{name:>10}" for name in names))
    good = True
    for (page, who), measures in rows.items():
        first = measures[0][3]
        for size, count, sql, whole in measures:
            growth = whole / first
            good &= count <= STATEMENTS and whole <= RATIO * sql and growth <= GROWTH
            figures = (sql, whole, whole / sql, growth)
            said = "".join(f"{figure:>10.2f}" for figure in figures)
            print(f"{page:28} {who:14}{size:>10,}{count:>10}{said}")
    bars = f"SQL <= {STATEMENTS}, ratio <= {RATIO}, growth <= {GROWTH}"
    print(f"bars: {bars}: {'met' if good else 'MISSED'}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main([int(size) for size in sys.argv[1:]] or [100_000, 1_000_000]))
