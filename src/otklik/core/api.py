"""What all parts of the API share: who asks, pages of lists, versions, refusals."""

import base64
import binascii
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from types import UnionType
from typing import Annotated, Any, Protocol, TypeVar, Union, get_args, get_origin

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from ninja import Field, NinjaAPI, Schema, Status
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import HttpBearer
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BeforeValidator,
    ConfigDict,
    ValidationInfo,
    field_validator,
)
from pydantic_core import PydanticCustomError
from typing_extensions import override

from otklik.core.carried import asker
from otklik.core.complaints import complaint
from otklik.core.errors import DomainError, Invalid, NotAllowed, NotSignedIn, Stale, TooMany
from otklik.core.middleware import LONGEST_KEY, SAFE, allowance
from otklik.core.offered import spoken_to
from otklik.core.ratelimit import limiter
from otklik.core.refusals import PROBLEM, problem
from otklik.core.spoken import known_languages
from otklik.core.text import refuse_unkeepable

View = Callable[..., HttpResponse]
Shown = TypeVar("Shown", bound="Schema | Mapping[str, Any]")

LARGEST_PAGE = 100
FIRST_REFUSAL = 400
ONCE = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[ -~]+$"},
    "description": "Any text of your own for this write: who repeats it with the same key gets the "
    "first answer again, and the write is done once.",
}
WRONG_KEY = "[key]"  # pydantic's word for a key itself, not what stands under it


def _written(value: Any) -> Any:
    """Refuse a number where a moment is written out: it could count seconds or anything else."""
    if isinstance(value, int | float):
        raise PydanticCustomError("written", "not RFC 3339")
    return value


Written = BeforeValidator(_written, json_schema_input_type=datetime)


def _in_utc(moment: datetime) -> datetime:
    """Keep a moment as the database can: it knows no zone sixteen hours away."""
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment
    except OverflowError:
        raise PydanticCustomError("written", "not RFC 3339") from None


InUtc = AfterValidator(_in_utc)
Moment = Annotated[AwareDatetime, Written, InUtc]
"""A moment with its zone, as RFC 3339 writes it; in UTC from here on."""


def _language(code: str) -> str:
    if code not in known_languages():
        known = ", ".join(known_languages())
        raise PydanticCustomError("language", "{known}", {"known": known})
    return code


Language = Annotated[
    str,
    AfterValidator(_language),
    Field(json_schema_extra={"enum": list(known_languages())}),
]
"""A language of this desk: translation files may have added some to the product's own."""


def letters(most: int, longest: int) -> Any:
    """Limit a text to so many letters as people count them, and so many code points (`maxLength`).

    JSON Schema has no word for the first, so it stands beside as `x-maxGraphemes`.
    """
    return Field(max_length=longest, json_schema_extra={"x-maxGraphemes": most})


class Strict(Schema):
    """A body in which an unknown member is a mistake, not noise, and no text is unkeepable."""

    model_config = ConfigDict(extra="forbid")

    @field_validator("*", mode="before")
    @classmethod
    def ensure_not_converted(cls, value: Any, about: ValidationInfo) -> Any:
        """Refuse another type of JSON where the library would convert: "5" and true for 5."""
        _ensure_of_its_type(value, cls.model_fields[about.field_name or ""].annotation)
        return value

    @field_validator("*")
    @classmethod
    def ensure_keepable(cls, value: Any) -> Any:
        """Refuse what cannot be kept here, where its place is known."""
        for text in _texts(value):
            _keepable(text)
        return value


def _ensure_of_its_type(value: Any, annotation: Any) -> None:
    kinds = _kinds(annotation)
    if isinstance(value, list):
        for one in value:
            for items in kinds:
                _ensure_of_its_type(one, next(iter(get_args(items)), Any))
    elif int in kinds and isinstance(value, str | bool) and type(value) not in kinds:
        raise PydanticCustomError("int_type", "no number")
    elif bool in kinds and value is not None and type(value) not in kinds:
        raise PydanticCustomError("bool_type", "neither true nor false")


