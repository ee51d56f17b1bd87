"""What follows from facts about people: jobs and live hints."""

from otklik.core import live
from otklik.core.events import on
from otklik.people import jobs
from otklik.people.events import PasswordLinkAsked, RightsChanged, SessionsEnded


@on(RightsChanged)
def close_sockets_of_changed_rights(event: RightsChanged) -> None:
    if event.account_id is not None:
        live.revoke(event.account_id)


@on(SessionsEnded)
def close_sockets_of_ended_sessions(event: SessionsEnded) -> None:
    if event.session is None:
        live.revoke(event.account_id)
    else:
        live.revoke_session(event.session)


@on(PasswordLinkAsked)
def mail_the_link(event: PasswordLinkAsked) -> None:
    jobs.mail_password_link.defer(name=event.name)
