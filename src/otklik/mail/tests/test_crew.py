"""The whole crew: mailboxes come and go, one in trouble stops no other, and death loses nothing."""

import smtplib
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connections
from pytest_django.fixtures import Settings

from otklik.core.post.tests.dovecot import IS_THERE, REASON, Dovecot, running_dovecot
from otklik.mail.actions.setting_up.mailboxes import change_mailbox, turn_mailbox
from otklik.mail.fetching import crew as crews
from otklik.mail.fetching.crew import Crew
from otklik.mail.models import Letter, Mailbox
from otklik.mail.selectors.fetching import fetched_mailboxes
from otklik.mail.tests.factories import make_mailbox
from otklik.mail.tests.fetching import kept_bytes, letter, make_fetched
from otklik.tickets.tests.desk import DeskAtWork

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
with_dovecot = pytest.mark.skipif(not IS_THERE, reason=REASON)
SOON = 30.0


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with running_dovecot() as running:
        yield running


@contextmanager
def at_work() -> Iterator[Crew]:
    crew = Crew()

    def run() -> None:
        try:
            crew.run()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield crew
    finally:
        crew.end()
        thread.join(SOON)
        assert not thread.is_alive()


@pytest.fixture(autouse=True)
def crews_look_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crews, "LOOKING_SECONDS", 0.1)


@pytest.fixture
def look_twice(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Give what waits until so many crews have looked twice more."""
    looks: Counter[int] = Counter()

    def counted() -> list[Mailbox]:
        looks[threading.get_ident()] += 1
        return fetched_mailboxes()

    def wait(many: int) -> None:
        before = looks.copy()
        wait_until(lambda: sum(looks[one] >= before[one] + 2 for one in [*looks]) == many)

    monkeypatch.setattr(crews, "fetched_mailboxes", counted)
    return wait


def wait_until(claim: Callable[[], bool]) -> None:
    until = time.monotonic() + SOON
    while not claim():
        assert time.monotonic() < until
        time.sleep(0.05)


@with_dovecot
def test_one_in_trouble_stops_no_other_and_is_well_once_it_is_mended(
    open_desk: DeskAtWork, dovecot: Dovecot
) -> None:
    it = open_desk.cast.it
    broken = make_fetched(it, dovecot, login="crew1", folder="Nowhere")
    well = make_fetched(it, dovecot, login="crew2")
    dovecot.put("crew1", letter(1))

    with at_work():
        wait_until(lambda: bool(_anew(broken).trouble))
        dovecot.put("crew2", letter(2))
        wait_until(lambda: kept_bytes(well) == [letter(2)])
        assert broken.trouble["kind"] == "folder"
        change_mailbox(actor=open_desk.cast.root, mailbox_id=broken.pk, changes={"folder": "INBOX"})
        wait_until(lambda: kept_bytes(broken) == [letter(1)])

    assert _anew(broken).trouble == {}


@with_dovecot
def test_a_mailbox_that_rests_is_left_alone(
    open_desk: DeskAtWork, dovecot: Dovecot, look_twice: Callable[[int], None]
) -> None:
    mailbox = make_fetched(open_desk.cast.it, dovecot, login="crew3")
    with at_work() as crew:
        wait_until(lambda: _anew(mailbox).last_contact_at is not None)
        turn_mailbox(actor=open_desk.cast.root, mailbox_id=mailbox.pk, is_active=False)
        wait_until(lambda: not crew._keepers)  # noqa: SLF001  # seen nowhere else
        dovecot.put("crew3", letter(1))
        look_twice(1)
        assert not Letter.objects.exists()
        turn_mailbox(actor=open_desk.cast.root, mailbox_id=mailbox.pk, is_active=True)
        wait_until(lambda: kept_bytes(mailbox) == [letter(1)])


@with_dovecot
def test_two_crews_never_fetch_one_mailbox_at_once(
    open_desk: DeskAtWork, dovecot: Dovecot, look_twice: Callable[[int], None]
) -> None:
    mailbox = make_fetched(open_desk.cast.it, dovecot, login="crew4")
    with at_work() as first, at_work() as second:
        wait_until(lambda: _anew(mailbox).last_contact_at is not None)
        look_twice(2)
        assert sorted(len(crew._keepers) for crew in (first, second)) == [0, 1]  # noqa: SLF001  # seen nowhere else
        one = first if first._keepers else second  # noqa: SLF001  # the same
        one.end()
        dovecot.put("crew4", letter(1))
        wait_until(lambda: kept_bytes(mailbox) == [letter(1)])


def test_letters_handed_over_directly_are_kept_in_the_mailbox_they_name(
    open_desk: DeskAtWork, settings: Settings
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    settings.OTKLIK_RECEIVE_SMTP = ("127.0.0.1", port)
    one = make_mailbox(department=open_desk.cast.it, addresses=["help@desk.example"])
    other = make_mailbox(department=open_desk.cast.it, addresses=["sales@desk.example"])

    with at_work():
        wait_until(lambda: _listens(port))
        with smtplib.SMTP("127.0.0.1", port) as client:
            for _time in range(2):  # as one does whose answer was lost
                client.sendmail("cy@c.example", ["Help+token@desk.example"], letter(1))
            client.sendmail("cy@c.example", ["help@desk.example", "sales@desk.example"], letter(2))
            with pytest.raises(smtplib.SMTPRecipientsRefused):
                client.sendmail("cy@c.example", ["nobody@desk.example"], letter(3))

    assert kept_bytes(one) == [letter(1), letter(2)]
    assert kept_bytes(other) == [letter(2)]
    first = Letter.objects.filter(mailbox=one).earliest("pk")
    assert (first.envelope_from, first.envelope_to) == ("cy@c.example", ["Help+token@desk.example"])


def test_a_port_that_is_taken_is_said_at_the_mailboxes(
    open_desk: DeskAtWork, settings: Settings
) -> None:
    mailbox = make_mailbox(department=open_desk.cast.it)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        settings.OTKLIK_RECEIVE_SMTP = ("127.0.0.1", int(taken.getsockname()[1]))
        with at_work():
            wait_until(lambda: bool(_anew(mailbox).trouble))

    assert mailbox.trouble["kind"] == "taken"


def _anew(mailbox: Mailbox) -> Mailbox:
    mailbox.refresh_from_db()
    return mailbox


def _listens(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), 1):
            return True
    except OSError:
        return False
