"""How a text stands: reviewed, published, once otherwise."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from otklik.core.errors import DomainError, Invalid, NotFound
from otklik.knowledge.actions import (
    ask_for_review,
    call_off_publication,
    give_review,
    publish_article,
    return_to_version,
    take_back_article,
    withdraw_review,
)
from otklik.knowledge.forms.writing import PublicationForm
from otklik.knowledge.models import Review, Translation
from otklik.knowledge.policies import find_translation, find_version, may_judge
from otklik.knowledge.selectors.differences import differences, line_difference
from otklik.knowledge.selectors.editing import reviews_of, versions_of
from otklik.knowledge.selectors.outline import outlined
from otklik.people.models import Actor
from otklik.people.policies import staff_of
from otklik.people.views.answers import shown
from otklik.tickets.forms.composing import whole


def standing_words(actor: Actor, text: Translation | None) -> dict[str, Any]:
    """Return what the page of a text says of its reviews and its publication."""
    reviews = reviews_of(text) if text else []
    waiting = next((one for one in reviews if one.state == Review.State.WAITING), None)
    return {
        "publication": PublicationForm(),
        "reviews": reviews,
        "waiting": waiting,
        "may_judge": waiting is not None and may_judge(actor, waiting.version),
    }


@require_POST
def publication(request: HttpRequest, article_id: int, language: str) -> HttpResponse:
    """Publish a version now or from a time on, call that off, or take what is published back."""
    actor = staff_of(request)
    if "take_back" in request.POST:
        take_back_article(actor=actor, article_id=article_id, language=language)
        return _back(request, article_id, language, _("Readers find it no more."))
    if "call_off" in request.POST:
        call_off_publication(actor=actor, article_id=article_id, language=language)
        return _back(request, article_id, language, _("It will not be published by itself."))
    form = PublicationForm(request.POST)
    if not form.is_valid():
        return _refused(request, article_id, language, " ".join(map(str, form["at"].errors)))
    text = find_translation(actor, article_id, language)
    number = whole(request.POST.get("number")) or (text.latest.number if text.latest else 0)
    try:
        publish_article(
            actor=actor, article_id=article_id, language=language, number=number, at=form.moment()
        )
    except DomainError as refusal:
        return _refused(request, article_id, language, refusal.message)
    later = _("It will be published at that time.")
    return _back(request, article_id, language, later if form.moment() else _("Published."))


@require_POST
def review(request: HttpRequest, article_id: int, language: str) -> HttpResponse:
    """Ask a second person, be that person, or ask nobody any more."""
    actor = staff_of(request)
    deed = request.POST.get("deed", "")
    try:
        said = _reviewed(actor, article_id, language, deed, request.POST.get("words", ""))
    except NotFound:
        raise
    except DomainError as refusal:
        return _refused(request, article_id, language, refusal.message)
    return _back(request, article_id, language, said)


def _reviewed(actor: Actor, article_id: int, language: str, deed: str, words: str) -> str:
    match deed:
        case "ask":
            ask_for_review(actor=actor, article_id=article_id, language=language)
            return _("It waits for a review.")
        case "withdraw":
            withdraw_review(actor=actor, article_id=article_id, language=language)
            return _("It waits for a review no more.")
        case "approve" | "return":
            approves = deed == "approve"
            give_review(
                actor=actor,
                article_id=article_id,
                language=language,
                approves=approves,
                words=words,
            )
            return _("Approved.") if approves else _("Sent back.")
        case _:
            raise Invalid(_("Please choose what to do."))


@require_GET
def versions(request: HttpRequest, article_id: int, language: str) -> HttpResponse:
    """List what an article said in a language."""
    text = find_translation(staff_of(request), article_id, language)
    words = {"text": text, "versions": list(versions_of(text)[:500])}
    return shown(request, "knowledge/versions.html", **words)


@require_GET
def version(request: HttpRequest, article_id: int, language: str, number: int) -> HttpResponse:
    """Show what an article once said, and how it differs from another version."""
    actor = staff_of(request)
    text = find_translation(actor, article_id, language)
    found = find_version(actor, article_id, language, number)
    against = whole(request.GET.get("against"))
    if against is None:
        against = number - 1
    other = find_version(actor, article_id, language, against) if against > 0 else None
    words = {
        "text": text,
        "version": found,
        "other": other,
        "numbers": [one.number for one in versions_of(text)[:500] if one.number != number],
        "shown_body": outlined(found.body).body,
        "title": line_difference(other.title, found.title) if other else None,
        "summary": line_difference(other.summary, found.summary) if other else None,
        "lines": differences(other.body, found.body) if other else [],
    }
    return shown(request, "knowledge/version.html", **words)


@require_POST
def version_return(
    request: HttpRequest, article_id: int, language: str, number: int
) -> HttpResponse:
    """Make what it once said its latest version."""
    actor = staff_of(request)
    made = return_to_version(actor=actor, article_id=article_id, language=language, number=number)
    said = _("What it said then is version %(number)d now.") % {"number": made.number}
    return _back(request, article_id, language, said)


def _back(request: HttpRequest, article_id: int, language: str, said: str) -> HttpResponse:
    messages.success(request, said)
    return redirect("article", article_id, language)


def _refused(request: HttpRequest, article_id: int, language: str, why: str) -> HttpResponse:
    messages.error(request, why)
    return redirect("article", article_id, language)
