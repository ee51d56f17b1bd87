"""Coming in and going out."""

from ipaddress import ip_address

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from otklik.core.offered import offered_languages
from otklik.people.actions import sign_in, sign_out
from otklik.people.forms.signing_in import SignInForm
from otklik.people.models import Account
from otklik.people.policies import asker_of
from otklik.people.views.answers import BROWSER_LENGTH, address_of, here, own_path, posted, shown
from otklik.people.views.proving import note_proof

A_YEAR = 365 * 24 * 3600


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in_page(request: HttpRequest) -> HttpResponse:
    """Ask for name and password, then go to where the visitor was going."""
    following = own_path(request.POST.get("next") or request.GET.get("next", ""))
    if asker_of(request):
        return redirect(following)
    form = SignInForm(posted(request))
    found: list[Account] = []
    if request.method == "POST" and form.does(lambda: found.append(_sign_in(request, form))):
        begin_session(request, found[0])
        return redirect(following)
    return shown(request, "people/sign_in.html", form=form, next=following)


@require_POST
def signing_out(request: HttpRequest) -> HttpResponse:
    """Sign this browser out, and close what its other tabs hear."""
    actor = asker_of(request)
    if actor and request.session.session_key:
        sign_out(actor=actor, session_key=request.session.session_key)
    logout(request)
    return redirect("sign_in")


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Speak another language to someone who is not signed in."""
    response = redirect(here(request.POST.get("next", "")))
    code = request.POST.get("language", "")
    if code in offered_languages():
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            code,
            max_age=A_YEAR,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response


def begin_session(request: HttpRequest, account: Account) -> None:
    """Start a session under a new key, and note where it is from."""
    login(request, account, backend="django.contrib.auth.backends.ModelBackend")
    note_proof(request)
    request.session["browser"] = request.headers.get("User-Agent", "")[:BROWSER_LENGTH]
    try:
        request.session["address"] = str(ip_address(address_of(request)))
    except ValueError:
        request.session["address"] = ""


def _sign_in(request: HttpRequest, form: SignInForm) -> Account:
    return sign_in(
        name=form.cleaned_data["name"],
        password=form.cleaned_data["password"],
        address=address_of(request),
    )
