"""How letters of a sender are always treated in a mailbox."""

from django.db import transaction
from django.utils.translation import gettext as _

from otklik.core import clock
from otklik.core.errors import Invalid, NotFound
from otklik.mail.models import Mailbox, SenderRule
from otklik.people.models import Actor
from otklik.people.models.contact import canonical_domain, canonical_email


@transaction.atomic
def rule_sender(
    *, actor: Actor, mailbox_id: int, sender: str, treatment: SenderRule.Treatment
) -> SenderRule:
    """Have all letters of an address, or of a domain, treated so from now on.

    The same sender again replaces what was said before. Raises NotFound, Invalid.
    """
    mailbox = _tended(actor, mailbox_id)
    rule, _is_new = SenderRule.objects.update_or_create(
        mailbox=mailbox,
        sender=_canonical(sender),
        defaults={
            "treatment": treatment,
            "made_by_id": actor.person_id,
            "made_at": clock.now(),
        },
    )
    return rule


@transaction.atomic
def forget_rule(*, actor: Actor, rule_id: int) -> None:
    """Treat a sender as any other again. Raises NotFound."""
    rule = SenderRule.objects.select_related("mailbox").filter(pk=rule_id).first()
    if rule is None or not actor.leads(rule.mailbox.department_id):
        raise NotFound
    rule.delete()


def _tended(actor: Actor, mailbox_id: int) -> Mailbox:
    mailbox = Mailbox.objects.filter(pk=mailbox_id).first()
    if mailbox is None or not actor.leads(mailbox.department_id):
        raise NotFound
    return mailbox


def _canonical(sender: str) -> str:
    text = sender.strip().removeprefix("@")
    try:
        return canonical_email(text) if "@" in text else canonical_domain(text)
    except ValueError:
        why = _("Enter an address, or a domain such as example.com.")
        raise Invalid(fields={"sender": why}) from None
