"""What fetching writes about a mailbox: where it stands, and what keeps it from its letters.

Done by nobody in person, so these take no actor. Each is one statement and safe to repeat, and
does nothing for who still fetches from where the mailbox was before somebody changed it.
"""

from datetime import timedelta
from typing import Final, NamedTuple, Self

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce, Greatest

from otklik.core import clock
from otklik.core.events import publish
from otklik.core.post.trouble import Trouble
from otklik.core.secrecy import hide
from otklik.mail.events import MailboxSilent
from otklik.mail.models import Mailbox, Place

FOR_MAILBOX: Final = "of a mailbox"  # what a key is derived for
FOR_CLIENT: Final = "of a mailbox's client"
MOST_SILENT: Final = 100


class At(NamedTuple):
    """A mailbox as it was set up when who fetches its letters began."""

    mailbox_id: int
    version: int

    @classmethod
    def of(cls, mailbox: Mailbox) -> Self:
        return cls(mailbox.pk, mailbox.version)

    @property
    def rows(self) -> QuerySet[Mailbox]:
        """The mailbox, unless it was changed meanwhile."""
        return Mailbox.objects.filter(pk=self.mailbox_id, version=self.version)


def begin_folder(*, mailbox: At, uidvalidity: int, uidnext: int) -> None:
    """Note under which UIDVALIDITY the folder's letters are numbered from now on."""
    mailbox.rows.exclude(uidvalidity=uidvalidity).update(
        # letters that lay there as the mailbox was set up are those below; later, only dates tell
        first_uid=uidnext if mailbox.rows.filter(uidvalidity=None).exists() else 0,
        uidvalidity=uidvalidity,
        highest_uid=0,
    )


@transaction.atomic
def begin_drop(*, mailbox: At, uidvalidity: int, uids: set[int]) -> None:
    """Note at the first visit what lay there before and is not taken; later ones do nothing."""
    first = mailbox.rows.select_for_update().filter(uidvalidity=None).first()
    if first is None:
        return
    passed = (Place(mailbox=first, uidvalidity=uidvalidity, uid=uid) for uid in sorted(uids))
    Place.objects.bulk_create(passed, batch_size=10_000, ignore_conflicts=True)
    mailbox.rows.update(uidvalidity=uidvalidity)


def note_contact(*, mailbox: At, waiting: int, highest_uid: int = 0, too_large: int = 0) -> None:
    """Note that the server answered, and how far we are: trouble and alarm are over."""
    mailbox.rows.update(
        last_contact_at=clock.now(),
        waiting=waiting,
        too_large=too_large,
        highest_uid=Greatest(F("highest_uid"), highest_uid),
        trouble={},
        trouble_since=None,
        alarmed_at=None,
    )


def note_gaps(*, mailbox: At, found: int = 0, refilled: int = 0) -> None:
    """Count letters that had been passed over, and those of them that are kept now."""
    mailbox.rows.update(
        gaps_found=F("gaps_found") + found, gaps_refilled=F("gaps_refilled") + refilled
    )


def forget_places(*, mailbox: At, uidvalidity: int, uids: set[int]) -> None:
    """Forget where letters lay that lie there no more: their names may be given again."""
    gone = Place.objects.filter(mailbox__in=mailbox.rows, uidvalidity=uidvalidity, uid__in=uids)
    gone.delete()


def note_trouble(*, mailbox: At, trouble: Trouble) -> None:
    """Note what keeps a mailbox from its letters; it is shown until the server answers again."""
    mailbox.rows.update(
        trouble=trouble.kept(), trouble_since=Coalesce(F("trouble_since"), clock.now())
    )


def keep_refresh_token(*, mailbox_id: int, before: bytes, token: str) -> None:
    """Keep the refresh token that a provider gave in place of ours, unless a person gave one."""
    Mailbox.objects.filter(pk=mailbox_id, secret=before).update(secret=hide(token, FOR_MAILBOX))


@transaction.atomic
def tell_of_silent_mailboxes() -> int:
    """Publish MailboxSilent once for each mailbox that was silent too long; return how many."""
    now = clock.now()
    silent = Mailbox.objects.select_for_update(skip_locked=True).filter(
        Q(is_active=True, alarmed_at=None),
        Q(created_at__lt=now - F("silent_after")),
        Q(last_contact_at=None) | Q(last_contact_at__lt=now - F("silent_after")),
    )
    told = list(silent.exclude(kind=Mailbox.Kind.RECEIVER)[:MOST_SILENT])
    for mailbox in told:
        Mailbox.objects.filter(pk=mailbox.pk).update(alarmed_at=now)
        since = mailbox.last_contact_at or mailbox.created_at
        publish(
            MailboxSilent(
                mailbox_id=mailbox.pk,
                department_id=mailbox.department_id,
                minutes=(now - since) // timedelta(minutes=1),
                since=since,
            )
        )
    return len(told)
