import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import RequestFactory
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django.fixtures import Settings

from otklik.core import clock
from otklik.core import jobs as scan_jobs
from otklik.core.errors import Conflict, DomainError, NotAllowed
from otklik.core.files import receive, scan
from otklik.core.files.copies import make_copies
from otklik.core.files.receive import keep_content
from otklik.core.files.scan import is_withheld, scan_file, scan_waiting
from otklik.core.files.serve import respond, text_start
from otklik.core.filters import scan_word
from otklik.core.models import Blob
from otklik.core.models.blob import Scan
from otklik.core.tests.files.samples import picture
from otklik.core.tests.files.scanner import CLAMD, EICAR, LARGEST, REASON, running_clamd

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]
with_clamd = pytest.mark.skipif(CLAMD is None, reason=REASON)


@pytest.fixture(scope="module")
def clamd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_clamd(tmp_path_factory.mktemp("clamd")) as address:
        yield address


@pytest.fixture
def scanner(clamd: str, settings: Settings) -> str:
    settings.OTKLIK_SCANNER = clamd
    return clamd


def scanned(content: bytes) -> Blob:
    blob = keep_content(content)
    scan_file(blob.pk)
    return Blob.objects.get(pk=blob.pk)


def jobs() -> list[str]:
    return list(ProcrastinateJob.objects.order_by("pk").values_list("task_name", flat=True))


def refused(blob: Blob, rf: object) -> DomainError | None:
    try:
        respond(rf.get("/files/x/"), blob, "a.txt")  # type: ignore[attr-defined]  # pytest-django's
    except DomainError as error:
        return error
    return None


def test_without_a_scanner_files_are_given_and_not_called_clean(rf: object) -> None:
    blob = keep_content(b"plain")
    assert blob.scan == Scan.NONE
    assert refused(blob, rf) is None
    assert scan_waiting() == 0


@with_clamd
@pytest.mark.usefixtures("scanner")
def test_a_clean_file_is_given_once_the_scanner_has_spoken(rf: object) -> None:
    blob = keep_content(b"plain words")
    assert blob.scan == Scan.WAITING
    assert isinstance(refused(blob, rf), Conflict)
    with pytest.raises(Conflict):
        text_start(blob)

    scan_file(blob.pk)

    blob.refresh_from_db()
    assert (blob.scan, blob.threat) == (Scan.CLEAN, "")
    assert refused(blob, rf) is None


@with_clamd
@pytest.mark.usefixtures("scanner")
@pytest.mark.parametrize("give", [True, False])
def test_an_infected_file_is_never_given(rf: object, settings: Settings, give: bool) -> None:  # noqa: FBT001  # a case
    settings.OTKLIK_WITHHOLD_UNSCANNED = not give
    blob = scanned(EICAR)
    assert (blob.scan, blob.threat) == (Scan.INFECTED, "Own.Test.Eicar.UNOFFICIAL")
    refusal = refused(blob, rf)
    assert isinstance(refusal, NotAllowed)
    assert "Own.Test.Eicar" in refusal.message
    assert is_withheld(keep_content(EICAR))  # sent again: the same content, the same word
    scan_file(blob.pk)
    assert Blob.objects.get(pk=blob.pk).scan == Scan.INFECTED


@with_clamd
@pytest.mark.usefixtures("scanner")
def test_copies_are_made_only_of_what_is_clean() -> None:
    blob = keep_content(picture("PNG", (300, 200)))
    assert jobs() == ["core.scan_file"]
    scan_file(blob.pk)
    assert jobs() == ["core.scan_file", "core.make_copies"]
    make_copies(blob.pk)
    assert Blob.objects.get(pk=blob.pk).width == 300


@with_clamd
@pytest.mark.usefixtures("scanner")
def test_what_is_larger_than_the_scanner_takes_is_not_called_clean() -> None:
    blob = scanned(b"x" * (LARGEST * 8))
    assert (blob.scan, is_withheld(blob)) == (Scan.LARGE, True)
    assert scan_waiting() == 0  # once is enough
    assert isinstance(refused(blob, RequestFactory()), NotAllowed)
    assert scan_word(blob) == "Too large for the virus scanner"
    assert keep_content(b"x" * (LARGEST * 8)).scan == Scan.WAITING  # sent again


def cut_off_midway(listener: socket.socket) -> None:
    """Greet the desk, take a little of what it sends, and die."""
    greet(listener)
    line, _peer = listener.accept()
    line.recv(2000)
    line.close()


def greet(listener: socket.socket) -> None:
    line, _peer = listener.accept()
    line.recv(100)
    line.sendall(b"PONG\n")
    line.close()


