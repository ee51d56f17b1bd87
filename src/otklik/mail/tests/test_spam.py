"""The learning filter: from whom it learns, what it forgets, and what it does to letters."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from otklik.core import clock
from otklik.core.letters.suspicion import Learned
from otklik.core.letters.tests.letters import letter, read
from otklik.mail import jobs
from otklik.mail.actions.intake import Arrival, receive, take_in
from otklik.mail.actions.quarantine import (
    ask_again,
    call_spam,
    drop_letter,
    join_letter,
    open_from_letter,
    rule_sender,
)
from otklik.mail.actions.spam import (
    call_ticket_no_spam,
    call_ticket_spam,
    forget_old_lessons,
    forgetting,
    learn,
    learn_from_answers,
    unlearn,
)
from otklik.mail.forms.mailboxes import MailboxForm
from otklik.mail.models import (
    Letter,
    Mailbox,
    Outgoing,
    SenderRule,
    SpamLesson,
    SpamMemory,
    SpamTrait,
    Template,
)
from otklik.mail.selectors import spam
from otklik.mail.tests.factories import make_mailbox, make_sender
from otklik.mail.tests.post import SERVER, Post, address_of, answered, proof
from otklik.people.tests.factories import sign_in
from otklik.tickets.actions import Move, Words, move_ticket, reply_to_customer, take_ticket
from otklik.tickets.models import HistoryEntry, Ticket
from otklik.tickets.tests.desk import DeskAtWork, at_once

STRANGER = "new@stranger.example"
BUY = "Cheap casino bonus, win a loan today"
ASK = "The printer jams, please look at it"
FORGED = proof(STRANGER, "fail")
Row = tuple[int, int, int]


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have two lessons of each kind be enough."""
    monkeypatch.setattr(spam, "NEEDED", 2)


def held(post: Post, body: str = BUY, **heads: str) -> Letter:
    """Have a letter wait in quarantine."""
    came = post.comes(body, sender=STRANGER, authentication_results=FORGED, **heads)
    assert came.state == Letter.State.QUARANTINED
    return came


def taught(desk: DeskAtWork, post: Post, times: int = 3) -> None:
    """Teach by what people do in quarantine, both kinds."""
    for number in range(times):
        bad, good = held(post, f"{BUY} now{number}"), held(post, f"{ASK} room{number}")
        call_spam(actor=desk.cast.vi, letter_id=bad.pk)
        open_from_letter(actor=desk.cast.vi, letter_id=good.pk)


def known() -> set[Row]:
    return set(SpamTrait.objects.values_list("key", "spam", "ham"))


def memory() -> tuple[int, int]:
    learned = spam.spam_memory()
    return learned.spam, learned.ham


def counts_of(word: str) -> tuple[int, int]:
    row = SpamTrait.objects.filter(pk=spam.keys_of([word])[0]).first()
    return (row.spam, row.ham) if row else (0, 0)


def test_it_learns_from_what_people_do_in_quarantine(desk: DeskAtWork, post: Post) -> None:
    ticket = desk.opened()
    one, two, three, four = (held(post, f"{BUY} {word}") for word in ("aaa", "bbb", "ccc", "ddd"))

    ended = call_spam(actor=desk.cast.vi, letter_id=one.pk)
    open_from_letter(actor=desk.cast.vi, letter_id=two.pk)
    join_letter(actor=desk.cast.vi, letter_id=three.pk, number=ticket.number)
    drop_letter(actor=desk.cast.vi, letter_id=four.pk)

    assert (ended.outcome, ended.reason, ended.ticket) == (Letter.Outcome.SPAM, "by-hand", None)
    assert memory() == (1, 2)
    assert (counts_of("casino"), counts_of("aaa")) == ((1, 2), (1, 0))
    assert (counts_of("claims:stranger.example"), counts_of("ddd")) == ((1, 2), (0, 0))
    teachers = set(SpamLesson.objects.values_list("taught_by", flat=True))
    assert teachers == {desk.cast.vi.person_id}


