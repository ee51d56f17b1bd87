"""The settings of a test run: nothing of the desk or the shell around it shows through.

Only DATABASE_URL is obeyed, so that the tests can run on another PostgreSQL.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from django.contrib.auth.hashers import Argon2PasswordHasher

from otklik.config.environment import SETTINGS, environment

for _name in set(SETTINGS) - {"DATABASE_URL"}:
    os.environ.pop(_name, None)
_folder = tempfile.mkdtemp(prefix="otklik-data-")
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
os.environ.update(
    OTKLIK_CONFIG=os.devnull,
    OTKLIK_DATA=_folder,
    SECRET_KEY="the key of a test run, known to all",  # noqa: S106  # guards nothing
    BASE_URL="http://testserver",
)
environment.cache_clear()

from otklik.config.settings import *  # noqa: E402, F403 - the same settings, in other surroundings
from otklik.config.settings import MIDDLEWARE, STORAGES  # noqa: E402  # those that differ in part


class QuickHasher(Argon2PasswordHasher):
    """The desk's hash function at its smallest cost."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1


PASSWORD_HASHERS = [f"{__name__}.{QuickHasher.__name__}"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
STATIC_ROOT = Path(_folder)
MIDDLEWARE.remove("otklik.people.middleware.FirstRunMiddleware")  # few tests need a desk
