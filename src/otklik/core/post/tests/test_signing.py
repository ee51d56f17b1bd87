from datetime import UTC, datetime

import dkim
import pytest
from cryptography.hazmat.primitives import serialization as kinds
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from otklik.core.post.building import Address, NewLetter, build
from otklik.core.post.signing import NoKey, Signer, made_key, record, signed

RAW = build(
    NewLetter(
        sender=Address("support@пример.рф", "Отдел ИТ"),
        to=Address("cy@harrow.example"),
        subject="Принтер снова печатает",
        message_id="<one@meridian.example>",
        date=datetime(2026, 11, 23, tzinfo=UTC),
        text="Готово.\n",
    )
)


@pytest.fixture(scope="module")
def key() -> str:
    return made_key()


def is_good(raw: bytes, key: str) -> bool:
    def published(name: bytes, timeout: int = 5) -> bytes | None:
        return record(key).encode() if name == b"desk._domainkey.xn--e1afmkfd.xn--p1ai." else None

    return bool(dkim.verify(raw, dnsfunc=published))


def test_a_signed_letter_proves_its_domain(key: str) -> None:
    raw = signed(RAW, Signer(domain="пример.рф", selector="desk", key=key))
    assert raw.endswith(RAW)
    assert is_good(raw, key)
    assert not is_good(raw, made_key())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"one@meridian", b"two@meridian"),
        (b"MIME-Version", b"From: eve@evil.example\r\nMIME-Version"),
        (b"MIME-Version", b"Subject: other\r\nMIME-Version"),
        (b"MIME-Version", b"To: eve@evil.example\r\nMIME-Version"),
        (b"0JP", b"0JA"),
    ],
)
def test_nothing_can_be_changed_or_added_on_the_way(key: str, old: bytes, new: bytes) -> None:
    raw = signed(RAW, Signer(domain="пример.рф", selector="desk", key=key))
    assert raw.count(old) >= 1
    head, _line, rest = raw.partition(b"\r\nDate:")
    assert not is_good(head + b"\r\nDate:" + rest.replace(old, new, 1), key)


def test_blanks_that_servers_change_do_no_harm(key: str) -> None:
    raw = signed(RAW, Signer(domain="пример.рф", selector="desk", key=key))
    assert is_good(raw.replace(b"MIME-Version: 1.0", b"MIME-Version:  1.0 ") + b"\r\n", key)


def pem_of(made: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    shape = (kinds.Encoding.PEM, kinds.PrivateFormat.PKCS8, kinds.NoEncryption())
    return made.private_bytes(*shape).decode()


@pytest.mark.parametrize(
    "pem",
    [
        "",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
        pem_of(ec.generate_private_key(ec.SECP256R1())),
    ],
)
def test_what_is_no_key_of_ours_is_told_as_that(pem: str) -> None:
    with pytest.raises(NoKey):
        signed(RAW, Signer(domain="meridian.example", selector="desk", key=pem))
