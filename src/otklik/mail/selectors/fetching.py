"""What those who fetch letters have to know."""

from collections.abc import Iterable

from otklik.mail.models import Mailbox, Place


def fetched_mailboxes() -> list[Mailbox]:
    """Return the mailboxes whose letters are had from a server."""
    return list(Mailbox.objects.filter(is_active=True).exclude(kind=Mailbox.Kind.RECEIVER))


def received_mailboxes() -> list[Mailbox]:
    """Return the mailboxes whose letters the desk receives by itself."""
    return list(Mailbox.objects.filter(is_active=True, kind=Mailbox.Kind.RECEIVER))


def known_uids(mailbox_id: int, uidvalidity: int, first: int = 1) -> set[int]:
    """Return the UIDs whose letters are kept here, or are not to be."""
    found = Place.objects.filter(mailbox_id=mailbox_id, uidvalidity=uidvalidity, uid__gte=first)
    return set(found.values_list("uid", flat=True))


def passed_uids(mailbox_id: int, uidvalidity: int) -> set[int]:
    """Return the UIDs whose letters lay there before and were not to be taken."""
    found = Place.objects.filter(mailbox_id=mailbox_id, uidvalidity=uidvalidity, letter=None)
    return set(found.values_list("uid", flat=True))


def mailboxes_of_addresses(addresses: Iterable[str]) -> list[Mailbox]:
    """Return the receiving mailboxes that any of these canonical addresses belongs to."""
    return list(
        Mailbox.objects.filter(
            is_active=True, kind=Mailbox.Kind.RECEIVER, addresses__overlap=list(addresses)
        ).order_by("pk")
    )
