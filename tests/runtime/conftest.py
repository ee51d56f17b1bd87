"""Desks that write durably get a folder in memory, where the machine has room for one."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

MEMORY = Path("/dev/shm")  # noqa: S108  # a folder of its own is made in it
ROOM = 2_000_000_000  # bytes


@pytest.fixture
def tmp_path(tmp_path: Path) -> Iterator[Path]:
    """Give a folder whose disk no other test keeps busy.

    What a desk promises is written before it answers. While other tests write gigabytes that
    nobody waits for, a shared disk takes minutes for it, and the test says nothing of the desk.
    """
    if not MEMORY.is_dir() or shutil.disk_usage(MEMORY).free < ROOM:
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(
        dir=MEMORY, prefix="otklik-", ignore_cleanup_errors=True
    ) as it:
        yield Path(it)
