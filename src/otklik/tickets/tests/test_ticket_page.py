import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from otklik.core.tests.query_counts import assert_query_count
from otklik.people.actions import change_preferences
from otklik.people.models import Actor
from otklik.people.tests.factories import make_desk, sign_in
from otklik.tickets.actions import (
    Words,
    assign_ticket,
    follow_ticket,
    link_tickets,
    reply_to_customer,
    reply_to_desk,
    take_ticket,
    write_internal_note,
)
from otklik.tickets.models import Message, Note, Ticket, TicketLink, Transition
from otklik.tickets.tests.desk import DeskAtWork
from otklik.tickets.tests.factories import make_field

HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def set_up(desk: DeskAtWork) -> None:
    make_desk()


def page_of(client: Client, actor: Actor, ticket: Ticket, part: str = "", **more: Any) -> Any:
    sign_in(client, actor)
    return client.get(f"/tickets/{ticket.number}/{part}", **more)


def post(client: Client, actor: Actor, ticket: Ticket, part: str, **data: Any) -> Any:
    sign_in(client, actor)
    return client.post(f"/tickets/{ticket.number}/{part}/", data, headers=HTMX)


@pytest.mark.parametrize(
    ("who", "status"), [("ada", 200), ("vi", 200), ("root", 200), ("sam", 404), ("cy", 404)]
)
@pytest.mark.parametrize(
    "part", ["", "history/", "assignee/", "department/", "fields/", "parts/thread/", "parts/side/"]
)
def test_who_sees_the_page_and_its_dialogs(
    desk: DeskAtWork, client: Client, who: str, status: int, part: str
) -> None:
    answer = page_of(client, desk.cast.everyone[who], desk.opened(), part)
    assert answer.status_code == status


def test_a_visitor_is_led_to_the_door(desk: DeskAtWork, client: Client) -> None:
    answer = client.get(f"/tickets/{desk.opened().number}/")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/sign-in/")


def test_a_long_conversation_is_read_in_few_statements(desk: DeskAtWork, client: Client) -> None:
    ticket = desk.opened()
    ticket.type.form.create(field=make_field(kind="choice", key="colour", choices=("red", "blue")))
    Ticket.objects.filter(pk=ticket.pk).update(values={"colour": "red"})
    for turn in range(30):
        say = reply_to_customer if turn % 2 else reply_to_desk
        actor = desk.cast.vi if turn % 2 else desk.cast.cy
        say(actor=actor, ticket_id=ticket.pk, words=Words(body=f"<p>Word {turn}</p>"))
    write_internal_note(actor=desk.cast.vi, ticket_id=ticket.pk, words=Words(body="note"))
    other = desk.opened()
    link_tickets(
        actor=desk.cast.vi,
        ticket_id=ticket.pk,
        other_number=other.number,
        kind=TicketLink.Kind.RELATED,
    )
    follow_ticket(actor=desk.cast.vi, ticket_id=ticket.pk)
    page_of(client, desk.cast.vi, ticket)  # what is read once in some seconds is read now
    with assert_query_count("ticket, thirty messages"):
        answer = client.get(f"/tickets/{ticket.number}/")
    shown = answer.content.decode()
    assert shown.count('class="message"') == 32
    assert "Red" in shown


@pytest.mark.parametrize("name", ["header", "thread", "side", "send"])
def test_a_part_is_what_the_page_shows(desk: DeskAtWork, client: Client, name: str) -> None:
    ticket = desk.taken()
    whole = squeezed(page_of(client, desk.cast.ada, ticket).content.decode())
    part = squeezed(page_of(client, desk.cast.ada, ticket, f"parts/{name}/").content.decode())
    assert part in whole


def squeezed(html: str) -> str:
    html = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", html)
    return re.sub(r"\s+", " ", html).strip()


def test_a_part_that_is_none(desk: DeskAtWork, client: Client) -> None:
    assert page_of(client, desk.cast.ada, desk.opened(), "parts/colour/").status_code == 404


def keeps_composer(answer: Any) -> bool:
    form = re.search(r'<form [^>]*id="composer"[^>]*>', answer.content.decode())
    assert form is not None
    return "hx-preserve" in form[0]


