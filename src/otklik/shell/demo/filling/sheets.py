"""The lines of one batch of tickets, table by table."""

from dataclasses import dataclass, field

from otklik.shell.demo.filling.copying import copy_lines
from otklik.shell.demo.filling.words import WordSheet

TICKET = (
    "id, number, subject, type_id, category_id, priority_id, department_id, requester_id,"
    " creator_id, owner_id, assignee_id, status_id, phase, turn, source, language, tags,"
    ' "values", version, created_at, updated_at, entered_at, first_replied_at, resolved_at,'
    " closed_at, reply_due_at, solve_due_at, escalated_at, escalated_by_id, last_words,"
    " last_author, has_files, public_version, public_at, has_public_files, rested"
)
MESSAGE = "id, ticket_id, author_id, side, body, created_at"
NOTE = "id, ticket_id, author_id, body, created_at, version"
HISTORY = "ticket_id, at, actor_id, actor_name, kind, field, old, new, is_internal, version"
RATING = "ticket_id, rater_id, agent_id, solution, service, comment, suggestion, created_at"
ATTACHMENT = (
    "token, blob_id, name, uploader_id, ticket_id, message_id, field, is_inline, created_at"
)


@dataclass(slots=True)
class Sheets:
    """What a batch writes; keys count up from where the batch began."""

    next_message: int = 0
    next_note: int = 0
    tickets: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    history: list[str] = field(default_factory=list)
    ratings: list[str] = field(default_factory=list)
    attachments: list[str] = field(default_factory=list)
    words: WordSheet = field(default_factory=WordSheet)

    def send(self) -> None:
        """Copy all lines, in the order in which rows point to each other."""
        copy_lines("tickets_ticket", TICKET, self.tickets)
        copy_lines("tickets_message", MESSAGE, self.messages)
        copy_lines("tickets_note", NOTE, self.notes)
        copy_lines("tickets_historyentry", HISTORY, self.history)
        copy_lines("tickets_rating", RATING, self.ratings)
        copy_lines("tickets_attachment", ATTACHMENT, self.attachments)
        self.words.send()
