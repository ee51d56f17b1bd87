"""The cases of the SPF council for RFC 7208, each asked of a real name server.

`tools/letters.py` takes them from pyspf's pinned archive when a copy is prepared for tests.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from otklik.core.letters.proving.names import Names
from otklik.core.letters.proving.spf import Sending, check_host
from otklik.core.letters.tests.name_server import SILENT, NameServer

FILE = Path(__file__).resolve().parents[2] / "build/foreign-letters/pyspf==2.0.14/rfc7208-tests.yml"
COUNT = 203


class Case(NamedTuple):
    zone: dict[str, list[tuple[str, Any]]]
    sending: Sending
    results: list[str]


def cases() -> Iterator[tuple[str, Case]]:
    for scenario in yaml.safe_load_all(FILE.read_text(encoding="utf-8")):
        zone = {name: list(records_in(records)) for name, records in scenario["zonedata"].items()}
        for name, test in scenario["tests"].items():
            results = test["result"]
            sending = Sending(str(test["host"]), str(test["helo"]), str(test["mailfrom"] or ""))
            yield (
                f"{scenario['description']}: {name}",
                Case(zone, sending, [results] if isinstance(results, str) else results),
            )


def records_in(records: list[Any]) -> Iterator[tuple[str, Any]]:
    """Read a zone as the cases write it: what is an SPF record is a text unless texts are said."""
    said = [item for one in records if isinstance(one, dict) for item in one.items()]
    has_texts = any(kind == "TXT" for kind, _value in said)
    for one in records:
        if one == "TIMEOUT":
            yield SILENT
    for kind, value in said:
        if value == "TIMEOUT":
            yield SILENT
        elif kind != "SPF" and value != "NONE":
            yield kind, value
        elif kind == "SPF" and value and not has_texts:  # of no text at all no server can tell
            yield "TXT", value


def test_every_case_has_its_result() -> None:
    if not FILE.exists():
        pytest.skip(f"{COUNT} cases of SPF: tools/letters.py could not fetch them")
    found = dict(cases())
    assert len(found) == COUNT
    wrong = {
        name: said for name, one in found.items() if (said := result_of(one)) not in one.results
    }
    assert wrong == {}


def result_of(case: Case) -> str:
    with NameServer(case.zone) as server:
        return check_host(case.sending, Names(server.place))
