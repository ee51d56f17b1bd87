"""The ticket with attempted attacks: what it shows must be harmless text everywhere."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from otklik.core import clock
from otklik.core.files.receive import keep_content
from otklik.shell.demo.desk.papers import paper
from otklik.shell.demo.desk.playing import Stage
from otklik.shell.demo.markup import to_html
from otklik.tickets.actions import (
    Words,
    keep_upload,
    reply_to_customer,
    reply_to_desk,
    take_ticket,
    write_internal_note,
)
from otklik.tickets.models import Ticket

WORK = {"work": "error", "product": "<b onmouseover=alert(1)>Meridian</b>", "steps": "{{7*7}}"}


def play_attacks(stage: Stage, sheet: Mapping[str, Any]) -> Ticket:
    """Send every payload as a customer would, and answer."""
    first, *others = sheet["bodies"]
    row = {**sheet, "html": first, "values": WORK}
    ticket = stage.play(row)
    sender, ada = stage.cast.actors[sheet["by"]], stage.cast.actors["ada"]
    moment = stage.now - timedelta(hours=sheet["hours_ago"])
    for place, body in enumerate(others, start=1):
        with clock.moved_to(moment + timedelta(minutes=7 * place)):
            reply_to_desk(actor=sender, ticket_id=ticket.pk, words=Words(body=body))
    with clock.moved_to(moment + timedelta(minutes=90)):
        tokens = [
            keep_upload(actor=sender, blob=keep_content(paper(f"{name}.png")), name=name).token
            for name in sheet["file_names"]
        ]
        words = Words(body="<p>Names of files, too.</p>", uploads=tuple(tokens))
        reply_to_desk(actor=sender, ticket_id=ticket.pk, words=words)
    with clock.moved_to(moment + timedelta(minutes=130)):
        take_ticket(actor=ada, ticket_id=ticket.pk)
        write_internal_note(actor=ada, ticket_id=ticket.pk, words=Words(body=sheet["note"]))
        reply_to_customer(actor=ada, ticket_id=ticket.pk, words=Words(body=to_html(sheet["reply"])))
    return ticket