def test_what_was_taught_is_taken_back_exactly(desk: DeskAtWork, post: Post) -> None:
    taught(desk, post)
    before, learned = known(), memory()
    came = held(post, f"{BUY} {ASK} новое слово")

    call_spam(actor=desk.cast.vi, letter_id=came.pk)
    assert known() != before
    again = ask_again(actor=desk.cast.vi, letter_id=came.pk)

    assert (again.state, again.outcome) == (Letter.State.QUARANTINED, "")
    assert (known(), memory()) == (before, learned)
    assert not SpamLesson.objects.filter(pk=came.pk).exists()
    unlearn(letter_id=came.pk)
    assert (known(), memory()) == (before, learned)


def test_one_letter_is_learned_once_and_learned_anew_as_the_other_kind(
    desk: DeskAtWork, post: Post
) -> None:
    came, said = held(post), read(BUY)

    for _once in range(3):
        learn(actor=desk.cast.vi, row=came, read=said, is_spam=True)
    assert (counts_of("casino"), memory()) == ((1, 0), (1, 0))
    assert SpamLesson.objects.get().turn == 1
    learn(actor=desk.cast.vi, row=came, read=said, is_spam=False)

    assert (counts_of("casino"), memory()) == ((0, 1), (0, 1))
    assert SpamLesson.objects.count() == 1


def test_the_same_sent_many_times_teaches_once(desk: DeskAtWork, post: Post) -> None:
    for _once in range(5):
        call_spam(actor=desk.cast.vi, letter_id=held(post).pk)
    assert (counts_of("casino"), memory()) == ((1, 0), (1, 0))

    last = SpamLesson.objects.latest("turn")
    ask_again(actor=desk.cast.vi, letter_id=last.pk)

    assert (counts_of("casino"), memory()) == ((1, 0), (1, 0))


def test_several_who_teach_at_once_lose_nothing(open_desk: DeskAtWork) -> None:
    post = Post(make_mailbox(department=open_desk.cast.it, authserv_id=SERVER))
    ids = [held(post, f"{BUY} word{number}").pk for number in range(4)]
    vi = open_desk.cast.vi

    done = at_once(
        *[lambda pk=pk: call_spam(actor=vi, letter_id=pk) for pk in ids],
        *[lambda pk=pk: call_spam(actor=vi, letter_id=pk) for pk in ids],
    )

    assert sum(isinstance(one, Letter) for one in done) == 4, done
    assert (counts_of("casino"), memory()) == ((4, 0), (4, 0))


def test_several_who_teach_the_same_letter_at_once_teach_it_once(open_desk: DeskAtWork) -> None:
    post = Post(make_mailbox(department=open_desk.cast.it, authserv_id=SERVER))
    came, said = held(post), read(BUY)

    done = at_once(
        *[lambda kind=kind: learn(actor=None, row=came, read=said, is_spam=kind) for kind in (1, 0)]
        * 3
    )

    assert all(isinstance(one, SpamLesson) for one in done), done
    kind = SpamLesson.objects.get().is_spam
    assert memory() == counts_of("casino") == ((1, 0) if kind else (0, 1))


def test_several_who_take_a_letter_back_at_once_take_it_back_once(open_desk: DeskAtWork) -> None:
    post = Post(make_mailbox(department=open_desk.cast.it, authserv_id=SERVER))
    one, other = held(post, f"{BUY} one"), held(post, f"{BUY} two")
    for row in (one, other):
        learn(actor=None, row=row, read=read(f"{BUY} word{row.pk}"), is_spam=True)

    done = at_once(*[lambda: unlearn(letter_id=one.pk)] * 4)

    assert done == [None] * 4
    assert (counts_of("casino"), memory()) == ((1, 0), (1, 0))