def test_a_reply_by_htmx_brings_the_ticket_with_an_empty_composer(
    desk: DeskAtWork, client: Client
) -> None:
    answer = post(
        client, desk.cast.ada, desk.opened(), "messages", mode="reply", body="Hi\n\n<b>there</b>"
    )
    assert (answer.status_code, keeps_composer(answer)) == (200, False)
    assert Message.objects.latest("pk").body == "<p>Hi</p><p>&lt;b&gt;there&lt;/b&gt;</p>"


@pytest.mark.parametrize("seconds", [0, 5, 10, 20])
def test_the_composer_knows_how_long_a_reply_may_be_taken_back(
    desk: DeskAtWork, client: Client, seconds: int
) -> None:
    change_preferences(actor=desk.cast.ada, changes={"undo_seconds": seconds})
    html = page_of(client, desk.cast.ada, desk.taken()).content.decode()
    assert (f'data-undo="{seconds}"' in html) == (seconds > 0)
    assert ("data-sending" in html) == (seconds > 0)
    closed = page_of(client, desk.cast.ada, desk.moved("resolved", "closed")).content.decode()
    assert "data-undo=" not in closed  # there are notes alone


def test_a_reply_that_the_page_sent_twice_by_its_key_is_there_once(
    desk: DeskAtWork, client: Client
) -> None:
    ticket = desk.taken()
    sent = {"body": "<p>Before I go</p>", "body_format": "html", "mode": "reply", "once": "k1"}
    for _again in range(2):
        assert post(client, desk.cast.ada, ticket, "messages", **sent).status_code == 200
    late = post(client, desk.cast.ada, ticket, "draft", **sent)
    assert late.status_code == 409  # by which the page learns that it went
    assert Message.objects.filter(side=Message.Side.DESK).count() == 1


def test_other_actions_leave_the_composer_alone(desk: DeskAtWork, client: Client) -> None:
    answer = post(client, desk.cast.ada, desk.opened(), "assignee", assignee="me")
    assert keeps_composer(answer)
    assert 'hx-swap-oob="true"' in answer.content.decode()


def test_what_is_refused_keeps_the_words_and_the_files(desk: DeskAtWork, client: Client) -> None:
    ticket = desk.opened()
    sign_in(client, desk.cast.ada)
    sent = client.post("/uploads/", {"file": SimpleUploadedFile("plan.txt", b"x")}).json()
    answer = post(
        client,
        desk.cast.ada,
        ticket,
        "messages",
        mode="note",
        body="a" * 5001,
        body_format="html",
        uploads=sent["token"],
    )
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "a" * 5001 in shown
    assert "plan.txt" in shown
    assert not Note.objects.exists()


def test_nobody_answers_past_what_came_meanwhile(desk: DeskAtWork, client: Client) -> None:
    ticket = desk.taken()
    reply_to_desk(actor=desk.cast.cy, ticket_id=ticket.pk, words=Words(body="Wait!"))
    first = Message.objects.order_by("pk").first()
    assert first
    more = {"mode": "reply", "body": "Answer", "seen_message": first.pk}
    answer = post(client, desk.cast.ada, ticket, "messages", **more)
    assert (answer.status_code, Message.objects.count()) == (409, 2)
    assert "Cy Customer" in answer.content.decode()
    more["seen_message"] = Message.objects.latest("pk").pk
    assert post(client, desk.cast.ada, ticket, "messages", **more).status_code == 200


def test_the_second_reply_of_two_is_kept_in_the_composer(desk: DeskAtWork, client: Client) -> None:
    ticket = desk.opened()
    seen = Message.objects.get(ticket=ticket).pk
    more = {"mode": "reply", "seen_message": seen, "body_format": "html"}
    first = post(client, desk.cast.vi, ticket, "messages", body="<p>Mine</p>", **more)
    second = post(client, desk.cast.ada, ticket, "messages", body="<p>Typed long</p>", **more)
    assert (first.status_code, second.status_code) == (200, 409)
    shown = second.content.decode()
    assert "While you were writing, Vi" in shown
    assert "Typed long" in shown
    assert f'name="seen_message" value="{Message.objects.latest("pk").pk}"' in shown


