"""Remarks on a person: colleagues' own words, which the person neither reads nor writes."""

import pytest
from django.test import Client
from django.urls import reverse

from otklik.core.errors import NotAllowed
from otklik.people.actions import change_person
from otklik.people.models import Person
from otklik.people.tests.factories import Cast, sign_in
from otklik.people.tests.program import ask

pytestmark = pytest.mark.django_db

SAID = "Talks over everyone."


@pytest.fixture
def cast(cast: Cast) -> Cast:
    Person.objects.update(remarks=SAID)
    return cast


def test_a_program_reads_remarks_on_others_alone(cast: Cast) -> None:
    assert ask(cast.ada, "GET", "/people/me")[1]["remarks"] is None
    assert ask(cast.ada, "GET", f"/people/{cast.ada.person_id}")[1]["remarks"] is None
    assert ask(cast.ada, "GET", f"/people/{cast.vi.person_id}")[1]["remarks"] == SAID
    assert ask(cast.root, "GET", "/people/me")[1]["remarks"] == SAID
    found = ask(cast.ada, "GET", "/people?q=Ada")[1]["items"]
    assert [(one["id"], one["remarks"]) for one in found] == [(cast.ada.person_id, None)]


def test_a_colleague_reads_no_remarks_on_themselves(client: Client, cast: Cast) -> None:
    sign_in(client, cast.ada)
    own = client.get(reverse("person", args=[cast.ada.person_id])).text
    assert SAID not in own
    assert 'name="remarks"' not in own
    assert SAID in client.get(reverse("person", args=[cast.cy.person_id])).text
    sign_in(client, cast.root)
    assert SAID in client.get(reverse("person", args=[cast.root.person_id])).text


def test_saving_ones_own_profile_neither_writes_nor_tells_remarks(
    client: Client, cast: Cast
) -> None:
    sign_in(client, cast.ada)
    address = reverse("person", args=[cast.ada.person_id])
    form = {"given_name": "Ada", "language": "en", "time_zone": "UTC", "channel": "web"}
    posted = form | {"remarks": "An angel."}
    page = client.post(address, posted, follow=True)
    assert page.redirect_chain
    assert SAID not in page.text
    ada = Person.objects.get(pk=cast.ada.person_id)
    assert (ada.surname, ada.remarks) == ("", SAID)


@pytest.mark.parametrize("who", ["ada", "cy"])
def test_nobody_writes_remarks_on_themselves_but_the_administrator(cast: Cast, who: str) -> None:
    actor = cast.everyone[who]
    with pytest.raises(NotAllowed):
        change_person(actor=actor, person_id=actor.person_id, changes={"remarks": "An angel."})
    assert ask(actor, "PATCH", f"/people/{actor.person_id}", {"remarks": "x"})[0] == 403
    own = change_person(
        actor=cast.root, person_id=cast.root.person_id, changes={"remarks": "Tired."}
    )
    assert own.remarks == "Tired."
