"""Letters of strangers, read: any bytes in, one typed letter out, in time that grows with it.

`read_letter` reads here and now; `reading.Readers` has children with limits do it, which is
how letters that come in are read. `as_json` is what `otklik mail parse` prints.
"""

from otklik.core.letters.files import content_of
from otklik.core.letters.letter import (
    MOST_BYTES,
    Attachment,
    Automatic,
    Forwarded,
    Letter,
    Mailbox,
    Quarantine,
)
from otklik.core.letters.parsing import read_letter

__all__ = [
    "MOST_BYTES",
    "Attachment",
    "Automatic",
    "Forwarded",
    "Letter",
    "Mailbox",
    "Quarantine",
    "content_of",
    "read_letter",
]
