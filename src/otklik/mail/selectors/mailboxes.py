from otklik.mail.models import Mailbox


def own_addresses() -> frozenset[str]:
    """Return every address that letters to this desk are sent to."""
    rows = Mailbox.objects.values_list("addresses", flat=True)
    return frozenset(address for addresses in rows for address in addresses)


def mailbox_named(name: str) -> Mailbox | None:
    """Return a mailbox by its name, or by one of its addresses."""
    rows = Mailbox.objects.select_related("department")
    return rows.filter(name=name).first() or rows.filter(addresses__contains=[name]).first()
