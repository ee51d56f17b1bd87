"""Texts of templates in the reader's language."""

from collections.abc import Callable
from functools import cache, lru_cache

from django.utils import translation
from markupsafe import Markup

MOST_KEPT = 5_000


def translated(text: str, /, **values: object) -> Markup:
    """Say a text in the reader's language, with escaped values: what jinja's own `_` does.

    That one is handed a new context at each call inside a block, which costs a list of fifty
    rows more than all its queries.
    """
    return texts_in(translation.get_language())(text, **values)


@cache
def texts_in(language: str | None) -> Callable[..., Markup]:
    """Return what says texts in one language; a page asks for the language once."""

    @lru_cache(maxsize=MOST_KEPT)
    def said(text: str) -> tuple[Markup, bool]:
        with translation.override(language):
            words = Markup(translation.gettext(text))  # noqa: S704  # from code and catalogues
        return words, "%" in words

    def say(text: str, /, **values: object) -> Markup:
        words, has_places = said(text)
        return words % values if values or has_places else words

    return say
