"""The small desk made by hand: a company, its customers and what they wrote."""

import tomllib
from datetime import timedelta
from typing import Any

from django.db import connection, transaction

from otklik.core import clock
from otklik.core.models import Desk
from otklik.shell.demo.desk.articles import write_articles
from otklik.shell.demo.desk.attacks import play_attacks
from otklik.shell.demo.desk.playing import Stage
from otklik.shell.demo.desk.settling import Cast, settle
from otklik.shell.demo.lexicon import FOLDER
from otklik.tickets.actions.viewing import save_view
from otklik.tickets.selectors.queue import asking_of

TICKETS = ("tickets-en", "tickets-ru", "tickets-bg")
VIEWS = (
    ("ada", "Mine, most urgent first", "assignee:me", "priority"),
    ("ada", "Customers who wait", "turn:ours priority:>=4", "-updated"),
    ("ada", "Refunds", "refund возврат плащания", "-updated"),
    ("vi", "Escalated", "is:escalated", "-updated"),
    ("vi", "Reopened", "status:reopened", "-updated"),
    ("gleb", "Мои в работе", "assignee:me status:progress", "-updated"),
    ("elitsa", "Чакат мен", "assignee:me turn:ours", "-updated"),
)


@transaction.atomic
def load_demo_desk() -> bool:
    """Make the demo desk where there is no desk yet; say whether it was made.

    Everything goes through the actions, as of the times when it would have happened. Safe
    to run twice, also at once: the second waits and finds the desk there.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('shell.load_demo_desk'))")
    if Desk.objects.exists():
        return False
    now = clock.now()
    with clock.moved_to(now - timedelta(days=1100)):
        cast = settle(_sheet("people"))
    stage = Stage(cast, now, {})
    rows = [row for name in TICKETS for row in _sheet(name)["ticket"]]
    for row in sorted([*rows, _sheet("attacks")], key=lambda row: -float(row["hours_ago"])):
        if "bodies" in row:
            play_attacks(stage, row)
        else:
            stage.play(row)
    write_articles(cast, now, _sheet("articles"))
    _save_views(cast)
    return True


def _sheet(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / "desk" / f"{name}.toml").read_text(encoding="utf-8"))


def _save_views(cast: Cast) -> None:
    for key, name, query, sort in VIEWS:
        save_view(asking=asking_of(cast.actors[key]), name=name, query=query, sort=sort)
