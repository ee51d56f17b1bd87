"""Flows, their statuses and the steps between them, over the API, for administrators."""

from datetime import timedelta
from typing import Annotated, Any, Literal

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Field, Schema, Status

from otklik.core.api import REFUSALS, Strict, created, members_named, tagged
from otklik.tickets import models
from otklik.tickets.actions.configuring import flows, statuses, transitions
from otklik.tickets.api.configuring.shared import (
    Key,
    Names,
    WordingIn,
    given,
    keeper,
    new_router,
    reader,
)

router = new_router()
Phase = Literal["new", "assigned", "progress", "pending", "resolved", "closed", "reopened"]
Seconds = Annotated[int, Field(ge=1, le=statuses.LONGEST // timedelta(seconds=1))]
MEMBERS = {"time_limit": "time_limit_seconds"}


class StatusSet(Schema):
    """A stage, in all languages; `required_fields` are ids of questions to answer before it."""

    id: int
    key: str
    names: Names
    phase: str
    is_first: bool
    time_limit_seconds: int | None
    required_fields: list[int]


class StepSet(Schema):
    """A way from one status to another, by their ids."""

    source: int
    target: int
    names: Names
    allowed: list[str]
    demands_message: bool
    demands_note: bool
    demands_assignee: bool


class FlowSet(Schema):
    """A flow with all of its statuses and steps."""

    id: int
    names: Names
    is_default: bool
    statuses: list[StatusSet]
    steps: list[StepSet]


class FlowIn(Strict):
    """`like` is the id of a flow to copy."""

    names: WordingIn
    like: Key | None = None


class FlowPatch(Strict):
    """What is left out stays; a flow becomes the default one, and never ceases to be by itself."""

    names: WordingIn = {}
    is_default: bool = False


class StatusPatch(Strict):
    """What is left out stays; `is_first` true lets new tickets begin here."""

    names: WordingIn = {}
    phase: Phase = "progress"
    time_limit_seconds: Seconds | None = None
    required_fields: Annotated[list[Key], Field(max_length=100)] = []
    is_first: bool = False


class StatusIn(StatusPatch):
    names: WordingIn
    phase: Phase


class StepIn(Strict):
    """`staff` is the lowest role that may go; nobody at all takes the step away."""

    staff: Literal["", "agent", "coordinator", "supervisor"] = ""
    customer: bool = False
    demands_message: bool = False
    demands_note: bool = False
    demands_assignee: bool = False
    names: WordingIn = {}


@router.get("/flows", response={200: list[FlowSet], **REFUSALS}, summary="List all flows")
def get_flows(request: HttpRequest) -> Any:
    reader(request)
    return [_flow(one) for one in models.Flow.objects.all()]


@router.post("/flows", response={201: FlowSet, **REFUSALS}, summary="Add a flow")
@transaction.atomic
def add_flow(request: HttpRequest, response: HttpResponse, payload: FlowIn) -> Any:
    """Add a flow: the shortest that works, or a copy of another."""
    made = flows.add_flow(actor=keeper(request), names=payload.names, like_id=payload.like)
    return created(response, f"/configuration/flows/{made.pk}", _flow(made))


@router.get(
    "/flows/{flow_id}", response={200: FlowSet, **REFUSALS}, summary="Read a flow to change it"
)
def get_flow(request: HttpRequest, response: HttpResponse, flow_id: Key) -> Any:
    reader(request)
    return tagged(response, _flow(flows.find_flow(flow_id)))


@router.patch("/flows/{flow_id}", response={200: FlowSet, **REFUSALS}, summary="Change a flow")
@transaction.atomic
def change_flow(
    request: HttpRequest, response: HttpResponse, flow_id: Key, payload: FlowPatch
) -> Any:
    actor = keeper(request)
    now = _flow(flows.find_flow(flow_id))
    values = given(request, now, payload)
    flows.rename_flow(actor=actor, flow_id=flow_id, names=values["names"])
    if values["is_default"] and not now.is_default:
        flows.make_flow_default(actor=actor, flow_id=flow_id)
    return tagged(response, _flow(flows.find_flow(flow_id)))


@router.delete("/flows/{flow_id}", response={204: None, **REFUSALS}, summary="Delete a flow")
@transaction.atomic
def delete_flow(request: HttpRequest, flow_id: Key) -> Any:
    """Delete a flow that no type goes through; deleting it again does nothing."""
    flows.delete_flow(actor=keeper(request), flow_id=flow_id)
    return Status(204, None)


@router.post(
    "/flows/{flow_id}/statuses", response={201: StatusSet, **REFUSALS}, summary="Add a status"
)
@transaction.atomic
def add_status(
    request: HttpRequest, response: HttpResponse, flow_id: Key, payload: StatusIn
) -> Any:
    """Add a stage at the end of a flow."""
    actor = keeper(request)
    with members_named(MEMBERS):
        made = statuses.add_status(actor=actor, flow_id=flow_id, draft=_draft(payload.dict()))
    if payload.is_first:
        made = statuses.make_status_first(actor=actor, status_id=made.pk)
    return Status(201, tagged(response, _status(made)))


@router.patch(
    "/statuses/{status_id}", response={200: StatusSet, **REFUSALS}, summary="Change a status"
)
@transaction.atomic
def change_status(
    request: HttpRequest, response: HttpResponse, status_id: Key, payload: StatusPatch
) -> Any:
    """Change a stage; its phase stays while tickets stand in it."""
    actor = keeper(request)
    now = _status(statuses.find_status(status_id))
    values = given(request, now, payload)
    with members_named(MEMBERS):
        statuses.change_status(actor=actor, status_id=status_id, draft=_draft(values))
    if values["is_first"] and not now.is_first:
        statuses.make_status_first(actor=actor, status_id=status_id)
    return tagged(response, _status(statuses.find_status(status_id)))


@router.delete("/statuses/{status_id}", response={204: None, **REFUSALS}, summary="Delete a status")
@transaction.atomic
def delete_status(request: HttpRequest, status_id: Key) -> Any:
    """Delete a stage where no ticket stands, with its steps; again does nothing."""
    statuses.delete_status(actor=keeper(request), status_id=status_id)
    return Status(204, None)


@router.put(
    "/statuses/{status_id}/steps/{target_id}",
    response={200: FlowSet, **REFUSALS},
    summary="Say who may go from one status to another",
)
@transaction.atomic
def put_step(
    request: HttpRequest,
    response: HttpResponse,
    status_id: Key,
    target_id: Key,
    payload: StepIn,
) -> Any:
    """Make, change or take away a step; the answer and the ETag are the flow's."""
    actor = keeper(request)
    flow = statuses.find_status(status_id).flow
    given(request, _flow(flow), payload=Strict())
    step = transitions.Step(**payload.dict())
    transitions.set_transition(actor=actor, ends=(status_id, target_id), step=step)
    return tagged(response, _flow(flow))


def _draft(values: dict[str, Any]) -> statuses.StatusDraft:
    seconds = values["time_limit_seconds"]
    return statuses.StatusDraft(
        names=values["names"],
        phase=values["phase"],
        time_limit=None if seconds is None else timedelta(seconds=seconds),
        required_fields=tuple(values["required_fields"]),
    )


def _status(one: models.Status) -> StatusSet:
    limit = one.time_limit
    return StatusSet(
        id=one.pk,
        key=one.key,
        names=one.names,
        phase=one.phase,
        is_first=one.is_first,
        time_limit_seconds=None if limit is None else int(limit.total_seconds()),
        required_fields=sorted(field.pk for field in one.required_fields.all()),
    )


def _flow(one: models.Flow) -> FlowSet:
    stages = list(one.statuses.prefetch_related("required_fields", "ways_out"))
    return FlowSet(
        id=one.pk,
        names=one.names,
        is_default=one.is_default,
        statuses=[_status(stage) for stage in stages],
        steps=[_step(way) for stage in stages for way in stage.ways_out.all()],
    )


def _step(way: models.Transition) -> StepSet:
    return StepSet(
        source=way.source_id,
        target=way.target_id,
        names=way.names,
        allowed=list(way.allowed),
        demands_message=way.demands_message,
        demands_note=way.demands_note,
        demands_assignee=way.demands_assignee,
    )
