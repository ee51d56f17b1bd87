"""The same thing asked for twice at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from otklik.core.errors import Conflict, DomainError
from otklik.people.actions import (
    FirstAdministrator,
    FirstDesk,
    find_or_register_requester,
    register_person,
    set_administrator,
    set_up_desk,
    use_password_link,
)
from otklik.people.actions.password_links import send_password_link
from otklik.people.actions.throttle import count_try
from otklik.people.models import Account, Department, EmailAddress, Person
from otklik.people.tests.factories import (
    PASSWORD,
    make_account,
    make_actor,
    make_person,
)

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(times: int, act: Callable[[int], object]) -> list[str]:
    """Call `act` in so many threads at the same moment; return "done" or what refused each."""
    barrier = Barrier(times)

    def run(number: int) -> str:
        try:
            barrier.wait(10)
            act(number)
        except DomainError as refusal:
            return type(refusal).__name__
        else:
            return "done"
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return sorted(pool.map(run, range(times)))


def test_of_two_uses_of_a_link_one_wins(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    account = make_account(person=make_person(), login="ada", password=PASSWORD)
    secrets: list[str] = []
    monkeypatch.setattr(
        "otklik.people.actions.password_links._mail_link",
        lambda _account, _address, secret: secrets.append(secret),
    )
    send_password_link(name="ada")
    answers = at_once(
        5, lambda n: use_password_link(secret=secrets[0], password=f"new long password {n}")
    )
    assert answers == ["NotFound"] * 4 + ["done"]
    account.refresh_from_db()
    assert not account.check_password(PASSWORD)


def test_ten_letters_of_one_stranger_register_one_person() -> None:
    answers = at_once(
        10, lambda _n: find_or_register_requester(actor=None, email="new@example.com", name="New")
    )
    assert answers == ["done"] * 10
    assert Person.objects.count() == 1


def test_ten_identical_registrations_make_one_person() -> None:
    actor = make_actor(is_administrator=True)
    answers = at_once(
        10,
        lambda _n: register_person(
            actor=actor, fields={"surname": "New"}, emails=["new@example.com"]
        ),
    )
    assert answers == ["Conflict"] * 9 + ["done"]
    assert EmailAddress.objects.filter(address="new@example.com").count() == 1
    assert Person.objects.filter(surname="New").count() == 1


def test_two_administrators_cannot_dismiss_each_other() -> None:
    pair = [make_actor(is_administrator=True), make_actor(is_administrator=True)]
    answers = at_once(
        2,
        lambda n: set_administrator(
            actor=pair[n], account_id=pair[1 - n].account_id, is_administrator=False
        ),
    )
    assert answers == ["Conflict", "done"]
    assert Account.objects.filter(is_administrator=True).count() == 1


def test_of_several_who_set_up_a_desk_one_wins() -> None:
    def set_up(number: int) -> None:
        chief = FirstAdministrator(
            given_name="Root",
            surname="",
            email=f"root{number}@example.com",
            login=f"root{number}",
            password=PASSWORD,
        )
        set_up_desk(
            first=FirstDesk(
                company="Acme",
                languages=["en"],
                time_zone="UTC",
                departments=[{"names": {"en": "IT"}, "prefix": f"D{number}"}],
                administrator=chief,
            )
        )

    assert at_once(5, set_up) == [Conflict.__name__] * 4 + ["done"]
    assert (Account.objects.count(), Department.objects.count()) == (1, 1)


def test_parallel_guesses_all_count() -> None:
    answers = at_once(12, lambda _n: count_try("name:ada"))
    assert answers == ["TooMany"] * 7 + ["done"] * 5
