"""The help centre: for everybody, in their language, also for those who index it."""

import secrets
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from otklik.core.errors import NotFound
from otklik.core.offered import asked_language, offered_languages
from otklik.core.ratelimit import limiter
from otklik.core.spoken import own_name
from otklik.knowledge.actions import Judged, judge_article
from otklik.knowledge.actions.reading import count_visit, note_search, reader_key
from otklik.knowledge.models import Article, Translation, Verdict
from otklik.knowledge.policies import find_published, published_for
from otklik.knowledge.selectors.finding import LONGEST, find_articles
from otklik.knowledge.selectors.help import (
    branch_of,
    page_of,
    path_to,
    popular,
    sitemap,
    tree,
    verdict_of,
)
from otklik.knowledge.selectors.outline import outlined
from otklik.people.policies import asker_of
from otklik.people.views.answers import address_of

READER_COOKIE: Final = "otklik-reader"
READER_AGE: Final = 180 * 24 * 3600
MOST_IN_SITEMAP: Final = 50_000
LONGEST_KEY: Final = 32
MOST_SEARCHES: Final = 30  # that are kept of one address in a minute
MOST_VERDICTS: Final = 20  # of one address in a minute


@require_GET
def first(request: HttpRequest) -> HttpResponse:
    """Lead to the help centre in the reader's language."""
    actor = asker_of(request)
    wanted = actor.language if actor else asked_language(request)
    offered = offered_languages()
    return redirect("help", wanted if wanted in offered else offered[0])


@require_GET
def home(request: HttpRequest, language: str) -> HttpResponse:
    """Show where to look: a search, the sections, what others read."""
    with _spoken(language):
        reader = asker_of(request)
        words = {
            "branches": tree(reader, language, kind=Article.Kind.ARTICLE),
            "popular": popular(reader, language),
            "alternates": _alternates("help"),
        }
        return _page(request, "knowledge/help/home.html", language, words)


@require_GET
def section(request: HttpRequest, language: str, section_id: int, slug: str = "") -> HttpResponse:
    """List the articles of a section and of those under it."""
    with _spoken(language):
        branch = branch_of(tree(asker_of(request), language), section_id)
        if branch is None:
            raise NotFound(_("There is no such section, or nothing in it is yours to see."))
        words = {
            "branch": branch,
            "path": path_to(section_id)[:-1],
            "alternates": _alternates("help_section", section_id),
        }
        return _page(request, "knowledge/help/section.html", language, words)


@require_GET
def questions(request: HttpRequest, language: str) -> HttpResponse:
    """Show the questions that are often asked, each with its answer."""
    with _spoken(language):
        branches = tree(asker_of(request), language, kind=Article.Kind.QUESTION)
        words = {"branches": branches, "alternates": _alternates("help_questions")}
        return _page(request, "knowledge/help/questions.html", language, words)


@require_GET
def search(request: HttpRequest, language: str) -> HttpResponse:
    """Find articles."""
    with _spoken(language):
        text = request.GET.get("q", "").replace("\0", "")[:LONGEST].strip()
        found = find_articles(asker_of(request), text, language)
        if text and not limiter.take(f"asked:{address_of(request)}", MOST_SEARCHES).is_spent:
            note_search(
                text=text, language=language, found=0 if found.is_guess else len(found.hits)
            )
        words = {"text": text, "found": found, "alternates": []}
        return _page(request, "knowledge/help/search.html", language, words)


