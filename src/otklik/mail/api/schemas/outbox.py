"""What the API takes and gives for letters that go."""

from datetime import datetime
from typing import Annotated, Literal

from ninja import Field, Schema

from otklik.core.api import Strict
from otklik.people.api.schemas import Address

Sending = Literal[
    "waiting", "sending", "sent", "accepted", "delayed", "bounced", "uncertain", "failed"
]
Sought = Literal["unsent", "all", Sending]


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
