"""What the API takes and gives for mail."""

import re
from datetime import date, datetime
from typing import Annotated, Any, Literal

from ninja import Field, Schema
from pydantic import BeforeValidator, ConfigDict
from pydantic_core import PydanticCustomError

from otklik.core.api import Language, Strict
from otklik.mail.forms.searching import LONGEST
from otklik.people.api.schemas import Address, Key, Ref

Line = Annotated[str, Field(max_length=255)]
Host = Annotated[str, Field(max_length=253)]
Login = Annotated[str, Field(max_length=254)]
Long = Annotated[str, Field(max_length=500)]
Secret = Annotated[str, Field(max_length=8000, description="Kept, and never given again")]
Pem = Annotated[str, Field(max_length=20_000)]
Selector = Annotated[str, Field(max_length=63)]
Kind = Literal["imap", "pop3", "receiver"]
Security = Literal["tls", "starttls", "none"]
Way = Literal["password", "oauth2"]
Taken = Literal["left", "seen", "moved", "deleted"]
FollowUp = Literal["reopen", "linked"]
Forwarded = Literal["kept", "offered", "apart"]
SpamFilter = Literal["off", "show", "hold"]
End = Literal["ticket", "reply", "note", "machine", "dropped", "spam", "kept", "quarantined"]
Outcome = Literal["ticket", "reply", "note", "machine", "dropped", "spam"]
Sending = Literal[
    "waiting", "sending", "sent", "accepted", "delayed", "bounced", "uncertain", "failed"
]
Sought = Literal["unsent", "all", Sending]
Treatment = Literal["take", "ask", "drop"]
Deed = Literal["open", "join", "drop", "spam", "ask", "rule"]


def _written_day(value: Any) -> Any:
    """Refuse a number where a day is written out: it could count seconds or days."""
    if isinstance(value, str) and not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise PydanticCustomError("date_parsing", "not a day")
    return value


Day = Annotated[date, BeforeValidator(_written_day, json_schema_input_type=date)]


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


class NamedOut(Schema):
    """An address, and the name beside it, which proves nothing."""

    name: str
    address: str


class LetterOut(Schema):
    """A letter that came. `why` says `reason` in the caller's language."""

    id: int
    mailbox: Ref
    received_at: datetime
    sent_at: datetime | None
    size: int
    sha256: str
    state: Literal["kept", "quarantined", "done"]
    outcome: Outcome | None
    reason: str | None
    why: str
    refusal: str
    hint: Annotated[str, Field(description="Number of a ticket that the letter names")]
    sender: NamedOut | None
    recipients: list[str]
    subject: str
    message_id: str | None
    proven: Annotated[str | None, Field(description="The verdict of the sender's domain")]
    spam_score: int | None
    spam_traits: list[str]
    ticket: Annotated[str | None, Field(description="Number of the ticket that it is part of")]
    apart: Annotated[str | None, Field(description="Number of the ticket taken apart from that")]
    done_at: datetime | None


class LetterQuery(Schema):
    """Which letters are looked for; days are those of the token's person, both included."""

    q: Annotated[
        str,
        Field(max_length=LONGEST, description="Part of an address, name or subject; <Message-ID>"),
    ] = ""
    mailbox: Key | None = None
    end: Annotated[End | None, Field(description="What became of it")] = None
    since: Day | None = None
    until: Day | None = None


class LetterList(Schema):
    items: list[LetterOut]
    next: str | None


class LetterFileOut(Schema):
    """A file of a letter; its bytes are in the raw letter."""

    name: str
    size: int
    media_type: str


class WholeLetterOut(LetterOut):
    """A letter with what it says. `html` is cleaned; null where the letter has none.

    Pictures of the letter itself stand there as `data-upload="attachment-N"`, N counting `files`.
    """

    decided_by: Ref | None
    handed_by: str
    verdict: str
    checks: list[str]
    warnings: list[str]
    to: list[NamedOut]
    cc: list[NamedOut]
    reply_to: list[NamedOut]
    text: str
    html: str | None
    files: list[LetterFileOut]


class RuleIn(Strict):
    """Letters of an address, or of a domain, are always treated so."""

    sender: Address
    treatment: Treatment


