"""How often one caller may ask: a fixed window of a minute, counted in this process."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from time import time

from otklik.core.errors import TooMany

WINDOW = 60  # seconds
MOST_SUBJECTS = 10_000


@dataclass(frozen=True)
class Allowance:
    """What is left to a caller, as the `RateLimit-…` headers say it."""

    limit: int
    remaining: int
    reset: int  # seconds until the window ends
    is_spent: bool = False  # this very request was one too many

    def ensure(self) -> None:
        """Raise TooMany when it is spent."""
        if self.is_spent:
            raise TooMany(retry_after=self.reset)

    def headers(self) -> dict[str, str]:
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.reset),
        }


class RateLimiter:
    """Counts by subject. Each process counts alone, so n processes allow n times the limit."""

    def __init__(self, clock: Callable[[], float] = time) -> None:
        self._clock = clock
        self._lock = Lock()
        self._window = 0
        self._counts: dict[str, int] = {}

    def take(self, subject: str, limit: int) -> Allowance:
        """Count one request."""
        now = int(self._clock())
        window, reset = now // WINDOW, WINDOW - now % WINDOW
        with self._lock:
            if window != self._window or len(self._counts) > MOST_SUBJECTS:
                self._window, self._counts = window, {}
            count = self._counts[subject] = self._counts.get(subject, 0) + 1
        return Allowance(limit, max(limit - count, 0), reset, is_spent=count > limit)


limiter = RateLimiter()
