"""Undoing makes nothing that an administrator could not make by hand."""

import pytest

from otklik.core.errors import Conflict
from otklik.people.models import Actor
from otklik.tickets.actions.configuring.categories import (
    add_category,
    delete_category,
    place_category,
)
from otklik.tickets.actions.configuring.fields import FieldDraft, change_field, delete_field
from otklik.tickets.actions.configuring.flows import delete_flow, make_flow_default
from otklik.tickets.actions.configuring.questions import (
    QuestionDraft,
    change_question,
    drop_question,
)
from otklik.tickets.actions.configuring.statuses import (
    StatusDraft,
    change_status,
    make_status_first,
)
from otklik.tickets.actions.configuring.transitions import Step, set_transition
from otklik.tickets.actions.configuring.types import TypeDraft, add_type, change_type
from otklik.tickets.actions.configuring.undoing import undo_change
from otklik.tickets.models import (
    Category,
    ConfigurationChange,
    Field,
    Flow,
    FormField,
    Phase,
    Status,
    TicketType,
    Transition,
)
from otklik.tickets.tests.desk import DeskAtWork
from otklik.tickets.tests.factories import make_field, make_flow, make_type
from otklik.tickets.tests.stored import configuration

pytestmark = pytest.mark.django_db

N = {"en": "Something"}


def last_change() -> int:
    change = ConfigurationChange.objects.order_by("-pk").first()
    assert change is not None
    return change.pk


def refused(root: Actor, change_id: int, why: str) -> None:
    before = configuration()
    with pytest.raises(Conflict, match=why):
        undo_change(actor=root, change_id=change_id)
    assert configuration() == before


def test_no_category_comes_to_stand_under_itself(root: Actor) -> None:
    above = add_category(actor=root, names={"en": "P"})
    below = add_category(actor=root, names={"en": "X"}, parent_id=above.pk)
    place_category(actor=root, category_id=below.pk, parent_id=None, index=0)
    out = last_change()
    place_category(actor=root, category_id=above.pk, parent_id=below.pk, index=0)

    refused(root, out, "cannot stand under itself")

    assert Category.objects.get(pk=above.pk).branch == "X › P"


def test_no_branch_gets_deeper_than_it_may(root: Actor) -> None:
    trunk = add_category(actor=root, names={"en": "1"})
    leaf = add_category(actor=root, names={"en": "leaf"}, parent_id=trunk.pk)
    delete_category(actor=root, category_id=leaf.pk)
    gone = last_change()
    above = None
    for level in "2345":
        above = add_category(actor=root, names={"en": level}, parent_id=above.pk if above else None)
    assert above
    place_category(actor=root, category_id=trunk.pk, parent_id=above.pk, index=0)

    refused(root, gone, "at most 5 levels")


def test_tickets_never_begin_closed(desk: DeskAtWork) -> None:
    root, flow = desk.cast.root, desk.made.flow
    first, progress = flow.statuses.get(is_first=True), desk.made.statuses["progress"]
    make_status_first(actor=root, status_id=progress.pk)
    handed = last_change()
    change_status(
        actor=root, status_id=first.pk, draft=StatusDraft(names=first.names, phase="closed")
    )

    refused(root, handed, "begin only as new or in progress")

    assert desk.opened().phase == Phase.PROGRESS


def test_the_phase_of_a_first_status_is_not_undone_to_one_that_begins_nothing(root: Actor) -> None:
    flow = make_flow(phases=(Phase.NEW, Phase.PENDING, Phase.CLOSED))
    middle = flow.statuses.get(phase="pending")
    change_status(
        actor=root, status_id=middle.pk, draft=StatusDraft(names=middle.names, phase="progress")
    )
    changed = last_change()
    Status.objects.filter(flow=flow).update(is_first=False)
    Status.objects.filter(pk=middle.pk).update(is_first=True)

    refused(root, changed, "Let them begin elsewhere first")


def test_a_status_that_a_flow_can_end_by_alone_keeps_its_phase(root: Actor) -> None:
    flow = make_flow(phases=(Phase.NEW, Phase.PROGRESS, Phase.CLOSED))
    middle, last = flow.statuses.get(phase="progress"), flow.statuses.get(phase="closed")
    change_status(
        actor=root, status_id=middle.pk, draft=StatusDraft(names=middle.names, phase="closed")
    )
    changed = last_change()
    change_status(
        actor=root, status_id=last.pk, draft=StatusDraft(names=last.names, phase="resolved")
    )

    refused(root, changed, "only status in which tickets of the flow are closed")


