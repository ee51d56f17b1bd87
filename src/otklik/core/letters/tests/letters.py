"""Letters for tests, written as programs write them."""

from base64 import encodebytes

from otklik.core.letters import Letter, read_letter

CRLF = "\r\n"


def letter(
    body: str | bytes = "Hello.", *, sender: str | None = "Cy <cy@firm.example>", **headers: str
) -> bytes:
    """Return a letter; `sender=None` leaves the From out, `list_id` is a header List-Id."""
    fields = {} if sender is None else {"From": sender}
    fields |= {name.replace("_", "-").title(): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}{CRLF}" for name, value in fields.items())
    raw = body if isinstance(body, bytes) else body.replace("\n", CRLF).encode()
    return head.encode() + CRLF.encode() + raw


def read(body: str | bytes = "Hello.", **given: str | None) -> Letter:
    return read_letter(letter(body, **given))  # type: ignore[arg-type]  # names are checked there


def part(content: str | bytes, kind: str = "text/plain; charset=utf-8", **headers: str) -> bytes:
    """Return a part in base64, with its head."""
    fields = {"Content-Type": kind, "Content-Transfer-Encoding": "base64"}
    fields |= {name.replace("_", "-").title(): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}{CRLF}" for name, value in fields.items())
    raw = content if isinstance(content, bytes) else content.encode()
    return head.encode() + b"\r\n" + encodebytes(raw)


def parts(*several: bytes, kind: str = "mixed", boundary: str = "=_a") -> bytes:
    """Return a multipart part; `letter_of` makes a letter of it."""
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"{CRLF}{CRLF}'.encode()
    mark = boundary.encode()
    held = b"".join(b"--" + mark + b"\r\n" + one + b"\r\n" for one in several)
    return head + held + b"--" + mark + b"--\r\n"


def letter_of(whole: bytes, sender: str = "Cy <cy@firm.example>") -> bytes:
    """Return a letter of a part, whose head becomes the letter's."""
    return f"From: {sender}{CRLF}Subject: Help{CRLF}MIME-Version: 1.0{CRLF}".encode() + whole


def read_parts(*several: bytes, kind: str = "mixed") -> Letter:
    return read_letter(letter_of(parts(*several, kind=kind)))


def both(plain: str, html: str) -> Letter:
    """Read a letter that says the same thing, or not, plain and as HTML."""
    return read_parts(part(plain), part(html, "text/html; charset=utf-8"), kind="alternative")
