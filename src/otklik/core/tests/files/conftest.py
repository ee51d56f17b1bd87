from pathlib import Path

import pytest
from pytest_django.fixtures import Settings


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    """Keep this test's files in a folder of its own."""
    settings.OTKLIK_FILES = tmp_path / "files"
    return tmp_path / "files"
