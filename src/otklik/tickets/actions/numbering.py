from django.db import connection


def take_number(prefix: str) -> tuple[str, int, int]:
    """Return the next number under a prefix, IT-1042, and keys for the ticket and its message.

    The counter stays locked until the transaction ends, so a number that is not used
    is given back, and none is given twice.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO tickets_numbercounter (prefix, last) VALUES (%s, 1)
               ON CONFLICT (prefix) DO UPDATE SET last = tickets_numbercounter.last + 1
               RETURNING last, nextval('tickets_ticket_id_seq'), nextval('tickets_message_id_seq')
            """,
            [prefix],
        )
        last, ticket_id, message_id = cursor.fetchone()
    return f"{prefix}-{last}", ticket_id, message_id
