"""Programs that call the API with a token."""

import json
from datetime import timedelta
from typing import Any

from django.test import Client

from otklik.core import clock
from otklik.people.actions import create_token
from otklik.people.models import Actor, Department, EmailAddress

WRITING = ("people:read", "people:write")


class Program:
    """A program with a token."""

    def __init__(self, actor: Actor, *scopes: str) -> None:
        _row, secret = create_token(actor=actor, name="test", scopes=scopes or ("all",))
        self.headers = {"Authorization": f"Bearer {secret}"}
        self.client = Client()

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(f"/api/v1{path}", headers={**self.headers, **headers})

    def send(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> Any:
        return self.client.generic(
            method,
            f"/api/v1{path}",
            data=json.dumps(body),
            content_type="application/json",
            headers={**self.headers, **(headers or {})},
        )

    def post(self, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Any:
        return self.send("POST", path, body, headers)

    def patch(self, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Any:
        return self.send("PATCH", path, body, headers)

    def put(self, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Any:
        return self.send("PUT", path, body, headers)

    def delete(self, path: str, headers: dict[str, str] | None = None) -> Any:
        return self.send("DELETE", path, None, headers)

    def upload(self, path: str, *files: Any, headers: dict[str, str] | None = None) -> Any:
        said = {**self.headers, **(headers or {})}
        return self.client.post(f"/api/v1{path}", {"file": list(files)}, headers=said)


def ask(
    actor: Actor, method: str, path: str, body: object = None, scopes: tuple[str, ...] = ("all",)
) -> tuple[int, Any]:
    """Call the API in the name of an actor; return the status and what was said."""
    _token, secret = create_token(actor=actor, name="Test", scopes=scopes)
    response = Client().generic(
        method,
        f"/api/v1{path}",
        json.dumps(body) if body is not None else "",
        content_type="application/json",
        headers={"Authorization": f"Bearer {secret}"},
    )
    return response.status_code, response.json() if response.content else None


def call(secret: str, method: str, path: str, body: object = None, **headers: str) -> Any:
    return Client().generic(
        method,
        f"/api/v1{path}",
        "" if body is None else json.dumps(body),
        content_type="application/json",
        headers={"Authorization": f"Bearer {secret}", **headers},
    )


def secret_of(actor: Actor, *scopes: str, days: int | None = None) -> str:
    end = clock.now() + timedelta(days=days) if days else None
    return create_token(actor=actor, name="t", scopes=scopes or ("all",), expires_at=end)[1]


def email_of(actor: Actor) -> str:
    return EmailAddress.objects.filter(person=actor.person_id)[0].address


def prefix_of(actor: Actor) -> str:
    return Department.objects.get(pk=next(iter(actor.roles))).prefix
