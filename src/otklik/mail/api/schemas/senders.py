"""What the API takes and gives for the servers by which the desk writes."""

from datetime import datetime
from typing import Annotated

from ninja import Field, Schema

from otklik.core.api import Strict
from otklik.mail.api.schemas.shared import Host, Line, Login, Long, Secret, Security, Way
from otklik.people.api.schemas import Address, Key, Ref

Pem = Annotated[str, Field(max_length=20_000)]
Selector = Annotated[str, Field(max_length=63)]


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
