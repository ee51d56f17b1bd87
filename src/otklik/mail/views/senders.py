"""By which servers the desk writes, in the set-up."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from otklik.core.errors import Conflict
from otklik.mail.actions.outbox.writing import published_record
from otklik.mail.actions.setting_up.senders import (
    add_sender,
    change_sender,
    remove_sender,
    try_sender,
)
from otklik.mail.forms.senders import SenderForm
from otklik.mail.models import Sender
from otklik.mail.policies import find_sender
from otklik.mail.selectors.outgoing import step_words
from otklik.mail.selectors.senders import all_senders
from otklik.people.models import Department
from otklik.people.policies import administrator_of
from otklik.people.views.answers import done, posted, shown

SHOWN = (
    *("department_id", "name", "address", "has_plus", "host", "port", "security"),
    *("login", "way", "token_url", "client_id", "scope", "authority"),
    *("dkim_selector", "is_active"),
)


@require_GET
def senders(request: HttpRequest) -> HttpResponse:
    rows = all_senders(administrator_of(request))
    return shown(request, "mail/senders.html", senders=rows, refusal=None, step_words=step_words)


@require_http_methods(["GET", "POST"])
def new_sender(request: HttpRequest) -> HttpResponse:
    actor = administrator_of(request)
    form = SenderForm(list(Department.objects.all()), posted(request))
    made: list[Sender] = []
    if request.method == "POST" and form.does(
        lambda: made.append(add_sender(actor=actor, fields=form.changes()))
    ):
        return done(request, "setup_sender", made[0].pk, said=_("Added."))
    return shown(request, "mail/sender.html", form=form, sender=None, tried=None, published="")


@require_http_methods(["GET", "POST"])
def sender(request: HttpRequest, sender_id: int) -> HttpResponse:
    """Show how a department writes; a post changes it."""
    actor = administrator_of(request)
    found = find_sender(actor, sender_id)
    form = _form(request, found)
    if request.method == "POST" and form.does(
        lambda: change_sender(actor=actor, sender_id=found.pk, changes=form.changes())
    ):
        return done(request, "setup_sender", found.pk, said=_("Saved."))
    words = {"form": form, "sender": found, "tried": None, "published": published_record(found)}
    return shown(request, "mail/sender.html", **words)


@require_POST
def sender_trial(request: HttpRequest, sender_id: int) -> HttpResponse:
    """Speak with the server as it is kept, and say what to change."""
    actor = administrator_of(request)
    tried = try_sender(actor=actor, sender_id=sender_id)
    found = find_sender(actor, sender_id)
    form = SenderForm(list(Department.objects.all()), initial=_values(found))
    words = {"form": form, "sender": found, "tried": tried, "published": published_record(found)}
    return shown(request, "mail/sender.html", **words)


@require_POST
def sender_removal(request: HttpRequest, sender_id: int) -> HttpResponse:
    """Remove a sender by which nothing ever went."""
    actor = administrator_of(request)
    try:
        remove_sender(actor=actor, sender_id=sender_id)
    except Conflict as refusal:
        rows = all_senders(actor)
        words = {"senders": rows, "refusal": refusal, "step_words": step_words}
        return shown(request, "mail/senders.html", **words)
    return done(request, "setup_senders", said=_("Removed."))


def _form(request: HttpRequest, found: Sender) -> SenderForm:
    return SenderForm(list(Department.objects.all()), posted(request), initial=_values(found))


def _values(found: Sender) -> dict[str, object]:
    return {name: getattr(found, name) for name in SHOWN}
