"""The bytes of letters, as they came."""

from otklik.core.files.store import store
from otklik.mail.models import RawLetter


def raw_of(letter_id: int) -> bytes:
    """Return a letter's bytes, from its row or from the files.

    Raises FileNotFoundError where a file was lost; RawLetter.DoesNotExist for no letter.
    """
    kept = RawLetter.objects.select_related("blob").get(pk=letter_id)
    if kept.blob is None:
        return bytes(kept.content or b"")
    with store().open(kept.blob.sha256) as file:
        return file.read()
