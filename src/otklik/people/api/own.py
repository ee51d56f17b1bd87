"""One's own choices, browsers and tokens over the API."""

from datetime import datetime
from typing import Annotated, Any, Literal, cast

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Field, Schema, Status
from ninja.params.functions import Path
from pydantic import ConfigDict

from otklik.core.api import (
    REFUSALS,
    Language,
    Moment,
    Strict,
    ensure_matches,
    ensure_scope,
    tagged,
)
from otklik.core.carried import told_once
from otklik.core.richtext import from_text
from otklik.people import actions
from otklik.people.actions import PersonFields, PreferenceFields
from otklik.people.actions.preferences import LONGEST_NAME, LONGEST_SIGNATURE, MOST_NAMES
from otklik.people.actions.tokens import LONGEST_TOKEN_NAME
from otklik.people.api import schemas
from otklik.people.api.router import new_router
from otklik.people.models import Account, Actor, ApiToken, Session
from otklik.people.policies import actor_of, ensure_full_scope
from otklik.people.selectors.own import sessions_of, tokens_of

router = new_router()
SessionName = Path(..., pattern=r"^[0-9a-f]{32}$")
Word = Annotated[str, Field(max_length=LONGEST_NAME, pattern=r"^[a-z_]*$")]
Words = Annotated[list[Word], Field(max_length=MOST_NAMES)]
ScopeName = Literal[
    "all", "tickets:read", "tickets:write", "people:read", "people:write", "configuration:write"
]
PROFILE = ("language", "time_zone")
UndoSeconds = Annotated[
    int,
    Field(
        strict=True,
        description="How long the workspace's page holds back a reply after Send; 0: not at all",
        json_schema_extra={"enum": Account.UndoTime.values},
    ),
]


class PreferencesOut(Schema):
    """How the desk looks and sounds for one person."""

    language: str
    time_zone: str
    theme: str = Field(description="light, dark; empty: as the device")
    signature: str = Field(description="HTML that stands under public replies")
    undo_seconds: UndoSeconds
    plays_sound: bool
    shows_pop_ups: bool
    muted_kinds: list[str] = Field(description="Kinds of notifications that one does not want")
    columns: list[str] = Field(description="Of the queue; empty: the usual ones")


class PreferencesPatch(Strict):
    """Changes to one's own choices; what is left out stays."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"theme": "dark", "muted_kinds": ["note"]}]}
    )

    language: Language = "en"
    time_zone: schemas.Zone = "UTC"
    theme: Literal["", "light", "dark"] = ""
    signature: Annotated[str, Field(max_length=LONGEST_SIGNATURE)] = ""
    signature_format: Literal["html", "text"] = "html"
    undo_seconds: UndoSeconds = 5
    plays_sound: bool = True
    shows_pop_ups: bool = True
    muted_kinds: Words = []
    columns: Words = []


class SessionOut(Schema):
    """A browser that is signed in."""

    name: str
    browser: str
    address: str | None
    started_at: datetime
    seen_at: datetime


class TokenOut(Schema):
    """A token, without its secret; `hint` is how that begins."""

    id: int
    name: str
    hint: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


class TokenMade(TokenOut):
    """A new token. Its secret is said this once, and is empty when the answer is repeated."""

    secret: str


class TokenIn(Strict):
    """A token to make; without an end it is good as long as the one that makes it."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "Nightly sync", "scopes": ["people:read"]}]}
    )

    name: Annotated[str, Field(min_length=1, max_length=LONGEST_TOKEN_NAME)]
    scopes: Annotated[list[ScopeName], Field(min_length=1, max_length=20)]
    expires_at: Moment | None = None


@router.get(
    "/me/preferences",
    response={200: PreferencesOut, **REFUSALS},
    summary="Read one's own choices",
)
def get_preferences(request: HttpRequest, response: HttpResponse) -> Any:
    actor = actor_of(request)
    ensure_scope(actor, "people:read")
    return tagged(response, _preferences(actor))


