"""What the API takes and gives for tickets."""

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Field, Schema
from pydantic import ConfigDict

from otklik.core.api import InUtc, Language, Strict, Written, letters
from otklik.core.richtext import MOST_HTML
from otklik.people.actions.requesters import LONGEST_NAME
from otklik.people.models.contact import LONGEST_ADDRESS
from otklik.tickets.actions.escalating import LONGEST_REASON, REASON_LIMIT
from otklik.tickets.actions.opening import LONGEST_TAG, MOST_TAGS
from otklik.tickets.actions.requesting import LONGEST_COMMENT
from otklik.tickets.actions.viewing import LONGEST_NAME as LONGEST_VIEW_NAME
from otklik.tickets.models.ticket import LONGEST_SUBJECT, SUBJECT_LIMIT

Names = dict[str, str]
Key = Annotated[int, Field(ge=1, le=2**63 - 1)]
Name = Annotated[str, Field(max_length=100)]  # a key that something goes by
Tag = Annotated[str, Field(max_length=LONGEST_TAG)]
Subject = Annotated[str, letters(SUBJECT_LIMIT, LONGEST_SUBJECT)]
Reason = Annotated[str, letters(REASON_LIMIT, LONGEST_REASON)]
Text = Annotated[
    str,
    Field(
        max_length=MOST_HTML,
        json_schema_extra={"x-limitedBy": "`message_limit` of the desk"},
    ),
]
Token = Annotated[str, Field(max_length=32)]
Comment = Annotated[str, Field(max_length=LONGEST_COMMENT)]
Level = Annotated[int, Field(ge=1, le=5)]


class PersonRef(Schema):
    """A person, shortly."""

    id: int
    name: str


class Named(Schema):
    """A configured thing in the caller's language, with its key where it has one."""

    id: int
    label: str
    key: str | None = None


class Requester(Strict):
    """Who asks: found by address, else registered under the name."""

    email: Annotated[str, Field(max_length=LONGEST_ADDRESS)]
    name: Annotated[str, Field(max_length=LONGEST_NAME)] = ""


class TicketIn(Strict):
    """A ticket to open. Only subject, description and requester are needed."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "subject": "The printer prints blank pages",
                    "description": "Since this morning. The toner is new.",
                    "requester": {"email": "maria@balkan.example", "name": "Maria Todorova"},
                }
            ]
        }
    )

    subject: Subject
    description: Text
    description_format: Literal["text", "html"] = "text"
    requester: Requester
    type: Name | None = Field(None, description="Key of the type")
    department: Name | None = Field(None, description="Prefix of the department, as in numbers")
    category: Name | None = Field(None, description="Key of the category")
    priority: Level | None = None
    tags: Annotated[list[Tag], Field(max_length=MOST_TAGS)] = []
    fields: dict[str, Any] = {}
    files: Annotated[list[Token], Field(max_length=50)] = []


class TicketPatch(Strict):
    """Changes to a ticket; what is left out stays."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"status": "pending", "message": "Which room is it in?"}]}
    )

    subject: Subject | None = None
    priority: Level | None = None
    category: Name | None = Field(None, description="Key; empty: none")
    type: Name | None = None
    tags: Annotated[list[Tag], Field(max_length=MOST_TAGS)] | None = None
    language: Language | None = None
    expected_at: Annotated[datetime, Written, InUtc] | None = None
    owner: Key | None = None
    assignee: Key | None = Field(None, description="Person; null: back to the department")
    department: Name | None = Field(None, description="Prefix; needs `note`")
    status: Name | None = Field(None, description="Key of the status to go to")
    message: Text | None = Field(None, description="Public reply that goes with the status")
    note: Text | None = Field(None, description="Internal note that goes with the change")
    escalated: bool | None = None
    reason: Reason | None = Field(None, description="Why it is escalated; its heads are told")
    fields: dict[str, Any] | None = None


class TicketOut(Schema):
    """A ticket."""

    id: int
    number: str
    url: str
    subject: str
    type: Named
    category: Named | None
    priority: int
    department: Named
    status: Named
    phase: str
    turn: str
    source: str
    language: str
    requester: PersonRef
    owner: PersonRef | None
    assignee: PersonRef | None
    tags: list[str]
    fields: dict[str, Any]
    escalated: bool
    has_files: bool
    version: int
    created_at: datetime
    updated_at: datetime
    first_replied_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    reply_due_at: datetime | None
    solve_due_at: datetime | None
    stage_due_at: datetime | None = Field(
        description="Until when it may stay in its status, if that has a limit; for staff."
    )
    expected_at: datetime | None


class TicketOpened(Schema):
    """A ticket that was just opened."""

    id: int
    number: str
    url: str


class TicketList(Schema):
    items: list[TicketOut]
    next: str | None


