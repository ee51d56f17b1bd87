"""Requests half written: kept by administrators, begun with by customers."""

import pytest
from django.test import Client
from django.urls import reverse

from otklik.core.errors import Conflict, Invalid, NotAllowed
from otklik.people.tests.factories import Cast, sign_in
from otklik.tickets.actions.configuring.categories import delete_category
from otklik.tickets.actions.configuring.problems import (
    ProblemDraft,
    add_problem,
    change_problem,
    delete_problem,
    step_problem,
)
from otklik.tickets.actions.configuring.tree import Direction
from otklik.tickets.actions.configuring.types import delete_type
from otklik.tickets.actions.configuring.undoing import undo_change
from otklik.tickets.models import Category, ConfigurationChange, Ticket, TicketType, TypicalProblem
from otklik.tickets.tests.factories import Configuration, make_configuration

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("made")]
NAMES = {"en": "The door is shut", "ru": "Дверь закрыта"}


def draft(**changes: object) -> ProblemDraft:
    kind = TicketType.objects.get(key="facility")
    said: dict[str, object] = {
        "names": NAMES,
        "type_id": kind.pk,
        "texts": {"en": "Which?\r\nWhen?"},
    }
    return ProblemDraft(**{**said, **changes})  # type: ignore[arg-type]  # names of its fields


def keys() -> list[str]:
    return list(TypicalProblem.objects.values_list("key", flat=True))


def test_a_new_desk_offers_some(made: Configuration) -> None:
    assert len(keys()) == 6
    make_configuration()
    assert len(keys()) == 6


def test_an_administrator_keeps_them_and_everything_can_be_undone(cast: Cast) -> None:
    root = cast.root
    made = add_problem(actor=root, draft=draft())
    assert (made.key, made.text) == ("the-door-is-shut", "Which?\nWhen?")
    assert keys()[-1] == made.key

    step_problem(actor=root, problem_id=made.pk, direction=Direction.UP)
    assert keys()[-2] == made.key
    change_problem(actor=root, problem_id=made.pk, draft=draft(is_active=False, texts={}))
    undo_change(actor=root, change_id=ConfigurationChange.objects.latest("pk").pk)
    made.refresh_from_db()
    assert (made.is_active, made.text) == (True, "Which?\nWhen?")
    delete_problem(actor=root, problem_id=made.pk)
    delete_problem(actor=root, problem_id=made.pk)
    assert made.key not in keys()
    undo_change(actor=root, change_id=ConfigurationChange.objects.latest("pk").pk)
    assert keys()[-2] == made.key


@pytest.mark.parametrize(
    ("wrong", "fields"),
    [
        ({"names": {}}, ["names.en"]),
        ({"texts": {"bg": "я" * 2001}}, ["texts.bg"]),
        ({"type_id": 0, "category_id": 0}, ["type", "category"]),
    ],
)
def test_what_cannot_be_taken_is_named(
    cast: Cast, wrong: dict[str, object], fields: list[str]
) -> None:
    with pytest.raises(Invalid) as refusal:
        add_problem(actor=cast.root, draft=draft(**wrong))
    assert list(refusal.value.fields) == fields


def test_only_administrators_change_them(cast: Cast) -> None:
    problem = TypicalProblem.objects.get(key="printer")
    for name, actor in cast.everyone.items():
        if name != "root":
            with pytest.raises(NotAllowed):
                delete_problem(actor=actor, problem_id=problem.pk)


def test_a_type_takes_its_problems_along_and_back(cast: Cast) -> None:
    delete_type(actor=cast.root, type_id=TicketType.objects.get(key="facility").pk)
    assert "room" not in keys()
    undo_change(actor=cast.root, change_id=ConfigurationChange.objects.latest("pk").pk)
    assert TypicalProblem.objects.get(key="room").type.key == "facility"


def test_a_category_that_a_problem_names_stays(cast: Cast) -> None:
    category = Category.objects.get(key="account-access")
    with pytest.raises(Conflict, match="I cannot sign in"):
        delete_category(actor=cast.root, category_id=category.pk)


def test_a_customer_begins_with_a_problem_and_sends_it(cast: Cast, client: Client) -> None:
    sign_in(client, cast.cy)
    shown = client.get(reverse("request_kinds")).content.decode()
    address = f"{reverse('request_new', args=['equipment'])}?problem=printer"
    assert f'href="{address}"' in shown

    form = client.get(address).content.decode()
    assert 'value="The printer does not print"' in form
    assert "What do its lamps or screen show?" in form


def test_a_problem_is_offered_only_with_a_type_that_is(cast: Cast, client: Client) -> None:
    TicketType.objects.filter(key="equipment").update(is_public=False)
    TypicalProblem.objects.filter(key="room").update(is_active=False)
    sign_in(client, cast.cy)
    shown = client.get(reverse("request_kinds")).content.decode()
    assert "The printer does not print" not in shown
    assert "Something in the room" not in shown
    assert "I cannot sign in" in shown


@pytest.mark.parametrize("key", ["", "no-such", "\0", "room' OR 1=1", "x" * 9000])
def test_an_unknown_problem_gives_the_empty_form(cast: Cast, client: Client, key: str) -> None:
    sign_in(client, cast.cy)
    answer = client.get(reverse("request_new", args=["equipment"]), {"problem": key})
    assert answer.status_code == 200
    assert "The printer" not in answer.content.decode()


def test_the_pages_of_setup_add_change_move_and_delete(cast: Cast, client: Client) -> None:
    sign_in(client, cast.root)
    kind = TicketType.objects.get(key="hr")
    said = {"names_en": "I need leave", "texts_en": "When?", "type": kind.pk, "is_active": "on"}
    assert client.post(reverse("setup_new_problem"), {**said, "names_en": ""}).status_code == 422
    assert client.post(reverse("setup_new_problem"), said).status_code == 302
    problem = TypicalProblem.objects.get(key="i-need-leave")
    page = reverse("setup_problem", args=[problem.pk])
    assert "When?" in client.get(page).content.decode()
    assert client.post(page, {**said, "texts_en": "Since when?"}).status_code == 302
    problem.refresh_from_db()
    assert problem.text == "Since when?"
    told = client.get(reverse("setup_history")).content.decode()
    assert "How the description begins (en)" in told
    assert "Typical problem “I need leave”: changed" in told
    place = reverse("setup_problem_place", args=[problem.pk])
    assert client.post(place, {"direction": "up"}).status_code == 302
    assert keys()[-2] == problem.key
    assert client.post(reverse("setup_problem_removal", args=[problem.pk])).status_code == 302
    assert problem.key not in keys()
    assert not Ticket.objects.exists()
