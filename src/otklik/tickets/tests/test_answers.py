from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from otklik.core import clock
from otklik.core.errors import Invalid
from otklik.core.models import Blob
from otklik.people.models import Actor
from otklik.people.tests.factories import Cast, make_organization, make_person
from otklik.tickets.actions import Changes, NewTicket, Words, change_ticket, open_ticket
from otklik.tickets.forms.asked import customer_form, opening_form
from otklik.tickets.models import Attachment, Choice, Field, FormField, TicketType
from otklik.tickets.selectors.asked import asked_fields, is_shown, missing_to_enter
from otklik.tickets.tests.asking import check_values
from otklik.tickets.tests.factories import make_configuration, make_field, make_type

pytestmark = pytest.mark.django_db


def wrong(kind: TicketType, values: dict[str, Any], actor: Actor, **more: Any) -> dict[str, str]:
    more.setdefault("for_customer", not actor.is_staff)
    with pytest.raises(Invalid) as refusal:
        check_values(kind, values, actor=actor, **more)
    return refusal.value.fields


def make_file(uploader: int, token: str) -> Attachment:
    blob, _created = Blob.objects.get_or_create(
        sha256="a" * 64, defaults={"size": 1, "media_type": "text/plain", "created_at": clock.now()}
    )
    return Attachment.objects.create(
        token=token, blob=blob, name="a.txt", uploader_id=uploader, created_at=clock.now()
    )


GOOD: list[tuple[str, Any, Any]] = [
    ("text", "  A  line\nof text ", "A line of text"),
    ("text", 12, "12"),
    ("text", "👨‍👩‍👧‍👦" * 300, "👨‍👩‍👧‍👦" * 300),
    ("long_text", "one\r\ntwo ", "one\ntwo"),
    ("long_text", "я" * 5000, "я" * 5000),
    ("number", "12,5", 12.5),
    ("number", "-3", -3),
    ("number", 7.0, 7),
    ("number", "1 000 000", 1000000),
    ("number", "0,125", 0.125),
    ("number", "-0,125", -0.125),
    ("number", "1234,567", 1234.567),
    ("number", "1,0000", 1),
    ("number", "1.000", 1),
    ("number", 0, 0),
    ("number", "0", 0),
    ("date", "2026-02-28", "2026-02-28"),
    ("date", "1.3.2026", "2026-03-01"),
    ("choice", "red", "red"),
    ("choices", ["blue", "red"], ["red", "blue"]),
    ("choices", "red", ["red"]),
    ("tree", "red", "red"),
    ("checkbox", "on", True),
    ("checkbox", False, False),
    ("url", "example.com/a?b=1", "https://example.com/a?b=1"),
    ("email", "Cy@Example.com", "Cy@Example.com"),
    ("phone", "+359 2 987 65 43", "+35929876543"),
    ("phone", "12-34", "12-34"),
]

BAD: list[tuple[str, Any]] = [
    ("text", "я" * 301),
    ("text", "x" * 1_000_000),
    ("text", "a\0b"),
    ("text", "\ud800"),
    ("text", {"a": 1}),
    ("text", True),
    ("long_text", "я" * 5001),
    ("number", "twelve"),
    ("number", "NaN"),
    ("number", "1,000"),
    ("number", "−12,345"),
    ("number", "1,234,567"),
    ("number", "Infinity"),
    ("number", "1e400"),
    ("number", "1" * 16),
    ("number", "0." + "0" * 70 + "1"),
    ("number", [1]),
    ("number", True),
    ("date", "2026-02-30"),
    ("date", "tomorrow"),
    ("date", 20260228),
    ("date", "٢٠٢٦-٠٢-٢٨"),
    ("choice", "green"),
    ("choice", "old"),
    ("choice", ["red"]),
    ("choices", ["red", "green"]),
    ("choices", [{"red": 1}]),
    ("tree", "green"),
    ("checkbox", "perhaps"),
    ("checkbox", 7),
    ("person", 10**30),
    ("person", -1),
    ("person", True),
    ("person", "root; DROP TABLE"),
    ("person", 999_999),
    ("organization", 999_999),
    ("organization", [1]),
    ("file", "not a token"),
    ("file", ["f" * 32]),
    ("file", [str(n) * 32 for n in range(10)] * 3),
    ("url", "javascript:alert(1)"),
    ("url", "ftp://example.com"),
    ("url", "https://" + "a" * 3000),
    ("url", "http://[::1"),
    ("email", "not an address"),
    ("email", "a@b@c.example"),
    ("phone", "call me"),
    ("phone", "12"),
    ("phone", "1" * 30),
]


