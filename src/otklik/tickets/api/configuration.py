"""How the desk is set up, over the API: staff read all of it, customers what they are asked."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Router
from ninja.params.functions import Path

from otklik.core.api import REFUSALS, ensure_scope
from otklik.core.errors import NotFound
from otklik.people.models import Actor
from otklik.people.policies import actor_of, staff_of
from otklik.tickets.api import schemas
from otklik.tickets.models import Category, Flow, FormField, Priority, Status, TicketType
from otklik.tickets.selectors.asked import AskedField, asked_fields
from otklik.tickets.selectors.problems import offered_problems

router = Router(tags=["configuration"])
KeyPath = Path(..., pattern=r"^[-a-zA-Z0-9_]{1,48}$")


@router.get("/types", response={200: list[schemas.TypeOut], **REFUSALS}, summary="List types")
def get_types(request: HttpRequest) -> Any:
    """List the kinds of requests; customers get those that they may choose."""
    return [_type(kind) for kind in _types(_reader(request))]


@router.get("/types/{kind}", response={200: schemas.FormOut, **REFUSALS}, summary="Read a type")
def get_type(request: HttpRequest, kind: str = KeyPath) -> Any:
    """Read a kind of request by its key: what its form asks, and the stages of its tickets."""
    actor = _reader(request)
    found = _types(actor).filter(key=kind).first()
    if found is None:
        raise NotFound
    asked = [one for one in asked_fields(found) if _is_for(actor, one)]
    return schemas.FormOut(
        **_type(found).dict(),
        fields=[_field(actor, one) for one in asked],
        statuses=[_status(one) for one in Status.objects.filter(flow=found.flow_id)],
    )


@router.get(
    "/categories", response={200: list[schemas.CategoryOut], **REFUSALS}, summary="List categories"
)
def get_categories(request: HttpRequest) -> Any:
    """List the tree of categories; customers get those in use."""
    rows = Category.objects.select_related("parent")
    if not _reader(request).is_staff:
        rows = rows.filter(is_active=True)
    return [
        schemas.CategoryOut(
            id=one.pk,
            key=one.key,
            label=one.label,
            parent=one.parent.key if one.parent else None,
            is_active=one.is_active,
        )
        for one in rows
    ]


@router.get(
    "/priorities", response={200: list[schemas.PriorityOut], **REFUSALS}, summary="List priorities"
)
def get_priorities(request: HttpRequest) -> Any:
    """List the five levels, the highest first."""
    _reader(request)
    return [
        schemas.PriorityOut(
            level=one.level,
            label=one.label,
            reply_within_seconds=int(one.reply_within.total_seconds()),
            solve_within_seconds=int(one.solve_within.total_seconds()),
        )
        for one in Priority.objects.all()
    ]


@router.get(
    "/problems", response={200: list[schemas.ProblemOut], **REFUSALS}, summary="List problems"
)
def get_problems(request: HttpRequest) -> Any:
    """List the typical problems that one may begin a request with, in their order."""
    _reader(request)
    return [
        schemas.ProblemOut(
            key=one.key,
            label=one.label,
            text=one.text,
            type=one.type.key,
            category=one.category.key if one.category else None,
        )
        for one in offered_problems()
    ]


@router.get("/flows", response={200: list[schemas.FlowOut], **REFUSALS}, summary="List flows")
def get_flows(request: HttpRequest) -> Any:
    """List the flows with their statuses and the ways between them. For staff."""
    ensure_scope(staff_of(request), "tickets:read")
    flows = Flow.objects.prefetch_related(
        "statuses__ways_out__source", "statuses__ways_out__target"
    )
    return [_flow(flow) for flow in flows]


def _reader(request: HttpRequest) -> Actor:
    actor = actor_of(request)
    ensure_scope(actor, "tickets:read")
    return actor


def _types(actor: Actor) -> QuerySet[TicketType]:
    rows = TicketType.objects.select_related("department")
    return rows if actor.is_staff else rows.filter(is_active=True, is_public=True)


def _is_for(actor: Actor, asked: AskedField) -> bool:
    seen = actor.is_staff or asked.customer != FormField.Access.STAFF
    return seen and asked.is_active


def _type(kind: TicketType) -> schemas.TypeOut:
    return schemas.TypeOut(
        id=kind.pk,
        key=kind.key,
        label=kind.label,
        hint=kind.hint,
        department=kind.department.prefix if kind.department else None,
        is_active=kind.is_active,
        is_public=kind.is_public,
    )


def _field(actor: Actor, asked: AskedField) -> schemas.FieldOut:
    return schemas.FieldOut(
        key=asked.key,
        label=asked.label,
        hint=asked.hint,
        kind=asked.kind,
        is_required=asked.is_required,
        customer=asked.customer,
        shown_when=asked.shown_when,
        shown_value=asked.shown_value,
        options=[
            schemas.OptionOut(
                key=one.key, label=one.label, parent=one.parent, is_active=one.is_active
            )
            for one in asked.options
            if actor.is_staff or one.is_active
        ],
    )


def _status(status: Status) -> schemas.StatusOut:
    return schemas.StatusOut(
        key=status.key, label=status.label, phase=status.phase, is_first=status.is_first
    )


def _flow(flow: Flow) -> schemas.FlowOut:
    statuses = list(flow.statuses.all())
    return schemas.FlowOut(
        id=flow.pk,
        label=flow.label,
        is_default=flow.is_default,
        statuses=[_status(one) for one in statuses],
        steps=[
            schemas.StepOut(
                source=way.source.key,
                target=way.target.key,
                label=way.label,
                allowed=list(way.allowed),
                demands_message=way.demands_message,
                demands_note=way.demands_note,
                demands_assignee=way.demands_assignee,
            )
            for status in statuses
            for way in status.ways_out.all()
        ],
    )
