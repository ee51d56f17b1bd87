import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from otklik.core import clock
from otklik.core.tests.query_counts import assert_query_count
from otklik.people.models import Actor
from otklik.people.tests.factories import make_desk, sign_in
from otklik.tickets.actions import Words, assign_ticket, reply_to_desk
from otklik.tickets.models import HistoryEntry, Message, Note, Ticket
from otklik.tickets.selectors.story import Place, place_from
from otklik.tickets.selectors.timeline import (
    MOST_SHOWN,
    PAGE,
    Stretch,
    customer_timeline,
    staff_timeline,
)
from otklik.tickets.tests.desk import DeskAtWork

MANY = 2 * PAGE + 30


@pytest.fixture(autouse=True)
def set_up(desk: DeskAtWork) -> None:
    make_desk()


def long_ticket(desk: DeskAtWork, many: int = MANY) -> Ticket:
    """Open a ticket with many messages more, a note and a fact after each tenth of them."""
    ticket = desk.opened()
    begun = clock.now()
    author, colleague = desk.cast.cy.person_id, desk.cast.vi.person_id
    moments = [begun + timedelta(seconds=turn) for turn in range(1, many + 1)]
    Message.objects.bulk_create(
        Message(
            ticket=ticket,
            author_id=author,
            side="customer",
            body=f"<p>Word {turn}.</p>",
            created_at=at,
        )
        for turn, at in enumerate(moments)
    )
    Note.objects.bulk_create(
        Note(ticket=ticket, author_id=colleague, body="<p>Secret.</p>", created_at=at)
        for at in moments[::10]
    )
    HistoryEntry.objects.bulk_create(
        HistoryEntry(
            ticket=ticket,
            at=at,
            actor_name="Vi",
            kind="changed",
            version=1,
            field="tags",
            new=["hidden"],
            is_internal=True,
        )
        for at in moments[::10]
    )
    return ticket


def page_of(client: Client, actor: Actor, address: str, **more: Any) -> str:
    sign_in(client, actor)
    answer = client.get(address, **more)
    assert answer.status_code == 200
    shown: str = answer.content.decode()
    return shown


def words_of(shown: str) -> list[int]:
    return [int(one) for one in re.findall(r"Word (\d+)\.", shown)]


def link_of(shown: str, name: str) -> str:
    match = re.search(rf'{name}="([^"]*[?&](?:before|beyond|since)=[^"]*)"', shown)
    assert match, name
    return match[1]


def test_a_page_shows_the_latest_and_a_way_to_what_was_before(
    desk: DeskAtWork, client: Client
) -> None:
    ticket = long_ticket(desk)
    shown = page_of(client, desk.cast.vi, f"/tickets/{ticket.number}/")
    latest = words_of(shown)
    assert latest == list(range(MANY - len(latest), MANY))
    assert PAGE - 25 < len(latest) <= PAGE
    assert shown.count("Show earlier") == 1


@pytest.mark.parametrize("place", ["tickets", "requests"])
def test_without_scripts_a_conversation_is_read_back_page_by_page(
    desk: DeskAtWork, client: Client, place: str
) -> None:
    ticket = long_ticket(desk)
    reader = desk.cast.vi if place == "tickets" else desk.cast.cy
    shown = page_of(client, reader, f"/{place}/{ticket.number}/")
    read = [words_of(shown)]
    while "Show earlier" in shown:
        shown = page_of(client, reader, link_of(shown, "href"))
        assert "To the latest" in shown
        read.append(words_of(shown))
    assert [one for page in reversed(read) for one in page] == list(range(MANY))
    assert "It jams." in shown


def test_with_scripts_what_was_before_comes_into_the_same_thread(
    desk: DeskAtWork, client: Client
) -> None:
    ticket = long_ticket(desk)
    shown = page_of(client, desk.cast.vi, f"/tickets/{ticket.number}/")
    more = page_of(client, desk.cast.vi, link_of(shown, "hx-get"), headers={"HX-Request": "true"})
    assert len(words_of(more)) > len(words_of(shown)) + PAGE // 2
    assert words_of(more) == list(range(MANY - len(words_of(more)), MANY))
    everything = page_of(client, desk.cast.vi, link_of(more, "hx-get"))
    assert words_of(everything) == list(range(MANY))
    assert "Show earlier" not in everything


def test_what_is_shown_stays_when_news_come(desk: DeskAtWork, client: Client) -> None:
    ticket = long_ticket(desk)
    shown = page_of(client, desk.cast.vi, f"/tickets/{ticket.number}/")
    with clock.moved_to(clock.now() + timedelta(hours=1)):
        news = Words(body="<p>Word 9999.</p>")
        reply_to_desk(actor=desk.cast.cy, ticket_id=ticket.pk, words=news)
    again = page_of(client, desk.cast.vi, link_of(shown, "data-refresh"))
    assert words_of(again) == [*words_of(shown), 9999]
    assert link_of(again, "data-refresh") == link_of(shown, "data-refresh")


def test_a_page_of_the_past_knows_the_last_message(desk: DeskAtWork, client: Client) -> None:
    ticket = long_ticket(desk)
    shown = page_of(client, desk.cast.vi, f"/tickets/{ticket.number}/")
    past = page_of(client, desk.cast.vi, link_of(shown, "href"))
    last = ticket.messages.latest("created_at", "pk")
    assert f'data-last="{last.pk}"' in past
    assert f'name="seen_message" value="{last.pk}"' in past


