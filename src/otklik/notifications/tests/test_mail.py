"""What mail tells: of letters in quarantine, of those that did not leave, of silent mailboxes."""

import re
from collections import Counter
from datetime import datetime, timedelta
from threading import Thread

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from otklik.core import clock
from otklik.core.events import publish
from otklik.mail.actions.fetching import At, note_contact, tell_of_silent_mailboxes
from otklik.mail.actions.outbox.handing import tell_of_late_letters, tell_of_trouble
from otklik.mail.actions.outbox.putting import put_desk_letter
from otklik.mail.events import LetterQuarantined
from otklik.mail.models import Mailbox, Outgoing, Sender
from otklik.mail.tests.factories import make_mailbox, make_sender
from otklik.mail.tests.post import SERVER, Post
from otklik.notifications import selectors
from otklik.notifications.actions import STILL_COMING, mark_read, tell_waiting_news, telling
from otklik.notifications.models import News, Notification
from otklik.notifications.selectors.told import FRESH
from otklik.people.models import Actor, Membership, Role
from otklik.people.tests.factories import account_of, make_desk, sign_in
from otklik.people.tests.program import Program
from otklik.tickets.actions import Words, assign_ticket, reply_to_customer
from otklik.tickets.tests.desk import DeskAtWork, make_desk_at_work

pytestmark = pytest.mark.django_db

NOBODY = b"Subject: Help me %d\r\n\r\nIt jams.\r\n"
MANY = 12
EVERYBODY = ["cy", "ada", "sam", "cora", "vi", "root"]
HEADS = {"cora", "vi", "root"}


@pytest.fixture
def mailbox(desk: DeskAtWork) -> Mailbox:
    return make_mailbox(department=desk.cast.it, name="Support")


@pytest.fixture
def sender(db: None) -> Sender:
    return make_sender()


@pytest.fixture
def post(desk: DeskAtWork) -> Post:
    """Open a mailbox of IT whose server proves senders."""
    make_desk()
    return Post(make_mailbox(department=desk.cast.it, authserv_id=SERVER))


def waits(mailbox: Mailbox, letter: int = 1) -> None:
    """Say that a letter waits for somebody to look at it."""
    publish(
        LetterQuarantined(
            letter_id=letter,
            mailbox_id=mailbox.pk,
            department_id=mailbox.department_id,
            reason="no-sender",
        )
    )


def silent_since(mailbox: Mailbox, moment: datetime) -> None:
    Mailbox.objects.filter(pk=mailbox.pk).update(
        kind="imap", host="h", port=1, created_at=moment, last_contact_at=moment
    )
    tell_of_silent_mailboxes()


def heard(desk: DeskAtWork) -> Counter[str]:
    """Tell who has what to read, by name and kind, and how often it came."""
    while tell_waiting_news():
        pass
    names = {actor.account_id: name for name, actor in desk.cast.everyone.items()}
    rows = Notification.objects.filter(read_at__isnull=True).exclude(kind="message")
    found = Counter[str]()
    for row in rows:
        found[f"{names[row.account_id]}:{row.kind}"] += row.times
    return found


def only(desk: DeskAtWork, actor: Actor) -> Notification:
    heard(desk)
    return Notification.objects.get(account=actor.account_id, read_at__isnull=True)


def replied(desk: DeskAtWork, actor: Actor | None = None) -> Outgoing:
    """Have a reply wait in the outbox, all earlier news told."""
    actor = actor or desk.cast.ada
    ticket = desk.taken(actor)
    reply_to_customer(actor=actor, ticket_id=ticket.pk, words=Words(body="Yes."))
    heard(desk)
    Notification.objects.all().delete()
    return Outgoing.objects.get(ticket=ticket, kind="reply")


def came_to(letter: Outgoing, state: str) -> None:
    """Say what became of a letter as whoever sends it does."""
    letter.state, letter.changed_at = state, clock.now()
    letter.save()
    tell_of_trouble(letter)


def test_a_letter_in_quarantine_is_told_to_the_heads_and_to_administrators(
    desk: DeskAtWork, post: Post
) -> None:
    post.delivered(NOBODY % 1)
    assert heard(desk) == {f"{name}:quarantined": 1 for name in HEADS}


