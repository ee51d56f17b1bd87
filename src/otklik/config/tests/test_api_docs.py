"""The API's own page: all that it offers, under the strict policy, for anyone."""

import json
import re
from html import unescape
from pathlib import Path

import pytest
from django.test import Client

from otklik.config.api import api
from otklik.core.api_docs import book
from otklik.people.tests.factories import Cast, make_cast, make_desk, sign_in

pytestmark = pytest.mark.django_db

GUIDE = Path(__file__).resolve().parents[4] / "docs" / "guide" / "api.md"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def read(language: str = "en") -> str:
    make_desk()
    answer = Client().get("/api/v1/docs", headers={"Accept-Language": language})
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def test_every_operation_and_shape_stands_on_the_page_once() -> None:
    page = read()
    schema = api.get_openapi_schema()
    anchors = re.findall(r'id="([^"]+)"', page)

    assert len(anchors) == len(set(anchors))
    for path, methods in schema["paths"].items():
        for method in methods:
            assert re.search(rf"{method.upper()}</span> <code>{re.escape(path)}</code>", page)
    for name in schema["components"]["schemas"]:
        assert f"shape-{name}" in anchors
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(anchors)


def test_the_page_loads_nothing_from_elsewhere() -> None:
    loaded = re.findall(r'(?:src|href)="([^"]+)"', read())

    assert [one for one in loaded if not one.startswith(("/", "#"))] == []


@pytest.mark.parametrize(
    ("name", "frame"),
    [
        ("root", 'class="setup-nav"'),
        ("ada", 'class="workspace"'),
        ("cy", 'class="portal-top"'),
        ("", 'class="portal-top"'),
    ],
)
def test_the_page_stands_in_the_frame_of_its_reader_with_a_way_back(
    client: Client, cast: Cast, name: str, frame: str
) -> None:
    make_desk()
    if name:
        sign_in(client, cast.everyone[name])
    page = client.get("/api/v1/docs").text
    frames = ('class="setup-nav"', 'class="rail"', 'class="portal-top"')
    assert frame in page
    assert sum(one in page for one in frames) == (2 if name == "root" else 1)
    assert ('href="/me/"' in page) == bool(name)
    assert page.count("<h1>") == 1
    assert re.search(r'id="post-api-v1-tickets"', page)


def test_the_page_speaks_the_readers_language() -> None:
    assert "Как обращаться" in read("ru")


def test_the_schema_is_made_once_in_each_language(monkeypatch: pytest.MonkeyPatch) -> None:
    make_desk()

    def schemas() -> list[bytes]:
        visitors = (Client(headers={"Accept-Language": code}) for code in ("en", "ru"))
        return [one.get("/api/v1/openapi.json").content for one in visitors]

    first = schemas()
    assert json.loads(first[0]) == json.loads(json.dumps(api.get_openapi_schema()))
    monkeypatch.setattr(api, "get_openapi_schema", lambda **_how: {})
    assert schemas() == first


def test_titles_are_sentences_and_commands_carry_an_example() -> None:
    made = book(api.get_openapi_schema(), "https://desk.example")
    operations = {one.key: one for chapter in made.chapters for one in chapter.operations}

    assert (
        operations["get-api-v1-tickets-ticket_id-history"].title == "Read what happened to a ticket"
    )
    command = operations["post-api-v1-tickets"].command
    assert command.startswith("curl -X POST 'https://desk.example/api/v1/tickets'")
    sent = json.loads(command.partition("-d '")[2].removesuffix("'"))
    assert set(sent) == {"subject", "description", "requester"}
    assert "-F file=@" in operations["post-api-v1-tickets-ticket_id-files"].command


def test_the_guide_names_only_addresses_that_there_are() -> None:
    known = {re.sub(r"\{\w+\}", "*", path) for path in api.get_openapi_schema()["paths"]}
    named = re.findall(r"\$DESK(/api/v1/[\w/$]+)", GUIDE.read_text(encoding="utf-8"))

    assert named
    assert {re.sub(r"\$\w+", "*", path) for path in named} <= known


def test_every_write_and_nothing_else_names_the_key_that_makes_it_safe_to_repeat() -> None:
    for path, methods in api.get_openapi_schema()["paths"].items():
        for method, operation in methods.items():
            named = [one["name"] for one in operation.get("parameters", [])]
            assert ("Idempotency-Key" in named) == (method != "get"), (method, path)
