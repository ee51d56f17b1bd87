"""How hints leave a process, whatever becomes of the bus."""

import json
import time
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from threading import Event
from typing import Any

import psycopg
import pytest

from otklik.core import live, outbox
from otklik.core.bus import LONGEST_PAYLOAD, BusLost, PostgresBus
from otklik.core.outbox import Outbox, payloads


class Tap:
    """A bus that keeps what it gets, and fails or hangs as it is told."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.sent: list[dict[str, Any]] = []
        self.asked, self.answers = Event(), Event()
        self.answers.set()

    def send(self, payload: str) -> None:
        self.asked.set()
        assert self.answers.wait(20), "whoever lets it answer waits for it"
        if self.failures:
            self.failures -= 1
            raise BusLost("gone")
        self.sent.append(json.loads(payload))

    def close(self) -> None: ...

    def listen(self) -> AbstractAsyncContextManager[Any]:
        raise NotImplementedError


def test_all_hints_of_a_request_leave_as_one_message() -> None:
    tap = Tap()
    box = Outbox(lambda: tap)
    for version in range(50):
        box.put_hint({"topic": "ticket:17", "version": version})
    box.put_hint({"topic": "ticket:17", "version": 49})
    assert box.flush()
    assert len(tap.sent) <= 2
    assert sum(len(message["hints"]) for message in tap.sent) == 50


def test_a_message_fits_the_bus_whatever_its_letters() -> None:
    hints = [json.dumps({"topic": f"t:{n}", "a": "щ" * 90}, ensure_ascii=False) for n in range(999)]
    packed = list(payloads(hints, [("account", "7", 1)]))
    assert max(len(payload.encode()) for payload in packed) <= LONGEST_PAYLOAD
    assert json.loads(packed[0]) == {"orders": [["account", "7", 1]]}
    assert sum(len(json.loads(payload)["hints"]) for payload in packed[1:]) == 999


def test_a_failing_bus_costs_the_request_nothing_and_loses_no_order() -> None:
    tap = Tap(failures=2)
    box = Outbox(lambda: tap)
    tap.answers.clear()
    box.put_order(("account", "7", 1))
    assert tap.asked.wait(20)
    box.put_order(("account", "8", 2))
    assert (tap.failures, tap.sent) == (2, [])
    tap.answers.set()
    assert box.flush(20)
    assert tap.sent == [{"orders": [["account", "7", 1]]}, {"orders": [["account", "8", 2]]}]


def test_a_long_failure_keeps_the_newest_hints_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "MOST_WAITING", 10)
    tap = Tap(failures=1)
    box = Outbox(lambda: tap)
    box.put_hint({"topic": "first"})
    time.sleep(0.05)
    for number in range(30):
        box.put_hint({"topic": f"t:{number}"})
    assert not box.flush(0)
    assert box.flush()
    assert [hint["topic"] for hint in tap.sent[-1]["hints"]] == [f"t:{n}" for n in range(20, 30)]


@pytest.fixture
def postgres(database_address: str) -> Iterator[PostgresBus]:
    bus = PostgresBus(database_address, "otklik_test")
    yield bus
    bus.close()


def test_a_sender_whose_connection_was_cut_says_so_and_opens_another(
    postgres: PostgresBus, database_address: str
) -> None:
    postgres.send("one")
    with psycopg.connect(database_address, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'otklik hints' AND datname = current_database()"
        )
    with pytest.raises(BusLost):
        postgres.send("two")
    postgres.send("three")


def test_sending_does_not_wait_for_the_disk(postgres: PostgresBus) -> None:
    postgres.send("one")
    sending = postgres._sending  # noqa: SLF001  # a session tells its settings to nobody else
    assert sending is not None
    assert sending.execute("SHOW synchronous_commit").fetchone() == ("off",)


def test_a_server_that_is_not_there_is_a_lost_bus() -> None:
    bus = PostgresBus("host=127.0.0.1 port=1 dbname=none connect_timeout=1", "otklik_test")
    with pytest.raises(BusLost):
        bus.send("one")


def test_the_bus_is_where_the_desks_database_is() -> None:
    options = {"sslmode": "prefer", "pool": True, "isolation_level": 1}
    place = {"NAME": "a b", "USER": "", "PASSWORD": "p'", "HOST": "/tmp/x", "PORT": ""}  # noqa: S108  # a name alone
    conninfo = psycopg.conninfo.conninfo_to_dict(live._conninfo({**place, "OPTIONS": options}))  # noqa: SLF001  # what no answer shows
    assert conninfo == {"dbname": "a b", "password": "p'", "host": "/tmp/x", "sslmode": "prefer"}  # noqa: S108  # a name alone
