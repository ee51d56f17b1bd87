"""The form that a type's questions make, as customers and staff fill it in."""

from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from otklik.core.errors import Invalid
from otklik.people.tests.factories import Cast, make_organization, make_person
from otklik.tickets.forms.asked import AskedForm, customer_form, opening_form, staff_form
from otklik.tickets.models import TicketType
from otklik.tickets.tests.asking import check_values
from otklik.tickets.tests.factories import Configuration, make_field, make_type
from otklik.tickets.tests.stored import make_stored_ticket

pytestmark = pytest.mark.django_db


def posted(text: str) -> QueryDict:
    return QueryDict(text)


def html(form: AskedForm, key: str) -> str:
    return str(form[f"values.{key}"])


def test_a_customer_answers_and_gets_the_values_that_are_kept(
    cast: Cast, made: Configuration
) -> None:
    kind = made.types["hr"]
    form = customer_form(
        cast.cy, kind, posted("values.matter=certificate&values.certificates=income&values.days=")
    )

    values = check_values(kind, form.posted_values(), actor=cast.cy, for_customer=True)

    assert values == {"matter": "certificate", "certificates": ["income"]}


def test_a_condition_is_said_in_words_and_for_the_browser(cast: Cast, made: Configuration) -> None:
    form = customer_form(cast.cy, made.types["facility"])
    words = form["values.danger_words"]

    assert words.help_text == "Only if “It is dangerous for people” is “Yes”."
    assert 'data-shown-when="values.danger"' in str(words)
    assert 'data-shown-value="yes"' in str(words)
    assert "required" not in str(words)


def test_a_hint_ends_before_its_condition_begins(cast: Cast, made: Configuration) -> None:
    words = customer_form(cast.cy, made.types["programming"])["values.steps"].help_text
    assert words.startswith("What you did, one step a line, and what happened. Only if")


def test_a_tree_offers_leaves_under_their_branches(cast: Cast, made: Configuration) -> None:
    tree = html(customer_form(cast.cy, made.types["equipment"]), "device")

    assert '<option value="computer" disabled' in tree
    assert '<option value="laptop" data-branch="computer">\u2003Laptop</option>' in tree


def test_what_is_wrong_stands_beside_the_question_with_what_was_typed(
    cast: Cast, made: Configuration
) -> None:
    kind = made.types["programming"]
    form = customer_form(
        cast.cy, kind, posted("values.work=error&values.product=<b>&values.page=java:x")
    )

    with pytest.raises(Invalid) as refusal:
        check_values(kind, form.posted_values(), actor=cast.cy, for_customer=True)
    form.show(refusal.value)

    assert list(form.errors) == ["values.steps", "values.page"]
    assert 'value="&lt;b&gt;"' in html(form, "product")
    assert "needed" in form.errors["values.steps"][0]


def test_staff_change_only_what_they_touched(cast: Cast, made: Configuration) -> None:
    ticket = make_stored_ticket(
        cast, made, values={"need": "new", "place": "B2", "cannot_work": True}
    )
    ticket = type(ticket).objects.select_related("type").get(pk=ticket.pk)
    page = staff_form(ticket)
    data = {bound.html_name: bound.value() or "" for bound in page}
    data |= {"values.place": "B3", "values.cannot_work": "on"}
    query = posted("").copy()
    for name, value in data.items():
        query[name] = value

    form = staff_form(ticket, query)
    assert form.posted_values() == {"place": "B3"}
    assert form.seen_values()["values.place"] == "B2"

    del query["values.cannot_work"]
    query["values.need"] = ""
    form = staff_form(ticket, query)
    assert form.posted_values() == {"place": "B3", "cannot_work": False, "need": ""}


@pytest.mark.parametrize("seen", ["", "{", "[" * 100_000, "\0", "null"])
def test_a_broken_memory_of_what_was_seen_is_nothing_seen(
    seen: str, cast: Cast, made: Configuration
) -> None:
    ticket = make_stored_ticket(cast, made)
    query = posted("").copy()
    query["seen-values.place"] = seen
    query["values.place"] = "B2"

    form = staff_form(ticket, query)

    assert form.posted_values() == {"place": "B2"}
    assert form.seen_values() == {"values.place": None}


def test_a_status_asks_only_what_it_needs(cast: Cast, made: Configuration) -> None:
    ticket = make_stored_ticket(cast, made)
    resolved = made.statuses["resolved"]
    resolved.required_fields.add(made.types["equipment"].fields.get(key="place"))

    form = staff_form(ticket, only_for=resolved)

    assert [bound.html_name for bound in form] == ["values.place", "seen-values.place"]


def test_staff_name_people_and_companies_by_words(cast: Cast) -> None:
    kind = make_type(
        form=(
            make_field(kind="person", key="who"),
            make_field(kind="organization", key="company"),
        )
    )
    company = make_organization(name="Acme Ltd")
    pat = make_person(name="Pat Peters", email="pat@example.com")

    def values(query: str) -> dict[str, Any]:
        return opening_form(cast.ada, kind, posted(query)).posted_values()

    assert values("values.who=Pat <PAT@example.com>&values.company=acme ltd") == {
        "who": pat.pk,
        "company": company.pk,
    }
    assert values(f"values.who={pat.pk}") == {"who": str(pat.pk)}
    assert values("values.who=x@example.com&values.company=Nobody") == {
        "who": "x@example.com",
        "company": "Nobody",
    }
    form = AskedForm(
        opening_form(cast.ada, kind).asked.values(),
        opening_form(cast.ada, kind).names,
        kept={"who": pat.pk, "company": company.pk},
    )
    assert 'value="Pat Peters &lt;pat@example.com&gt;"' in html(form, "who")
    assert 'value="Acme Ltd"' in html(form, "company")


def test_a_customer_chooses_among_those_they_know(cast: Cast) -> None:
    kind = make_type(form=(make_field(kind="person", key="who"),))
    stranger = make_person(name="Far Away")

    offered = html(customer_form(cast.cy, kind), "who")

    assert "Cy Customer" in offered
    assert stranger.name not in offered


def test_files_come_back_by_their_tokens(cast: Cast) -> None:
    kind = make_type(form=(make_field(kind="file", key="papers"),))
    form = customer_form(cast.cy, kind, posted(f"values.papers={'a' * 32}&values.papers=<x>"))

    assert form.posted_values() == {"papers": ["a" * 32, "<x>"]}
    assert 'value="&lt;x&gt;"' in html(form, "papers")


def test_a_long_form_costs_no_more_queries(cast: Cast) -> None:
    def many(kinds: tuple[str, ...]) -> TicketType:
        return make_type(
            form=tuple(make_field(kind=kind, choices=("a",) * (kind == "tree")) for kind in kinds)
        )

    def cost(kind: TicketType) -> int:
        with CaptureQueriesContext(connection) as queries:
            list(map(str, customer_form(cast.cy, kind)))
        return len(queries)

    each = ("text", "tree", "person", "organization", "file")
    assert cost(many(each)) == cost(many(each * 6)) == 4
