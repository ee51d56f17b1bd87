"""What is written down about the desk's work: facts and numbers, never people's words.

Lines carry ids, routes and times. Of a failure they carry the kind and the places in the code,
not its text, for texts of errors quote rows, addresses and messages.
"""

import json
import logging
import re
import sys
import time
import traceback
from collections.abc import Callable, Mapping, MutableMapping
from types import TracebackType
from typing import Any, Final, cast

import structlog
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from otklik.core.carried import asker, request_id

Line = MutableMapping[str, Any]
Handler = Callable[[HttpRequest], HttpResponseBase]
Failure = tuple[type[BaseException], BaseException, TracebackType | None]

REQUESTS: Final = "otklik.requests"
requests = structlog.get_logger(REQUESTS)

PRIVATE: Final = re.compile(
    r"body|subject|e?mail|name|phone|password|secret|token|cookie|query|address|text|title",
    re.IGNORECASE,
)
OWN_WORDS: Final = {"logger", "event", "level", "timestamp", "task_name", "route"}
ADDRESS: Final = re.compile(r"[^\s@<>\"']+@[^\s@<>\"']+")
QUERY: Final = re.compile(r"\?[^\s\"']*")
LONGEST: Final = 300
MOST_FRAMES: Final = 12
QUIET: Final = ("procrastinate", "uvicorn", "granian", "asyncio", "whitenoise", "websockets")
"""Libraries that speak at every job or connection: only their warnings are kept."""


def says_requests(*, wanted: bool | None) -> bool:
    """Tell whether each request has its line: as it is set, else where no terminal shows them.

    There they would push away what a person has to read.
    """
    return not sys.stderr.isatty() if wanted is None else wanted


def logging_settings(style: str, *, requests: bool = True) -> dict[str, Any]:
    """Give the `logging` configuration for lines of JSON, or of text for a terminal.

    Without `requests` a request has no line of its own; what went wrong in it has.
    """
    renderer = _to_json if style == "json" else _to_text
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": [*_shared(), _without_arguments],
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _without_private_words,
            renderer,
        ],
    }
    handler = {"class": "logging.StreamHandler", "stream": sys.stderr, "formatter": "line"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": formatter},
        "handlers": {"stream": handler},
        "root": {"handlers": ["stream"], "level": "INFO"},
        "loggers": {name: {"level": "WARNING"} for name in QUIET}
        | {REQUESTS: {"level": "INFO" if requests else "WARNING"}}
        | {"django.request": {"level": "ERROR"}, "django.server": {"level": "ERROR"}},
    }


def configure_structlog() -> None:
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            *_shared(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


class RequestLogMiddleware:
    """Write one line for each answered request: route, status, time and whose account."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        started = time.perf_counter()
        structlog.contextvars.bind_contextvars(request_id=request_id.found(request))
        try:
            response = self.get_response(request)
            if request.path_info.startswith(settings.STATIC_URL):
                return response
            actor = asker.found(request)
            match = request.resolver_match
            requests.info(
                "request",
                method=request.method,
                route=match.route if match else None,
                status=response.status_code,
                ms=round((time.perf_counter() - started) * 1000, 1),
                account_id=getattr(actor, "account_id", None),
            )
        finally:
            structlog.contextvars.clear_contextvars()
        return response


def _shared() -> list[Any]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _without_arguments(_logger: Any, _method: str, line: Line) -> Line:
    """Keep a library's message as it stands in its code: what it fills in may be private."""
    record = line.get("_record")
    if isinstance(record, logging.LogRecord) and isinstance(record.msg, str):
        line["event"] = record.msg
    return line


def _without_private_words(_logger: Any, _method: str, line: Line) -> Line:
    failure = line.pop("exc_info", None)
    kept = {key: _harmless(key, value) for key, value in line.items() if key in _allowed(line)}
    if failure:
        kept["error"] = _places(sys.exc_info() if failure is True else failure)
    return kept


def _allowed(line: Mapping[str, Any]) -> set[str]:
    return {key for key in line if key in OWN_WORDS or not PRIVATE.search(key)}


def _harmless(key: str, value: object) -> object:
    match value:
        case None | bool() | int() | float():
            return value
        case str():
            words = QUERY.sub("?…", ADDRESS.sub("…@…", value)) if key == "event" else value
            return words[:LONGEST]
        case dict():
            inside = cast("dict[str, object]", value)
            return {name: _harmless(name, inside[name]) for name in _allowed(inside)}
        case list() | tuple() | set():
            return [_harmless(key, one) for one in value][:MOST_FRAMES]
        case _:
            return type(value).__name__


def _places(failure: Failure | BaseException | tuple[None, None, None]) -> dict[str, object]:
    error = failure if isinstance(failure, BaseException) else failure[1]
    if error is None:
        return {}
    frames = traceback.extract_tb(error.__traceback__)[-MOST_FRAMES:]
    kind = type(error)
    return {
        "kind": f"{kind.__module__}.{kind.__qualname__}",
        "places": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
        "cause": type(error.__cause__).__name__ if error.__cause__ else None,
    }


def _to_json(_logger: Any, _method: str, line: Line) -> str:
    return json.dumps(line, ensure_ascii=True, default=repr)


def _to_text(_logger: Any, _method: str, line: Line) -> str:
    first = " ".join(str(line.pop(key, "")) for key in ("timestamp", "level", "event"))
    rest = " ".join(f"{key}={json.dumps(value)}" for key, value in line.items())
    return f"{json.dumps(first)[1:-1]} {rest}"
