"""Fetch foreign collections of attacks on HTML into build/attacks, one JSON list each.

They belong to other projects, so they are taken from pinned archives (`archives.py`) and never
kept here. A collection that cannot be had is named, and its tests are skipped.
"""

import ast
import html
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from archives import Archive, files_of

FOLDER = Path(__file__).resolve().parents[1] / "build" / "attacks"
SHOWN_PARTS = "title|description|content|summary|info|copyright|tagline|subtitle|rights"

Reader = Callable[[str], Iterator[str]]


def arguments_called_payload(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.keyword) and node.arg == "payload":
            yield from constants(node.value)


def texts_with_markup(text: str) -> Iterator[str]:
    for one in constants(ast.parse(text)):
        if "<" in one:
            yield one


def constants(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def parser_cases(text: str) -> Iterator[str]:
    yield from re.findall(r"#data\n(.*?)\n#errors", text, re.DOTALL)


def first_part(text: str) -> Iterator[str]:
    yield text.partition("\n--\n")[0]


def shown_parts(text: str) -> Iterator[str]:
    for part in re.findall(
        rf"<(?:{SHOWN_PARTS})\b[^>]*>(.*?)</(?:{SHOWN_PARTS})>", text, re.DOTALL
    ):
        yield html.unescape(part)


@dataclass(frozen=True)
class Collection:
    """One package and where in it the attacks are."""

    archive: Archive
    parts: dict[str, Reader]  # pattern of a path: how to read such a file


COLLECTIONS = (
    Collection(
        Archive(
            "brs-kb==4.0.2",
            "a9f3737e9ef00f0a3b791d9d3b849618ec3e3eb98c27436ba174ff626ba5ebd8",
        ),
        {r"brs_kb/payloads/.*\.py": arguments_called_payload},
    ),
    Collection(
        Archive(
            "html5lib==1.1",
            "b2e5b40261e20f354d198eae92afc10d750afb487ed5e50f9c4eaf07c184146f",
        ),
        {r".*/tree-construction/.*\.dat": parser_cases},
    ),
    Collection(
        Archive(
            "bleach==6.4.0",
            "4202482733d85cedd04e59fcb2f89f4e4c7c385a78d3c3c23c30446843a37452",
        ),
        {r".*/tests/test_.*\.py": texts_with_markup, r".*/tests/data/.*\.test": first_part},
    ),
    Collection(
        Archive(
            "feedparser==6.0.12",
            "64f76ce90ae3e8ef5d1ede0f8d3b50ce26bcce71dd8ae5e82b1cd2d4a5f94228",
        ),
        {r".*/wellformed/sanitize/.*\.xml": shown_parts},
    ),
    Collection(
        Archive(
            "lxml_html_clean==0.4.3",
            "c9df91925b00f836c807beab127aac82575110eacff54d0a75187914f1bd9d8c",
        ),
        {r".*/tests/test_.*\.py": texts_with_markup},
    ),
)


def main() -> int:
    """Fetch what is not there yet; 1 when a collection, which is named, cannot be had."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    missing = 0
    for collection in COLLECTIONS:
        kept = FOLDER / f"{collection.archive.package}.json"
        if kept.exists():
            continue
        try:
            attacks = attacks_in(collection)
        except (OSError, subprocess.SubprocessError) as error:
            print(f"No attacks from {collection.archive.package}: {error}")
            missing = 1
            continue
        kept.write_text(json.dumps(attacks, ensure_ascii=True, indent=0), encoding="utf-8")
        print(f"{len(attacks)} attacks from {collection.archive.package}.")
    return missing


def attacks_in(collection: Collection) -> list[str]:
    """Return what the listed files of a package hold, each attack once."""
    texts = [
        attack
        for path, content in files_of(collection.archive).items()
        for pattern, reader in collection.parts.items()
        if re.fullmatch(pattern, path)
        for attack in reader(content.decode(errors="replace"))
    ]
    return sorted(set(filter(str.strip, texts)))


if __name__ == "__main__":
    sys.exit(main())
