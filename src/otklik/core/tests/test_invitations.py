"""Calendar files of strangers: what they invite to, and that nothing in them harms."""

import time
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from otklik.core.invitations import MOST_BYTES, Invitation, _without_zones, invitation_in
from otklik.core.text import mend_text

BERLIN = ZoneInfo("Europe/Berlin")


def calendar(*lines: str, method: str = "REQUEST", before: str = "") -> bytes:
    event = "\r\n".join(lines)
    return (
        f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:{method}\r\n{before}BEGIN:VEVENT\r\nUID:1\r\n"
        f"{event}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    ).encode()


def said(*lines: str, method: str = "REQUEST", before: str = "") -> Invitation:
    found = invitation_in(calendar(*lines, method=method, before=before))
    assert found is not None
    return found


def test_an_invitation_is_read() -> None:
    found = said(
        "SUMMARY:Пресс\\, зал 2",
        "DTSTART;TZID=Europe/Berlin:20261125T100000",
        "DTEND;TZID=Europe/Berlin:20261125T113000",
        "LOCATION:Hall 2",
        "ORGANIZER;CN=Anna Petrova:mailto:anna@firm.example",
        "ATTENDEE:mailto:a@firm.example",
        "ATTENDEE:mailto:b@firm.example",
        "RRULE:FREQ=WEEKLY",
    )
    assert found == Invitation(
        kind="invited",
        title="Пресс, зал 2",
        starts=datetime(2026, 11, 25, 10, tzinfo=BERLIN),
        ends=datetime(2026, 11, 25, 11, 30, tzinfo=BERLIN),
        place="Hall 2",
        organizer="Anna Petrova",
        people=2,
        repeats=True,
    )


@pytest.mark.parametrize(
    ("lines", "starts", "ends"),
    [
        (["DTSTART:20261125T100000Z", "DURATION:PT90M"], (10, 0), (11, 30)),
        (["DTSTART:20261125T100000Z"], (10, 0), None),
        (["DTSTART:20261125T100000Z", "DTEND:20261125T090000Z"], (10, 0), None),
    ],
)
def test_when_it_ends(
    lines: list[str], starts: tuple[int, int], ends: tuple[int, int] | None
) -> None:
    found = said(*lines)
    assert found.starts == datetime(2026, 11, 25, *starts, tzinfo=UTC)
    assert found.ends == (datetime(2026, 11, 25, *ends, tzinfo=UTC) if ends else None)


def test_whole_days_end_with_their_last() -> None:
    found = said("DTSTART;VALUE=DATE:20261125", "DTEND;VALUE=DATE:20261128")
    assert (found.starts, found.ends) == (date(2026, 11, 25), date(2026, 11, 27))
    assert said("DTSTART;VALUE=DATE:20261125", "DTEND;VALUE=DATE:20261126").ends is None


def test_names_of_zones_as_outlook_has_them_are_known() -> None:
    found = said("DTSTART;TZID=W. Europe Standard Time:20261125T100000")
    assert found.starts == datetime(2026, 11, 25, 9, tzinfo=UTC)


def test_a_zone_that_nobody_knows_is_told_by_its_name() -> None:
    found = said("DTSTART;TZID=Our Own:20261125T100000")
    assert (found.starts, found.zone) == (datetime.fromisoformat("2026-11-25T10:00"), "Our Own")


@pytest.mark.parametrize(
    ("method", "line", "kind"),
    [
        ("CANCEL", "SUMMARY:a", "cancelled"),
        ("REQUEST", "STATUS:CANCELLED", "cancelled"),
        ("REPLY", "ATTENDEE;PARTSTAT=DECLINED;CN=Bo:mailto:b@firm.example", "answered"),
    ],
)
def test_what_becomes_of_it(method: str, line: str, kind: str) -> None:
    found = said("DTSTART:20261125T100000Z", line, method=method)
    assert found.kind == kind
    if kind == "answered":
        assert (found.organizer, found.answer) == ("Bo", "declined")


FOR_EVER = (
    "BEGIN:VTIMEZONE\r\nTZID:Mine\r\nBEGIN:STANDARD\r\nDTSTART:16010101T000000\r\n"
    "RRULE:FREQ=SECONDLY\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nEND:STANDARD\r\n"
    "END:VTIMEZONE\r\n"
)


BEGINNINGS = (
    "BEGIN:VTIMEZONE",
    "BEGIN;X=1:VTIMEZONE",
    'BEGIN;X="a:b":VTIMEZONE',
    "BEGIN :VTIMEZONE",
    "begin:vtimezone",
    "BEGIN:VTIME\r\n ZONE",
    "BEGIN:VTIME\r\n\r\n ZONE",
    "BEGIN:VTIME\r\n\r\n  ZONE",
)


@pytest.mark.parametrize("begins", BEGINNINGS)
def test_no_zone_of_the_files_own_reaches_the_parser(begins: str) -> None:
    text = f"BEGIN:VCALENDAR\r\n{FOR_EVER.replace('BEGIN:VTIMEZONE', begins)}END:VCALENDAR\r\n"
    kept = Calendar.from_ical(_without_zones(mend_text(text)))
    assert not [one for one in kept.walk() if "ZONE" in (one.name or "")]


@pytest.mark.parametrize(
    "zone", [FOR_EVER, FOR_EVER.replace("BEGIN:VTIME", "BEGIN;X=1:VTIME"), FOR_EVER.lower()]
)
def test_a_zone_that_counts_for_ever_is_not_counted(zone: str) -> None:
    began = time.monotonic()
    found = said("DTSTART;TZID=Mine:20261125T100000", "DTEND:20261125T110000Z", before=zone)

    assert (found.starts, found.ends) == (datetime.fromisoformat("2026-11-25T10:00"), None)
    assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"plain words",
        b"BEGIN:VCALENDAR",
        b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
        calendar("SUMMARY:a").replace(b"VEVENT", b"VTODO"),
        calendar("SUMMARY:" + "a" * MOST_BYTES),
        b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\n" * 4000,
        b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VTIMEZONE\r\n" * 3500,
    ],
)
def test_what_invites_to_nothing(content: bytes) -> None:
    began = time.monotonic()
    assert invitation_in(content) is None
    assert time.monotonic() - began < 2


@pytest.mark.parametrize("at", ["00010101T000000Z", "99991231T235959Z", "20261399T990000Z", "soon"])
def test_a_moment_that_no_clock_shows_is_left_out(at: str) -> None:
    found = invitation_in(calendar("SUMMARY:a", f"DTSTART:{at}", "DURATION:P99999999D"))
    assert found is None or found.starts is None


@given(st.lists(st.text(max_size=40), max_size=8))
def test_any_lines_are_read_or_not(lines: list[str]) -> None:
    invitation_in(calendar(*lines))
