"""Senders that sign in by OAuth2: a token for many letters, another when it is refused."""

import base64
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.test import Client
from typing_extensions import override

from otklik.core.errors import Invalid
from otklik.core.post.tests.scripted import Scripted, scripted
from otklik.core.secrecy import hide, reveal
from otklik.mail.actions.outbox import granting
from otklik.mail.actions.outbox.handing import send_waiting
from otklik.mail.actions.setting_up.senders import SenderFields, change_sender, try_sender
from otklik.mail.models import Outgoing, Sender
from otklik.mail.selectors.outgoing import step_words
from otklik.mail.tests.factories import make_sender
from otklik.mail.tests.test_outbox import replied
from otklik.people.tests.factories import sign_in
from otklik.tickets.tests.desk import DeskAtWork

REFUSED = {"AUTH": "334 eyJzdGF0dXMiOiI0MDAifQ==", "": "535 5.7.8 token refused"}
OFFERED = "250-mail.example\r\n250-STARTTLS\r\n250 AUTH XOAUTH2"


@dataclass
class Provider:
    """Gives tokens one after another, or what it is told to answer."""

    url: str = ""
    asked: list[dict[str, list[str]]] = field(default_factory=list)
    status: int = 200
    words: dict[str, Any] = field(default_factory=dict)

    def answer(self) -> dict[str, Any]:
        return {"access_token": f"token {len(self.asked)}", "expires_in": 3600} | self.words


@pytest.fixture
def provider() -> Iterator[Provider]:
    one = Provider()

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            one.asked.append(parse_qs(body))
            raw = json.dumps(one.answer()).encode()
            self.send_response(one.status)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        @override
        def log_message(self, *_words: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        one.url = f"http://127.0.0.1:{server.server_port}/token"
        thread = threading.Thread(target=server.serve_forever, args=[0.01])
        thread.start()
        yield one
        server.shutdown()
        thread.join()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Scripted]:
    with scripted({"EHLO": OFFERED}, tls=tmp_path) as one:
        yield one


@pytest.fixture
def sender(desk: DeskAtWork, provider: Provider, server: Scripted) -> Sender:
    return make_sender(
        host="localhost",
        port=server.port,
        security="starttls",
        authority=server.authority,
        login="desk@acme.example",
        way="oauth2",
        secret=hide("refresh me", "sender"),
        token_url=provider.url,
        client_id="otklik",
        client_secret=hide("the client's own", "sender's client"),
        scope="mail.send",
    )


def alone(desk: DeskAtWork, sender: Sender) -> Outgoing:
    letter = replied(desk)
    Outgoing.objects.exclude(pk=letter.pk).delete()
    return letter


def tokens_told(server: Scripted) -> list[str]:
    lines = [line.split(" ")[2] for line in server.said if line.startswith("AUTH XOAUTH2 ")]
    told = [base64.b64decode(line).decode() for line in lines]
    return [one.partition("Bearer ")[2].strip("\1") for one in told]


def state_of(letter: Outgoing) -> tuple[str, int, str]:
    found = Outgoing.objects.get(pk=letter.pk)
    return found.state, found.attempts, found.step


def test_one_token_serves_many_letters(
    desk: DeskAtWork, sender: Sender, provider: Provider, server: Scripted
) -> None:
    for _time in range(3):
        letter = alone(desk, sender)
        assert send_waiting(sender_id=sender.pk) == 1
        assert state_of(letter)[0] == "sent"
    assert tokens_told(server) == ["token 1"] * 3
    [asked] = provider.asked
    assert asked["refresh_token"] == ["refresh me"]
    assert asked["client_secret"] == ["the client's own"]
    assert asked["scope"] == ["mail.send"]


def test_a_token_that_is_refused_is_asked_for_anew_once_and_the_letter_goes(
    desk: DeskAtWork, sender: Sender, provider: Provider, server: Scripted
) -> None:
    alone(desk, sender)
    send_waiting(sender_id=sender.pk)
    letter = alone(desk, sender)
    server.script |= {"AUTH": [REFUSED["AUTH"], "235 welcome"], "": REFUSED[""]}
    send_waiting(sender_id=sender.pk)
    assert state_of(letter)[:2] == ("sent", 1)
    assert tokens_told(server) == ["token 1", "token 1", "token 2"]
    assert len(server.letters) == 2