def test_heads_of_another_department_hear_nothing_of_it(desk: DeskAtWork) -> None:
    Membership.objects.filter(person=desk.cast.sam.person_id).update(role=Role.SUPERVISOR)
    waits(make_mailbox(department=desk.cast.it))
    assert not heard(desk)["sam:quarantined"]
    waits(make_mailbox(department=desk.cast.hr), 2)
    assert heard(desk)["sam:quarantined"] == 1


def test_letters_of_a_mailbox_are_one_thing_that_counts_and_mailboxes_stand_apart(
    desk: DeskAtWork, mailbox: Mailbox, client: Client
) -> None:
    other = make_mailbox(department=desk.cast.it, name="Sales")
    for letter in (1, 2):
        waits(mailbox, letter)
    heard(desk)
    waits(mailbox, 3)
    waits(other, 4)
    assert heard(desk)["vi:quarantined"] == 4
    assert selectors.standing(desk.cast.vi).unread == 2
    sign_in(client, desk.cast.vi)
    page = client.get("/notifications/").text
    rows = [row for row in page.split('<a class="request"')[1:] if "A letter waits" in row]
    assert [("3×" in row, "Support" in row, "Sales" in row) for row in rows] == [
        (False, False, True),
        (True, True, False),
    ]


def test_more_of_the_same_only_counts_for_a_while_and_then_comes_up_anew(
    desk: DeskAtWork, mailbox: Mailbox, client: Client
) -> None:
    vi = desk.cast.vi
    waits(mailbox, 1)
    first = only(desk, vi)
    waits(mailbox, 2)
    assert (only(desk, vi).pk, only(desk, vi).times) == (first.pk, 2)
    later = clock.now() + STILL_COMING + timedelta(seconds=1)
    with clock.moved_to(later):
        waits(mailbox, 3)
        again = only(desk, vi)
    assert again.pk > first.pk
    assert (again.times, again.created_at) == (3, later)
    sign_in(client, vi)
    toast = client.get("/notifications/fresh/", {"after": first.pk}).text
    assert f'id="told-{again.pk}"' in toast
    assert "3×" in toast
    assert 'href="/mail/quarantine/"' in toast


def test_what_was_read_stays_read_and_the_next_letter_is_news(
    desk: DeskAtWork, mailbox: Mailbox
) -> None:
    waits(mailbox, 1)
    first = only(desk, desk.cast.vi)
    mark_read(actor=desk.cast.vi)
    waits(mailbox, 2)
    assert only(desk, desk.cast.vi).times == 1
    first.refresh_from_db()
    assert first.times == 1


def test_news_of_a_letter_put_twice_are_told_once(desk: DeskAtWork, mailbox: Mailbox) -> None:
    waits(mailbox, 1)
    first = only(desk, desk.cast.vi)
    waits(mailbox, 1)
    assert only(desk, desk.cast.vi).times == 1
    mark_read(actor=desk.cast.vi)
    waits(mailbox, 1)
    assert heard(desk)["vi:quarantined"] == 0
    assert Notification.objects.filter(account=first.account_id).count() == 1


@pytest.mark.parametrize("kind", ["quarantined", "silent", "unsent"])
def test_what_is_muted_is_not_told(
    desk: DeskAtWork, mailbox: Mailbox, sender: Sender, kind: str
) -> None:
    account = account_of(desk.cast.root)
    account.muted_kinds = [kind]
    account.save()
    waits(mailbox)
    silent_since(mailbox, clock.now() - timedelta(hours=2))
    late_letter_of_the_desk()
    told = heard(desk)
    kinds = {"quarantined", "silent", "unsent"} - {kind}
    assert {name for name in told if name.startswith("root")} == {f"root:{one}" for one in kinds}


def late_letter_of_the_desk(cause: str = "x") -> Outgoing:
    letter = put_desk_letter(cause=cause, to="cy@a.example", subject="S", text="T")
    assert letter is not None
    wait_too_long()
    return letter


def wait_too_long() -> None:
    Outgoing.objects.update(created_at=clock.now() - timedelta(minutes=6))
    assert tell_of_late_letters()


