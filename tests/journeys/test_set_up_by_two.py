"""Two administrators, or two windows of one, change the same thing of the set-up."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from tests.hostile.forms import Forms

from otklik.core.models import Desk
from otklik.people.models import Actor, Department, Person
from otklik.people.tests.factories import (
    make_actor,
    make_organization,
    make_person,
    sign_in,
)
from otklik.tickets.actions.configuring.transitions import Step, set_transition
from otklik.tickets.models import (
    Category,
    Choice,
    ConfigurationChange,
    Field,
    FormField,
    Priority,
    Status,
    TicketType,
    Transition,
    TypicalProblem,
)
from otklik.tickets.tests.desk import DeskAtWork

pytestmark = pytest.mark.django_db

Sent = dict[str, list[str]]
Pair = tuple[str, str]


def a_step() -> str:
    way = Transition.objects.filter(demands_note=False)[0]
    return reverse("setup_step", args=[way.source_id, way.target_id])


def awaited_by_none() -> FormField:
    awaited = FormField.objects.exclude(shown_when=None).values("shown_when")
    asked = FormField.objects.filter(shown_when=None, is_required=True, customer="edits")
    return asked.exclude(field__in=awaited)[0]


def of(name: str, key: Callable[[], object]) -> Callable[[], str]:
    return lambda: reverse(name, args=[key()])


MEMBERS: dict[str, tuple[Callable[[], str], Pair, Pair]] = {
    "desk": (lambda: reverse("setup_desk"), ("company", "Theirs"), ("message_limit", "777")),
    "department": (
        of("setup_department", lambda: TicketType.objects.all()[0].department_id),
        ("names_en", "Theirs"),
        ("prefix", "MINE"),
    ),
    "organization": (
        of("setup_organization", lambda: make_organization(name="Acme").pk),
        ("name", "Theirs"),
        ("products", "Mine"),
    ),
    "person": (
        of("setup_person", lambda: make_person(name="Mary Miller").pk),
        ("office", "Theirs"),
        ("position", "Mine"),
    ),
    "known person": (
        of("person", lambda: make_person(name="Mary Miller").pk),
        ("office", "Theirs"),
        ("given_name", "Mine"),
    ),
    "type": (
        of("setup_type", lambda: TicketType.objects.all()[0].pk),
        ("hints_en", "Theirs"),
        ("hints_ru", "Mine"),
    ),
    "question": (
        of("setup_question", lambda: awaited_by_none().pk),
        ("customer", "sees"),
        ("is_required", ""),
    ),
    "field": (
        of("setup_field", lambda: Field.objects.get(key="device").pk),
        ("hints_bg", "Theirs"),
        ("names_ru", "Mine"),
    ),
    "choice": (
        of("setup_choice", lambda: Choice.objects.filter(parent=None)[0].pk),
        ("names_en", "Theirs"),
        ("is_active", ""),
    ),
    "category": (
        of("setup_category", lambda: Category.objects.filter(parent=None)[0].pk),
        ("names_en", "Theirs"),
        ("names_bg", "Mine"),
    ),
    "flow": (
        of("setup_flow", lambda: Status.objects.all()[0].flow_id),
        ("names_en", "Theirs"),
        ("names_bg", "Mine"),
    ),
    "status": (
        of("setup_status", lambda: Status.objects.get(key="pending").pk),
        ("names_en", "Theirs"),
        ("limit", "7"),
    ),
    "step": (a_step, ("names_en", "Theirs"), ("demands_note", "on")),
    "priority": (
        of("setup_priority", lambda: Priority.objects.get(level=3).pk),
        ("names_en", "Theirs"),
        ("solve", "77"),
    ),
    "problem": (
        of("setup_problem", lambda: TypicalProblem.objects.all()[0].pk),
        ("names_en", "Theirs"),
        ("names_ru", "Mine"),
    ),
}


@pytest.fixture
def two(desk: DeskAtWork) -> tuple[Client, Client]:
    """Sign two administrators in, at a desk that is set up."""
    return window(desk.cast.root), window(make_actor(name="Rita Root", is_administrator=True))


def window(actor: Actor) -> Client:
    client = Client()
    sign_in(client, actor)
    return client


def form_at(text: str, address: str, field: str) -> Sent:
    """Return what a page's form sends when nothing is typed."""
    page = Forms(address)
    page.feed(text)
    posts = [one for one in page.forms if (one.method, one.action) == ("post", address)]
    fit = [one for one in posts if field in one.free | one.chosen]
    return dict(fit[-1].values)  # what undoes stands above


