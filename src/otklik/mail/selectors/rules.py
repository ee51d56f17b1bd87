from otklik.mail.models import SenderRule


def treatment_of(mailbox_id: int, sender: str) -> SenderRule.Treatment | None:
    """Return how letters of an address are always treated; a rule for it outranks its domain's."""
    domain = sender.rpartition("@")[2]
    rows = SenderRule.objects.filter(mailbox=mailbox_id, sender__in=[sender, domain])
    found = dict(rows.values_list("sender", "treatment"))
    said = found.get(sender) or found.get(domain)
    return SenderRule.Treatment(said) if said else None
