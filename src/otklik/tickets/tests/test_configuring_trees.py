"""Names, keys, categories and the answers of lists and trees."""

import pytest

from otklik.core.errors import Conflict, Invalid
from otklik.people.models import Actor
from otklik.people.tests.factories import Cast
from otklik.tickets.actions.configuring.categories import (
    add_category,
    change_category,
    delete_category,
    place_category,
    step_category,
)
from otklik.tickets.actions.configuring.choices import (
    add_choice,
    change_choice,
    delete_choice,
    place_choice,
    step_choice,
)
from otklik.tickets.actions.configuring.fields import (
    FieldDraft,
    add_field,
)
from otklik.tickets.actions.configuring.tree import Direction
from otklik.tickets.models import (
    Category,
    Choice,
)
from otklik.tickets.tests.factories import (
    Configuration,
    make_field,
)
from otklik.tickets.tests.stored import configuration, make_stored_ticket

pytestmark = pytest.mark.django_db

N = {"en": "Something"}


@pytest.mark.parametrize(
    ("names", "field"),
    [
        ({}, "names.en"),
        ({"en": " \u200b "}, "names.en"),
        ({"ru": "я" * 81}, "names.ru"),
        ({"bg": "x\0"}, "names.bg"),
        ({"en": "\ud800"}, "names.en"),
    ],
    ids=ascii,
)
def test_a_bad_name_is_refused_by_its_language(
    names: dict[str, str], field: str, root: Actor
) -> None:
    with pytest.raises(Invalid) as refusal:
        add_category(actor=root, names=names)
    assert list(refusal.value.fields) == [field]


def test_keys_are_made_of_names_and_never_twice(root: Actor) -> None:
    one = add_category(actor=root, names={"ru": "Жёсткий диск", "de": "Platte"})
    two = add_category(actor=root, names={"ru": "Жёсткий диск"})
    odd = add_category(actor=root, names={"en": "☂"})

    assert [one.key, two.key, odd.key] == ["zhyostkiy-disk", "zhyostkiy-disk-2", "x"]
    assert one.names == {"ru": "Жёсткий диск"}
    field = add_field(actor=root, draft=FieldDraft(names={"en": "Status"}, kind="text"))
    assert field.key == "status_2"


def test_a_name_outlives_the_file_of_its_language(root: Actor) -> None:
    one = add_category(actor=root, names={"ru": "Диск"})
    Category.objects.filter(pk=one.pk).update(names={"ru": "Диск", "de": "Platte"})

    changed = change_category(
        actor=root, category_id=one.pk, names={"ru": "Диски", "de": "Anderes"}, is_active=True
    )

    assert changed.names == {"ru": "Диски", "de": "Platte"}


def keys_under(parent: Category | None) -> list[str]:
    return list(Category.objects.filter(parent=parent).values_list("key", flat=True))


def test_a_category_walks_through_the_tree_by_steps(root: Actor) -> None:
    a, b, c = (add_category(actor=root, names={"en": name}) for name in "abc")

    def step(category: Category, direction: Direction) -> None:
        step_category(actor=root, category_id=category.pk, direction=direction)

    step(c, Direction.UP)
    assert keys_under(None) == ["a", "c", "b"]
    step(a, Direction.DOWN)
    assert keys_under(None) == ["c", "a", "b"]
    step(b, Direction.IN)
    assert (keys_under(None), keys_under(a)) == (["c", "a"], ["b"])
    step(a, Direction.IN)
    assert keys_under(c) == ["a"]
    step(b, Direction.OUT)
    assert (keys_under(c), keys_under(a)) == (["a", "b"], [])
    before = configuration()
    step(c, Direction.UP)
    step(c, Direction.DOWN)
    step(c, Direction.IN)
    step(c, Direction.OUT)
    assert configuration() == before


