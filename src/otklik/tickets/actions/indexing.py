"""Keep the words of a ticket where search finds them."""

from django.db import connection

from otklik.core.language import to_vector
from otklik.core.together import Sql
from otklik.tickets.models import Ticket

LONGEST = 20_000  # characters of one piece that search reads
MOST_WORDS = 40_000  # of one ticket; a vector may not pass 1 MB


def first_words(ticket: Ticket, text: str, hidden: str = "") -> Sql:
    """Return the insert of a new ticket's search row: its number and subject weigh most.

    What is `hidden` only colleagues find.
    """
    head, head_values = to_vector(f"{ticket.number} {ticket.subject}", ticket.language, "A")
    body, body_values = to_vector(text[:LONGEST], ticket.language, "C")
    both, values = f"{head} || {body}", [*head_values, *body_values]
    more, more_values = to_vector(hidden[:LONGEST], ticket.language, "C") if hidden else ("''", [])
    sql = (
        f"INSERT INTO tickets_tickettext (ticket_id, public, everything) "  # noqa: S608  # all parts are our own SQL
        f"SELECT %s, words, words || {more} FROM (SELECT {both} AS words) AS made"
    )
    return sql, [ticket.pk, *more_values, *values]


def add_words(ticket: Ticket, text: str, *, is_internal: bool = False) -> None:
    """Add what was said to the words of a ticket; a note's only to what staff search."""
    if not text.strip():
        return
    words, values = to_vector(text[:LONGEST], ticket.language, "C")
    public = "public" if is_internal else "public || made.words"
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE tickets_tickettext SET everything = everything || made.words, "  # noqa: S608  # both parts are our own SQL
            f"public = {public} FROM (SELECT {words} AS words) AS made "
            f"WHERE ticket_id = %s AND length(everything) < %s",
            [*values, ticket.pk, MOST_WORDS],
        )
