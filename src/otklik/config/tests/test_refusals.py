"""What a person reads, and a program gets, when something is refused or fails."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils.translation import gettext, override

from otklik.core import context
from otklik.core.refusals import title
from otklik.people.tests.factories import Cast, make_cast, make_desk, sign_in

pytestmark = pytest.mark.django_db

LANGUAGES = ("en", "ru", "bg")


def told(status: int, language: str) -> str:
    """Return what the page is to say of a status, which another language says otherwise."""
    with override(language):
        said = title(status)
    with override("bg" if language == "en" else "en"):
        assert title(status) != said
    return said


@pytest.fixture
def cast() -> Iterator[Cast]:
    make_desk()
    context.forget()
    yield make_cast()
    context.forget()


def stranger(language: str = "en", *, checks: bool = False) -> Client:
    headers = {"Accept-Language": language}
    return Client(raise_request_exception=False, enforce_csrf_checks=checks, headers=headers)


def read(client: Client, address: str) -> tuple[int, str]:
    answer = client.get(address)
    return answer.status_code, unescape(answer.content.decode())


def break_with(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """Let everything fail that asks the database for who is there and whose desk it is."""

    def fail(*_args: object, **_named: object) -> object:
        raise error

    monkeypatch.setattr("otklik.people.middleware.signed_in_account", fail)
    monkeypatch.setattr(context, "desk", fail)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_not_there_is_said_in_the_readers_language(cast: Cast, language: str) -> None:
    status, page = read(stranger(language), "/nowhere/")

    assert status == 404
    assert told(404, language) in page
    assert f'<html lang="{language}"' in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_failure_names_its_request_and_asks_the_database_nothing(
    cast: Cast, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_with(monkeypatch, ValueError("canary"))
    answer = stranger(language).get("/sign-in/?next=/queue/")
    page = unescape(answer.content.decode())

    assert answer.status_code == 500
    assert told(500, language) in page
    assert answer["X-Request-Id"] in page
    assert 'href="/sign-in/?next=/queue/"' in page
    assert "canary" not in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_while_the_database_is_away_the_desk_says_that_it_will_be_back(
    cast: Cast, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_with(monkeypatch, OperationalError("connection refused"))
    answer = stranger(language).get("/sign-in/")
    page = unescape(answer.content.decode())

    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert told(503, language) in page
    assert "connection refused" not in page


def test_a_program_gets_a_problem_for_each_failure(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong_method = stranger().put("/api/v1/tickets")
    assert (wrong_method.status_code, wrong_method.json()["status"]) == (405, 405)
    assert "POST" in wrong_method["Allow"]
    assert stranger().get("/api/v1/nowhere").json()["type"] == "urn:otklik:problem:not-found"

    break_with(monkeypatch, OperationalError("no"))
    away = stranger().get("/api/v1/tickets")
    assert (away.status_code, away.json()["type"]) == (503, "urn:otklik:problem:away")
    break_with(monkeypatch, ValueError("canary"))
    failed = stranger().get("/api/v1/tickets")
    assert (failed.status_code, failed["Content-Type"]) == (500, "application/problem+json")
    assert "canary" not in failed.content.decode()


def test_an_address_of_a_form_says_so_to_who_goes_there(cast: Cast) -> None:
    client = stranger("ru")
    sign_in(client, cast.ada)
    answer = client.get("/sign-out/")

    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert told(405, "en") in answer.text
    assert "To the start" in answer.text


def test_a_form_without_its_proof_is_told_what_to_do(cast: Cast) -> None:
    answer = stranger("bg", checks=True).post("/sign-in/", {"name": "ada", "password": "x"})
    page = unescape(answer.content.decode())

    assert answer.status_code == 403
    with override("bg"):
        assert gettext("This page was open for too long. Load it again and repeat.") in page
    assert not re.search(r">Try again<", page)


def test_what_cannot_be_understood_is_a_page_too(cast: Cast) -> None:
    answer = stranger("ru").get("/sign-in/", headers={"Host": "elsewhere.example"})

    assert answer.status_code == 400
    assert told(400, "ru") in unescape(answer.content.decode())


def test_a_desk_without_a_database_from_the_first_moment_still_answers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    context.forget()
    break_with(monkeypatch, OperationalError("no"))
    answer = stranger().get("/", PATH_INFO="//elsewhere.example/x")

    assert answer.status_code == 503
    assert "Otklik" in answer.text
    assert 'href="//' not in answer.text
