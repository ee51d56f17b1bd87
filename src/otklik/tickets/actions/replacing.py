"""A ticket in the place of another one, which somebody else asks."""

from dataclasses import replace

from django.db import transaction

from otklik.people.models import Account, Actor
from otklik.tickets.actions.assigning import hand_to
from otklik.tickets.actions.following import merge_into
from otklik.tickets.actions.opening import NewTicket, open_with_message
from otklik.tickets.models import Category, Follow, Message, Ticket
from otklik.tickets.policies import lock_ticket


@transaction.atomic
def open_in_place_of(*, actor: Actor, ticket_id: int, asked: NewTicket) -> Message:
    """Open a ticket of the type, place, priority and worker of another one; return its words.

    The other becomes merged into it, and stays as it is. Who followed it follows both. Publishes
    TicketOpened, TicketChanged of both, TicketAssigned. Raises NotFound, Invalid.
    """
    old = lock_ticket(actor, ticket_id)
    message = open_with_message(
        actor,
        replace(
            asked,
            type_id=old.type_id if old.type.is_active else None,
            department_id=old.department_id,
            category_id=_offered(old.category),
            priority=old.priority.level,
            tags=tuple(old.tags),
            source=Ticket.Source(old.source),
            is_placed=True,
            answers_later=True,
        ),
    )
    new = message.ticket
    followers = Follow.objects.filter(ticket=old).values_list("person", flat=True)
    Follow.objects.bulk_create(Follow(ticket=new, person_id=pk) for pk in followers)
    if Account.objects.filter(person=old.assignee_id, is_active=True).exists():
        hand_to(actor, new, old.assignee)
    merge_into(actor, old, new)
    return message


def _offered(category: Category | None) -> int | None:
    return category.pk if category and category.is_active else None
