"""A program that uses a desk over its API, whatever happens to the desk meanwhile."""

import time
from typing import Any, Final

import httpx

from .desk import Desk, otklik

ADMINISTRATOR: Final = "root@meridian.example"
PATIENCE_SECONDS: Final = 1800
TOO_MANY: Final = 429


class Program:
    """A client that asks by the same key until it is answered."""

    def __init__(self, desk: Desk) -> None:
        words = ("token", "create", "--person", ADMINISTRATOR, "--scope", "all")
        self._token = otklik(desk.data, *words).stdout.strip().splitlines()[-1]
        self._desk = desk
        self._address = f"http://127.0.0.1:{desk.port}/api/v1"

    def opened(self, number: int, **said: object) -> int:
        who = {"email": f"asks{number}@customer.example", "name": f"Asker {number}"}
        body = {"subject": f"Ticket {number}", "description": "Help.", "requester": who}
        return int(self.asked("POST", "/tickets", body | said, f"open {number}")["id"])

    def replied(self, ticket: int, number: int) -> int:
        body = {"body": f"Reply number {number}.", "internal": False}
        place = f"/tickets/{ticket}/messages"
        return int(self.asked("POST", place, body, f"reply {number}")["id"].removeprefix("m"))

    def asked(self, method: str, place: str, body: object, key: str) -> Any:
        until = time.monotonic() + PATIENCE_SECONDS
        headers = {"Authorization": f"Bearer {self._token}", "Idempotency-Key": key}
        while True:
            try:
                answer = httpx.request(
                    method, self._address + place, json=body, headers=headers, timeout=60
                )
            except httpx.TransportError:  # cut, or nobody answers just now
                self._desk.ensure_lives()
            else:
                if not answer.is_server_error and answer.status_code != TOO_MANY:
                    return answer.raise_for_status().json()
            assert time.monotonic() < until
            time.sleep(0.1)

    def add_sender(self, address: str, port: int, department: int | None = None) -> None:
        """Have a department, or all, write from an address by a server on this machine."""
        with self._desk.database() as connection:
            connection.execute(_SENDER, [address, address, port, department])


_SENDER: Final = """
    INSERT INTO mail_sender (name, address, has_plus, is_active, host, port, security, login,
                             secret, way, token_url, client_id, client_secret, scope, authority,
                             dkim_selector, dkim_key, trouble_step,
                             trouble_words, department_id, created_at, version)
    VALUES (%s, %s, true, true, '127.0.0.1', %s, 'none', '', '',
            'password', '', '', '', '', '', '', '', '', '', %s, now(), 1)
"""
