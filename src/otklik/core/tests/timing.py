"""Time that grows with the text only, measured so that a busy machine does not matter."""

import gc
import time
from collections.abc import Callable
from typing import Final

SHORT: Final = 20_000
TIMES: Final = 5
MOST_GROWTH: Final = 2.5
"""Over linear; quadratic work would grow TIMES fold."""
NOISE_SECONDS: Final = 0.15
ROUNDS: Final = 9


def assert_linear(act: Callable[[str], object], unit: str) -> None:
    """Check that a text of `unit` repeated TIMES as long takes about TIMES the work."""
    short = unit * (SHORT // len(unit))
    act(short)
    pairs: list[tuple[float, float]] = []
    for _once in range(ROUNDS):  # one after the other, so that a slow moment is both's
        small = max(_work(act, short) for _again in range(3))  # a cold cache is not growth
        pairs.append((small, _work(act, short * TIMES)))
        if _is_linear(*pairs[-1]):
            return
    raise AssertionError(pairs)


def _is_linear(small: float, large: float) -> bool:
    return large < small * TIMES * MOST_GROWTH + NOISE_SECONDS


def _work(act: Callable[[str], object], text: str) -> float:
    was_on = gc.isenabled()
    gc.disable()  # a collection looks at all that this process holds, whatever is measured
    try:
        started = time.thread_time()
        act(text)
        return time.thread_time() - started
    finally:
        if was_on:
            gc.enable()
