"""Keep the words of a ticket where search finds them."""

from collections.abc import Iterable, Mapping
from typing import Any

from otklik.core.language import to_vector
from otklik.core.prepared import prepared_cursor, typed
from otklik.core.together import Sql
from otklik.tickets.actions.numbering import SPOKEN, TICKET
from otklik.tickets.models import Ticket
from otklik.tickets.selectors.asked import AskedField
from otklik.tickets.selectors.values import said_in_answers

LONGEST = 20_000  # characters of one piece that search reads
MOST_WORDS = 40_000  # of one ticket; a vector may not pass 1 MB


def first_words(ticket: Ticket, text: str) -> Sql:
    """Return the insert of a new ticket's search row: its number and subject weigh most.

    The number is drawn by the same statement, so a nought stands in for it until then.
    """
    nought = f"{ticket.department.prefix}-0"
    head, (words, stems, *others) = to_vector(f"{nought} {ticket.subject}", ticket.language, "A")
    head = head.replace("%s", f"{SPOKEN.sql} || %s", 1)
    spoken = nought.lower().replace("-", " ")
    head_values = [words.removeprefix(spoken), stems, *(one.removeprefix(spoken) for one in others)]
    body, body_values = to_vector(text[:LONGEST], ticket.language, "C")
    both, values = f"{head} || {body}", [*head_values, *body_values]
    sql = (
        f"INSERT INTO tickets_tickettext (ticket_id, public, everything) "  # noqa: S608  # both parts are our own SQL
        f"SELECT {TICKET.sql}, words, words FROM (SELECT {both} AS words) AS made"
    )
    return sql, values


def add_answers(ticket: Ticket, form: Iterable[AskedField], answers: Mapping[str, Any]) -> None:
    """Add what answers say; of staff's questions to what staff search."""
    if not answers:
        return
    public, internal = said_in_answers(form, answers)
    add_words(ticket, public)
    add_words(ticket, internal, is_internal=True)


def add_words(ticket: Ticket, text: str, *, is_internal: bool = False) -> None:
    """Add what was said to the words of a ticket; a note's only to what staff search."""
    if not text.strip():
        return
    words, values = to_vector(text[:LONGEST], ticket.language, "C")
    public = "public" if is_internal else "public || made.words"
    with prepared_cursor() as cursor:
        cursor.execute(
            f"UPDATE tickets_tickettext SET everything = everything || made.words, "  # noqa: S608  # both parts are our own SQL
            f"public = {public} FROM (SELECT {words} AS words) AS made "
            f"WHERE ticket_id = %s AND length(everything) < %s",
            typed([*values, ticket.pk, MOST_WORDS]),
        )
