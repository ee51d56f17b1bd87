"""Questions, forms and types: what may be changed and what tickets keep in place."""

import pytest

from otklik.core.errors import Conflict, Invalid
from otklik.people.models import Actor
from otklik.people.tests.factories import Cast
from otklik.tickets.actions.configuring.choices import add_choice
from otklik.tickets.actions.configuring.fields import (
    FieldDraft,
    add_field,
    change_field,
    delete_field,
)
from otklik.tickets.actions.configuring.questions import (
    QuestionDraft,
    ask_field,
    change_question,
    drop_question,
    place_question,
    step_question,
)
from otklik.tickets.actions.configuring.tree import Direction
from otklik.tickets.actions.configuring.types import (
    TypeDraft,
    add_type,
    change_type,
    delete_type,
    step_type,
)
from otklik.tickets.models import (
    Choice,
    Field,
    Ticket,
    TicketType,
)
from otklik.tickets.tests.factories import (
    Configuration,
    make_field,
    make_flow,
    make_type,
)
from otklik.tickets.tests.stored import make_stored_ticket

pytestmark = pytest.mark.django_db

N = {"en": "Something"}


def test_a_question_is_kept_while_a_form_a_stage_or_a_ticket_needs_it(
    cast: Cast, made: Configuration
) -> None:
    root = cast.root
    field = add_field(actor=root, draft=FieldDraft(names={"en": "Report"}, kind="long_text"))
    asked = ask_field(actor=root, type_id=made.types["hr"].pk, field_id=field.pk)
    assert ask_field(actor=root, type_id=made.types["hr"].pk, field_id=field.pk) == asked

    with pytest.raises(Conflict, match="The form of “HR” asks this"):
        delete_field(actor=root, field_id=field.pk)
    drop_question(actor=root, question_id=asked.pk)
    made.statuses["resolved"].required_fields.add(field)
    with pytest.raises(Conflict, match="The status “Resolved” needs this"):
        delete_field(actor=root, field_id=field.pk)
    made.statuses["resolved"].required_fields.clear()
    ticket = make_stored_ticket(cast, made, values={"report": "done"})
    for refused in (
        lambda: delete_field(actor=root, field_id=field.pk),
        lambda: change_field(
            actor=root, field_id=field.pk, draft=FieldDraft(names=N, kind="number")
        ),
    ):
        with pytest.raises(Conflict, match="1 ticket answers this"):
            refused()
    Ticket.objects.filter(pk=ticket.pk).update(values={})
    delete_field(actor=root, field_id=field.pk)
    assert not Field.objects.filter(key="report").exists()


def test_a_kind_stays_when_its_answers_are_in_use(root: Actor) -> None:
    listed = make_field(kind="choice", choices=("a",))
    draft = FieldDraft(names=N, kind="text")
    with pytest.raises(Conflict, match="in use"):
        change_field(actor=root, field_id=listed.pk, draft=draft)
    box = make_field(kind="checkbox")
    kind = make_type(form=(box, listed))
    kind.form.filter(field=listed).update(shown_when=box, shown_value="yes")
    with pytest.raises(Conflict, match="in use"):
        change_field(actor=root, field_id=box.pk, draft=draft)
    plain = make_field(kind="text")
    change_field(actor=root, field_id=plain.pk, draft=FieldDraft(names=N, kind="number"))
    plain.refresh_from_db()
    assert plain.kind == "number"


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (QuestionDraft(customer="nobody"), "customer"),
        (QuestionDraft(shown_when="ghost", shown_value="a"), "shown_when"),
        (QuestionDraft(shown_when="words", shown_value="a"), "shown_when"),
        (QuestionDraft(shown_when="third", shown_value="a"), "shown_when"),
        (QuestionDraft(shown_when="second", shown_value="yes"), "shown_when"),
        (QuestionDraft(shown_when="list", shown_value="c"), "shown_value"),
        (QuestionDraft(shown_when="box", shown_value="perhaps"), "shown_value"),
    ],
)
def test_a_condition_must_make_sense(draft: QuestionDraft, field: str, root: Actor) -> None:
    fields = (
        make_field(key="words"),
        make_field(key="list", kind="choice", choices=("a", "b")),
        make_field(key="box", kind="checkbox"),
        make_field(key="second", kind="checkbox"),
        make_field(key="third", kind="checkbox"),
    )
    kind = make_type(form=fields)
    third = kind.form.get(field=fields[4])
    kind.form.filter(field=fields[3]).update(shown_when=fields[4], shown_value="yes")

    with pytest.raises(Invalid) as refusal:
        change_question(actor=root, question_id=third.pk, draft=draft)
    assert list(refusal.value.fields) == [field]
    for good in (("list", "b"), ("box", "no"), ("", "left over")):
        condition = QuestionDraft(shown_when=good[0], shown_value=good[1])
        change_question(actor=root, question_id=third.pk, draft=condition)
    third.refresh_from_db()
    assert (third.shown_when, third.shown_value) == (None, "")


def test_questions_change_places_and_one_that_others_wait_for_stays(
    made: Configuration, root: Actor
) -> None:
    kind = made.types["hr"]

    def keys() -> list[str]:
        return [row.field.key for row in kind.form.select_related("field")]

    before = keys()
    matter, colleague = (kind.form.get(field__key=key) for key in ("matter", "colleague"))
    with pytest.raises(Conflict, match="From which date"):
        drop_question(actor=root, question_id=matter.pk)
    step_question(actor=root, question_id=matter.pk, direction=Direction.UP)
    assert keys() == before
    step_question(actor=root, question_id=matter.pk, direction=Direction.DOWN)
    place_question(actor=root, question_id=colleague.pk, index=99)
    assert keys() == [*(key for key in before if key != "colleague"), "colleague"]
    drop_question(actor=root, question_id=colleague.pk)
    assert "colleague" not in keys()