class MessageIn(Strict):
    """A public message, or an internal note."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"body": "Is the cable in?", "internal": False}]}
    )

    body: Text = ""
    body_format: Literal["text", "html"] = "text"
    internal: bool = False
    sign: bool = False
    files: Annotated[list[Token], Field(max_length=50)] = []
    seen_message: str | None = Field(
        default=None,
        pattern="^m[0-9]{1,18}$",
        description="The `id` of the last public message that was read: a reply by staff past "
        "what somebody else wrote since then is refused with 409.",
    )


class FileOut(Schema):
    """A file; `token` joins it to a message while it is not sent."""

    token: str
    name: str
    size: int
    media_type: str
    url: str
    scan: str = Field(
        pattern="^(none|waiting|clean|infected|failed|large)$",
        description="What the virus scanner said; `none` where no scanner is set up.",
    )
    withheld: bool = Field(description="Reading it is refused: 403 infected, 409 not scanned yet.")


class MessageOut(Schema):
    """What was said. Internal ones are given to staff only."""

    id: str
    internal: bool
    side: str
    author: PersonRef
    body: str
    signature: str = ""
    created_at: datetime
    edited_at: datetime | None = None
    files: list[FileOut] = []


class MessageList(Schema):
    items: list[MessageOut]
    next: str | None


class FactOut(Schema):
    """One line of history."""

    id: int
    at: datetime
    actor: str
    kind: str
    field: str
    old: Any = None
    new: Any = None
    internal: bool


class FactList(Schema):
    items: list[FactOut]
    next: str | None


class RatingIn(Strict):
    """What the customer thinks: 1 (bad) to 5 (good)."""

    solution: Level
    service: Level | None = None
    comment: Comment = ""
    suggestion: Comment = ""


class RatingOut(Schema):
    """What the customer thought of the solution and of the work."""

    solution: int
    service: int | None
    comment: str
    suggestion: str
    created_at: datetime


class HitOut(Schema):
    """A found ticket. `subject` and `snippet` are HTML in which only `mark` stands."""

    ticket: TicketOut
    subject: str
    snippet: str


class HitList(Schema):
    """What a search found, best first; `is_guess`: nothing has the words, these look alike."""

    items: list[HitOut]
    next: str | None
    is_guess: bool


class PriorityOut(Schema):
    """A level, with the times that the desk promises for it."""

    level: int
    label: str
    reply_within_seconds: int
    solve_within_seconds: int


class CategoryOut(Schema):
    """A place in the tree; `parent` is the key of the one above."""

    id: int
    key: str
    label: str
    parent: str | None
    is_active: bool


class ProblemOut(Schema):
    """A request that many make, half written: `label` is its subject, `text` how it begins."""

    key: str
    label: str
    text: str
    type: str
    category: str | None


class StatusOut(Schema):
    """A stage. What it means to clocks and queues says `phase`, whatever it is called."""

    key: str
    label: str
    phase: str
    is_first: bool


class StepOut(Schema):
    """A way from one status to another: who may go it, and what it demands."""

    source: str
    target: str
    label: str
    allowed: list[str]
    demands_message: bool
    demands_note: bool
    demands_assignee: bool


class FlowOut(Schema):
    """The stages that tickets of some types go through."""

    id: int
    label: str
    is_default: bool
    statuses: list[StatusOut]
    steps: list[StepOut]


class TypeOut(Schema):
    """A kind of request; `department` is where its tickets go when nobody says otherwise."""

    id: int
    key: str
    label: str
    hint: str
    department: str | None
    is_active: bool
    is_public: bool


class OptionOut(Schema):
    """An answer that a list or a tree offers."""

    key: str
    label: str
    parent: str | None
    is_active: bool


class FieldOut(Schema):
    """A question of a type's form, asked when `shown_when` holds `shown_value`."""

    key: str
    label: str
    hint: str
    kind: str
    is_required: bool
    customer: str
    shown_when: str | None
    shown_value: str
    options: list[OptionOut]


class FormOut(TypeOut):
    """A kind of request with its questions and its stages."""

    fields: list[FieldOut]
    statuses: list[StatusOut]


ViewName = Annotated[str, Field(max_length=LONGEST_VIEW_NAME)]


class ViewIn(Strict):
    """A query to keep under a name."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "Urgent", "query": "priority:>=4"}]}
    )

    name: ViewName
    query: Annotated[str, Field(max_length=500)] = ""


class ViewPatch(Strict):
    """Changes to a view; what is left out stays."""

    name: ViewName | None = None
    query: Annotated[str, Field(max_length=500)] | None = None


class ViewOut(Schema):
    """A kept query; `count` goes up to a thousand."""

    id: int
    name: str
    query: str
    count: int
