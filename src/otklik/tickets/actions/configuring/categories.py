"""The tree of categories, changed by an administrator."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from otklik.core.errors import Conflict, NotFound
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
from otklik.tickets.models import Category


@transaction.atomic
def add_category(
    *, actor: Actor, names: Mapping[str, str], parent_id: int | None = None
) -> Category:
    """Add a category at the end of a branch. Raises NotAllowed, Invalid."""
    begin(actor)
    kept = checked_names(names)
    key = new_key(kept, lambda key: Category.objects.filter(key=key).exists(), most=48)
    category = Category(key=key, names=kept, parent_id=parent_id)
    ensure_fits(category, category.parent_id)
    category.position = last_place(category)
    add_row(actor, category)
    return category


@transaction.atomic
def change_category(
    *,
    actor: Actor,
    category_id: int,
    names: Mapping[str, str],
    is_active: bool = True,
) -> Category:
    """Rename a category, or hide it from new tickets.

    Raises NotAllowed, NotFound, Conflict, Invalid.
    """
    begin(actor)
    category = find_category(category_id)
    change_row(actor, category, {"names": checked_names(names), "is_active": is_active})
    return category


@transaction.atomic
def step_category(*, actor: Actor, category_id: int, direction: Direction) -> Category:
    """Move a category one step. Raises NotAllowed, NotFound, Invalid when it gets too deep."""
    begin(actor)
    category = find_category(category_id)
    step_node(actor, category, direction)
    return category


@transaction.atomic
def place_category(
    *, actor: Actor, category_id: int, parent_id: int | None, index: int
) -> Category:
    """Put a category anywhere in the tree. Raises NotAllowed, NotFound, Invalid for a ring."""
    begin(actor)
    category = find_category(category_id)
    place_node(actor, category, parent_id, index)
    return category


@transaction.atomic
def delete_category(*, actor: Actor, category_id: int) -> None:
    """Delete a category that nothing uses. Deleting twice does nothing.

    Raises NotAllowed, Conflict.
    """
    begin(actor)
    category = Category.objects.filter(pk=category_id).first()
    if category is None:
        return
    ensure_category_unused(category)
    delete_row(actor, category)


def ensure_category_unused(category: Category) -> None:
    """Refuse to lose a category that tickets name or that has others under it."""
    if category.children.exists():
        raise Conflict(_("Other categories stand under this one. Move them first."))
    if count := category.tickets.count():
        raise Conflict(
            ngettext(
                "%(count)d ticket is in this category. Hide it instead.",
                "%(count)d tickets are in this category. Hide it instead.",
                count,
            )
            % {"count": count}
        )
    if (problem := category.problems.first()) is not None:
        raise Conflict(
            _("The typical problem “%(name)s” names this category. Change or delete that first.")
            % {"name": problem.label}
        )


def find_category(category_id: int) -> Category:
    """Return a category with its parent. Raises NotFound."""
    category = Category.objects.select_related("parent").filter(pk=category_id).first()
    if category is None:
        raise NotFound
    return category
