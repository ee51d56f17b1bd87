from procrastinate.contrib.django import app

from otklik.tickets.actions import picturing
from otklik.tickets.actions.attaching import sweep_unsent_uploads
from otklik.tickets.actions.drafting import let_go_of_old_files
from otklik.tickets.actions.sealing import seal_lines


@app.periodic(cron="13 3 * * *")
@app.task(name="tickets.sweep_unsent", queueing_lock="tickets.sweep_unsent")
def sweep_unsent(timestamp: int) -> None:  # of the periodic queue
    """Forget files that were attached and never sent; their bytes go with the next sweep."""
    let_go_of_old_files()
    sweep_unsent_uploads()


@app.periodic(cron="37 * * * *")
@app.task(name="tickets.seal_lines", queueing_lock="tickets.seal_lines")
def seal(timestamp: int) -> None:  # of the periodic queue
    """Seal history and messages, so that a change behind the desk's back is found."""
    seal_lines()


@app.task(name="tickets.fetch_pictures", queue="files")
def fetch_pictures(ticket_id: int) -> None:
    """Fetch the pictures that a colleague asked to see."""
    picturing.fetch_pictures(ticket_id)
