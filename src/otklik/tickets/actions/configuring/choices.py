"""The answers that a list or tree question offers, changed by an administrator."""

from collections.abc import Mapping

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from otklik.core.errors import Conflict, Invalid, NotFound
from otklik.people.models import Actor
from otklik.tickets.actions.configuring.checking import checked_names, new_key
from otklik.tickets.actions.configuring.ordering import last_place
from otklik.tickets.actions.configuring.recording import (
    add_row,
    begin,
    change_row,
    delete_row,
)
from otklik.tickets.actions.configuring.tree import (
    Direction,
    ensure_fits,
    place_node,
    step_node,
)
from otklik.tickets.models import Choice, Field, FormField, Ticket

LISTS = (Field.Kind.CHOICE, Field.Kind.CHOICES, Field.Kind.TREE)
MOST = 1000


@transaction.atomic
def add_choice(
    *, actor: Actor, field_id: int, names: Mapping[str, str], parent_id: int | None = None
) -> Choice:
    """Add an answer at the end of a list or branch. Raises NotAllowed, NotFound, Invalid."""
    begin(actor)
    field = Field.objects.filter(pk=field_id).first()
    if field is None:
        raise NotFound
    if field.kind not in LISTS:
        raise Invalid(_("This question has no list of answers."))
    if field.choices.count() >= MOST:
        raise Invalid(_("A list can have at most %(most)d answers.") % {"most": MOST})
    kept = checked_names(names)
    key = new_key(kept, lambda key: field.choices.filter(key=key).exists(), most=48)
    choice = Choice(field=field, key=key, names=kept, parent_id=parent_id)
    ensure_fits(choice, choice.parent_id)
    choice.position = last_place(choice)
    add_row(actor, choice)
    return choice


@transaction.atomic
def change_choice(
    *,
    actor: Actor,
    choice_id: int,
    names: Mapping[str, str],
    is_active: bool = True,
) -> Choice:
    """Rename an answer, or offer it no more. Raises NotAllowed, NotFound, Conflict, Invalid."""
    begin(actor)
    choice = find_choice(choice_id)
    change_row(actor, choice, {"names": checked_names(names), "is_active": is_active})
    return choice


@transaction.atomic
def step_choice(*, actor: Actor, choice_id: int, direction: Direction) -> Choice:
    """Move an answer one step. Raises NotAllowed, NotFound, Invalid for a branch in a list."""
    begin(actor)
    choice = find_choice(choice_id)
    step_node(actor, choice, direction)
    return choice


@transaction.atomic
def place_choice(*, actor: Actor, choice_id: int, parent_id: int | None, index: int) -> Choice:
    """Put an answer anywhere in its list or tree. Raises NotAllowed, NotFound, Invalid."""
    begin(actor)
    choice = find_choice(choice_id)
    place_node(actor, choice, parent_id, index)
    return choice


@transaction.atomic
def delete_choice(*, actor: Actor, choice_id: int) -> None:
    """Delete an answer that no ticket gave. Deleting twice does nothing.

    Raises NotAllowed, Conflict.
    """
    begin(actor)
    choice = Choice.objects.select_related("field").filter(pk=choice_id).first()
    if choice is None:
        return
    ensure_choice_unused(choice)
    delete_row(actor, choice)


def ensure_choice_unused(choice: Choice) -> None:
    """Refuse to lose an answer that tickets hold, forms wait for, or others stand under."""
    if choice.children.exists():
        raise Conflict(_("Other answers stand under this one. Move them first."))
    waiting = FormField.objects.filter(shown_when=choice.field_id, shown_value=choice.key)
    if place := waiting.select_related("field").first():
        raise Conflict(_("The question “%s” is shown for this answer.") % place.field.label)
    key = choice.field.key
    given = Q(values__contains={key: choice.key}) | Q(values__contains={key: [choice.key]})
    if count := Ticket.objects.filter(given).count():
        raise Conflict(
            ngettext(
                "%(count)d ticket holds this answer. Hide it instead.",
                "%(count)d tickets hold this answer. Hide it instead.",
                count,
            )
            % {"count": count}
        )


def find_choice(choice_id: int) -> Choice:
    """Return an answer with its question. Raises NotFound."""
    rows = Choice.objects.select_related("field", "parent").filter(pk=choice_id)
    choice = rows.first()
    if choice is None:
        raise NotFound
    return choice
