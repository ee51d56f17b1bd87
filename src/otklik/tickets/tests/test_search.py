"""Search: words in any form, numbers, rights, order, marks."""

from datetime import timedelta

import pytest
from django.test import Client

from otklik.core import clock
from otklik.people.models import Actor
from otklik.people.tests.factories import (
    Cast,
    make_actor,
    make_cast,
    make_desk,
    make_organization,
    sign_in,
)
from otklik.tickets.actions import Words, reply_to_customer, write_internal_note
from otklik.tickets.errors import QueryRefused
from otklik.tickets.models import Ticket
from otklik.tickets.selectors.search import Found, search_tickets
from otklik.tickets.tests.factories import make_configuration, make_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    make_desk()
    make_configuration()
    return make_cast()


def subjects(found: Found) -> list[str]:
    return [hit.ticket.row.subject for hit in found.hits]


def search(actor: Actor, text: str, *, as_customer: bool = False) -> list[str]:
    return subjects(search_tickets(actor, text, as_customer=as_customer))


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("Возврат денег за подписку", "возврата"),
        ("Не пришли счета за октябрь", "счёт"),
        ("Плащания не минават", "плащане"),
        ("Плащането не минава", "плащания"),
        ("Принтерът не печата фактури", "фактура принтер"),
        ("Printers keep crashing", "printer crash"),
        ("Cannot sign in after the update", '"sign in"'),
        ("Ошибка 0x80070035 в папке", "0x80070035"),
    ],
)
def test_a_word_is_found_in_its_forms(cast: Cast, written: str, asked: str) -> None:
    make_ticket(department=cast.it, requester=cast.cy, subject=written)
    make_ticket(department=cast.it, requester=cast.cy, subject="Nothing of the kind", body="-")
    found = search_tickets(cast.ada, asked)
    assert subjects(found) == [written]
    assert not found.is_guess
    assert "<mark>" in found.hits[0].subject


def test_exact_words_stand_together_and_negated_ones_not_at_all(cast: Cast) -> None:
    make_ticket(department=cast.it, requester=cast.cy, subject="red printer on fire")
    make_ticket(department=cast.it, requester=cast.cy, subject="printer, red one")
    assert search(cast.ada, '"red printer"') == ["red printer on fire"]
    assert search(cast.ada, "printer -fire") == ["printer, red one"]
    assert len(search(cast.ada, "printer red")) == 2


def test_a_number_comes_first_and_alone_is_enough(cast: Cast) -> None:
    first = make_ticket(department=cast.it, requester=cast.cy, subject="first")
    digits = first.number.partition("-")[2]
    make_ticket(department=cast.it, requester=cast.cy, subject=f"see {first.number}")
    joined = first.number.replace("-", "")
    for text in (
        first.number,
        first.number.lower(),
        joined,
        f"#{first.number}",
        digits,
        f"#{digits}",
    ):
        assert search(cast.ada, text)[0] == "first"


def test_a_misspelt_word_is_guessed_and_said_to_be(cast: Cast) -> None:
    make_ticket(department=cast.it, requester=cast.cy, subject="Broken photocopier upstairs")
    found = search_tickets(cast.ada, "fotocopier")
    assert (subjects(found), found.is_guess) == (["Broken photocopier upstairs"], True)


def test_subjects_weigh_more_and_news_more_than_the_old(cast: Cast) -> None:
    now = clock.now()
    make_ticket(
        department=cast.it, requester=cast.cy, subject="gearbox old",
        updated_at=now - timedelta(days=900),
    )  # fmt: skip
    make_ticket(department=cast.it, requester=cast.cy, subject="other", body="a gearbox, too")
    make_ticket(department=cast.it, requester=cast.cy, subject="gearbox new")
    assert search(cast.ada, "gearbox") == ["gearbox new", "gearbox old", "other"]


def test_everyone_finds_only_what_they_may_see(cast: Cast) -> None:
    make_ticket(department=cast.it, requester=cast.cy, subject="lathe whole")
    make_ticket(department=cast.it, requester=cast.cy, subject="lathe cora", assignee=cast.cora)
    make_ticket(department=cast.hr, requester=cast.cy, subject="lathe hr")
    number = Ticket.objects.get(subject="lathe cora").number
    assert set(search(cast.ada, "lathe")) == {"lathe whole"}
    assert set(search(cast.sam, "lathe")) == {"lathe hr"}
    assert set(search(cast.vi, "lathe")) == {"lathe whole", "lathe cora"}
    assert len(search(cast.root, "lathe")) == 3
    assert search(cast.ada, number) == []
    assert search(cast.ada, "lathee") == ["lathe whole"]


def test_a_customer_never_finds_a_note_by_its_words(cast: Cast) -> None:
    ticket = make_ticket(department=cast.it, requester=cast.cy, subject="lamp")
    words = Words(body="<p>the customer is a scoundrel</p>")
    write_internal_note(actor=cast.ada, ticket_id=ticket.pk, words=words)
    reply_to_customer(actor=cast.ada, ticket_id=ticket.pk, words=Words(body="<p>replaced</p>"))
    assert search(cast.ada, "scoundrel") == ["lamp"]
    assert search(cast.cy, "scoundrel", as_customer=True) == []
    assert search(cast.cy, "replaced", as_customer=True) == ["lamp"]


def test_a_customer_finds_their_own_and_what_their_company_shares(cast: Cast) -> None:
    company = make_organization(shares_tickets=True)
    dora, emil = (make_actor(name=name, organization=company) for name in ("Dora D", "Emil E"))
    make_ticket(department=cast.it, requester=dora, subject="crane dora")
    make_ticket(department=cast.it, requester=cast.cy, subject="crane cy")
    assert search(emil, "crane", as_customer=True) == ["crane dora"]
    assert search(cast.cy, "crane", as_customer=True) == ["crane cy"]


@pytest.mark.parametrize("q", ["requester:ada", "tag:x", "assignee:ada", "department:it"])
def test_a_customer_cannot_ask_for_what_is_the_desks(cast: Cast, q: str) -> None:
    with pytest.raises(QueryRefused):
        search_tickets(cast.cy, q, as_customer=True)


def test_the_page_marks_what_was_found_and_keeps_the_rest_as_text(
    cast: Cast, client: Client
) -> None:
    make_ticket(
        department=cast.it, requester=cast.cy, subject="<b>printer</b> & co", body="printers"
    )
    for who in (cast.ada, cast.cy):
        sign_in(client, who)
        page = client.get("/search/", {"q": "printer"}).content.decode()
        assert "&lt;b&gt;<mark>printer</mark>&lt;/b&gt; &amp; co" in page


@pytest.mark.parametrize(
    "q", ["is:opne", 'a "b', "\ud800 \0", "x" * 3000, "<script>:1", "%s %(a)s"]
)
def test_whatever_is_asked_the_page_answers(cast: Cast, client: Client, q: str) -> None:
    for who in (cast.ada, cast.cy):
        sign_in(client, who)
        asked = q.encode("utf-8", "surrogatepass")
        answer = client.get("/search/", {"q": asked})
        assert answer.status_code in (200, 422)
        assert "<script>:" not in answer.content.decode()


def test_people_stand_beside_tickets_for_staff_alone(cast: Cast, client: Client) -> None:
    sign_in(client, cast.ada)
    assert "Cy Customer" in client.get("/search/", {"q": "Cy Cust"}).content.decode()
    sign_in(client, cast.cy)
    assert "Ada Agent" not in client.get("/search/", {"q": "Ada"}).content.decode()
