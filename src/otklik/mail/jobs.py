"""Taking in what came, in rounds; sending what waits, at once and every minute; alarms."""

from procrastinate.contrib.django import app

from otklik.core.rounds import register_round
from otklik.mail.actions import fetching
from otklik.mail.actions.intake.reading import take_in_waiting_letters
from otklik.mail.actions.intake.receiving import ROUND
from otklik.mail.actions.outbox import forgetting, handing
from otklik.mail.actions.spam import forget_old_lessons, learn_from_answers

register_round(ROUND, take_in_waiting_letters)


@app.task(name="mail.send_letters", queue="mail")
def send_letters(sender_id: int) -> None:
    handing.send_waiting(sender_id=sender_id)


@app.periodic(cron="* * * * *")
@app.task(name="mail.send_delayed", queueing_lock="mail.send_delayed")
def send_delayed(timestamp: int) -> None:  # of the periodic queue
    """Try again what was delayed or left behind, and tell of what is late."""
    for sender_id in handing.senders_with_work():
        send_letters_of(sender_id)
    handing.tell_of_late_letters()


@app.periodic(cron="47 3 * * *")
@app.task(name="mail.forget_old_bytes", queueing_lock="mail.forget_old_bytes")
def forget_old_bytes(timestamp: int) -> None:  # of the periodic queue
    """Forget the bytes of letters that left a month ago."""
    forgetting.forget_old_bytes()


@app.periodic(cron="17 * * * *")
@app.task(name="mail.learn_no_spam", queueing_lock="mail.learn_no_spam")
def learn_no_spam(timestamp: int) -> None:  # of the periodic queue
    """Learn from letters that were answered."""
    learn_from_answers()


@app.periodic(cron="37 3 * * *")
@app.task(name="mail.forget_old_spam", queueing_lock="mail.forget_old_spam")
def forget_old_spam(timestamp: int) -> None:  # of the periodic queue
    """Keep what the learning filter knows within bounds."""
    forget_old_lessons()


def send_letters_of(sender_id: int) -> None:
    """Have what waits for a sender sent; one worker at a time speaks with its server."""
    send_letters.configure(lock=f"mail.sender:{sender_id}").defer(sender_id=sender_id)


@app.periodic(cron="* * * * *")
@app.task(name="mail.tell_of_silent_mailboxes", queueing_lock="mail.tell_of_silent_mailboxes")
def tell_of_silent_mailboxes(timestamp: int) -> None:  # of the periodic queue
    """Raise an alarm where a mailbox has had no contact for too long."""
    fetching.tell_of_silent_mailboxes()
