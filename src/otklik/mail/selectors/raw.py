"""The bytes of letters, as they came."""

from collections.abc import Iterator

from otklik.core.files.store import store
from otklik.mail.models import Letter, Mailbox, RawLetter


def raw_of(letter_id: int) -> bytes:
    """Return a letter's bytes, from its row or from the files.

    Raises FileNotFoundError where a file was lost; RawLetter.DoesNotExist for no letter.
    """
    kept = RawLetter.objects.select_related("blob").get(pk=letter_id)
    if kept.blob is None:
        return bytes(kept.content or b"")
    with store().open(kept.blob.sha256) as file:
        return file.read()


def raw_letters(mailbox: Mailbox | None = None) -> Iterator[tuple[Letter, bytes]]:
    """Give every letter with its bytes, the oldest first, one after another."""
    rows = Letter.objects.order_by("pk")
    if mailbox is not None:
        rows = rows.filter(mailbox=mailbox)
    for letter in rows.only("mailbox", "sha256").iterator(chunk_size=500):
        yield letter, raw_of(letter.pk)