def opened(client: Client, address: str, field: str) -> Sent:
    return form_at(client.get(address).text, address, field)


def undo_offered(client: Client, address: str) -> Sent:
    """Return what the button sends that a page offers after a change."""
    told = client.get(address).text
    start = told.index('id="undo"')
    reader = Forms(address)
    reader.feed(told[start : told.index("</form>", start) + 7])
    return reader.forms[0].values


def with_typed(sent: Sent, pair: Pair) -> Sent:
    rest = {name: values for name, values in sent.items() if name != pair[0]}
    return rest | ({pair[0]: [pair[1]]} if pair[1] else {})


@pytest.mark.parametrize("name", MEMBERS)
@pytest.mark.parametrize("are_two", [True, False], ids=["two people", "two windows"])
def test_changes_of_different_members_both_stand(
    two: tuple[Client, Client],
    name: str,
    are_two: bool,  # noqa: FBT001  # a parameter of the test
    desk: DeskAtWork,
) -> None:
    find, theirs, mine = MEMBERS[name]
    address = find()
    first, second = two if are_two else (window(desk.cast.root), window(desk.cast.root))
    pages = [opened(client, address, theirs[0]) for client in (first, second)]

    assert first.post(address, with_typed(pages[0], theirs)).status_code == 302
    assert second.post(address, with_typed(pages[1], mine)).status_code == 302

    now = opened(first, address, theirs[0])
    assert now[theirs[0]] == [theirs[1]]
    assert now.get(mine[0], [""]) == [mine[1]]


@pytest.mark.parametrize("name", MEMBERS)
def test_of_one_member_the_second_is_told_what_it_is_and_may_insist(
    two: tuple[Client, Client], name: str
) -> None:
    find, theirs, _mine = MEMBERS[name]
    address, field = find(), theirs[0]
    wanted = "staff" if name == "question" else "Wanted"
    pages = [opened(client, address, field) for client in two]
    two[0].post(address, with_typed(pages[0], theirs))

    refused = two[1].post(address, with_typed(pages[1], (field, wanted)))

    told = "Customer sees it" if name == "question" else "Theirs"
    assert refused.status_code == 422
    assert f"now it is “{told}”" in refused.text
    assert opened(two[0], address, field)[field] == [theirs[1]]
    again = form_at(refused.text, address, field)
    assert again[field] == [wanted]
    assert two[1].post(address, again).status_code == 302
    assert opened(two[0], address, field)[field] == [wanted]


def test_what_others_changed_is_shown_beside_what_is_told(two: tuple[Client, Client]) -> None:
    address = MEMBERS["type"][0]()
    pages = [opened(client, address, "hints_en") for client in two]
    both = with_typed(with_typed(pages[0], ("hints_en", "Theirs")), ("hints_ru", "Их"))
    two[0].post(address, both)

    refused = two[1].post(address, with_typed(pages[1], ("hints_en", "Mine")))

    again = form_at(refused.text, address, "hints_en")
    assert (again["hints_en"], again["hints_ru"]) == (["Mine"], ["Их"])


def test_a_number_and_its_unit_are_one_value(two: tuple[Client, Client]) -> None:
    address = MEMBERS["status"][0]()
    pages = [opened(client, address, "limit") for client in two]
    two[0].post(address, with_typed(pages[0], ("limit", "5")))

    refused = two[1].post(address, with_typed(pages[1], ("unit", "days")))

    assert refused.status_code == 422
    assert "now it is “5 hours”" in refused.text


