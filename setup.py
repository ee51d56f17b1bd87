"""Puts what `make setup` has made into a wheel: the collected static files.

Everything else about the package stands in `pyproject.toml`.
"""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).resolve().parent
COLLECTED = ROOT / "build" / "static"
LOCALES = ROOT / "src" / "otklik"


class BuildWithStatic(build_py):
    """Copies code and data, then the static files that pages name by their sums."""

    def run(self) -> None:
        texts = list(LOCALES.glob("*/locale/*/LC_MESSAGES/django.po"))
        if not (COLLECTED / "staticfiles.json").exists() or not all(
            path.with_suffix(".mo").exists() for path in texts
        ):
            raise SystemExit("Say `make setup` first: static files and texts are not made yet.")
        shutil.rmtree(self.build_lib, ignore_errors=True)  # what an older tree left there
        super().run()
        shutil.copytree(COLLECTED, Path(self.build_lib) / "otklik" / "config" / "collected")


setup(cmdclass={"build_py": BuildWithStatic})
