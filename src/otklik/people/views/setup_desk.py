"""The whole desk in the set-up."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from otklik.core.errors import NotFound
from otklik.core.models import Desk
from otklik.people.actions.desk import change_desk
from otklik.people.forms.desk import DeskForm, DeskValues, as_posted, desk_values
from otklik.people.policies import administrator_of, lock_desk
from otklik.people.views.answers import done, posted, shown, undoable


@require_http_methods(["GET", "POST"])
def desk(request: HttpRequest) -> HttpResponse:
    """Show what holds for the whole desk; a post changes it."""
    actor = administrator_of(request)
    found = Desk.objects.first()
    if found is None:
        raise NotFound
    form = DeskForm(posted(request), initial=desk_values(found))
    before: DeskValues = {}
    after: DeskValues = {}

    def now() -> DeskValues:
        before.update(desk_values(lock_desk(actor)))
        return before

    def act() -> None:
        after.update(desk_values(change_desk(actor=actor, changes=form.changes())))

    if request.method == "POST" and form.does(act, now=now):
        undo = as_posted(before) | {"shown": DeskForm(initial=after)["shown"].value()}
        undoable(request, _("Saved."), reverse("setup_desk"), undo)
        return done(request, "setup_desk")
    return shown(request, "people/desk.html", form=form)
