"""The bytes of letters, as they came."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from otklik.core.errors import NotFound
from otklik.core.files.store import store
from otklik.mail.models import Letter, Mailbox, RawLetter


def raw_of(letter_id: int) -> bytes:
    """Return a letter's bytes, from its row or from the files.

    Raises FileNotFoundError where they were lost.
    """
    kept = RawLetter.objects.select_related("blob").filter(pk=letter_id).first()
    if kept is None:
        raise FileNotFoundError(letter_id)
    if kept.blob is None:
        return bytes(kept.content or b"")
    with store().open(kept.blob.sha256) as file:
        return file.read()


def given_raw(letter_id: int) -> bytes:
    """Do as `raw_of` for who may have them. Raises NotFound where they were lost."""
    try:
        return raw_of(letter_id)
    except FileNotFoundError:
        raise NotFound(_("The bytes of this letter are lost.")) from None


def raw_letters(mailbox: Mailbox | None = None) -> Iterator[tuple[Letter, bytes]]:
    """Give every letter with its bytes, the oldest first, one after another."""
    rows = Letter.objects.order_by("pk")
    if mailbox is not None:
        rows = rows.filter(mailbox=mailbox)
    for letter in rows.only("mailbox", "sha256").iterator(chunk_size=500):
        yield letter, raw_of(letter.pk)
