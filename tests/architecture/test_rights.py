"""Who gets which answer at every address: one table, made from the addresses themselves.

`rights.json` holds, for each route and each person, the status of GET and of an empty POST
("GET/POST"). A new route without a row fails; `UPDATE_RIGHTS=1` writes the table anew, and
the difference is read in review. The API's table is by operation, with a body that is taken
from who may send it: what is refused is refused for who asks.
"""

import json
import os
import re
from collections.abc import Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from tests.api.filling import Filling
from tests.api.writes import BODIES, writes
from tests.architecture.world import World, make_world

from otklik.config.api import api
from otklik.people.actions.tokens import create_token
from otklik.people.models import Actor, Role
from otklik.people.tests.factories import make_actor, sign_in
from otklik.tickets.models import Follow, Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.long]

Tables = dict[str, dict[str, dict[str, str]]]

TABLE = Path(__file__).parent / "rights.json"
STRANGERS = (
    "another customer",
    "agent of another department",
    "agent of the department",
    "follower of another department",
    "owner of another department",
)
"""To follow a ticket, or to answer for its outcome, lets nobody see it."""
SET_UP = {"configuration", "departments", "desk", "mailboxes", "senders", "templates"}
NOT_OURS = ("metrics", "health", "ready", "prometheus", "api-", "styleguide")


@pytest.fixture
def world() -> World:
    return make_world()


def people(world: World) -> dict[str, Actor | None]:
    """Everyone whose answer the table holds."""
    cast = world.cast
    at_hr = {cast.hr: Role.AGENT}
    follower = make_actor(name="Fay Follower", roles=at_hr)
    owner = make_actor(name="Ona Owner", roles=at_hr)
    Follow.objects.create(ticket_id=world.ticket_id, person_id=follower.person_id)
    Ticket.objects.filter(pk=world.ticket_id).update(owner=owner.person_id)
    return {
        "visitor": None,
        "customer who asked": cast.cy,
        "colleague whose company shares": make_actor(name="Col League", organization=world.company),
        "another customer": make_actor(name="Di Stranger"),
        "agent at work on it": cast.ada,
        "agent of the department": make_actor(name="Ann Other", roles={cast.it: Role.AGENT}),
        "agent of another department": cast.sam,
        "follower of another department": follower,
        "owner of another department": owner,
        "coordinator": cast.cora,
        "supervisor": cast.vi,
        "administrator": cast.root,
    }


def routes(patterns: list[Any] | None = None) -> Iterator[URLPattern]:
    """Every named route of ours."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace != "api":
                yield from routes(pattern.url_patterns)
        elif pattern.name and not pattern.name.startswith(NOT_OURS):
            yield pattern


def answers(client: Client, address: str) -> str:
    """Ask an address both ways, and undo what the asking did."""
    found = []
    for method in (client.get, client.post):
        with transaction.atomic():
            found.append(str(method(address).status_code))
            transaction.set_rollback(True)
    return "/".join(found)


def page_table(world: World) -> dict[str, dict[str, str]]:
    table: dict[str, dict[str, str]] = {}
    everyone = {who: signed_in(actor) for who, actor in people(world).items()}
    for route in routes():
        ((_path, wanted),) = get_resolver().reverse_dict.getlist(route.name)[0][0][:1]
        address = reverse(str(route.name), kwargs=world.fill(str(route.name), wanted))
        table[str(route.name)] = {}
        for who, cookies in everyone.items():
            client = Client(raise_request_exception=False)
            client.cookies = SimpleCookie(cookies)
            table[str(route.name)][who] = answers(client, address)
    return table


def signed_in(actor: Actor | None) -> dict[str, str]:
    """Sign somebody in once; return the cookies with which each of their windows begins."""
    client = Client()
    if actor is not None:
        sign_in(client, actor)
    return {name: morsel.value for name, morsel in client.cookies.items()}


def api_table(world: World) -> dict[str, dict[str, str]]:
    table: dict[str, dict[str, str]] = {}
    keys: dict[str, dict[str, str]] = {"visitor": {}}
    for who, actor in people(world).items():
        if actor is not None:
            _row, secret = create_token(actor=actor, name="table", scopes=["all"])
            keys[who] = {"Authorization": f"Bearer {secret}"}
    for method, path, address, body in operations(world):
        row = table.setdefault(f"{method} {path}", {})
        for who, headers in keys.items():
            with transaction.atomic():
                answer = Client(raise_request_exception=False).generic(
                    method, address, body, "application/json", headers=headers
                )
                row[who] = str(answer.status_code)
                transaction.set_rollback(True)
    return table


def operations(world: World) -> Iterator[tuple[str, str, str, bytes]]:
    """Every operation of the API: method, path, an address and a body that it takes."""
    filling = Filling(world)
    taken = {(write.method, write.path): write for write in writes()}
    for path, methods in api.get_openapi_schema()["paths"].items():
        for method in map(str.upper, methods):
            if write := taken.get((method, path)):
                yield method, path, filling.address(write), filling.body(BODIES[write.label])
            else:
                named = re.findall(r"{(\w+)}", path)
                yield method, path, path.format(**world.fill(path, named)), b"{}"


def differences(kept: Tables, found: Tables) -> list[str]:
    """Name each answer that is not the table's, one line each."""
    return [
        f"{where} | {route} | {who}: {before} -> {now}"
        for where in ("pages", "api")
        for route in sorted(kept[where].keys() | found[where].keys())
        for who in sorted(kept[where].get(route, {}).keys() | found[where].get(route, {}).keys())
        if (before := kept[where].get(route, {}).get(who))
        != (now := found[where].get(route, {}).get(who))
    ]


