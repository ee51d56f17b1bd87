"""The languages that the desk offers decide what anybody is spoken to in, and may choose."""

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import Client
from pytest_django.fixtures import Settings

from otklik.core.errors import Invalid
from otklik.people.actions import change_department, change_person, register_person
from otklik.people.actions.desk import change_desk
from otklik.people.models import Department, Person
from otklik.people.tests.factories import Cast, make_actor, make_desk, make_person, sign_in

pytestmark = pytest.mark.django_db


def language_of(client: Client, asked: str = "", address: str = "/sign-in/") -> str:
    return client.get(address, headers={"Accept-Language": asked})["Content-Language"]


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [
        ("ru", "ru"),
        ("bg-BG,bg;q=0.9", "bg"),
        ("en", "bg"),
        ("en-GB,ru;q=0.5", "ru"),
        ("de", "bg"),
        ("", "bg"),
        ("*", "bg"),
        ("x" * 3000, "bg"),
    ],
)
def test_a_browser_chooses_among_what_is_offered_and_gets_the_first_else(
    client: Client, asked: str, spoken: str
) -> None:
    make_desk(languages=["bg", "ru"])
    assert language_of(client, asked) == spoken


def test_a_visitor_chooses_among_what_is_offered_and_stays_where_they_were(client: Client) -> None:
    make_desk(languages=["bg", "ru"])
    page = client.get("/sign-in/").text
    assert 'name="language" value="ru"' in page
    assert 'name="language" value="en"' not in page

    chosen = client.post("/language/", {"language": "ru", "next": "/sign-in/?next=/me/"})
    assert chosen["Location"] == "/sign-in/?next=/me/"
    assert language_of(client, "bg") == "ru"
    client.post("/language/", {"language": "en", "next": "/"})
    assert language_of(client, "bg") == "ru"
    assert client.post("/language/", {"next": "//evil.example/"})["Location"] == "/"


def test_what_was_chosen_once_and_is_offered_no_more_is_forgotten(client: Client) -> None:
    make_desk(languages=["ru"])
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "bg"
    assert language_of(client) == "ru"


def test_one_language_leaves_nothing_to_choose(client: Client) -> None:
    make_desk(languages=["ru"])
    assert 'action="/language/"' not in client.get("/sign-in/").text


def test_who_is_signed_in_changes_theirs_on_their_own_page(client: Client, cast: Cast) -> None:
    make_desk(languages=["en", "ru"])
    sign_in(client, cast.cy)
    assert 'action="/language/"' not in client.get("/?portal").text


def test_a_person_is_spoken_to_in_the_first_language_once_theirs_is_offered_no_more(
    client: Client,
) -> None:
    make_desk(languages=["ru", "en"])
    sign_in(client, make_actor(name="Мария Тодорова", language="bg"))
    assert language_of(client, "en", "/me/") == "ru"
    page = client.get("/me/").text
    assert options(page, "language") == ["ru", "en"]
    assert '<option value="ru" selected>' in page


@pytest.mark.parametrize("address", ["/setup/people/new/", "/setup/departments/new/"])
def test_forms_offer_the_desk_s_languages_the_first_first(
    client: Client, cast: Cast, address: str
) -> None:
    make_desk(languages=["bg", "en"])
    sign_in(client, cast.root)
    assert options(client.get(address).text, "language") == ["bg", "en"]


def test_a_language_that_is_not_offered_is_refused(client: Client, cast: Cast) -> None:
    make_desk(languages=["en", "ru"])
    with pytest.raises(Invalid) as refused:
        register_person(actor=cast.root, fields={"surname": "Nova", "language": "bg"})
    assert "language" in refused.value.fields
    with pytest.raises(Invalid):
        change_person(actor=cast.cy, person_id=cast.cy.person_id, changes={"language": "bg"})
    with pytest.raises(Invalid):
        change_department(actor=cast.root, department_id=cast.it.pk, changes={"language": "bg"})
    sign_in(client, cast.cy)
    assert client.post("/me/", {"language": "bg", "time_zone": "UTC"}).status_code == 422
    assert Person.objects.get(pk=cast.cy.person_id).language == "en"