@router.patch(
    "/me/preferences",
    response={200: PreferencesOut, **REFUSALS},
    summary="Change one's own choices",
)
@transaction.atomic
def change_preferences(
    request: HttpRequest, response: HttpResponse, payload: PreferencesPatch
) -> Any:
    """Change one's language, zone, colours, signature and what one hears of."""
    actor = actor_of(request)
    ensure_scope(actor, "people:write")
    Account.objects.select_for_update().get(pk=actor.account_id)
    ensure_matches(request, _preferences(actor))
    said = payload.dict(exclude_unset=True)
    if said.pop("signature_format", "html") == "text" and said.get("signature"):
        said["signature"] = str(from_text(said["signature"]))
    profile = {name: said.pop(name) for name in PROFILE if name in said}
    if profile:
        fields = cast("PersonFields", profile)
        actions.change_person(actor=actor, person_id=actor.person_id, changes=fields)
    if said:
        actions.change_preferences(actor=actor, changes=cast("PreferenceFields", said))
    return tagged(response, _preferences(actor))


@router.get(
    "/me/sessions",
    response={200: list[SessionOut], **REFUSALS},
    summary="List one's signed-in browsers",
)
def get_sessions(request: HttpRequest) -> Any:
    """List one's signed-in browsers, the latest first. Needs the scope `all`, as all of these."""
    return [_session(one) for one in sessions_of(_owner(request).account_id)]


@router.delete(
    "/me/sessions", response={204: None, **REFUSALS}, summary="Sign out of all one's browsers"
)
def end_sessions(request: HttpRequest) -> Any:
    actor = _owner(request)
    actions.end_all_sessions(actor=actor, account_id=actor.account_id)
    return Status(204, None)


@router.delete(
    "/me/sessions/{name}", response={204: None, **REFUSALS}, summary="Sign one browser out"
)
def end_session(request: HttpRequest, name: str = SessionName) -> Any:
    """Sign one of one's browsers out. Again does nothing."""
    actions.end_session(actor=_owner(request), name=name)
    return Status(204, None)


@router.get("/me/tokens", response={200: list[TokenOut], **REFUSALS}, summary="List one's tokens")
def get_tokens(request: HttpRequest) -> Any:
    """List one's tokens that are not revoked, the latest first."""
    return [_token(one) for one in tokens_of(_owner(request).account_id)]


@router.post("/me/tokens", response={201: TokenMade, **REFUSALS}, summary="Make a token")
def create_token(request: HttpRequest, payload: TokenIn) -> Any:
    """Make a token that gives no more, and lasts no longer, than the one that makes it."""
    actor = _owner(request)
    made, secret = actions.create_token(
        actor=actor, name=payload.name, scopes=payload.scopes, expires_at=payload.expires_at
    )
    told_once.leave(request, ("secret",))
    return Status(201, TokenMade(**_token(made).dict(), secret=secret))


@router.delete("/me/tokens/{token_id}", response={204: None, **REFUSALS}, summary="Revoke a token")
def revoke_token(request: HttpRequest, token_id: schemas.Key) -> Any:
    """Revoke one of one's tokens, this one too; any, for an administrator. Again does nothing."""
    actions.revoke_token(actor=_owner(request), token_id=token_id)
    return Status(204, None)


def _owner(request: HttpRequest) -> Actor:
    """Return who may see and end what signs in as them. Raises NotSignedIn, NotAllowed."""
    actor = actor_of(request)
    ensure_full_scope(actor)
    return actor


def _preferences(actor: Actor) -> PreferencesOut:
    account = Account.objects.select_related("person").get(pk=actor.account_id)
    return PreferencesOut(
        language=account.person.language,
        time_zone=account.person.time_zone,
        theme=account.theme,
        signature=account.signature,
        undo_seconds=account.undo_seconds,
        plays_sound=account.plays_sound,
        shows_pop_ups=account.shows_pop_ups,
        muted_kinds=account.muted_kinds,
        columns=account.columns,
    )


def _session(one: Session) -> SessionOut:
    return SessionOut(
        name=one.name,
        browser=one.browser_name,
        address=one.address,
        started_at=one.started_at,
        seen_at=one.seen_at,
    )


def _token(one: ApiToken) -> TokenOut:
    return TokenOut(
        id=one.pk,
        name=one.name,
        hint=one.hint,
        scopes=one.scopes,
        created_at=one.created_at,
        expires_at=one.expires_at,
        last_used_at=one.last_used_at,
    )