def test_a_silent_mailbox_is_told_to_administrators_once_for_each_silence(
    desk: DeskAtWork, mailbox: Mailbox
) -> None:
    long_ago = clock.now() - timedelta(hours=3)
    silent_since(mailbox, long_ago)
    assert heard(desk) == {"root:silent": 1}
    tell_of_silent_mailboxes()
    assert heard(desk) == {"root:silent": 1}
    note_contact(mailbox=At.of(mailbox), waiting=0)
    silent_since(mailbox, long_ago + timedelta(minutes=1))
    assert heard(desk) == {"root:silent": 2}


def test_a_reply_that_does_not_leave_in_time_is_told_to_its_author_by_its_ticket(
    desk: DeskAtWork, sender: Sender, client: Client
) -> None:
    letter = replied(desk)
    wait_too_long()
    assert heard(desk)["ada:unsent"] == 1
    assert letter.ticket is not None
    [told] = selectors.latest(desk.cast.ada)
    assert (told.words, told.number) == ("A reply has not left yet", letter.ticket.number)
    assert told.url == f"/tickets/{letter.ticket.number}/"
    sign_in(client, desk.cast.ada)
    assert "It has not left within its time" in client.get(told.url).text
    assert selectors.standing(desk.cast.ada).unread == 0


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("waiting", "A reply has not left yet"),
        ("bounced", "A reply was refused by the mail server"),
        ("failed", "A reply was refused by the mail server"),
        ("uncertain", "A reply may not have arrived"),
    ],
)
def test_the_author_reads_what_became_of_it_and_nobody_else_is_told(
    desk: DeskAtWork, sender: Sender, state: str, words: str
) -> None:
    came_to(replied(desk), state)
    assert heard(desk) == {"ada:unsent": 1}
    assert [told.words for told in selectors.latest(desk.cast.ada)] == [words]


def test_a_reply_sent_again_by_hand_and_refused_again_is_told_again(
    desk: DeskAtWork, sender: Sender
) -> None:
    letter = replied(desk)
    came_to(letter, "bounced")
    tell_of_trouble(letter)
    assert heard(desk) == {"ada:unsent": 1}
    with clock.moved_to(clock.now() - timedelta(minutes=1)):
        came_to(letter, "bounced")
    assert heard(desk) == {"ada:unsent": 2}


def test_whoever_works_on_it_now_hears_where_the_author_may_not_see_it_any_more(
    desk: DeskAtWork, sender: Sender
) -> None:
    letter = replied(desk)
    vi = desk.cast.vi
    assign_ticket(actor=desk.cast.root, ticket_id=letter.ticket_id or 0, assignee_id=vi.person_id)
    heard(desk)
    Notification.objects.all().delete()
    came_to(letter, "bounced")
    assert heard(desk) == {"vi:unsent": 1}


def test_letters_that_no_colleague_wrote_are_told_to_administrators_with_their_sender(
    desk: DeskAtWork, sender: Sender
) -> None:
    receipt = Outgoing.objects.create(
        kind="receipt",
        cause="opened:1",
        recipient="cy@a.example",
        ticket=desk.opened(),
        sender=sender,
        header_id="<1@acme.example>",
        next_at=clock.now(),
        created_at=clock.now(),
        changed_at=clock.now(),
    )
    heard(desk)
    Notification.objects.all().delete()
    came_to(receipt, "bounced")
    late_letter_of_the_desk()
    assert heard(desk)["root:unsent"] >= 2
    assert {name for name in heard(desk) if "unsent" in name} == {"root:unsent"}
    [told] = selectors.latest(desk.cast.root)
    assert (told.words, told.subject) == ("A letter did not leave", sender.address)
    assert told.url == "/mail/outbox/"


@pytest.mark.parametrize("name", EVERYBODY)
def test_everybody_counts_and_sees_what_they_look_after(
    desk: DeskAtWork, mailbox: Mailbox, sender: Sender, name: str
) -> None:
    """Rows of all sorts are written for everybody: what is shown is what the rights let through."""
    actor = desk.cast.everyone[name]
    elsewhere = make_mailbox(department=desk.cast.hr)
    for kind, thing in (
        ("quarantined", {"mailbox": mailbox}),
        ("quarantined", {"mailbox": elsewhere}),
        ("silent", {"mailbox": mailbox}),
        ("unsent", {"sender": sender}),
    ):
        Notification.objects.create(
            account=account_of(actor),
            kind=kind,
            cause=f"{kind}:{thing}",
            created_at=clock.now(),
            **thing,
        )
    seen = {"cy": 0, "ada": 0, "sam": 0, "cora": 1, "vi": 1, "root": 4}[name]
    assert selectors.standing(actor).unread == seen
    assert len(selectors.latest(actor)) == seen
    assert len(selectors.fresh(actor, 0, 2**62)) == min(seen, FRESH)
    assert len(Program(actor).get("/notifications").json()["items"]) == seen


