"""Tickets opened over the API."""

from typing import Any

from otklik.people.tests.program import Program

ASKED = {
    "subject": "The printer prints blank pages",
    "description": "Since this morning.\n\nThe toner is new.",
    "requester": {"email": "maria@balkan.example", "name": "Maria Todorova"},
}


def opened(program: Program, **more: Any) -> dict[str, Any]:
    answer = program.post("/tickets", {**ASKED, **more})
    assert answer.status_code == 201, answer.content
    found: dict[str, Any] = answer.json()
    return found
