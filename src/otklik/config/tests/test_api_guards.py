"""Kept answers: none is told without asking who may hear it."""

from typing import Any

from otklik.config.api import OnceMiddleware, api
from otklik.core.middleware import API, SAFE


def test_every_write_has_a_guard_for_its_kept_answer() -> None:
    paths: dict[str, Any] = api.get_openapi_schema()["paths"]
    safe = {method.lower() for method in SAFE}
    written = [path for path, methods in paths.items() if methods.keys() - safe]

    assert written
    assert {path.removeprefix(API).split("/")[0] for path in written} == set(OnceMiddleware.guards)
