"""Time zones: every one that programs may write is kept by the forms that people save."""

import pytest
from django.forms import Form, Select
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertHTMLEqual

from otklik.core.models import Desk
from otklik.core.towns import town_of
from otklik.people.forms.base import ZoneField, zone_choices
from otklik.people.models import Person
from otklik.people.tests.factories import Cast, make_desk, sign_in
from otklik.people.tests.program import ask

pytestmark = pytest.mark.django_db

UNUSUAL = ["Europe/Kiev", "Asia/Calcutta", "EST", "Etc/GMT+3"]


def chosen(page: str) -> list[str]:
    """Return the zones that a page's own list has chosen."""
    box = page.partition('name="time_zone"')[2].partition("</select>")[0]
    return [option.partition('"')[0] for option in box.split('value="')[1:] if "selected" in option]


@pytest.mark.parametrize("zone", UNUSUAL)
@pytest.mark.parametrize("route", ["person", "setup_person"])
def test_a_zone_of_another_name_outlives_a_saving(
    client: Client, cast: Cast, route: str, zone: str
) -> None:
    assert ask(cast.cy, "PATCH", f"/people/{cast.cy.person_id}", {"time_zone": zone})[0] == 200
    sign_in(client, cast.root)
    address = reverse(route, args=[cast.cy.person_id])
    assert chosen(client.get(address).text) == [zone]
    form = {"surname": "New", "language": "en", "time_zone": zone, "channel": "web"}
    assert client.post(address, form).status_code == 302
    person = Person.objects.get(pk=cast.cy.person_id)
    assert (person.surname, person.time_zone) == ("New", zone)


def test_ones_own_page_and_the_desks_keep_theirs_too(client: Client, cast: Cast) -> None:
    make_desk(time_zone="Asia/Calcutta")
    Person.objects.filter(pk=cast.root.person_id).update(time_zone="Europe/Kiev")
    sign_in(client, cast.root)
    assert chosen(client.get(reverse("me")).text) == ["Europe/Kiev"]
    assert chosen(client.get(reverse("setup_desk")).text) == ["Asia/Calcutta"]
    assert Desk.objects.get().time_zone == "Asia/Calcutta"


def test_what_is_no_zone_is_neither_offered_nor_taken(client: Client, cast: Cast) -> None:
    sign_in(client, cast.root)
    form = {"surname": "New", "language": "en", "time_zone": "Mars/Base", "channel": "web"}
    page = client.post(reverse("setup_person", args=[cast.cy.person_id]), form)
    assert page.status_code == 422
    assert "Mars" not in page.text.partition("<select")[2].partition("</select>")[0]


def test_the_list_is_drawn_as_the_framework_draws_it() -> None:
    class Asked(Form):
        zone = ZoneField(guessed=True)

    for zone in ("Europe/Sofia", "UTC", "Mars/Base", "<b>", ""):
        bound = Asked(initial={"zone": zone})["zone"]
        theirs = Select(bound.field.widget.attrs, choices=zone_choices())
        theirs.is_required = True
        drawn = bound.as_widget(attrs={"class": "input"})
        assertHTMLEqual(drawn, theirs.render("zone", zone, {"class": "input", "id": "id_zone"}))


@pytest.mark.parametrize(
    ("zone", "towns"),
    [
        ("Europe/Sofia", ("Sofia", "София", "София")),
        ("Europe/Moscow", ("Moscow", "Москва", "Москва")),
        ("Asia/Kolkata", ("Kolkata", "Калькутта", "Колката")),
        ("Europe/Kyiv", ("Kyiv", "Киев", "Киев")),
        ("America/Argentina/Buenos_Aires", ("Buenos Aires", "Буэнос-Айрес", "Буенос Айрес")),
        ("Etc/GMT+3", ("GMT+3", "GMT+3", "GMT+3")),
        ("UTC", ("UTC", "UTC", "UTC")),
        ("EST", ("EST", "EST", "EST")),
    ],
)
def test_a_town_is_called_as_the_reader_calls_it(zone: str, towns: tuple[str, ...]) -> None:
    assert tuple(town_of(zone, language) for language in ("en", "ru", "bg")) == towns


def test_the_card_of_a_person_names_the_town_in_the_readers_language(
    client: Client, cast: Cast
) -> None:
    Person.objects.filter(pk=cast.cy.person_id).update(time_zone="Europe/Sofia")
    Person.objects.filter(pk=cast.ada.person_id).update(language="ru")
    sign_in(client, cast.ada)
    page = client.get(reverse("person", args=[cast.cy.person_id])).text
    assert ", София</span>" in page
