"""How often a program may ask, and how it is told."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from otklik.config.api import bearer
from otklik.core.ratelimit import RateLimiter
from otklik.people.tests.factories import make_cast, make_desk
from otklik.people.tests.program import Program

pytestmark = pytest.mark.django_db


def test_one_request_too_many_is_told_how_many_there_may_be(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make_desk()
    program, stranger = Program(make_cast().ada), Client()
    monkeypatch.setattr(bearer, "limit", 1)
    monkeypatch.setattr("otklik.core.api.STRANGER_LIMIT", 1)
    monkeypatch.setattr("otklik.core.api.limiter", RateLimiter(lambda: 600.0))

    def refused(ask: Callable[[], Any]) -> tuple[object, ...]:
        ask()
        answer = ask()
        told = ("Retry-After", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")
        return (answer.status_code, *(answer.headers.get(name) for name in told))

    assert refused(lambda: program.get("/me")) == (429, "60", "1", "0", "60")
    wrong = {"Authorization": "Bearer wrong"}
    assert refused(lambda: stranger.get("/api/v1/me", headers=wrong)) == (429, "60", "1", "0", "60")
