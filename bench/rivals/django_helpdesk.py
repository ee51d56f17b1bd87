"""django-helpdesk from PyPI in an environment of its own, served by Gunicorn, DEBUG off.

Twice: as its makers' container serves it (six processes, a connection to the database for each
request, a line of access for each), and tuned by us. What else that container adds, sending
letters and a password for the database, is left out here of both.
"""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from browser import Browser, Desk, Page
from ground import HERE, Ground, NotToBeHad, run, serving

PORTS = {"django-helpdesk": 8182, "the same, tuned": 8184}
ROWS = re.compile(r"/datatables_ticket_list/[\w=+/-]+")
WISHES = "?draw=1&start=0&length=50&order%5B0%5D%5Bcolumn%5D=5&order%5B0%5D%5Bdir%5D=desc"
MAKE_ROOT = """
import django; django.setup()
from django.contrib.auth import get_user_model
get_user_model().objects.create_superuser("root", "root@measured.example", "password")
"""


def prepare(ground: Ground) -> None:
    """Install it into the scratch folder and fill it; raises NotToBeHad."""
    if ground.once("django-helpdesk-installed"):
        run(sys.executable, "-m", "venv", "--clear", ground.folder / "django-helpdesk")
        try:
            run(python(ground), "-m", "pip", "install", "-qq", "-r", HERE / "helpdesk.lock")
        except NotToBeHad as error:
            raise NotToBeHad("its packages cannot be installed here") from error
        ground.done("django-helpdesk-installed")
    if ground.once("django-helpdesk-filled"):
        ground.fill_anew("helpdesk")
        run(python(ground), "-m", "django", "migrate", "--verbosity", "0", **settings(ground))
        run(python(ground), "-c", MAKE_ROOT, **settings(ground))
        ground.carry_tickets("helpdesk")
        ground.run_sql("helpdesk", "django_helpdesk.sql")
        ground.done("django-helpdesk-filled")
    ground.lay_out("helpdesk")


def python(ground: Ground) -> Path:
    return ground.folder / "django-helpdesk/bin/python"


def settings(ground: Ground) -> dict[str, str]:
    return {
        "DJANGO_SETTINGS_MODULE": "helpdesk_site",
        "PYTHONPATH": str(HERE),
        "HELPDESK_SOCKET": str(ground.socket),
        "HELPDESK_FOLDER": str(ground.folder / "helpdesk-files"),
    }


@contextmanager
def running(ground: Ground) -> Iterator[Desk]:
    """Serve it as its makers do, and sign in."""
    logged = ["--preload", "--log-level=debug", "--access-logfile=-"]
    options = {"workers": 6, "more": logged, "name": "django-helpdesk", "is_bar": True}
    with _served(ground, **options) as desk:
        yield desk


@contextmanager
def running_tuned(ground: Ground) -> Iterator[Desk]:
    """Serve it as quickly as we can, and sign in."""
    options = {"workers": 4, "more": [], "name": "the same, tuned", "is_bar": False}
    with _served(ground, HELPDESK_KEEPS_CONNECTIONS="1", **options) as desk:
        yield desk


@contextmanager
def _served(
    ground: Ground, *, workers: int, more: list[str], name: str, is_bar: bool, **told: str
) -> Iterator[Desk]:
    port = PORTS[name]
    options = ["--workers", str(workers), "--bind", f"127.0.0.1:{port}", *more]
    application = "django.core.wsgi:get_wsgi_application()"
    command = [python(ground), "-m", "gunicorn", *options, application]
    with serving(command, **settings(ground), **told) as gunicorn:
        browser = Browser(port)
        browser.wait_for("/enter/")
        browser.send("/enter/", {"username": "root", "password": "password"})
        yield Desk(
            name=name,
            served=f"Gunicorn, {workers} processes, DEBUG off",
            is_bar=is_bar,
            processes=(gunicorn,),
            browser=browser,
            queue=Page("/tickets/", shows=b'"recordsTotal": ?[1-9]', then=rows),
            ticket=lambda n, _number: Page(f"/tickets/{n}/", shows=b"Reply 3"),
            search=lambda word: Page(
                f"/tickets/?q={quote(word)}", shows=b'"recordsTotal": ?[1-9]', then=rows
            ),
            opening=("/api/tickets/", {"X-CSRFToken": browser.cookies["csrftoken"]}),
            wording=lambda subject, text: {
                "queue": 1,
                "title": subject,
                "description": text,
                "submitter_email": "cy@northwind.example",
                "priority": 3,
            },
        )


def rows(page: bytes) -> str:
    """Find where the table of the page gets its rows; the page itself has none."""
    found = ROWS.search(page.decode())
    assert found, "the page names no rows"
    return found.group(0) + WISHES
