"""The life of one server, from its start to its end."""

import contextlib
import ctypes
import functools
import hashlib
import os
import platform
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final
from urllib.parse import quote

from otklik.core.embedded.cluster import (
    DATABASE,
    DURABLE,
    FLEETING,
    configure,
    inside,
    make_cluster,
    standing,
    surroundings,
)
from otklik.core.embedded.programs import (
    Account,
    EmbeddedError,
    Programs,
    account_for,
    programs_for,
    reachable,
)

ON_LINUX: Final = platform.system() == "Linux"
SOCKET: Final = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH: Final = 103
"""In bytes: 107 on Linux, 103 on macOS and the BSDs."""
STARTING_SECONDS: Final = 600.0
"""A crashed desk with much to recover needs minutes."""
STOPPING_SECONDS: Final = 60.0
READY_LINE: Final = 7
"""The line of postmaster.pid that says how far the server is."""
LARGEST_LOG: Final = 10_000_000

Log = tuple[Path, int]
"""The server's log, and where this start begins in it."""

_prctl = ctypes.CDLL(None).prctl if ON_LINUX else None


class Server:
    """A running server that this process started and stops."""

    def __init__(self, *, folder: Path, process: "subprocess.Popen[bytes]") -> None:
        self.folder = folder
        self.process = process
        self.url = _url(folder)

    def stop(self) -> None:
        """End all connections and write everything to disk; twice does nothing."""
        for sign in (signal.SIGINT, signal.SIGQUIT):
            if self.process.poll() is None:
                self.process.send_signal(sign)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(STOPPING_SECONDS)
                return


def start(
    folder: Path,
    *,
    settings: Mapping[str, str] = DURABLE,
    meanwhile: Callable[[str], None] | None = None,
) -> Server:
    """Start the server of the cluster in `folder`, which is made when it is not there.

    It ends with the process that called, however that ends. `meanwhile` is given the address
    and runs while the server is starting. Raises EmbeddedError.
    """
    folder = folder.absolute()
    try:
        account = account_for(folder)
        programs = reachable(programs_for(folder), account)
        if not (folder / "PG_VERSION").exists():
            make_cluster(folder, programs, account)
        configure(folder, programs, account, settings)
        _clear_stale_lock(folder)
        process, log = _launch(folder, programs, account)
    except OSError as error:
        where = f" {error.filename}" if error.filename else ""
        raise EmbeddedError(
            f"The embedded database cannot use{where}: {error.strerror}."
        ) from error
    if meanwhile is not None:
        meanwhile(_url(folder))
    return _started(folder, process, log)


def running(folder: Path) -> str | None:
    """Give the address of the server that runs on `folder`, if one does."""
    folder = folder.absolute()
    return _url(folder) if _postmaster(folder) is not None and _is_ready(folder) else None


@contextlib.contextmanager
def joined(folder: Path) -> Iterator[str]:
    """Join the running server, or have one for as long as the block lasts; gives its address."""
    url = running(folder)
    if url is not None:
        yield url
        return
    server = start(folder)
    try:
        yield server.url
    finally:
        server.stop()


@contextlib.contextmanager
def start_temporary() -> Iterator[str]:
    """Have a quick, forgetful server for tests and measurements; gives its address."""
    _sweep_temporary()
    top = Path(tempfile.mkdtemp(prefix=f"otklik-{os.getpid()}-"))
    server = start(top / "pg", settings=FLEETING)
    try:
        yield server.url
    finally:
        server.stop()
        shutil.rmtree(top, ignore_errors=True)


def _clear_stale_lock(folder: Path) -> None:
    """Take away the lock of a killed server once nothing of that server lives any more."""
    if not (folder / "postmaster.pid").exists() or not ON_LINUX:
        return
    until = time.monotonic() + STOPPING_SECONDS
    while _lives_in(folder):
        if _postmaster(folder) is not None or time.monotonic() > until:
            raise EmbeddedError(f"Another desk is already running on {folder.parent}.")
        time.sleep(0.05)
    (folder / "postmaster.pid").unlink(missing_ok=True)
    (folder / f"{SOCKET}.lock").unlink(missing_ok=True)


