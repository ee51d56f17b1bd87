"""The words of many tickets for search: by the same SQL as a single ticket's."""

from dataclasses import dataclass, field

from django.db import connection

from otklik.core.language import Weight, to_vector, words
from otklik.shell.demo.filling.copying import copy_lines

STAGING = "demo_words"
COLUMNS = ("head", "head_stems", "body", "body_stems", "notes", "notes_stems")


@dataclass(slots=True)
class WordSheet:
    """Readable words of a batch, to be made vectors in one statement."""

    lines: list[str] = field(default_factory=list)

    def add(self, pk: int, language: str, texts: tuple[str, str, str]) -> None:
        """Add a ticket's number and subject, its public words, and its notes."""
        row = [str(pk)]
        for text in texts:
            row += _readable(text, language)
        self.lines.append("\t".join(row))

    def send(self) -> None:
        columns = ", ".join(f"{name} text" for name in COLUMNS)
        with connection.cursor() as cursor:
            cursor.execute(
                f"CREATE TEMPORARY TABLE IF NOT EXISTS {STAGING} (ticket_id bigint, {columns})"
                " ON COMMIT DROP"
            )
            cursor.execute(f"TRUNCATE {STAGING}")
            copy_lines(STAGING, ", ".join(("ticket_id", *COLUMNS)), self.lines)
            head, body, notes = _vector("head", "A"), _vector("body", "C"), _vector("notes", "C")
            cursor.execute(
                "INSERT INTO tickets_tickettext (ticket_id, public, everything)"  # noqa: S608  # our own columns
                " SELECT ticket_id, words, CASE WHEN notes = '' THEN words"
                f" ELSE words || {notes} END"
                f" FROM (SELECT *, {head} || {body} AS words FROM {STAGING} OFFSET 0) AS made"
            )
        self.lines.clear()


def _readable(text: str, language: str) -> tuple[str, str]:
    """Return a text's words and Bulgarian stems; its language is known, so nothing is guessed."""
    if language == "bg" and text:
        readable, stems, *_others = to_vector(text, language)[1]
        return readable, stems
    return " ".join(words(text)), ""


def _vector(column: str, weight: Weight) -> str:
    """Return the SQL that makes a vector of a column and the stems beside it."""
    sql, (_words, _stems, *others) = to_vector("", weight=weight)
    return sql % (column, f"{column}_stems", *["''"] * len(others))
