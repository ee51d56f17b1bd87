"""Who wants news by letter."""

from django.utils.translation import gettext as _

from otklik.core.errors import NotFound
from otklik.mail import reply_tokens
from otklik.mail.models import Outgoing, Unwanted
from otklik.people.models import Actor, EmailAddress


def address_held_by(token: str) -> str:
    """Return where the letter went that carried a link. Raises NotFound."""
    held = reply_tokens.read(token)
    if held is not None and held.kind == reply_tokens.Kind.STOP:
        rows = Outgoing.objects.filter(pk=held.holder_id)
        address = rows.values_list("recipient", flat=True).first()
        if address:
            return address
    raise NotFound(_("This link is not one of ours."))


def is_unwanted(address: str) -> bool:
    """Tell whether the owner of an address wants no news by letter."""
    return Unwanted.objects.filter(address=address).exists()


def wants_news(actor: Actor) -> bool:
    """Tell whether a person wants news by letter at any address of theirs."""
    own = EmailAddress.objects.filter(person=actor.person_id)
    refused = Unwanted.objects.filter(address__in=own.values("address"))
    return not refused.exists()
