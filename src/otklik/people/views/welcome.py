"""The first page of an empty desk."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from otklik.core.errors import NotFound
from otklik.core.spoken import present_language
from otklik.people.actions import ensure_set_up_code, set_up_desk
from otklik.people.forms.welcome import CodeForm, WelcomeForm
from otklik.people.models import Account
from otklik.people.selectors.desk import desk_is_set_up
from otklik.people.views.answers import address_of, posted, shown
from otklik.people.views.signing_in import begin_session


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def welcome(request: HttpRequest) -> HttpResponse:
    """Ask for the set-up code, then for what a desk cannot be without; its administrator is in."""
    if desk_is_set_up():
        raise NotFound
    code = CodeForm(posted(request) or (request.GET if "code" in request.GET else None))
    if not code.does(lambda: _check(request, code)):
        return shown(request, "people/welcome_code.html", form=code)
    initial = {"language": present_language(), "code": code.cleaned_data["code"]}
    form = WelcomeForm(posted(request), initial=initial)
    made: list[Account] = []
    if request.method == "POST" and form.does(
        lambda: made.append(set_up_desk(first=form.first_desk()))
    ):
        begin_session(request, made[0])
        return redirect("/")
    return shown(request, "people/welcome.html", form=form)


def _check(request: HttpRequest, form: CodeForm) -> None:
    ensure_set_up_code(code=form.cleaned_data["code"], address=address_of(request))