def test_a_colleague_reads_which_language_a_person_is_spoken_to_in(
    client: Client, cast: Cast
) -> None:
    make_desk(languages=["en", "ru"])
    sign_in(client, cast.ada)
    for language, words in (("ru", "Russian"), ("bg", "English")):
        person = make_person(language=language)
        assert f"<dd>{words}</dd>" in client.get(f"/people/{person.pk}/").text


def test_a_department_is_named_in_the_offered_languages_and_keeps_its_other_names(
    client: Client, cast: Cast
) -> None:
    make_desk(languages=["ru", "en"])
    cast.it.names = {"en": "Programs", "bg": "Програми"}
    cast.it.save()
    sign_in(client, cast.root)
    address = f"/setup/departments/{cast.it.pk}/"
    page = client.get(address).text
    assert page.index('name="names_ru"') < page.index('name="names_en"')
    assert '<input type="hidden" name="names_bg" value="Програми"' in page

    values = {"names_ru": "Программы", "names_en": "", "names_bg": "Програми"}
    more = {"prefix": cast.it.prefix, "language": "ru"}
    assert client.post(address, values | more).status_code == 302
    assert Department.objects.get(pk=cast.it.pk).names == {"ru": "Программы", "bg": "Програми"}


def test_a_missing_name_is_asked_for_in_a_language_that_is_seen(client: Client, cast: Cast) -> None:
    make_desk(languages=["bg"])
    sign_in(client, cast.root)
    page = client.post("/setup/departments/new/", {"prefix": "NEW", "language": "bg"}).text
    assert 'data-field="names_bg"' in page
    assert 'id="id_names_bg-fault"' in page
    assert not Department.objects.filter(prefix="NEW").exists()


def test_a_field_that_ends_like_a_language_holds_no_words(
    client: Client, cast: Cast, settings: Settings
) -> None:
    settings.LANGUAGES = [*settings.LANGUAGES, ("id", "id")]  # Indonesian: `parent_id` ends so
    make_desk(languages=["en"])
    sign_in(client, cast.root)
    address = f"/setup/departments/{cast.it.pk}/"
    page = client.get(address).text
    assert str(cast.hr.pk) in options(page, "parent_id")
    assert '<input type="hidden" name="names_id"' in page
    assert page.index('name="names_en"') < page.index('name="prefix"')
    assert page.index('name="prefix"') < page.index('name="parent_id"')

    values = {"names_en": "IT", "prefix": cast.it.prefix, "language": "en"}
    refused = client.post(address, values | {"parent_id": cast.it.pk}).text
    assert 'id="id_parent_id-fault"' in refused


def options(page: str, name: str) -> list[str]:
    """Return what a list of a page offers, in order."""
    _before, _sign, rest = page.partition(f'<select name="{name}"')
    inside, _end, _after = rest.partition("</select>")
    return [part.partition('"')[0] for part in inside.split('value="')[1:]]


def test_words_and_a_desks_list_outlive_the_file_of_their_language(cast: Cast) -> None:
    make_desk(languages=["ru", "de"])
    Department.objects.filter(pk=cast.it.pk).update(names={"ru": "Сеть", "de": "Netz"})

    changed = change_department(
        actor=cast.root, department_id=cast.it.pk, changes={"names": {"ru": "Сети"}}
    )
    desk = change_desk(actor=cast.root, changes={"languages": ["en", "ru"]})

    assert changed.names == {"ru": "Сети", "de": "Netz"}
    assert desk.languages == ["en", "ru", "de"]


@pytest.mark.parametrize("code", ["de", "pt-br", "zh-hans", "sr-latn-rs", "es-419"])
def test_a_person_may_have_any_language_to_the_database(code: str) -> None:
    person = make_person()
    Person.objects.filter(pk=person.pk).update(language=code)
    assert Person.objects.get(pk=person.pk).language == code


@pytest.mark.parametrize("code", ["", "DE", "d", "german", "de_DE", "de\n"])
def test_the_database_refuses_a_language_that_is_no_code(cast: Cast, code: str) -> None:
    with pytest.raises(IntegrityError, match="person_language_is_a_code"), transaction.atomic():
        Person.objects.filter(pk=cast.ada.person_id).update(language=code)
    with pytest.raises(IntegrityError, match="department_language_is_a_code"), transaction.atomic():
        Department.objects.filter(pk=cast.it.pk).update(language=code)
