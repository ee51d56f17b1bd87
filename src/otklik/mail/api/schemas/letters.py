"""What the API takes and gives for letters that came."""

import re
from datetime import date, datetime
from typing import Annotated, Any, Literal

from ninja import Field, Schema
from pydantic import BeforeValidator, ConfigDict
from pydantic_core import PydanticCustomError

from otklik.core.api import Strict
from otklik.mail.forms.searching import LONGEST
from otklik.people.api.schemas import Address, Key, Ref

Outcome = Literal["ticket", "reply", "note", "machine", "dropped", "spam"]
End = Literal[Outcome, "kept", "quarantined"]
Treatment = Literal["take", "ask", "drop"]
Deed = Literal["open", "join", "drop", "spam", "ask", "rule"]


def _written_day(value: Any) -> Any:
    """Refuse a number where a day is written out: it could count seconds or days."""
    if isinstance(value, str) and not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise PydanticCustomError("date_parsing", "not a day")
    return value


Day = Annotated[date, BeforeValidator(_written_day, json_schema_input_type=date)]


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


class ApartIn(Strict):
    """A letter that passes on another one is taken apart."""

    requester: Annotated[
        Address, Field(description="Who asks, if the letter does not name them plainly or rightly")
    ] = ""
