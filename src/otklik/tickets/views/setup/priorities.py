"""The five priorities with their promises."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from otklik.people.policies import administrator_of
from otklik.tickets.actions.configuring.priorities import change_priority, find_priority
from otklik.tickets.forms.configuring import PriorityForm, priority_values
from otklik.tickets.models import Priority
from otklik.tickets.views.setup.answering import done, held, latest, shown


@require_GET
def priorities(request: HttpRequest) -> HttpResponse:
    """List the five."""
    administrator_of(request)
    return shown(request, "priorities", priorities=Priority.objects.all(), edited=None, form=None)


@require_http_methods(["GET", "POST"])
def priority(request: HttpRequest, level: int) -> HttpResponse:
    """Edit one in its place in the list."""
    actor = administrator_of(request)
    row = find_priority(level)
    form = PriorityForm(request.POST or None, initial=priority_values(row))

    def act() -> None:
        change_priority(
            actor=actor,
            level=row.level,
            names=form.said(),
            promises=form.promises(),
        )

    def now() -> dict[str, Any]:
        return priority_values(held(actor, find_priority, row.pk))

    before = latest(actor)
    if request.method == "POST" and form.does(act, now=now):
        return done(actor, f"{reverse('setup_priorities')}#node-{row.level}", before)
    words = {"priorities": Priority.objects.all(), "edited": row, "form": form}
    answer = shown(request, "priorities", **words)
    answer.status_code = 422 if form.errors else 200
    return answer