def test_a_scanner_that_dies_midway_leaves_the_file_not_scanned(
    rf: object, settings: Settings, tmp_path: Path
) -> None:
    place = tmp_path / "dying.ctl"
    settings.OTKLIK_SCANNER = f"unix://{place}"
    blob = keep_content(b"y" * 1_000_000)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(place))
        listener.listen()
        dying = threading.Thread(target=cut_off_midway, args=[listener])
        dying.start()
        scan_file(blob.pk)
        dying.join()
    blob.refresh_from_db()
    assert (blob.scan, blob.scan_tries) == (Scan.FAILED, 1)
    assert scan_waiting() == 0  # not before its time
    assert isinstance(refused(blob, rf), Conflict)
    settings.OTKLIK_WITHHOLD_UNSCANNED = False
    assert refused(blob, rf) is None


@with_clamd
def test_what_the_scanner_missed_is_asked_again(settings: Settings, clamd: str) -> None:
    settings.OTKLIK_SCANNER = "unix:///nowhere/clamd.ctl"
    well, ill = scanned(b"well"), scanned(EICAR)
    assert {well.scan, ill.scan} == {Scan.FAILED}

    settings.OTKLIK_SCANNER = clamd
    assert scan_waiting() == 2

    well.refresh_from_db()
    ill.refresh_from_db()
    assert (well.scan, ill.scan) == (Scan.CLEAN, Scan.INFECTED)
    assert scan_waiting() == 0


@with_clamd
def test_a_file_from_before_the_scanner_is_scanned_when_it_comes_again(
    settings: Settings, clamd: str
) -> None:
    blob = keep_content(EICAR)
    settings.OTKLIK_SCANNER = clamd
    assert scanned(EICAR) == blob
    assert is_withheld(Blob.objects.get(pk=blob.pk))


def test_a_silent_scanner_ends_the_round_at_the_first_file(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan, "ANSWER_SECONDS", 0.2)
    place = tmp_path / "silent.ctl"
    settings.OTKLIK_SCANNER = f"unix://{place}"
    blobs = [keep_content(bytes([number])) for number in range(4)]
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(place))
        listener.listen()
        assert scan_waiting() == 0
        listener.settimeout(0)
        listener.accept()[0].close()
        with pytest.raises(BlockingIOError):  # for the others it was asked nothing
            listener.accept()

    states = [Blob.objects.get(pk=blob.pk) for blob in blobs]
    assert [blob.scan for blob in states] == [Scan.FAILED, *[Scan.WAITING] * 3]
    assert states[0].scan_tries == 0  # the scanner's fault, not the file's


@pytest.mark.parametrize(("tries", "minutes"), [(0, 5), (1, 10), (4, 80), (30, 24 * 60)])
def test_a_file_that_the_scanner_fails_on_is_shown_ever_later(
    settings: Settings, tries: int, minutes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.OTKLIK_SCANNER = "unix:///nowhere/clamd.ctl"
    blob = keep_content(b"hard to read")
    Blob.objects.filter(pk=blob.pk).update(scan_tries=tries)
    monkeypatch.setattr(scan, "_verdict", lambda _file: (Scan.FAILED, ""))
    with clock.moved_to(clock.now()):
        assert scan_waiting() == 1
        blob.refresh_from_db()
        assert blob.scan_again_at == clock.now() + timedelta(minutes=minutes)
        assert scan_waiting() == 0
    with clock.moved_to(clock.now() + timedelta(minutes=minutes)):
        assert scan_waiting() == 1


@pytest.mark.parametrize("spoken", [Scan.INFECTED, Scan.CLEAN])
@pytest.mark.parametrize("later", [Scan.CLEAN, Scan.FAILED, Scan.LARGE])
def test_a_word_once_spoken_stays_whatever_an_older_job_says(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, spoken: Scan, later: Scan
) -> None:
    settings.OTKLIK_SCANNER = "unix:///nowhere/clamd.ctl"
    blob = keep_content(picture("PNG", (30, 20)))
    ProcrastinateJob.objects.all().delete()
    said: list[object] = []
    monkeypatch.setattr(scan, "publish", said.append)

    def meanwhile(_file: object) -> tuple[Scan, str]:
        Blob.objects.filter(pk=blob.pk).update(scan=spoken, threat="Found.Meanwhile")
        return later, ""

    monkeypatch.setattr(scan, "_verdict", meanwhile)
    scan_file(blob.pk)

    blob.refresh_from_db()
    assert (blob.scan, blob.threat) == (spoken, "Found.Meanwhile")
    assert (said, jobs()) == ([], [])


def test_sending_a_file_again_does_not_unsay_what_was_said_meanwhile(settings: Settings) -> None:
    settings.OTKLIK_SCANNER = "unix:///nowhere/clamd.ctl"
    old = keep_content(b"words")
    Blob.objects.filter(pk=old.pk).update(scan=Scan.INFECTED, threat="Found")
    receive._begin(old, is_new=False)  # noqa: SLF001  # what it read is older than the word
    assert (old.scan, old.threat) == (Scan.INFECTED, "Found")
    assert Blob.objects.get(pk=old.pk).scan == Scan.INFECTED
    assert len(jobs()) == 1


def test_jobs_that_speak_with_the_scanner_go_one_at_a_time() -> None:
    assert {scan_jobs.scan_file.lock, scan_jobs.scan_waiting.lock} == {"core.scanner"}
