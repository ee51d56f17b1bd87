"""A form counts only when it comes from a page of ours: checked at every address that takes one."""

import re

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from tests.architecture.test_rights import routes
from tests.architecture.world import World, make_world

from otklik.people.models import Account, Actor
from otklik.people.tests.factories import PASSWORD, make_account, sign_in
from otklik.tickets.models import HistoryEntry, Message, Note

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

FOREIGN = {"Origin": "https://evil.example"}
NULL = {"Origin": "null"}


@pytest.fixture
def world() -> World:
    return make_world()


def addresses(world: World) -> list[str]:
    found = []
    for route in routes():
        ((_path, wanted),) = get_resolver().reverse_dict.getlist(route.name)[0][0][:1]
        found.append(reverse(str(route.name), kwargs=world.fill(str(route.name), wanted)))
    return found


def own_client(actor: Actor) -> tuple[Client, str]:
    """Sign in, and return the proof that pages of ours carry."""
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    sign_in(client, actor)
    return client, proof_on(client, "/me/")


def proof_on(client: Client, page: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', client.get(page).text)
    assert found
    return found[1]


def counted() -> tuple[int, ...]:
    kinds = (HistoryEntry, Message, Note, Account)
    return tuple(kind.objects.count() for kind in kinds)


def test_no_address_takes_a_post_without_proof(world: World) -> None:
    client, _proof = own_client(world.cast.root)
    _other, foreign = own_client(world.cast.ada)
    before = counted()
    taken = []
    for address in addresses(world):
        for values in ({}, {"csrfmiddlewaretoken": foreign}, {"csrfmiddlewaretoken": "a" * 64}):
            status = client.post(address, values).status_code
            if status not in (403, 404, 405):
                taken.append(f"{address} {status}")
    assert taken == []
    assert counted() == before


@pytest.mark.parametrize("headers", [FOREIGN, NULL])
def test_a_foreign_origin_is_refused_with_the_right_proof(
    world: World, headers: dict[str, str]
) -> None:
    client, proof = own_client(world.cast.root)
    words = {"csrfmiddlewaretoken": proof, "theme": "dark"}

    assert client.post("/me/look/", words, headers=headers).status_code == 403
    assert client.post("/me/look/", words).status_code == 302


def test_the_proof_of_before_signing_in_is_old_after_it(world: World) -> None:
    make_account(login="zoe", password=PASSWORD)
    client = Client(enforce_csrf_checks=True)
    proof = proof_on(client, "/sign-in/")
    words = {"csrfmiddlewaretoken": proof, "name": "zoe", "password": PASSWORD}
    assert client.post("/sign-in/", words).status_code == 302

    assert client.post("/me/look/", words | {"theme": "dark"}).status_code == 403
    words["csrfmiddlewaretoken"] = proof_on(client, "/me/")
    assert client.post("/me/look/", words | {"theme": "dark"}).status_code == 302


def test_a_refused_page_says_what_to_do(world: World) -> None:
    client, _proof = own_client(world.cast.ada)

    answer = client.post("/me/look/", {"theme": "dark"})

    assert answer.status_code == 403
    assert "Load it again and repeat." in answer.text
