"""Tickets by their words: in any form, or exactly."""

from collections.abc import Sequence
from typing import Final

from django.db import connection
from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q
from django.db.models.expressions import RawSQL

from otklik.core.language import to_query
from otklik.tickets.models import TicketText
from otklik.tickets.selectors.query.terms import Words

LATEST: Final = 2_000  # tickets that tell how common a word is
COMMON_SHARE: Final = 0.01


def asked_text(words: Sequence[Words]) -> str:
    """Return what is to be found, as `core.language` reads it."""
    wanted = (one for one in words if not one.is_negated)
    return " ".join(_as_typed(one) for one in wanted)


def _as_typed(words: Words) -> str:
    plain = words.text.replace('"', " ")
    return f'"{plain}"' if words.is_exact else plain


def matching(words: Sequence[Words], *, is_staff: bool) -> Q:
    """Return the condition that a ticket has all these words, and none of the negated.

    Staff search notes as well, customers only what is public.
    """
    wanted = Q()
    if text := asked_text(words).strip():
        wanted &= Q(_has_words(text, is_staff=is_staff))
    for one in words:
        if one.is_negated:
            wanted &= ~Q(_has_words(_as_typed(one), is_staff=is_staff))
    return wanted


def _has_words(text: str, *, is_staff: bool) -> Exists:
    rows = TicketText.objects.filter(holds(text, column=searched(is_staff=is_staff)))
    return Exists(rows.filter(ticket=OuterRef("pk")))


def searched(*, is_staff: bool) -> str:
    """Return the vector that a person's search reads."""
    return "everything" if is_staff else "public"


def is_common(text: str, column: str) -> bool:
    """Tell whether many of the latest tickets have these words: going back soon finds more."""
    sql, values = to_query(text)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM (SELECT {column} AS words FROM tickets_tickettext "  # noqa: S608  # our own column and SQL
            f"ORDER BY ticket_id DESC LIMIT %s) AS latest WHERE words @@ ({sql})",
            [LATEST, *values],
        )
        return int(cursor.fetchone()[0]) >= LATEST * COMMON_SHARE


def tsquery(text: str) -> RawSQL:
    """Return a typed text as a tsquery; its words travel as parameters."""
    return RawSQL(*to_query(text))  # noqa: S611  # our own SQL


def holds(text: str, *, column: str) -> Func:
    """Return the condition that a vector has the words of a text."""
    return Func(
        F(column),
        tsquery(text),
        template="(%(expressions)s)",
        arg_joiner=" @@ ",
        output_field=BooleanField(),
    )
