"""The customer's side over HTTP: with and without scripts, whole and broken input, foreign eyes."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from otklik.core import clock, context
from otklik.core.models import Desk
from otklik.people.tests.factories import make_desk, sign_in
from otklik.tickets.actions.requesting import THOUGHTS
from otklik.tickets.models import Attachment, HistoryEntry, Message, Rating, Ticket, TicketType
from otklik.tickets.tests.desk import DeskAtWork, needed_answers
from otklik.tickets.tests.factories import make_field, make_ticket

pytestmark = pytest.mark.django_db

ASK = "/requests/new/hr/"
BROKEN = ["", "\0", "\ud800", "\u202eevil", "👨‍👩‍👧‍👦" * 101, "x" * 101, "x" * 10_000]


def answers(desk: DeskAtWork, kind: str = "hr") -> dict[str, str]:
    return needed_answers(desk.cast.cy, TicketType.objects.get(key=kind))


@pytest.fixture
def cy(client: Client, desk: DeskAtWork) -> Client:
    sign_in(client, desk.cast.cy)
    return client


@pytest.mark.parametrize("kind", ["programming", "functional", "equipment", "facility", "hr"])
def test_every_kind_can_be_asked(cy: Client, desk: DeskAtWork, kind: str) -> None:
    address = f"/requests/new/{kind}/"
    assert cy.get(address).status_code == 200
    given = answers(desk, kind)
    answer = cy.post(address, {"subject": "Help", "body": "Please", **given})
    refused = re.findall(r'(?s)data-field="[^§]{0,900}?class="fault".*?</p>', answer.text)
    assert (answer.status_code, refused) == (302, [])
    assert Ticket.objects.get().type.key == kind


def test_a_file_can_be_sent_without_scripts(cy: Client, desk: DeskAtWork) -> None:
    given = answers(desk)
    file = SimpleUploadedFile("plan.txt", b"hello")
    answer = cy.post(ASK, {"subject": "Plan", "body": "Here", "files": file, **given})
    assert answer.status_code == 302, answer.text
    kept = Attachment.objects.get()
    assert (kept.name, kept.ticket_id) == ("plan.txt", Ticket.objects.get().pk)
    file = SimpleUploadedFile("more.txt", b"more")
    address = f"/requests/{Ticket.objects.get().number}/messages/"
    assert cy.post(address, {"body": "", "files": file}).status_code == 302
    assert Attachment.objects.filter(message__isnull=False).count() == 2


def test_a_file_answers_a_question_without_scripts(cy: Client, desk: DeskAtWork) -> None:
    kind = TicketType.objects.get(key="hr")
    kind.form.create(field=make_field(kind="file", key="plan"), is_required=True, position=99)
    asked = {"subject": "Plan", "body": "Here", **answers(desk)}
    refused = cy.post(ASK, asked)
    assert (refused.status_code, Ticket.objects.count()) == (422, 0)
    assert 'type="file" multiple name="values.plan-files"' in refused.text

    file = SimpleUploadedFile("plan.txt", b"hello")
    again = cy.post(ASK, {**asked, "subject": "x" * 101, "values.plan-files": file})

    assert again.status_code == 422
    token = Attachment.objects.get().token
    assert f'name="values.plan" value="{token}" checked' in again.text
    assert "plan.txt" in again.text
    assert cy.post(ASK, {**asked, "values.plan": token}).status_code == 302
    ticket = Ticket.objects.get()
    assert ticket.values["plan"] == [token]
    assert Attachment.objects.get().ticket_id == ticket.pk


def test_a_refusal_leads_to_each_wrong_field_by_its_name(cy: Client) -> None:
    refused = cy.post(ASK, {"subject": "", "body": ""})
    said = re.search(r'(?s)<div class="notice bad"[^>]*data-refusal>.*?</ul>', refused.text)
    assert said
    assert "autofocus" in said[0]
    assert '<a href="#id_subject">In a few words</a>: ' in said[0]
    assert '<a href="#id_values.matter">' in said[0]
    assert 'id="id_values.matter"' in refused.text


def test_the_boxes_count_by_the_limit_of_the_desk(cy: Client, desk: DeskAtWork) -> None:
    make_desk()
    Desk.objects.update(message_limit=321)
    context.forget()
    assert 'name="body" rows="6"' in cy.get(ASK).text
    assert 'data-count-max="321"' in cy.get(ASK).text
    refused = cy.post(ASK, {"subject": "Help", "body": "x" * 322, **answers(desk)})
    assert "at most 321 fit" in refused.text
    assert '<a href="#body-box">Tell us more</a>' in refused.text


def forgotten(client: Client, address: str) -> list[str]:
    return re.findall(r'data-forget="([^"]*)"', client.get(address).text)


def test_what_was_typed_is_forgotten_when_it_was_sent_and_by_no_other_look(
    cy: Client, desk: DeskAtWork
) -> None:
    kind = TicketType.objects.get(key="hr")
    old = make_ticket(requester=desk.cast.cy, department=desk.cast.hr, type=kind)
    assert forgotten(cy, f"/requests/{old.number}/") == []

    sent = cy.post(ASK, {"subject": "Plan", "body": "Here", **answers(desk)})

    assert forgotten(cy, sent.headers["Location"]) == ["new-hr"]
    assert forgotten(cy, sent.headers["Location"]) == []


def test_a_typical_problem_is_forgotten_under_its_own_name(cy: Client, desk: DeskAtWork) -> None:
    address = "/requests/new/equipment/?problem=printer"
    form = cy.get(address).text
    for page in (form, cy.post(address, {"kept_as": "new-equipment-printer"}).text):
        assert 'data-autosave="new-equipment-printer"' in page
        assert 'name="kept_as" value="new-equipment-printer"' in page
    typed = {"subject": "Printer", "body": "Jams", "kept_as": "new-equipment-printer"}

    sent = cy.post(address, {**typed, **answers(desk, "equipment")})

    assert forgotten(cy, sent.headers["Location"]) == ["new-equipment-printer"]


def test_what_was_typed_outlives_a_refusal(cy: Client) -> None:
    file = SimpleUploadedFile("plan.txt", b"hello")
    answer = cy.post(ASK, {"subject": "x" * 101, "body": "All <b> of it", "files": file})
    assert answer.status_code == 422
    assert "x" * 101 in answer.text
    assert "All &lt;b&gt; of it" in answer.text
    token = Attachment.objects.get().token
    assert f'name="uploads" value="{token}"' in answer.text
    assert not Ticket.objects.exists()


@pytest.mark.parametrize("subject", BROKEN)
def test_a_broken_subject_is_never_a_fault_of_ours(
    cy: Client, desk: DeskAtWork, subject: str
) -> None:
    given = answers(desk)
    words = subject.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    answer = cy.post(ASK, {"subject": words, "body": "Text", **given})
    assert answer.status_code in (302, 422)


@pytest.mark.parametrize("name", ["department", "category", "priority"])
@pytest.mark.parametrize("value", ["x", "-1", "9" * 30, "' OR 1=1", "{{7*7}}"])
def test_a_broken_choice_is_refused(cy: Client, desk: DeskAtWork, name: str, value: str) -> None:
    given = answers(desk)
    answer = cy.post(ASK, {"subject": "S", "body": "Text", name: value, **given})
    assert answer.status_code in (302, 422)


def test_the_same_form_twice_is_one_request(cy: Client, desk: DeskAtWork) -> None:
    given = answers(desk)
    post = {"subject": "Once", "body": "Only", "once": "a" * 32, **given}
    places = {cy.post(ASK, post)["Location"] for _turn in range(3)}
    assert (len(places), Ticket.objects.count()) == (1, 1)


def test_a_form_that_is_gone_is_said_to_be(cy: Client) -> None:
    assert cy.get("/requests/new/nothing/").status_code == 404


def test_others_see_nothing_of_a_request(client: Client, desk: DeskAtWork) -> None:
    ticket = desk.opened()
    for actor in (desk.cast.sam, desk.cast.ada):
        sign_in(client, actor)
        for place in ("", "thread/"):
            assert client.get(f"/requests/{ticket.number}/{place}").status_code == 404


@pytest.mark.parametrize("number", ["IT-99999999999", "%2e%2e", "\u202e", "' OR 1=1 --"])
def test_a_broken_number_is_not_found(cy: Client, number: str) -> None:
    assert cy.get(f"/requests/{number}/").status_code == 404


def test_notes_are_never_shown(cy: Client, desk: DeskAtWork) -> None:
    ticket = desk.moved("progress", "pending")
    page = cy.get(f"/requests/{ticket.number}/").text
    assert "Now pending." in page
    assert "Because." not in page


def test_the_promise_is_a_moment_and_an_apology_once_it_has_passed(
    cy: Client, desk: DeskAtWork
) -> None:
    ticket = desk.taken()
    Ticket.objects.update(expected_at=clock.now() + timedelta(days=3))
    assert "Expected solution:" in cy.get(f"/requests/{ticket.number}/").text
    Ticket.objects.update(expected_at=clock.now() - timedelta(days=3))
    page = cy.get(f"/requests/{ticket.number}/").text
    assert "We are sorry" in page
    assert "Expected solution:" not in page


def test_the_solution_is_confirmed_and_rated(cy: Client, desk: DeskAtWork) -> None:
    ticket = desk.moved("progress", "resolved")
    page = f"/requests/{ticket.number}/"
    assert "Yes, it is solved" in cy.get(page).text
    assert cy.post(f"{page}solution/", {"solved": "yes"}).status_code == 302
    ticket.refresh_from_db()
    assert ticket.phase == "closed"
    given = {"solution": "5", "service": "4", "comment": "Quick"}
    assert cy.post(f"{page}rating/", given).status_code == 302
    rating = Rating.objects.get()
    assert (rating.solution, rating.service, rating.comment) == (5, 4, "Quick")


def test_a_rating_is_one_press_and_more_comes_by_and_by(cy: Client, desk: DeskAtWork) -> None:
    page = f"/requests/{desk.moved('progress', 'resolved', 'closed').number}/"
    first = cy.get(page).text
    assert first.count('name="solution"') == 5
    assert 'name="service"' not in first
    assert 'name="comment"' not in first

    presses = [
        ({"solution": "3"}, (3, None, "", "")),
        ({"service": "5"}, (3, 5, "", "")),
        ({"comment": "Kind", "suggestion": ""}, (3, 5, "Kind", "")),
        ({"solution": "4"}, (4, 5, "Kind", "")),
        ({"solution": "4"}, (4, 5, "Kind", "")),
        ({"comment": "", "suggestion": "Sooner"}, (4, 5, "", "Sooner")),
    ]
    for pressed, kept in presses:
        answer = cy.post(f"{page}rating/", pressed)
        assert answer.headers["Location"] == f"{page}#rating"
        assert Rating.objects.values_list(*THOUGHTS).get() == kept
    entries = HistoryEntry.objects.filter(kind="rated").order_by("pk")
    changes = [(None, 3), (3, 3), (3, 3), (3, 4), (4, 4)]
    assert list(entries.values_list("old", "new")) == changes
    shown = cy.get(page).text
    assert 'role="img" aria-label="4 of 5"' in shown
    assert "Sooner" in shown


@pytest.mark.parametrize("pressed", [{"service": "5"}, {"comment": "Kind"}, {"service": "x"}, {}])
def test_a_rating_begins_with_the_solution(
    cy: Client, desk: DeskAtWork, pressed: dict[str, str]
) -> None:
    page = f"/requests/{desk.moved('progress', 'resolved', 'closed').number}/"
    assert cy.post(f"{page}rating/", pressed).status_code == 422
    assert not Rating.objects.exists()


@pytest.mark.parametrize("mark", ["", "0", "6", "-1", "x", "\0", "9" * 30])
@pytest.mark.parametrize("name", ["solution", "service"])
def test_a_broken_press_leaves_what_was_said_before(
    cy: Client, desk: DeskAtWork, name: str, mark: str
) -> None:
    page = f"/requests/{desk.moved('progress', 'resolved', 'closed').number}/rating/"
    cy.post(page, {"solution": "4", "service": "5", "comment": "Kind"})
    answer = cy.post(page, {name: mark, "comment": "My long word"})
    assert answer.status_code == 422
    assert "My long word" in answer.text
    assert Rating.objects.values_list(*THOUGHTS).get() == (4, 5, "Kind", "")


def test_a_rejected_solution_goes_back_with_the_reason(cy: Client, desk: DeskAtWork) -> None:
    ticket = desk.moved("progress", "resolved")
    page = f"/requests/{ticket.number}/solution/"
    assert cy.post(page, {"solved": "no", "body": ""}).status_code == 422
    assert cy.post(page, {"solved": "no", "body": "Still jams"}).status_code == 302
    ticket.refresh_from_db()
    assert ticket.phase == "reopened"
    assert "Still jams" in Message.objects.latest("pk").body


@pytest.mark.parametrize("mark", ["", "0", "6", "-1", "x", "9" * 30])
def test_a_broken_rating_is_refused_and_its_words_are_kept(
    cy: Client, desk: DeskAtWork, mark: str
) -> None:
    ticket = desk.moved("progress", "resolved")
    answer = cy.post(
        f"/requests/{ticket.number}/rating/", {"solution": mark, "comment": "My long word"}
    )
    assert answer.status_code == 422
    assert "My long word" in answer.text
    assert not Rating.objects.exists()


def test_closing_and_writing_again_reopens(cy: Client, desk: DeskAtWork) -> None:
    ticket = desk.opened()
    page = f"/requests/{ticket.number}/"
    assert cy.post(f"{page}closing/").status_code == 302
    assert "Write and reopen" in cy.get(page).text
    kinds = set(HistoryEntry.objects.filter(ticket=ticket).values_list("kind", flat=True))
    assert kinds


@pytest.mark.parametrize("name", ["shown", "sort", "text", "page"])
@pytest.mark.parametrize("value", ["\0", "-1", "9" * 40, "x" * 5000, "%s", "' OR 1=1"])
def test_a_broken_filter_still_lists(cy: Client, desk: DeskAtWork, name: str, value: str) -> None:
    desk.opened()
    assert cy.get("/requests/", {name: value}).status_code == 200


def test_a_visitor_is_led_to_sign_in(client: Client, desk: DeskAtWork) -> None:
    ticket = desk.opened()
    for page in ("/requests/", "/requests/new/", ASK, f"/requests/{ticket.number}/"):
        assert client.get(page).status_code in (302, 401)


PARTS = ("verdict", "send", "end")


@pytest.mark.parametrize("status", ["", "resolved", "closed"])
@pytest.mark.parametrize("name", PARTS)
def test_a_part_of_a_request_is_what_its_page_shows(
    cy: Client, desk: DeskAtWork, name: str, status: str
) -> None:
    ticket = make_ticket(department=desk.cast.it, requester=desk.cast.cy, status=status)
    page, part = (
        re.sub(r"\s+|csrfmiddlewaretoken\" value=\"\w+", " ", answer.text)
        for answer in (
            cy.get(f"/requests/{ticket.number}/"),
            cy.get(f"/requests/{ticket.number}/parts/{name}/"),
        )
    )
    assert part.strip() in page
    assert f'id="request-{name}"' in part
    assert f'data-topic="request:{ticket.pk}"' in part


def test_the_question_whether_it_is_solved_comes_and_goes_with_the_status(
    cy: Client, desk: DeskAtWork
) -> None:
    ticket = desk.moved("progress", "resolved")
    verdict = f"/requests/{ticket.number}/parts/verdict/"
    assert "Did this solve it?" in cy.get(verdict).text
    Ticket.objects.filter(pk=ticket.pk).update(
        status=desk.made.statuses["progress"], phase="progress", resolved_at=None
    )
    assert "Did this solve it?" not in cy.get(verdict).text


def test_a_part_of_anothers_request_or_of_no_name_is_not_there(
    client: Client, cy: Client, desk: DeskAtWork
) -> None:
    ticket = desk.opened()
    assert cy.get(f"/requests/{ticket.number}/parts/nothing/").status_code == 404
    sign_in(client, desk.cast.sam)
    assert client.get(f"/requests/{ticket.number}/parts/verdict/").status_code == 404


def test_words_of_a_solution_refused_too_late_stand_in_the_message(
    cy: Client, desk: DeskAtWork
) -> None:
    ticket = desk.moved("progress")
    address = f"/requests/{ticket.number}/solution/"
    refused = cy.post(address, {"solved": "no", "body": "Still dark"})
    assert refused.status_code == 409
    assert re.search(r'id="body-box"[^>]*>Still dark<', refused.text)