@pytest.mark.parametrize(("kind", "raw", "kept"), GOOD, ids=repr)
def test_an_answer_is_kept_in_one_form(kind: str, raw: Any, kept: Any, cast: Cast) -> None:
    field = make_field(kind=kind, key="asked", choices=("red", "blue"))

    values = check_values(
        make_type(form=(field,)), {"asked": raw}, actor=cast.cy, for_customer=True
    )

    assert values == {"asked": kept}


@pytest.mark.parametrize(("kind", "raw"), BAD, ids=lambda value: ascii(value)[:40])
def test_a_bad_answer_is_refused_by_name(kind: str, raw: Any, cast: Cast) -> None:
    field = make_field(kind=kind, key="asked", choices=("red", "blue"))
    Choice.objects.create(field=field, key="old", names={"en": "Old"}, is_active=False)

    assert list(wrong(make_type(form=(field,)), {"asked": raw}, cast.ada)) == ["asked"]


def test_a_required_question_demands_its_answer_only_when_shown(cast: Cast) -> None:
    kind = make_configuration().types["programming"]
    error = {"work": "error", "product": "Shop"}

    assert list(wrong(kind, {}, cast.cy)) == ["work", "product"]
    assert list(wrong(kind, error, cast.cy)) == ["steps"]
    given = check_values(
        kind,
        {"work": "change", "product": "Shop", "steps": "left over"},
        actor=cast.cy,
        for_customer=True,
    )
    assert given == {"work": "change", "product": "Shop"}


def test_a_ticked_box_and_a_branch_of_a_tree_show_what_waits_for_them(cast: Cast) -> None:
    made = make_configuration()
    facility = {"trouble": "water", "building": "A", "room": "1"}
    assert list(wrong(made.types["facility"], {**facility, "danger": True}, cast.cy)) == [
        "danger_words"
    ]
    check_values(made.types["facility"], facility, actor=cast.cy, for_customer=True)

    equipment = made.types["equipment"]
    FormField.objects.filter(type=equipment, field__key="call_back").update(
        shown_when=Field.objects.get(key="device"), shown_value="computer", is_required=True
    )
    asked = {"need": "new", "place": "B2"}
    assert list(wrong(equipment, {**asked, "device": "laptop"}, cast.cy)) == ["call_back"]
    assert list(wrong(equipment, {**asked, "device": "computer"}, cast.cy)) == ["device"]
    check_values(equipment, {**asked, "device": "printer"}, actor=cast.cy, for_customer=True)


def test_one_of_several_answers_shows_what_waits_for_it(cast: Cast) -> None:
    several = make_field(kind="choices", key="several", choices=("red", "blue"))
    waiting = make_field(key="waiting")
    kind = make_type(form=(several, waiting))
    kind.form.filter(field=waiting).update(shown_when=several, shown_value="blue", is_required=True)

    assert list(wrong(kind, {"several": ["red", "blue"]}, cast.cy)) == ["waiting"]
    check_values(kind, {"several": ["red"]}, actor=cast.cy, for_customer=True)


def test_what_waits_for_a_hidden_question_is_hidden_and_a_ring_ends(cast: Cast) -> None:
    one, two = (make_field(kind="checkbox", key=key) for key in ("one", "two"))
    kind = make_type(form=(one, two))
    kind.form.filter(field=one).update(shown_when=two, shown_value="yes")
    kind.form.filter(field=two).update(shown_when=one, shown_value="yes")
    form = {field.key: field for field in asked_fields(kind)}

    assert not is_shown(form["one"], form, {"one": True, "two": True})


def test_unknown_and_hidden_keys_are_refused(cast: Cast) -> None:
    staff_only, off = make_field(key="staff_only"), make_field(key="off")
    Field.objects.filter(pk=off.pk).update(is_active=False)
    kind = make_type(form=(staff_only, off))
    kind.form.filter(field=staff_only).update(customer="staff")

    assert list(wrong(kind, {"nothing": 1, "off": "x", "staff_only": "x"}, cast.cy)) == [
        "nothing",
        "off",
        "staff_only",
    ]
    taken = check_values(kind, {"staff_only": "x"}, actor=cast.ada, for_customer=False)
    assert taken == {"staff_only": "x"}


def test_a_customer_cannot_fill_in_what_they_only_see(cast: Cast) -> None:
    field = make_field(key="seen")
    kind = make_type(form=(field,))
    kind.form.update(customer="sees", is_required=True)

    assert check_values(kind, {}, actor=cast.cy, for_customer=True) == {}
    assert list(wrong(kind, {"seen": "x"}, cast.cy)) == ["seen"]
    assert list(wrong(kind, {}, cast.ada)) == ["seen"]


