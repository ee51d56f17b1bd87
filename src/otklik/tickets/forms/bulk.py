"""What is to be done with many tickets, as posted."""

from collections.abc import Callable
from typing import Final

from django.http import QueryDict
from django.utils.translation import gettext as _

from otklik.core.errors import Invalid
from otklik.people.models import Actor
from otklik.tickets import actions
from otklik.tickets.actions.opening import clean_tags
from otklik.tickets.forms.composing import whole, words_from
from otklik.tickets.models import Ticket

Change = Callable[[Ticket], object]
KINDS: Final = ("take", "assignee", "department", "status", "priority", "tags")


def chosen_tickets(data: QueryDict) -> list[int]:
    return [pk for text in data.getlist("ticket") if (pk := whole(text)) is not None]


def change_from(actor: Actor, kind: str, post: QueryDict) -> Change:
    """Return the change that a form asks for. Raises Invalid when it says too little."""
    match kind:
        case "take":
            return lambda one: actions.take_ticket(actor=actor, ticket_id=one.pk)
        case "assignee":
            return _assigning(actor, post.get("assignee", ""))
        case "department":
            return _transferring(actor, post)
        case "status":
            return _moving(actor, post)
        case "priority":
            return _prioritizing(actor, post)
        case _:
            return _tagging(actor, post)


def _assigning(actor: Actor, wanted: str) -> Change:
    if wanted == "nobody":
        return lambda one: actions.assign_ticket(actor=actor, ticket_id=one.pk, assignee_id=None)
    colleague = actor.person_id if wanted == "me" else whole(wanted)
    if colleague is None:
        raise Invalid(fields={"assignee": _("Choose a colleague.")})
    return lambda one: actions.assign_ticket(actor=actor, ticket_id=one.pk, assignee_id=colleague)


def _transferring(actor: Actor, post: QueryDict) -> Change:
    place, note = whole(post.get("department")), words_from(post)
    if place is None:
        raise Invalid(fields={"department": _("Choose a department.")})
    if not note.body:
        raise Invalid(fields={"body": _("Write a note for your colleagues.")})
    return lambda one: actions.transfer_ticket(
        actor=actor, ticket_id=one.pk, department_id=place, note=note
    )


def _moving(actor: Actor, post: QueryDict) -> Change:
    key, words = post.get("status", "").replace("\0", "")[:32], words_from(post)
    if not key:
        raise Invalid(fields={"status": _("Choose a status.")})
    said = words if words.body else None
    return lambda one: actions.move_to_status_keyed(actor, one, key, said)


def _prioritizing(actor: Actor, post: QueryDict) -> Change:
    level = whole(post.get("priority"))
    if level is None:
        raise Invalid(fields={"priority": _("Choose a priority.")})
    changes = actions.Changes(fields={"priority": level})
    return lambda one: actions.change_ticket(actor=actor, ticket_id=one.pk, changes=changes)


def _tagging(actor: Actor, post: QueryDict) -> Change:
    add = clean_tags(post.get("add", "")[:1000].replace("\0", "").split(","))
    remove = clean_tags(post.get("remove", "")[:1000].replace("\0", "").split(","))
    if not add and not remove:
        raise Invalid(fields={"add": _("Write a tag to add or to take away.")})
    return lambda one: actions.retag(actor, one, add, remove)
