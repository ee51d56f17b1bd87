"""Who gets which answer at every address: one table, made from the addresses themselves.

`rights.json` holds, for each route and each person, the status of GET and of an empty POST
("GET/POST"). A new route without a row fails; `UPDATE_RIGHTS=1` writes the table anew, and
the difference is read in review. The API's table is by operation.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from otklik.config.api import api
from otklik.core.files.receive import keep_content
from otklik.people.actions.tokens import create_token
from otklik.people.models import Actor
from otklik.people.tests.factories import Cast, make_actor, make_cast, make_desk, sign_in
from otklik.tickets.actions import (
    NewTicket,
    Words,
    assign_ticket,
    keep_upload,
    open_ticket,
    write_internal_note,
)
from otklik.tickets.tests.factories import make_configuration

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

TABLE = Path(__file__).parent / "rights.json"
NOT_OURS = ("metrics", "health", "ready", "prometheus", "api-", "styleguide")


@dataclass(frozen=True)
class World:
    """One ticket in each relation to the cast, and everything that addresses may name."""

    cast: Cast
    places: dict[str, object]


@pytest.fixture
def world() -> World:
    configuration = make_configuration()
    make_desk()
    cast = make_cast()
    token = keep_upload(actor=cast.cy, blob=keep_content(b"plain words"), name="a.txt").token
    ticket = open_ticket(
        actor=cast.cy,
        asked=NewTicket(
            subject="Mine",
            words=Words(body="<p>Help</p>", uploads=(token,)),
            requester_id=cast.cy.person_id,
            department_id=cast.it.pk,
        ),
    )
    assign_ticket(actor=cast.root, ticket_id=ticket.pk, assignee_id=cast.ada.person_id)
    note = write_internal_note(
        actor=cast.ada, ticket_id=ticket.pk, words=Words(body="<p>canary</p>")
    )
    places: dict[str, object] = {
        "number": ticket.number,
        "ticket_id": ticket.pk,
        "note_id": note.pk,
        "person_id": cast.cy.person_id,
        "department_id": cast.it.pk,
        "status_id": configuration.statuses["progress"].pk,
        "token": token,
        "kind": "functional",
        "name": "thread",
    }
    return World(cast, places)


def people(world: World) -> dict[str, Actor | None]:
    """Everyone whose answer the table holds."""
    cast = world.cast
    colleague = make_actor(name="Ann Other", roles=dict.fromkeys([cast.it], "agent"))  # type: ignore[arg-type]
    return {
        "visitor": None,
        "customer who asked": cast.cy,
        "another customer": make_actor(name="Di Stranger"),
        "agent at work on it": cast.ada,
        "agent of the department": colleague,
        "agent of another department": cast.sam,
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
    everyone = people(world)
    for route in routes():
        ((_path, wanted),) = get_resolver().reverse_dict.getlist(route.name)[0][0][:1]
        kwargs = {name: world.places.get(name, 1) for name in wanted}
        address = reverse(str(route.name), kwargs=kwargs)
        table[str(route.name)] = {}
        for who, actor in everyone.items():
            client = Client(raise_request_exception=False)
            if actor is not None:
                sign_in(client, actor)
            table[str(route.name)][who] = answers(client, address)
    return table


def api_table(world: World) -> dict[str, dict[str, str]]:
    table: dict[str, dict[str, str]] = {}
    keys: dict[str, dict[str, str]] = {"visitor": {}}
    for who, actor in people(world).items():
        if actor is not None:
            _row, secret = create_token(actor=actor, name="table", scopes=["all"])
            keys[who] = {"Authorization": f"Bearer {secret}"}
    for path, methods in api.get_openapi_schema()["paths"].items():
        address = path
        for name, value in world.places.items():
            address = address.replace("{" + name + "}", str(value))
        for method in methods:
            row = table.setdefault(f"{method.upper()} {path}", {})
            for who, headers in keys.items():
                with transaction.atomic():
                    answer = Client(raise_request_exception=False).generic(
                        method.upper(), address, "{}", "application/json", headers=headers
                    )
                    row[who] = str(answer.status_code)
                    transaction.set_rollback(True)
    return table


def test_every_route_gives_each_person_the_answer_of_the_table(world: World) -> None:
    found = {"pages": page_table(world), "api": api_table(world)}
    if os.environ.get("UPDATE_RIGHTS"):
        TABLE.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")

    assert json.loads(TABLE.read_text(encoding="utf-8")) == found
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
    strangers = ("another customer", "agent of another department", "agent of the department")
    for route, row in table["pages"].items():
        if route == "ticket" or route.startswith("ticket_"):
            for who in (*strangers, "customer who asked"):
                assert {"404", "405"} >= set(row[who].split("/")), (route, who, row[who])
            assert {"302", "405"} >= set(row["visitor"].split("/")), (route, row["visitor"])
        if route.startswith("setup"):
            others = set(row) - {"administrator", "visitor"}
            for who in others:
                assert {"404", "405"} >= set(row[who].split("/")), (route, who, row[who])
    for route, row in table["api"].items():
        assert row["visitor"] == "401", route
        if "{ticket_id}" in route:
            for who in strangers:
                assert row[who] in ("404", "422"), (route, who, row[who])