def test_news_go_with_the_right_to_see_what_they_are_of(desk: DeskAtWork, mailbox: Mailbox) -> None:
    waits(mailbox)
    assert heard(desk)["vi:quarantined"] == 1
    assert len(selectors.latest(desk.cast.vi)) == 1
    Mailbox.objects.filter(pk=mailbox.pk).update(department=desk.cast.hr)
    assert selectors.latest(desk.cast.vi) == []
    assert selectors.standing(desk.cast.vi).unread == 0
    assert selectors.standing(desk.cast.root).unread == 1


@pytest.fixture
def all_of_mail(desk: DeskAtWork, mailbox: Mailbox, sender: Sender) -> tuple[Actor, Mailbox]:
    """Tell Root of all that mail tells, and the heads of a letter in quarantine."""
    waits(mailbox)
    silent_since(mailbox, clock.now() - timedelta(hours=2))
    late_letter_of_the_desk()
    heard(desk)
    return desk.cast.root, mailbox


@pytest.mark.parametrize(
    ("address", "read"),
    [
        ("/mail/quarantine/", {"quarantined"}),
        ("/mail/outbox/", {"unsent"}),
        ("/setup/mailboxes/", {"silent"}),
        ("/setup/mailboxes/{mailbox}/", {"silent"}),
        ("/setup/mailboxes/{other}/", set()),
        ("/setup/mailboxes/0/", set()),
        (f"/setup/mailboxes/{2**63}/", set()),
        ("/mail/", set()),
    ],
)
def test_looking_where_it_is_seen_is_reading_it(
    all_of_mail: tuple[Actor, Mailbox], client: Client, address: str, read: set[str]
) -> None:
    root, mailbox = all_of_mail
    other = make_mailbox(department=mailbox.department)
    sign_in(client, root)
    page = client.get(address.format(mailbox=mailbox.pk, other=other.pk)).text
    rows = Notification.objects.filter(account=root.account_id, read_at__isnull=False)
    assert set(rows.values_list("kind", flat=True)) == read
    assert f'data-unread="{3 - len(read)}"' in page
    others = Notification.objects.exclude(account=root.account_id).filter(read_at__isnull=True)
    assert others.count() == 2


def test_looking_at_a_mailbox_reads_the_news_of_that_one_alone(
    desk: DeskAtWork, mailbox: Mailbox, client: Client
) -> None:
    other = make_mailbox(department=desk.cast.it)
    for one in (mailbox, other):
        silent_since(one, clock.now() - timedelta(hours=2))
    heard(desk)
    sign_in(client, desk.cast.root)
    client.get(f"/setup/mailboxes/{mailbox.pk}/")
    rows = Notification.objects.filter(read_at__isnull=True)
    assert [row.mailbox_id for row in rows] == [other.pk]


def test_the_standing_with_a_place_costs_one_statement(desk: DeskAtWork) -> None:
    place = selectors.Place("quarantined")
    for actor in desk.cast.everyone.values():
        with CaptureQueriesContext(connection) as asked:
            selectors.standing(actor, "", place)
        assert len(asked) == 1


def test_many_news_of_mail_cost_as_many_statements_as_one(
    desk: DeskAtWork, mailbox: Mailbox
) -> None:
    waits(mailbox, 1)
    with CaptureQueriesContext(connection) as one:
        assert tell_waiting_news() == 1
    for letter in range(MANY):
        waits(mailbox, 2 + letter)
    with CaptureQueriesContext(connection) as many:
        assert tell_waiting_news() == MANY
    assert len(many) == len(one)