def test_a_change_checks_only_what_differs(cast: Cast) -> None:
    kind = make_configuration().types["programming"]
    kept = {"work": "gone", "old_field": "kept", "product": "Shop"}

    def change(values: dict[str, Any]) -> dict[str, Any]:
        return check_values(kind, values, actor=cast.ada, for_customer=False, kept=kept)

    assert change({"product_version": "2"}) == {**kept, "product_version": "2"}
    assert change({"work": "gone"}) == kept
    assert change({"page": ""}) == kept
    assert list(wrong(kind, {"product": ""}, cast.ada, kept=kept)) == ["product"]
    assert list(wrong(kind, {"work": "error"}, cast.ada, kept=kept)) == ["steps"]


def test_people_and_companies_can_be_named_within_ones_rights(cast: Cast) -> None:
    company = make_organization(name="Acme")
    colleague, stranger = make_person(organization=company), make_person()
    person, organization = (
        make_field(kind="person", key="person"),
        make_field(kind="organization", key="company"),
    )
    kind = make_type(form=(person, organization))

    taken = check_values(
        kind,
        {"person": str(stranger.pk), "company": company.pk},
        actor=cast.ada,
        for_customer=False,
    )
    assert taken == {"person": stranger.pk, "company": company.pk}
    assert set(wrong(kind, {"person": stranger.pk, "company": company.pk}, cast.cy)) == {
        "person",
        "company",
    }
    assert colleague.pk
    own = {"person": cast.cy.person_id}
    assert check_values(kind, own, actor=cast.cy, for_customer=True) == own


def test_only_ones_own_uploads_answer(cast: Cast) -> None:
    kind = make_type(form=(make_field(kind="file", key="papers"),))
    mine = make_file(cast.cy.person_id, "a" * 32)
    theirs = make_file(cast.ada.person_id, "b" * 32)

    taken = check_values(
        kind, {"papers": [mine.token, mine.token]}, actor=cast.cy, for_customer=True
    )
    assert taken == {"papers": [mine.token]}
    assert list(wrong(kind, {"papers": [mine.token, theirs.token]}, cast.cy)) == ["papers"]


def test_what_a_stage_needs_is_named_when_shown_and_empty() -> None:
    kind = make_configuration().types["facility"]
    form = asked_fields(kind)
    needed = ["danger_words", "visit", "not_on_the_form"]

    def missing(values: dict[str, Any]) -> list[str]:
        return [field.key for field in missing_to_enter(needed, form, values)]

    assert missing({}) == ["visit"]
    assert missing({"danger": True, "visit": "2026-01-01"}) == ["danger_words"]


def test_any_number_of_questions_costs_the_same_queries(cast: Cast) -> None:
    few = make_type(form=(make_field(kind="choice", key="first", choices=("red",)),))
    many = make_type(
        form=tuple(make_field(kind="choice", choices=("red", "blue")) for _ in range(30))
    )

    def cost(kind: TicketType) -> int:
        with CaptureQueriesContext(connection) as queries:
            check_values(kind, {}, actor=cast.cy, for_customer=True)
        return len(queries)

    cost(few)  # reads the whole configuration, which is kept
    assert cost(few) == cost(many) == 1


def test_a_change_of_the_configuration_counts_at_once(cast: Cast) -> None:
    field = make_field(kind="text", key="asked")
    kind = make_type(form=(field,))
    check_values(kind, {"asked": "x"}, actor=cast.cy, for_customer=True)

    Field.objects.filter(key="asked").update(is_active=False)  # round every action

    assert list(wrong(kind, {"asked": "x"}, cast.cy)) == ["asked"]


def test_an_undone_change_of_the_configuration_does_not_stay(cast: Cast) -> None:
    kind = make_type(form=(make_field(kind="text", key="asked"),))
    with transaction.atomic():
        Field.objects.filter(key="asked").update(is_active=False)
        assert list(wrong(kind, {"asked": "x"}, cast.cy)) == ["asked"]
        transaction.set_rollback(True)

    kept = check_values(kind, {"asked": "x"}, actor=cast.cy, for_customer=True)
    assert kept == {"asked": "x"}


@pytest.mark.parametrize("kind", ["text", "url", "email", "phone"])
def test_a_blank_answer_is_none(kind: str, cast: Cast) -> None:
    field = make_field(kind=kind, key="asked")
    assert (
        check_values(make_type(form=(field,)), {"asked": "  "}, actor=cast.cy, for_customer=True)
        == {}
    )


