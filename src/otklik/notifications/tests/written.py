"""News that are told and written, all of them at once."""

from otklik.mail.models import Outgoing
from otklik.notifications.actions import tell_waiting_news
from otklik.notifications.actions.writing import write_due_letters
from otklik.notifications.models import Notice, Notification


def told() -> list[Outgoing]:
    """Tell all news, write what is due, and return the letters of news, oldest first."""
    while tell_waiting_news():
        pass
    while write_due_letters():
        pass
    return list(Outgoing.objects.filter(kind="notice").order_by("pk"))


def names(letters: list[Outgoing]) -> list[str]:
    return sorted(one.person.name.split()[0].lower() for one in letters if one.person)


def begin_afresh() -> None:
    told()
    Outgoing.objects.all().delete()
    Notice.objects.all().delete()
    Notification.objects.all().delete()
