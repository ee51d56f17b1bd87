"""What one letter is once it was read, and the limits within which it is read."""

import enum
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from otklik.core.richtext import CleanHtml

MOST_BYTES: Final = 75 * 1024 * 1024
MOST_PARTS: Final = 1000
DEEPEST: Final = 30
MOST_HEADER: Final = 64 * 1024
MOST_HEADERS: Final = 256 * 1024
MOST_ADDRESSES: Final = 500
MOST_REFERENCES: Final = 50


class Automatic(enum.StrEnum):
    """Why a letter is not answered by machines."""

    AUTO_REPLY = "auto-reply"
    BOUNCE = "bounce"
    LIST = "list"
    """It came through a list or a group address: people write there, and may want a ticket."""
    OWN_LOOP = "own-loop"


class Quarantine(enum.StrEnum):
    """Why a person has to look at a letter before anything is done with it."""

    UNREADABLE = "unreadable"
    """The file or the letter could not be had at all."""
    EMPTY = "empty"
    TOO_LARGE = "too-large"
    TOO_MANY_PARTS = "too-many-parts"
    TOO_DEEP = "too-deep"
    HEADERS_TOO_LARGE = "headers-too-large"
    TOO_MANY_ADDRESSES = "too-many-addresses"
    NO_SENDER = "no-sender"
    SEVERAL_SENDERS = "several-senders"
    SENDER_UNCLEAR = "sender-unclear"
    """The From header does not name exactly one plain mailbox."""
    TOOK_TOO_LONG = "took-too-long"
    TOOK_TOO_MUCH_MEMORY = "took-too-much-memory"
    READER_FAILED = "reader-failed"
    """The child process died, or met a fault of ours."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A name, which proves nothing, and one plain address.

    `key` is what may be compared: lower case, the domain in its ASCII form.
    """

    name: str
    address: str
    key: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a content stands in the raw letter.

    `start` and `end` are bytes, `encoding` the transfer encoding between them. `packing` is
    "tnef" or "uuencode" for the file number `number` of those that are packed in there.
    """

    start: int
    end: int
    encoding: str = ""
    packing: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a letter; `letters.content_of` gives its bytes.

    `kind` marks what is more than a file: "letter", "invitation", "signed", "encrypted".
    `sha256` is in hexadecimal digits. `content_id` counts within this letter alone.
    """

    filename: str
    content_type: str
    size: int
    sha256: str
    inline: bool
    content_id: str
    kind: str
    place: Place


@dataclass(frozen=True, slots=True)
class Forwarded:
    """A letter that another one passes on; nothing of it is proven.

    `sender` is whom it names as writer, None where that is not plain. `above` is what its bearer
    said to it, `heading` the headers as shown. Of one that came as a file, `attachment` is its
    place among those, and what it says is read from there; of any other, `text` and the fields
    after it are what it says, as in `Letter`.
    """

    sender: Mailbox | None
    subject: str
    above: str = ""
    html_above: CleanHtml | None = None
    heading: str = ""
    text: str = ""
    text_new: str = ""
    text_rest: str = ""
    html: CleanHtml | None = None
    html_new: CleanHtml | None = None
    html_rest: CleanHtml | None = None
    attachment: int | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter, read. Always whole: what could not be read is empty and has its reason.

    `automatic` outranks a `quarantine` for an unclear sender: machines often have none. In
    `html`, pictures of the letter itself have `data-upload="attachment-N"`, N being the place
    in `attachments`; remote ones stand as their words. `html_new` and `html_rest` are its halves
    where it could be cut as the text was, into `text_new` and `text_rest` (signature, history).
    `authentication` holds the Authentication-Results headers, the topmost first; anybody may
    have written them, as `delivered_to` and `return_path` (the topmost, without its angles; None
    for none). `called_spam` says how many of the former stand above the first header that calls
    the letter spam; `traits` is what a filter may learn of it (`traits.py`); `forwarded` is the
    letter that this one passes on, where a person did (`forwarding.py`). Texts have no NUL,
    no lone surrogate and no control, and their lines end in a newline character.
    """

    message_id: str = ""
    sender: Mailbox | None = None
    to: tuple[Mailbox, ...] = ()
    cc: tuple[Mailbox, ...] = ()
    reply_to: tuple[Mailbox, ...] = ()
    subject: str = ""
    date: datetime | None = None
    text: str = ""
    text_new: str = ""
    text_rest: str = ""
    html: CleanHtml | None = None
    html_new: CleanHtml | None = None
    html_rest: CleanHtml | None = None
    attachments: tuple[Attachment, ...] = ()
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    automatic: Automatic | None = None
    quarantine: Quarantine | None = None
    warnings: tuple[str, ...] = ()
    delivered_to: tuple[Mailbox, ...] = ()
    return_path: str | None = None
    authentication: tuple[str, ...] = ()
    called_spam: int | None = None
    traits: tuple[str, ...] = ()
    forwarded: Forwarded | None = None