def test_a_token_that_is_refused_again_delays_the_letter_and_says_why(
    desk: DeskAtWork, sender: Sender, server: Scripted
) -> None:
    letter = alone(desk, sender)
    server.script |= REFUSED
    send_waiting(sender_id=sender.pk)
    assert state_of(letter) == ("delayed", 1, "login")
    assert tokens_told(server) == ["token 1", "token 2"]
    sender.refresh_from_db()
    assert sender.failing_since is not None
    assert "token refused" in sender.trouble_words
    said = try_sender(actor=desk.cast.root, sender_id=sender.pk)
    assert "does not accept the access token" in said.said


@pytest.mark.parametrize(
    ("status", "words", "advice"),
    [
        (400, {"error": "invalid_grant"}, "new refresh token"),
        (401, {"error": "invalid_client"}, "client's id and secret"),
        (500, {"error": "server_error"}, "address for tokens and the scope"),
    ],
)
def test_without_a_token_letters_wait_untouched_and_go_once_it_is_mended(
    desk: DeskAtWork,
    sender: Sender,
    provider: Provider,
    server: Scripted,
    *,
    status: int,
    words: dict[str, str],
    advice: str,
) -> None:
    letter = alone(desk, sender)
    provider.status, provider.words = status, words | {"access_token": ""}
    assert send_waiting(sender_id=sender.pk) == 0
    assert state_of(letter) == ("waiting", 0, "")
    assert server.said == []
    sender.refresh_from_db()
    assert "access token" in step_words(sender.trouble_step)
    tried = try_sender(actor=desk.cast.root, sender_id=sender.pk)
    assert (tried.is_good, advice in tried.said) == (False, True)
    assert "refresh me" not in tried.answer
    provider.status, provider.words = 200, {}
    assert send_waiting(sender_id=sender.pk) == 1
    assert state_of(letter)[0] == "sent"
    sender.refresh_from_db()
    assert sender.failing_since is None


def test_a_new_refresh_token_is_kept_unless_a_person_gave_one(
    desk: DeskAtWork, sender: Sender, provider: Provider
) -> None:
    provider.words = {"refresh_token": "the next one"}
    alone(desk, sender)
    send_waiting(sender_id=sender.pk)
    sender.refresh_from_db()
    assert reveal(sender.secret, "sender") == "the next one"
    alone(desk, sender)
    send_waiting(sender_id=sender.pk)
    assert len(provider.asked) == 1
    stale = Sender.objects.get(pk=sender.pk)
    stale.secret = hide("an older one", "sender")
    granting.token_for(stale)
    sender.refresh_from_db()
    assert reveal(sender.secret, "sender") == "the next one"


def test_the_page_takes_what_oauth2_needs_and_shows_no_secret(
    client: Client, desk: DeskAtWork, sender: Sender
) -> None:
    sign_in(client, desk.cast.root)
    page = f"/setup/senders/{sender.pk}/"
    shown = client.get(page).text
    assert "mail.send" in shown
    for secret in ("refresh me", "the client"):
        assert secret not in shown.replace("the client&#x27;s", "")
    needed: dict[str, SenderFields] = {
        "login": {"login": ""},
        "token_url": {"token_url": ""},
        "client_id": {"client_id": ""},
    }
    for name, changes in needed.items():
        with pytest.raises(Invalid) as refused:
            change_sender(actor=desk.cast.root, sender_id=sender.pk, changes=changes)
        assert name in refused.value.fields
    for url in ("http://provider.example/token", "ftp://x", "https://", "javascript:alert(1)"):
        with pytest.raises(Invalid) as refused:
            change_sender(actor=desk.cast.root, sender_id=sender.pk, changes={"token_url": url})
        assert "token_url" in refused.value.fields
    change_sender(actor=desk.cast.root, sender_id=sender.pk, changes={"way": "password"})
    sender.refresh_from_db()
    assert sender.way == "password"
