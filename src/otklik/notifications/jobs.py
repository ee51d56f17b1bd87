"""Telling news in rounds, since a job for each would cost more, and forgetting them at night."""

from procrastinate.contrib.django import app

from otklik.core.rounds import register_round
from otklik.notifications import actions
from otklik.notifications.actions import writing

register_round(actions.ROUND, actions.tell_waiting_news)
register_round(writing.ROUND, writing.write_due_letters)


@app.periodic(cron="53 3 * * *")
@app.task(
    name="notifications.forget_old_notifications",
    queueing_lock="notifications.forget_old_notifications",
)
def forget_old_notifications(timestamp: int) -> None:  # of the periodic queue
    """Forget what was read a month ago, what nobody read for three, and notices of last week."""
    actions.forget_old_notifications()
    writing.forget_old_notices()
