"""The history of the configuration, and undo."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_POST

from otklik.core.errors import DomainError
from otklik.people.policies import administrator_of
from otklik.tickets.actions.configuring.undoing import undo_change
from otklik.tickets.models import ConfigurationChange
from otklik.tickets.selectors.configuration import history_page, lines
from otklik.tickets.views.setup.answering import acted, return_place, shown


@require_GET
def history(request: HttpRequest) -> HttpResponse:
    """Say who changed what, the newest first."""
    administrator_of(request)
    return _page(request)


@require_POST
def history_undo(request: HttpRequest, change_id: int) -> HttpResponse:
    """Bring back what was before a change."""
    actor = administrator_of(request)
    return acted(
        actor,
        lambda: undo_change(actor=actor, change_id=change_id),
        back=return_place(request, "setup_history"),
        page=lambda e: _page(request, error=e),
    )


def _page(request: HttpRequest, error: DomainError | None = None) -> HttpResponse:
    noun = request.GET.get("noun", "")
    leaf = history_page(request.GET.get("page"), noun)
    return shown(
        request,
        "history",
        leaf=leaf,
        lines=lines(leaf),
        nouns=ConfigurationChange.Noun.choices,
        noun=noun,
        error=error,
    )
