"""Mailboxes: which there are, and how they are."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import ngettext

from otklik.core.letters.suspicion import Learned
from otklik.core.post.trouble import Trouble
from otklik.mail.models import Letter, Mailbox, SenderRule
from otklik.mail.policies import find_mailbox
from otklik.mail.selectors.spam import spam_memory
from otklik.people.models import Actor
from otklik.people.policies import ensure_administrator


@dataclass(frozen=True)
class Surroundings:
    """What is asked once for many letters."""

    own_addresses: frozenset[str]  # that letters to this desk are sent to
    has_rules: bool  # for any sender
    learned: Learned  # by the filter


def surroundings() -> Surroundings:
    """Return it as it is now: three queries."""
    rows = Mailbox.objects.order_by().values_list("addresses", flat=True)
    own = frozenset(address for addresses in rows for address in addresses)
    return Surroundings(own, SenderRule.objects.exists(), spam_memory())


def mailbox_named(name: str) -> Mailbox | None:
    """Return a mailbox by its name, or by one of its addresses."""
    rows = Mailbox.objects.select_related("department")
    return rows.filter(name=name).first() or rows.filter(addresses__contains=[name]).first()


@dataclass(frozen=True)
class MailboxRow:
    """A mailbox and how it is; `trouble` is in the reader's language."""

    mailbox: Mailbox
    unread: int
    quarantined: int

    @property
    def trouble(self) -> str:
        kept = self.mailbox.trouble
        return Trouble.from_kept(kept).sentence() if kept else ""

    @property
    def left_there(self) -> str:
        """Say that letters stay on the server because they are too large; "" for none."""
        number, most = self.mailbox.too_large, settings.OTKLIK_LARGEST_LETTER // (1024 * 1024)
        if not number:
            return ""
        return ngettext(
            "%(num)s letter is larger than %(most)s MB and stays on the server: fetch it there "
            "by hand, or raise LARGEST_LETTER.",
            "%(num)s letters are larger than %(most)s MB and stay on the server: fetch them there "
            "by hand, or raise LARGEST_LETTER.",
            number,
        ) % {"num": number, "most": most}

    @property
    def health(self) -> str:
        """Say in a word how it is: resting, troubled, silent, new or well."""
        mailbox = self.mailbox
        if not mailbox.is_active:
            return "resting"
        if mailbox.trouble:
            return "troubled"
        if mailbox.alarmed_at is not None:
            return "silent"
        is_new = mailbox.last_contact_at is None and mailbox.kind != Mailbox.Kind.RECEIVER
        return "new" if is_new else "well"


def mailbox_rows(*, actor: Actor) -> list[MailboxRow]:
    """Return all mailboxes with what waits in them. For administrators."""
    ensure_administrator(actor)
    return [_row(one) for one in _counted(Mailbox.objects.select_related("department"))]


def mailbox_row(*, actor: Actor, mailbox_id: int) -> MailboxRow:
    """Return one mailbox with what waits in it. Raises NotAllowed, NotFound."""
    found = find_mailbox(actor, mailbox_id)
    return _row(_counted(Mailbox.objects.select_related("department")).get(pk=found.pk))


def _counted(rows: QuerySet[Mailbox]) -> QuerySet[Mailbox]:
    waiting = Letter.objects.filter(mailbox=OuterRef("pk")).order_by().values("mailbox")
    states = {"unread": Letter.State.KEPT, "quarantined": Letter.State.QUARANTINED}
    return rows.annotate(
        **{
            f"{name}_count": Coalesce(
                Subquery(waiting.filter(state=state).values(count=Count("pk"))), 0
            )
            for name, state in states.items()
        }
    )


def _row(mailbox: Any) -> MailboxRow:
    return MailboxRow(mailbox, mailbox.unread_count, mailbox.quarantined_count)
