"""Small by measurement: no file and no function outgrows what one reading can hold."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "otklik"
LONGEST_FILE = 400
LONGEST_FUNCTION = 40
MOST_PARAMETERS = 5
LONGEST_MODULE = 150
BANNED = {"utils", "helpers", "manager", "common", "data", "info", "process", "handle"}


def own_files() -> Iterator[Path]:
    for path in sorted(SOURCE.rglob("*.py")):
        if not {"migrations", "tests"} & set(path.parts):
            yield path


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_no_file_is_longer_than_400_lines() -> None:
    long = {
        name(path): lines
        for path in own_files()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_FILE
    }
    assert long == {}


def test_no_function_is_longer_than_40_lines() -> None:
    long = {
        f"{name(path)}:{node.name}": length
        for path in own_files()
        for node in functions(path)
        if (length := (node.end_lineno or node.lineno) - node.lineno + 1) > LONGEST_FUNCTION
    }
    assert long == {}


def test_no_function_takes_more_than_five_parameters() -> None:
    many = {
        f"{name(path)}:{node.name}": count
        for path in own_files()
        for node in functions(path)
        if not _is_override(node) and (count := _parameters(node)) > MOST_PARAMETERS
    }
    assert many == {}


def _is_override(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """A library's own signature is not ours to shorten."""
    return any(isinstance(one, ast.Name) and one.id == "override" for one in node.decorator_list)


def _parameters(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    return len([one for one in given if one.arg not in ("self", "cls")])


def test_no_room_is_named_after_nothing() -> None:
    assert [name(path) for path in own_files() if path.stem in BANNED] == []


def test_no_script_is_longer_than_150_lines() -> None:
    long = {
        name(path): lines
        for path in sorted((SOURCE / "core" / "static").rglob("*.js"))
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_MODULE
    }
    assert long == {}
