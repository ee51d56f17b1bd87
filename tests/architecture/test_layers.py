"""Which app may know which: also where the import linter cannot look."""

import ast
import tomllib
from pathlib import Path
from typing import Any

from django.apps import apps

ROOT = Path(__file__).resolve().parents[2]


def layers() -> dict[str, int]:
    """Return the height of each app, from the import linter's own contract."""
    settings: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    lines = next(one for one in contracts if one["id"] == "apps")["layers"]
    return {
        f"otklik.{name.strip(' ()')}": height
        for height, line in enumerate(reversed(lines))
        for name in line.split("|")
    }


def test_foreign_keys_point_down() -> None:
    """A string reference hides an upward dependency from the import linter, not from here."""
    rank = layers()
    upward = [
        f"{model.__name__}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if (field.many_to_one or field.many_to_many) and field.concrete and field.related_model
        if (mine := model._meta.app_config) and (theirs := _app(field.related_model))
        if mine.name in rank and theirs in rank and rank[mine.name] < rank[theirs]
    ]
    assert upward == []


def _app(model: Any) -> str:
    config = model._meta.app_config
    return config.name if config else ""


def test_every_app_stands_in_the_layers() -> None:
    known = set(layers())
    ours = {config.name for config in apps.get_app_configs() if config.name.startswith("otklik.")}
    assert ours <= known


def test_models_have_no_behaviour_on_saving() -> None:
    """Rules live in constraints and actions, not in `save()`."""
    overridden = [
        model.__name__
        for model in apps.get_models()
        if model.__module__.startswith("otklik.") and "save" in vars(model)
    ]
    assert overridden == []


def test_one_client_fetches_what_strangers_name() -> None:
    """Another one is for a provider that an administrator named."""
    clients = {"http.client", "urllib.request", "httpx", "requests", "urllib3", "aiohttp"}
    found = {
        str(path.relative_to(ROOT / "src" / "otklik"))
        for path in (ROOT / "src" / "otklik").rglob("*.py")
        if "tests" not in path.parts
        if not clients.isdisjoint(_imported(path))
    }
    assert found == {"core/egress.py", "core/post/oauth.py"}


def _imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{one.name}" for one in node.names)}
    return found