def test_what_a_stage_needed_is_not_half_brought_back(root: Actor) -> None:
    status = make_flow().statuses.get(phase="progress")
    field = make_field()
    draft = StatusDraft(names=status.names, phase="progress", required_fields=(field.pk,))
    change_status(actor=root, status_id=status.pk, draft=draft)
    change_status(
        actor=root, status_id=status.pk, draft=StatusDraft(names=status.names, phase="progress")
    )
    changed = last_change()
    delete_field(actor=root, field_id=field.pk)

    refused(root, changed, "is gone")


def test_a_step_for_customers_does_not_come_back_to_where_somebody_is_assigned(root: Actor) -> None:
    new, middle, _last = make_flow().statuses.all()
    ends = (new.pk, middle.pk)
    set_transition(actor=root, ends=ends, step=Step(staff="agent", customer=True))
    set_transition(actor=root, ends=ends, step=Step(staff="agent", demands_assignee=True))
    changed = last_change()
    change_status(
        actor=root, status_id=middle.pk, draft=StatusDraft(names=middle.names, phase="assigned")
    )

    refused(root, changed, "cannot choose who works on it")

    set_transition(actor=root, ends=ends, step=Step())
    removed = last_change()
    undo_change(actor=root, change_id=removed)
    assert Transition.objects.get(source=new, target=middle).demands_assignee


def test_questions_do_not_come_to_wait_for_each_other(root: Actor) -> None:
    one = make_field(key="one", kind="checkbox")
    other = make_field(key="other", kind="checkbox")
    kind = make_type(form=(one, other))
    first, second = FormField.objects.filter(type=kind)
    yes = "yes"
    waits = QuestionDraft(shown_when="other", shown_value=yes)
    change_question(actor=root, question_id=first.pk, draft=waits)
    change_question(actor=root, question_id=first.pk, draft=QuestionDraft())
    freed = last_change()
    change_question(
        actor=root, question_id=second.pk, draft=QuestionDraft(shown_when="one", shown_value=yes)
    )

    refused(root, freed, "wait for each other")


def test_a_question_does_not_come_back_to_wait_for_what_is_asked_no_more(root: Actor) -> None:
    one = make_field(key="one", kind="checkbox")
    other = make_field(key="other", kind="checkbox")
    kind = make_type(form=(one, other))
    first, second = FormField.objects.filter(type=kind)
    change_question(
        actor=root,
        question_id=first.pk,
        draft=QuestionDraft(shown_when="other", shown_value="yes"),
    )
    drop_question(actor=root, question_id=first.pk)
    dropped = last_change()
    draft = FieldDraft(names=N, kind="checkbox", is_active=False)
    change_field(actor=root, field_id=other.pk, draft=draft)
    refused(root, dropped, "asked no more")

    drop_question(actor=root, question_id=second.pk)
    refused(root, dropped, "Choose a list or yes-or-no")


def test_a_question_that_another_waits_for_is_not_undone_to_be_asked_no_more(root: Actor) -> None:
    one = make_field(key="one", kind="checkbox")
    other = make_field(key="other", kind="checkbox")
    Field.objects.filter(pk=other.pk).update(is_active=False)
    kind = make_type(form=(one, other))
    change_field(
        actor=root, field_id=other.pk, draft=FieldDraft(names=other.names, kind="checkbox")
    )
    changed = last_change()
    change_question(
        actor=root,
        question_id=kind.form.get(field=one).pk,
        draft=QuestionDraft(shown_when="other", shown_value="yes"),
    )

    refused(root, changed, "is shown for an answer to this")


def test_the_default_flow_does_not_go_back_to_one_that_is_gone(desk: DeskAtWork) -> None:
    root, first = desk.cast.root, make_flow()
    make_flow_default(actor=root, flow_id=first.pk)
    make_flow_default(actor=root, flow_id=desk.made.flow.pk)
    handed = last_change()
    delete_flow(actor=root, flow_id=first.pk)

    refused(root, handed, "is gone")
    assert Flow.objects.get(is_default=True) == desk.made.flow


def test_the_only_type_that_is_offered_is_not_undone_away(root: Actor) -> None:
    flow = make_flow()
    old = make_type(flow=flow)
    added = add_type(actor=root, draft=TypeDraft(names=N, flow_id=flow.pk))
    addition = last_change()
    hidden = TypeDraft(names=old.names, flow_id=flow.pk, is_active=False)
    change_type(actor=root, type_id=old.pk, draft=hidden)

    refused(root, addition, "only type that is offered")
    assert TicketType.objects.get(is_active=True) == added