def test_what_was_emptied_is_told_as_such(two: tuple[Client, Client]) -> None:
    address = MEMBERS["desk"][0]()
    Desk.objects.update(customer_file_limit=5 * 1024 * 1024)
    pages = [opened(client, address, "customer_file_limit") for client in two]
    two[0].post(address, with_typed(pages[0], ("customer_file_limit", "")))
    refused = two[1].post(address, with_typed(pages[1], ("customer_file_limit", "9")))
    assert "Somebody emptied this meanwhile." in refused.text
    assert Desk.objects.get().customer_file_limit is None


def test_undoing_takes_back_ones_own_change_alone(two: tuple[Client, Client]) -> None:
    address = reverse("setup_desk")
    page = opened(two[0], address, "company")
    two[0].post(address, with_typed(page, ("company", "Theirs")))
    undo = undo_offered(two[0], address)
    two[1].post(address, with_typed(opened(two[1], address, "company"), ("message_limit", "777")))

    assert two[0].post(address, undo).status_code == 302

    assert (Desk.objects.get().company, Desk.objects.get().message_limit) == ("Acme", 777)


def test_a_step_that_was_taken_away_is_not_taken_away_silently(
    two: tuple[Client, Client], desk: DeskAtWork
) -> None:
    address = a_step()
    page = opened(two[1], address, "names_en")
    source, target = (int(part) for part in address.rstrip("/").split("/")[-2:])
    set_transition(actor=desk.cast.root, ends=(source, target), step=Step())

    refused = two[1].post(address, with_typed(page, ("names_en", "Mine")))

    assert refused.status_code == 422
    assert "Somebody took this step away meanwhile." in refused.text
    assert form_at(refused.text, address, "names_en")["names_en"] == ["Mine"]


@pytest.mark.parametrize(
    "shown", ["", "{", "[]", "null", "5", "[" * 100_000, "\0", '{"names_en": {"a": 1}}', "9" * 5000]
)
def test_a_page_that_says_oddly_what_it_showed_is_never_a_fault_of_ours(
    two: tuple[Client, Client], shown: str
) -> None:
    address = MEMBERS["category"][0]()
    page = opened(two[0], address, "names_en") | {"shown": [shown], "names_en": ["Mine"]}
    assert two[0].post(address, page).status_code in (302, 422)


def test_saving_what_is_there_leaves_no_trace(two: tuple[Client, Client]) -> None:
    for find, theirs, _mine in MEMBERS.values():
        address = find()
        assert two[0].post(address, opened(two[0], address, theirs[0])).status_code == 302, address
    assert not ConfigurationChange.objects.exists()


def test_a_type_keeps_its_department_that_was_closed_until_another_is_chosen(
    two: tuple[Client, Client],
) -> None:
    kind = TicketType.objects.exclude(department=None)[0]
    other = Department.objects.filter(is_active=True).exclude(pk=kind.department_id)[0]
    address = reverse("setup_type", args=[kind.pk])
    before = opened(two[0], address, "hints_en")
    Department.objects.filter(pk=kind.department_id).update(is_active=False)
    page = opened(two[0], address, "hints_en")
    assert page["department"] == [str(kind.department_id)]
    assert "(no longer offered)" in two[0].get(address).text

    for sent, change in ((before, ("hints_en", "First")), (page, ("hints_ru", "Second"))):
        assert two[0].post(address, with_typed(sent, change)).status_code == 302
        assert TicketType.objects.get(pk=kind.pk).department_id == kind.department_id

    page = opened(two[0], address, "hints_en")
    assert two[0].post(address, with_typed(page, ("department", str(other.pk)))).status_code == 302
    page = opened(two[0], address, "hints_en")
    closed = with_typed(page, ("department", str(kind.department_id)))
    assert two[0].post(address, closed).status_code == 422
    kind.refresh_from_db()
    assert kind.department_id == other.pk


