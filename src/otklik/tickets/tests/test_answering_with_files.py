"""Files as answers: each upload is used once, by whom it is of."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from otklik.core.errors import Invalid, TooLarge
from otklik.core.files import receive
from otklik.people.models import Actor
from otklik.people.tests.program import Program
from otklik.tickets.actions import (
    Changes,
    Words,
    change_ticket,
    keep_upload,
    reply_to_customer,
    reply_to_desk,
    write_internal_note,
)
from otklik.tickets.actions.answer_kinds import MOST_FILES
from otklik.tickets.models import Attachment, Field, FormField, Ticket, TicketType
from otklik.tickets.policies import find_attachment
from otklik.tickets.tests.desk import DeskAtWork, at_once, make_desk_at_work

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings: Settings, tmp_path: Path) -> None:
    settings.OTKLIK_FILES = tmp_path / "files"


def upload(actor: Actor, name: str = "a.txt") -> str:
    return keep_upload(actor=actor, blob=receive.keep_content(name.encode()), name=name).token


def ask_for_files(desk: DeskAtWork, *keys: str) -> None:
    for key in keys:
        field = Field.objects.create(key=key, kind="file", names={"en": key})
        FormField.objects.create(type=desk.made.types["functional"], field=field, position=99)


def opened(desk: DeskAtWork, **values: Any) -> Ticket:
    return desk.opened(
        actor=desk.cast.root,
        requester_id=desk.cast.cy.person_id,
        type_id=desk.made.types["functional"].pk,
        values=values,
        answers_later=True,
    )


def test_a_file_that_was_sent_answers_nothing(desk: DeskAtWork) -> None:
    ask_for_files(desk, "paper")
    ticket, file = desk.opened(), upload(desk.cast.root)
    words = Words(uploads=(file,))
    reply_to_customer(actor=desk.cast.root, ticket_id=ticket.pk, words=words)

    with pytest.raises(Invalid):
        opened(desk, paper=[file])

    assert Ticket.objects.get() == ticket
    assert Attachment.objects.get().field == ""


def test_a_file_that_answered_one_ticket_answers_no_other(desk: DeskAtWork) -> None:
    ask_for_files(desk, "paper")
    file = upload(desk.cast.root)
    first = opened(desk, paper=[file])

    with pytest.raises(Invalid):
        opened(desk, paper=[file])
    with pytest.raises(Invalid):
        reply_to_customer(actor=desk.cast.root, ticket_id=first.pk, words=Words(uploads=(file,)))

    assert Ticket.objects.get() == first


def test_one_file_answers_one_question(desk: DeskAtWork) -> None:
    ask_for_files(desk, "paper", "plan")
    file = upload(desk.cast.root)

    with pytest.raises(Invalid):
        opened(desk, paper=[file], plan=[file])

    kept = opened(desk, paper=[file])
    change = Changes(values={"plan": [file]})
    with pytest.raises(Invalid):
        change_ticket(actor=desk.cast.root, ticket_id=kept.pk, changes=change)


def test_a_file_is_not_sent_and_an_answer_at_once(desk: DeskAtWork) -> None:
    ask_for_files(desk, "paper")
    file = upload(desk.cast.root)

    with pytest.raises(Invalid):
        desk.opened(
            actor=desk.cast.root,
            requester_id=desk.cast.cy.person_id,
            type_id=desk.made.types["functional"].pk,
            values={"paper": [file]},
            answers_later=True,
            words=Words(body="<p>See</p>", uploads=(file,)),
        )
    assert not Ticket.objects.exists()


def test_anothers_file_answers_nothing(desk: DeskAtWork) -> None:
    ask_for_files(desk, "paper")

    with pytest.raises(Invalid):
        opened(desk, paper=[upload(desk.cast.ada)])


def test_an_answer_keeps_its_files_when_more_come(desk: DeskAtWork) -> None:
    ask_for_files(desk, "paper")
    first, second = upload(desk.cast.root), upload(desk.cast.vi, "b.txt")
    ticket = opened(desk, paper=[first])

    change = Changes(values={"paper": [first, second]})
    change_ticket(actor=desk.cast.vi, ticket_id=ticket.pk, changes=change)

    ticket.refresh_from_db()
    assert ticket.values["paper"] == [first, second]
    assert Attachment.objects.filter(ticket=ticket, field="paper").count() == 2


def test_a_customer_answers_with_no_file_of_a_conversation(desk: DeskAtWork) -> None:
    ask_for_files(desk, "paper")
    ticket, file = desk.opened(), upload(desk.cast.cy)
    reply_to_desk(actor=desk.cast.cy, ticket_id=ticket.pk, words=Words(uploads=(file,)))

    kind = desk.made.types["functional"].pk
    with pytest.raises(Invalid):
        desk.opened(type_id=kind, values={"paper": [file]}, answers_later=True)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_answer_with_one_file_at_once_one_wins() -> None:
    desk = make_desk_at_work()
    ask_for_files(desk, "paper")
    file = upload(desk.cast.root)

    done = at_once(*[lambda: opened(desk, paper=[file])] * 4)

    assert sorted(type(one).__name__ for one in done) == ["Invalid"] * 3 + ["Ticket"]
    assert Ticket.objects.count() == 1


def test_an_answer_is_no_larger_than_files_of_its_type(desk: DeskAtWork) -> None:
    ask_for_files(desk, "paper")
    kind = desk.made.types["functional"]
    TicketType.objects.filter(pk=kind.pk).update(file_limit=5)
    root = desk.cast.root
    small, large = upload(root, "a.txt"), upload(root, "large.txt")
    ticket = opened(desk, paper=[small])
    changes = Changes(values={"paper": [small, large]})

    deeds: list[Callable[[], object]] = [
        lambda: opened(desk, paper=[large]),
        lambda: change_ticket(actor=root, ticket_id=ticket.pk, changes=changes),
    ]
    for deed in deeds:
        with pytest.raises(TooLarge, match=r"“large\.txt” is too large here"):
            deed()

    assert Attachment.objects.get(token=large).ticket_id is None
    assert Ticket.objects.get() == ticket


def test_the_files_told_over_the_api_are_those_that_one_may_read(desk: DeskAtWork) -> None:
    ask_for_files(desk, "paper", "secret")
    FormField.objects.filter(field__key="secret").update(customer="staff")
    root, cy = desk.cast.root, desk.cast.cy
    ticket = opened(desk, paper=[upload(root, "shown.txt")], secret=[upload(root, "hidden.txt")])
    for say, name in ((reply_to_customer, "said.txt"), (write_internal_note, "noted.txt")):
        say(actor=root, ticket_id=ticket.pk, words=Words(uploads=(upload(root, name),)))

    def told(actor: Actor) -> set[str]:
        items = Program(actor).get(f"/tickets/{ticket.pk}/files").json()
        return {find_attachment(actor, one["token"]).name for one in items}

    assert told(root) == {"shown.txt", "hidden.txt", "said.txt", "noted.txt"}
    assert told(cy) == {"shown.txt", "said.txt"}


def test_an_answer_has_at_most_so_many_files(desk: DeskAtWork) -> None:
    ask_for_files(desk, "papers")
    ticket = opened(desk)
    files = [upload(desk.cast.root, f"{number}.txt") for number in range(MOST_FILES + 1)]
    changes = Changes(fields={}, values={"papers": files})
    with pytest.raises(Invalid, match=str(MOST_FILES)):
        change_ticket(actor=desk.cast.root, ticket_id=ticket.pk, changes=changes)
    changes = Changes(fields={}, values={"papers": files[:-1]})
    change_ticket(actor=desk.cast.root, ticket_id=ticket.pk, changes=changes)
    assert Attachment.objects.filter(ticket=ticket.pk).count() == MOST_FILES
