"""Access tokens from a provider that says yes, no, and odd things."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest
from typing_extensions import override

from otklik.core.post.imap import Imap
from otklik.core.post.login import Login
from otklik.core.post.oauth import Consent, Grant, refreshed
from otklik.core.post.pop3 import Pop3
from otklik.core.post.tests.dovecot import IS_THERE, REASON, running_dovecot
from otklik.core.post.trouble import Kind, Trouble

SECRET = "a refresh token that nobody may see"


class Provider(BaseHTTPRequestHandler):
    answer: tuple[int, bytes] = (200, b"{}")
    asked: dict[str, list[str]] = {}

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        Provider.asked = parse_qs(body.decode())
        status, words = Provider.answer
        self.send_response(status)
        self.send_header("Content-Length", str(len(words)))
        self.end_headers()
        self.wfile.write(words)

    @override
    def log_message(self, *_words: Any) -> None:
        pass


@pytest.fixture
def consent() -> Iterator[Consent]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Provider) as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.01])
        thread.start()
        yield Consent(
            f"http://127.0.0.1:{server.server_port}/token?v=2", "id", "client's", SECRET, "mail"
        )
        server.shutdown()
        thread.join()


def says(status: int, **words: Any) -> None:
    Provider.answer = (status, json.dumps(words).encode())


def test_a_token_is_asked_for_as_the_standard_says(consent: Consent) -> None:
    says(200, access_token="t", expires_in=3600)

    grant = refreshed(consent)

    assert (grant.token, grant.refresh_token, grant.is_fresh) == ("t", "", True)
    assert Provider.asked == {
        "grant_type": ["refresh_token"],
        "refresh_token": [SECRET],
        "client_id": ["id"],
        "client_secret": ["client's"],
        "scope": ["mail"],
    }


def test_a_new_refresh_token_is_given_on_and_a_short_grant_is_stale(consent: Consent) -> None:
    says(200, access_token="t", expires_in=100, refresh_token="new")

    grant = refreshed(consent)

    assert (grant.refresh_token, grant.is_fresh) == ("new", False)


@pytest.mark.parametrize(
    ("status", "words", "kind"),
    [
        (400, {"error": "invalid_grant", "error_description": "expired"}, Kind.GRANT),
        (401, {"error": "invalid_client"}, Kind.CLIENT),
        (400, {"error": "unauthorized_client"}, Kind.CLIENT),
        (400, {"error": "invalid_scope"}, Kind.TOKENS),
        (200, {"token_type": "Bearer"}, Kind.TOKENS),
        (200, {"access_token": ["no"]}, Kind.TOKENS),
        (500, {}, Kind.TOKENS),
    ],
)
def test_each_refusal_says_what_to_change(
    consent: Consent, status: int, words: dict[str, Any], kind: Kind
) -> None:
    says(status, **words)

    with pytest.raises(Trouble) as told:
        refreshed(consent)

    assert told.value.kind is kind


@pytest.mark.parametrize("raw", [b"<html>", b"[]", b"[" * 90_000, b"\xff", b"x" * 200_000])
def test_what_is_no_answer_is_told_and_no_secret_with_it(consent: Consent, raw: bytes) -> None:
    Provider.answer = (400, raw + SECRET.encode())

    with pytest.raises(Trouble) as told:
        refreshed(consent)

    assert told.value.kind is Kind.TOKENS
    assert SECRET not in told.value.sentence()


def test_a_provider_that_is_not_there_is_told() -> None:
    with pytest.raises(Trouble) as told:
        refreshed(Consent("http://127.0.0.1:1/token", "id", "", SECRET))

    assert told.value.kind is Kind.TOKENS


def test_a_secret_is_in_no_words_about_it(consent: Consent) -> None:
    said = repr(consent) + repr(Grant("token", 1.0, SECRET)) + repr(Login("me", SECRET, SECRET))

    assert SECRET not in said
    assert "client's" not in said


@pytest.mark.slow
@pytest.mark.skipif(not IS_THERE, reason=REASON)
def test_a_real_server_lets_in_by_a_token_that_is_fresh_and_by_no_other() -> None:
    with running_dovecot() as dovecot:
        for way, port in ((Imap, "imap"), (Pop3, "pop3")):
            opened = way.opened(dovecot.server(port), Login("ada", token=dovecot.token("ada")))
            opened.close()
            for token in (dovecot.token("ada", -5), dovecot.token("sam"), "nonsense"):
                with pytest.raises(Trouble) as told:
                    way.opened(dovecot.server(port), Login("ada", token=token))
                assert told.value.kind is Kind.LOGIN
