"""Where the bytes are: by default a folder, `ab/cd/<sha256>`, that no web server sees."""

import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from django.conf import settings
from typing_extensions import override

KEPT_HEAD: Final = 64 * 1024
"""First bytes of an incoming file that stay in memory, to tell its type."""
_KEY = re.compile(r"[0-9a-f]{64}")
_INCOMING: Final = ".incoming"


class Incoming:
    """A file on its way in: hashed as it grows, gone when closed before it was stored."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path = folder / secrets.token_hex(16)
        self.size = 0
        self.head = b""
        self._hash = hashlib.sha256()
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        self.file = os.fdopen(descriptor, "w+b")

    def write(self, chunk: bytes) -> None:
        self.file.write(chunk)
        self._hash.update(chunk)
        self.size += len(chunk)
        if len(self.head) < KEPT_HEAD:
            self.head += chunk[: KEPT_HEAD - len(self.head)]

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def settle(self) -> Path:
        """Bring the bytes to the disk and return where they are."""
        self.file.flush()
        os.fsync(self.file.fileno())
        self.file.close()
        return self.path

    def close(self) -> None:
        """Remove it, unless it was stored. Closing twice does nothing."""
        self.file.close()
        self.path.unlink(missing_ok=True)


class FileStore(Protocol):
    """What any place for bytes can do. Keys are SHA-256 in hex, so nothing is ever changed."""

    def incoming(self) -> Incoming:
        """Begin a file."""

    def put(self, incoming: Incoming) -> None:
        """Store a file under its hash, whole or not at all; storing it again is harmless."""

    def open(self, key: str) -> BinaryIO:
        """Open a file to read and seek. Raises FileNotFoundError."""

    def local(self, key: str) -> AbstractContextManager[Path]:
        """Give a path that another program can read while the context lasts."""

    def delete(self, key: str) -> None:
        """Remove a file; one that is gone is fine."""

    def keys(self, *, before: datetime) -> Iterator[str]:
        """List the files last stored before a moment."""

    def sweep_incoming(self, *, before: datetime) -> int:
        """Remove files that broke off before a moment; returns how many."""


class DiskStore(FileStore):
    """Files in a folder of this machine, readable by this user only."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @override
    def incoming(self) -> Incoming:
        return Incoming(self.root / _INCOMING)

    @override
    def put(self, incoming: Incoming) -> None:
        path = self._path(incoming.sha256)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        incoming.settle().replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    @override
    def open(self, key: str) -> BinaryIO:
        return self._path(key).open("rb")

    @override
    @contextmanager
    def local(self, key: str) -> Iterator[Path]:
        yield self._path(key)

    @override
    def delete(self, key: str) -> None:
        self._path(key).unlink(missing_ok=True)

    @override
    def keys(self, *, before: datetime) -> Iterator[str]:
        for path in self.root.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*"):
            if _KEY.fullmatch(path.name) and _is_older(path, before):
                yield path.name

    @override
    def sweep_incoming(self, *, before: datetime) -> int:
        old = [path for path in self.root.glob(f"{_INCOMING}/*") if _is_older(path, before)]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise ValueError(f"{key!r} is no key of a file")
        return self.root / key[:2] / key[2:4] / key


def store() -> FileStore:
    """Return the place that this desk keeps its files in."""
    return DiskStore(Path(settings.OTKLIK_FILES))


def _is_older(path: Path, moment: datetime) -> bool:
    try:
        return path.stat().st_mtime < moment.timestamp()
    except FileNotFoundError:
        return False
