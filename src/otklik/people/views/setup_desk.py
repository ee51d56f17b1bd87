"""The whole desk in the set-up."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from otklik.core.errors import NotFound
from otklik.core.models import Desk
from otklik.people.actions.desk import change_desk
from otklik.people.forms.desk import DeskForm, desk_values
from otklik.people.policies import administrator_of
from otklik.people.views.answers import done, posted, shown


@require_http_methods(["GET", "POST"])
def desk(request: HttpRequest) -> HttpResponse:
    """Show what holds for the whole desk; a post changes it."""
    actor = administrator_of(request)
    found = Desk.objects.first()
    if found is None:
        raise NotFound
    form = DeskForm(posted(request), initial=desk_values(found))
    if request.method == "POST" and form.does(
        lambda: change_desk(actor=actor, changes=form.changes())
    ):
        return done(request, "setup_desk", said=_("Saved."))
    return shown(request, "people/desk.html", form=form)
