"""A real server that is set up wrongly in each of the ways that people do it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from otklik.core.post.imap import Imap
from otklik.core.post.login import Login
from otklik.core.post.pop3 import Pop3
from otklik.core.post.tests.dovecot import IS_THERE, REASON, Dovecot, running_dovecot
from otklik.core.post.trouble import Kind, Trouble
from otklik.core.post.wire import Security

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not IS_THERE, reason=REASON)]
WAYS = [(Imap, "imap"), (Pop3, "pop3")]


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with running_dovecot() as running:
        yield running


@pytest.mark.parametrize(("way", "word"), WAYS)
@pytest.mark.parametrize("security", list(Security))
def test_each_way_of_encryption_works_with_a_certificate_that_is_trusted(
    dovecot: Dovecot,
    monkeypatch: pytest.MonkeyPatch,
    way: type[Imap | Pop3],
    word: str,
    security: Security,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.certificate))
    port = f"{word}s" if security is Security.TLS else word

    way.opened(dovecot.server(port, security), dovecot.login("ada")).close()


@pytest.mark.parametrize(("way", "word"), WAYS)
@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_a_certificate_that_nobody_vouches_for_is_told(
    dovecot: Dovecot, way: type[Imap | Pop3], word: str, security: Security
) -> None:
    port = f"{word}s" if security is Security.TLS else word
    with pytest.raises(Trouble) as told:
        way.opened(dovecot.server(port, security), dovecot.login("ada"))

    assert told.value.kind is Kind.CERTIFICATE
    assert "self-signed" in told.value.sentence()


def test_a_certificate_of_another_name_is_told(
    dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.certificate))
    server = replace(dovecot.server("imaps", Security.TLS), host="127.0.0.1")
    with pytest.raises(Trouble) as told:
        Imap.opened(server, dovecot.login("ada"))

    assert told.value.kind is Kind.CERTIFICATE


@pytest.mark.parametrize(("way", "word"), WAYS)
def test_each_wrong_word_is_told_apart(dovecot: Dovecot, way: type[Imap | Pop3], word: str) -> None:
    right = dovecot.server(word)
    wrong = {
        Kind.LOGIN: (right, Login("ada", "wrong")),
        Kind.HOST: (replace(right, host="no-such-server.invalid"), dovecot.login("ada")),
        Kind.PORT: (replace(right, port=1), dovecot.login("ada")),
        Kind.PROTOCOL: (replace(right, security=Security.TLS), dovecot.login("ada")),
    }
    for kind, (server, login) in wrong.items():
        with pytest.raises(Trouble) as told:
            way.opened(server, login, patience=2)
        assert told.value.kind is kind
    with pytest.raises(Trouble) as told:  # the port waits for TLS, and so says nothing
        way.opened(dovecot.server(f"{word}s"), dovecot.login("ada"), patience=1)
    assert told.value.kind is Kind.PROTOCOL
    other = "pop3" if word == "imap" else "imap"
    with pytest.raises(Trouble) as told:  # the other protocol's port
        way.opened(replace(right, port=dovecot.ports[other]), dovecot.login("ada"), patience=1)
    assert told.value.kind is Kind.PROTOCOL


def test_a_folder_that_is_missing_is_told_with_those_that_are_there(dovecot: Dovecot) -> None:
    imap = Imap.opened(dovecot.server(), dovecot.login("ada"))
    try:
        with pytest.raises(Trouble) as told:
            imap.select("Nowhere")
    finally:
        imap.close()

    assert told.value.kind is Kind.FOLDER
    assert "“Nowhere”" in told.value.sentence()
    assert "Done, INBOX" in told.value.sentence()
