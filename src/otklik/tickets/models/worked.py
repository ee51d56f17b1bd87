"""Prepared queries over the tickets that an actor works on."""

from collections.abc import Callable
from functools import cache
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet

from otklik.core.prepared import Given, Prepared
from otklik.people.models import Actor
from otklik.tickets.models.ticket import Ticket, TicketQuerySet

M = TypeVar("M", bound=Model)
NO_KEY = 0


class Worked(Generic[M]):
    """One query, prepared for each shape of rights: its SQL hangs on no actor."""

    def __init__(self, build: Callable[[TicketQuerySet], QuerySet[M, Any]]) -> None:
        self._shape = cache(lambda shape: Prepared(lambda: build(_tickets(shape))))

    def rows(self, actor: Actor, **values: Any) -> list[M]:
        found: list[M] = self._shape(_shape_of(actor)).rows(**_rights(actor), **values)
        return found

    def filled(self, actor: Actor, **values: Any) -> tuple[str, list[Any]]:
        """Return the SQL, for a statement around it, and its parameters in their order."""
        sql, own = self._shape(_shape_of(actor)).filled(**_rights(actor), **values)
        return sql, own


def _shape_of(actor: Actor) -> str:
    if actor.is_administrator:
        return "all"
    if not actor.roles:
        return "none"
    return "led" if actor.led_departments else "own"


def _tickets(shape: str) -> TicketQuerySet:
    """Return what `TicketQuerySet.worked_by` does, with places for the actor's own values."""
    if shape == "all":
        return Ticket.objects.all()
    if shape == "none":
        return Ticket.objects.filter(pk=NO_KEY)
    led = Given("led") if shape == "led" else None
    return Ticket.objects.on_grounds(places=Given("places"), led=led, person=Given("person"))


def _rights(actor: Actor) -> dict[str, Any]:
    return {
        "places": list(actor.roles),
        "led": actor.led_departments,
        "person": actor.person_id,
    }