def ask(actor: Actor, kind: TicketType | None, **values: Any) -> NewTicket:
    return NewTicket(
        subject="Papers",
        words=Words(body="See the papers."),
        requester_id=actor.person_id,
        type_id=kind.pk if kind else None,
        values=values,
    )


def test_files_that_answer_go_with_the_ticket(cast: Cast) -> None:
    make_configuration()
    papers = make_field(kind="file", key="papers")
    kind = make_type(form=(papers, make_field(kind="choices", key="colours", choices=("red",))))
    first, second = (make_file(cast.cy.person_id, sign * 32) for sign in "ab")

    ticket = open_ticket(
        actor=cast.cy, asked=ask(cast.cy, kind, papers=[first.token], colours=["red"])
    )
    first.refresh_from_db()
    assert (first.ticket, first.field, first.message) == (ticket, "papers", None)
    ticket.refresh_from_db()
    assert ticket.has_files

    mine = make_file(cast.root.person_id, "c" * 32)
    change_ticket(
        actor=cast.root,
        ticket_id=ticket.pk,
        changes=Changes(values={"papers": [first.token, mine.token]}),
    )
    mine.refresh_from_db()
    assert (mine.ticket, mine.field) == (ticket, "papers")
    second.refresh_from_db()
    assert second.ticket is None


def test_a_ticket_without_a_chosen_type_needs_no_answers(cast: Cast) -> None:
    kind = make_configuration().types["programming"]

    ticket = open_ticket(actor=cast.cy, asked=ask(cast.cy, None))

    assert (ticket.type, ticket.values) == (kind, {})
    with pytest.raises(Invalid) as refusal:
        open_ticket(actor=cast.cy, asked=ask(cast.cy, kind))
    assert {"values.work", "values.product"} <= set(refusal.value.fields)


def test_a_comma_that_can_be_read_in_two_ways_is_asked_about(cast: Cast) -> None:
    kind = make_type(form=(make_field(kind="number", key="sum"),))
    assert wrong(kind, {"sum": "1,000"}, cast.cy) == {
        "sum": "“1,000” can be read in two ways. Write 1000, or 1.000 with a point."
    }


@pytest.mark.parametrize("zero", [0, "0", 0.0])
def test_a_zero_answers_a_question_that_needs_one(zero: Any, cast: Cast) -> None:
    kind = make_type(form=(make_field(kind="number", key="hours"),))
    kind.form.update(is_required=True)

    values = check_values(kind, {"hours": zero}, actor=cast.cy, for_customer=True)

    assert values == {"hours": 0}
    assert missing_to_enter(["hours"], asked_fields(kind), values) == []
    assert check_values(
        kind, {"hours": zero}, actor=cast.ada, for_customer=False, kept={"hours": 3}
    )
    nothings: list[Any] = [None, "", [], False]
    for nothing in nothings:
        with pytest.raises(Invalid):
            check_values(kind, {"hours": nothing}, actor=cast.cy, for_customer=True)


@pytest.mark.parametrize(("access", "on", "shown"), [("staff", "no", True), ("sees", "yes", False)])
def test_what_waits_for_a_question_of_the_staff_is_judged_by_the_whole_form(
    cast: Cast,
    access: str,
    on: str,
    shown: bool,  # noqa: FBT001  # a parameter of the test
) -> None:
    theirs, ours = make_field(key="theirs"), make_field(key="ours", kind="checkbox")
    kind = make_type(form=(theirs, ours))
    kind.form.filter(field=ours).update(customer=access)
    kind.form.filter(field=theirs).update(shown_when=ours, shown_value=on)

    form = customer_form(cast.cy, kind)
    kept = check_values(kind, {"theirs": "x"}, actor=cast.cy, for_customer=True)

    assert ("values.theirs" in form.fields, kept) == (shown, {"theirs": "x"} if shown else {})


def test_what_waits_in_a_row_for_a_question_asked_no_more_is_on_no_form(cast: Cast) -> None:
    one, two, off = (make_field(key=key, kind="checkbox") for key in ("one", "two", "off"))
    kind = make_type(form=(one, two, off))
    kind.form.filter(field=one).update(shown_when=two, shown_value="no")
    kind.form.filter(field=two).update(shown_when=off, shown_value="no")
    assert set(customer_form(cast.cy, kind).fields) == {"values.one", "values.two", "values.off"}

    Field.objects.filter(pk=off.pk).update(is_active=False)

    assert set(customer_form(cast.cy, kind).fields) == set()
    assert set(opening_form(cast.ada, kind).fields) == set()