def test_a_trait_forgotten_since_is_not_taken_from_what_came_later(
    desk: DeskAtWork, post: Post
) -> None:
    first, second = held(post, f"{BUY} one"), held(post, f"{BUY} two")
    call_spam(actor=desk.cast.vi, letter_id=first.pk)
    SpamTrait.objects.filter(pk=spam.keys_of(["casino"])[0]).delete()
    call_spam(actor=desk.cast.vi, letter_id=second.pk)

    ask_again(actor=desk.cast.vi, letter_id=first.pk)

    assert (counts_of("casino"), counts_of("bonus")) == ((1, 0), (1, 0))
    ask_again(actor=desk.cast.vi, letter_id=second.pk)
    assert (known(), memory()) == (set(), (0, 0))


def test_old_lessons_and_rare_old_traits_are_forgotten(
    desk: DeskAtWork, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    taught(desk, post, times=4)
    monkeypatch.setattr(forgetting, "MOST_LESSONS", 6)
    monkeypatch.setattr(forgetting, "OLD", 2)

    jobs.forget_old_spam(0)

    assert SpamLesson.objects.count() == sum(memory()) == 6
    assert counts_of("casino") == (3, 0)
    assert [counts_of(f"now{number}") for number in range(4)] == [(0, 0)] * 3 + [(1, 0)]
    for lesson in SpamLesson.objects.all():
        unlearn(letter_id=lesson.pk)
    assert (known(), memory()) == (set(), (0, 0))


def test_no_more_traits_are_kept_than_is_allowed_the_frequent_first(
    desk: DeskAtWork, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    taught(desk, post)
    monkeypatch.setattr(forgetting, "MOST_TRAITS", 8)

    forget_old_lessons()

    assert SpamTrait.objects.count() == 8
    assert all(sum(row[1:]) >= 3 for row in known())


def test_what_looks_like_spam_waits_with_its_score_and_words(
    client: Client, desk: DeskAtWork, post: Post
) -> None:
    taught(desk, post)

    came = post.comes(BUY, sender="x@other.example", subject="<b>Bonus</b>")
    fine = post.comes(ASK, sender="y@other.example")

    assert (came.state, came.reason) == (Letter.State.QUARANTINED, "spam-score")
    assert came.spam_percent is not None
    assert came.spam_percent >= 95
    assert set(came.spam_traits) <= set(read(BUY).traits)
    assert (fine.outcome, fine.spam_percent is not None) == (Letter.Outcome.TICKET, True)
    sign_in(client, desk.cast.vi)
    pages = [f"/mail/letters/{came.pk}/", "/mail/quarantine/", "/mail/"]
    for page in (client.get(one).content.decode() for one in pages):
        assert f"Spam score {came.spam_percent} of 100" in page
    listed = client.get("/mail/quarantine/").content.decode()
    assert "The learning filter takes it for spam." in listed
    assert f"<bdi>{came.spam_traits[0]}</bdi>" in listed


def test_the_words_shown_are_shown_safely(client: Client, desk: DeskAtWork, post: Post) -> None:
    came = held(post)
    Letter.objects.update(spam_percent=99, spam_traits=["<script>alert(1)</script>", "mark:list"])
    sign_in(client, desk.cast.vi)

    page = client.get(f"/mail/letters/{came.pk}/").content.decode()

    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert(1)" not in page
    assert "came through a list" in page


@pytest.mark.parametrize(
    ("trait", "said"),
    [
        ("casino", "casino"),
        ("link:win.example", "win.example"),
        ("from:win.example", "@win.example"),
        ("claims:win.example", "@win.example"),
        ("file:zip", ".zip"),
        ("mailer:masspost", "masspost"),
        ("mark:html-alone", "only as HTML"),
        ("mark:of-tomorrow", "of-tomorrow"),
    ],
)
def test_a_trait_is_said_in_words(trait: str, said: str) -> None:
    assert spam.trait_words(Letter(spam_traits=[trait])) == [said]


def test_a_letter_of_nobody_is_learned_too(desk: DeskAtWork, post: Post) -> None:
    came = post.delivered(b"Subject: Casino\r\n\r\nBonus!\r\n")
    assert came.spam_percent is None

    call_spam(actor=desk.cast.vi, letter_id=came.pk)

    assert (counts_of("casino"), counts_of("bonus"), memory()) == ((1, 0), (1, 0), (1, 0))


@pytest.mark.parametrize(
    ("bad", "good"),
    [
        ("Дешёвые кредиты без справок, казино и бонусы", "Принтер не печатает, посмотрите"),
        ("Евтини кредити веднага, казино и награди", "Принтерът не печата, моля погледнете"),
        ("免费贷款 赌场奖金", "打印机坏了 请帮忙"),
    ],
)
def test_it_learns_in_any_language(desk: DeskAtWork, post: Post, bad: str, good: str) -> None:
    for number in range(3):
        call_spam(actor=desk.cast.vi, letter_id=held(post, f"{bad} bad{number}").pk)
        open_from_letter(actor=desk.cast.vi, letter_id=held(post, f"{good} good{number}").pk)

    assert post.comes(bad.upper(), sender="x@other.example").reason == "spam-score"
    assert post.comes(good.upper(), sender="x@other.example").outcome == Letter.Outcome.TICKET


def test_it_only_shows_the_score_until_it_has_learned_enough(desk: DeskAtWork, post: Post) -> None:
    taught(desk, post, times=1)
    few = post.comes(BUY, sender="x@other.example")
    taught(desk, post, times=2)
    enough = post.comes(BUY, sender="x@other.example", subject="Again")

    assert few.outcome == Letter.Outcome.TICKET
    assert few.spam_percent is not None
    assert enough.reason == "spam-score"


@pytest.mark.parametrize(
    ("letters", "may"), [((50, 50), True), ((49, 99), False), ((99, 49), False)]
)
def test_fifty_letters_of_each_kind_are_enough(
    monkeypatch: pytest.MonkeyPatch, letters: tuple[int, int], *, may: bool
) -> None:
    monkeypatch.undo()

    assert spam.may_judge(Learned(*letters)) is may
    assert f"{spam.NEEDED} letters" in MailboxForm.base_fields["spam_filter"].help_text


@pytest.mark.parametrize(
    ("way", "above", "state", "scored"),
    [
        ("hold", 0, Letter.State.QUARANTINED, True),
        ("hold", 1, Letter.State.DONE, True),
        ("show", 0, Letter.State.DONE, True),
        ("off", 0, Letter.State.DONE, False),
    ],
)
def test_a_mailbox_has_its_own_threshold(
    desk: DeskAtWork, post: Post, way: str, above: int, state: str, *, scored: bool
) -> None:
    taught(desk, post)
    body = f"{BUY} please look"
    first = post.comes(body, sender="x@other.example")
    assert first.spam_percent is not None
    assert 51 <= first.spam_percent < 100
    threshold = first.spam_percent + above
    Mailbox.objects.filter(pk=post.mailbox.pk).update(spam_filter=way, spam_threshold=threshold)

    came = post.comes(body, sender="x@other.example")

    assert (came.state, came.spam_percent is not None) == (state, scored)


def test_who_holds_a_token_has_a_part_or_is_always_taken_is_not_held(
    desk: DeskAtWork, post: Post
) -> None:
    taught(desk, post)
    ticket, cy = desk.opened(), address_of(desk.cast.cy)
    by_token = post.comes(BUY, sender=cy, in_reply_to=answered(ticket, desk.cast.cy))
    strange = post.comes(BUY, sender=STRANGER, in_reply_to=answered(ticket, desk.cast.cy))
    machine = post.comes(BUY, sender=STRANGER, auto_submitted="auto-replied")
    take = SenderRule.Treatment.TAKE
    who = {"mailbox_id": post.mailbox.pk, "sender": "friend.example"}
    rule_sender(actor=desk.cast.vi, treatment=take, **who)  # type: ignore[arg-type]  # its own
    taken = post.comes(BUY, sender="a@friend.example")

    outcomes = [one.outcome for one in (by_token, strange, machine, taken)]
    assert outcomes == ["reply", "note", "machine", "ticket"]
    assert [one.spam_percent for one in (by_token, strange, machine, taken)] == [None] * 4


def test_a_stranger_in_a_ticket_by_reference_is_held(desk: DeskAtWork, post: Post) -> None:
    taught(desk, post)
    post.comes(ASK, sender="y@other.example", message_id="<first@other.example>")

    came = post.comes(BUY, sender="x@other.example", in_reply_to="<first@other.example>")

    assert (came.state, came.reason) == (Letter.State.QUARANTINED, "spam-score")


def test_the_receiving_server_is_believed_above_its_own_results_alone(post: Post) -> None:
    heads = {"x_spam_flag": "YES", "authentication_results": f"{SERVER}; spf=none"}
    turned = dict(reversed(heads.items()))

    def comes(**given: str) -> Letter:
        raw = letter("Hi.", sender=None, **given, **{"from": STRANGER})
        return post.delivered(raw)

    assert (comes(**heads).reason, comes(**turned).outcome) == ("called-spam", "ticket")
    Mailbox.objects.update(authserv_id="")
    assert comes(**heads, subject="No server").outcome == Letter.Outcome.TICKET


def test_no_mark_of_spam_is_believed_that_was_handed_over_directly(post: Post) -> None:
    results = {"authentication_results": f"{SERVER}; spf=none"}
    raw = letter("Hi.", sender=None, x_spam_flag="YES", **results, **{"from": STRANGER})
    arrival = Arrival(raw=raw, handed_by="192.0.2.1")

    came = take_in(receive(mailbox_id=post.mailbox.pk, arrival=arrival).letter_id)

    assert came.outcome == Letter.Outcome.TICKET


def test_one_letter_is_looked_up_by_one_statement(desk: DeskAtWork, post: Post) -> None:
    taught(desk, post)

    with CaptureQueriesContext(
        connection,
    ) as asked:
        post.comes(BUY, sender="x@other.example")

    assert sum("mail_spamtrait" in one["sql"] for one in asked.captured_queries) == 1


@pytest.mark.parametrize("who", ["ada", "vi", "root"])
def test_a_ticket_is_called_spam_with_one_press_and_taken_back_with_another(
    client: Client, desk: DeskAtWork, post: Post, who: str
) -> None:
    make_sender(department=desk.cast.it)
    came = post.comes(BUY, sender=STRANGER)
    ticket = came.ticket
    assert ticket is not None
    Outgoing.objects.all().delete()
    sign_in(client, desk.cast.everyone[who])
    assert "This is spam" in client.get(f"/tickets/{ticket.number}/").content.decode()

    answer = client.post(f"/tickets/{ticket.number}/spam/")

    assert (answer.status_code, answer["Location"]) == (302, f"/tickets/{ticket.number}/")
    ticket.refresh_from_db()
    came.refresh_from_db()
    assert (ticket.phase, ticket.tags) == ("closed", ["spam"])
    assert (came.outcome, came.ticket, counts_of("casino")) == ("spam", ticket, (1, 0))
    facts = HistoryEntry.objects.filter(ticket=ticket, actor=desk.cast.everyone[who].person_id)
    assert [one.kind for one in facts] == ["changed", "status"]
    assert "This is no spam" in client.get(f"/tickets/{ticket.number}/").content.decode()

    client.post(f"/tickets/{ticket.number}/spam/ending/")

    ticket.refresh_from_db()
    came.refresh_from_db()
    assert (ticket.phase, ticket.tags) == ("new", [])
    assert (came.outcome, came.reason, counts_of("casino")) == ("ticket", "", (0, 1))
    assert not Outgoing.objects.exists()


def test_pressing_again_changes_nothing(desk: DeskAtWork, post: Post) -> None:
    came = post.comes(BUY, sender=STRANGER)
    assert came.ticket is not None
    number = came.ticket.number
    for judge in (call_ticket_spam, call_ticket_no_spam):
        judge(actor=desk.cast.ada, number=number)
        before = Ticket.objects.get(number=number).version, known(), memory()
        judge(actor=desk.cast.ada, number=number)
        assert (Ticket.objects.get(number=number).version, known(), memory()) == before


def test_two_who_press_at_once_close_it_once(open_desk: DeskAtWork) -> None:
    post = Post(make_mailbox(department=open_desk.cast.it))
    came = post.comes(BUY, sender=STRANGER)
    assert came.ticket is not None
    number = came.ticket.number
    people = [open_desk.cast.ada, open_desk.cast.vi, open_desk.cast.root]

    done = at_once(*[lambda one=one: call_ticket_spam(actor=one, number=number) for one in people])

    assert all(isinstance(one, Ticket) for one in done), done
    facts = HistoryEntry.objects.filter(ticket__number=number, kind__in=["changed", "status"])
    assert (facts.count(), memory()) == (2, (1, 0))


def test_a_ticket_closed_before_stays_closed_when_it_is_no_spam_after_all(
    desk: DeskAtWork, post: Post
) -> None:
    came = post.comes(BUY, sender=STRANGER)
    assert came.ticket is not None
    number = came.ticket.number
    call_ticket_spam(actor=desk.cast.ada, number=number)
    SpamLesson.objects.update(status_before=None)

    call_ticket_no_spam(actor=desk.cast.ada, number=number)

    assert Ticket.objects.get(number=number).phase == "closed"


def test_a_ticket_closed_by_hand_between_two_judgements_stays_closed(
    desk: DeskAtWork, post: Post
) -> None:
    came = post.comes(BUY, sender=STRANGER)
    assert came.ticket is not None
    number, closed = came.ticket.number, desk.made.statuses["closed"].pk
    call_ticket_spam(actor=desk.cast.ada, number=number)
    call_ticket_no_spam(actor=desk.cast.ada, number=number)
    move_ticket(actor=desk.cast.root, ticket_id=came.ticket.pk, move=Move(target_id=closed))

    call_ticket_spam(actor=desk.cast.ada, number=number)
    call_ticket_no_spam(actor=desk.cast.ada, number=number)

    assert Ticket.objects.get().phase == "closed"


def test_no_letter_goes_of_a_ticket_that_is_spam(desk: DeskAtWork, post: Post) -> None:
    make_sender(department=desk.cast.it)
    Template.objects.create(
        kind="progress", language="en", subject="[{number}]", body="We work.", is_sent=True
    )
    came = post.comes(BUY, sender=STRANGER)
    assert came.ticket is not None
    ticket_id, number = came.ticket.pk, came.ticket.number
    take_ticket(actor=desk.cast.ada, ticket_id=ticket_id)
    _moved(desk, ticket_id, "progress")
    assert Outgoing.objects.filter(kind=Outgoing.Kind.STATUS).delete()[0]
    Outgoing.objects.all().delete()

    call_ticket_spam(actor=desk.cast.ada, number=number)
    call_ticket_no_spam(actor=desk.cast.ada, number=number)
    assert Ticket.objects.get().phase == "progress"
    call_ticket_spam(actor=desk.cast.ada, number=number)
    _moved(desk, ticket_id, "reopened", "progress")

    assert not Outgoing.objects.exists()


def _moved(desk: DeskAtWork, ticket_id: int, *keys: str) -> None:
    for key in keys:
        move = Move(target_id=desk.made.statuses[key].pk)
        move_ticket(actor=desk.cast.root, ticket_id=ticket_id, move=move)


def test_a_ticket_whose_assignee_left_it_comes_back_as_a_new_one(
    desk: DeskAtWork, post: Post
) -> None:
    came = post.comes(BUY, sender=STRANGER)
    assert came.ticket is not None
    take_ticket(actor=desk.cast.ada, ticket_id=came.ticket.pk)
    call_ticket_spam(actor=desk.cast.ada, number=came.ticket.number)
    Ticket.objects.update(assignee=None)

    call_ticket_no_spam(actor=desk.cast.ada, number=came.ticket.number)

    assert Ticket.objects.get().phase == "new"


@pytest.mark.parametrize(("who", "status"), [("sam", 404), ("cy", 404), ("ada", 302)])
def test_who_works_on_a_ticket_may_call_it_spam(
    client: Client, desk: DeskAtWork, post: Post, who: str, status: int
) -> None:
    came = post.comes(BUY, sender=STRANGER)
    assert came.ticket is not None
    sign_in(client, desk.cast.everyone[who])

    for way in ("spam/", "spam/ending/"):
        assert client.post(f"/tickets/{came.ticket.number}/{way}").status_code == status
        assert client.get(f"/tickets/{came.ticket.number}/{way}").status_code == 405
    assert client.post("/tickets/NO-1/spam/").status_code == 404


def test_a_ticket_that_no_letter_opened_is_no_spam(client: Client, desk: DeskAtWork) -> None:
    by_web, by_hand = desk.opened(), desk.opened()
    Ticket.objects.filter(pk=by_hand.pk).update(source=Ticket.Source.EMAIL)
    sign_in(client, desk.cast.ada)

    for ticket in (by_web, by_hand):
        assert client.post(f"/tickets/{ticket.number}/spam/").status_code == 404
    assert "This is spam" not in client.get(f"/tickets/{by_web.number}/").content.decode()


def test_letters_of_a_ticket_that_is_spam_are_not_asked_about_again(
    client: Client, desk: DeskAtWork, post: Post
) -> None:
    came = post.comes(BUY, sender=STRANGER)
    assert came.ticket is not None
    call_ticket_spam(actor=desk.cast.vi, number=came.ticket.number)
    sign_in(client, desk.cast.vi)

    answer = client.post(f"/mail/letters/{came.pk}/settling/", {"deed": "ask"})

    assert answer.status_code == 422
    assert "no spam" not in client.get(f"/mail/letters/{came.pk}/").content.decode()


def test_a_letter_is_spam_by_the_page_and_back(
    client: Client, desk: DeskAtWork, post: Post
) -> None:
    came = held(post)
    sign_in(client, desk.cast.vi)
    page = f"/mail/letters/{came.pk}/"

    assert "It is spam" in client.get(page).content.decode()
    client.post(f"{page}settling/", {"deed": "spam"})
    assert "It is no spam" in client.get(page).content.decode()
    assert client.get("/mail/?end=spam").content.decode().count('<a class="firm"') == 1
    client.post(f"{page}settling/", {"deed": "ask"})

    came.refresh_from_db()
    assert (came.state, memory()) == (Letter.State.QUARANTINED, (0, 0))


@pytest.fixture
def answered_letters(desk: DeskAtWork, post: Post) -> list[Letter]:
    """Have three letters answered, two of one sender, and one that nobody answered."""
    senders = [STRANGER, STRANGER, "b@other.example", "c@third.example"]
    came = [post.comes(f"{ASK} {n}x", sender=who) for n, who in enumerate(senders)]
    for one in came[:3]:
        assert one.ticket is not None
        reply = Words(body="<p>Yes.</p>")
        reply_to_customer(actor=desk.cast.ada, ticket_id=one.ticket.pk, words=reply)
    return came


def test_answered_letters_are_learned_as_no_spam_one_of_a_sender(
    answered_letters: list[Letter],
) -> None:
    jobs.learn_no_spam(0)
    assert learn_from_answers() == 0

    lessons = SpamLesson.objects.order_by("letter_id")
    assert [one.letter_id for one in lessons] == [one.pk for one in answered_letters[0:3:2]]
    assert {(one.is_spam, one.taught_by_id) for one in lessons} == {(False, None)}


def test_two_workers_at_once_learn_each_answer_once(open_desk: DeskAtWork) -> None:
    came = Post(make_mailbox(department=open_desk.cast.it)).comes(ASK, sender=STRANGER)
    assert came.ticket is not None
    reply = Words(body="<p>Yes.</p>")
    reply_to_customer(actor=open_desk.cast.ada, ticket_id=came.ticket.pk, words=reply)

    done = at_once(*[learn_from_answers] * 3)

    assert sorted(map(str, done)) == ["0", "0", "1"]
    assert (SpamLesson.objects.count(), memory()) == (1, (0, 1))


def test_what_people_said_outranks_that_it_was_answered(
    desk: DeskAtWork, answered_letters: list[Letter]
) -> None:
    last = answered_letters[2]
    assert last.ticket is not None
    learn_from_answers()
    call_ticket_spam(actor=desk.cast.ada, number=last.ticket.number)

    assert learn_from_answers() == 0
    assert SpamLesson.objects.get(pk=last.pk).is_spam


@pytest.mark.usefixtures("answered_letters")
def test_answers_teach_no_more_than_a_share_and_nothing_old() -> None:
    SpamMemory.objects.create(pk=1, spam=10, ham=205)
    assert learn_from_answers() == 0

    SpamMemory.objects.update(ham=199)
    Letter.objects.update(received_at=clock.now() - timedelta(days=3))
    assert learn_from_answers() == 0

    Letter.objects.update(received_at=clock.now())
    assert learn_from_answers() == 1


@pytest.mark.parametrize(
    ("row", "claim"),
    [
        (SpamMemory(pk=2), "there_is_one_spam_memory"),
        (SpamTrait(key=1, spam=0, ham=0, since=1, seen=1), "spam_trait_was_in_a_letter"),
        (SpamTrait(key=1, spam=-1, ham=2, since=1, seen=1), "mail_spamtrait_spam_check"),
    ],
)
@pytest.mark.django_db
def test_the_database_refuses_what_was_never_learned(
    row: SpamMemory | SpamTrait, claim: str
) -> None:
    with pytest.raises(IntegrityError, match=claim), transaction.atomic():
        row.save(force_insert=True)


@pytest.mark.parametrize(
    ("columns", "claim"),
    [
        ({"spam_percent": 101}, "letter_is_spam_by_a_percentage"),
        ({"outcome": "spam", "state": "done", "reason": ""}, "letter_ends_in_one_outcome"),
    ],
)
def test_the_database_refuses_half_a_verdict(
    post: Post, columns: dict[str, object], claim: str
) -> None:
    came = post.comes(ASK, sender=STRANGER)

    with pytest.raises(IntegrityError, match=claim), transaction.atomic():
        Letter.objects.filter(pk=came.pk).update(**columns)


@pytest.mark.parametrize(
    ("columns", "claim"),
    [
        ({"spam_filter": "drop"}, "mailbox_spam_filter_is_known"),
        ({"spam_threshold": 50}, "mailbox_holds_spam_from_more_than_a_half"),
        ({"spam_threshold": 101}, "mailbox_holds_spam_from_more_than_a_half"),
    ],
)
def test_the_database_refuses_other_ways_of_a_filter(
    post: Post, columns: dict[str, object], claim: str
) -> None:
    with pytest.raises(IntegrityError, match=claim), transaction.atomic():
        Mailbox.objects.filter(pk=post.mailbox.pk).update(**columns)
