"""The tree of sections, and the rules of the knowledge base."""

from collections import Counter

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from otklik.core.errors import DomainError
from otklik.knowledge.actions import (
    add_section,
    change_section,
    delete_section,
    place_section,
    say_rules,
)
from otklik.knowledge.forms.writing import SectionForm
from otklik.knowledge.policies import ensure_may_set_up, find_section, needs_review
from otklik.knowledge.selectors.editing import section_choices, sections_in_order
from otklik.people.policies import staff_of
from otklik.people.views.answers import posted, shown
from otklik.tickets.forms.composing import whole


@require_http_methods(["GET", "POST"])
def sections(request: HttpRequest) -> HttpResponse:
    """Show the tree; a post adds a section to it."""
    actor = staff_of(request)
    ensure_may_set_up(actor)
    form = SectionForm(posted(request))
    if request.method == "POST" and form.does(
        lambda: add_section(
            actor=actor,
            names=form.words("names"),
            hints=form.words("hints"),
            parent_id=whole(request.POST.get("parent")),
        )
    ):
        return _back(request, _("Added."))
    lines = sections_in_order()
    words = {
        "lines": lines,
        "beside": Counter(one.parent_id for one, _depth, _count in lines),
        "choices": section_choices(),
        "form": form,
        "needs_review": needs_review(),
    }
    return shown(request, "knowledge/sections.html", **words)


@require_http_methods(["GET", "POST"])
def section(request: HttpRequest, section_id: int) -> HttpResponse:
    """Show what a section is called; a post changes it."""
    actor = staff_of(request)
    ensure_may_set_up(actor)
    found = find_section(section_id)
    form = SectionForm(posted(request), names=found.names, hints=found.hints)
    if request.method == "POST" and form.does(
        lambda: change_section(
            actor=actor,
            section_id=section_id,
            names=form.words("names"),
            hints=form.words("hints"),
        )
    ):
        return _back(request, _("Saved."))
    choices = [(pk, words) for pk, words in section_choices() if pk != section_id]
    words = {"section": found, "form": form, "choices": choices}
    return shown(request, "knowledge/section.html", **words)


@require_POST
def section_place(request: HttpRequest, section_id: int) -> HttpResponse:
    """Put a section elsewhere in the tree."""
    try:
        place_section(
            actor=staff_of(request),
            section_id=section_id,
            parent_id=whole(request.POST.get("parent")),
            index=whole(request.POST.get("index")) or 0,
        )
    except DomainError as refusal:
        return _refused(request, refusal)
    return _back(request, _("Moved."))


@require_POST
def section_removal(request: HttpRequest, section_id: int) -> HttpResponse:
    """Delete a section in which nothing stands."""
    try:
        delete_section(actor=staff_of(request), section_id=section_id)
    except DomainError as refusal:
        return _refused(request, refusal)
    return _back(request, _("Deleted."))


@require_POST
def rules(request: HttpRequest) -> HttpResponse:
    """Say whether a second person has to approve what is published."""
    say_rules(actor=staff_of(request), needs_review="needs_review" in request.POST)
    return _back(request, _("Saved."))


def _back(request: HttpRequest, said: str) -> HttpResponse:
    messages.success(request, said)
    return redirect("sections")


def _refused(request: HttpRequest, refusal: DomainError) -> HttpResponse:
    if refusal.status in {403, 404}:
        raise refusal
    messages.error(request, refusal.message)
    return redirect("sections")
