"""The template environment: autoescape, strict about missing names, the product's globals."""

from functools import cache, lru_cache
from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from jinja2 import Environment, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from otklik.core import clock, live, slots
from otklik.core.filters import FILTERS, span_words
from otklik.core.spoken import direction, own_name
from otklik.core.texts import translated


def environment(**options: Any) -> Environment:
    """Build the environment that Django's Jinja2 backend asks for."""
    env = Environment(  # noqa: S701  # it is on, among the options
        **{
            **options,
            "autoescape": True,
            "undefined": StrictUndefined,
            "trim_blocks": True,
            "lstrip_blocks": True,
            "extensions": ["jinja2.ext.i18n", "jinja2.ext.do"],
        }
    )
    env.install_gettext_callables(  # type: ignore[attr-defined]  # added by jinja2.ext.i18n
        translation.gettext,
        translation.ngettext,
        newstyle=True,
        pgettext=translation.pgettext,
        npgettext=translation.npgettext,
    )
    env.globals |= {
        "_": translated,
        "url": url,
        "static": static if settings.DEBUG else cache(static),
        "glyph": glyph,
        "slot": slot,
        "live_token": live_token,
        "now": clock.now,
        "span_words": span_words,
        "language": translation.get_language,
        "own_name": own_name,
        "direction": direction,
    }
    env.filters |= FILTERS
    env.globals["ui"] = env.get_template("core/components.html").module
    return env


@lru_cache(maxsize=10_000)
def url(name: str, *args: object, **kwargs: object) -> str:
    """Return the address of a named route."""
    return reverse(name, args=args or None, kwargs=kwargs or None)


@lru_cache(maxsize=1_000)
def glyph(name: str, words: str = "") -> Markup:
    """Draw a glyph; with words it speaks, without it is silent."""
    silent = Markup('aria-hidden="true"')
    speaks = Markup('role="img" aria-label="{}"').format(words) if words else silent
    title = Markup("<title>{}</title>").format(words) if words else ""
    place = f"{static('otklik/icons.svg')}#{name}"
    svg = Markup('<svg class="icon" {}>{}<use href="{}"></use></svg>')
    return svg.format(speaks, title, place)


@pass_context
def slot(context: Context, name: str) -> Markup:
    """Return what upper apps show here."""
    return slots.render(name, context["request"])


@pass_context
def live_token(context: Context, page: str) -> str:
    """Return what lets this page hear of its changes."""
    return live.page_token(context["request"], page)
