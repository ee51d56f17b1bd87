from django.db import connection


def take_number(prefix: str) -> str:
    """Return the next number under a prefix: IT-1042.

    The counter stays locked until the transaction ends, so a number that is not used
    is given back, and none is given twice.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO tickets_numbercounter (prefix, last) VALUES (%s, 1)
               ON CONFLICT (prefix) DO UPDATE SET last = tickets_numbercounter.last + 1
               RETURNING last""",
            [prefix],
        )
        (last,) = cursor.fetchone()
    return f"{prefix}-{last}"