def _lives_in(folder: Path) -> set[int]:
    lives = set()
    for entry in Path("/proc").glob("[0-9]*/cwd"):
        with contextlib.suppress(OSError):
            if entry.samefile(folder):
                lives.add(int(entry.parent.name))
    return lives


def _postmaster(folder: Path) -> int | None:
    try:
        number = int((folder / "postmaster.pid").read_text().split("\n", 1)[0])
        if ON_LINUX:
            return number if Path(f"/proc/{number}/cwd").samefile(folder) else None
        os.kill(number, 0)
    except (OSError, ValueError):
        return None
    return number


def _is_ready(folder: Path) -> bool:
    try:
        lines = (folder / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return False
    return len(lines) > READY_LINE and lines[READY_LINE].strip() == "ready"


def _launch(
    folder: Path, programs: Programs, account: Account
) -> tuple["subprocess.Popen[bytes]", Log]:
    path = folder.parent / "postgres.log"
    if path.exists() and path.stat().st_size > LARGEST_LOG:
        path.replace(path.with_suffix(".log.1"))
    with path.open("ab") as log:
        written = log.tell()
        process = subprocess.Popen(  # noqa: S603  # a program from a fixed place
            [programs.folder / "postgres", *inside(folder, programs)],
            cwd=standing(folder, programs),
            env=surroundings(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=functools.partial(end_with_parent, signal.SIGINT),  # noqa: PLW1509 - prctl alone, and before any thread
            **account.run(),
        )
    return process, (path, written)


def _started(folder: Path, process: "subprocess.Popen[bytes]", log: Log) -> Server:
    """Wait until a launched server takes connections. Raises EmbeddedError."""
    until = time.monotonic() + STARTING_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            raise EmbeddedError(f"The embedded database did not start: {_last_words(*log)}")
        if _postmaster(folder) == process.pid and _is_ready(folder):
            return Server(folder=folder, process=process)
        time.sleep(0.01)
    process.send_signal(signal.SIGQUIT)
    raise EmbeddedError(f"The embedded database is not ready after {STARTING_SECONDS:.0f} s.")


def end_with_parent(sign: signal.Signals) -> None:
    """Ask Linux to send the calling process this signal when its parent dies without a word."""
    if _prctl is not None:
        _prctl(1, int(sign))


def _last_words(path: Path, offset: int) -> str:
    lines = path.read_bytes()[offset:].decode(errors="replace").splitlines()
    fatal = [line.partition("FATAL:")[2].strip() for line in lines if "FATAL:" in line]
    return f"{(fatal or lines or ['no reason given'])[-1]} ({path})"


def _url(folder: Path) -> str:
    return f"postgresql://{DATABASE}@/{DATABASE}?host={quote(_short(folder), safe='')}&port=5432"


def _short(folder: Path) -> str:
    """Give a path to `folder` that leaves room for the socket's name.

    A comma would be read as the end of one host and the start of another.
    """
    if len(os.fsencode(folder / SOCKET)) <= LONGEST_SOCKET_PATH and "," not in str(folder):
        return str(folder)
    place = Path(tempfile.gettempdir()) / f"otklik-links-{os.geteuid()}"
    place.mkdir(mode=0o700, exist_ok=True)
    status = place.lstat()
    if place.is_symlink() or status.st_uid != os.geteuid() or status.st_mode & 0o077:
        raise EmbeddedError(f"{place} is not a folder of this user alone.")
    link = place / hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    with contextlib.suppress(FileExistsError):
        link.symlink_to(folder)
    return str(link)


def _sweep_temporary() -> None:
    """Remove what killed test runs left behind."""
    for top in Path(tempfile.gettempdir()).glob("otklik-*-*"):
        number = top.name.split("-")[1]
        if number.isdecimal() and not _lives(int(number)):
            shutil.rmtree(top, ignore_errors=True)


def _lives(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
