"""A recent proof of the password, which changing who may come in needs."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters

from otklik.core import clock
from otklik.people.actions import prove_password
from otklik.people.forms.signing_in import ProofForm
from otklik.people.policies import actor_of, administrator_of

View = Callable[..., HttpResponse]
Needed = Callable[..., bool]

RECENT: Final = timedelta(minutes=15)
OURS: Final = ("csrfmiddlewaretoken", "proof")
PROVED: Final = "proved_at"  # in the session, seconds


def by_administrator(request: HttpRequest, **_names: object) -> bool:
    """Ask every administrator; whoever is none hears what the view would say."""
    administrator_of(request)
    return True


def with_proof(needed: Needed) -> Callable[[View], View]:
    """Ask for the password before a post where it is `needed` and was not typed lately.

    The page that asks carries all that was sent, so nothing has to be typed again.
    """

    def guarded(view: View) -> View:
        @wraps(view)
        @sensitive_post_parameters("proof")
        def asked(request: HttpRequest, **names: object) -> HttpResponse:
            if not needed(request, **names) or _is_proved(request):
                return view(request, **names)
            form = ProofForm(request.POST if "proof" in request.POST else None)
            if form.is_bound and form.does(lambda: _prove(request, form)):
                note_proof(request)
                return view(request, **names)
            sent = [
                (name, value)
                for name, values in request.POST.lists()
                for value in values
                if name not in OURS
            ]
            return render(request, "people/proof.html", {"form": form, "sent": sent}, status=403)

        return asked

    return guarded


def note_proof(request: HttpRequest) -> None:
    """Remember that the password was typed just now, in this browser alone."""
    request.session[PROVED] = int(clock.now().timestamp())


def _is_proved(request: HttpRequest) -> bool:
    age = clock.now().timestamp() - request.session.get(PROVED, 0)
    return bool(0 <= age + 1 <= RECENT.total_seconds())


def _prove(request: HttpRequest, form: ProofForm) -> None:
    prove_password(actor=actor_of(request), password=form.cleaned_data["proof"])
