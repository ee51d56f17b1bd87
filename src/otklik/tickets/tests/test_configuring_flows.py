"""Flows, statuses, steps and priorities: what may be changed and what stays."""

from datetime import timedelta

import pytest

from otklik.core.errors import Conflict, Invalid, NotFound
from otklik.people.models import Actor
from otklik.people.tests.factories import Cast
from otklik.tickets.actions.configuring.flows import (
    add_flow,
    delete_flow,
    make_flow_default,
    rename_flow,
)
from otklik.tickets.actions.configuring.priorities import change_priority
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
from otklik.tickets.actions.configuring.undoing import undo_change
from otklik.tickets.models import (
    ConfigurationChange,
    Field,
    Flow,
    Phase,
    Priority,
    Status,
    Transition,
)
from otklik.tickets.tests.factories import (
    Configuration,
    make_field,
    make_flow,
)
from otklik.tickets.tests.stored import make_stored_ticket

pytestmark = pytest.mark.django_db

N = {"en": "Something"}
H = timedelta(hours=1)


def last_change() -> ConfigurationChange:
    change = ConfigurationChange.objects.first()
    assert change is not None
    return change


def undo_last(root: Actor) -> None:
    undo_change(actor=root, change_id=last_change().pk)


def test_a_new_flow_works_from_the_start(made: Configuration, root: Actor) -> None:
    short = add_flow(actor=root, names={"en": "Short"})
    assert [status.key for status in short.statuses.all()] == ["new", "closed"]
    assert Transition.objects.filter(source__flow=short).count() == 1

    made.statuses["resolved"].required_fields.add(Field.objects.get(key="steps"))
    copy = add_flow(actor=root, names={"en": "Copy"}, like_id=made.flow.pk)
    assert [status.key for status in copy.statuses.all()] == Phase.values
    ways = Transition.objects.filter(source__flow=copy)
    assert ways.count() == Transition.objects.filter(source__flow=made.flow).count()
    assert not ways.exclude(target__flow=copy).exists()
    assert copy.statuses.get(key="resolved").required_fields.get().key == "steps"
    with pytest.raises(NotFound):
        add_flow(actor=root, names=N, like_id=-1)


def test_a_flow_in_use_or_by_default_stays(made: Configuration, root: Actor) -> None:
    with pytest.raises(Conflict, match="New types begin"):
        delete_flow(actor=root, flow_id=made.flow.pk)
    other = add_flow(actor=root, names={"en": "Other"})
    make_flow_default(actor=root, flow_id=other.pk)
    with pytest.raises(Conflict, match="The type “Programming”"):
        delete_flow(actor=root, flow_id=made.flow.pk)
    rename_flow(actor=root, flow_id=other.pk, names={"en": "Another"})
    make_flow_default(actor=root, flow_id=made.flow.pk)
    delete_flow(actor=root, flow_id=other.pk)
    assert list(Flow.objects.all()) == [made.flow]


def test_the_first_and_the_last_end_of_a_flow_stay(made: Configuration, root: Actor) -> None:
    statuses = made.statuses
    with pytest.raises(Conflict, match="New tickets begin here"):
        delete_status(actor=root, status_id=statuses["new"].pk)
    with pytest.raises(Conflict, match="only status"):
        delete_status(actor=root, status_id=statuses["closed"].pk)
    open_again = StatusDraft(names=N, phase="progress")
    with pytest.raises(Conflict, match="only status"):
        change_status(actor=root, status_id=statuses["closed"].pk, draft=open_again)
    draft = StatusDraft(names=N, phase="closed")
    with pytest.raises(Conflict, match="New tickets begin here"):
        change_status(actor=root, status_id=statuses["new"].pk, draft=draft)
    with pytest.raises(Conflict, match="begin only as"):
        make_status_first(actor=root, status_id=statuses["assigned"].pk)
    make_status_first(actor=root, status_id=statuses["progress"].pk)
    delete_status(actor=root, status_id=statuses["new"].pk)
    assert made.flow.statuses.get(is_first=True).key == "progress"


def test_a_status_with_tickets_stays_in_its_phase(cast: Cast, made: Configuration) -> None:
    make_stored_ticket(cast, made, status=made.statuses["pending"], phase="pending")
    pending = made.statuses["pending"].pk

    with pytest.raises(Conflict, match="1 ticket stands in this status"):
        delete_status(actor=cast.root, status_id=pending)
    draft = StatusDraft(names=N, phase="progress")
    with pytest.raises(Conflict, match="1 ticket stands"):
        change_status(actor=cast.root, status_id=pending, draft=draft)
    draft = StatusDraft(names={"en": "Waits"}, phase="pending", time_limit=7 * 24 * H)
    change_status(actor=cast.root, status_id=pending, draft=draft)
    assert Status.objects.get(pk=pending).label == "Waits"


