"""Whether a domain signed a letter as it is: DKIM (RFC 6376), by dkimpy."""

import logging
from collections.abc import Iterator
from typing import Final

import dkim

from otklik.core.letters.addresses import plain_mailbox
from otklik.core.letters.headers import unfolded
from otklik.core.letters.letter import Mailbox
from otklik.core.letters.proving.names import Names, Unsure
from otklik.core.letters.verdicts import Result

MOST: Final = 5
"""Signatures of a letter that are looked at."""
FEWEST_BITS: Final = 1024
_LONGEST: Final = 253
_quiet: Final = logging.getLogger("otklik.dkim")
_quiet.disabled = True  # it says what letters say
_UNKNOWN_KINDS: Final = (dkim.NaClNotFoundError, dkim.UnknownKeyTypeError)


def check_signatures(raw: bytes, author: Mailbox | None, names: Names) -> Iterator[Result]:
    """Give a result for each signature, or none. Never raises for any bytes.

    A good one counts only where dkimpy reads the author whom we read: else what was signed is
    another head than the one that is shown.
    """
    try:
        letter = dkim.DKIM(raw, logger=_quiet, minkey=FEWEST_BITS)
    except Exception:  # noqa: BLE001  # dkimpy cannot read it, whatever that is: it is not signed
        yield Result("dkim", "none")
        return
    count = sum(name.lower() == b"dkim-signature" for name, _value in letter.headers)
    if not count:
        yield Result("dkim", "none")
    is_read_alike = _author_in(letter) == (author.key if author else None)
    for place in range(min(count, MOST)):
        yield _checked(letter, place, _Keys(names), is_read_alike=is_read_alike)


def _author_in(letter: dkim.DKIM) -> str | None:
    said = [value for name, value in letter.headers if name.lower() == b"from"]
    found = (
        plain_mailbox(unfolded(said[0].strip().replace(b"\r\n", b"\n"))) if len(said) == 1 else None
    )
    return found.key if found else None


class _Keys:
    """Finds public keys, and remembers that one could not be looked for."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self.is_unsure = False

    def __call__(self, name: bytes, **_patience: float) -> bytes | None:
        try:
            found = self._names.texts(name.decode("ascii", "replace"))
        except Unsure:
            self.is_unsure = True
            return None
        return found[0] if found else None


def _checked(letter: dkim.DKIM, place: int, keys: _Keys, *, is_read_alike: bool) -> Result:
    letter.signature_fields, letter.domain, letter.selector = {}, None, None
    try:
        value = "pass" if letter.verify(place, dnsfunc=keys) else "fail"
    except _UNKNOWN_KINDS:
        value = "neutral"
    except dkim.ValidationError:
        value = "fail"  # also of what was changed
    except Exception:  # noqa: BLE001  # whatever dkimpy makes of any bytes, there is one result
        value = "permerror"
    if keys.is_unsure:
        value = "temperror"
    elif value == "pass" and not (is_read_alike and _is_enough(letter.signature_fields)):
        value = "policy"
    said = {"header.d": letter.domain, "header.s": letter.selector}
    return Result("dkim", value, {name: _name(one) for name, one in said.items() if one})


def _name(said: bytes) -> str:
    text = said[:_LONGEST].decode("ascii", "replace").lower()
    return "".join(sign for sign in text if sign.isprintable())


def _is_enough(fields: dict[bytes, bytes]) -> bool:
    """Say whether a signature covers all of the text and who wrote it, by a sum that holds."""
    signed = [name.strip() for name in fields.get(b"h", b"").lower().split(b":")]
    is_whole = b"l" not in fields  # else more could be written under it
    return is_whole and b"from" in signed and not fields.get(b"a", b"").endswith(b"sha1")
