"""Otklik itself, filled by its own `otklik demo`, on the common server."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

from browser import Browser, Desk, Page
from ground import Ground, run, serving

PORT, PROCESSES = 8183, 2
COMMAND = (sys.executable, "-m", "otklik.config.command")
ROOT, PASSWORD = "root@meridian.example", "root-meridian-26"


def prepare(ground: Ground) -> None:
    """Fill the desk, and lay out its tickets as the rows that the others are filled from."""
    if ground.once("otklik-filled"):
        ground.fill_anew("otklik")
        run(*COMMAND, "demo", "--tickets", str(ground.tickets), **settings(ground))
        ground.run_sql("otklik", "long.sql")
        ground.done("otklik-filled")
    ground.lay_out("otklik")
    with ground.database("otklik") as link:
        link.execute("DROP VIEW IF EXISTS source_message, source_ticket")  # they bind columns
    django = [sys.executable, "-m", "django", "migrate", "--verbosity", "0"]
    run(*django, DJANGO_SETTINGS_MODULE="otklik.config.settings", **settings(ground))
    ground.run_sql("otklik", "export.sql")


def settings(ground: Ground) -> dict[str, str]:
    return {
        "OTKLIK_DATA": str(ground.folder / "otklik"),
        "DATABASE_URL": ground.address("otklik"),
        "SECRET_KEY": "the key of a measurement, known to all",
        "PORT": str(PORT),
    }


@contextmanager
def running(ground: Ground) -> Iterator[Desk]:
    """Serve it and sign in."""
    told = settings(ground)
    web = [*COMMAND, "web", "--processes", str(PROCESSES)]
    with serving(web, **told) as pages, serving([*COMMAND, "worker"], **told) as worker:
        browser = Browser(PORT)
        browser.wait_for("/readyz")
        browser.send("/sign-in/", {"name": ROOT, "password": PASSWORD})
        yield Desk(
            name="Otklik",
            served=f"otklik web, {PROCESSES} processes, and worker",
            processes=(pages, worker),
            browser=browser,
            queue=Page("/queue/?view=all", shows=rb'href="/tickets/[A-Z]+-\d+/'),
            ticket=lambda _n, number: Page(f"/tickets/{number}/", shows=b"<article"),
            search=lambda word: Page(
                f"/search/?q={quote(word)}", shows=rb'href="/tickets/[A-Z]+-\d+/'
            ),
            opening=("/api/v1/tickets", {"Authorization": f"Bearer {token(ground)}"}),
            wording=lambda subject, text: {
                "subject": subject,
                "description": text,
                "requester": {"email": "cy@northwind.example", "name": "Cy"},
            },
        )


def token(ground: Ground) -> str:
    import os

    command = [*COMMAND, "token", "create", "--person", ROOT, "--scope", "all"]
    done = subprocess.run(
        command, env=os.environ | settings(ground), capture_output=True, text=True, check=True
    )
    return done.stdout.strip().splitlines()[-1].split()[-1]
