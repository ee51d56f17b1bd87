"""What pages weigh on their way, by the command that `make bench` has for it."""

import subprocess
import sys
from pathlib import Path

import pytest

from .desk import surroundings

pytestmark = [pytest.mark.slow, pytest.mark.browser]

ROOT = Path(__file__).resolve().parents[2]


def test_no_page_weighs_more_than_its_bar(tmp_path: Path) -> None:
    done = subprocess.run(  # noqa: S603  # our own program
        [sys.executable, ROOT / "bench" / "weight.py"],
        env=surroundings(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
