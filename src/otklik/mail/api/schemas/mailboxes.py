"""What the API takes and gives for mailboxes."""

from datetime import datetime
from typing import Annotated, Literal

from ninja import Field, Schema

from otklik.core.api import Language, Strict
from otklik.mail.api.schemas.shared import Host, Line, Login, Long, Secret, Security, Way
from otklik.people.api.schemas import Address, Key, Ref

Kind = Literal["imap", "pop3", "receiver"]
Taken = Literal["left", "seen", "moved", "deleted"]
FollowUp = Literal["reopen", "linked"]
Forwarded = Literal["kept", "offered", "apart"]
SpamFilter = Literal["off", "show", "hold"]


class HealthOut(Schema):
    """How a mailbox is. `trouble` says in the caller's language what to change."""

    word: Literal["resting", "troubled", "silent", "new", "well"]
    trouble: str
    trouble_since: datetime | None
    last_contact_at: datetime | None
    highest_uid: int
    waiting: int
    too_large: int
    unread: int
    quarantined: int
    gaps_found: int
    gaps_refilled: int


class MailboxOut(Schema):
    """A mailbox: all but its secrets."""

    id: int
    name: str
    addresses: list[str]
    department: Ref
    language: str
    kind: Kind
    host: str
    port: int | None
    security: Security
    way: Way
    login: str
    has_secret: bool
    token_url: str
    client_id: str
    scope: str
    folder: str
    taken: Taken
    target: str
    takes_old: bool
    follow_up: FollowUp
    forwarded: Forwarded
    authserv_id: str
    spam_filter: SpamFilter
    spam_threshold: int
    silent_minutes: int
    is_active: bool
    version: int
    health: HealthOut


class MailboxFieldsIn(Strict):
    """A mailbox; what is left out stays."""

    language: Language | None = None
    host: Host | None = None
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    security: Security | None = None
    way: Way | None = None
    login: Login | None = None
    secret: Secret | None = None
    token_url: Long | None = None
    client_id: Line | None = None
    client_secret: Secret | None = None
    scope: Long | None = None
    folder: Line | None = None
    taken: Taken | None = None
    target: Line | None = None
    takes_old: bool | None = None
    follow_up: FollowUp | None = None
    forwarded: Forwarded | None = None
    authserv_id: Host | None = None
    spam_filter: SpamFilter | None = None
    spam_threshold: Annotated[int, Field(ge=51, le=100)] | None = None
    silent_minutes: Annotated[int, Field(ge=5, le=10_080)] | None = None


class MailboxIn(MailboxFieldsIn):
    name: Annotated[str, Field(max_length=100)]
    addresses: Annotated[list[Address], Field(min_length=1, max_length=50)]
    department: Key
    kind: Kind


class MailboxPatch(MailboxFieldsIn):
    name: Annotated[str, Field(max_length=100)] | None = None
    addresses: Annotated[list[Address], Field(min_length=1, max_length=50)] | None = None
    department: Key | None = None
    kind: Kind | None = None
    is_active: bool | None = None


class TriedOut(Schema):
    """What a mailbox's server said. `trouble` is empty where all is well."""

    is_well: bool
    trouble: str
    letters: int
    folders: list[str]