class SettlingIn(Strict):
    """What is done with a letter.

    `open` makes a ticket of it, `join` makes it part of the ticket `number`, `drop` does nothing
    with it, `spam` neither and teaches the filter, `ask` puts one in quarantine again that was
    dropped or taken for spam, and is how to call it no spam. `rule` does only what is `always`
    to be done with letters of the sender.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [{"deed": "join", "number": "IT-7"}]})

    deed: Deed
    number: Annotated[str, Field(max_length=20)] = ""
    requester: Annotated[Address, Field(description="Who asks, if the letter does not say")] = ""
    always: RuleIn | None = None


class RuleOut(Schema):
    """How letters of a sender are always treated in a mailbox."""

    id: int
    sender: str
    treatment: Treatment
    mailbox: Ref
    made_at: datetime


class OutgoingQuery(Schema):
    """Which letters are looked for: by what became of them, and a part of the address."""

    state: Sought = "unsent"
    q: Annotated[Address, Field(description="Any part of the address")] = ""


class OutgoingOut(Schema):
    """A letter that goes to one address.

    `trouble` says in the caller's language what stands in the way; `answer` is the server's own.
    """

    id: int
    kind: Literal["reply", "receipt", "status", "notice", "desk", "test"]
    recipient: str
    subject: str
    ticket: Annotated[str | None, Field(description="Number of the ticket that it is about")]
    state: Sending
    trouble: str
    code: int
    answer: str
    may_go_again: bool
    attempts: int
    next_at: datetime | None
    created_at: datetime
    changed_at: datetime
    sent_at: Annotated[datetime | None, Field(description="When the mail server took it")]


class OutgoingList(Schema):
    items: list[OutgoingOut]
    next: str | None


class SendingIn(Strict):
    """A letter is sent again."""

    knowing: Annotated[bool, Field(description="That it may have arrived, and arrives twice")] = (
        False
    )


class ApartIn(Strict):
    """A letter that passes on another one is taken apart."""

    requester: Annotated[
        Address, Field(description="Who asks, if the letter does not name them plainly or rightly")
    ] = ""


class RecordOut(Schema):
    """A TXT record of DNS: its name, and its text."""

    name: str
    text: str


class SenderHealthOut(Schema):
    """How a sender is. `trouble` says in the caller's language what stands in the way."""

    last_accepted_at: datetime | None
    failing_since: datetime | None
    trouble: str
    answer: str


class SenderOut(Schema):
    """A server by which the desk writes: all but its secrets."""

    id: int
    department: Annotated[Ref | None, Field(description="null: all that have none of their own")]
    name: str
    address: str
    has_plus: bool
    is_active: bool
    host: str
    port: int
    security: Security
    login: str
    way: Way
    has_password: bool
    token_url: str
    client_id: str
    has_client_secret: bool
    scope: str
    authority: str
    dkim_selector: str
    dkim_record: Annotated[RecordOut | None, Field(description="To be published in the DNS")]
    version: int
    health: SenderHealthOut


class SenderFieldsIn(Strict):
    """A sender; what is left out stays."""

    department: Annotated[
        Key | None, Field(description="null: all departments that have none of their own")
    ] = None
    has_plus: bool | None = None
    is_active: bool | None = None
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    security: Security | None = None
    login: Login | None = None
    way: Way | None = None
    password: Annotated[Secret | None, Field(description="Or the refresh token of OAuth2")] = None
    token_url: Long | None = None
    client_id: Line | None = None
    client_secret: Secret | None = None
    scope: Long | None = None
    authority: Annotated[
        Pem | None, Field(description="PEM of who signed the server's, unless it is well known")
    ] = None
    dkim_selector: Annotated[
        Selector | None, Field(description="With one, letters are signed; empty: no more")
    ] = None
    dkim_key: Annotated[
        Pem | None, Field(description="An RSA key in PEM; without one the desk makes it")
    ] = None


class SenderIn(SenderFieldsIn):
    name: Annotated[str, Field(max_length=100)]
    address: Address
    host: Host


class SenderPatch(SenderFieldsIn):
    name: Annotated[str, Field(max_length=100)] | None = None
    address: Address | None = None
    host: Host | None = None


class SenderTriedOut(Schema):
    """What came of trying a sender: a sentence, and the server's own words."""

    is_well: bool
    said: str
    answer: str