def test_the_step_with_a_letter_warns_of_news_and_keeps_the_letter(
    desk: DeskAtWork, client: Client
) -> None:
    ticket = desk.taken()
    target = desk.made.statuses["pending"].pk
    sign_in(client, desk.cast.ada)
    address = f"/tickets/{ticket.number}/status/{target}/"
    seen = Message.objects.get(ticket=ticket).pk
    assert f'name="seen_message" value="{seen}"' in client.get(address).content.decode()
    last = reply_to_desk(actor=desk.cast.cy, ticket_id=ticket.pk, words=Words(body="Wait!"))
    asked = {"body": "Which one?", "source": ticket.status_id}
    told = client.post(address, {**asked, "seen_message": seen}, headers=HTMX)
    assert told.status_code == 409
    assert "Which one?" in told.content.decode()
    assert f'name="seen_message" value="{last.pk}"' in told.content.decode()
    again = client.post(address, {**asked, "seen_message": last.pk}, headers=HTMX)
    assert again.status_code == 200


@pytest.mark.parametrize("odd", ["", "-1", "x", "9" * 40, "\u0663"])
def test_an_odd_last_message_is_none(desk: DeskAtWork, client: Client, odd: str) -> None:
    ticket = desk.opened()
    more = {"mode": "reply", "body": "Hello", "seen_message": odd}
    assert post(client, desk.cast.ada, ticket, "messages", **more).status_code == 200


def test_without_a_script_forms_are_forms(desk: DeskAtWork, client: Client) -> None:
    ticket = desk.opened()
    sign_in(client, desk.cast.ada)
    answer = client.post(
        f"/tickets/{ticket.number}/messages/",
        {"mode": "reply", "body": "Look", "files": SimpleUploadedFile("a.txt", b"x")},
    )
    assert answer.status_code == 302
    said = Message.objects.latest("pk")
    assert [file.name for file in said.attachments.all()] == ["a.txt"]
    refused = client.post(f"/tickets/{ticket.number}/messages/", {"mode": "reply", "body": ""})
    assert refused.status_code == 422
    assert b"<html" in refused.content


def test_a_loser_of_a_race_learns_nothing_that_is_not_theirs_any_more(
    desk: DeskAtWork, client: Client
) -> None:
    ticket = desk.opened(subject="Secret matter")
    take_ticket(actor=desk.cast.vi, ticket_id=ticket.pk)
    answer = post(client, desk.cast.ada, ticket, "assignee", assignee="me")
    assert answer.status_code == 404
    assert "Secret matter" not in answer.content.decode()
    assert answer.headers["HX-Retarget"] == "#toasts"


def test_giving_it_away_leads_back_to_the_queue(desk: DeskAtWork, client: Client) -> None:
    ticket = desk.opened()
    answer = post(
        client, desk.cast.ada, ticket, "department", department=desk.cast.hr.pk, body="Yours"
    )
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/queue/")
    with_nothing = post(client, desk.cast.sam, ticket, "department", department=desk.cast.it.pk)
    assert with_nothing.status_code == 422


def fields_of(ticket: Ticket, **changed: Any) -> dict[str, Any]:
    now = {
        "subject": ticket.subject,
        "type": ticket.type_id,
        "category": "",
        "priority": ticket.priority_id,
        "owner": "",
        "tags": "",
        "expected_at": "",
        "language": ticket.language,
    }
    return now | {f"seen-{name}": value for name, value in now.items()} | changed


def test_of_the_fields_form_only_what_was_changed_is_written(
    desk: DeskAtWork, client: Client
) -> None:
    ticket = desk.opened()
    mine, yours = fields_of(ticket, subject="Mine"), fields_of(ticket, priority=5)
    assert post(client, desk.cast.ada, ticket, "fields", **mine).status_code == 200
    assert post(client, desk.cast.vi, ticket, "fields", **yours).status_code == 200
    ticket.refresh_from_db()
    assert (ticket.subject, ticket.priority_id) == ("Mine", 5)


def test_a_conflict_is_told_once_and_may_then_be_written_over(
    desk: DeskAtWork, client: Client
) -> None:
    ticket = desk.opened()
    post(client, desk.cast.vi, ticket, "fields", **fields_of(ticket, subject="Theirs"))
    mine = fields_of(ticket, subject="Mine", tags="kept")
    answer = post(client, desk.cast.ada, ticket, "fields", **mine)
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert all(word in shown for word in ("Theirs", 'value="Mine"', 'value="kept"'))
    assert re.search(r'name="seen-subject" value="Theirs"', shown)
    again = post(client, desk.cast.ada, ticket, "fields", **mine | {"seen-subject": "Theirs"})
    assert again.status_code == 200
    ticket.refresh_from_db()
    assert (ticket.subject, ticket.tags) == ("Mine", ["kept"])


