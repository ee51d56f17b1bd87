from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from otklik.core.codes import PROMISED
from otklik.core.tests.live_desk import wait_until
from otklik.people.actions import FirstAdministrator, FirstDesk, set_up_desk
from otklik.people.tests.factories import make_cast
from otklik.tickets.actions.configuring.categories import add_category
from otklik.tickets.actions.defaults import load_defaults
from otklik.tickets.defaults.categories import CATEGORIES
from otklik.tickets.models import (
    Category,
    Choice,
    Field,
    Flow,
    FormField,
    Phase,
    Priority,
    Status,
    TicketType,
    Transition,
    TypicalProblem,
)
from otklik.tickets.tests.factories import make_configuration
from otklik.tickets.tests.stored import configuration

pytestmark = pytest.mark.django_db

NAMED = (Category, Choice, Field, Flow, Priority, Status, TicketType, Transition)


def test_a_new_desk_has_seven_statuses_five_types_and_thirty_categories() -> None:
    made = make_configuration()

    assert [(s.key, s.phase) for s in made.flow.statuses.all()] == [(p, p) for p in Phase.values]
    assert list(made.types) == ["programming", "functional", "equipment", "facility", "hr"]
    assert len(made.categories) == 30
    assert len([c for c in made.categories.values() if c.parent_id is None]) == 5
    hours = {
        level: (p.reply_within.total_seconds() / 3600, p.solve_within.total_seconds() / 3600)
        for level, p in made.priorities.items()
    }
    assert hours == {5: (1, 4), 4: (4, 8), 3: (8, 24), 2: (24, 48), 1: (48, 96)}


def test_loading_twice_changes_nothing() -> None:
    load_defaults()
    Category.objects.filter(key="other").update(names={"en": "The rest"})
    before = configuration()

    load_defaults()

    assert configuration() == before


def test_what_is_missing_is_added_where_it_belongs() -> None:
    load_defaults()
    branch = Category.objects.filter(parent=None)[1]
    leaf = branch.children.all()[1]
    tree = Choice.objects.exclude(parent=None)[0].field
    choices = list(tree.choices.values_list("key", "parent__key", "position"))
    gone = FormField.objects.filter(field=tree).values_list("type__key", "position")[0]
    TypicalProblem.objects.all().delete()
    leaf.delete()
    TicketType.objects.filter(key=gone[0]).delete()
    FormField.objects.filter(field=tree).delete()
    tree.delete()

    load_defaults()

    again = Category.objects.get(key=leaf.key)
    assert (again.parent, again.position) == (branch, leaf.position)
    form = FormField.objects.get(field__key=tree.key, type__key=gone[0])
    assert form.position == gone[1]
    assert list(form.field.choices.values_list("key", "parent__key", "position")) == choices


@pytest.mark.django_db(transaction=True)
def test_it_waits_for_who_makes_something_of_the_same_key_meanwhile() -> None:
    def load() -> None:
        load_defaults()
        connection.close()

    root, known = make_cast().root, CATEGORIES[0]
    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            own = add_category(actor=root, names={"en": known.key})
            loading = other.submit(load)
            wait_until(somebody_waits, 20)
        loading.result(60)
    assert Category.objects.get(key=known.key) == own
    assert own.children.count() == len(known.children)


def somebody_waits() -> bool:
    """Tell whether a connection stands before a named lock, as the configuration's is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM pg_locks WHERE NOT granted AND locktype = 'advisory'")
        return cursor.fetchone() is not None


def test_everything_has_its_words_in_every_language() -> None:
    load_defaults()

    for model in NAMED:
        for row in model.objects.all():
            assert set(row.names) == set(PROMISED), row
            assert all(row.names.values()), row


def test_a_customer_may_withdraw_confirm_reject_and_reopen() -> None:
    made = make_configuration()

    ways = Transition.objects.filter(source__flow=made.flow, allowed__contains=["customer"])

    assert set(ways.values_list("source__key", "target__key")) == {
        ("new", "closed"),
        ("assigned", "closed"),
        ("progress", "closed"),
        ("pending", "progress"),
        ("pending", "closed"),
        ("resolved", "closed"),
        ("resolved", "reopened"),
        ("closed", "reopened"),
        ("reopened", "closed"),
    }


def test_asking_and_resolving_demand_words_to_the_customer() -> None:
    made = make_configuration()

    silent = Transition.objects.filter(source__flow=made.flow, demands_message=False)

    assert not silent.filter(target__key__in=["pending", "resolved"]).exists()
    assert not silent.filter(target__key="assigned", demands_assignee=False).exists()


def test_every_condition_waits_for_an_answer_that_exists() -> None:
    load_defaults()

    for asked in FormField.objects.exclude(shown_when=None).select_related("shown_when"):
        other = asked.shown_when
        assert other is not None
        form = FormField.objects.filter(type=asked.type_id, field=other)
        assert form.filter(position__lt=asked.position).exists()
        if other.kind == Field.Kind.CHECKBOX:
            assert asked.shown_value == "yes"
        else:
            assert other.choices.filter(key=asked.shown_value).exists()


def test_a_desk_that_is_set_up_can_take_tickets_at_once() -> None:
    chief = FirstAdministrator(
        given_name="Root",
        surname="",
        email="root@example.com",
        login="root",
        password="correct horse battery",
    )
    set_up_desk(
        first=FirstDesk(
            company="Acme",
            languages=["en"],
            time_zone="UTC",
            departments=[{"names": {"en": "IT"}, "prefix": "IT"}],
            administrator=chief,
        )
    )
    assert TicketType.objects.filter(is_active=True).exists()
    assert Status.objects.count() == 7
