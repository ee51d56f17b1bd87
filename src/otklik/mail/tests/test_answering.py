"""Links in letters: opening one does nothing, a press does."""

import logging

import pytest
from django.test import Client

from otklik.core.logs import logging_settings
from otklik.mail.reply_tokens import Kind, make
from otklik.people.models import Person
from otklik.tickets.models import Rating, Ticket
from otklik.tickets.tests.desk import DeskAtWork


@pytest.fixture
def resolved(desk: DeskAtWork) -> Ticket:
    return desk.moved("resolved")


def address(ticket: Ticket, kind: Kind = Kind.RATING, holder: int | None = None) -> str:
    person = ticket.requester_id if holder is None else holder
    return f"/answers/{make(kind, ticket.pk, person)}/"


def phase_of(ticket: Ticket) -> str:
    return Ticket.objects.get(pk=ticket.pk).phase


@pytest.mark.parametrize("asked", ["", "?is=solved", "?is=unsolved", "?deed=solved", "?solution=5"])
def test_opening_a_link_does_nothing(client: Client, resolved: Ticket, asked: str) -> None:
    before = Ticket.objects.get(pk=resolved.pk).version
    for method in (client.get, client.head):
        method(address(resolved) + asked)
    assert Ticket.objects.get(pk=resolved.pk).version == before
    assert not Rating.objects.exists()


def test_one_press_says_that_it_is_solved_without_signing_in(
    client: Client, resolved: Ticket
) -> None:
    page = client.get(address(resolved) + "?is=solved")
    assert resolved.subject in page.content.decode()
    answer = client.post(address(resolved), {"deed": "solved"})
    assert answer.status_code == 302
    assert phase_of(resolved) == "closed"
    assert client.post(address(resolved), {"deed": "solved"}).status_code == 302


def test_a_press_says_that_it_is_not_and_why(client: Client, resolved: Ticket) -> None:
    answer = client.post(address(resolved), {"deed": "unsolved", "body": "It <b>jams</b> still"})
    assert answer.status_code == 302
    assert phase_of(resolved) not in {"resolved", "closed"}
    said = resolved.messages.order_by("-pk").first()
    assert said is not None
    assert said.author_id == resolved.requester_id
    assert "&lt;b&gt;jams&lt;/b&gt;" in said.body


def test_saying_nothing_is_refused_with_the_reason(client: Client, resolved: Ticket) -> None:
    answer = client.post(address(resolved), {"deed": "unsolved", "body": " "})
    assert answer.status_code == 422
    assert phase_of(resolved) == "resolved"
    assert client.post(address(resolved), {"deed": "rule"}).status_code == 422


@pytest.mark.parametrize(
    ("mark", "kept"), [("1", 1), ("5", 5), ("0", None), ("6", None), ("x", None)]
)
def test_one_press_rates(client: Client, resolved: Ticket, mark: str, kept: int | None) -> None:
    answer = client.post(address(resolved), {"deed": "rating", "solution": mark})
    assert answer.status_code == (302 if kept else 422)
    given = Rating.objects.filter(ticket=resolved).values_list("solution", flat=True).first()
    assert given == kept


def test_a_word_can_follow_the_mark(client: Client, resolved: Ticket) -> None:
    client.post(address(resolved), {"deed": "rating", "solution": "4"})
    client.post(address(resolved), {"deed": "rating", "comment": "Quick."})
    rating = Rating.objects.get(ticket=resolved)
    assert (rating.solution, rating.comment) == (4, "Quick.")


def test_tokens_for_anything_else_open_nothing(
    client: Client, desk: DeskAtWork, resolved: Ticket
) -> None:
    other = desk.opened()
    wrong = [
        address(resolved, Kind.REPLY),
        address(resolved, Kind.RETURN),
        address(resolved, holder=desk.cast.ada.person_id),
        address(other, holder=desk.cast.ada.person_id),
        address(resolved)[:-2] + "/",
        "/answers/" + "a" * 44 + "/",
        "/answers/x/",
    ]
    for one in wrong:
        assert client.get(one).status_code == 404, one
        assert client.post(one, {"deed": "solved"}).status_code == 404
    assert phase_of(resolved) == "resolved"


def test_the_link_of_who_asked_before_ends_with_the_change(
    client: Client, desk: DeskAtWork, resolved: Ticket
) -> None:
    link = address(resolved)
    other = Person.objects.exclude(pk=resolved.requester_id).first()
    Ticket.objects.filter(pk=resolved.pk).update(requester=other)
    assert client.get(link).status_code == 404


def test_the_page_tells_nothing_of_the_conversation(client: Client, resolved: Ticket) -> None:
    page = client.get(address(resolved)).content.decode()
    assert "jams" not in page
    assert "Because" not in page


def test_a_press_needs_the_pages_own_token(resolved: Ticket) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post(address(resolved), {"deed": "solved"}).status_code == 403
    assert phase_of(resolved) == "resolved"


def test_an_open_request_has_nothing_to_answer(client: Client, desk: DeskAtWork) -> None:
    ticket = desk.taken()
    page = client.get(address(ticket)).content.decode()
    assert 'value="solved"' not in page
    assert client.post(address(ticket), {"deed": "rating", "solution": "5"}).status_code in {
        409,
        403,
    }


def test_the_word_in_the_address_stays_with_who_has_it(
    client: Client, resolved: Ticket, caplog: pytest.LogCaptureFixture
) -> None:
    link = address(resolved)
    with caplog.at_level(logging.DEBUG):
        answers = [
            client.get(link),
            client.post(link, {"deed": "rule"}),
            client.post(link, {"deed": "solved"}),
            client.get(link[:-2] + "/"),
        ]
    for answer in answers:
        assert answer.headers["Cache-Control"] == "no-store"
        # "no-referrer" would have browsers hide the origin of a press, which is looked at
        assert answer.headers["Referrer-Policy"] == "same-origin"
    assert [answer.status_code for answer in answers] == [200, 422, 302, 404]
    token = link.strip("/").rpartition("/")[2]
    words = dict(logging_settings("json")["formatters"]["line"])
    line = words.pop("()")(**words)
    said = "".join(line.format(record) for record in caplog.records)
    assert "answers/<str:token>" in said
    assert token[:-1] not in said