def test_every_route_gives_each_person_the_answer_of_the_table(world: World) -> None:
    found = {"pages": page_table(world), "api": api_table(world)}
    if os.environ.get("UPDATE_RIGHTS"):
        TABLE.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")

    kept = json.loads(TABLE.read_text(encoding="utf-8"))
    assert differences(kept, found) == []
    broken = [
        f"{route}: {who} {answer}"
        for table in found.values()
        for route, row in table.items()
        for who, answer in row.items()
        if "5" in {part[:1] for part in answer.split("/")}
    ]
    assert broken == []


def test_what_the_table_says_is_right() -> None:
    """The rule in words: who may not see gets "not found", at every address of a ticket."""
    table = json.loads(TABLE.read_text(encoding="utf-8"))
    for route, row in table["pages"].items():
        if route == "ticket" or route.startswith("ticket_"):
            for who in (*STRANGERS, "customer who asked", "colleague whose company shares"):
                assert {"404", "405"} >= set(row[who].split("/")), (route, who, row[who])
            assert {"302", "405"} >= set(row["visitor"].split("/")), (route, row["visitor"])
        if route.startswith("setup"):
            others = set(row) - {"administrator", "visitor"}
            for who in others:
                assert {"404", "405"} >= set(row[who].split("/")), (route, who, row[who])
    for route, row in table["api"].items():
        assert row["visitor"] == "401", route
        if "{ticket_id}" in route:
            for who in STRANGERS:
                # files come as a form: what is none is refused before anybody looks who asks
                wanted = {"404"} if not route.endswith("/files") else {"404", "422"}
                assert row[who] in wanted, (route, who, row[who])


def test_programs_set_up_the_desk_for_administrators_alone() -> None:
    for route, row in json.loads(TABLE.read_text(encoding="utf-8"))["api"].items():
        if not route.startswith("GET") and route.split("/")[3] in SET_UP:
            for who in set(row) - {"administrator", "visitor"}:
                assert row[who] in ("403", "404"), (route, who, row[who])


def test_whose_company_shares_reads_and_replies_and_settles_nothing() -> None:
    pages = json.loads(TABLE.read_text(encoding="utf-8"))["pages"]
    asked, colleague = "customer who asked", "colleague whose company shares"
    for route in ("request", "request_thread", "request_part", "request_reply", "request_draft"):
        assert pages[route][colleague] == pages[route][asked] != "404/404", route
        for who in STRANGERS:
            assert {"404", "405"} >= set(pages[route][who].split("/")), (route, who)
    for route in ("request_solution", "request_closing", "request_rating"):
        assert pages[route][colleague].endswith("/403"), (route, pages[route])
