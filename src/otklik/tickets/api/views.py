"""Saved views over the API: queries that colleagues keep for themselves."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from otklik.core.api import REFUSALS, content_tag, ensure_matches, ensure_scope, members_named
from otklik.core.errors import NotFound
from otklik.people.models import Actor
from otklik.people.policies import staff_of
from otklik.tickets import actions
from otklik.tickets.api import schemas
from otklik.tickets.selectors.queue import asking_of
from otklik.tickets.selectors.views import rail

router = Router(tags=["views"])
MEMBERS = {"q": "query"}


@router.get("/views", response={200: list[schemas.ViewOut], **REFUSALS}, summary="List own views")
def get_views(request: HttpRequest) -> Any:
    """List the queries that one keeps, in their order. For staff, as all of these."""
    return _views(_colleague(request, "tickets:read"))


@router.post("/views", response={201: schemas.ViewOut, **REFUSALS}, summary="Keep a view")
def save_view(request: HttpRequest, response: HttpResponse, payload: schemas.ViewIn) -> Any:
    """Keep a query under a name; a name that is taken gets the new query."""
    actor = _colleague(request, "tickets:write")
    with members_named(MEMBERS):
        view = actions.save_view(asking=asking_of(actor), name=payload.name, query=payload.query)
    response["Location"] = f"/api/v1/views/{view.pk}"
    return Status(201, _tagged(response, _view(actor, view.pk)))


@router.get("/views/{view_id}", response={200: schemas.ViewOut, **REFUSALS}, summary="Read a view")
def get_view(request: HttpRequest, response: HttpResponse, view_id: schemas.Key) -> Any:
    return _tagged(response, _view(_colleague(request, "tickets:read"), view_id))


@router.patch(
    "/views/{view_id}", response={200: schemas.ViewOut, **REFUSALS}, summary="Change a view"
)
@transaction.atomic
def change_view(
    request: HttpRequest, response: HttpResponse, view_id: schemas.Key, payload: schemas.ViewPatch
) -> Any:
    actor = _colleague(request, "tickets:write")
    found = _view(actor, view_id)
    ensure_matches(request, _lasting(found))
    name = found.name
    if payload.name is not None:
        name = actions.rename_view(actor=actor, view_id=view_id, name=payload.name).name
    if payload.query is not None:
        with members_named(MEMBERS):
            actions.save_view(asking=asking_of(actor), name=name, query=payload.query)
    return _tagged(response, _view(actor, view_id))


@router.delete("/views/{view_id}", response={204: None, **REFUSALS}, summary="Delete a view")
def delete_view(request: HttpRequest, view_id: schemas.Key) -> Any:
    actions.delete_view(actor=_colleague(request, "tickets:write"), view_id=view_id)
    return Status(204, None)


def _colleague(request: HttpRequest, scope: str) -> Actor:
    actor = staff_of(request)
    ensure_scope(actor, scope)
    return actor


def _tagged(response: HttpResponse, view: schemas.ViewOut) -> schemas.ViewOut:
    response["ETag"] = content_tag(_lasting(view))
    return view


def _lasting(view: schemas.ViewOut) -> dict[str, Any]:
    """Return what a view is, without its count, which changes with every ticket."""
    return view.dict(exclude={"count"})


def _views(actor: Actor) -> list[schemas.ViewOut]:
    return [
        schemas.ViewOut(id=int(one.key), name=one.label, query=one.query, count=one.count)
        for one in rail(asking_of(actor)).saved
    ]


def _view(actor: Actor, view_id: int) -> schemas.ViewOut:
    found = next((one for one in _views(actor) if one.id == view_id), None)
    if found is None:
        raise NotFound
    return found
