"""The five priorities with their promises."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from otklik.core.errors import NotFound
from otklik.people.policies import administrator_of
from otklik.tickets.actions.configuring.priorities import change_priority
from otklik.tickets.forms.configuring import PriorityForm, priority_values
from otklik.tickets.models import Priority
from otklik.tickets.selectors.configuration import Noun, last_seen
from otklik.tickets.views.setup.answering import done, latest, shown


@require_GET
def priorities(request: HttpRequest) -> HttpResponse:
    """List the five."""
    administrator_of(request)
    return shown(request, "priorities", priorities=Priority.objects.all(), edited=None, form=None)


@require_http_methods(["GET", "POST"])
def priority(request: HttpRequest, level: int) -> HttpResponse:
    """Edit one in its place in the list."""
    actor = administrator_of(request)
    row = Priority.objects.filter(pk=min(level, 9)).first()
    if row is None:
        raise NotFound
    first = priority_values(row, last_seen(Noun.PRIORITY, row.pk))
    form = PriorityForm(request.POST or None, initial=first)

    def act() -> None:
        change_priority(
            actor=actor,
            level=row.level,
            names=form.said(),
            promises=form.promises(),
            seen=form.cleaned_data["seen"],
        )

    before = latest(actor)
    if request.method == "POST" and form.does(act):
        return done(actor, f"{reverse('setup_priorities')}#node-{row.level}", before)
    words = {"priorities": Priority.objects.all(), "edited": row, "form": form}
    answer = shown(request, "priorities", **words)
    answer.status_code = 422 if form.errors else 200
    return answer