def test_a_type_with_tickets_keeps_its_flow_and_is_hidden(cast: Cast, made: Configuration) -> None:
    kind, other = made.types["equipment"], make_flow()
    make_stored_ticket(cast, made)

    with pytest.raises(Conflict, match="1 ticket is of this type"):
        change_type(actor=cast.root, type_id=kind.pk, draft=TypeDraft(names=N, flow_id=other.pk))
    with pytest.raises(Conflict, match="Hide it instead"):
        delete_type(actor=cast.root, type_id=kind.pk)
    hidden = TypeDraft(names=N, flow_id=kind.flow_id, is_active=False)
    change_type(actor=cast.root, type_id=kind.pk, draft=hidden)
    assert not TicketType.objects.get(pk=kind.pk).is_active


def test_the_last_type_that_is_offered_stays(root: Actor) -> None:
    flow = make_flow()
    kind = add_type(actor=root, draft=TypeDraft(names=N, flow_id=flow.pk))

    hidden = TypeDraft(names=N, flow_id=flow.pk, is_active=False)
    with pytest.raises(Conflict, match="only type"):
        change_type(actor=root, type_id=kind.pk, draft=hidden)
    with pytest.raises(Conflict, match="only type"):
        delete_type(actor=root, type_id=kind.pk)
    other = add_type(actor=root, draft=TypeDraft(names=N, flow_id=flow.pk))
    step_type(actor=root, type_id=other.pk, direction=Direction.UP)
    step_type(actor=root, type_id=other.pk, direction=Direction.UP)
    assert list(TicketType.objects.all()) == [other, kind]
    delete_type(actor=root, type_id=kind.pk)


def test_a_type_names_a_department_and_flow_that_exist(cast: Cast) -> None:
    draft = TypeDraft(names={}, hints={"en": "я" * 201}, flow_id=-1, department_id=-1, file_limit=0)
    with pytest.raises(Invalid) as refusal:
        add_type(actor=cast.root, draft=draft)
    wrong = ["names.en", "hints.en", "flow", "department", "file_limit"]
    assert list(refusal.value.fields) == wrong


def test_a_bad_question_is_refused_by_field(root: Actor) -> None:
    draft = FieldDraft(names={}, kind="riddle", hints={"bg": "я" * 201})
    with pytest.raises(Invalid) as refusal:
        add_field(actor=root, draft=draft)
    assert list(refusal.value.fields) == ["names.en", "hints.bg", "kind"]


def test_a_form_and_a_list_have_an_end(root: Actor) -> None:
    field = make_field(kind="choice")
    Choice.objects.bulk_create(Choice(field=field, key=str(n), names=N) for n in range(1000))
    with pytest.raises(Invalid, match="at most 1000"):
        add_choice(actor=root, field_id=field.pk, names=N)
    kind = make_type(form=tuple(make_field() for _ in range(60)))
    with pytest.raises(Invalid, match="at most 60"):
        ask_field(actor=root, type_id=kind.pk, field_id=field.pk)


def test_what_customers_fill_in_waits_only_for_what_they_answer(root: Actor) -> None:
    first = make_field(key="first", kind="checkbox")
    second = make_field(key="second", kind="checkbox")
    kind = make_type(form=(first, second))
    asked, other = kind.form.all()
    waits = QuestionDraft(shown_when="second", shown_value="yes")
    for access in ("staff", "sees"):
        change_question(actor=root, question_id=other.pk, draft=QuestionDraft(customer=access))
        with pytest.raises(Invalid, match="Customers do not answer this question") as refusal:
            change_question(actor=root, question_id=asked.pk, draft=waits)
        assert list(refusal.value.fields) == ["shown_when"]
        for_staff = QuestionDraft(customer="staff", shown_when="second", shown_value="yes")
        change_question(actor=root, question_id=asked.pk, draft=for_staff)

    change_question(actor=root, question_id=other.pk, draft=QuestionDraft())
    change_question(actor=root, question_id=asked.pk, draft=waits)
    for access in ("staff", "sees"):
        with pytest.raises(Invalid, match=f"Customers see the question “{first.label}”"):
            change_question(actor=root, question_id=other.pk, draft=QuestionDraft(customer=access))


def test_what_another_question_waits_for_goes_on_being_asked(root: Actor) -> None:
    first = make_field(key="first", kind="checkbox")
    second = make_field(key="second", kind="checkbox")
    kind = make_type(form=(first, second))
    asked = kind.form.get(field=first)
    waits = QuestionDraft(shown_when="second", shown_value="yes")
    change_question(actor=root, question_id=asked.pk, draft=waits)
    off = FieldDraft(names=N, kind="checkbox", is_active=False)

    with pytest.raises(Conflict, match=f"The question “{first.label}” is shown for an answer"):
        change_field(actor=root, field_id=second.pk, draft=off)

    change_question(actor=root, question_id=asked.pk, draft=QuestionDraft())
    change_field(actor=root, field_id=second.pk, draft=off)
    with pytest.raises(Invalid, match="asked no more"):
        change_question(actor=root, question_id=asked.pk, draft=waits)
