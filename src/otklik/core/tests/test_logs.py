"""Lines of the log: useful to who runs the desk, silent about people."""

import io
import json
import logging
import logging.config
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from otklik.core.logs import configure_structlog, logging_settings, says_requests

BODY = "my card is 4111"


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    kept = io.StringIO()
    root = logging.getLogger()
    before = root.handlers[:]
    logging.config.dictConfig(logging_settings("json"))
    write_to(kept)
    configure_structlog()
    yield kept
    root.handlers[:] = before


def write_to(lines: io.StringIO) -> None:
    handler = logging.getLogger().handlers[-1]
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(lines)


def test_a_line_keeps_ids_and_drops_what_people_wrote(lines: io.StringIO) -> None:
    structlog.get_logger("otklik.test").info(
        "reply_sent", ticket_id=17, body=BODY, email="cy@example.org", nested={"name": "Cy", "n": 1}
    )

    line = only(lines)
    assert (line["event"], line["ticket_id"], line["nested"]) == ("reply_sent", 17, {"n": 1})
    assert BODY not in lines.getvalue()
    assert "cy@example.org" not in lines.getvalue()


def test_a_library_is_quoted_without_what_it_filled_in(lines: io.StringIO) -> None:
    logging.getLogger("django.security").warning("Bad address: %s", "/find/?q=Cy+Smith")

    assert only(lines)["event"] == "Bad address: %s"


def test_a_failure_names_its_kind_and_places_but_not_its_words(lines: io.StringIO) -> None:
    try:
        int(BODY)
    except ValueError:
        logging.getLogger("otklik.test").exception("it_failed")

    error = only(lines)["error"]
    assert error["kind"] == "builtins.ValueError"
    assert "test_logs.py" in error["places"][-1]
    assert BODY not in lines.getvalue()


def test_nothing_written_can_begin_a_line_or_move_the_cursor(lines: io.StringIO) -> None:
    structlog.get_logger("otklik.test").warning("odd", route="a\n{}\x1b[2J\u2028\u202eb")

    text = lines.getvalue()
    assert text.count("\n") == 1
    assert text.rstrip("\n").isprintable()
    assert text.isascii()


def test_an_address_or_query_in_an_event_is_blotted_out(lines: io.StringIO) -> None:
    logging.getLogger("some.library").warning("sent to cy@example.org by https://a.example/?t=1")

    assert only(lines)["event"] == "sent to …@… by https://a.example/?…"


def only(lines: io.StringIO) -> dict[str, Any]:
    line: dict[str, Any] = json.loads(lines.getvalue())
    return line


@pytest.mark.parametrize(
    ("wanted", "is_terminal", "said"),
    [(None, True, False), (None, False, True), (True, True, True), (False, False, False)],
)
def test_requests_have_lines_where_no_terminal_shows_them_or_as_it_is_set(
    monkeypatch: pytest.MonkeyPatch, *, wanted: bool | None, is_terminal: bool, said: bool
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: is_terminal)
    assert says_requests(wanted=wanted) is said


def test_without_lines_of_requests_what_goes_wrong_is_told(lines: io.StringIO) -> None:
    logger = logging.getLogger("otklik.requests")
    before = logger.level
    logging.config.dictConfig(logging_settings("json", requests=False))
    write_to(lines)
    try:
        structlog.get_logger("otklik.requests").info("request", status=200)
        logging.getLogger("django.request").error("it failed")
    finally:
        logger.setLevel(before)
    assert only(lines)["event"] == "it failed"
