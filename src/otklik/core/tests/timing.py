"""Time that grows with the text only, measured so that a busy machine does not matter."""

import time
from collections.abc import Callable
from typing import Final

SHORT: Final = 20_000
TIMES: Final = 5
MOST_GROWTH: Final = 2.5
"""Over linear; quadratic work would grow TIMES fold."""
NOISE_SECONDS: Final = 0.15


def assert_linear(act: Callable[[str], object], unit: str) -> None:
    """Check that a text of `unit` repeated TIMES as long takes about TIMES the work."""
    short = unit * (SHORT // len(unit))
    act(short)
    small = max(_work(act, short) for _once in range(3))  # a cold cache is not growth
    most = small * TIMES * MOST_GROWTH + NOISE_SECONDS
    large = min(_work(act, short * TIMES) for _once in range(3))
    if large >= most:  # a machine that was slow for a moment
        large = min(large, *(_work(act, short * TIMES) for _once in range(6)))
    assert large < most, (small, large)


def _work(act: Callable[[str], object], text: str) -> float:
    started = time.thread_time()
    act(text)
    return time.thread_time() - started
