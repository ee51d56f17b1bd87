"""Drafts: kept for their author on every device, gone when sent, never seen by others."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError
from django.test import Client
from pytest_django.fixtures import Settings

from otklik.core import clock
from otklik.core.errors import NotFound, TooLarge
from otklik.core.files.receive import keep_content
from otklik.people.models import Actor
from otklik.people.tests.factories import make_desk, sign_in
from otklik.tickets.actions import (
    Words,
    assign_ticket,
    forget_draft,
    keep_draft,
    keep_upload,
    reply_to_customer,
)
from otklik.tickets.actions.attaching import sweep_unsent_uploads
from otklik.tickets.jobs import sweep_unsent
from otklik.tickets.models import Attachment, Draft, Ticket
from otklik.tickets.tests.desk import DeskAtWork

TYPED = {"mode": "reply", "body": "<p>Half a thought</p>", "body_format": "html", "once": "k1"}


@pytest.fixture
def ticket(desk: DeskAtWork) -> Ticket:
    make_desk()
    return desk.taken()


def keep(client: Client, ticket: Ticket, **more: str) -> int:
    return client.post(f"/tickets/{ticket.number}/draft/", {**TYPED, **more}).status_code


def test_what_is_typed_stands_there_again_on_another_device(
    client: Client, desk: DeskAtWork, ticket: Ticket
) -> None:
    sign_in(client, desk.cast.ada)
    assert keep(client, ticket) == 204
    assert keep(client, ticket, body="<p>A whole one</p>", mode="note") == 204

    other = Client()
    sign_in(other, desk.cast.ada)
    page = other.get(f"/tickets/{ticket.number}/").text

    assert "&lt;p&gt;A whole one&lt;/p&gt;</textarea>" in page
    assert 'name="body_format" value="html"' in page
    assert 'value="note" checked' in page
    assert Draft.objects.count() == 1


def test_nobody_else_sees_it_neither_colleague_nor_customer(
    client: Client, desk: DeskAtWork, ticket: Ticket
) -> None:
    sign_in(client, desk.cast.ada)
    keep(client, ticket)
    for who in (desk.cast.vi, desk.cast.root):
        sign_in(client, who)
        assert "Half a thought" not in client.get(f"/tickets/{ticket.number}/").text
    sign_in(client, desk.cast.cy)
    assert "Half a thought" not in client.get(f"/requests/{ticket.number}/").text


def test_sending_removes_it_and_what_comes_late_is_dropped(
    client: Client, desk: DeskAtWork, ticket: Ticket
) -> None:
    sign_in(client, desk.cast.ada)
    keep(client, ticket)
    assert client.post(f"/tickets/{ticket.number}/messages/", TYPED).status_code == 302
    assert Draft.objects.count() == 0

    assert keep(client, ticket) == 409
    assert Draft.objects.count() == 0
    assert keep(client, ticket, once="k2") == 204
    assert Draft.objects.count() == 1


def test_a_refused_sending_keeps_it(client: Client, desk: DeskAtWork, ticket: Ticket) -> None:
    sign_in(client, desk.cast.ada)
    keep(client, ticket)
    refused = client.post(f"/tickets/{ticket.number}/messages/", {**TYPED, "target": "999999"})
    assert refused.status_code == 403
    assert "Half a thought" in refused.text
    assert Draft.objects.count() == 1


@pytest.mark.parametrize("blank", ["", "  ", "<p><br></p>", "<p>&nbsp;</p>", "<script>x</script>"])
def test_nothing_typed_leaves_nothing_kept(
    client: Client, desk: DeskAtWork, ticket: Ticket, blank: str
) -> None:
    sign_in(client, desk.cast.ada)
    keep(client, ticket)
    assert keep(client, ticket, body=blank) == 204
    assert Draft.objects.count() == 0


def test_it_is_clean_when_it_comes_back(client: Client, desk: DeskAtWork, ticket: Ticket) -> None:
    sign_in(client, desk.cast.ada)
    keep(client, ticket, body='<p onclick="x()">Hi<script>alert(1)</script></p>')
    assert Draft.objects.get().body == "<p>Hi</p>"


def test_a_ticket_out_of_sight_keeps_no_draft_and_shows_none(
    client: Client, desk: DeskAtWork, ticket: Ticket
) -> None:
    sign_in(client, desk.cast.ada)
    keep(client, ticket)
    assign_ticket(actor=desk.cast.root, ticket_id=ticket.pk, assignee_id=desk.cast.root.person_id)
    assert keep(client, ticket) == 404
    with pytest.raises(NotFound):
        keep_draft(actor=desk.cast.sam, ticket_id=ticket.pk, words=Words(body="x"))
    with pytest.raises(NotFound):
        keep_draft(
            actor=desk.cast.sam, ticket_id=ticket.pk, words=Words(body="x"), as_customer=True
        )


def test_more_than_anybody_types_is_refused(desk: DeskAtWork, ticket: Ticket) -> None:
    with pytest.raises(TooLarge):
        keep_draft(actor=desk.cast.ada, ticket_id=ticket.pk, words=Words(body="x" * 200_001))


def test_a_customers_draft_stands_in_the_portal_until_it_is_sent(
    client: Client, desk: DeskAtWork, ticket: Ticket
) -> None:
    sign_in(client, desk.cast.cy)
    address = f"/requests/{ticket.number}/"
    typed = {"body": "It <b> hums", "once": "c1"}
    assert client.post(f"{address}draft/", typed).status_code == 204
    assert "It &amp;lt;b&amp;gt; hums" in client.get(address).text
    sign_in(client, desk.cast.ada)
    assert "hums" not in client.get(f"/tickets/{ticket.number}/").text

    sign_in(client, desk.cast.cy)
    sent = client.post(f"{address}messages/", typed)

    assert sent.headers["Location"] == f"{address}?sent"
    assert f'data-forget="request-{ticket.pk}"' in client.get(sent.headers["Location"]).text
    assert Draft.objects.count() == 0
    assert client.post(f"{address}draft/", typed).status_code == 409
    assert Draft.objects.count() == 0


def test_forgetting_leaves_the_drafts_of_others(desk: DeskAtWork, ticket: Ticket) -> None:
    for who in (desk.cast.ada, desk.cast.vi):
        keep_draft(actor=who, ticket_id=ticket.pk, words=Words(body="Mine"))
    forget_draft(actor=desk.cast.ada, ticket_id=ticket.pk)
    assert Draft.objects.get().author_id == desk.cast.vi.person_id


def test_a_draft_is_no_news(desk: DeskAtWork, ticket: Ticket) -> None:
    before = Ticket.objects.get(pk=ticket.pk).version
    keep_draft(actor=desk.cast.ada, ticket_id=ticket.pk, words=Words(body="Mine"))
    assert Ticket.objects.get(pk=ticket.pk).version == before
    reply_to_customer(actor=desk.cast.ada, ticket_id=ticket.pk, words=Words(body="Other"))
    assert Draft.objects.count() == 1


def test_the_database_keeps_one_draft_a_place(desk: DeskAtWork, ticket: Ticket) -> None:
    row = {"ticket": ticket, "author_id": desk.cast.ada.person_id, "body": "x"}
    Draft.objects.create(**row, updated_at=clock.now())
    with pytest.raises(IntegrityError, match="draft_is_one_a_place"):
        Draft.objects.create(**row, updated_at=clock.now())


@pytest.fixture
def own_folder(settings: Settings, tmp_path: Path) -> None:
    settings.OTKLIK_FILES = tmp_path / "files"


def kept_file(actor: Actor, name: str) -> Attachment:
    return keep_upload(actor=actor, blob=keep_content(name.encode()), name=name)


def picture_of(file: Attachment) -> str:
    return f'<p>Look</p><img src="/files/{file.token}/look/" alt="">'


@pytest.mark.usefixtures("own_folder")
def test_the_files_of_a_draft_wait_with_it_and_outlive_the_nightly_sweep(
    client: Client, desk: DeskAtWork, ticket: Ticket
) -> None:
    with clock.moved_to(clock.now() - timedelta(days=2)):
        shot, plan, loose = (kept_file(desk.cast.ada, name) for name in ("shot", "plan", "loose"))
        theirs = kept_file(desk.cast.vi, "theirs")
    sign_in(client, desk.cast.ada)
    both = {**TYPED, "body": picture_of(shot), "uploads": [plan.token, theirs.token]}

    assert client.post(f"/tickets/{ticket.number}/draft/", both).status_code == 204

    assert set(Draft.objects.get().uploads) == {shot.token, plan.token}
    assert sweep_unsent_uploads() == 2
    assert set(Attachment.objects.all()) == {shot, plan}
    page = client.get(f"/tickets/{ticket.number}/").text
    for file in (shot, plan):
        assert f'name="uploads" value="{file.token}" checked' in page
    assert loose.token not in page
    sign_in(client, desk.cast.vi)
    assert 'name="uploads"' not in client.get(f"/tickets/{ticket.number}/").text


@pytest.mark.usefixtures("own_folder")
def test_the_files_of_a_draft_that_nobody_touched_for_a_month_go_and_its_words_stay(
    client: Client, desk: DeskAtWork, ticket: Ticket
) -> None:
    alone, other = desk.opened(), desk.opened()
    with clock.moved_to(clock.now() - timedelta(days=31)):
        shot, plan, sole, late = (kept_file(desk.cast.ada, name) for name in "abcd")
        typed = Words(body=picture_of(shot), uploads=(plan.token,))
        keep_draft(actor=desk.cast.ada, ticket_id=ticket.pk, words=typed)
        keep_draft(
            actor=desk.cast.ada, ticket_id=alone.pk, words=Words(body="", uploads=(sole.token,))
        )
    with clock.moved_to(clock.now() - timedelta(days=29)):
        fresh = Words(body="Still", uploads=(late.token,))
        keep_draft(actor=desk.cast.ada, ticket_id=other.pk, words=fresh)

    sweep_unsent(0)

    assert list(Attachment.objects.values_list("token", flat=True)) == [late.token]
    left = Draft.objects.order_by("pk").values_list("ticket", "body", "uploads")
    assert list(left) == [(ticket.pk, "<p>Look</p>", []), (other.pk, "<p>Still</p>", [late.token])]
    sign_in(client, desk.cast.ada)
    page = client.get(f"/tickets/{ticket.number}/").text
    assert "Look" in page
    assert shot.token not in page
    sweep_unsent(0)
    assert Draft.objects.count() == 2


@pytest.mark.usefixtures("own_folder")
def test_files_alone_are_a_draft_and_once_sent_are_no_part_of_one(
    client: Client, desk: DeskAtWork, ticket: Ticket
) -> None:
    file = kept_file(desk.cast.ada, "plan")
    sign_in(client, desk.cast.ada)
    alone = {**TYPED, "body": "", "uploads": [file.token]}
    client.post(f"/tickets/{ticket.number}/draft/", alone)
    assert "plan" in client.get(f"/tickets/{ticket.number}/").text

    elsewhere = Words(body="Here", uploads=(file.token,))
    reply_to_customer(actor=desk.cast.ada, ticket_id=ticket.pk, words=elsewhere)

    assert 'name="uploads"' not in client.get(f"/tickets/{ticket.number}/").text
    keep(client, ticket, body="")
    assert Draft.objects.count() == 0


@pytest.mark.usefixtures("own_folder")
def test_a_customers_files_wait_in_the_portal_too(
    client: Client, desk: DeskAtWork, ticket: Ticket
) -> None:
    file = kept_file(desk.cast.cy, "plan")
    sign_in(client, desk.cast.cy)
    typed = {"body": "See", "uploads": [file.token], "once": "c1"}
    client.post(f"/requests/{ticket.number}/draft/", typed)

    page = client.get(f"/requests/{ticket.number}/").text

    assert f'name="uploads" value="{file.token}" checked' in page


@pytest.mark.usefixtures("own_folder")
def test_which_of_the_named_files_still_wait_is_told_to_their_sender_alone(
    client: Client, desk: DeskAtWork, ticket: Ticket
) -> None:
    waits, gone = kept_file(desk.cast.ada, "waits"), kept_file(desk.cast.ada, "gone")
    reply_to_customer(actor=desk.cast.ada, ticket_id=ticket.pk, words=Words(uploads=(gone.token,)))
    asked = {"token": [waits.token, gone.token, "f" * 32, "\0", "x" * 999]}
    for who, told in ((desk.cast.ada, [waits.token]), (desk.cast.vi, [])):
        sign_in(client, who)
        assert client.get("/uploads/", asked).json() == {"waiting": told}
