"""Letters that go, over the API: for whom the pages show them, and sent again as there."""

from typing import Any

import pytest

from otklik.core.post.tests.scripted import CUT, scripted
from otklik.mail.actions.outbox.handing import send_waiting
from otklik.mail.models import Outgoing
from otklik.mail.tests.factories import make_sender
from otklik.mail.tests.test_outbox import replied
from otklik.people.tests.program import Program, ask
from otklik.tickets.models import Ticket
from otklik.tickets.tests.desk import DeskAtWork, at_once

EVERYONE = ("root", "vi", "cora", "ada", "sam", "cy")
HEADS = {"root", "vi", "cora"}
STRANGERS = {"sam", "cy"}


def bounced(desk: DeskAtWork) -> Outgoing:
    """Return a reply of Ada's that bounced."""
    with scripted({"RCPT": "550 5.1.1 no such person"}) as server:
        sender = make_sender(port=server.port)
        letter = replied(desk)
        send_waiting(sender_id=sender.pk)
    letter.refresh_from_db()
    assert letter.state == "bounced"
    return letter


@pytest.fixture
def letter(desk: DeskAtWork) -> Outgoing:
    return bounced(desk)


@pytest.mark.parametrize("who", EVERYONE)
def test_each_reads_and_sends_again_what_the_pages_let_them(
    desk: DeskAtWork, letter: Outgoing, who: str
) -> None:
    actor, path = desk.cast.everyone[who], f"/outbox/{letter.pk}"

    assert ask(actor, "GET", "/outbox")[0] == (200 if who in HEADS else 404)
    expected = 404 if who in STRANGERS else 200
    assert ask(actor, "GET", path)[0] == expected
    assert ask(actor, "POST", f"{path}/sending", {})[0] == expected

    letter.refresh_from_db()
    assert letter.state == ("bounced" if who in STRANGERS else "waiting")


def test_letters_of_the_desk_itself_are_for_administrators(
    desk: DeskAtWork, letter: Outgoing
) -> None:
    Outgoing.objects.filter(pk=letter.pk).update(
        kind=Outgoing.Kind.DESK, ticket=None, message=None, words="canary"
    )
    path = f"/outbox/{letter.pk}"

    for actor in (desk.cast.vi, desk.cast.ada):
        assert ask(actor, "GET", path)[0] == 404
        assert ask(actor, "POST", f"{path}/sending", {})[0] == 404
    listed = ask(desk.cast.vi, "GET", "/outbox?state=all")[1]["items"]
    assert letter.pk not in [one["id"] for one in listed]
    said = Program(desk.cast.root).get(path)
    assert said.json()["kind"] == "desk"
    assert b"canary" not in said.content


def test_heads_read_letters_of_their_departments_alone(desk: DeskAtWork, letter: Outgoing) -> None:
    Ticket.objects.update(department=desk.cast.hr)

    assert ask(desk.cast.vi, "GET", "/outbox?state=all")[1]["items"] == []
    assert ask(desk.cast.vi, "GET", f"/outbox/{letter.pk}")[0] == 404


def test_a_token_needs_its_scope(desk: DeskAtWork, letter: Outgoing) -> None:
    root, path = desk.cast.root, f"/outbox/{letter.pk}"
    for read in ("/outbox", path):
        assert ask(root, "GET", read, scopes=("tickets:read",))[0] == 200
        assert ask(root, "GET", read, scopes=("people:read",))[0] == 403
    assert ask(root, "POST", f"{path}/sending", {}, scopes=("tickets:read",))[0] == 403


def test_the_outbox_is_searched_page_by_page(desk: DeskAtWork, letter: Outgoing) -> None:
    vi = desk.cast.vi
    kept = list(Outgoing.objects.order_by("-pk"))
    for query, found in {
        "": [one for one in kept if one.state not in ("sent", "accepted")],
        "state=all": kept,
        "state=bounced": [one for one in kept if one.state == "bounced"],
        "state=sent": [],
        f"state=all&q={letter.recipient[:4].upper()}": kept,
        "q=nobody%00": [],
    }.items():
        status, said = ask(vi, "GET", f"/outbox?{query}")
        assert (status, [one["id"] for one in said["items"]]) == (200, [one.pk for one in found])
    one = ask(vi, "GET", f"/outbox/{letter.pk}")[1]
    assert (one["code"], one["trouble"]) == (550, "The mail server refuses this address.")
    assert "no such person" in one["answer"]

    first = ask(vi, "GET", "/outbox?state=all&limit=1")[1]
    rest = ask(vi, "GET", f"/outbox?state=all&limit=9&cursor={first['next']}")[1]
    assert [one["id"] for one in first["items"] + rest["items"]] == [one.pk for one in kept]
    assert rest["next"] is None
    for query, field in (("state=nonsense", "state"), ("cursor=x", "cursor"), ("limit=0", "limit")):
        status, said = ask(vi, "GET", f"/outbox?{query}")
        assert (status, said["errors"][0]["field"]) == (422, field)


def test_an_uncertain_letter_goes_again_only_with_the_word_that_it_may_have_arrived(
    desk: DeskAtWork,
) -> None:
    with scripted({".": CUT}) as server:
        sender = make_sender(port=server.port)
        letter = replied(desk)
        Outgoing.objects.exclude(pk=letter.pk).delete()
        send_waiting(sender_id=sender.pk)
    ada, path = desk.cast.ada, f"/outbox/{letter.pk}"
    assert "It may have arrived." in ask(ada, "GET", path)[1]["trouble"]

    status, said = ask(ada, "POST", f"{path}/sending", {})
    assert (status, said["errors"][0]["field"]) == (422, "knowing")
    assert ask(ada, "GET", path)[1]["state"] == "uncertain"
    assert ask(ada, "POST", f"{path}/sending", {"knowing": "yes"})[0] == 422
    assert ask(ada, "POST", f"{path}/sending", {"knowing": True})[1]["state"] == "waiting"
    assert ask(ada, "POST", f"{path}/sending", {"knowing": True})[1]["state"] == "waiting"


def test_a_repeated_sending_is_told_again_only_to_who_still_sees_the_letter(
    desk: DeskAtWork, letter: Outgoing
) -> None:
    program, path = Program(desk.cast.vi), f"/outbox/{letter.pk}/sending"
    once = {"Idempotency-Key": "one"}

    first = program.post(path, {}, once)
    assert program.post(path, {}, once).json() == first.json()
    Ticket.objects.update(department=desk.cast.hr)

    assert program.post(path, {}, once).status_code == 404


def test_two_who_send_one_letter_again_at_once_send_it_once(open_desk: DeskAtWork) -> None:
    letter = bounced(open_desk)
    heads = [open_desk.cast.vi, open_desk.cast.cora, open_desk.cast.root]

    done: list[Any] = at_once(
        *[
            lambda head=head: ask(head, "POST", f"/outbox/{letter.pk}/sending", {})[0]
            for head in heads
        ]
    )

    assert done == [200, 200, 200]
    with scripted() as server:
        letter.sender.port = server.port
        letter.sender.save()
        send_waiting(sender_id=letter.sender_id)
    assert sum(letter.header_id.encode() in one for one in server.letters) == 1
