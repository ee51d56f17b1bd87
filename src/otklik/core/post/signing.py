"""DKIM (RFC 6376): a domain's word that a letter is its own, by a key that we hold."""

import base64
from dataclasses import dataclass
from typing import Final

import dkim
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization as kinds
from cryptography.hazmat.primitives.asymmetric import rsa

BITS: Final = 2048
SIGNED: Final = (
    *(b"from", b"to", b"cc", b"reply-to", b"subject", b"date", b"message-id"),
    *(b"in-reply-to", b"references", b"mime-version", b"content-type"),
    *(b"content-transfer-encoding", b"auto-submitted", b"list-unsubscribe"),
    b"list-unsubscribe-post",
)
"""Said once more than it stands there, so that none of them can be added on the way."""
_FEWEST_BITS: Final = 1024


@dataclass(frozen=True, kw_only=True)
class Signer:
    """A domain, the name under which its key is published, and the key itself in PEM."""

    domain: str
    selector: str
    key: str


class NoKey(ValueError):
    """This is no RSA key of at least 1024 bits in PEM without a password."""


def signed(raw: bytes, signer: Signer) -> bytes:
    """Return a letter with its signature on top. Raises NoKey."""
    key = loaded_key(signer.key)
    pem = key.private_bytes(
        kinds.Encoding.PEM, kinds.PrivateFormat.TraditionalOpenSSL, kinds.NoEncryption()
    )
    line = dkim.sign(
        raw,
        signer.selector.encode(),
        signer.domain.encode("idna"),
        pem,
        canonicalize=(b"relaxed", b"relaxed"),
        include_headers=[*SIGNED, b"from", b"subject", b"to", b"content-type"],
    )
    return bytes(line) + raw


def made_key() -> str:
    """Return a new private key in PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    pem = key.private_bytes(kinds.Encoding.PEM, kinds.PrivateFormat.PKCS8, kinds.NoEncryption())
    return pem.decode()


def loaded_key(pem: str) -> rsa.RSAPrivateKey:
    """Read a private key. Raises NoKey."""
    try:
        key = kinds.load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise NoKey from error
    if not isinstance(key, rsa.RSAPrivateKey) or key.key_size < _FEWEST_BITS:
        raise NoKey
    return key


def record(pem: str) -> str:
    """Return what the domain has to publish at SELECTOR._domainkey. Raises NoKey."""
    public = loaded_key(pem).public_key()
    der = public.public_bytes(kinds.Encoding.DER, kinds.PublicFormat.SubjectPublicKeyInfo)
    return f"v=DKIM1; k=rsa; p={base64.b64encode(der).decode()}"
