"""Fetch other projects' test letters and cases into build/foreign-letters, a folder for each.

They are taken from pinned archives (`archives.py`) and never kept here; a collection that cannot
be had is named, and its tests are skipped.
"""

import re
import subprocess
import sys
from pathlib import Path

from archives import TALON, Archive, files_of

FOLDER = Path(__file__).resolve().parents[1] / "build" / "foreign-letters"
COLLECTIONS = {  # the paths of its letters
    Archive(
        "dkimpy==1.1.8", "b5f60fb47bbf5d8d762f134bcea0c388eba6b498342a682a21f1686545094b77"
    ): r".*/tests/data/.*(?:\.msg|\.mbox|message.*)",
    Archive(
        "pyspf==2.0.14", "57a7ef01bda090173aafb6af0106251686ed73f03db4e911fcd34c57fc347186"
    ): r".*/test/rfc7208-tests\.yml",
    TALON: r".*/tests/fixtures/.*(?:\.eml|/emails/P/(?!.*_sender).*)",
}


def main() -> int:
    """Fetch what is not there yet; 1 when a collection cannot be had."""
    missing = 0
    for archive, paths in COLLECTIONS.items():
        folder = FOLDER / archive.package
        if folder.exists():
            continue
        try:
            letters = letters_in(archive, paths)
        except (OSError, subprocess.SubprocessError) as error:
            print(f"Nothing from {archive.package}: {error}")
            missing = 1
            continue
        folder.mkdir(parents=True)
        for name, content in letters.items():
            (folder / name).write_bytes(content)
        print(f"{len(letters)} files from {archive.package}.")
    return missing


def letters_in(archive: Archive, paths: str) -> dict[str, bytes]:
    found = files_of(archive).items()
    return {Path(path).name: content for path, content in found if re.fullmatch(paths, path)}


if __name__ == "__main__":
    sys.exit(main())
