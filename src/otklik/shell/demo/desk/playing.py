"""The demo's tickets played step by step through the real actions, each at its own time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from otklik.core import clock
from otklik.core.files.receive import keep_content
from otklik.people.models import Actor
from otklik.shell.demo.desk.papers import paper
from otklik.shell.demo.desk.settling import Cast
from otklik.shell.demo.markup import to_html
from otklik.tickets.actions import (
    Changes,
    Move,
    NewTicket,
    Words,
    assign_ticket,
    change_ticket,
    close_request,
    confirm_solution,
    end_escalation,
    escalate_ticket,
    follow_ticket,
    keep_upload,
    link_tickets,
    move_ticket,
    open_ticket,
    rate_ticket,
    reject_solution,
    reply_to_customer,
    reply_to_desk,
    take_ticket,
    transfer_ticket,
    write_internal_note,
)
from otklik.tickets.models import Category, Rating, Status, Ticket, TicketLink, TicketType

Row = Mapping[str, Any]


@dataclass(slots=True)
class Stage:
    """Where the tickets are played: who is there, and which tickets stand already."""

    cast: Cast
    now: datetime
    numbers: dict[str, str]  # of played tickets by key

    def play(self, row: Row) -> Ticket:
        """Play a ticket from its first letter to where it stands."""
        moment = self.now - timedelta(hours=row["hours_ago"])
        with clock.moved_to(moment):
            ticket = self._open(row)
        self.numbers[row["key"]] = ticket.number
        for step in row.get("steps", []):
            moment += timedelta(minutes=step["after"])
            with clock.moved_to(min(moment, self.now)):
                self._step(ticket.pk, step)
        return ticket

    def _open(self, row: Row) -> Ticket:
        actor = self.cast.actors[row.get("taken_by", row["by"])]
        asked = NewTicket(
            subject=row["subject"],
            words=Words(body=row.get("html") or to_html(row["body"]), uploads=uploads(actor, row)),
            requester_id=self.cast.actors[row["by"]].person_id,
            type_id=TicketType.objects.get(key=row["type"]).pk,
            department_id=self.cast.departments[row["department"]],
            category_id=Category.objects.get(key=row["category"]).pk,
            priority=row["priority"],
            values=dict(row.get("values", {})),
            tags=tuple(row.get("tags", ())),
            source=Ticket.Source(row.get("source", "web")),
        )
        return open_ticket(actor=actor, asked=asked)

    def _step(self, ticket_id: int, step: Row) -> None:
        actor = self.cast.actors[step["who"]]
        DEEDS[step["do"]](self, Scene(actor, ticket_id, step))


@dataclass(frozen=True, slots=True)
class Scene:
    """One step: who does it, on which ticket, with what."""

    actor: Actor
    ticket_id: int
    step: Row

    @property
    def keys(self) -> dict[str, Any]:
        return {"actor": self.actor, "ticket_id": self.ticket_id}

    @property
    def words(self) -> Words:
        return Words(body=to_html(self.step["text"]), uploads=uploads(self.actor, self.step))

    def move(self, phase: str, *, with_reply: bool = False) -> None:
        ticket = Ticket.objects.select_related("status").get(pk=self.ticket_id)
        target = Status.objects.get(flow=ticket.status.flow_id, phase=phase)
        reply = self.words if with_reply else None
        move_ticket(**self.keys, move=Move(target_id=target.pk, reply=reply))


def uploads(actor: Actor, row: Row) -> tuple[str, ...]:
    """Make the files that a letter carries and keep them for its sender."""
    kept = [
        keep_upload(actor=actor, blob=keep_content(paper(name)), name=name)
        for name in row.get("files", ())
    ]
    return tuple(file.token for file in kept)


def _assign(stage: Stage, scene: Scene) -> None:
    assign_ticket(**scene.keys, assignee_id=stage.cast.actors[scene.step["to"]].person_id)


def _transfer(stage: Stage, scene: Scene) -> None:
    department = stage.cast.departments[scene.step["to"]]
    transfer_ticket(**scene.keys, department_id=department, note=scene.words)


def _link(stage: Stage, scene: Scene) -> None:
    link_tickets(
        **scene.keys,
        other_number=stage.numbers[scene.step["to"]],
        kind=TicketLink.Kind(scene.step["kind"]),
    )


def _change(_stage: Stage, scene: Scene) -> None:
    fields = {name: scene.step[name] for name in ("priority", "tags") if name in scene.step}
    change_ticket(**scene.keys, changes=Changes(fields=fields))


def _rate(_stage: Stage, scene: Scene) -> None:
    step = scene.step
    rating = Rating(
        solution=step["solution"],
        service=step.get("service"),
        comment=step.get("text", ""),
        suggestion=step.get("suggestion", ""),
    )
    rate_ticket(**scene.keys, rating=rating)


DEEDS: dict[str, Callable[[Stage, Scene], object]] = {
    "take": lambda _, scene: take_ticket(**scene.keys),
    "assign": _assign,
    "start": lambda _, scene: scene.move("progress"),
    "reply": lambda _, scene: reply_to_customer(**scene.keys, words=scene.words),
    "ask": lambda _, scene: scene.move("pending", with_reply=True),
    "solve": lambda _, scene: scene.move("resolved", with_reply=True),
    "expire": lambda _, scene: scene.move("closed"),
    "note": lambda _, scene: write_internal_note(**scene.keys, words=scene.words),
    "answer": lambda _, scene: reply_to_desk(**scene.keys, words=scene.words),
    "reject": lambda _, scene: reject_solution(**scene.keys, words=scene.words),
    "confirm": lambda _, scene: confirm_solution(**scene.keys),
    "withdraw": lambda _, scene: close_request(**scene.keys),
    "rate": _rate,
    "escalate": lambda _, scene: escalate_ticket(**scene.keys, note=scene.words),
    "calm": lambda _, scene: end_escalation(**scene.keys),
    "transfer": _transfer,
    "change": _change,
    "link": _link,
    "follow": lambda _, scene: follow_ticket(**scene.keys),
}
