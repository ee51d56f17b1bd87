"""Places in a tree: categories, and the answers of a tree question."""

from django.db.models import QuerySet, TextChoices
from django.utils.translation import gettext as _

from otklik.core.errors import Invalid
from otklik.people.models import Actor
from otklik.tickets.actions.configuring.recording import ORDER, change_row
from otklik.tickets.models import Category, Choice, Field

Node = Category | Choice

DEEPEST = 5  # levels


class Direction(TextChoices):
    """Where a thing may be moved to by a button."""

    UP = "up"
    DOWN = "down"
    IN = "in"  # under the one above it
    OUT = "out"  # beside its parent


def step_node(actor: Actor, node: Node, direction: Direction) -> bool:
    """Move a place one step. A step out of the tree does nothing."""
    keys = _keys(node, node.parent_id)
    index = keys.index(node.pk)
    match direction:
        case Direction.UP:
            return index > 0 and place_node(actor, node, node.parent_id, index - 1)
        case Direction.DOWN:
            return index + 1 < len(keys) and place_node(actor, node, node.parent_id, index + 1)
        case Direction.IN:
            if index == 0:
                return False
            above = keys[index - 1]
            return place_node(actor, node, above, len(_keys(node, above)))
        case Direction.OUT:
            if node.parent is None:
                return False
            beside = _keys(node, node.parent.parent_id)
            return place_node(actor, node, node.parent.parent_id, beside.index(node.parent.pk) + 1)


def place_node(actor: Actor, node: Node, parent_id: int | None, index: int) -> bool:
    """Put a place under a parent at an index among its children. Raises Invalid."""
    ensure_fits(node, parent_id)
    keys = [key for key in _keys(node, parent_id) if key != node.pk]
    index = max(0, min(index, len(keys)))
    return change_row(
        actor, node, {"parent_id": parent_id, ORDER: [*keys[:index], node.pk, *keys[index:]]}
    )


def _keys(node: Node, parent_id: int | None) -> list[int]:
    rows: QuerySet[Category] | QuerySet[Choice]
    if isinstance(node, Choice):
        rows = Choice.objects.filter(field=node.field_id, parent=parent_id)
    else:
        rows = Category.objects.filter(parent=parent_id)
    return list(rows.values_list("pk", flat=True))


def ensure_fits(node: Node, parent_id: int | None) -> None:
    """Refuse a place under itself, too deep in the tree, or in none. Raises Invalid."""
    if parent_id is None:
        return
    if isinstance(node, Choice) and node.field.kind != Field.Kind.TREE:
        raise Invalid(_("A list has no branches; make the question a tree."))
    parents = _parents(node)
    if parent_id not in parents:
        raise Invalid(_("There is no such place in the tree."))
    above = [parent_id]
    while (upper := parents[above[-1]]) is not None and upper not in above:
        above.append(upper)
    if node.pk in above:
        raise Invalid(_("A branch cannot stand under itself."))
    if len(above) + _height(node.pk, parents) > DEEPEST:
        raise Invalid(_("The tree can have at most %(most)d levels.") % {"most": DEEPEST})


def _parents(node: Node) -> dict[int, int | None]:
    rows: QuerySet[Category] | QuerySet[Choice]
    if isinstance(node, Choice):
        rows = Choice.objects.filter(field=node.field_id)
    else:
        rows = Category.objects.all()
    return dict(rows.values_list("pk", "parent"))


def _height(key: int | None, parents: dict[int, int | None]) -> int:
    below = [] if key is None else [one for one, parent in parents.items() if parent == key]
    return 1 + max((_height(child, parents) for child in below), default=0)