def test_a_ticket_with_more_notes_than_a_page_holds_knows_its_last_message(
    desk: DeskAtWork, client: Client
) -> None:
    ticket = desk.opened()
    later = clock.now() + timedelta(minutes=1)
    Note.objects.bulk_create(
        Note(ticket=ticket, author_id=desk.cast.vi.person_id, body="<p>n</p>", created_at=later)
        for _ in range(PAGE + 1)
    )
    shown = page_of(client, desk.cast.vi, f"/tickets/{ticket.number}/")
    assert f'data-last="{ticket.messages.get().pk}"' in shown


def test_an_address_may_name_a_message_however_far_back(desk: DeskAtWork, client: Client) -> None:
    ticket = long_ticket(desk)
    early = Message.objects.get(body="<p>Word 7.</p>")
    named = f"/tickets/{ticket.number}/?at=message-{early.pk}"
    shown = page_of(client, desk.cast.vi, named)
    assert words_of(shown) == list(range(7, MANY))
    assert f'id="message-{early.pk}"' in shown


def test_a_message_of_another_ticket_is_no_place(desk: DeskAtWork, client: Client) -> None:
    ticket, other = long_ticket(desk), desk.opened()
    named = f"/tickets/{ticket.number}/?at=message-{other.messages.get().pk}"
    shown = page_of(client, desk.cast.vi, named)
    assert words_of(shown) == words_of(page_of(client, desk.cast.vi, f"/tickets/{ticket.number}/"))


@pytest.mark.parametrize("name", ["since", "beyond", "before", "at"])
@pytest.mark.parametrize(
    "value",
    ["", "x", "1.2", "1.7.1", "9" * 40, "99999999999999999.1.1", "\0", "-1.0.0", "message-x"],
)
def test_a_place_that_is_none_shows_the_latest(
    desk: DeskAtWork, client: Client, name: str, value: str
) -> None:
    ticket = desk.opened()
    sign_in(client, desk.cast.vi)
    answer = client.get(f"/tickets/{ticket.number}/", {name: value})
    assert (answer.status_code, "It jams." in answer.content.decode()) == (200, True)


def test_a_place_is_said_and_read_back() -> None:
    place = Place(clock.now(), 1, 42)
    assert place_from(str(place)) == place


@pytest.mark.parametrize("stretch", ["", "before", "beyond", "since"])
def test_no_part_tells_a_customer_what_is_internal(desk: DeskAtWork, stretch: str) -> None:
    ticket = long_ticket(desk)
    whole = staff_timeline(desk.cast.vi, ticket)
    place = place_from(whole.first)
    wanted = {
        "": Stretch(),
        "before": Stretch(before=place),
        "beyond": Stretch(beyond=place),
        "since": Stretch(since=place),
    }[stretch]
    shown = customer_timeline(desk.cast.cy, ticket, wanted)
    assert {one.kind for one in shown.entries} <= {"message", "facts"}
    assert "hidden" not in str(shown)
    assert "Secret" not in str(shown)


def test_so_much_is_shown_at_once_and_no_more(desk: DeskAtWork, client: Client) -> None:
    ticket = long_ticket(desk, MOST_SHOWN + 2 * PAGE)
    first = Message.objects.get(body="<p>Word 3.</p>")
    shown = page_of(client, desk.cast.vi, f"/tickets/{ticket.number}/?at=message-{first.pk}")
    assert MOST_SHOWN * 0.8 < len(words_of(shown)) <= MOST_SHOWN
    assert "Show earlier" in shown
    assert "hx-get" not in shown[shown.index("Show earlier") - 300 : shown.index("Show earlier")]
    beyond = link_of(page_of(client, desk.cast.vi, f"/tickets/{ticket.number}/"), "hx-get")
    for _ in range(MOST_SHOWN // PAGE + 2):
        grown = page_of(client, desk.cast.vi, beyond)
        assert len(words_of(grown)) <= MOST_SHOWN
        if "beyond=" not in grown:
            break
        beyond = link_of(grown, "hx-get")
    assert "beyond=" not in grown


def test_a_ticket_of_thousands_costs_what_a_short_one_does(
    desk: DeskAtWork, client: Client
) -> None:
    ticket = long_ticket(desk, 3_000)
    page_of(client, desk.cast.vi, f"/tickets/{ticket.number}/")  # read once in some seconds
    with assert_query_count("ticket, thousands of messages"):
        answer = client.get(f"/tickets/{ticket.number}/")
    assert len(answer.content) < 250_000


def test_a_long_history_is_read_page_by_page(desk: DeskAtWork, client: Client) -> None:
    ticket = desk.opened()
    HistoryEntry.objects.bulk_create(
        HistoryEntry(
            ticket=ticket, at=clock.now(), actor_name=f"Line {n}.", kind="linked", version=1
        )
        for n in range(1_200)
    )
    read: list[str] = []
    address = f"/tickets/{ticket.number}/history/"
    for _ in range(3):
        shown = page_of(client, desk.cast.vi, address)
        read += re.findall(r"Line (\d+)\.", shown)
        following = re.search(r'rel="next" href="([^"]+)"', shown)
        address = following[1] if following else ""
    assert (read, address) == ([str(n) for n in range(1_200)], "")


def test_each_folded_line_names_who_did_what_stands_in_it(desk: DeskAtWork, client: Client) -> None:
    ticket = desk.taken()
    assign_ticket(actor=desk.cast.vi, ticket_id=ticket.pk, assignee_id=None)

    shown = page_of(client, desk.cast.vi, f"/tickets/{ticket.number}/")

    lines = re.findall(r"<summary>(<span>.*?)<time", shown, re.DOTALL)
    told = [" ".join(re.sub(r"<[^>]+>", " ", one).split()) for one in lines]
    assert [one.rsplit(" ", 2)[1] for one in told] == ["Cy", "Ada", "Vi"]
    assert told[0].startswith("Request received")
    assert "Processor: —" in told[2]
