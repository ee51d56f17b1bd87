"""What the API takes and gives for what letters say."""

from typing import Annotated

from ninja import Field, Schema

from otklik.core.api import Strict
from otklik.mail.actions.setting_up.templates import (
    LONGEST_BODY,
    LONGEST_SIGNATURE,
    LONGEST_SUBJECT,
)
from otklik.people.api.schemas import Ref


class TemplateName(Schema):
    """Which letter is meant."""

    kind: Annotated[
        str,
        Field(description="reply, receipt, or of a status: pending, progress, resolved, closed"),
    ]
    language: str


class TemplateRow(Schema):
    """A kind of letter in a language, and who says it their own way: the desk, departments."""

    kind: str
    language: str
    is_own: bool
    departments: list[int]


class TemplateOut(Schema):
    """What a kind of letter says in a language. `is_own`: in words written for this very place."""

    kind: str
    language: str
    department: Ref | None
    subject: str
    body: str
    signature: str
    is_sent: bool
    is_own: bool


class TemplateIn(Strict):
    """What a kind of letter is to say. `{name}`, `{number}`, `{link}` and others are filled in."""

    subject: Annotated[str, Field(max_length=LONGEST_SUBJECT)]
    body: Annotated[str, Field(max_length=LONGEST_BODY)]
    signature: Annotated[str, Field(max_length=LONGEST_SIGNATURE)] = ""
    is_sent: Annotated[bool, Field(description="Whether such letters go")] = True