@pytest.mark.parametrize(
    "wrong", [{"subject": "a" * 101}, {"priority": "9"}, {"type": "\0"}, {"expected_at": "soon"}]
)
def test_a_wrong_field_is_named_beside_what_was_typed(
    desk: DeskAtWork, client: Client, wrong: dict[str, str]
) -> None:
    ticket = desk.opened()
    answer = post(client, desk.cast.ada, ticket, "fields", **fields_of(ticket, **wrong))
    assert answer.status_code == 422
    assert 'class="fault"' in answer.content.decode()


def test_a_way_with_demands_asks_for_them(desk: DeskAtWork, client: Client) -> None:
    ticket = desk.taken()
    pending = desk.made.statuses["pending"]
    ways = Transition.objects.filter(source=ticket.status, target=pending)
    ways.update(demands_message=True, demands_note=True)
    part = f"status/{pending.pk}"
    asked = page_of(client, desk.cast.ada, ticket, f"{part}/").content.decode()
    assert 'name="body"' in asked
    assert 'name="note"' in asked
    refused = post(client, desk.cast.ada, ticket, part, body="Which one?")
    assert (refused.status_code, "Which one?" in refused.content.decode()) == (422, True)
    done = post(client, desk.cast.ada, ticket, part, body="Which one?", note="Waiting")
    assert done.status_code == 200
    ticket.refresh_from_db()
    assert ticket.status == pending


def test_following_linking_and_raising_answer_with_the_ticket(
    desk: DeskAtWork, client: Client
) -> None:
    ticket, other = desk.opened(), desk.opened("Other matter")
    for part, data in (
        ("followers", {"on": 1}),
        ("links", {"number": other.number, "kind": "related"}),
        ("escalation", {"on": 1}),
    ):
        assert post(client, desk.cast.ada, ticket, part, **data).status_code == 200
    page = page_of(client, desk.cast.ada, ticket).content.decode()
    assert all(word in page for word in ("Other matter", "Escalated", "Stop following"))
    link = TicketLink.objects.get()
    for part, data in (
        ("followers", {"on": 0}),
        ("links", {"remove": link.pk}),
        ("escalation", {"on": 0}),
    ):
        assert post(client, desk.cast.ada, ticket, part, **data).status_code == 200
    assert post(client, desk.cast.ada, ticket, "links", number="NO-1").status_code == 404


def test_a_linked_ticket_out_of_sight_is_not_named(desk: DeskAtWork, client: Client) -> None:
    ticket, other = desk.opened(), desk.opened("Secret matter", requester_id=desk.cast.cy.person_id)
    kind = TicketLink.Kind.RELATED
    link_tickets(actor=desk.cast.vi, ticket_id=ticket.pk, other_number=other.number, kind=kind)
    assign_ticket(actor=desk.cast.vi, ticket_id=other.pk, assignee_id=desk.cast.vi.person_id)
    assert "Secret matter" not in page_of(client, desk.cast.ada, ticket).content.decode()


def test_hostile_words_stand_on_the_page_as_words(desk: DeskAtWork, client: Client) -> None:
    bad = "<img src=x onerror=alert(1)>{{7*7}}"
    ticket = desk.opened(bad, f"<p>{bad}</p>", tags=(bad,))
    shown = page_of(client, desk.cast.ada, ticket).content.decode()
    assert "<img src=x" not in shown
    assert "&lt;img src=x onerror=alert(1)&gt;{{7*7}}" in shown


def test_a_note_is_edited_by_its_author_and_its_past_is_read(
    desk: DeskAtWork, client: Client
) -> None:
    ticket = desk.opened()
    note = write_internal_note(
        actor=desk.cast.ada, ticket_id=ticket.pk, words=Words(body="<p>First</p>")
    )
    part = f"notes/{note.pk}"
    assert page_of(client, desk.cast.vi, ticket, f"{part}/").status_code == 403
    data = {"body": "<p>Second</p>", "body_format": "html", "version": 1}
    assert post(client, desk.cast.ada, ticket, part, **data).status_code == 200
    stale = data | {"body": "<p>Third</p>"}
    assert post(client, desk.cast.ada, ticket, part, **stale).status_code == 409
    past = page_of(client, desk.cast.vi, ticket, f"{part}/history/").content.decode()
    assert "First" in past
    assert page_of(client, desk.cast.vi, ticket, "notes/0/history/").status_code == 404
