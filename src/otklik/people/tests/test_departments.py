"""The tree of departments stays a tree."""

import pytest
from django.db import IntegrityError

from otklik.core.errors import Conflict, Invalid, NotAllowed, NotFound
from otklik.people.actions import (
    DepartmentFields,
    add_department,
    change_department,
    close_department,
    move_department,
    remove_department,
    reopen_department,
)
from otklik.people.models import Department
from otklik.people.selectors import department_tree
from otklik.people.tests.factories import Cast, make_department

pytestmark = pytest.mark.django_db


def test_a_department_is_added_below_another(cast: Cast) -> None:
    added = add_department(
        actor=cast.root,
        fields={"names": {"en": "Network", "ru": "Сеть"}, "prefix": "net", "parent_id": cast.it.pk},
    )
    assert added.prefix == "NET"
    rows = [(row.department.prefix, row.depth) for row in department_tree(actor=cast.ada)]
    assert rows == [(cast.it.prefix, 0), ("NET", 1), (cast.hr.prefix, 0)]


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"names": {}, "prefix": "A"}, "names_en"),
        ({"names": {"de": "Netz"}, "prefix": "A"}, "names_en"),
        ({"names": {"en": "x" * 101}, "prefix": "A"}, "names_en"),
        ({"names": {"en": "Net"}, "prefix": ""}, "prefix"),
        ({"names": {"en": "Net"}, "prefix": "TOOLONG"}, "prefix"),
        ({"names": {"en": "Net"}, "prefix": "A-B"}, "prefix"),
        ({"names": {"en": "Net"}, "prefix": "A", "parent_id": 10**9}, "parent_id"),
        ({"names": {"en": "Net"}, "prefix": "A", "language": "xx"}, "language"),
    ],
)
def test_a_wrong_value_is_named(cast: Cast, fields: DepartmentFields, wrong: str) -> None:
    with pytest.raises(Invalid) as caught:
        add_department(actor=cast.root, fields=fields)
    assert wrong in caught.value.fields


def test_two_departments_never_share_a_prefix(cast: Cast) -> None:
    with pytest.raises(Conflict):
        add_department(actor=cast.root, fields={"names": {"en": "X"}, "prefix": cast.it.prefix})


def test_a_department_cannot_stand_below_itself(cast: Cast) -> None:
    network = make_department(parent=cast.it)
    cables = make_department(parent=network)
    for parent in (cast.it, network, cables):
        with pytest.raises(Invalid):
            change_department(
                actor=cast.root, department_id=cast.it.pk, changes={"parent_id": parent.pk}
            )


def test_the_database_refuses_a_department_that_is_its_own_parent(cast: Cast) -> None:
    with pytest.raises(IntegrityError, match="department_is_not_its_own_parent"):
        Department.objects.filter(pk=cast.it.pk).update(parent=cast.it)


def test_the_database_refuses_a_circle_of_departments(cast: Cast) -> None:
    below = make_department(parent=make_department(parent=cast.it))
    with pytest.raises(IntegrityError, match="department_is_not_below_itself"):
        Department.objects.filter(pk=cast.it.pk).update(parent=below)


def test_siblings_change_places(cast: Cast) -> None:
    move_department(actor=cast.root, department_id=cast.hr.pk, steps=-1)
    assert [row.department for row in department_tree(actor=cast.root)] == [cast.hr, cast.it]
    move_department(actor=cast.root, department_id=cast.hr.pk, steps=-5)
    move_department(actor=cast.root, department_id=cast.hr.pk, steps=1)
    assert [row.department for row in department_tree(actor=cast.root)] == [cast.it, cast.hr]


def test_closing_leaves_one_open_and_no_open_part_behind(cast: Cast) -> None:
    part = make_department(parent=cast.it)
    with pytest.raises(Conflict):
        close_department(actor=cast.root, department_id=cast.it.pk)
    close_department(actor=cast.root, department_id=part.pk)
    close_department(actor=cast.root, department_id=cast.it.pk)
    close_department(actor=cast.root, department_id=cast.it.pk)
    with pytest.raises(Conflict):
        close_department(actor=cast.root, department_id=cast.hr.pk)
    with pytest.raises(Conflict):
        reopen_department(actor=cast.root, department_id=part.pk)
    reopen_department(actor=cast.root, department_id=cast.it.pk)


def test_only_an_unused_department_is_removed(cast: Cast) -> None:
    part = make_department(parent=cast.it)
    with pytest.raises(Conflict):
        remove_department(actor=cast.root, department_id=cast.it.pk)
    remove_department(actor=cast.root, department_id=part.pk)
    remove_department(actor=cast.root, department_id=part.pk)
    assert not Department.objects.filter(pk=part.pk).exists()


def test_departments_are_the_administrators_alone(cast: Cast) -> None:
    for actor in (cast.ada, cast.vi, cast.cora, cast.sam):
        with pytest.raises(NotAllowed):
            close_department(actor=actor, department_id=cast.it.pk)
    with pytest.raises(NotFound):
        close_department(actor=cast.cy, department_id=cast.it.pk)


def test_customers_see_the_departments_that_they_may_write_to(cast: Cast) -> None:
    hidden = make_department(is_public=False)
    seen = {row.department.pk for row in department_tree(actor=cast.cy)}
    assert hidden.pk not in seen
    assert cast.it.pk in seen


def test_an_open_department_never_stands_below_a_closed_one(cast: Cast) -> None:
    close_department(actor=cast.root, department_id=cast.hr.pk)
    below: DepartmentFields = {"parent_id": cast.hr.pk}
    with pytest.raises(Invalid) as caught:
        change_department(actor=cast.root, department_id=cast.it.pk, changes=below)
    assert "parent_id" in caught.value.fields
    with pytest.raises(Invalid):
        add_department(actor=cast.root, fields={"names": {"en": "X"}, "prefix": "X", **below})
    shut = make_department()
    close_department(actor=cast.root, department_id=shut.pk)
    change_department(actor=cast.root, department_id=shut.pk, changes=below)
    with pytest.raises(Conflict):
        reopen_department(actor=cast.root, department_id=shut.pk)


def test_one_that_stands_below_a_closed_one_already_can_be_renamed(cast: Cast) -> None:
    close_department(actor=cast.root, department_id=cast.hr.pk)
    Department.objects.filter(pk=cast.it.pk).update(parent=cast.hr)
    changes: DepartmentFields = {"names": {"en": "Net"}, "parent_id": cast.hr.pk}
    renamed = change_department(actor=cast.root, department_id=cast.it.pk, changes=changes)
    assert renamed.names == {"en": "Net"}
