"""The archive of a desk: a tar whose last member, the manifest, names the sum of all others.

Everything streams. An archive is read to its end and found whole before anything uses it.
"""

import hashlib
import json
import os
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Final

MANIFEST: Final = "manifest.json"
DATABASE: Final = "database.dump"
KEY: Final = "secret.key"
FILES: Final = "files"
LANGUAGES: Final = "languages"
FORMAT: Final = 1
BLOCK: Final = 1 << 20
LARGEST_MANIFEST: Final = 1 << 30


class ArchiveError(Exception):
    """An archive that cannot be trusted, in one line that says why."""


@dataclass
class Manifest:
    """What an archive holds: the desk's version and the sum of each member."""

    version: str
    migrations: list[list[str]]
    made_at: str
    sums: dict[str, str] = field(default_factory=dict)
    format: int = FORMAT


@contextmanager
def writing(path: Path, manifest: Manifest) -> Iterator["Writer"]:
    """Write an archive that appears under its name only when it is whole."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        descriptor = os.open(fresh, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w+b") as file:
            with _tar(file, compressed=path.suffix in {".gz", ".tgz"}) as tar:
                writer = Writer(tar, manifest)
                yield writer
                writer.finish()
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


class Writer:
    def __init__(self, tar: tarfile.TarFile, manifest: Manifest) -> None:
        self._tar = tar
        self._manifest = manifest

    def add(self, name: str, path: Path) -> None:
        with path.open("rb") as file:
            member = self._tar.gettarinfo(arcname=name, fileobj=file)
            member.uid = member.gid = 0
            member.uname = member.gname = ""
            member.mode = 0o600
            summed = _Summed(file)
            self._tar.addfile(member, summed)
        self._manifest.sums[name] = summed.sum.hexdigest()

    def add_folder(self, name: str, folder: Path) -> int:
        """Add every file below the folder, except those still being written (`.name`).

        A file that is swept meanwhile is left out: nothing in the database refers to it.
        """
        number = 0
        for path in sorted(folder.rglob("*")):
            inside = path.relative_to(folder)
            if path.is_file() and not any(part.startswith(".") for part in inside.parts):
                with suppress(FileNotFoundError):
                    self.add(f"{name}/{inside.as_posix()}", path)
                    number += 1
        return number

    def finish(self) -> None:
        body = json.dumps(asdict(self._manifest)).encode()
        member = tarfile.TarInfo(MANIFEST)
        member.size, member.mode = len(body), 0o600
        self._tar.addfile(member, _Summed(_Bytes(body)))


def verify(path: Path) -> Manifest:
    """Read the whole archive and compare every sum. Raises ArchiveError."""
    with _opened(path) as tar:
        sums, manifest = _read(path, tar)
    if manifest is None:
        raise ArchiveError(f"{path} is no whole archive: its manifest is missing.")
    for name in sorted(sums.keys() | manifest.sums.keys()):
        if sums.get(name) != manifest.sums.get(name):
            raise ArchiveError(f"{path} was damaged or changed: {name} is not what was put in.")
    return manifest


def _read(path: Path, tar: tarfile.TarFile) -> tuple[dict[str, str], Manifest | None]:
    sums: dict[str, str] = {}
    manifest: Manifest | None = None
    for name, size, content in _members(tar):
        if manifest is not None:
            raise ArchiveError(f"{path}: something follows the manifest.")
        if name == MANIFEST:
            manifest = _parse(path, content.read(LARGEST_MANIFEST))
            continue
        if name in sums:
            raise ArchiveError(f"{path}: {name} is there twice.")
        sums[name] = _sum(content, size)
    return sums, manifest


def extract(path: Path, manifest: Manifest, folder: Path) -> None:
    """Write the verified members below the folder, checking the sums once more."""
    with _opened(path) as tar:
        for name, _size, content in _members(tar):
            if name == MANIFEST:
                continue
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            summed = _Summed(content)
            with target.open("xb") as file:
                while block := summed.read(BLOCK):
                    file.write(block)
            if summed.sum.hexdigest() != manifest.sums.get(name):
                raise ArchiveError(f"{path} was changed while it was read: {name}.")


class _Summed:
    """A file that sums up what is read from it."""

    def __init__(self, file: "IO[bytes] | _Bytes") -> None:
        self._file = file
        self.sum = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        block = self._file.read(size)
        self.sum.update(block)
        return block


class _Bytes:
    def __init__(self, body: bytes) -> None:
        self._rest = body

    def read(self, size: int = -1) -> bytes:
        end = len(self._rest) if size < 0 else size
        block, self._rest = self._rest[:end], self._rest[end:]
        return block


def _tar(file: IO[bytes], *, compressed: bool) -> tarfile.TarFile:
    if compressed:
        return tarfile.open(fileobj=file, mode="w:gz", format=tarfile.PAX_FORMAT)
    return tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT)


def _members(tar: tarfile.TarFile) -> Iterator[tuple[str, int, IO[bytes]]]:
    for member in tar:
        content = tar.extractfile(member) if member.isreg() else None
        if content is None or not _is_plain(member.name):
            raise ArchiveError(f"{member.name!r} has no place in an archive.")
        yield member.name, member.size, content


@contextmanager
def _opened(path: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(path, "r:*") as tar:
            yield tar
    except (tarfile.TarError, EOFError, zlib.error) as error:
        raise ArchiveError(f"{path} is no archive of a desk, or not whole ({error}).") from None


def _is_plain(name: str) -> bool:
    parts = PurePosixPath(name).parts
    if name != "/".join(parts) or ".." in parts or name.startswith("/"):
        return False
    return name in {MANIFEST, DATABASE, KEY} or parts[0] in {FILES, LANGUAGES}


def _sum(content: IO[bytes], size: int) -> str:
    summed, read = _Summed(content), 0
    while block := summed.read(BLOCK):
        read += len(block)
    if read != size:
        raise ArchiveError("The archive ends too early.")
    return summed.sum.hexdigest()


def _parse(path: Path, body: bytes) -> Manifest:
    try:
        found = Manifest(**json.loads(body))
        if not isinstance(found.sums, dict):
            raise TypeError  # noqa: TRY301 - one answer to every wrong shape
    except (ValueError, TypeError):
        raise ArchiveError(f"{path}: the manifest cannot be read.") from None
    if found.format != FORMAT:
        raise ArchiveError(f"{path} was made by another version of Otklik.")
    return found
