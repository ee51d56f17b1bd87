"""What a letter of news says: of one thing, with its words; of several, a list."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from otklik.core.filters import exact
from otklik.core.richtext import to_mail_text
from otklik.core.text import clean_line
from otklik.notifications.models import Notice, Notification
from otklik.notifications.selectors.told import Told, in_words
from otklik.people.models import Actor
from otklik.tickets.models import Message, Note

LONGEST_QUOTE = 5000
LONGEST_SUBJECT = 200
Kind = Notification.Kind


def letter_of(actor: Actor, notices: Sequence[Notice]) -> tuple[str, str]:
    """Return subject and plain text of a letter, in the language and zone of the moment."""
    told = in_words(actor, [_as_notification(one) for one in notices])
    if len(told) == 1:
        return _subject(told[0]), "\n".join([*_one(told[0], notices[0]), "", *_foot()])
    subject = ngettext("%(count)s piece of news", "%(count)s pieces of news", len(told))
    return subject % {"count": len(told)}, "\n\n".join(
        [*_several(told, notices), "\n".join(_foot())]
    )


def _as_notification(one: Notice) -> Notification:
    return Notification(
        ticket=one.ticket,
        mailbox=one.mailbox,
        sender=one.sender,
        kind=one.kind,
        cause=one.cause,
        actor_name=one.actor_name,
        created_at=one.created_at,
    )


def _subject(told: Told) -> str:
    mark = f"[{told.number}] " if told.number else ""
    return clean_line(f"{mark}{told.words}: {told.subject}")[:LONGEST_SUBJECT]


def _one(told: Told, notice: Notice) -> Iterator[str]:
    yield f"{told.words}."
    yield _thing(told)
    if told.reason:
        yield told.reason
    if said := _said(notice):
        yield ""
        yield said
    yield ""
    yield _address(told)


def _several(told: Sequence[Told], notices: Sequence[Notice]) -> Iterator[str]:
    """Yield a paragraph for each thing that something happened to."""
    together = defaultdict[str, list[tuple[Told, Notice]]](list)
    for one, notice in zip(told, notices, strict=True):
        together[one.url].append((one, notice))
    for some in together.values():
        lines = [f"{exact(notice.created_at)}  {one.words}" for one, notice in some]
        yield "\n".join([_thing(some[0][0]), *lines, _address(some[0][0])])


def _foot() -> Iterator[str]:
    page = urljoin(f"{settings.OTKLIK_BASE_URL}/", reverse("own_letters").lstrip("/"))
    yield "-- "
    yield _("You get these letters because you work here. Choose which: %(page)s") % {"page": page}


def _thing(told: Told) -> str:
    return f"{told.number}  {told.subject}" if told.number else told.subject


def _address(told: Told) -> str:
    return urljoin(f"{settings.OTKLIK_BASE_URL}/", told.url.lstrip("/"))


def _said(notice: Notice) -> str:
    """Return the words that some news are of, as plain text."""
    row: Message | Note | None = None
    said, key = notice.cause.split(":")[:2]
    if said == "note":
        row = Note.objects.filter(pk=key, ticket=notice.ticket).first()
    elif said == "message":
        row = Message.objects.filter(pk=key, ticket=notice.ticket).first()
    elif said == "opened":
        row = Message.objects.filter(ticket=notice.ticket).order_by("pk").first()
    text = to_mail_text(row.body).strip() if row else ""
    return text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE].rstrip()}…"
