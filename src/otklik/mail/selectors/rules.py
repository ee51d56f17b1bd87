from django.db.models import QuerySet

from otklik.mail.models import SenderRule
from otklik.mail.selectors.log import tended_mailboxes
from otklik.people.models import Actor


def treatment_of(mailbox_id: int, sender: str) -> SenderRule.Treatment | None:
    """Return how letters of an address are always treated; a rule for it outranks its domain's."""
    domain = sender.rpartition("@")[2]
    rows = SenderRule.objects.filter(mailbox=mailbox_id, sender__in=[sender, domain])
    found = dict(rows.values_list("sender", "treatment"))
    said = found.get(sender) or found.get(domain)
    return SenderRule.Treatment(said) if said else None


def tended_rules(actor: Actor) -> QuerySet[SenderRule]:
    """Return the rules of the mailboxes that an actor looks after."""
    rows = SenderRule.objects.filter(mailbox__in=tended_mailboxes(actor))
    return rows.select_related("mailbox").order_by("sender", "mailbox")
