"""Letters that came, over the API: the same rights and the same deeds as in the pages."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from otklik.core.letters.tests.letters import letter_of, part, parts
from otklik.mail.models import Letter, SenderRule, SpamLesson
from otklik.mail.tests.factories import make_mailbox
from otklik.mail.tests.post import Post, address_of, proof
from otklik.people.models import Person
from otklik.people.tests.factories import sign_in
from otklik.people.tests.program import Program, ask
from otklik.tickets.models import Message, Ticket
from otklik.tickets.tests.desk import DeskAtWork, at_once

NOBODY = b"Subject: Help me\r\n\r\n<b>It</b> jams.\r\n"
STRANGER = "new@stranger.example"
EVERYONE = ("root", "vi", "cora", "ada", "sam", "cy")
HEADS = {"root", "vi", "cora"}


@pytest.fixture
def waiting(post: Post) -> Letter:
    """Have a letter wait that does not say who wrote it."""
    return post.delivered(NOBODY)


def forged(post: Post, body: str = "It jams.") -> Letter:
    """Have a letter wait that says who wrote it, and lies."""
    came = post.comes(body, sender=STRANGER, authentication_results=proof(STRANGER, "fail"))
    assert came.state == Letter.State.QUARANTINED
    return came


@pytest.mark.parametrize("who", EVERYONE)
def test_heads_and_administrators_alone_look_after_letters(
    desk: DeskAtWork, waiting: Letter, who: str
) -> None:
    actor = desk.cast.everyone[who]
    may = who in HEADS
    path = f"/letters/{waiting.pk}"

    for read in ("/quarantine", "/letters", "/sender-rules", path, f"{path}/raw"):
        assert Program(actor).get(read).status_code == (200 if may else 404), read
    assert ask(actor, "POST", f"{path}/settling", {"deed": "drop"})[0] == (200 if may else 404)
    waiting.refresh_from_db()
    assert waiting.outcome == ("dropped" if may else "")


def test_a_head_of_another_department_learns_nothing_of_a_letter(desk: DeskAtWork) -> None:
    theirs = Post(make_mailbox(department=desk.cast.hr)).delivered(NOBODY)
    vi, path = desk.cast.vi, f"/letters/{theirs.pk}"

    assert ask(vi, "GET", "/quarantine") == (200, {"items": [], "next": None})
    assert ask(vi, "GET", path)[0] == ask(vi, "GET", f"{path}/raw")[0] == 404
    assert ask(vi, "POST", f"{path}/settling", {"deed": "drop"})[0] == 404
    always = {"sender": STRANGER, "treatment": "drop"}
    assert ask(vi, "POST", f"{path}/settling", {"deed": "rule", "always": always})[0] == 404
    assert not SenderRule.objects.exists()


def test_a_token_needs_its_scope(desk: DeskAtWork, waiting: Letter) -> None:
    root, path = desk.cast.root, f"/letters/{waiting.pk}"
    reading, other = ("tickets:read",), ("people:read", "configuration:write")

    for read in ("/quarantine", "/letters", "/sender-rules", path):
        assert ask(root, "GET", read, scopes=reading)[0] == 200
        assert ask(root, "GET", read, scopes=other)[0] == 403
    assert ask(root, "GET", f"{path}/raw", scopes=other)[0] == 403
    assert ask(root, "POST", f"{path}/settling", {"deed": "drop"}, scopes=reading)[0] == 403


def test_the_quarantine_is_read_page_by_page_the_newest_first(desk: DeskAtWork, post: Post) -> None:
    came = [forged(post, f"Letter {number}").pk for number in range(3)]
    vi = desk.cast.vi

    first = ask(vi, "GET", "/quarantine?limit=2")[1]
    second = ask(vi, "GET", f"/quarantine?limit=2&cursor={first['next']}")[1]

    assert [one["id"] for one in first["items"] + second["items"]] == came[::-1]
    assert second["next"] is None
    assert ask(vi, "GET", "/quarantine?cursor=nonsense")[0] == 422
    said = first["items"][0]
    assert (said["reason"], said["proven"]) == ("forged", "fail")
    assert said["why"] == "The domain of its sender says that it did not send this."
    assert said["sender"] == {"address": STRANGER, "name": ""}


@pytest.mark.parametrize("path", ["/quarantine", "/letters"])
def test_a_page_of_letters_asks_as_often_for_one_as_for_many(
    desk: DeskAtWork, post: Post, path: str
) -> None:
    program, asked = Program(desk.cast.vi), []
    program.get(path)  # notes that the token is used
    for _more in range(2):
        forged(post)
        post.comes(sender=STRANGER)
        with CaptureQueriesContext(connection) as queries:
            assert program.get(path).status_code == 200
        asked.append(len(queries))

    assert asked[0] == asked[1]


def test_one_letter_tells_what_it_says_and_its_html_is_cleaned(
    desk: DeskAtWork, post: Post
) -> None:
    html = '<p onclick="x()">It <b>jams</b><script>alert(1)</script></p>'
    html_part = part(html, "text/html; charset=utf-8")
    both = parts(part("It jams"), html_part, part(b"%PDF", "application/pdf; name=a.pdf"))
    ticket = desk.opened()
    heads = f"Authentication-Results: {proof(STRANGER, 'fail')}\r\n".encode()
    raw = heads + letter_of(both, STRANGER).replace(b": Help", b": %s" % ticket.number.encode())
    came = post.delivered(raw)

    status, said = ask(desk.cast.vi, "GET", f"/letters/{came.pk}")

    assert (status, said["state"], said["hint"]) == (200, "quarantined", ticket.number)
    assert (said["reason"], said["verdict"]) == ("forged", "Denied by the sender's domain")
    assert said["checks"] == ["DMARC: failed (stranger.example)"]
    assert "jams" in said["html"]
    assert "onclick" not in said["html"]
    assert "alert" not in said["html"]
    assert "It jams" in said["text"]
    assert [one["name"] for one in said["files"]] == ["a.pdf"]
    assert said["sender"]["address"] == STRANGER


def test_the_raw_letter_is_a_download_of_its_own_bytes(desk: DeskAtWork, waiting: Letter) -> None:
    answer = Program(desk.cast.vi).get(f"/letters/{waiting.pk}/raw")

    assert answer.content == NOBODY
    assert answer["Content-Type"] == "message/rfc822"
    assert answer["Content-Disposition"] == f'attachment; filename="letter-{waiting.pk}.eml"'
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_who_works_on_the_ticket_reads_the_letter_behind_it_and_settles_nothing(
    desk: DeskAtWork, post: Post
) -> None:
    came = post.comes(sender=STRANGER)
    ada, path = desk.cast.ada, f"/letters/{came.pk}"

    status, said = ask(ada, "GET", path)

    assert (status, said["outcome"]) == (200, "ticket")
    assert said["ticket"] == Ticket.objects.get().number
    assert Program(ada).get(f"{path}/raw").content == post.last
    assert ask(ada, "POST", f"{path}/settling", {"deed": "ask"})[0] == 404
    for stranger in (desk.cast.sam, desk.cast.cy):
        assert ask(stranger, "GET", path)[0] == ask(stranger, "GET", f"{path}/raw")[0] == 404


def test_a_letter_becomes_a_ticket_once_and_the_second_time_is_a_conflict(
    desk: DeskAtWork, waiting: Letter
) -> None:
    vi, path = desk.cast.vi, f"/letters/{waiting.pk}/settling"
    assert ask(vi, "POST", path, {"deed": "open"})[1]["errors"][0]["field"] == "requester"

    status, said = ask(vi, "POST", path, {"deed": "open", "requester": STRANGER})

    ticket = Ticket.objects.get()
    assert (status, said["outcome"], said["ticket"]) == (200, "ticket", ticket.number)
    assert address_of_requester(ticket) == STRANGER
    assert ask(vi, "POST", path, {"deed": "open", "requester": STRANGER})[0] == 409
    assert Ticket.objects.count() == 1
    assert ask(vi, "GET", f"/letters/{waiting.pk}")[1]["ticket"] == ticket.number


def test_a_letter_joins_a_ticket_that_one_works_on(desk: DeskAtWork, post: Post) -> None:
    ticket = desk.opened()
    came = post.comes("Mine.", sender=address_of(desk.cast.cy), subject=f"Re: {ticket.number}")
    vi, path = desk.cast.vi, f"/letters/{came.pk}/settling"
    other = desk.opened(
        department_id=desk.cast.hr.pk, actor=desk.cast.sam, requester_id=desk.cast.sam.person_id
    )
    for number in (other.number, "NOPE-1", ""):
        status, said = ask(vi, "POST", path, {"deed": "join", "number": number})
        assert (status, said["errors"][0]["field"]) == (422, "number")

    status, said = ask(vi, "POST", path, {"deed": "join", "number": f" {ticket.number} "})

    assert (status, said["outcome"], said["ticket"]) == (200, "reply", ticket.number)
    assert ask(vi, "POST", path, {"deed": "join", "number": ticket.number})[0] == 409
    assert Message.objects.filter(ticket=ticket, body="<p>Mine.</p>").count() == 1


def test_spam_is_learned_and_taken_back(desk: DeskAtWork, post: Post) -> None:
    came = forged(post)
    vi, path = desk.cast.vi, f"/letters/{came.pk}/settling"

    assert ask(vi, "POST", path, {"deed": "spam"})[1]["outcome"] == "spam"
    assert SpamLesson.objects.filter(pk=came.pk, is_spam=True).exists()
    assert ask(vi, "POST", path, {"deed": "spam"})[0] == 409
    status, said = ask(vi, "POST", path, {"deed": "ask"})
    assert (status, said["state"], said["outcome"]) == (200, "quarantined", None)
    assert not SpamLesson.objects.exists()
    assert ask(vi, "POST", path, {"deed": "ask"})[0] == 409


def test_what_is_always_done_is_kept_with_the_deed_or_not_at_all(
    desk: DeskAtWork, post: Post
) -> None:
    came = forged(post)
    vi, path = desk.cast.vi, f"/letters/{came.pk}/settling"
    always = {"sender": "@stranger.example", "treatment": "drop"}
    wrong = {"sender": "no domain", "treatment": "drop"}
    for body, field in (
        ({"deed": "rule"}, "always"),
        ({"deed": "drop", "always": wrong}, "always.sender"),
        ({"deed": "join", "number": "NOPE-1", "always": always}, "number"),
        ({"deed": "nonsense"}, "deed"),
    ):
        status, said = ask(vi, "POST", path, body)
        assert (status, said["errors"][0]["field"]) == (422, field)
    assert not SenderRule.objects.exists()

    for _again in range(2):
        assert ask(vi, "POST", path, {"deed": "rule", "always": always})[0] == 200
    assert ask(vi, "POST", path, {"deed": "drop", "always": always})[1]["outcome"] == "dropped"

    (rule,) = ask(vi, "GET", "/sender-rules")[1]
    assert (rule["sender"], rule["treatment"]) == ("stranger.example", "drop")
    assert post.comes(sender=STRANGER).outcome == "dropped"
    assert ask(desk.cast.ada, "DELETE", f"/sender-rules/{rule['id']}")[0] == 404
    assert ask(vi, "DELETE", f"/sender-rules/{rule['id']}")[0] == 204
    assert ask(vi, "DELETE", f"/sender-rules/{rule['id']}")[0] == 404


def test_a_repeated_settling_is_told_again_only_to_who_still_sees_the_letter(
    desk: DeskAtWork, waiting: Letter
) -> None:
    program = Program(desk.cast.vi)
    path, body = f"/letters/{waiting.pk}/settling", {"deed": "open", "requester": STRANGER}
    once = {"Idempotency-Key": "one"}

    first = program.post(path, body, once)
    again = program.post(path, body, once)

    assert (again.status_code, again.json()) == (200, first.json())
    assert again["Idempotency-Replayed"] == "true"
    assert Ticket.objects.count() == 1
    waiting.mailbox.department = desk.cast.hr
    waiting.mailbox.save()
    Ticket.objects.update(department=desk.cast.hr)
    assert program.post(path, body, once).status_code == 404


def test_two_who_settle_a_letter_at_once_make_one_ticket(open_desk: DeskAtWork) -> None:
    came = Post(make_mailbox(department=open_desk.cast.it)).delivered(NOBODY)
    heads = [open_desk.cast.vi, open_desk.cast.cora, open_desk.cast.root]
    path, body = f"/letters/{came.pk}/settling", {"deed": "open", "requester": STRANGER}

    done: list[Any] = at_once(
        *[lambda head=head: ask(head, "POST", path, body)[0] for head in heads]
    )

    assert sorted(done) == [200, 409, 409]
    assert Ticket.objects.count() == 1


def test_the_mail_log_is_searched_as_on_its_page(desk: DeskAtWork, post: Post) -> None:
    old = post.comes(sender=STRANGER, message_id="<old@firm.example>", subject="Lamp")
    new = forged(post)
    other = make_mailbox(department=desk.cast.it)
    at = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
    Letter.objects.filter(pk=old.pk).update(received_at=at)
    asked = {
        "": [new, old],
        "q=lamp": [old],
        "q=%3Cold@firm.example%3E": [old],
        "q=nobody%00": [],
        "end=quarantined": [new],
        "end=ticket": [old],
        f"mailbox={other.pk}": [],
        "until=2026-11-20": [],
        "since=2026-11-21&until=2026-11-21": [old],
        "since=2026-11-22": [new],
        "since=0001-01-01&until=9999-12-31": [new, old],
    }
    Person.objects.update(time_zone="Europe/Sofia")
    for query, found in asked.items():
        status, said = ask(desk.cast.vi, "GET", f"/letters?{query}")
        assert (status, [one["id"] for one in said["items"]]) == (200, [one.pk for one in found])

    first = ask(desk.cast.vi, "GET", "/letters?limit=1")[1]
    second = ask(desk.cast.vi, "GET", f"/letters?limit=1&cursor={first['next']}")[1]
    assert [one["id"] for one in second["items"]] == [old.pk]
    assert second["next"] is None


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("since=86400", "since"),
        ("until=2026-02-30", "until"),
        ("end=nonsense", "end"),
        ("mailbox=0", "mailbox"),
        (f"q={'x' * 901}", "q"),
        ("limit=101", "limit"),
        ("cursor=nonsense", "cursor"),
    ],
)
def test_what_the_mail_log_cannot_be_asked_is_named(
    desk: DeskAtWork, query: str, field: str
) -> None:
    status, said = ask(desk.cast.vi, "GET", f"/letters?{query}")
    assert (status, said["errors"][0]["field"]) == (422, field)


def test_the_last_day_that_there_is_finds_letters_on_the_page_too(
    desk: DeskAtWork, client: Client
) -> None:
    sign_in(client, desk.cast.vi)
    assert client.get("/mail/?until=9999-12-31").status_code == 200


@pytest.mark.parametrize("who", EVERYONE)
def test_who_works_on_a_ticket_lists_its_letters(desk: DeskAtWork, post: Post, who: str) -> None:
    came = post.comes(sender=STRANGER)
    path = f"/tickets/{Ticket.objects.get().number}/letters"

    status, said = ask(desk.cast.everyone[who], "GET", path)

    may = who not in {"sam", "cy"}
    assert status == (200 if may else 404)
    if may:
        assert [one["id"] for one in said["items"]] == [came.pk]
        assert ask(desk.cast.everyone[who], "GET", "/tickets/NOPE-1/letters")[0] == 404


def address_of_requester(ticket: Ticket) -> str:
    return ticket.requester.emails.get().address


@pytest.mark.parametrize("who", EVERYONE)
def test_who_works_on_a_ticket_calls_it_spam_and_brings_it_back(
    desk: DeskAtWork, post: Post, who: str
) -> None:
    post.comes(sender=STRANGER)
    actor = desk.cast.everyone[who]
    path = f"/tickets/{Ticket.objects.get().number}/spam"
    expected = 404 if who in {"sam", "cy"} else 204

    for _again in range(2):
        assert ask(actor, "PUT", path)[0] == expected
    assert Ticket.objects.get().is_open == (expected == 404)
    assert ask(desk.cast.ada, "PUT", path, scopes=("tickets:read",))[0] == 403
    for _again in range(2):
        assert ask(actor, "DELETE", path)[0] == expected
    assert Ticket.objects.get().is_open
    assert SpamLesson.objects.filter(is_spam=True).count() == 0
    assert ask(desk.cast.ada, "PUT", f"/tickets/{desk.opened().number}/spam")[0] == 404