@cache
def _kinds(annotation: Any) -> tuple[Any, ...]:
    """Return what a union consists of, without what stands beside the types."""
    if get_origin(annotation) is Annotated:
        return _kinds(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return tuple(kind for one in get_args(annotation) for kind in _kinds(one))
    return (annotation,)


def _keepable(text: str) -> str:
    try:
        refuse_unkeepable(text)
    except Invalid as error:
        raise PydanticCustomError("unkeepable", "{why}", {"why": error.message}) from error
    return text


Keepable = AfterValidator(_keepable)
"""For texts inside of others: what cannot be kept is refused in its own place."""


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, dict):
        yield from _texts([*value, *value.values()])


class Complaint(Schema):
    """One wrong member of a request."""

    field: str
    detail: str


class Problem(Schema):
    """Why a request was refused (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[Complaint] = []


REFUSALS: Mapping[frozenset[int], type[Problem]] = {
    frozenset({400, 401, 403, 404, 409, 412, 413, 415, 422, 429}): Problem
}


class Api(NinjaAPI):
    """An API whose schema says that refusals are problems, not plain JSON."""

    @override
    def get_openapi_schema(self, **how: Any) -> Any:
        schema = super().get_openapi_schema(**how)
        for methods in schema["paths"].values():
            for method, operation in methods.items():
                if method.upper() not in SAFE:
                    operation.setdefault("parameters", []).append(ONCE)
                for status, answer in operation["responses"].items():
                    content = answer.get("content", {})
                    if int(status) >= FIRST_REFUSAL and "application/json" in content:
                        answer["content"] = {PROBLEM: content["application/json"]}
        return schema


def made_once(view: View) -> View:
    """Make an answer that is the same for everybody once in each language: it takes long."""
    made: dict[str, bytes] = {}

    def answer(request: HttpRequest, **named: Any) -> HttpResponse:
        language = translation.get_language()
        if language not in made:
            made[language] = view(request, **named).content
        return HttpResponse(made[language], content_type="application/json")

    return answer


class Bearing(Protocol):
    """What the API needs to know of who asks."""

    @property
    def account_id(self) -> int: ...
    @property
    def language(self) -> str: ...
    @property
    def scopes(self) -> frozenset[str]: ...


class Bearer(HttpBearer):
    """Finds the actor behind a token, and counts their requests: both once a request."""

    def __init__(self, find: Callable[[str], Bearing | None], limit: int) -> None:
        super().__init__()
        self.find = find
        self.limit = limit

    @override
    def authenticate(self, request: HttpRequest, token: str) -> Any:
        known = vars(request)  # what the middleware found before, and what views ask for
        if "bearer" not in known:
            known["bearer"] = self._whose(request, token)
        actor: Bearing | None = known["bearer"]
        if actor is not None:
            asker.leave(request, actor)  # as for a signed-in person
            if request.headers.get("Accept-Language", "*") == "*":
                translation.activate(spoken_to(actor.language))  # until the middleware's end
        return actor

    def _whose(self, request: HttpRequest, token: str) -> Bearing | None:
        actor = self.find(token)
        if actor is None:
            left = limiter.take(f"stranger:{request.META.get('REMOTE_ADDR', '')}", STRANGER_LIMIT)
        else:
            left = limiter.take(f"account:{actor.account_id}", self.limit)
        allowance.leave(request, left)
        left.ensure()
        return actor


STRANGER_LIMIT = 60  # wrong tokens a minute from one address


def ensure_scope(actor: Bearing, scope: str) -> None:
    """Refuse a token that was not given for this. Raises NotAllowed."""
    if "all" not in actor.scopes and scope not in actor.scopes:
        raise NotAllowed(_("This token lacks the scope “%s”.") % scope)


def version_from(request: HttpRequest) -> int | None:
    """Return the version that If-Match names; None without one or with a star."""
    given = request.headers.get("If-Match", "").strip()
    if given in ("", "*"):
        return None
    text = given.removeprefix("W/").strip('"')
    if not (text.isascii() and text.isdigit() and len(text) < 10):  # noqa: PLR2004  # 32 bits
        raise Stale(_("If-Match names no version of this."))
    return int(text)


def ensure_version(request: HttpRequest, present: int) -> None:
    """Refuse a change made from another version. The row is locked by the caller. Raises Stale."""
    if version_from(request) not in (None, present):
        raise Stale(_("This was changed after you read it."))


def etag(version: int) -> str:
    return f'"{version}"'


def content_tag(shown: Schema | Mapping[str, Any]) -> str:
    """Return the ETag of what has no version of its own: a sum of what is shown of it."""
    said = shown.model_dump(mode="json") if isinstance(shown, Schema) else shown
    text = json.dumps(said, sort_keys=True, default=str)
    return f'"{sha256(text.encode()).hexdigest()[:32]}"'


def tagged(response: HttpResponse, shown: Shown) -> Shown:
    """Return what is shown, with its ETag in the answer."""
    response["ETag"] = content_tag(shown)
    return shown


def created(response: HttpResponse, path: str, shown: Schema | Mapping[str, Any]) -> Any:
    """Answer with what was made, where it is from now on, and its ETag."""
    response["Location"] = f"/api/v1{path}"
    return Status(201, tagged(response, shown))


def ensure_matches(request: HttpRequest, shown: Schema | Mapping[str, Any]) -> None:
    """Refuse a change made from another state than this. The row is locked by the caller.

    Raises Stale.
    """
    given = request.headers.get("If-Match", "").strip()
    tags = [one.strip().removeprefix("W/") for one in given.split(",")]
    if given and "*" not in tags and content_tag(shown) not in tags:
        raise Stale(_("This was changed after you read it."))


def cursor_from(text: str | None, *kinds: type) -> list[Any] | None:
    """Read a cursor that `cursor_for` made. Raises Invalid for any other text."""
    if not text:
        return None
    try:
        padded = text + "=" * (-len(text) % 4)
        values = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
    except (ValueError, binascii.Error, RecursionError) as error:
        raise Invalid(fields={"cursor": _("This cursor is not ours.")}) from error
    fits = isinstance(values, list) and len(values) == len(kinds)
    if not fits or any(type(one) is not kind for one, kind in zip(values, kinds, strict=True)):
        raise Invalid(fields={"cursor": _("This cursor is not ours.")})
    return list(values)


def cursor_for(*values: str | int) -> str:
    """Make the cursor after a row, from the values that order it."""
    text = json.dumps(values, separators=(",", ":"), ensure_ascii=True)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@contextmanager
def members_named(names: Mapping[str, str]) -> Iterator[None]:
    """Name what is refused within as the body of the request does, where the desk's own differ.

    "" stands for what was refused without a name.
    """
    try:
        yield
    except Invalid as error:
        fields = error.fields or ({"": error.message} if "" in names else {})
        error.fields = {_renamed(name, names): why for name, why in fields.items()}
        raise


def _renamed(name: str, names: Mapping[str, str]) -> str:
    first, dot, rest = name.partition(".")
    return names.get(name) or f"{names.get(first, first)}{dot}{rest}"


def install_refusals(api: NinjaAPI) -> None:
    """Answer every refusal as a problem."""

    @api.exception_handler(DomainError)
    def refuse(request: HttpRequest, error: DomainError) -> HttpResponse:
        return _answer(error)

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        fields = {_place(one["loc"]): complaint(one) for one in error.errors}
        return _answer(Invalid(_("Some values cannot be taken."), fields))

    @api.exception_handler(HttpError)
    def unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
        refused = DomainError(_("The body could not be read."))
        refused.status = error.status_code
        return _answer(refused)

    @api.exception_handler(AuthenticationError)
    def unknown(request: HttpRequest, error: Exception) -> HttpResponse:
        answer = _answer(NotSignedIn(_("A valid token is needed.")))
        answer.headers["WWW-Authenticate"] = "Bearer"
        return answer


def _answer(error: DomainError) -> HttpResponse:
    body = json.dumps(problem(error), ensure_ascii=False)
    answer = HttpResponse(body, status=error.status, content_type=PROBLEM)
    if isinstance(error, TooMany):
        answer.headers["Retry-After"] = str(error.retry_after)
    return answer


def _place(location: tuple[int | str, ...]) -> str:
    """Name a member as the program does: without where it stands and what we call the body."""
    inside = location[1:] or location
    is_body = location[0] == "body" and inside[0] == "payload"
    parts = inside[1:] if is_body else inside
    return ".".join(str(part) for part in parts if part != WRONG_KEY)
