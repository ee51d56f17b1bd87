"""Each write of the API with a body that is taken, and what its members can be."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from otklik.config.api import api

Schema = Mapping[str, Any]
SCHEMA: Schema = api.get_openapi_schema()
SHAPES: Schema = SCHEMA["components"]["schemas"]
NAMES = {"names": {"en": "Lamps"}}
ASKED = {"subject": "Printer", "description": "Blank", "requester": {"email": "a@b.example"}}
MAILBOX = {"name": "Lamps", "addresses": ["lamps@b.example"], "kind": "receiver"}
SENDER = {"name": "Lamps", "address": "lamps@b.example", "host": "smtp.b.example"}
PASSWORD = "correct horse battery"

BODIES: Mapping[str, dict[str, Any]] = {
    "POST /tickets": ASKED,
    "PATCH /tickets/{ticket_id}": {},
    "POST /tickets/{ticket_id}/messages": {"body": "Help"},
    "POST /tickets/{ticket_id}/links": {"number": "OTHER"},
    "PATCH /tickets/{ticket_id}/notes/{note_id}": {"body": "Other words"},
    "PUT /tickets/{ticket_id}/draft": {"body": "Have you"},
    "POST /tickets/{ticket_id}/rating": {"solution": 4},
    "POST /views": {"name": "Urgent"},
    "PATCH /views/{view_id}": {},
    "POST /configuration/types": {**NAMES, "flow": "OTHER"},
    "PATCH /configuration/types/{type_id}": {},
    "PUT /configuration/types/{type_id}/questions/{field_id}": {},
    "POST /configuration/fields": {**NAMES, "kind": "text"},
    "PATCH /configuration/fields/{field_id}": {},
    "POST /configuration/fields/{field_id}/choices": NAMES,
    "PATCH /configuration/choices/{choice_id}": {},
    "POST /configuration/categories": NAMES,
    "PATCH /configuration/categories/{category_id}": {},
    "PATCH /configuration/priorities/{level}": {},
    "POST /configuration/flows": NAMES,
    "PATCH /configuration/flows/{flow_id}": {},
    "POST /configuration/flows/{flow_id}/statuses": {**NAMES, "phase": "progress"},
    "PATCH /configuration/statuses/{status_id}": {},
    "PUT /configuration/statuses/{status_id}/steps/{target_id}": {"staff": "agent"},
    "POST /configuration/problems": {**NAMES, "type": "OTHER"},
    "PATCH /configuration/problems/{problem_id}": {},
    "PUT /configuration/problems/{problem_id}/place": {"index": 0},
    "PATCH /me/preferences": {},
    "PATCH /departments/{department_id}/letters": {"quiet_from": 20, "quiet_until": 7},
    "PATCH /notifications/letters": {"quiet_from": 20, "quiet_until": 7},
    "POST /me/tokens": {"name": "Nightly", "scopes": ["tickets:read"]},
    "POST /people": {"surname": "New"},
    "PATCH /people/{person_id}": {},
    "POST /people/{person_id}/emails": {"address": "new@b.example"},
    "POST /people/{person_id}/phones": {"number": "+35921234567"},
    "PUT /people/{person_id}/roles/{department_id}": {"role": "agent"},
    "POST /people/{person_id}/account": {"login": "nina", "password": PASSWORD},
    "PATCH /people/{person_id}/account": {},
    "POST /organizations": {"name": "Acme"},
    "PATCH /organizations/{organization_id}": {},
    "POST /mailboxes": {**MAILBOX, "department": "OTHER"},
    "PATCH /mailboxes/{mailbox_id}": {},
    "POST /letters/{letter_id}/settling": {"deed": "drop"},
    "POST /outbox/{outgoing_id}/sending": {},
    "POST /tickets/{number}/apart": {},
    "POST /senders": {**SENDER, "department": "OTHER"},
    "PATCH /senders/{sender_id}": {},
    "PUT /templates/{kind}/{language}": {"subject": "Lamps", "body": "We have it."},
    "POST /departments": {**NAMES, "prefix": "LAMP"},
    "PATCH /departments/{department_id}": {},
    "PUT /departments/{department_id}/place": {"index": 0},
    "PATCH /desk": {},
    "POST /notifications/reading": {"ids": None},
}
"""What each takes; OTHER stands for what only the world knows."""

WITH: Mapping[str, dict[str, Any]] = {
    "PATCH /tickets/{ticket_id} message": {"status": "progress"},
    "PATCH /tickets/{ticket_id} note": {"status": "progress"},
    "PATCH /tickets/{ticket_id} reason": {"escalated": True},
    "PATCH /configuration/priorities/{level} reply_within_seconds": {
        "solve_within_seconds": 365 * 86_400
    },
    "POST /senders dkim_key": {"dkim_selector": "lamps"},
    "PATCH /senders/{sender_id} dkim_key": {"dkim_selector": "lamps"},
    "PATCH /senders/{sender_id} login": {"security": "tls"},
    "POST /letters/{letter_id}/settling number": {"deed": "join"},
    "POST /letters/{letter_id}/settling requester": {"deed": "open"},
    "POST /letters/{letter_id}/settling always.sender": {"always": {"treatment": "ask"}},
    "POST /letters/{letter_id}/settling always.treatment": {"always": {"sender": "b.example"}},
    "PATCH /configuration/priorities/{level} solve_within_seconds": {"reply_within_seconds": 60},
}
"""What a member is sent with to be taken."""


@dataclass(frozen=True)
class Member:
    """A member of a body: its place, and what the schema says of it."""

    place: tuple[str, ...]
    says: Schema
    is_nullable: bool = False
    is_item: bool = False

    @property
    def name(self) -> str:
        return ".".join(self.place)


@dataclass(frozen=True)
class Write:
    """A write of the API."""

    method: str
    path: str
    members: list[Member] = field(default_factory=list)

    @property
    def label(self) -> str:
        return f"{self.method} {self.path.removeprefix('/api/v1')}"

    def body(self, member: Member, value: object) -> dict[str, Any]:
        """Return a body that is taken, but for the one member."""
        base = BODIES[self.label] | WITH.get(f"{self.label} {member.name}", {})
        return _put(base, member.place, [value] if member.is_item else value)


def writes() -> Iterator[Write]:
    """Give every write that takes JSON."""
    for path, methods in SCHEMA["paths"].items():
        for method, said in methods.items():
            content = said.get("requestBody", {}).get("content", {})
            if "application/json" in content:
                found = list(_members(content["application/json"]["schema"], ()))
                yield Write(method.upper(), path, found)


def _put(body: Mapping[str, Any], place: tuple[str, ...], value: object) -> dict[str, Any]:
    first, *rest = place
    inner = body.get(first)
    kept = inner if isinstance(inner, dict) else {}
    return {**body, first: _put(kept, tuple(rest), value) if rest else value}


def _members(says: Schema, place: tuple[str, ...]) -> Iterator[Member]:
    if "$ref" in says:
        says = SHAPES[says["$ref"].rpartition("/")[2]]
    if "allOf" in says:
        says = SHAPES[says["allOf"][0]["$ref"].rpartition("/")[2]]
    if "properties" in says:
        for name, inner in says["properties"].items():
            yield from _members(inner, (*place, name))
        return
    branches = says.get("anyOf", [says])
    is_nullable = {"type": "null"} in branches
    (kind,) = (one for one in branches if one != {"type": "null"})
    if "$ref" in kind:
        yield from _members(kind, place)
        return
    yield Member(place, kind, is_nullable)
    if kind.get("type") == "array":
        yield Member(place, kind["items"], is_item=True)
