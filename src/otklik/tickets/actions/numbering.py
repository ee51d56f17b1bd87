"""Numbers and keys of a new ticket, drawn by the statement that keeps it."""

from typing import Any, Final

from otklik.core.together import Sql, Written, drawn

# Any: they stand where a row will have a number or a key
NUMBER: Final[Any] = drawn("number")
TICKET: Final[Any] = drawn("ticket_id")
MESSAGE: Final[Any] = drawn("message_id")
SPOKEN: Final = drawn("spoken")


def number_under(prefix: str) -> Sql:
    """Draw the next number under a prefix, IT-1042, and keys for the ticket and its message.

    The counter stays locked until the transaction ends, so a number that is not used
    is given back, and none is given twice. `SPOKEN` is the number as search knows it.
    """
    return (
        """INSERT INTO tickets_numbercounter (prefix, last) VALUES (%s, 1)
           ON CONFLICT (prefix) DO UPDATE SET last = tickets_numbercounter.last + 1
           RETURNING prefix || '-' || last AS number,
                     lower(prefix) || ' ' || last AS spoken,
                     nextval('tickets_ticket_id_seq') AS ticket_id,
                     nextval('tickets_message_id_seq') AS message_id""",
        [prefix],
    )


def said_in(message: Written, side: str) -> Written:
    """What history keeps of a message whose key is being drawn."""
    return Written(f"jsonb_build_object('id', {message.sql}, 'side', %s::text)", [side])
