"""The demo desk made by hand shows everything that a desk can hold."""

import re

import pytest
from django.test import Client

from otklik.core.models import Blob, Desk
from otklik.core.richtext import clean_html
from otklik.people.actions.passwords import fits
from otklik.people.models import Account, Department, Person
from otklik.people.tests.factories import sign_in
from otklik.shell.demo import demo_accounts, load_demo_desk
from otklik.shell.demo.desk.papers import paper
from otklik.tickets.models import (
    Attachment,
    HistoryEntry,
    Message,
    Note,
    Phase,
    Rating,
    SavedView,
    Ticket,
    TicketLink,
)

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

RUNS = re.compile(
    r"<(script|iframe|object|embed|form|style|svg|math)|\son\w+\s*=|javascript:", re.IGNORECASE
)

RIBBON = 'class="demo-ribbon"'


def test_the_demo_desk_holds_every_kind_of_ticket(demo_desk: None) -> None:
    tickets = Ticket.objects.select_related("type", "status")

    assert Department.objects.count() == 5
    assert {ticket.phase for ticket in tickets} == set(Phase.values)
    assert {ticket.type.key for ticket in tickets} == {
        "programming",
        "functional",
        "equipment",
        "facility",
        "hr",
    }
    assert {ticket.priority_id for ticket in tickets} == {1, 2, 3, 4, 5}
    assert {ticket.language for ticket in tickets} == {"en", "ru", "bg"}
    assert {"web", "phone", "email"} <= {ticket.source for ticket in tickets}
    assert tickets.filter(escalated_at__isnull=False).exists()
    assert Note.objects.exists()
    assert Rating.objects.exists()
    assert TicketLink.objects.exists()
    assert SavedView.objects.exists()
    assert Person.objects.filter(account__isnull=True).exists()


def test_its_histories_agree_with_its_tickets(demo_desk: None) -> None:
    for ticket in Ticket.objects.select_related("status"):
        entries = list(HistoryEntry.objects.filter(ticket=ticket))
        moments = [entry.at for entry in entries]

        assert moments == sorted(moments)
        assert entries[-1].version <= ticket.version
        statuses = [
            entry.new["id"]
            for entry in entries
            if entry.kind == HistoryEntry.Kind.STATUS and entry.new
        ]
        assert not statuses or statuses[-1] == ticket.status_id
        said = sum(entry.kind == HistoryEntry.Kind.MESSAGE for entry in entries)
        assert said == Message.objects.filter(ticket=ticket).count()


def test_its_files_are_what_their_names_say(demo_desk: None) -> None:
    kinds = dict(Attachment.objects.values_list("name", "blob__media_type"))

    expected = {"png": "image/png", "pdf": "application/pdf", "wav": "audio", "csv": "text"}
    for name, media_type in kinds.items():
        ending = name.rpartition(".")[2]
        assert media_type.startswith(expected.get(ending, "")), name
    assert len({name.rpartition(".")[2] for name in kinds} & {*expected, "txt"}) == 5
    assert Blob.objects.count() > 5


@pytest.mark.parametrize("name", ["a.png", "b.pdf", "c.csv", "d.txt", "e.wav"])
def test_a_paper_is_the_same_each_time(name: str) -> None:
    assert paper(name) == paper(name)
    assert len(paper(name)) > 300


def test_everyone_printed_can_sign_in(demo_desk: None) -> None:
    for row in demo_accounts():
        account = Account.objects.get(person__emails__address=row.email)
        assert fits(account, row.password)
        assert account.person.name == row.name
        assert not account.must_change_password
        assert account.is_administrator == (row.role == "administrator")


def test_attempted_attacks_are_kept_as_harmless_text(demo_desk: None) -> None:
    ticket = Ticket.objects.get(subject__startswith="Attempted attacks")
    bodies = [
        *Message.objects.filter(ticket=ticket).values_list("body", flat=True),
        *Note.objects.filter(ticket=ticket).values_list("body", flat=True),
    ]

    assert len(bodies) == 12
    assert "<script>" in ticket.subject
    for body in bodies:
        assert clean_html(body) == body
        assert not RUNS.search(re.sub(r">[^<]*", ">", body)), body
    names = Attachment.objects.filter(ticket=ticket).values_list("name", flat=True)
    assert "passwd" in names
    assert not any("\u202e" in name or "/" in name for name in names)


def test_loading_again_leaves_the_desk_alone(demo_desk: None) -> None:
    before = Ticket.objects.count()

    assert Desk.objects.get().is_demo
    assert not load_demo_desk()
    assert (Ticket.objects.count(), Desk.objects.count()) == (before, 1)


@pytest.mark.parametrize(
    ("login", "addresses"),
    [
        ("", ["/", "/sign-in/", "/password/forgotten/", "/nowhere/"]),
        ("cy", ["/", "/me/", "/requests/new/hr/", "/queue/"]),
        ("ada", ["/queue/", "/me/", "/search/?q=report", "/?portal", "/nowhere/"]),
        ("root", ["/setup/", "/setup/desk/", "/setup/people/", "/setup/types/"]),
    ],
)
def test_every_page_says_that_it_is_a_demo(
    client: Client, demo_desk: None, login: str, addresses: list[str]
) -> None:
    if login:
        sign_in(client, Account.objects.get(login=login))
    for address in addresses:
        assert RIBBON in client.get(address).text, address
