"""What search shows of a ticket: the words that answer best, wherever they were said."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from otklik.people.models import Actor
from otklik.people.tests.factories import Cast, make_cast, make_desk, sign_in
from otklik.tickets.actions import Words, reply_to_customer, write_internal_note
from otklik.tickets.errors import QueryRefused
from otklik.tickets.models import Ticket
from otklik.tickets.selectors.query import parse
from otklik.tickets.selectors.query.editing import mended
from otklik.tickets.selectors.search import Hit, search_tickets
from otklik.tickets.tests.factories import make_configuration, make_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    make_desk()
    make_configuration()
    return make_cast()


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    made = make_ticket(
        department=cast.it,
        requester=cast.cy,
        subject="Trouble",
        body="<p>The <b>gearbox</b> &amp; the lathe make noises.</p>",
    )
    reply_to_customer(
        actor=cast.ada, ticket_id=made.pk, words=Words(body="<p>We look at the gearboxes.</p>")
    )
    note = "<p>The customer broke the policy on lathes: a scoundrel.</p>"
    write_internal_note(actor=cast.ada, ticket_id=made.pk, words=Words(body=note))
    last = "<p>Nothing of it yet, 100%_sure.</p>"
    reply_to_customer(actor=cast.ada, ticket_id=made.pk, words=Words(body=last))
    return made


def only(actor: Actor, asked: str, *, as_customer: bool = False) -> Hit:
    (hit,) = search_tickets(actor, asked, as_customer=as_customer).hits
    return hit


@pytest.mark.parametrize(
    ("asked", "shown", "is_internal"),
    [
        ("gearbox", "look at the <mark>gearboxes</mark>", False),  # the latest of equals
        ("gearbox lathe", "<mark>gearbox</mark> &amp; the <mark>lathe</mark> make", False),
        ("policies", "broke the <mark>policy</mark> on", True),
        ("yet", "Nothing of it <mark>yet</mark>", False),
        ("trouble", "Nothing of it yet", False),  # the subject alone has it
    ],
)
def test_staff_see_the_passage_that_answers_best(
    cast: Cast, ticket: Ticket, asked: str, shown: str, *, is_internal: bool
) -> None:
    hit = only(cast.ada, asked)
    assert shown in hit.snippet
    assert hit.is_internal == is_internal


def test_a_customer_never_reads_a_note_in_a_snippet(cast: Cast, ticket: Ticket) -> None:
    hit = only(cast.cy, "lathe", as_customer=True)
    assert "<mark>lathe</mark> make noises" in hit.snippet
    assert not hit.is_internal
    assert "scoundrel" not in hit.snippet


def test_signs_of_patterns_are_words_like_others(cast: Cast, ticket: Ticket) -> None:
    assert search_tickets(cast.ada, "100%_sure").hits
    assert not search_tickets(cast.ada, "%_%").hits


def test_the_page_marks_a_passage_of_a_note_with_a_lock(
    cast: Cast, ticket: Ticket, client: Client
) -> None:
    sign_in(client, cast.ada)
    page = client.get(reverse("search"), {"q": "scoundrel"}).text
    assert "<mark>scoundrel</mark>" in page
    assert 'aria-label="Internal note"' in page
    sign_in(client, cast.cy)
    assert "broke the" not in client.get(reverse("search"), {"q": "lathe"}).text


def offers(client: Client, address: str, q: str) -> dict[str, str]:
    """Return the words offered by the page of a refused query, each with its query."""
    answer = client.get(address, {"q": q})
    assert answer.status_code == 422
    fault = answer.text.partition('id="query-fault"')[2].partition("</div>")[0]
    links = re.findall(r'<a href="([^"]+)">([^<]+)</a>', fault)
    found = {unescape(word): urlsplit(unescape(href)) for href, word in links}
    assert {href.path for href in found.values()} <= {address}
    return {word: parse_qs(href.query)["q"][0] for word, href in found.items()}


@pytest.mark.parametrize("name", ["queue", "search"])
@pytest.mark.parametrize(
    ("wrong", "word", "right"),
    [
        ("printer statuss:new", "status", "printer status:new"),
        ("is:opne lamp", "open", "is:open lamp"),
        ('tag:a,"b c" -is:opne', "open", 'tag:a,"b c" -is:open'),
        ("priority:>=critcal x", "Critical", "priority:>=Critical x"),
        ("-priorty:4", "priority", "-priority:4"),
    ],
)
def test_a_word_that_may_be_meant_is_a_link_that_mends_the_query(
    cast: Cast, client: Client, name: str, wrong: str, *, word: str, right: str
) -> None:
    sign_in(client, cast.ada)
    offered = offers(client, reverse(name), wrong)
    assert offered[word] == right
    assert client.get(reverse(name), {"q": right}).status_code == 200


def test_a_customer_is_offered_only_what_they_may_ask(cast: Cast, client: Client) -> None:
    sign_in(client, cast.cy)
    for offered in offers(client, reverse("search"), "assignee:ada lamp").values():
        assert offered.endswith(":ada lamp")
        assert client.get(reverse("search"), {"q": offered}).status_code in (200, 422)


def test_an_offer_with_a_space_is_put_into_quotes() -> None:
    fault = QueryRefused("no", position=7, length=3, nearest=("in progress",))
    assert mended("status:inp x", fault) == [("in progress", 'status:"in progress" x')]
    assert parse('status:"in progress" x').filters[0].values[0].text == "in progress"


def test_a_mistyped_field_is_mended_by_its_name(cast: Cast, client: Client) -> None:
    fault = QueryRefused("no", position=2, length=13, nearest=("place",))
    assert mended("x field.plase:2 y", fault) == [("place", "x field.place:2 y")]
