"""Only an administrator says how the desk works."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from otklik.core.errors import Invalid, NotAllowed, NotFound
from otklik.people.models import Actor
from otklik.people.tests.factories import Cast
from otklik.tickets.actions.configuring.categories import (
    add_category,
    change_category,
    delete_category,
    place_category,
    step_category,
)
from otklik.tickets.actions.configuring.choices import (
    add_choice,
    change_choice,
    delete_choice,
    place_choice,
    step_choice,
)
from otklik.tickets.actions.configuring.fields import (
    FieldDraft,
    add_field,
    change_field,
    delete_field,
)
from otklik.tickets.actions.configuring.flows import (
    add_flow,
    delete_flow,
    make_flow_default,
    rename_flow,
)
from otklik.tickets.actions.configuring.priorities import change_priority
from otklik.tickets.actions.configuring.questions import (
    QuestionDraft,
    ask_field,
    change_question,
    drop_question,
    place_question,
    step_question,
)
from otklik.tickets.actions.configuring.statuses import (
    StatusDraft,
    add_status,
    change_status,
    delete_status,
    make_status_first,
    step_status,
)
from otklik.tickets.actions.configuring.transitions import (
    Step,
    set_transition,
)
from otklik.tickets.actions.configuring.tree import Direction
from otklik.tickets.actions.configuring.types import (
    TypeDraft,
    add_type,
    change_type,
    delete_type,
    step_type,
)
from otklik.tickets.actions.configuring.undoing import undo_change
from otklik.tickets.models import (
    ConfigurationChange,
)

pytestmark = pytest.mark.django_db

N = {"en": "Something"}
H = timedelta(hours=1)


DEEDS: dict[str, Callable[[Actor], object]] = {
    "add_category": lambda a: add_category(actor=a, names=N),
    "change_category": lambda a: change_category(actor=a, category_id=1, names=N),
    "step_category": lambda a: step_category(actor=a, category_id=1, direction=Direction.UP),
    "place_category": lambda a: place_category(actor=a, category_id=1, parent_id=None, index=0),
    "delete_category": lambda a: delete_category(actor=a, category_id=1),
    "add_choice": lambda a: add_choice(actor=a, field_id=1, names=N),
    "change_choice": lambda a: change_choice(actor=a, choice_id=1, names=N),
    "step_choice": lambda a: step_choice(actor=a, choice_id=1, direction=Direction.UP),
    "place_choice": lambda a: place_choice(actor=a, choice_id=1, parent_id=None, index=0),
    "delete_choice": lambda a: delete_choice(actor=a, choice_id=1),
    "add_field": lambda a: add_field(actor=a, draft=FieldDraft(names=N, kind="text")),
    "change_field": lambda a: change_field(
        actor=a, field_id=1, draft=FieldDraft(names=N, kind="text")
    ),
    "delete_field": lambda a: delete_field(actor=a, field_id=1),
    "add_flow": lambda a: add_flow(actor=a, names=N),
    "rename_flow": lambda a: rename_flow(actor=a, flow_id=1, names=N),
    "make_flow_default": lambda a: make_flow_default(actor=a, flow_id=1),
    "delete_flow": lambda a: delete_flow(actor=a, flow_id=1),
    "change_priority": lambda a: change_priority(actor=a, level=1, names=N, promises=(H, H)),
    "ask_field": lambda a: ask_field(actor=a, type_id=1, field_id=1),
    "change_question": lambda a: change_question(actor=a, question_id=1, draft=QuestionDraft()),
    "step_question": lambda a: step_question(actor=a, question_id=1, direction=Direction.UP),
    "place_question": lambda a: place_question(actor=a, question_id=1, index=0),
    "drop_question": lambda a: drop_question(actor=a, question_id=1),
    "add_status": lambda a: add_status(actor=a, flow_id=1, draft=StatusDraft(names=N, phase="new")),
    "change_status": lambda a: change_status(
        actor=a, status_id=1, draft=StatusDraft(names=N, phase="new")
    ),
    "step_status": lambda a: step_status(actor=a, status_id=1, direction=Direction.UP),
    "make_status_first": lambda a: make_status_first(actor=a, status_id=1),
    "delete_status": lambda a: delete_status(actor=a, status_id=1),
    "set_transition": lambda a: set_transition(actor=a, ends=(1, 2), step=Step()),
    "add_type": lambda a: add_type(actor=a, draft=TypeDraft(names=N, flow_id=1)),
    "change_type": lambda a: change_type(actor=a, type_id=1, draft=TypeDraft(names=N, flow_id=1)),
    "step_type": lambda a: step_type(actor=a, type_id=1, direction=Direction.UP),
    "delete_type": lambda a: delete_type(actor=a, type_id=1),
    "undo_change": lambda a: undo_change(actor=a, change_id=1),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_only_an_administrator_changes_the_configuration(deed: str, cast: Cast) -> None:
    for name, actor in cast.everyone.items():
        if name != "root":
            with pytest.raises(NotAllowed):
                DEEDS[deed](actor)
    assert not ConfigurationChange.objects.exists()


@pytest.mark.parametrize("deed", DEEDS)
def test_what_is_not_there_is_said_or_already_done(deed: str, root: Actor) -> None:
    if deed.startswith("add_") and deed not in ("add_choice", "add_status", "add_type"):
        return
    if deed.startswith(("delete_", "drop_")):
        DEEDS[deed](root)
    else:
        with pytest.raises((NotFound, Invalid)):
            DEEDS[deed](root)
    assert not ConfigurationChange.objects.exists()
