"""The whole desk in the set-up."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from otklik.core.errors import NotFound
from otklik.core.models import Desk
from otklik.people.actions.desk import change_desk
from otklik.people.forms.desk import DeskForm, as_posted, desk_values
from otklik.people.policies import administrator_of
from otklik.people.views.answers import done, posted, shown, undoable


@require_http_methods(["GET", "POST"])
def desk(request: HttpRequest) -> HttpResponse:
    """Show what holds for the whole desk; a post changes it."""
    actor = administrator_of(request)
    found = Desk.objects.first()
    if found is None:
        raise NotFound
    before = desk_values(found)
    form = DeskForm(posted(request), initial=before)
    if request.method == "POST" and form.does(
        lambda: change_desk(actor=actor, changes=form.changes())
    ):
        undoable(request, _("Saved."), reverse("setup_desk"), as_posted(before))
        return done(request, "setup_desk")
    return shown(request, "people/desk.html", form=form)