@require_GET
def article(request: HttpRequest, language: str, article_id: int, slug: str = "") -> HttpResponse:
    """Show an article; an old address leads to the present one."""
    with _spoken(language):
        reader = asker_of(request)
        replaced = _replacement(article_id)
        if replaced and published_for(reader).filter(article=replaced).exists():
            return redirect("help_article_short", language, replaced, permanent=True)
        rows = find_published(reader, article_id)
        page = page_of(reader, rows, language)
        shown = page.translation
        own = next((one.slug for one in rows if one.language == language), shown.slug)
        if slug != own:
            return redirect("help_article", language, article_id, own, permanent=True)
        count_visit(shown)
        words = {
            "page": page,
            "version": shown.published,
            "outline": outlined(shown.published.body if shown.published else ""),
            "is_elsewhere": shown.language != language,
            "verdict": verdict_of(shown, reader_key(reader, _key_of(request))),
            "reasons": Verdict.Reason.choices,
            "alternates": [
                (one.language, _absolute("help_article", one.language, one.article_id, one.slug))
                for one in [shown, *page.others]
            ],
        }
        return _page(request, "knowledge/help/article.html", language, words)


@require_POST
def verdict(request: HttpRequest, language: str, article_id: int) -> HttpResponse:
    """Keep whether an article helped."""
    limiter.take(f"verdict:{address_of(request)}", MOST_VERDICTS).ensure()
    key = _key_of(request) or secrets.token_hex(LONGEST_KEY // 2)
    reader = asker_of(request)
    rows = find_published(reader, article_id)
    shown = page_of(reader, rows, language).translation
    judged = Judged(
        helped=request.POST.get("helped") == "yes",
        reason=request.POST.get("reason", ""),
        words=request.POST.get("words", ""),
    )
    judge_article(
        reader=reader, key=key, article_id=article_id, language=shown.language, judged=judged
    )
    own = next((one.slug for one in rows if one.language == language), shown.slug)
    address = reverse("help_article", args=[language, article_id, own])
    answer = redirect(f"{address}#verdict")
    if reader is None:
        answer.set_cookie(
            READER_COOKIE,
            key,
            max_age=READER_AGE,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
    return answer


@require_GET
def robots(request: HttpRequest) -> HttpResponse:
    """Tell those who index that the help centre is open to them, and nothing else."""
    lines = [
        "User-agent: *",
        "Allow: /help/",
        "Allow: /static/",
        "Disallow: /",
        f"Sitemap: {_absolute('help_sitemap')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_GET
def sitemap_xml(request: HttpRequest) -> HttpResponse:
    """List every article that everybody may read, with its languages (sitemaps.org)."""
    by_article: dict[int, list[Translation]] = {}
    for one in sitemap(MOST_IN_SITEMAP):
        by_article.setdefault(one.article_id, []).append(one)
    pages = [
        (one, _absolute("help_article", one.language, one.article_id, one.slug))
        for texts in by_article.values()
        for one in texts
    ]
    homes = [_absolute("help", code) for code in offered_languages()]
    answer = render(request, "knowledge/help/sitemap.xml", {"pages": pages, "homes": homes})
    answer["Content-Type"] = "application/xml; charset=utf-8"
    return answer


def _page(
    request: HttpRequest, template: str, language: str, words: dict[str, Any]
) -> HttpResponse:
    more = {
        "help_language": language,
        "help_languages": [(code, own_name(code)) for code in offered_languages()],
    }
    return render(request, template, more | words)


def _spoken(language: str) -> Any:
    """Speak the language that the address names. Raises NotFound for one that is not offered."""
    if language not in offered_languages():
        raise NotFound
    return translation.override(language)


def _alternates(name: str, *args: object) -> list[tuple[str, str]]:
    return [(code, _absolute(name, code, *args)) for code in offered_languages()]


def _absolute(name: str, *args: object) -> str:
    return settings.OTKLIK_BASE_URL.rstrip("/") + reverse(name, args=args)


def _replacement(article_id: int) -> int | None:
    rows = Article.objects.filter(pk=article_id, archived_at__isnull=False)
    return rows.values_list("replaced_by", flat=True).first()


def _key_of(request: HttpRequest) -> str:
    key = request.COOKIES.get(READER_COOKIE, "")
    return key if key.isalnum() and len(key) <= LONGEST_KEY else ""
