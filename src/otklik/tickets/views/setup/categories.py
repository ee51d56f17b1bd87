"""The tree of categories."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from otklik.core.errors import DomainError
from otklik.people.policies import administrator_of
from otklik.tickets.actions.configuring.categories import (
    add_category,
    change_category,
    delete_category,
    find_category,
    place_category,
    step_category,
)
from otklik.tickets.forms.composing import whole
from otklik.tickets.forms.configuring import NodeForm, node_values
from otklik.tickets.models import Category
from otklik.tickets.selectors.configuration import category_branches
from otklik.tickets.views.setup.answering import (
    acted,
    direction_of,
    done,
    held,
    latest,
    shown,
)


@require_http_methods(["GET", "POST"])
def categories(request: HttpRequest) -> HttpResponse:
    """Show the tree; a post adds to it."""
    actor = administrator_of(request)
    if request.method == "GET":
        return _page(request)
    form = NodeForm(request.POST)
    under = whole(request.POST.get("under"))
    before = latest(actor)
    if form.does(lambda: add_category(actor=actor, names=form.said(), parent_id=under)):
        place = f"#node-{under}" if under else "#new"
        return done(actor, reverse("setup_categories") + place, before)
    return _page(request, adding=form, under=under, status=422)


@require_http_methods(["GET", "POST"])
def category(request: HttpRequest, category_id: int) -> HttpResponse:
    """Edit a category in its place in the tree."""
    actor = administrator_of(request)
    row = find_category(category_id)
    if request.method == "GET":
        return _page(request, editing=NodeForm(initial=node_values(row)), edited=row)
    form = NodeForm(request.POST)

    def act() -> None:
        change_category(
            actor=actor,
            category_id=row.pk,
            names=form.said(),
            is_active=form.cleaned_data["is_active"],
        )

    before = latest(actor)
    if form.does(act, now=lambda: node_values(held(actor, find_category, row.pk))):
        return done(actor, f"{reverse('setup_categories')}#node-{row.pk}", before)
    return _page(request, editing=form, edited=row, status=422)


@require_POST
def category_place(request: HttpRequest, category_id: int) -> HttpResponse:
    """Move a category: a step by a button, or to a place by hand."""
    actor = administrator_of(request)
    direction = direction_of(request)

    def act() -> None:
        if direction is not None:
            step_category(actor=actor, category_id=category_id, direction=direction)
            return
        place_category(
            actor=actor,
            category_id=category_id,
            parent_id=whole(request.POST.get("parent")),
            index=whole(request.POST.get("index")) or 0,
        )

    back = f"{reverse('setup_categories')}#node-{category_id}"
    return acted(actor, act, back=back, page=lambda e: _page(request, error=e))


@require_POST
def category_removal(request: HttpRequest, category_id: int) -> HttpResponse:
    """Delete a category that nothing uses."""
    actor = administrator_of(request)
    return acted(
        actor,
        lambda: delete_category(actor=actor, category_id=category_id),
        back=reverse("setup_categories"),
        page=lambda e: _page(request, error=e),
    )


def _page(
    request: HttpRequest,
    *,
    error: DomainError | None = None,
    editing: NodeForm | None = None,
    edited: Category | None = None,
    status: int = 200,
    **adding: Any,
) -> HttpResponse:
    under = adding.get("under") or whole(request.GET.get("under"))
    answer = shown(
        request,
        "categories",
        tree=category_branches(),
        error=error,
        editing=editing,
        edited=edited,
        adding=adding.get("adding") or NodeForm(),
        under=under,
    )
    answer.status_code = status
    return answer
