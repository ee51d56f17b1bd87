"""The caller look-up: any part, in any notation, quickly."""

import time

import pytest
from django.db import connection

from otklik.core import clock
from otklik.core.errors import NotFound
from otklik.people.actions import register_person
from otklik.people.models import Account, Person
from otklik.people.models.contact import look_up_text, region_of
from otklik.people.selectors import PersonFilter, look_up, person_page
from otklik.people.tests.factories import Cast, make_cast, make_desk, make_person

pytestmark = pytest.mark.django_db

TYPED = ["ив", "иван", "иванова ма", "user999", "+7 9", "0042", "79", "zz", "кузнецо ол"]


@pytest.fixture
def cast() -> Cast:
    make_desk(time_zone="Europe/Moscow")
    return make_cast()


@pytest.mark.parametrize(
    "typed",
    [
        "+7 843 555-01-42",
        "+78435550142",
        "8(843)5550142",
        "8 843 555 01 42",
        "843 555",
        "5550142",
        "555-01",
        "0142",
        "007 843 5550142",
        "Алёна",
        "алена",
        "ИВАНОВА алён",
        "ова",
        "ив",
        "alena.i",
        "@firma.example",
        "иванова 0142",
    ],
)
def test_any_part_finds_the_caller(cast: Cast, typed: str) -> None:
    make_person(name="Ivan Petrov", phone="+7 495 111-22-33")
    caller = register_person(
        actor=cast.ada,
        fields={"surname": "Иванова", "given_name": "Алёна"},
        emails=["alena.i@firma.example"],
        phones=["8 (843) 555-01-42"],
    )
    assert [found.id for found in look_up(actor=cast.ada, text=typed)] == [caller.pk]


def test_bulgarian_notations_find_each_other(cast: Cast) -> None:
    caller = register_person(
        actor=cast.ada, fields={"surname": "Петров"}, phones=["+359 88 812 3456"]
    )
    for typed in ("0888123456", "00359 888 123 456", "+359 (0)888 12", "123456"):
        assert [found.id for found in look_up(actor=cast.ada, text=typed)] == [caller.pk], typed


@pytest.mark.parametrize(
    ("kept", "typed"),
    [
        ("8 (916) 123-45-67", "+7 916 123-45-67"),
        ("8 (916) 123-45-67", "007 916 123 45"),
        ("0888 123 456", "+359 (0)888 123"),
    ],
)
def test_a_number_kept_without_its_country_is_found_with_it(kept: str, typed: str) -> None:
    make_desk(time_zone="Europe/London")
    ada = make_cast().ada
    caller = register_person(actor=ada, fields={"surname": "Walker"}, phones=[kept])
    other = register_person(actor=ada, fields={"surname": "Other"}, phones=["+7 916 123-99-99"])
    assert [found.id for found in look_up(actor=ada, text=typed)] == [caller.pk]
    assert [found.id for found in look_up(actor=ada, text="+7 916 123 99")] == [other.pk]


@pytest.mark.parametrize(
    "typed", ["", " ", "a", "\x00", "%", "%%", "_", "\\", "' OR 1=1", "\ud800"]
)
def test_what_says_too_little_finds_nobody(cast: Cast, typed: str) -> None:
    assert look_up(actor=cast.ada, text=typed) == []


def test_the_beginning_of_a_name_comes_before_the_middle_of_one(cast: Cast) -> None:
    middle = make_person(name="Anna Brann")
    start = make_person(name="Rann Zed")
    assert [found.id for found in look_up(actor=cast.ada, text="rann")] == [start.pk, middle.pk]


def test_customers_look_nobody_up(cast: Cast) -> None:
    with pytest.raises(NotFound):
        look_up(actor=cast.cy, text="Ada")


def test_the_list_pages_by_key_and_sorts_people_by_what_they_are(cast: Cast) -> None:
    Account.objects.filter(pk=cast.sam.account_id).update(is_active=False)
    wanted = PersonFilter(kind="colleagues")
    first = person_page(actor=cast.ada, wanted=wanted, size=3)
    second = person_page(actor=cast.ada, wanted=wanted, size=3, cursor=first.next)
    names = [person.given_name for page in (first, second) for person in page.rows]
    assert names == ["Ada", "Root", "Cora", "Sam", "Vi"]

    def given_names(**filters: object) -> list[str]:
        page = person_page(actor=cast.ada, wanted=PersonFilter(**filters))  # type: ignore[arg-type]  # its fields
        return [person.given_name for person in page.rows]

    assert given_names(kind="customers") == ["Cy"]
    assert given_names(kind="administrators") == ["Root"]
    assert given_names(kind="blocked") == ["Sam"]
    assert given_names(department_id=cast.hr.pk) == ["Sam"]
    assert given_names(text="ad ag") == ["Ada"]


def test_clocks_tell_the_country() -> None:
    assert [region_of(zone) for zone in ("Europe/Moscow", "Europe/Sofia", "UTC", "X")] == [
        "RU",
        "BG",
        None,
        None,
    ]


QUICK, MOST_TRIES = 0.05, 40  # seconds


@pytest.mark.slow
def test_a_hundred_thousand_people_are_looked_up_as_one_types(cast: Cast) -> None:
    given = ["Иван", "Мария", "Анна", "Georgi", "Elena", "Пётр", "Ольга", "John", "Стоян", "Kate"]
    surnames = [
        f"{root}{end}"
        for root in ("Иван", "Петр", "Стоян", "Smirn", "Кузнец")
        for end in ("ов", "ова", "ский", "enko")
    ]
    Person.objects.bulk_create(
        (
            Person(
                surname=surnames[number % 20] + chr(1072 + number % 32) * (number % 3),
                given_name=given[number % 10],
                look_up=look_up_text(
                    [surnames[number % 20], given[number % 10], f"user{number}@example.com"],
                    [f"+7 9{number % 90 + 10:02d} {number:07d}"],
                ),
                created_at=clock.now(),
            )
            for number in range(100_000)
        ),
        batch_size=5000,
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "VACUUM ANALYZE people_person"
            if not connection.in_atomic_block
            else "ANALYZE people_person"
        )

    def best(typed: str, bar: float) -> float:
        """Look up until it was quick once: a machine that does much else is no fault."""
        least = bar
        for _ in range(MOST_TRIES):
            start = time.perf_counter()
            look_up(actor=cast.ada, text=typed)
            least = min(least, time.perf_counter() - start)
            if least < bar:
                break
        return least

    times = {typed: best(typed, QUICK) for typed in TYPED}
    assert max(times.values()) < QUICK, times
    assert best("com", 0.2) < 0.2  # in every address, at the start of no name: the worst case
