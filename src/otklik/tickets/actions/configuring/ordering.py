"""Places in a list: types, typical problems, stages of a flow, questions of a form."""

from otklik.people.models import Actor
from otklik.tickets.actions.configuring.recording import ORDER, Row, change_row, siblings
from otklik.tickets.actions.configuring.tree import Direction


def step_row(actor: Actor, row: Row, direction: Direction) -> bool:
    """Move a row one place up or down among its siblings. A step out of the list does nothing."""
    index = _keys(row).index(row.pk) + (-1 if direction == Direction.UP else 1)
    return index >= 0 and place_row(actor, row, index)


def place_row(actor: Actor, row: Row, index: int) -> bool:
    """Put a row at a place among its siblings: 0 is the first, one too far the last."""
    keys = [key for key in _keys(row) if key != row.pk]
    keys.insert(max(0, index), row.pk)
    return change_row(actor, row, {ORDER: keys})


def last_place(row: Row) -> int:
    """Return the position after the last of its siblings."""
    last = siblings(row).order_by("-position").values_list("position", flat=True).first()
    return 0 if last is None else last + 1


def _keys(row: Row) -> list[int]:
    return list(siblings(row).values_list("pk", flat=True))
