"""What the palette offers."""

from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from otklik.people.models import Actor
from otklik.tickets.models import Ticket
from otklik.tickets.selectors.query.numbers import numbers_named
from otklik.tickets.selectors.wordbook import wordbook

MOST = 6


@dataclass(frozen=True)
class PaletteAction:
    """Somewhere to go."""

    words: str
    url: str
    glyph: str


def palette_actions(actor: Actor, text: str) -> list[PaletteAction]:
    """Return the places whose name has every typed word."""
    places = [
        PaletteAction(_("Queue"), reverse("queue"), "inbox"),
        PaletteAction(_("Register a call"), reverse("call_new"), "phone"),
        PaletteAction(_("My page"), reverse("me"), "user"),
        PaletteAction(_("My own requests"), reverse("requests"), "chat"),
    ]
    if actor.is_administrator:
        places.append(PaletteAction(_("Set-up"), reverse("setup"), "settings"))
    words = text.lower().split()
    return [one for one in places if all(word in one.words.lower() for word in words)]


def palette_tickets(actor: Actor, text: str) -> list[Ticket]:
    """Return the ticket of this number, then the latest that begin so or whose subject has it."""
    if not text:
        return []
    mine = Ticket.objects.worked_by(actor).select_related("status")
    named = mine.filter(number__in=numbers_named(text.replace(" ", ""), wordbook()))
    exact = list(named.order_by("-pk")[:MOST])
    wanted = Q(number__startswith=text.upper()) | Q(subject__icontains=text)
    others = mine.filter(wanted).exclude(pk__in=[one.pk for one in exact]).order_by("-pk")
    return (exact + list(others[:MOST]))[:MOST]