def test_the_tree_has_no_rings_and_an_end(root: Actor) -> None:
    branch = None
    path = []
    for level in "12345":
        branch = add_category(
            actor=root, names={"en": level}, parent_id=branch.pk if branch else None
        )
        path.append(branch)

    with pytest.raises(Invalid, match="5 levels"):
        add_category(actor=root, names=N, parent_id=path[-1].pk)
    other = add_category(actor=root, names=N)
    with pytest.raises(Invalid, match="5 levels"):
        place_category(actor=root, category_id=path[0].pk, parent_id=other.pk, index=0)
    with pytest.raises(Invalid, match="under itself"):
        place_category(actor=root, category_id=path[0].pk, parent_id=path[3].pk, index=0)
    with pytest.raises(Invalid, match="under itself"):
        place_category(actor=root, category_id=path[0].pk, parent_id=path[0].pk, index=0)
    with pytest.raises(Invalid, match="no such place"):
        place_category(actor=root, category_id=path[0].pk, parent_id=10**9, index=0)
    place_category(actor=root, category_id=path[4].pk, parent_id=None, index=-7)
    assert keys_under(None)[0] == "5"


def test_a_used_category_is_hidden_and_an_unused_one_deleted(
    cast: Cast, made: Configuration
) -> None:
    leaf = made.categories["other-general"]
    make_stored_ticket(cast, made, category=leaf)

    with pytest.raises(Conflict, match="1 ticket is in this category"):
        delete_category(actor=cast.root, category_id=leaf.pk)
    with pytest.raises(Conflict, match="stand under"):
        delete_category(actor=cast.root, category_id=made.categories["other"].pk)
    change_category(actor=cast.root, category_id=leaf.pk, names=leaf.names, is_active=False)
    delete_category(actor=cast.root, category_id=made.categories["other-training"].pk)

    assert not Category.objects.get(pk=leaf.pk).is_active
    assert not Category.objects.filter(key="other-training").exists()


def test_answers_form_lists_and_trees(cast: Cast, root: Actor) -> None:
    listed, tree = make_field(kind="choice", choices=("a", "b")), make_field(kind="tree")
    a, b = listed.choices.all()

    with pytest.raises(Invalid, match="no branches"):
        step_choice(actor=root, choice_id=b.pk, direction=Direction.IN)
    step_choice(actor=root, choice_id=b.pk, direction=Direction.UP)
    assert [one.key for one in listed.choices.all()] == ["b", "a"]
    trunk = add_choice(actor=root, field_id=tree.pk, names={"en": "Trunk"})
    twig = add_choice(actor=root, field_id=tree.pk, names={"en": "Twig"}, parent_id=trunk.pk)
    with pytest.raises(Conflict, match="under this one"):
        delete_choice(actor=root, choice_id=trunk.pk)
    with pytest.raises(Invalid, match="no such place"):
        place_choice(actor=root, choice_id=twig.pk, parent_id=a.pk, index=0)
    place_choice(actor=root, choice_id=twig.pk, parent_id=None, index=0)
    assert [one.key for one in tree.choices.all()] == ["twig", "trunk"]
    with pytest.raises(Invalid, match="no list"):
        add_choice(actor=root, field_id=make_field().pk, names=N)


def test_an_answer_that_is_held_or_waited_for_stays(cast: Cast, made: Configuration) -> None:
    root = cast.root
    choices = {one.key: one for one in Choice.objects.filter(field__key__in=["need", "work"])}
    make_stored_ticket(cast, made, values={"need": "move"})

    with pytest.raises(Conflict, match="1 ticket holds"):
        delete_choice(actor=root, choice_id=choices["move"].pk)
    with pytest.raises(Conflict, match="Steps to reproduce"):
        delete_choice(actor=root, choice_id=choices["error"].pk)
    change_choice(actor=root, choice_id=choices["move"].pk, names=N, is_active=False)
    delete_choice(actor=root, choice_id=choices["new"].pk)
    make_stored_ticket(cast, made, values={"certificates": ["income"]})
    with pytest.raises(Conflict, match="1 ticket holds"):
        delete_choice(actor=root, choice_id=Choice.objects.get(key="income").pk)
