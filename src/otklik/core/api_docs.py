"""The schema of the API put into what its page shows: operations by subject, and shapes."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

SHAPES: Final = "#/components/schemas/"
DEEPEST: Final = 4
FIRST_REFUSAL: Final = 400
LIMITS: Final = {
    "minimum": "≥ {}",
    "maximum": "≤ {}",
    "minLength": "length ≥ {}",
    "maxLength": "length ≤ {}",
    "x-maxGraphemes": "{} at most as people count them",
    "x-limitedBy": "at most the {}",
    "maxItems": "{} at most",
    "pattern": "matches {}",
}
NO_LIMIT: Final = 2**63 - 1  # of a key
CLAUSE: Final = re.compile(r"[.,;:(]")
SAMPLES: Final[Mapping[str, object]] = {
    "string": "…",
    "integer": 1,
    "number": 1.5,
    "boolean": True,
    "null": None,
    "date-time": "2026-03-01T09:30:00Z",
    "binary": "@file",
}

Schema = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Member:
    """A parameter, or a member of a shape."""

    name: str
    place: str  # path, query; empty for members
    kind: str
    shape: str  # the shape that it holds, if any
    is_needed: bool
    says: str


@dataclass(frozen=True, kw_only=True)
class Shape:
    """A kind of object that the API takes or gives."""

    name: str
    says: str
    members: list[Member]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What comes back when it went well."""

    status: str
    kind: str
    shape: str


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One thing that a program can do."""

    key: str
    method: str
    path: str
    title: str
    says: str
    parameters: list[Member]
    body: str  # its shape
    command: str
    answers: list[Answer]
    refusals: list[str]


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """The operations on one subject."""

    name: str
    operations: list[Operation]


@dataclass(frozen=True, kw_only=True)
class Book:
    """All that the page shows."""

    title: str
    says: str
    version: str
    chapters: list[Chapter]
    shapes: list[Shape]


def book(schema: Schema, base: str) -> Book:
    """Read an OpenAPI 3.1 schema; `base` is the desk's address in the commands."""
    shapes: Schema = schema["components"]["schemas"]
    chapters: dict[str, list[Operation]] = {}
    for path, methods in schema["paths"].items():
        for method, said in methods.items():
            subject = said.get("tags", ["other"])[0]
            made = _operation(shapes, (method.upper(), base, path), said)
            chapters.setdefault(subject, []).append(made)
    return Book(
        title=schema["info"]["title"],
        says=schema["info"]["description"],
        version=schema["info"]["version"],
        chapters=[Chapter(name=name, operations=found) for name, found in chapters.items()],
        shapes=[_shape(name, one) for name, one in sorted(shapes.items())],
    )


def _operation(shapes: Schema, address: tuple[str, str, str], said: Schema) -> Operation:
    method, _base, path = address
    says = said.get("description", "")
    content = said.get("requestBody", {}).get("content", {})
    body = next((one["schema"] for one in content.values()), None)
    return Operation(
        key=re.sub(r"[^a-z0-9_]+", "-", f"{method}{path}".lower()).strip("-"),
        method=method,
        path=path,
        title=_title(said),
        says=says,
        parameters=[_parameter(one) for one in said.get("parameters", [])]
        + (_parts(body) if body and "$ref" not in body else []),
        body=_held(body) if body else "",
        command=_command(shapes, address, said, content),
        answers=list(_answers(said["responses"])),
        refusals=[one for one in sorted(said["responses"]) if int(one) >= FIRST_REFUSAL],
    )


def _title(said: Schema) -> str:
    """Return the summary, or how the description begins where none was written."""
    summary = str(said["summary"])
    is_made_up = said["operationId"].endswith(summary.lower().replace(" ", "_"))
    says = str(said.get("description", ""))
    return CLAUSE.split(says)[0] if says and is_made_up and summary.istitle() else summary


def _parameter(one: Schema) -> Member:
    return _member(one["name"], one["schema"], place=one["in"], is_needed=one.get("required"))


def _parts(body: Schema) -> list[Member]:
    needed = body.get("required", [])
    return [
        _member(name, one, place="form", is_needed=name in needed)
        for name, one in body.get("properties", {}).items()
    ]


