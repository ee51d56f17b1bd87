"""Pictures that a text names elsewhere: shown only when asked for, from a copy of our own."""

import io
import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from conftest import SaidLive
from django.test import Client
from PIL import Image
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import DjangoCaptureOnCommitCallbacks
from pytest_django.fixtures import Settings

from otklik.core import clock
from otklik.core.errors import NotFound
from otklik.core.files.sweep import sweep_orphans
from otklik.core.tests.strange_server import Strange, strange_server
from otklik.people.models import Actor
from otklik.people.tests.factories import sign_in
from otklik.tickets.actions import Words, ask_for_pictures, write_internal_note
from otklik.tickets.actions.picturing import MOST_PICTURES, fetch_pictures
from otklik.tickets.models import Attachment, Message, Note, RemotePicture, Ticket
from otklik.tickets.models.remote_picture import LOST_AFTER
from otklik.tickets.tests.desk import DeskAtWork, at_once, make_desk_at_work

STRIP = "Pictures that lie elsewhere are not shown"


def drawn(colour: str = "red", kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (30, 20), colour).save(out, kind)
    return out.getvalue()


@pytest.fixture(autouse=True)
def own_folder(settings: Settings, tmp_path: Path) -> None:
    settings.OTKLIK_FILES = tmp_path / "files"
    settings.OTKLIK_EGRESS_TO = (ipaddress.ip_network("127.0.0.1/32"),)


@pytest.fixture
def stranger() -> Iterator[Strange]:
    with strange_server() as server:
        yield server


@dataclass(frozen=True)
class Shown:
    """A ticket whose first message names pictures elsewhere."""

    desk: DeskAtWork
    ticket: Ticket
    client: Client

    @property
    def message(self) -> Message:
        return Message.objects.get(ticket=self.ticket)

    def asked(self, by: Actor | None = None) -> int:
        """Ask for the pictures, and do what was asked."""
        count = ask_for_pictures(
            actor=by or self.desk.cast.ada,
            number=self.ticket.number,
            said=Message,
            pk=self.message.pk,
        )
        fetch_pictures(self.ticket.pk)
        return count

    def page(self, by: Actor | None = None) -> str:
        sign_in(self.client, by or self.desk.cast.ada)
        place = "requests" if by and not by.is_staff else "tickets"
        return self.client.get(f"/{place}/{self.ticket.number}/").content.decode()

    def pictures(self, page: str) -> list[str]:
        return re.findall(r'<img src="([^"]*)"', page[page.index("ticket-thread") :])


def naming(desk: DeskAtWork, client: Client, *addresses: str) -> Shown:
    pictures = "".join(f'<img data-remote="{one}" alt="Logo">' for one in addresses)
    return Shown(desk, desk.opened(body=f"<p>Hello {pictures}</p>"), client)


def test_nothing_is_fetched_or_pointed_at_until_somebody_asks(
    desk: DeskAtWork, client: Client, stranger: Strange
) -> None:
    shown = naming(desk, client, stranger.answers("/a.png", drawn()))

    page = shown.page()

    assert STRIP in page
    assert shown.pictures(page) == []
    assert f'src="http://127.0.0.1:{stranger.port}' not in page
    assert "127.0.0.1" not in re.sub(r'data-remote="[^"]*"', "", page)
    assert stranger.heard == []


def test_who_asks_sees_a_copy_of_our_own_and_so_does_everybody_after(
    desk: DeskAtWork, client: Client, stranger: Strange
) -> None:
    shown = naming(desk, client, stranger.answers("/a%20b.png", drawn()))

    assert shown.asked() == 1

    page = shown.page()
    (source,) = shown.pictures(page)
    assert STRIP not in page
    assert "data-remote" not in page
    copy = client.get(source)
    assert (copy.status_code, copy["Content-Type"]) == (200, "image/webp")
    assert Attachment.objects.get().name == "a b.png"
    assert shown.pictures(shown.page(by=desk.cast.vi)) == [source]
    assert source in shown.page(by=desk.cast.cy)
    assert len(stranger.heard) == 1
    assert shown.asked() == 0
    assert len(stranger.heard) == 1


def test_the_copy_is_drawn_anew_and_outlives_the_sweep(
    desk: DeskAtWork, client: Client, stranger: Strange
) -> None:
    behind = drawn() + b"<script>alert(1)</script>"
    shown = naming(desk, client, stranger.answers("/a.png", behind))
    shown.asked()
    sweep_orphans(older_than=timedelta(0))

    (source,) = shown.pictures(shown.page())
    copy = client.get(source)
    content = b"".join(copy.streaming_content)  # type: ignore[attr-defined]  # a file's answer
    assert b"script" not in content
    assert Image.open(io.BytesIO(content)).size == (30, 20)


@pytest.mark.parametrize(
    "content",
    [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"<html>", b"%PDF-1.7", drawn()[:40]],
    ids=["nothing", "svg", "page", "pdf", "broken"],
)
def test_what_is_no_picture_is_not_kept(
    desk: DeskAtWork, client: Client, stranger: Strange, content: bytes
) -> None:
    shown = naming(desk, client, stranger.answers("/a.png", content, "Content-Type: image/png"))
    shown.asked()

    page = shown.page()
    assert "A picture could not be fetched." in page
    assert shown.pictures(page) == []
    assert not Attachment.objects.exists()


