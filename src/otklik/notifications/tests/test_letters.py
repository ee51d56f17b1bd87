"""News that come by letter: to whom, when, what they say, and what ends them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from threading import Thread
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from typing_extensions import Unpack

from otklik.core import clock
from otklik.mail.actions.outbox import putting
from otklik.mail.actions.outbox.handing import tell_of_trouble
from otklik.mail.actions.outbox.writing import write_letter
from otklik.mail.models import Outgoing, Sender, Unwanted
from otklik.mail.tests.factories import make_mailbox, make_sender
from otklik.notifications.actions import mark_read, mark_ticket_read, tell_waiting_news, writing
from otklik.notifications.actions.choosing import LetterChanges, choose_letters
from otklik.notifications.actions.writing import (
    MOST_AN_HOUR,
    forget_old_notices,
    write_due_letters,
)
from otklik.notifications.hours import next_due
from otklik.notifications.models import LetterChoice, Notice, Notification
from otklik.notifications.tests.written import begin_afresh, names, told
from otklik.people.actions import block_account, set_role
from otklik.people.models import Account, Actor, EmailAddress, Membership, Person, Role
from otklik.people.tests.factories import account_of, sign_in
from otklik.people.tests.program import Program
from otklik.tickets.actions import (
    Words,
    assign_ticket,
    escalate_ticket,
    reply_to_customer,
    reply_to_desk,
    transfer_ticket,
    write_internal_note,
)
from otklik.tickets.models import Ticket
from otklik.tickets.tests.desk import DeskAtWork, make_desk_at_work

pytestmark = pytest.mark.django_db

MORNING = datetime(2026, 11, 18, 9, 20, tzinfo=UTC)  # a Wednesday
HOUR = timedelta(hours=1)
SAID = Words(body="<p>It still jams &amp; smokes.</p>")


@pytest.fixture(autouse=True)
def sender(db: None) -> Sender:
    return make_sender()


@pytest.fixture(autouse=True)
def at_nine() -> Iterator[None]:
    with clock.moved_to(MORNING):
        yield


def choose(actor: Actor, **changes: Unpack[LetterChanges]) -> None:
    choose_letters(actor=actor, changes=changes)


def opened_as_bytes(letter: Outgoing) -> EmailMessage:
    found = Outgoing.objects.select_related("person", "ticket", "message", "sender").get(
        pk=letter.pk
    )
    message = message_from_bytes(write_letter(found), policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def plain(letter: Outgoing) -> str:
    part = opened_as_bytes(letter).get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def escalated(desk: DeskAtWork) -> Ticket:
    ticket = desk.taken()
    escalate_ticket(actor=desk.cast.ada, ticket_id=ticket.pk, reason="Smoke")
    begin_afresh()
    return ticket


def test_a_new_request_is_written_of_to_all_who_are_responsible(desk: DeskAtWork) -> None:
    ticket = desk.opened("Printer", "<p>It jams.</p><p>Often.</p>")
    letters = told()
    assert names(letters) == ["ada", "cora", "vi"]
    [letter] = [one for one in letters if one.person_id == desk.cast.ada.person_id]
    assert letter.recipient == EmailAddress.objects.get(person=desk.cast.ada.person_id).address
    message = opened_as_bytes(letter)
    assert message["Subject"] == f"[{ticket.number}] New request from Cy Customer: Printer"
    assert message["Auto-Submitted"] == "auto-generated"
    text = plain(letter)
    assert "It jams.\n\nOften." in text
    assert f"/tickets/{ticket.number}/" in text
    assert told() == letters


def test_the_letter_is_readable_as_html_and_shows_no_tag_of_a_customers(desk: DeskAtWork) -> None:
    desk.opened("<b>Bold</b>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>")
    part = opened_as_bytes(told()[0]).get_body(("html",))
    assert part is not None
    html = part.get_content()
    assert "<script" not in html
    assert "<b>" not in html
    assert "&lt;script&gt;" in html
    assert '<a href="http' in html


def test_it_speaks_the_language_of_who_reads_it(desk: DeskAtWork) -> None:
    Person.objects.filter(pk=desk.cast.ada.person_id).update(language="ru")
    desk.opened()
    [letter] = [one for one in told() if one.person_id == desk.cast.ada.person_id]
    assert "Новая заявка" in letter.subject or "Новое обращение" in letter.subject
    assert "Больше" in plain(letter)


def test_nobody_is_written_to_of_what_they_did_or_may_not_see(desk: DeskAtWork) -> None:
    ticket = desk.opened(actor=desk.cast.vi, requester_id=desk.cast.cy.person_id)
    assert names(told()) == ["ada", "cora"]
    begin_afresh()
    assign_ticket(actor=desk.cast.vi, ticket_id=ticket.pk, assignee_id=desk.cast.ada.person_id)
    [letter] = told()
    assert names([letter]) == ["ada"]
    assert "gave you a ticket" in letter.subject


def test_customers_have_no_letters_of_these(desk: DeskAtWork) -> None:
    ticket = desk.taken()
    begin_afresh()
    reply_to_customer(actor=desk.cast.ada, ticket_id=ticket.pk, words=SAID)
    assert told() == []


def test_without_a_server_nothing_waits_for_one(desk: DeskAtWork) -> None:
    Sender.objects.update(is_active=False)
    desk.opened()
    assert told() == []
    Sender.objects.update(is_active=True)
    assert told() == []
    assert not Notice.objects.exists()


def test_what_was_looked_at_in_the_pages_does_not_come(desk: DeskAtWork) -> None:
    ticket = desk.opened()
    while tell_waiting_news():
        pass
    mark_ticket_read(actor=desk.cast.ada, number=ticket.number)
    mark_read(actor=desk.cast.vi)
    assert names(told()) == ["cora"]


def test_muted_in_the_pages_is_not_muted_by_letter_and_the_other_way(desk: DeskAtWork) -> None:
    ada = account_of(desk.cast.ada)
    Account.objects.filter(pk=ada.pk).update(muted_kinds=["new_ticket"])
    choose(desk.cast.vi, kinds=["assigned"])
    desk.opened()
    assert names(told()) == ["ada", "cora"]
    rows = Notification.objects.filter(kind="new_ticket")
    shown = {row.account_id for row in rows}
    assert shown == {desk.cast.vi.account_id, desk.cast.cora.account_id}


def test_each_message_of_a_customer_in_an_escalated_ticket_is_written_of(desk: DeskAtWork) -> None:
    ticket = escalated(desk)
    for _ in range(2):
        reply_to_desk(actor=desk.cast.cy, ticket_id=ticket.pk, words=SAID)
        told()
    letters = told()
    assert names(letters) == sorted(["ada", "cora", "root", "vi"] * 2)
    assert "It still jams & smokes." in plain(letters[0])


def test_in_any_other_ticket_only_to_those_who_chose_it(desk: DeskAtWork) -> None:
    ticket = desk.taken()
    begin_afresh()
    reply_to_desk(actor=desk.cast.cy, ticket_id=ticket.pk, words=SAID)
    assert told() == []
    choose(desk.cast.ada, kinds=["message", "urgent"])
    reply_to_desk(actor=desk.cast.cy, ticket_id=ticket.pk, words=SAID)
    assert names(told()) == ["ada"]


def test_an_escalation_that_ended_is_urgent_no_more(desk: DeskAtWork) -> None:
    ticket = escalated(desk)
    choose(desk.cast.ada, rhythm="hourly")
    reply_to_desk(actor=desk.cast.cy, ticket_id=ticket.pk, words=SAID)
    assert names(told()) == ["cora", "root", "vi"]
    Ticket.objects.filter(pk=ticket.pk).update(escalated_at=None, escalated_by=None)
    with clock.moved_to(MORNING + HOUR):
        assert names(told()) == ["cora", "root", "vi"]
    assert not Notice.objects.filter(put_at=None).exists()


def test_a_note_is_written_of_only_to_those_who_chose_it_and_never_to_customers(
    desk: DeskAtWork,
) -> None:
    ticket = desk.taken()
    begin_afresh()
    choose(desk.cast.ada, kinds=["note"])
    write_internal_note(actor=desk.cast.vi, ticket_id=ticket.pk, words=SAID)
    [letter] = told()
    assert names([letter]) == ["ada"]
    assert "It still jams & smokes." in plain(letter)


def test_who_asks_is_named_and_not_who_registered_it(desk: DeskAtWork, client: Client) -> None:
    cy = desk.cast.cy.person_id
    desk.opened(actor=desk.cast.ada, requester_id=cy)
    letters = told()
    assert names(letters) == ["cora", "vi"]
    assert "New request from Cy Customer" in opened_as_bytes(letters[0])["Subject"]
    sign_in(client, desk.cast.vi)
    assert "New request from Cy Customer" in client.get("/notifications/").text


def test_a_right_that_was_taken_away_takes_waiting_letters_along(desk: DeskAtWork) -> None:
    for actor in (desk.cast.ada, desk.cast.vi, desk.cast.cora):
        choose(actor, rhythm="hourly")
    desk.opened()
    told()
    Membership.objects.filter(person=desk.cast.ada.person_id).delete()
    Account.objects.filter(pk=desk.cast.vi.account_id).update(is_active=False)
    with clock.moved_to(MORNING + HOUR):
        assert names(told()) == ["cora"]
    assert not Notice.objects.filter(put_at=None).exists()


def test_a_right_that_is_taken_away_takes_letters_of_the_outbox_along(desk: DeskAtWork) -> None:
    desk.opened("Secret")
    assert names(told()) == ["ada", "cora", "vi"]
    root, ada = desk.cast.root, desk.cast.ada.person_id
    set_role(actor=root, person_id=ada, department_id=desk.cast.it.pk, role=None)
    block_account(actor=root, account_id=desk.cast.vi.account_id)
    assert names(told()) == ["cora"]
    assert not Notice.objects.filter(put_at=None).exists()


def test_what_may_have_left_stays_and_the_rest_is_written_anew(desk: DeskAtWork) -> None:
    ada = desk.cast.ada.person_id
    ticket = desk.opened()
    told()
    Outgoing.objects.filter(kind="notice").update(state="uncertain")
    with clock.moved_to(MORNING + timedelta(minutes=1)):
        assign_ticket(actor=desk.cast.vi, ticket_id=ticket.pk, assignee_id=ada)
        before = [one for one in told() if one.state == "waiting"]
        assert names(before) == ["ada"]
        root, hr = desk.cast.root, desk.cast.hr.pk
        set_role(actor=root, person_id=ada, department_id=hr, role=Role.AGENT)
        after = [one for one in told() if one.person_id == ada]
    assert [one.state for one in after] == ["uncertain", "waiting"]
    assert after[1].subject == before[0].subject
    assert after[1].pk != before[0].pk


def test_what_was_given_to_another_meanwhile_is_not_told(desk: DeskAtWork) -> None:
    choose(desk.cast.ada, rhythm="hourly")
    ticket = desk.opened()
    begin_afresh()
    for name in ("ada", "cora"):
        person = desk.cast.everyone[name].person_id
        assign_ticket(actor=desk.cast.vi, ticket_id=ticket.pk, assignee_id=person)
        told()
    with clock.moved_to(MORNING + HOUR):
        assert names(told()) == ["cora"]


def test_an_hours_news_come_as_one_letter(desk: DeskAtWork) -> None:
    choose(desk.cast.ada, rhythm="hourly")
    choose(desk.cast.vi, kinds=[])
    choose(desk.cast.cora, kinds=[])
    first, second = desk.opened("Printer"), desk.opened("Screen")
    transfer_ticket(
        actor=desk.cast.cora, ticket_id=second.pk, department_id=desk.cast.hr.pk, note=SAID
    )
    transfer_ticket(
        actor=desk.cast.root, ticket_id=second.pk, department_id=desk.cast.it.pk, note=SAID
    )
    own = {"person": desk.cast.ada.person_id}
    told()
    with clock.moved_to(MORNING.replace(minute=59)):
        told()
    assert not Outgoing.objects.filter(kind="notice", **own).exists()
    with clock.moved_to(MORNING.replace(hour=10, minute=0)):
        told()
    [letter] = Outgoing.objects.filter(kind="notice", **own)
    text = plain(letter)
    assert "pieces of news" in letter.subject
    assert text.count(f"{first.number}  Printer") == 1
    assert text.count(f"{second.number}  Screen") == 1
    assert "passed a ticket to your department" in text


@pytest.mark.parametrize(
    ("changes", "due"),
    [
        ({}, "18 09:20"),
        ({"rhythm": "hourly"}, "18 10:00"),
        ({"rhythm": "daily", "daily_hour": 8}, "19 06:00"),  # 8 in Sofia
        ({"rhythm": "daily", "daily_hour": 12}, "18 10:00"),
        ({"quiet_from": 20, "quiet_until": 7}, "18 09:20"),
        ({"quiet_from": 11, "quiet_until": 13}, "18 11:00"),
        ({"quiet_from": 22, "quiet_until": 12}, "18 10:00"),
        ({"rhythm": "hourly", "quiet_from": 12, "quiet_until": 14}, "18 12:00"),
        ({"is_quiet_on_weekends": True}, "18 09:20"),
    ],
)
def test_letters_come_when_their_reader_wants_them(
    desk: DeskAtWork, changes: dict[str, Any], due: str
) -> None:
    Person.objects.filter(pk=desk.cast.ada.person_id).update(time_zone="Europe/Sofia")
    choose(desk.cast.ada, **changes)
    desk.opened()
    while tell_waiting_news():
        pass
    [notice] = Notice.objects.filter(account=desk.cast.ada.account_id)
    assert f"{notice.due_at:%d %H:%M}" == due


@pytest.mark.parametrize(
    ("zone", "now", "changes", "due"),
    [
        ("Asia/Kathmandu", "2026-11-18 10:09", {"rhythm": "hourly"}, "18 10:15"),
        # one in the morning comes twice
        ("America/New_York", "2026-11-01 05:09", {"rhythm": "hourly"}, "01 06:00"),
        ("America/New_York", "2026-11-01 06:09", {"rhythm": "hourly"}, "01 07:00"),
        # from a quarter to four it is a quarter to three again, and three comes twice
        ("Pacific/Chatham", "2026-04-04 14:06", {"quiet_from": 6, "quiet_until": 3}, "04 14:15"),
        # after three it is four
        (
            "Europe/Sofia",
            "2026-03-29 00:25",
            {"rhythm": "hourly", "quiet_from": 4, "quiet_until": 6},
            "29 03:00",
        ),
        ("Europe/Sofia", "2026-03-28 22:04", {"rhythm": "daily", "daily_hour": 3}, "29 01:00"),
    ],
)
def test_letters_come_on_time_when_clocks_are_changed(
    zone: str, now: str, changes: dict[str, Any], due: str
) -> None:
    choice = LetterChoice(kinds=[], **changes)
    found = next_due(choice, zone, datetime.fromisoformat(now).replace(tzinfo=UTC))
    assert f"{found.astimezone(UTC):%d %H:%M}" == due


def test_a_weekend_is_quiet_to_its_last_minute(desk: DeskAtWork) -> None:
    choose(desk.cast.ada, is_quiet_on_weekends=True, quiet_from=20, quiet_until=7)
    saturday = datetime(2026, 11, 21, 0, 0, tzinfo=UTC)
    for moment in (saturday - timedelta(minutes=1), saturday, saturday + timedelta(hours=47)):
        with clock.moved_to(moment):
            desk.opened()
            while tell_waiting_news():
                pass
    due = Notice.objects.filter(account=desk.cast.ada.account_id).values_list("due_at", flat=True)
    assert {f"{one:%a %H:%M}" for one in due} == {"Mon 07:00"}


def test_a_new_choice_holds_for_what_waits_already(desk: DeskAtWork) -> None:
    choose(desk.cast.ada, rhythm="daily")
    desk.opened()
    assert names(told()) == ["cora", "vi"]
    choose(desk.cast.ada, rhythm="at_once")
    assert names(told()) == ["ada", "cora", "vi"]


def test_a_flood_comes_as_so_many_letters_an_hour_and_one_more(desk: DeskAtWork) -> None:
    for minute in range(MOST_AN_HOUR + 5):
        with clock.moved_to(MORNING + timedelta(seconds=minute)):
            desk.opened()
            told()
    own = Outgoing.objects.filter(kind="notice", person=desk.cast.ada.person_id)
    assert own.count() == MOST_AN_HOUR
    with clock.moved_to(MORNING + HOUR + timedelta(minutes=2)):
        told()
    assert own.count() == MOST_AN_HOUR + 1
    last = own.order_by("-pk")[0]
    assert last.subject == "5 pieces of news"


def test_letters_of_a_mailbox_come_together(desk: DeskAtWork) -> None:
    mailbox = make_mailbox(department=desk.cast.it, name="Support")
    choose(desk.cast.root, kinds=["silent"])
    for minute in (0, 5, 10):
        with clock.moved_to(MORNING + timedelta(minutes=minute)):
            now = clock.now()
            Notice.objects.create(
                account=account_of(desk.cast.root),
                mailbox=mailbox,
                kind="silent",
                cause=f"silent:{mailbox.pk}:{minute}:s",
                created_at=now,
                due_at=now,
            )
            letters = told()
            assert len(letters) == 1
    with clock.moved_to(MORNING + HOUR + timedelta(minutes=11)):
        letters = told()
    assert [one.subject for one in letters] == [
        "A mailbox is silent: Support",
        "2 pieces of news",
    ]


def test_a_letter_of_news_that_fails_is_told_in_the_pages_only(desk: DeskAtWork) -> None:
    desk.opened()
    letter = told()[0]
    letter.state = Outgoing.State.BOUNCED
    tell_of_trouble(letter)
    before = Outgoing.objects.count()
    told()
    assert Outgoing.objects.count() == before
    assert Notification.objects.filter(kind="unsent").exists()


def test_any_other_letter_that_fails_is_written_of(desk: DeskAtWork) -> None:
    ticket = desk.taken()
    reply_to_customer(actor=desk.cast.ada, ticket_id=ticket.pk, words=SAID)
    begin_letters = Outgoing.objects.get(kind="reply")
    told()
    Outgoing.objects.filter(kind="notice").delete()
    begin_letters.state = Outgoing.State.BOUNCED
    tell_of_trouble(begin_letters)
    assert names(told()) == ["ada"]


def test_what_fails_for_one_holds_up_no_other(
    desk: DeskAtWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = putting.put_notice

    def refuse(*, person: Person, **more: Any) -> Outgoing | None:
        if person.pk == desk.cast.ada.person_id:
            raise RuntimeError("no paper")
        return put(person=person, **more)

    with monkeypatch.context() as patched:
        patched.setattr(writing, "put_notice", refuse)
        desk.opened()
        assert names(told()) == ["cora", "vi"]
    with clock.moved_to(MORNING + timedelta(minutes=6)):
        assert names(told()) == ["ada", "cora", "vi"]


def test_notices_are_forgotten_after_a_week(desk: DeskAtWork) -> None:
    choose(desk.cast.ada, rhythm="daily")
    desk.opened()
    told()
    with clock.moved_to(MORNING + timedelta(days=8)):
        assert forget_old_notices() == 2
    [waiting] = Notice.objects.all()
    assert waiting.account_id == desk.cast.ada.account_id


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_write_each_letter_once() -> None:
    desk = make_desk_at_work()
    for _ in range(6):
        desk.opened()
    while tell_waiting_news():
        pass
    due = Notice.objects.count()
    workers = [Thread(target=write_all) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert Notice.objects.filter(put_at__isnull=False).count() == due
    people = Outgoing.objects.filter(kind="notice").values_list("person", flat=True)
    assert sorted(set(people)) == sorted(people)


def write_all() -> None:
    try:
        with clock.moved_to(MORNING):
            while write_due_letters():
                pass
    finally:
        connection.close()


def stop_link(letter: Outgoing) -> str:
    message = opened_as_bytes(letter)
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = str(message["List-Unsubscribe"]).strip("<>")
    assert link in plain(letter).replace("=\n", "")
    return "/" + link.split("/", 3)[3]


def test_a_press_in_a_mail_program_ends_the_news(client: Client, desk: DeskAtWork) -> None:
    desk.opened()
    [letter] = [one for one in told() if one.person_id == desk.cast.ada.person_id]
    link = stop_link(letter)
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(link, {"deed": "stop"}).status_code == 403
    for _ in range(2):
        answer = strict.post(link, {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
    assert Unwanted.objects.get().address == letter.recipient
    begin_afresh()
    desk.opened()
    assert names(told()) == ["cora", "vi"]


def test_opening_the_link_does_nothing_and_a_press_on_its_page_can_be_taken_back(
    client: Client, desk: DeskAtWork
) -> None:
    desk.opened()
    letter = told()[0]
    link = stop_link(letter)
    assert letter.recipient in client.get(link).text
    assert not Unwanted.objects.exists()
    assert client.post(link, {"deed": "stop"}).status_code == 302
    assert Unwanted.objects.get().address == letter.recipient
    assert "No more news will be sent" in client.get(link).text
    client.post(link, {"deed": "again"})
    assert not Unwanted.objects.exists()
    assert client.post(link, {"deed": "nonsense"}).status_code == 422


@pytest.mark.parametrize("change", [lambda word: word[:-1], lambda word: "a" + word[1:], str.upper])
def test_a_link_of_other_words_is_none(client: Client, desk: DeskAtWork, change: Any) -> None:
    desk.opened()
    word = stop_link(told()[0]).split("/")[2]
    expected = 200 if change is str.upper else 404
    assert client.get(f"/stop/{change(word)}/").status_code == expected


def test_who_wants_no_news_gets_replies_and_no_receipts(desk: DeskAtWork) -> None:
    choose(desk.cast.cy, is_wanted=False)
    ticket = desk.taken()
    reply_to_customer(actor=desk.cast.ada, ticket_id=ticket.pk, words=SAID)
    own = Outgoing.objects.filter(person=desk.cast.cy.person_id)
    assert list(own.values_list("kind", flat=True)) == ["reply"]
    choose(desk.cast.cy, is_wanted=True)
    desk.opened()
    assert own.filter(kind="receipt").count() == 1


def test_receipts_carry_the_way_out_and_replies_do_not(desk: DeskAtWork) -> None:
    ticket = desk.taken()
    reply_to_customer(actor=desk.cast.ada, ticket_id=ticket.pk, words=SAID)
    receipt = opened_as_bytes(Outgoing.objects.get(kind="receipt"))
    reply = opened_as_bytes(Outgoing.objects.get(kind="reply"))
    assert "/stop/" in receipt["List-Unsubscribe"]
    assert "List-Unsubscribe" not in reply


def test_one_chooses_on_ones_own_page(client: Client, desk: DeskAtWork) -> None:
    sign_in(client, desk.cast.ada)
    page = client.get("/me/").text
    assert "New message in an escalated ticket" in page
    assert "A silent mailbox" not in page
    fields = {
        "is_wanted": "on",
        "kinds": ["message", "urgent"],
        "rhythm": "daily",
        "daily_hour": "7",
        "quiet_from": "20",
        "quiet_until": "6",
        "is_quiet_on_weekends": "on",
    }
    assert client.post("/me/letters/", fields).status_code == 302
    choice = LetterChoice.objects.get()
    assert choice.kinds == [
        "message",
        "urgent",
        "silent",
    ]  # the last is not offered to her, and kept
    assert (choice.rhythm, choice.daily_hour) == ("daily", 7)
    assert (choice.quiet_from, choice.quiet_until, choice.is_quiet_on_weekends) == (20, 6, True)
    refused = client.post("/me/letters/", {**fields, "quiet_until": ""})
    assert refused.status_code == 422
    assert "or neither" in refused.text
    assert LetterChoice.objects.get().quiet_until == 6


@pytest.mark.parametrize(
    "wrong",
    [
        {"kinds": ["silent"]},
        {"kinds": ["<b>"]},
        {"rhythm": "never"},
        {"daily_hour": "24"},
        {"quiet_from": "5", "quiet_until": "5"},
        {"quiet_from": "-1", "quiet_until": "5"},
    ],
)
def test_what_is_not_offered_is_refused(
    client: Client, desk: DeskAtWork, wrong: dict[str, Any]
) -> None:
    sign_in(client, desk.cast.ada)
    fields = {"is_wanted": "on", "rhythm": "at_once", "daily_hour": "8", **wrong}
    assert client.post("/me/letters/", fields).status_code == 422
    assert not LetterChoice.objects.exists()


def test_customers_choose_only_whether_there_are_any(client: Client, desk: DeskAtWork) -> None:
    sign_in(client, desk.cast.cy)
    page = client.get("/me/letters/").text
    assert "Answers to your requests come in any case" in page
    assert "rhythm" not in page
    assert client.post("/me/letters/", {}).status_code == 302
    assert Unwanted.objects.count() == 1
    assert not LetterChoice.objects.exists()


def test_programs_read_and_change_it(desk: DeskAtWork) -> None:
    program = Program(desk.cast.ada)
    before = program.get("/notifications/letters")
    assert before.json()["rhythm"] == "at_once"
    assert "urgent" in before.json()["kinds"]
    tag = {"If-Match": before.headers["ETag"]}
    after = program.patch("/notifications/letters", {"rhythm": "hourly"}, tag)
    assert (after.status_code, after.json()["rhythm"]) == (200, "hourly")
    assert program.patch("/notifications/letters", {"rhythm": "daily"}, tag).status_code == 412
    wrong = program.patch("/notifications/letters", {"kinds": ["silent"]})
    assert wrong.status_code == 422
    assert program.patch("/notifications/letters", {"quiet_from": 5}).status_code == 422
