"""The first page of an empty desk."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from otklik.core.errors import NotFound
from otklik.people.actions import set_up_desk
from otklik.people.forms.welcome import DEPARTMENT_ROWS, WelcomeForm
from otklik.people.models import Account
from otklik.people.selectors.desk import desk_is_set_up
from otklik.people.views.answers import posted, shown
from otklik.people.views.signing_in import begin_session


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def welcome(request: HttpRequest) -> HttpResponse:
    """Ask for what a desk cannot be without, once; then its administrator is inside."""
    if desk_is_set_up():
        raise NotFound
    language = get_language()[:2]
    form = WelcomeForm(posted(request), initial={"language": language})
    made: list[Account] = []
    if request.method == "POST" and form.does(
        lambda: made.append(set_up_desk(first=form.first_desk()))
    ):
        begin_session(request, made[0])
        return redirect("/")
    rows = [
        {
            "number": row,
            "name": request.POST.get(f"department-{row}", ""),
            "prefix": request.POST.get(f"prefix-{row}", ""),
        }
        for row in range(DEPARTMENT_ROWS)
    ]
    return shown(request, "people/welcome.html", form=form, rows=rows)
