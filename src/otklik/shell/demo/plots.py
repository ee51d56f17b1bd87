"""How tickets go: the steps of a life from first letter to last, with how often each occurs."""

from bisect import bisect
from dataclasses import dataclass
from enum import Enum
from itertools import accumulate
from random import Random


class Step(Enum):
    """One thing that happens to a ticket after it was opened."""

    TAKE = "take"  # an agent takes it
    GIVE = "give"  # a coordinator gives it to an agent
    START = "start"
    RECEIPT = "receipt"  # "I am looking into it"
    ASK = "ask"
    DETAIL = "detail"  # the customer answers
    NOTE = "note"
    PING = "ping"  # the customer asks how it stands
    SOLVE = "solve"
    THANKS = "thanks"
    CONFIRM = "confirm"  # the customer closes it
    EXPIRE = "expire"  # an agent closes what nobody rejected
    WITHDRAW = "withdraw"  # the customer closes it without an answer
    REJECT = "reject"
    AGAIN = "again"  # the second solution
    ESCALATE = "escalate"
    CALM = "calm"
    RAISE = "raise"  # one priority up
    RATE = "rate"


MESSAGES = frozenset(
    {
        Step.RECEIPT,
        Step.ASK,
        Step.DETAIL,
        Step.PING,
        Step.SOLVE,
        Step.THANKS,
        Step.REJECT,
        Step.AGAIN,
    }
)
NOTES = frozenset({Step.NOTE, Step.ESCALATE})

# Hours from the step before: mean of an exponential wait.
WAITS = {
    Step.TAKE: 1.5,
    Step.GIVE: 2.0,
    Step.START: 0.7,
    Step.RECEIPT: 0.4,
    Step.ASK: 1.0,
    Step.DETAIL: 7.0,
    Step.NOTE: 1.2,
    Step.PING: 20.0,
    Step.SOLVE: 5.0,
    Step.THANKS: 6.0,
    Step.CONFIRM: 0.1,
    Step.EXPIRE: 168.0,
    Step.WITHDRAW: 4.0,
    Step.REJECT: 9.0,
    Step.AGAIN: 6.0,
    Step.ESCALATE: 2.0,
    Step.CALM: 0.2,
    Step.RAISE: 0.5,
    Step.RATE: 0.2,
}


@dataclass(frozen=True, slots=True)
class Plot:
    """One course of events and what it costs in rows."""

    steps: tuple[Step, ...]
    messages: int  # with the first letter
    notes: int


@dataclass(frozen=True, slots=True)
class Plots:
    """Plots with their shares."""

    plots: tuple[Plot, ...]
    bounds: tuple[float, ...]

    def choose(self, random: Random) -> Plot:
        return self.plots[bisect(self.bounds, random.random() * self.bounds[-1])]


def _plots(*shares: tuple[float, str]) -> Plots:
    made = []
    for _share, words in shares:
        steps = tuple(Step(word) for word in words.split())
        messages = 1 + sum(step in MESSAGES for step in steps)
        made.append(Plot(steps, messages, sum(step in NOTES for step in steps)))
    return Plots(tuple(made), tuple(accumulate(share for share, _words in shares)))


CLOSED = _plots(
    (30, "take solve expire"),
    (20, "take solve thanks confirm"),
    (12, "take start solve thanks confirm rate"),
    (6, "give start receipt solve thanks confirm"),
    (12, "take ask detail solve thanks confirm rate"),
    (6, "take note ask detail solve expire"),
    (4, "take solve reject start note again thanks confirm rate"),
    (2, "give raise start receipt ping solve thanks confirm"),
    (2, "give escalate start receipt ping note solve thanks calm confirm rate"),
    (1, "take start ask detail ask detail solve confirm rate"),
    (2, "withdraw"),
)

OPEN = _plots(
    (20, ""),
    (4, "ping"),
    (12, "take"),
    (4, "give note"),
    (8, "take start"),
    (11, "take start receipt"),
    (5, "take start receipt ping"),
    (9, "take start ask detail"),
    (12, "take start ask"),
    (9, "take start solve"),
    (2, "take start solve thanks"),
    (5, "take start solve reject"),
    (4, "give start receipt escalate"),
    (2, "raise escalate"),
)
