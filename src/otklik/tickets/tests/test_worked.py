import pytest

from otklik.people.models import Department, Membership
from otklik.people.policies import actor_for
from otklik.people.tests.factories import account_of
from otklik.tickets.models import Category, Status, Ticket
from otklik.tickets.models.worked import Worked
from otklik.tickets.policies import find_ticket
from otklik.tickets.tests.desk import DeskAtWork

PREPARED = Worked(lambda mine: mine.order_by("pk"))


@pytest.mark.parametrize("who", ["ada", "vi", "sam", "root", "cy"])
def test_a_prepared_query_finds_what_the_policy_does(desk: DeskAtWork, who: str) -> None:
    desk.opened()
    desk.taken()
    desk.taken(desk.cast.vi)
    actor = desk.cast.everyone[who]
    assert PREPARED.rows(actor) == list(Ticket.objects.worked_by(actor).order_by("pk"))


def test_a_former_colleague_finds_nothing_even_of_what_they_had(desk: DeskAtWork) -> None:
    desk.taken()
    Membership.objects.filter(person=desk.cast.ada.person_id).delete()
    former = actor_for(account_of(desk.cast.ada))
    assert PREPARED.rows(former) == []


def test_a_found_ticket_speaks_the_configuration_of_the_moment(desk: DeskAtWork) -> None:
    ticket = desk.taken()
    category = Category.objects.exclude(parent=None).select_related("parent")[0]
    Ticket.objects.filter(pk=ticket.pk).update(category=category)
    find_ticket(desk.cast.root, ticket.pk)

    Status.objects.filter(pk=ticket.status_id).update(names={"en": "Handed out"})
    Department.objects.filter(pk=ticket.department_id).update(names={"en": "Machines"})
    found = find_ticket(desk.cast.root, ticket.pk)

    assert (found.status.label, found.department.label) == ("Handed out", "Machines")
    assert found.category
    assert found.category.parent
    assert (found.category, found.category.parent) == (category, category.parent)
