"""What is published at its time, and files that nothing has."""

from procrastinate.contrib.django import app

from otklik.knowledge.actions.attaching import sweep_unused_files
from otklik.knowledge.actions.publishing import publish_what_is_due
from otklik.knowledge.actions.reading import forget_old_reading


@app.periodic(cron="* * * * *")
@app.task(name="knowledge.publish_due", queueing_lock="knowledge.publish_due")
def publish_due(timestamp: int) -> None:  # of the periodic queue
    """Publish what is to be published by now."""
    publish_what_is_due()


@app.periodic(cron="23 4 * * *")
@app.task(name="knowledge.sweep_files", queueing_lock="knowledge.sweep_files")
def sweep_files(timestamp: int) -> None:  # of the periodic queue
    """Forget files of articles that no version has."""
    sweep_unused_files()


@app.periodic(cron="43 4 * * *")
@app.task(name="knowledge.forget_reading", queueing_lock="knowledge.forget_reading")
def forget_reading(timestamp: int) -> None:  # of the periodic queue
    """Forget searches and visits of long ago."""
    forget_old_reading()
