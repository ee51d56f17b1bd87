"""What is measured: pages and openings of all products in turn, by the clock and by processor."""

import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from statistics import mean

from browser import Desk
from ground import Ground, spent

ROUNDS, VARIANTS = 6, 5
TURNS, TURN_SECONDS, CLIENTS = 4, 5.0, 8
WORDS = ("пожалуйста", "printer", "Wi-Fi", "благодаря", "invoice")
QUEUE, SEARCH, OPENED = "queue page", "search", "opened"
TICKET, LONG = "ticket page, 3 messages", "ticket page, 30 messages"
OF_LENGTH = """
    SELECT n, number FROM source_ticket JOIN source_message USING (n)
    GROUP BY n, number HAVING count(*) = %s ORDER BY hashint4(n) LIMIT %s"""


@dataclass
class Costs:
    """What one thing took in one product, look by look: (variant, seconds)."""

    clock: list[tuple[int, float]] = field(default_factory=list)
    processor: list[tuple[int, float]] = field(default_factory=list)


Figures = dict[str, dict[str, Costs]]


def best(looks: list[tuple[int, float]]) -> float:
    """Return the milliseconds of the best look at each variant, on the average."""
    variants = {variant for variant, _ in looks}
    return 1000 * mean(min(took for one, took in looks if one == variant) for variant in variants)


def measured(work: Callable[[], float], processes: tuple[int, ...]) -> tuple[float, float]:
    """Return what `work` says it took, and the seconds of processor that it cost the processes."""
    before = sum(map(spent, processes))
    took = work()
    return took, sum(map(spent, processes)) - before


def pages(desks: list[Desk], ground: Ground, database: int) -> Figures:
    """Look at every page of every product in turn."""
    with ground.database("otklik") as link:
        short, long = (link.execute(OF_LENGTH, [n, VARIANTS]).fetchall() for n in (3, 30))
    figures: Figures = {
        name: {desk.name: Costs() for desk in desks} for name in (QUEUE, TICKET, LONG, SEARCH)
    }
    for _ in range(ROUNDS):
        for variant, three, thirty, word in zip(range(VARIANTS), short, long, WORDS, strict=True):
            for desk in random.sample(desks, len(desks)):
                asked = {
                    QUEUE: desk.queue,
                    TICKET: desk.ticket(*three),
                    LONG: desk.ticket(*thirty),
                    SEARCH: desk.search(word),
                }
                for name, page in asked.items():
                    costs = figures[name][desk.name]
                    watched = (*desk.processes, database)
                    took, cost = measured(lambda: desk.browser.look_at(page), watched)  # noqa: B023 - called at once
                    costs.clock.append((variant, took))
                    costs.processor.append((variant, cost))
    return figures


def openings(desks: list[Desk], database: int) -> dict[str, Costs]:
    """Open tickets in every product in turn, eight clients at once; seconds are of one ticket."""
    figures = {desk.name: Costs() for desk in desks}
    with ThreadPoolExecutor(CLIENTS) as clients:

        def turn(desk: Desk) -> tuple[float, float]:
            before = sum(map(spent, (*desk.processes, database)))
            began = time.perf_counter()
            opened = sum(clients.map(desk.open_for, [TURN_SECONDS] * CLIENTS))
            took = time.perf_counter() - began
            cost = sum(map(spent, (*desk.processes, database))) - before
            return took / opened, cost / opened

        for _ in range(TURNS):
            for desk in desks:
                took, cost = turn(desk)
                figures[desk.name].clock.append((0, took))
                figures[desk.name].processor.append((0, cost))
    return figures
