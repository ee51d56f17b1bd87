"""Work that is done after the answer, or at night."""

from typing import Final

from procrastinate.contrib.django import app

from otklik.core import once
from otklik.core.files import copies, scan, sweep

SCANNER: Final = "core.scanner"
"""One job at a time speaks with the scanner, so that a silent one never takes all of the worker."""


@app.task(name="core.make_copies", queue="files")
def make_copies(blob_id: int) -> None:
    copies.make_copies(blob_id)


@app.task(name="core.scan_file", queue="files", lock=SCANNER)
def scan_file(blob_id: int) -> None:
    scan.scan_file(blob_id)


@app.periodic(cron="*/5 * * * *")
@app.task(name="core.scan_waiting", queueing_lock="core.scan_waiting", queue="files", lock=SCANNER)
def scan_waiting(timestamp: int) -> None:  # of the periodic queue
    """Show the scanner what it has not spoken of."""
    scan.scan_waiting()


@app.periodic(cron="23 3 * * *")
@app.task(name="core.sweep_files", queueing_lock="core.sweep_files")
def sweep_files(timestamp: int) -> None:  # of the periodic queue
    """Remove what nothing refers to."""
    sweep.sweep_orphans()
    sweep.sweep_strays()


@app.periodic(cron="41 3 * * *")
@app.task(name="core.forget_keys", queueing_lock="core.forget_keys")
def forget_keys(timestamp: int) -> None:  # of the periodic queue
    """Forget the keys of writes that nobody will repeat any more."""
    once.forget_old_keys()
