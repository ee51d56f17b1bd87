"""Folders' names in the modified UTF-7 of RFC 3501, section 5.1.3."""

import binascii


def encoded(name: str) -> bytes:
    """Return a folder's name as servers of any age understand it."""
    done = bytearray()
    waiting = ""
    for sign in f"{name}\0":
        if " " <= sign <= "~" or sign == "\0":
            if waiting:
                done += b"&" + _packed(waiting) + b"-"
                waiting = ""
            done += b"&-" if sign == "&" else sign.encode()
        else:
            waiting += sign
    return bytes(done[:-1])


def decoded(raw: bytes) -> str:
    """Return a folder's name as people read it; of a wrong one, what can be read."""
    first, *rest = raw.split(b"&")
    done = _plain(first)
    for one in rest:
        packed, dash, plain = one.partition(b"-")
        done += (_unpacked(packed) if packed else "&" if dash else "") + _plain(plain)
    return done


def quoted(raw: bytes) -> bytes:
    """Return a string in quotes; the caller has refused line ends."""
    return b'"' + raw.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


def _packed(text: str) -> bytes:
    raw = binascii.b2a_base64(text.encode("utf-16-be", "surrogatepass"), newline=False)
    return raw.rstrip(b"=").replace(b"/", b",")


def _unpacked(raw: bytes) -> str:
    padded = raw.replace(b",", b"/") + b"=" * (-len(raw) % 4)
    try:
        return binascii.a2b_base64(padded).decode("utf-16-be", "replace")
    except binascii.Error:
        return "\ufffd"


def _plain(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")