def _member(name: str, schema: Schema, *, place: str = "", is_needed: bool | None) -> Member:
    says = [str(schema["description"])] if "description" in schema else []
    inner = [schema["additionalProperties"]] if "propertyNames" in schema else []
    for branch in (schema, *schema.get("anyOf", []), *inner):
        says += [
            text.format(branch[limit])
            for limit, text in LIMITS.items()
            if branch.get(limit, NO_LIMIT) != NO_LIMIT
        ]
    if schema.get("default") not in (None, "", [], {}):
        says.append(f"{json.dumps(schema['default'])} if left out")
    return Member(
        name=name,
        place=place,
        kind=_kind(schema),
        shape=_held(schema),
        is_needed=bool(is_needed),
        says="; ".join(says),
    )


def _kind(schema: Schema) -> str:
    """Say in words what a value is."""
    if "$ref" in schema:
        return _held(schema)
    if "anyOf" in schema:
        return " or ".join(_kind(one) for one in schema["anyOf"])
    if "enum" in schema:
        return " or ".join(json.dumps(one) for one in schema["enum"])
    if "const" in schema:
        return json.dumps(schema["const"])
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    if "propertyNames" in schema:
        return f"{_kind(schema['additionalProperties'])} under {_kind(schema['propertyNames'])}"
    return str(schema.get("format") or schema.get("type") or "anything")


def _held(schema: Schema) -> str:
    """Return the name of the shape that stands in a schema, or nothing."""
    if "$ref" in schema:
        return str(schema["$ref"]).removeprefix(SHAPES)
    inner = [*schema.get("anyOf", []), *([schema["items"]] if schema.get("items") else [])]
    return next((found for one in inner if (found := _held(one))), "")


def _answers(responses: Schema) -> Iterator[Answer]:
    for status, said in sorted(responses.items()):
        if int(status) < FIRST_REFUSAL:
            content = said.get("content", {})
            schema: Schema = next((one["schema"] for one in content.values()), {})
            yield Answer(status=status, kind=_kind(schema) if schema else "", shape=_held(schema))


def _shape(name: str, schema: Schema) -> Shape:
    is_taken = schema.get("additionalProperties") is False  # what is given has all its members
    needed = schema.get("required", []) if is_taken else []
    return Shape(
        name=name,
        says=schema.get("description", ""),
        members=[
            _member(key, one, is_needed=key in needed)
            for key, one in schema.get("properties", {}).items()
        ],
    )


def _command(shapes: Schema, address: tuple[str, str, str], said: Schema, content: Schema) -> str:
    """Write the call for a shell, with what has to be given."""
    method, base, path = address
    needed = [one for one in said.get("parameters", []) if one["required"]]
    for one in needed:
        path = path.replace("{" + one["name"] + "}", one["name"].upper())
    asked = "&".join(f"{one['name']}=…" for one in needed if one["in"] == "query")
    url = f"{base}{path}{'?' if asked else ''}{asked}"
    lines = [f"curl -X {method} '{url}'", '-H "Authorization: Bearer $TOKEN"']
    if "application/json" in content:
        sample = _sample(shapes, content["application/json"]["schema"], DEEPEST)
        lines.append("-H 'Content-Type: application/json'")
        lines.append(f"-d '{json.dumps(sample, ensure_ascii=False, indent=2)}'")
    elif content:
        lines.append("-F file=@picture.png")
    return " \\\n  ".join(lines)


def _sample(shapes: Schema, schema: Schema, depth: int) -> object:
    """Return the given example of a value, else one made of what is needed."""
    if "$ref" in schema:
        return _sample(shapes, shapes[_held(schema)], depth)
    if "anyOf" in schema:
        return _sample(shapes, schema["anyOf"][0], depth)
    given = schema.get("examples") or schema.get("enum")
    if given:
        return given[0]
    if "propertyNames" in schema:
        first = _sample(shapes, schema["propertyNames"], depth)
        return {first: _sample(shapes, schema["additionalProperties"], depth)}
    if schema.get("type") == "object":
        members = schema.get("properties", {})
        needed = [one for one in schema.get("required", members) if depth]
        return {name: _sample(shapes, members[name], depth - 1) for name in needed}
    is_list = schema.get("type") == "array"
    return [] if is_list else SAMPLES.get(schema.get("format") or schema.get("type", ""))
