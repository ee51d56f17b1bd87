"""The API's own page: all that it offers, under the strict policy, for anyone."""

import json
import re
from html import unescape
from pathlib import Path

import pytest
from django.test import Client

from otklik.config.api import api
from otklik.core.api_docs import book
from otklik.people.tests.factories import make_desk

pytestmark = pytest.mark.django_db

GUIDE = Path(__file__).resolve().parents[4] / "docs" / "guide" / "api.md"


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


def test_the_page_speaks_the_readers_language() -> None:
    assert "Как обращаться" in read("ru")


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
