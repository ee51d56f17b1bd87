"""The tree of categories and the five priorities over the API, for administrators."""

from datetime import timedelta
from typing import Annotated, Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Field, Schema, Status

from otklik.core.api import REFUSALS, Strict, created, members_named, tagged
from otklik.core.errors import NotFound
from otklik.tickets.actions.configuring import categories as actions
from otklik.tickets.actions.configuring.priorities import LONGEST, SHORTEST, change_priority
from otklik.tickets.api.configuring.shared import (
    Key,
    Names,
    WordingIn,
    given,
    keeper,
    new_router,
    reader,
)
from otklik.tickets.models import Category, Priority

router = new_router()
SECOND = timedelta(seconds=1)
PROMISES = {name: f"{name}_seconds" for name in ("reply_within", "solve_within")}
Seconds = Annotated[int, Field(ge=SHORTEST // SECOND, le=LONGEST // SECOND)]
Level = Annotated[int, Field(ge=1, le=5)]


class CategorySet(Schema):
    """A place in the tree, in all languages; `parent` is the id of the one above."""

    id: int
    key: str
    names: Names
    parent: int | None
    is_active: bool


class CategoryIn(Strict):
    names: WordingIn
    parent: Key | None = None


class CategoryPatch(Strict):
    """What is left out stays; a new parent puts it at the end of that branch."""

    names: WordingIn = {}
    parent: Key | None = None
    is_active: bool = True


class PrioritySet(Schema):
    """A level, with its names and promises."""

    level: int
    names: Names
    reply_within_seconds: int
    solve_within_seconds: int


class PriorityPatch(Strict):
    """What is left out stays."""

    names: WordingIn = {}
    reply_within_seconds: Seconds = 60
    solve_within_seconds: Seconds = 60


@router.get(
    "/categories", response={200: list[CategorySet], **REFUSALS}, summary="List all categories"
)
def get_categories(request: HttpRequest) -> Any:
    """List categories in all languages, hidden ones too. For administrators, as all of these."""
    reader(request)
    return [_category(one) for one in Category.objects.all()]


@router.post("/categories", response={201: CategorySet, **REFUSALS}, summary="Add a category")
@transaction.atomic
def add_category(request: HttpRequest, response: HttpResponse, payload: CategoryIn) -> Any:
    """Add a category at the end of a branch."""
    actor = keeper(request)
    made = actions.add_category(actor=actor, names=payload.names, parent_id=payload.parent)
    return created(response, f"/configuration/categories/{made.pk}", _category(made))


@router.get(
    "/categories/{category_id}",
    response={200: CategorySet, **REFUSALS},
    summary="Read a category to change it",
)
def get_category(request: HttpRequest, response: HttpResponse, category_id: Key) -> Any:
    reader(request)
    return tagged(response, _category(actions.find_category(category_id)))


@router.patch(
    "/categories/{category_id}",
    response={200: CategorySet, **REFUSALS},
    summary="Change a category",
)
@transaction.atomic
def change_category(
    request: HttpRequest, response: HttpResponse, category_id: Key, payload: CategoryPatch
) -> Any:
    actor = keeper(request)
    now = _category(actions.find_category(category_id))
    values = given(request, now, payload)
    actions.change_category(
        actor=actor, category_id=category_id, names=values["names"], is_active=values["is_active"]
    )
    if values["parent"] != now.parent:
        last = Category.objects.filter(parent=values["parent"]).count()
        actions.place_category(
            actor=actor, category_id=category_id, parent_id=values["parent"], index=last
        )
    return tagged(response, _category(actions.find_category(category_id)))


@router.delete(
    "/categories/{category_id}", response={204: None, **REFUSALS}, summary="Delete a category"
)
@transaction.atomic
def delete_category(request: HttpRequest, category_id: Key) -> Any:
    """Delete a category that nothing uses; deleting it again does nothing."""
    actions.delete_category(actor=keeper(request), category_id=category_id)
    return Status(204, None)


@router.get(
    "/priorities", response={200: list[PrioritySet], **REFUSALS}, summary="List all priorities"
)
def get_priorities(request: HttpRequest) -> Any:
    reader(request)
    return [_priority(one) for one in Priority.objects.all()]


@router.get(
    "/priorities/{level}",
    response={200: PrioritySet, **REFUSALS},
    summary="Read a priority to change it",
)
def get_priority(request: HttpRequest, response: HttpResponse, level: Level) -> Any:
    reader(request)
    return tagged(response, _priority(_find_priority(level)))


@router.patch(
    "/priorities/{level}", response={200: PrioritySet, **REFUSALS}, summary="Change a priority"
)
@transaction.atomic
def patch_priority(
    request: HttpRequest, response: HttpResponse, level: Level, payload: PriorityPatch
) -> Any:
    actor = keeper(request)
    values = given(request, _priority(_find_priority(level)), payload)
    seconds = values["reply_within_seconds"], values["solve_within_seconds"]
    reply, solve = (timedelta(seconds=one) for one in seconds)
    with members_named(PROMISES):
        changed = change_priority(
            actor=actor, level=level, names=values["names"], promises=(reply, solve)
        )
    return tagged(response, _priority(changed))


def _find_priority(level: int) -> Priority:
    found = Priority.objects.filter(pk=level).first()
    if found is None:
        raise NotFound
    return found


def _category(one: Category) -> CategorySet:
    return CategorySet(
        id=one.pk, key=one.key, names=one.names, parent=one.parent_id, is_active=one.is_active
    )


def _priority(one: Priority) -> PrioritySet:
    return PrioritySet(
        level=one.level,
        names=one.names,
        reply_within_seconds=int(one.reply_within.total_seconds()),
        solve_within_seconds=int(one.solve_within.total_seconds()),
    )