def test_a_status_needs_still_what_is_asked_no_more(two: tuple[Client, Client]) -> None:
    status = Status.objects.get(key="pending")
    needed = FormField.objects.filter(type__flow=status.flow_id, field__is_active=True)[0].field
    status.required_fields.set([needed])
    Field.objects.filter(pk=needed.pk).update(is_active=False)
    address = reverse("setup_status", args=[status.pk])
    page = opened(two[0], address, "names_en")
    assert page["required_fields"] == [str(needed.pk)]

    assert two[0].post(address, with_typed(page, ("names_en", "Waits"))).status_code == 302
    assert [one.pk for one in status.required_fields.all()] == [needed.pk]
    page = opened(two[0], address, "names_en")
    assert two[0].post(address, with_typed(page, ("required_fields", ""))).status_code == 302
    assert not status.required_fields.exists()


def test_a_problem_keeps_its_category_that_is_offered_no_more(two: tuple[Client, Client]) -> None:
    problem, category = TypicalProblem.objects.all()[0], Category.objects.filter(parent=None)[0]
    TypicalProblem.objects.filter(pk=problem.pk).update(category=category)
    Category.objects.filter(pk=category.pk).update(is_active=False)
    address = reverse("setup_problem", args=[problem.pk])
    page = opened(two[0], address, "names_en")
    assert two[0].post(address, with_typed(page, ("names_en", "Theirs"))).status_code == 302
    problem.refresh_from_db()
    assert (problem.names["en"], problem.category_id) == ("Theirs", category.pk)


def test_a_department_and_people_keep_a_language_that_is_offered_no_more(
    two: tuple[Client, Client],
) -> None:
    Desk.objects.update(languages=["ru", "en"])
    department = Department.objects.all()[0]
    person = make_person(name="Mary Miller")
    for rows in (Department.objects.all(), Person.objects.all()):
        rows.update(language="bg")
    for route, key, change in (
        ("setup_department", [department.pk], ("names_ru", "Сеть")),
        ("setup_person", [person.pk], ("office", "12")),
        ("person", [person.pk], ("office", "13")),
        ("me", [], ("office", "14")),
    ):
        address = reverse(route, args=key)
        page = opened(two[0], address, change[0])
        assert two[0].post(address, with_typed(page, change)).status_code == 302, route
        assert opened(two[0], address, change[0])[change[0]] == [change[1]]
    assert opened(two[0], reverse("setup_department", args=[department.pk]), "prefix")[
        "language"
    ] == ["bg"]
    assert set(Department.objects.values_list("language", flat=True)) == {"bg"}
    assert set(Person.objects.values_list("language", flat=True)) == {"bg"}

    address = reverse("setup_person", args=[person.pk])
    chosen = with_typed(opened(two[0], address, "office"), ("language", "en"))
    assert two[0].post(address, chosen).status_code == 302
    person.refresh_from_db()
    assert person.language == "en"


def test_a_known_person_is_undone_without_what_others_changed(two: tuple[Client, Client]) -> None:
    person = make_person(name="Mary Miller")
    address = reverse("person", args=[person.pk])
    two[0].post(address, with_typed(opened(two[0], address, "office"), ("office", "Theirs")))
    undo = undo_offered(two[0], address)
    two[1].post(address, with_typed(opened(two[1], address, "office"), ("position", "Mine")))

    assert two[0].post(address, undo).status_code == 302

    person.refresh_from_db()
    assert (person.office, person.position) == ("", "Mine")


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_each_change_of_another_member_stands(desk: DeskAtWork) -> None:
    row = Category.objects.filter(parent=None)[0]
    address = reverse("setup_category", args=[row.pk])
    codes = ("en", "ru", "bg")
    windows = {code: window(desk.cast.root) for code in codes}
    pages = {code: opened(windows[code], address, "names_en") for code in codes}
    start = threading.Barrier(len(codes))
    answers: list[int] = []

    def save(code: str) -> None:
        start.wait()
        try:
            typed = with_typed(pages[code], (f"names_{code}", f"New {code}"))
            answers.append(windows[code].post(address, typed).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=save, args=[code]) for code in codes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    row.refresh_from_db()
    assert answers == [302] * len(codes)
    assert row.names == {code: f"New {code}" for code in codes}
