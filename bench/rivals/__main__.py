"""The same tickets in other helpdesks on the same machine, measured side by side.

    python -m bench rivals [TICKETS [FOLDER]]

Everything is installed and kept in FOLDER (build/rivals); delete it to begin anew. What this
machine cannot have is named in one line and left out. The bar is the quicker of the others as
their makers serve them: our queue page is to take a twentieth of its time, the rest a fifth.
"""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import ModuleType

import django_helpdesk
import ours
import request_tracker
from browser import Desk
from ground import Ground, NotToBeHad
from measuring import LONG, OPENED, QUEUE, SEARCH, TICKET, Figures, best, openings, pages

from otklik.core.embedded.server import start

TICKETS = 100_000
LONGEST = 85  # of a path under which PostgreSQL can have a socket
BARS = {QUEUE: 20.0, TICKET: 5.0, LONG: 5.0, SEARCH: 5.0, OPENED: 5.0}
OSTICKET = "osTicket: not measured; it is not distributed as a package."


def main() -> int:
    tickets = int(sys.argv[1]) if sys.argv[1:] else TICKETS
    ground = Ground(Path(sys.argv[2] if sys.argv[2:] else "build/rivals").resolve(), tickets)
    if len(str(ground.socket)) > LONGEST:
        print(f"{ground.folder} is too long a path for a socket: name a shorter folder.")
        return 1
    ground.folder.mkdir(parents=True, exist_ok=True)
    server = start(ground.socket)
    try:
        ours.prepare(ground)
        products = [ours, *filter(None, map(rival(ground), (django_helpdesk, request_tracker)))]
        running = [product.running for product in products]
        if django_helpdesk in products:
            running.append(django_helpdesk.running_tuned)
        with ExitStack() as stack:
            desks = [stack.enter_context(one(ground)) for one in running]
            print(OSTICKET)
            database = server.process.pid
            figures = pages(desks, ground, database)
            figures[OPENED] = openings(desks, database)
    finally:
        server.stop()
    return show(desks, figures)


def rival(ground: Ground) -> Callable[[ModuleType], ModuleType | None]:
    """Prepare another product; None when this machine cannot have it."""

    def prepared(product: ModuleType) -> ModuleType | None:
        try:
            product.prepare(ground)
        except NotToBeHad as error:
            print(f"{product.__name__}: not measured; {error}.")
            return None
        return product

    return prepared


def show(desks: list[Desk], figures: Figures) -> int:
    """Print the table; 1 when a bar is missed."""
    for desk in desks:
        print(f"{desk.name:<18}{desk.served}")
    print(
        f"\nProcesses that wait for the processor, in the last minute: {os.getloadavg()[0]:.1f}\n"
    )
    print(f"{'ms':<26}" + "".join(f"{desk.name:>18}" for desk in desks) + f"{'ratio':>8}")
    if len(desks) == 1:
        print("There is nothing to compare with.")
        return 0
    missed, bars = 0, [desk.name for desk in desks if desk.is_bar]
    for name, row in figures.items():
        good = (
            line(name, {desk: best(costs.clock) for desk, costs in row.items()}, bars) >= BARS[name]
        )
        print(f"   at least {BARS[name]:.0f}: {'met' if good else 'MISSED'}")
        line("  of processor", {desk: best(costs.processor) for desk, costs in row.items()}, bars)
        print()
        missed += not good
    for desk in desks:
        print(f"{desk.name}: {1000 / best(figures[OPENED][desk.name].clock):.1f} opened a second")
    return 1 if missed else 0


def line(name: str, row: Mapping[str, float], bars: Sequence[str]) -> float:
    """Print the figures of all products; return how many times ours goes into the best bar."""
    first, *others = bars
    ratio = min((row[one] for one in others), default=0.0) / row[first]
    print(
        f"{name:<26}" + "".join(f"{one:>18.1f}" for one in row.values()) + f"{ratio:>8.1f}", end=""
    )
    return ratio


if __name__ == "__main__":
    sys.exit(main())
