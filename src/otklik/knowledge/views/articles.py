"""Articles in the workspace: the list, one article in a language, and a new one."""

from typing import Any

from django.contrib import messages
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from otklik.core.errors import Conflict, DomainError, NotFound
from otklik.core.offered import offered_languages
from otklik.core.spoken import language_name
from otklik.knowledge.actions import (
    archive_article,
    begin_article,
    place_article,
    restore_article,
    write_article,
)
from otklik.knowledge.actions.said import checked
from otklik.knowledge.forms.writing import MARKDOWN, NewArticleForm, PlacingForm, TextForm
from otklik.knowledge.models import Article, Related, Translation, Version
from otklik.knowledge.policies import find_article, may_set_up, needs_review
from otklik.knowledge.selectors.editing import (
    Stand,
    Wanted,
    files_named,
    list_articles,
    section_choices,
    stands_of,
    texts_of,
    waiting_reviews,
)
from otklik.knowledge.selectors.help import counted_verdicts, counted_visits
from otklik.knowledge.selectors.outline import outlined
from otklik.knowledge.views.standing import standing_words
from otklik.people.models import Actor
from otklik.people.policies import actor_of, staff_of
from otklik.people.views.answers import posted, shown
from otklik.tickets.forms.composing import MOST_UPLOADS, whole

LONGEST_TEXT = 100
MOST_PAGES = 10_000


@require_GET
def articles(request: HttpRequest) -> HttpResponse:
    """List what a colleague may write at."""
    actor = staff_of(request)
    asked = request.GET
    wanted = Wanted(
        text=asked.get("q", "").replace("\0", "")[:LONGEST_TEXT].strip(),
        section_id=whole(asked.get("section")),
        stand=asked.get("stand", ""),
        language=asked.get("language", ""),
        audience=asked.get("audience", ""),
        is_archived="archived" in asked,
        page=min(max(whole(asked.get("page")) or 1, 1), MOST_PAGES),
    )
    words = {
        "listing": list_articles(actor, wanted),
        "wanted": wanted,
        "sections": section_choices(),
        "stands": Stand.choices,
        "audiences": Article.Audience.choices,
        "languages_offered": [(one, language_name(one)) for one in offered_languages()],
        "reviews": list(waiting_reviews(actor)[:20]),
        "may_set_up": may_set_up(actor),
        "older": {name: one for name, one in asked.items() if one and name != "page"},
    }
    return shown(request, "knowledge/articles.html", **words)


@require_http_methods(["GET", "POST"])
def new_article(request: HttpRequest) -> HttpResponse:
    """Begin an article."""
    actor = staff_of(request)
    first = {"language": actor.language, "section": request.GET.get("section", "")}
    placing = NewArticleForm(actor, posted(request), initial=first)
    text = TextForm(posted(request))
    error: DomainError | None = None
    if request.method == "POST" and placing.is_valid() and text.is_valid():
        try:
            begun = begin_article(
                actor=actor,
                placing=placing.placing(),
                language=placing.cleaned_data["language"],
                said=text.said(),
            )
        except DomainError as refusal:
            error = refusal
        else:
            said = _("Saved as a draft. Nobody reads it before it is published.")
            return _saved(request, begun.article_id, begun.language, said, kept="article-new")
    words = _typed(request, None) | {"placing": placing, "text": text, "error": error}
    return shown(request, "knowledge/article_new.html", **words)


@require_http_methods(["GET", "POST"])
def article(request: HttpRequest, article_id: int, language: str) -> HttpResponse:
    """Show an article in a language, to be written at; a post saves it, or only shows a preview."""
    actor = staff_of(request)
    found = find_article(actor, article_id)
    if language not in {*offered_languages(), *_languages_of(found)}:
        raise NotFound
    texts = texts_of([found.pk])[found.pk]
    text = next((one for one in texts if one.language == language), None)
    latest = text.latest if text else None
    form = TextForm(posted(request), initial=_first(latest))
    error: DomainError | None = None
    preview = None
    if request.method == "POST" and form.is_valid():
        try:
            if "preview" in request.POST:
                preview = outlined(checked(form.said()).body)
            else:
                return _written(request, actor, found, language, form)
        except DomainError as refusal:
            error = refusal
    words = _typed(request, latest) | _around(actor, found, texts, language)
    words |= {"form": form, "error": error, "preview": preview, "latest": latest, "text": text}
    words["is_new"] = text is None
    words["newest"] = latest.number if latest and isinstance(error, Conflict) else None
    return shown(request, "knowledge/article.html", **words)


