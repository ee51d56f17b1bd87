"""A letter on its way in: small ones in memory, large ones on the disk."""

import hashlib
import tempfile
from collections.abc import Iterable, Iterator
from typing import Final, Self

MOST_IN_MEMORY: Final = 1024 * 1024
CHUNK: Final = 256 * 1024


class TooLong(Exception):
    """It is longer than is taken, whatever was said of its length."""


class Spool:
    """Bytes that can be read again and again until it is closed."""

    def __init__(self, most: int | None = None) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=MOST_IN_MEMORY)  # noqa: SIM115  # closed by our own context
        self._hash = hashlib.sha256()
        self._most = most
        self.size = 0

    @classmethod
    def of(cls, pieces: Iterable[bytes], most: int | None = None) -> Self:
        """Take pieces up to `most` bytes. Raises TooLong, and asks for no more then."""
        spool = cls(most)
        try:
            for piece in pieces:
                spool.write(piece)
        except BaseException:
            spool.close()
            raise
        return spool

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def __iter__(self) -> Iterator[bytes]:
        self._file.seek(0)
        while chunk := self._file.read(CHUNK):
            yield chunk

    def __len__(self) -> int:
        return self.size

    def __bool__(self) -> bool:
        return True

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def write(self, piece: bytes) -> None:
        self._file.write(piece)
        self._hash.update(piece)
        self.size += len(piece)
        if self._most is not None and self.size > self._most:
            raise TooLong

    def close(self) -> None:
        self._file.close()
