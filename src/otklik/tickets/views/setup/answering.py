"""How a set-up page answers: done with a way to undo, or refused in place."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from otklik.core.errors import Conflict, DomainError, Invalid, NotAllowed
from otklik.people.models import Actor
from otklik.tickets.actions.configuring.recording import begin
from otklik.tickets.actions.configuring.tree import Direction
from otklik.tickets.forms.composing import whole
from otklik.tickets.models import ConfigurationChange
from otklik.tickets.selectors.configuration import find_change, lines

Thing = TypeVar("Thing")


def direction_of(request: HttpRequest) -> Direction | None:
    """Return the step that a button asks for."""
    step = request.POST.get("direction", "")
    return Direction(step) if step in Direction.values else None


def done(actor: Actor, place: str, before: int) -> HttpResponse:
    """Go back to a page, which says what was changed since `before` and offers to undo it."""
    change = ConfigurationChange.objects.filter(actor=actor.person_id, pk__gt=before).first()
    path, _mark, anchor = place.partition("#")
    if change is not None:
        path += ("&" if "?" in path else "?") + urlencode({"done": change.pk})
    return redirect(f"{path}#{anchor}" if anchor else path)


def latest(actor: Actor) -> int:
    """Return the actor's last change, to know afterwards whether there is a newer one."""
    changes = ConfigurationChange.objects.filter(actor=actor.person_id)
    return changes.values_list("pk", flat=True).first() or 0


def held(actor: Actor, find: Callable[[int], Thing], key: int) -> Thing:
    """Return a configured thing as it is now; nobody changes any until the transaction ends."""
    begin(actor)
    return find(key)


def acted(
    actor: Actor,
    act: Callable[[], object],
    *,
    back: str,
    page: Callable[[DomainError], HttpResponse],
) -> HttpResponse:
    """Do what a button asks and go back; a refusal is shown on the page itself."""
    before = latest(actor)
    try:
        act()
    except (Conflict, Invalid, NotAllowed) as error:
        answer = page(error)
        answer.status_code = error.status
        return answer
    return done(actor, back, before)


def shown(request: HttpRequest, template: str, **words: Any) -> HttpResponse:
    """Render a set-up page with what was just done, if it can be undone."""
    change = find_change(whole(request.GET.get("done")) or 0)
    words.setdefault("error", None)
    words["just_done"] = lines([change])[0] if change else None
    words["here"] = request.get_full_path()
    return render(request, f"tickets/setup/{template}.html", words)


def return_place(request: HttpRequest, fallback: str) -> str:
    """Return the page to go back to, if it is one of ours."""
    place = request.POST.get("back", "")
    safe = url_has_allowed_host_and_scheme(place, None) and place.startswith("/setup/")
    return place.partition("?")[0] if safe else reverse(fallback)
