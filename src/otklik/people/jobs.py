"""Work on people that is done after the answer."""

from procrastinate.contrib.django import app

from otklik.people.actions import password_links, sessions, throttle


@app.task(name="people.mail_password_link", queue="mail", retry=3)
def mail_password_link(name: str) -> None:
    password_links.send_password_link(name=name)


@app.periodic(cron="17 * * * *")
@app.task(name="people.forget_what_ran_out", queueing_lock="people.forget_what_ran_out")
def forget_what_ran_out(timestamp: int) -> None:
    """Remove tries that no longer count, ended sessions and old links."""
    throttle.forget_old_tries()
    sessions.forget_ended_sessions()
    password_links.forget_old_links()