@require_http_methods(["GET", "POST"])
def placing(request: HttpRequest, article_id: int) -> HttpResponse:
    """Show where an article stands and for whom it is; a post changes it."""
    actor = staff_of(request)
    found = find_article(actor, article_id)
    related = list(Related.objects.filter(article=found).values_list("other", flat=True))
    form = PlacingForm(actor, posted(request), initial=_placing_values(found))
    seen = whole(request.POST.get("seen")) or found.version
    chosen = [one for one in map(whole, request.POST.getlist("related")) if one]
    if request.method == "POST" and form.does(
        lambda: place_article(
            actor=actor,
            article_id=found.pk,
            placing=form.placing(tuple(chosen)),
            seen_version=seen,
        )
    ):
        return _saved(request, found.pk, found.language, _("Saved."))
    named = chosen if request.method == "POST" else related
    words = {
        "article": found,
        "form": form,
        "seen": seen,
        "title": texts_of([found.pk])[found.pk][0].latest,
        "related": _titles(actor, named),
        "others": _titles(actor, None, but=found.pk),
    }
    return shown(request, "knowledge/placing.html", **words)


@require_POST
def archiving(request: HttpRequest, article_id: int) -> HttpResponse:
    """Put an article away, or bring it back."""
    actor = staff_of(request)
    found = find_article(actor, article_id)
    if "restore" in request.POST:
        restore_article(actor=actor, article_id=article_id)
        return _saved(request, found.pk, found.language, _("It is back."))
    archive_article(
        actor=actor,
        article_id=article_id,
        replaced_by_id=whole(request.POST.get("replaced_by")),
    )
    return _saved(request, found.pk, found.language, _("Archived. Readers find it no more."))


def _written(
    request: HttpRequest, actor: Actor, found: Article, language: str, form: TextForm
) -> HttpResponse:
    seen = request.POST.get("over") or request.POST.get("seen")
    version = write_article(
        actor=actor,
        article_id=found.pk,
        language=language,
        said=form.said(),
        seen=whole(seen) if seen != "0" else 0,
    )
    said = _("Saved as version %(number)d.") % {"number": version.number}
    return _saved(request, found.pk, language, said, kept=_kept_as(found.pk, language))


def _saved(
    request: HttpRequest, article_id: int, language: str, said: str, *, kept: str = ""
) -> HttpResponse:
    messages.success(request, said, extra_tags=kept)
    return redirect("article", article_id, language)


def _kept_as(article_id: int, language: str) -> str:
    return f"article-{article_id}-{language}"


def _languages_of(found: Article) -> set[str]:
    rows = Translation.objects.filter(article=found)
    return set(rows.values_list("language", flat=True))


def _first(latest: Version | None) -> dict[str, Any]:
    return {"title": latest.title, "summary": latest.summary} if latest else {}


def _typed(request: HttpRequest, latest: Version | None) -> dict[str, Any]:
    """Return what the editor shows: what was typed, else what is kept."""
    if request.method == "POST":
        is_markdown = request.POST.get("typed") == MARKDOWN
        tokens = request.POST.getlist("uploads")[:MOST_UPLOADS]
        body, is_html = request.POST.get("body", ""), request.POST.get("body_format") == "html"
    else:
        is_markdown = bool(latest.source) if latest else False
        is_markdown = request.GET.get("typed", MARKDOWN if is_markdown else "") == MARKDOWN
        tokens = latest.files if latest else []
        body = latest.body if latest else ""
        if is_markdown:
            body = latest.source if latest else ""
        is_html = not is_markdown
    return {
        "body": body,
        "is_html": is_html,
        "is_markdown": is_markdown,
        "kept_files": files_named(actor_of(request), tokens),
    }


def _around(
    actor: Actor, found: Article, texts: list[Translation], language: str
) -> dict[str, Any]:
    """Return what stands around the editor."""
    text = next((one for one in texts if one.language == language), None)
    original = next((one for one in texts if one.language == found.language), None)
    pks = [text.pk] if text else []
    return {
        "article": found,
        "language_code": language,
        "language_said": language_name(language),
        "stands": [(code, language_name(code), stand) for code, stand in stands_of(texts)],
        "original": original if language != found.language else None,
        "needs_review": needs_review(),
        "helped": counted_verdicts(pks).get(pks[0], (0, 0)) if pks else (0, 0),
        "opened": counted_visits(pks).get(pks[0], 0) if pks else 0,
        "kept_as": _kept_as(found.pk, language),
        "help_address": _help_address(text),
        "others": _titles(actor, None, but=found.pk) if not found.archived_at else [],
    } | standing_words(actor, text)


def _help_address(text: Translation | None) -> str:
    if text is None or text.published_id is None:
        return ""
    return reverse("help_article", args=[text.language, text.article_id, text.slug])


def _placing_values(found: Article) -> dict[str, Any]:
    return {
        "section": found.section_id,
        "kind": found.kind,
        "audience": found.audience,
        "department": found.department_id or "",
        "tags": ", ".join(found.tags),
    }


def _titles(actor: Actor, pks: list[int] | None, *, but: int = 0) -> list[tuple[int, str]]:
    """Return articles with their titles, in the order of `pks`, or all by title."""
    mine = Article.objects.written_by(actor).filter(archived_at__isnull=True).exclude(pk=but)
    rows = Translation.objects.filter(article__in=mine, language=F("article__language"))
    if pks is not None:
        rows = rows.filter(article__in=pks)
    named = dict(rows.order_by("latest__title").values_list("article", "latest__title")[:2000])
    if pks is None:
        return list(named.items())
    return [(pk, named[pk]) for pk in pks if pk in named]