def test_what_failed_may_be_asked_for_again(
    desk: DeskAtWork, client: Client, stranger: Strange
) -> None:
    shown = naming(desk, client, stranger.at("/a.png"), stranger.at("/b.png"))
    assert shown.asked() == 2
    assert "2 pictures could not be fetched." in shown.page()
    assert set(RemotePicture.objects.values_list("why", flat=True)) == {"refused"}
    stranger.answers("/a.png", drawn())
    stranger.answers("/b.png", drawn("blue", "JPEG"))

    assert shown.asked() == 2

    assert len(shown.pictures(shown.page())) == 2


def test_this_machine_and_its_network_are_never_asked(
    desk: DeskAtWork, client: Client, settings: Settings
) -> None:
    settings.OTKLIK_EGRESS_TO = ()
    with strange_server() as inside:
        shown = naming(desk, client, inside.answers("/a.png", drawn()))
        shown.asked()
        assert inside.heard == []
    assert RemotePicture.objects.get().why == "inside"


def test_a_letter_of_many_pictures_has_so_many_fetched(
    desk: DeskAtWork, client: Client, stranger: Strange
) -> None:
    stranger.says["/a.png"] = b""
    shown = naming(desk, client, *(stranger.at(f"/{one}.png") for one in range(MOST_PICTURES + 9)))

    assert shown.asked() == MOST_PICTURES
    assert len(stranger.heard) == MOST_PICTURES


def test_pages_that_show_the_text_look_again(
    desk: DeskAtWork,
    client: Client,
    stranger: Strange,
    said_live: SaidLive,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    shown = naming(desk, client, stranger.answers("/a.png", drawn()))
    with django_capture_on_commit_callbacks(execute=True):
        shown.asked()

    topics = [one["topic"] for one in said_live.hints]
    assert f"ticket:{shown.ticket.pk}" in topics
    assert f"request:{shown.ticket.pk}" in topics


def test_pictures_of_a_note_stay_internal(
    desk: DeskAtWork, client: Client, stranger: Strange, said_live: SaidLive
) -> None:
    ticket, ada = desk.taken(), desk.cast.ada
    url = stranger.answers("/a.png", drawn())
    words = Words(body=f'<p>Look <img data-remote="{url}"></p>')
    note = write_internal_note(actor=ada, ticket_id=ticket.pk, words=words)

    ask_for_pictures(actor=ada, number=ticket.number, said=Note, pk=note.pk)
    fetch_pictures(ticket.pk)

    file = Attachment.objects.get()
    assert (file.note, file.message) == (note, None)
    for who, status in ((ada, 200), (desk.cast.cy, 404), (desk.cast.sam, 404)):
        sign_in(client, who)
        assert client.get(f"/files/{file.token}/look/").status_code == status


@pytest.mark.parametrize("who", ["sam", "cy"])
def test_who_does_not_work_on_it_cannot_ask(
    desk: DeskAtWork, client: Client, stranger: Strange, who: str
) -> None:
    shown = naming(desk, client, stranger.answers("/a.png", drawn()))
    other = desk.opened(body="<p>Other</p>")
    sign_in(client, desk.cast.everyone[who])

    place = f"messages/{shown.message.pk}/pictures/"
    assert client.post(f"/tickets/{shown.ticket.number}/{place}").status_code == 404
    sign_in(client, desk.cast.ada)
    assert client.post(f"/tickets/{other.number}/{place}").status_code == 404
    assert client.get(f"/tickets/{shown.ticket.number}/{place}").status_code == 405
    with pytest.raises(NotFound):
        shown.asked(by=desk.cast.everyone[who])
    assert not RemotePicture.objects.exists()
    assert not ProcrastinateJob.objects.filter(task_name="tickets.fetch_pictures").exists()


def test_a_press_puts_it_on_its_way(desk: DeskAtWork, client: Client, stranger: Strange) -> None:
    shown = naming(desk, client, stranger.answers("/a.png", drawn()))
    sign_in(client, desk.cast.ada)
    place = f"/tickets/{shown.ticket.number}/messages/{shown.message.pk}/pictures/"

    assert client.post(place).status_code == 302
    assert "The pictures are being fetched." in shown.page()
    assert client.post(place).status_code == 302

    jobs = ProcrastinateJob.objects.filter(task_name="tickets.fetch_pictures")
    assert [one.args for one in jobs] == [{"ticket_id": shown.ticket.pk}]


def test_what_got_lost_on_its_way_may_be_asked_for_again(
    desk: DeskAtWork, client: Client, stranger: Strange
) -> None:
    shown = naming(desk, client, stranger.answers("/a.png", drawn()))
    sign_in(client, desk.cast.ada)
    client.post(f"/tickets/{shown.ticket.number}/messages/{shown.message.pk}/pictures/")
    RemotePicture.objects.update(asked_at=clock.now() - 2 * LOST_AFTER)

    assert "Show pictures" in shown.page()
    assert shown.asked() == 1
    assert len(shown.pictures(shown.page())) == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_ask_at_once_have_it_fetched_once(client: Client, stranger: Strange) -> None:
    shown = naming(make_desk_at_work(), client, stranger.answers("/a.png", drawn()))
    cast, pk = shown.desk.cast, shown.message.pk

    def ask(actor: Actor) -> int:
        return ask_for_pictures(actor=actor, number=shown.ticket.number, said=Message, pk=pk)

    asked = at_once(lambda: ask(cast.ada), lambda: ask(cast.vi))
    assert all(isinstance(one, int) for one in asked)
    fetch_pictures(shown.ticket.pk)
    fetch_pictures(shown.ticket.pk)

    assert RemotePicture.objects.count() == Attachment.objects.count() == len(stranger.heard) == 1
