"""What a wheel holds: everything that the code reads at run time, and no test."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "otklik"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
UNREAD = {".md", ".pyc"}


def packages() -> list[Path]:
    inside = [path.parent for path in SOURCE.rglob("__init__.py")]
    return [path for path in inside if "tests" not in path.relative_to(SOURCE).parts]


def code() -> Iterator[Path]:
    for path in SOURCE.rglob("*.py"):
        if "tests" not in path.parts and path.name != "settings_for_tests.py":
            yield path


def imports(path: Path) -> Iterator[str]:
    """Name the top of every absolute import of a file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Import(names=names):
                yield from (one.name.partition(".")[0] for one in names)
            case ast.ImportFrom(module=str(module), level=0):
                yield module.partition(".")[0]


def test_every_file_that_is_read_at_run_time_is_packed() -> None:
    patterns = PROJECT["tool"]["setuptools"]["package-data"]["*"]
    packed = {path for place in packages() for one in patterns for path in place.glob(one)}
    packed |= {path for place in packages() for path in place.glob("*.py")}
    wanted = {
        path
        for path in SOURCE.rglob("*")
        if path.is_file()
        and path.suffix not in UNREAD
        and not {"tests", "__pycache__"} & set(path.relative_to(SOURCE).parts)
    }

    assert sorted(wanted - packed) == []


def test_every_package_that_is_imported_is_declared() -> None:
    """An import that only comes with another package breaks when that one drops it."""
    declared = {
        re.split(r"[\[~>=]", one)[0].lower().replace("-", "_")
        for one in PROJECT["project"]["dependencies"]
    }
    providers = packages_distributions()
    imported = {name for path in code() for name in imports(path)} - sys.stdlib_module_names
    undeclared = {
        name
        for name in imported - {"otklik"}
        if not {one.lower().replace("-", "_") for one in providers[name]} & declared
    }

    assert undeclared == set()
