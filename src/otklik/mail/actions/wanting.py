"""Whether the owner of an address wants news by letter; replies are none."""

from django.db import transaction

from otklik.core import clock
from otklik.mail.models import Unwanted
from otklik.mail.selectors.wanted import address_held_by
from otklik.people.models import Actor, EmailAddress


@transaction.atomic
def want_news_at(*, token: str, is_wanted: bool) -> str:
    """End news by letter to whom a letter of ours went, or have them again; return the address.

    Raises NotFound for a token that is none.
    """
    address = address_held_by(token)
    _note([address], is_wanted=is_wanted)
    return address


@transaction.atomic
def want_news(*, actor: Actor, is_wanted: bool) -> None:
    """The same for all addresses of one's own."""
    rows = EmailAddress.objects.filter(person=actor.person_id)
    _note(list(rows.values_list("address", flat=True)), is_wanted=is_wanted)


def _note(addresses: list[str], *, is_wanted: bool) -> None:
    if is_wanted:
        Unwanted.objects.filter(address__in=addresses).delete()
        return
    now = clock.now()
    rows = [Unwanted(address=one, created_at=now) for one in addresses]
    Unwanted.objects.bulk_create(rows, ignore_conflicts=True)