@pytest.mark.parametrize(
    ("name", "offered"),
    [
        ("cy", {"message", "status"}),
        ("ada", set(Notification.Kind) - {"quarantined", "silent"}),
        ("vi", set(Notification.Kind) - {"silent"}),
        ("root", set(Notification.Kind)),
    ],
)
def test_ones_own_page_offers_what_one_may_hear_of(
    desk: DeskAtWork, client: Client, name: str, offered: set[str]
) -> None:
    actor = desk.cast.everyone[name]
    account = account_of(actor)
    account.muted_kinds = ["message", "of_another_day"]
    account.save()
    sign_in(client, actor)
    page = client.get("/me/").text
    boxes = {kind for kind in Notification.Kind if f'name="told_kinds" value="{kind}"' in page}
    told = {k for k in Notification.Kind if f'name="told_kinds" value="{k}" checked' in page}
    assert (boxes, told) == (offered, offered - {"message"})
    known = re.findall('<input type="hidden" name="known_kinds" value="([^"]+)">', page)
    assert set(known) == offered | {"of_another_day"}
    sent = {"known_kinds": known, "told_kinds": offered - {"status"}}
    assert client.post("/me/notifications/", sent).status_code == 302
    assert set(account_of(actor).muted_kinds) == {"status", "of_another_day"}


def test_programs_read_what_it_is_of_and_where_it_is_seen(
    desk: DeskAtWork, mailbox: Mailbox, sender: Sender
) -> None:
    waits(mailbox, 1)
    waits(mailbox, 2)
    late_letter_of_the_desk()
    heard(desk)
    items = Program(desk.cast.root).get("/notifications").json()["items"]
    of = {one["kind"]: one for one in items}
    quarantined, unsent = of["quarantined"], of["unsent"]
    assert quarantined["mailbox"] == {"id": mailbox.pk, "name": "Support"}
    assert (quarantined["ticket_id"], quarantined["sender"], quarantined["number"]) == (
        None,
        None,
        "",
    )
    assert (quarantined["times"], quarantined["subject"]) == (2, "Support")
    assert quarantined["url"].endswith("/mail/quarantine/")
    assert unsent["sender"] == {"id": sender.pk, "address": sender.address}
    assert unsent["mailbox"] is None


def test_the_database_keeps_one_thing_and_one_unread_row(
    desk: DeskAtWork, mailbox: Mailbox, sender: Sender
) -> None:
    account, now = account_of(desk.cast.root), clock.now()
    words = {"account": account, "kind": "quarantined", "created_at": now}
    Notification.objects.create(cause="1", mailbox=mailbox, **words)
    for cause, wrong, claim in (
        ("2", {"mailbox": mailbox}, "unread_of_mail_is_one"),
        ("3", {}, "notification_is_about_one_thing"),
        ("4", {"mailbox": mailbox, "sender": sender}, "notification_is_about_one_thing"),
    ):
        with pytest.raises(IntegrityError, match=claim), transaction.atomic():
            Notification.objects.create(cause=cause, **words, **wrong)
    with pytest.raises(IntegrityError, match="news_are_about_one_thing"), transaction.atomic():
        News.objects.create(kind="silent", cause="5", due_at=now)


def test_removing_a_mailbox_takes_its_news_along(desk: DeskAtWork, mailbox: Mailbox) -> None:
    waits(mailbox)
    heard(desk)
    waits(mailbox, 2)
    mailbox.delete()
    assert not News.objects.exists()
    assert not Notification.objects.exclude(ticket__isnull=False).exists()


@pytest.mark.django_db(transaction=True)
def test_workers_that_tell_at_once_count_each_letter_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "BATCH", 2)
    desk = make_desk_at_work()
    mailboxes = [make_mailbox(department=desk.cast.it) for _ in range(3)]
    for letter in range(MANY):
        for place, mailbox in enumerate(mailboxes):
            waits(mailbox, letter * 3 + place)
    workers = [Thread(target=tell_and_hang_up) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert not News.objects.exists()
    rows = Notification.objects.filter(account=desk.cast.vi.account_id)
    assert sorted(rows.values_list("mailbox", "times")) == [(one.pk, MANY) for one in mailboxes]


def tell_and_hang_up() -> None:
    try:
        while tell_waiting_news():
            pass
    finally:
        connection.close()
