"""What was changed is on record, can be undone, and two administrators do not collide."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from otklik.core import clock
from otklik.core.errors import Conflict, Invalid, NotFound
from otklik.people.models import Actor
from otklik.people.tests.factories import Cast, make_cast
from otklik.tickets.actions.configuring.categories import (
    add_category,
    change_category,
    delete_category,
    place_category,
    step_category,
)
from otklik.tickets.actions.configuring.choices import (
    delete_choice,
    step_choice,
)
from otklik.tickets.actions.configuring.fields import (
    FieldDraft,
    add_field,
    delete_field,
)
from otklik.tickets.actions.configuring.flows import (
    add_flow,
    delete_flow,
    make_flow_default,
)
from otklik.tickets.actions.configuring.questions import (
    QuestionDraft,
    ask_field,
    change_question,
    drop_question,
    place_question,
)
from otklik.tickets.actions.configuring.statuses import (
    StatusDraft,
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
    delete_type,
)
from otklik.tickets.actions.configuring.undoing import undo_change
from otklik.tickets.models import (
    Category,
    ConfigurationChange,
    Field,
    Flow,
    FormField,
    Transition,
)
from otklik.tickets.tests.factories import (
    Configuration,
    make_field,
    make_flow,
)
from otklik.tickets.tests.stored import configuration, make_stored_ticket

pytestmark = pytest.mark.django_db

N = {"en": "Something"}
H = timedelta(hours=1)


def last_change() -> ConfigurationChange:
    change = ConfigurationChange.objects.first()
    assert change is not None
    return change


def undo_last(root: Actor) -> None:
    undo_change(actor=root, change_id=last_change().pk)


def test_every_change_says_who_when_and_what(root: Actor) -> None:
    category = add_category(actor=root, names={"en": "Old"})
    change_category(actor=root, category_id=category.pk, names={"en": "New"})
    change_category(actor=root, category_id=category.pk, names={"en": "New"})
    delete_category(actor=root, category_id=category.pk)

    changes = list(ConfigurationChange.objects.order_by("pk"))
    assert [(c.verb, c.label, c.actor_id) for c in changes] == [
        ("added", "Old", root.person_id),
        ("changed", "New", root.person_id),
        ("deleted", "New", root.person_id),
    ]
    assert (changes[1].old, changes[1].new) == ({"names": {"en": "Old"}}, {"names": {"en": "New"}})


def test_the_database_refuses_to_change_the_record(root: Actor) -> None:
    add_category(actor=root, names=N)
    for deed in (
        lambda: ConfigurationChange.objects.update(actor_name="x"),
        lambda: ConfigurationChange.objects.all().delete(),
    ):
        with (
            pytest.raises(IntegrityError, match="only added to"),
            transaction.atomic(),
        ):
            deed()
    with pytest.raises(IntegrityError, match="configuration_change_says_what"):
        ConfigurationChange.objects.create(
            at=clock.now(), actor_name="x", noun="flow", row=1, verb="added"
        )


def undoable(root: Actor, made: Configuration) -> dict[str, Callable[[], object]]:
    types, statuses, flow = made.types, made.statuses, made.flow
    questions = FormField.objects.filter(type=types["programming"])
    way = Transition.objects.get(source=statuses["new"], target=statuses["closed"])
    other = Flow.objects.exclude(pk=flow.pk).get()
    first, last = other.statuses.get(is_first=True), other.statuses.get(phase="closed")
    middle = other.statuses.get(phase="progress")
    usage = made.categories["usage"]
    need = Field.objects.get(key="need")
    return {
        "add a category": lambda: add_category(actor=root, names=N),
        "rename a category": lambda: change_category(actor=root, category_id=usage.pk, names=N),
        "hide a category": lambda: change_category(
            actor=root, category_id=usage.pk, names=usage.names, is_active=False
        ),
        "move a category": lambda: step_category(
            actor=root, category_id=usage.pk, direction=Direction.IN
        ),
        "delete a category": lambda: delete_category(
            actor=root, category_id=made.categories["usage-limits"].pk
        ),
        "move an answer": lambda: step_choice(
            actor=root, choice_id=need.choices.all()[0].pk, direction=Direction.DOWN
        ),
        "delete an answer": lambda: delete_choice(
            actor=root, choice_id=need.choices.get(key="move").pk
        ),
        "delete a question": lambda: delete_field(
            actor=root, field_id=Field.objects.get(key="unasked").pk
        ),
        "add a question": lambda: add_field(actor=root, draft=FieldDraft(names=N, kind="choice")),
        "ask": lambda: ask_field(
            actor=root, type_id=types["hr"].pk, field_id=Field.objects.get(key="log").pk
        ),
        "require": lambda: change_question(
            actor=root,
            question_id=questions[2].pk,
            draft=QuestionDraft(is_required=True, shown_when="work", shown_value="change"),
        ),
        "reorder a form": lambda: place_question(actor=root, question_id=questions[5].pk, index=0),
        "drop a question": lambda: drop_question(actor=root, question_id=questions[6].pk),
        "delete a type": lambda: delete_type(actor=root, type_id=types["facility"].pk),
        "add a type": lambda: add_type(actor=root, draft=TypeDraft(names=N, flow_id=flow.pk)),
        "add a flow": lambda: add_flow(actor=root, names=N, like_id=flow.pk),
        "delete a flow": lambda: delete_flow(actor=root, flow_id=other.pk),
        "default flow": lambda: make_flow_default(actor=root, flow_id=other.pk),
        "delete a status": lambda: delete_status(actor=root, status_id=middle.pk),
        "change a status": lambda: change_status(
            actor=root,
            status_id=middle.pk,
            draft=StatusDraft(names=N, phase="pending", time_limit=H, required_fields=(need.pk,)),
        ),
        "first status": lambda: make_status_first(actor=root, status_id=middle.pk),
        "reorder statuses": lambda: step_status(
            actor=root, status_id=last.pk, direction=Direction.UP
        ),
        "change a step": lambda: set_transition(
            actor=root,
            ends=(way.source_id, way.target_id),
            step=Step(staff="supervisor", demands_note=True),
        ),
        "take a step away": lambda: set_transition(
            actor=root, ends=(way.source_id, way.target_id), step=Step()
        ),
        "add a step": lambda: set_transition(
            actor=root, ends=(last.pk, first.pk), step=Step(staff="agent")
        ),
    }


@pytest.mark.parametrize("index", range(25))
def test_undo_brings_back_everything(index: int, made: Configuration, root: Actor) -> None:
    other = make_flow()
    a, b, c = other.statuses.all()
    Transition.objects.create(source=a, target=b, allowed=["agent"])
    Transition.objects.create(source=b, target=c, allowed=["agent"])
    b.required_fields.add(Field.objects.get(key="steps"))
    make_field(key="unasked", kind="tree", choices=("a", "b"))
    deeds = undoable(root, made)
    assert len(deeds) == 25
    before = configuration()

    list(deeds.values())[index]()
    done = last_change()
    assert configuration() != before
    undo_change(actor=root, change_id=done.pk)
    undo_change(actor=root, change_id=done.pk)

    assert configuration() == before
    assert last_change().undoes == done
    undo_last(root)
    assert configuration() != before


def test_only_the_last_change_of_a_thing_is_undone(root: Actor) -> None:
    category = add_category(actor=root, names={"en": "One"})
    change_category(actor=root, category_id=category.pk, names={"en": "Two"})
    first = last_change()
    change_category(actor=root, category_id=category.pk, names={"en": "Three"})

    with pytest.raises(Conflict, match="Undo that first"):
        undo_change(actor=root, change_id=first.pk)
    with pytest.raises(NotFound):
        undo_change(actor=root, change_id=-1)


def test_undo_is_refused_when_tickets_would_not_stand_it(cast: Cast, made: Configuration) -> None:
    category = add_category(actor=cast.root, names=N)
    make_stored_ticket(cast, made, category=category)
    with pytest.raises(Conflict, match="1 ticket is in this category"):
        undo_last(cast.root)

    trunk = add_category(actor=cast.root, names={"en": "Trunk"})
    twig = add_category(actor=cast.root, names={"en": "Twig"}, parent_id=trunk.pk)
    delete_category(actor=cast.root, category_id=twig.pk)
    deletion = last_change()
    delete_category(actor=cast.root, category_id=trunk.pk)
    with pytest.raises(Conflict, match="is gone"):
        undo_change(actor=cast.root, change_id=deletion.pk)


@pytest.mark.django_db(transaction=True)
def test_two_administrators_at_once_leave_one_whole_tree() -> None:
    root = make_cast().root
    one = add_category(actor=root, names={"en": "One"})
    two = add_category(actor=root, names={"en": "Two"})
    start, outcomes = threading.Barrier(2), []

    def put(child: Category, parent: Category) -> None:
        start.wait()
        try:
            place_category(actor=root, category_id=child.pk, parent_id=parent.pk, index=0)
            outcomes.append("moved")
        except Invalid:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=put, args=ends) for ends in ((one, two), (two, one))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(outcomes) == ["moved", "refused"]
    assert Category.objects.filter(parent=None).count() == 1