def test_a_status_that_becomes_assigned_demands_who(made: Configuration, root: Actor) -> None:
    status = made.statuses["pending"]
    change_status(actor=root, status_id=status.pk, draft=StatusDraft(names=N, phase="assigned"))
    assert not status.ways_in.filter(demands_assignee=False).exists()


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (StatusDraft(names={}, phase="new"), "names.en"),
        (StatusDraft(names=N, phase="asleep"), "phase"),
        (StatusDraft(names=N, phase="new", time_limit=timedelta(0)), "time_limit"),
        (StatusDraft(names=N, phase="new", time_limit=timedelta(days=366)), "time_limit"),
        (StatusDraft(names=N, phase="new", required_fields=(-1,)), "required_fields"),
    ],
)
def test_a_bad_status_is_refused_by_field(draft: StatusDraft, field: str, root: Actor) -> None:
    flow = make_flow()
    with pytest.raises(Invalid) as refusal:
        add_status(actor=root, flow_id=flow.pk, draft=draft)
    assert list(refusal.value.fields) == [field]


def test_statuses_are_added_and_ordered(root: Actor) -> None:
    flow = make_flow(phases=(Phase.NEW, Phase.CLOSED))
    field = make_field()
    draft = StatusDraft(names={"en": "Awaits"}, phase="resolved", required_fields=(field.pk,))
    status = add_status(actor=root, flow_id=flow.pk, draft=draft)
    assert status.required_fields.get() == field
    for _ in range(3):
        step_status(actor=root, status_id=status.pk, direction=Direction.UP)
    step_status(actor=root, status_id=status.pk, direction=Direction.DOWN)
    assert [one.key for one in flow.statuses.all()] == ["new", "awaits", "closed"]
    for number in range(27):
        draft = StatusDraft(names={"en": str(number)}, phase="new")
        add_status(actor=root, flow_id=flow.pk, draft=draft)
    with pytest.raises(Invalid, match="at most 30"):
        add_status(actor=root, flow_id=flow.pk, draft=draft)


def test_steps_are_set_changed_and_taken_away(made: Configuration, root: Actor) -> None:
    ends = made.statuses["pending"].pk, made.statuses["reopened"].pk
    step = Step(staff="coordinator", customer=True, demands_note=True, names={"en": "Again"})

    way = set_transition(actor=root, ends=ends, step=step)
    assert way is not None
    assert way.allowed == ["customer", "coordinator", "supervisor"]
    assert set_transition(actor=root, ends=ends, step=step) == way
    assert ConfigurationChange.objects.filter(noun="transition").count() == 1
    set_transition(actor=root, ends=ends, step=Step(staff="agent"))
    way.refresh_from_db()
    assert (way.allowed, way.demands_note) == (["agent", "coordinator", "supervisor"], False)
    assert set_transition(actor=root, ends=ends, step=Step()) is None
    assert set_transition(actor=root, ends=ends, step=Step()) is None
    assert not Transition.objects.filter(pk=way.pk).exists()


def test_impossible_steps_are_refused(made: Configuration, root: Actor) -> None:
    new, assigned = made.statuses["new"].pk, made.statuses["assigned"].pk
    elsewhere = make_flow().statuses.all()[0].pk
    for ends, step in (
        ((new, new), Step(staff="agent")),
        ((new, elsewhere), Step(staff="agent")),
        ((new, assigned), Step(customer=True)),
        ((new, assigned), Step(staff="king")),
    ):
        with pytest.raises((Invalid, Conflict)):
            set_transition(actor=root, ends=ends, step=step)
    way = set_transition(actor=root, ends=(new, assigned), step=Step(staff="agent"))
    assert way is not None
    assert way.demands_assignee
    set_transition(actor=root, ends=(new, assigned), step=Step())
    assert not Transition.objects.filter(pk=way.pk).exists()


def test_a_priority_promises_the_answer_before_the_solution(
    made: Configuration, root: Actor
) -> None:
    change_priority(actor=root, level=5, names={"en": "Fire"}, promises=(H / 2, 2 * H))
    assert Priority.objects.get(pk=5).reply_within == H / 2
    assert last_change().old == {
        "names": made.priorities[5].names,
        "reply_within": 3600,
        "solve_within": 14400,
    }
    undo_last(root)
    assert Priority.objects.get(pk=5).solve_within == 4 * H
    for promises in ((2 * H, H), (timedelta(0), H), (H, timedelta(days=400))):
        with pytest.raises(Invalid):
            change_priority(actor=root, level=5, names=N, promises=promises)
    with pytest.raises(NotFound):
        change_priority(actor=root, level=6, names=N, promises=(H, H))
