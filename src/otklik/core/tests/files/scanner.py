"""A real ClamAV daemon on a socket of its own, which knows one signature."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CLAMD = shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin")
REASON = "there is no ClamAV daemon on this machine"
# The harmless text that all scanners agree to find, in halves, so that none finds it here.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR" + b"-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
LARGEST = 1024 * 1024
PATIENCE_SECONDS = 30


@contextmanager
def running_clamd(folder: Path) -> Iterator[str]:
    """Start a daemon and give its address."""
    signatures = folder / "signatures"
    signatures.mkdir(parents=True)
    (signatures / "own.ndb").write_text(f"Own.Test.Eicar:0:*:{EICAR.hex()}\n")
    place = folder / "clamd.ctl"
    settings = folder / "clamd.conf"
    settings.write_text(
        f"DatabaseDirectory {signatures}\nLocalSocket {place}\nForeground yes\n"
        f"StreamMaxLength {LARGEST}\nTemporaryDirectory {folder}\n"
    )
    command = [str(CLAMD), "--config-file", str(settings)]
    daemon = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603  # our own words
    try:
        until = time.monotonic() + PATIENCE_SECONDS
        while not place.exists():
            assert daemon.poll() is None, "clamd did not start"
            assert time.monotonic() < until
            time.sleep(0.05)
        yield f"unix://{place}"
    finally:
        daemon.kill()
        daemon.wait()
