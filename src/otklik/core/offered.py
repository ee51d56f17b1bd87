"""The languages that the desk offers, the first of which is spoken where nothing else is known."""

from collections.abc import Callable, Iterable

from django.conf import settings
from django.forms import Field, Form, HiddenInput
from django.http import HttpRequest
from django.utils.translation.trans_real import parse_accept_lang_header

from otklik.core.context import desk, known_desk
from otklik.core.models import Desk
from otklik.core.spoken import known_languages, language_name, speakable


def offered_languages() -> tuple[str, ...]:
    """Return what the desk offers; everything while there is no desk."""
    return _of(desk())


def offered_choices() -> list[tuple[str, str]]:
    """Return the same for a list to choose from."""
    return [(code, language_name(code)) for code in offered_languages()]


def known_choices() -> list[tuple[str, str]]:
    """Return what the desk could offer, for a list to choose from."""
    return [(code, language_name(code)) for code in known_languages()]


def spoken_to(language: str) -> str:
    """Return what to speak to someone of this language: theirs, if it is offered."""
    offered = offered_languages()
    return language if language in offered else offered[0]


def asked_language(request: HttpRequest) -> str:
    """Return what a visitor chose, or else their browser asks for, among what is offered."""
    return _chosen(request, offered_languages())


def first_language(request: HttpRequest) -> str:
    """Return the same without asking the database: for what is said even while it is away."""
    return _chosen(request, _of(known_desk()))


def _of(row: Desk | None) -> tuple[str, ...]:
    return speakable(row.languages) if row else known_languages()


def _chosen(request: HttpRequest, offered: tuple[str, ...]) -> str:
    cookie = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    wanted = [cookie, *_browsers(request, offered)]
    return next((code for code in wanted if code in offered), offered[0])


def _browsers(request: HttpRequest, offered: tuple[str, ...]) -> Iterable[str]:
    """Return what a browser asks for: a language, what it is a kind of, then other kinds of that.

    `zh-CN` is so answered in `zh-hans` and `pt` in `pt-br`, if there is nothing nearer.
    """
    header = request.headers.get("Accept-Language", "")
    for wanted, _weight in parse_accept_lang_header(header):
        parts = wanted.split("-")
        yield from ("-".join(parts[:count]) for count in range(len(parts), 0, -1))
        yield from (code for code in offered if code.partition("-")[0] == parts[0])


def word_fields(form: Form, name: str, make: Callable[[str], Field]) -> None:
    """Give a form a field for each language that can be spoken, named like `names_en`."""
    form.fields |= {f"{name}_{code}": make(code) for code in known_languages()}


def fit_words(form: Form) -> None:
    """Show a form's words in the offered languages, the first first; others are kept unseen.

    What is kept in a language that is offered no more
    goes there and back, so that it is there again when the language is.
    """
    offered = offered_languages()
    spoken = {name: code for name in form.fields if (code := _code_of(form, name))}
    for name, code in spoken.items():
        if code not in offered:
            form.fields[name].widget = HiddenInput()
    ranks = [*offered, *(code for code in known_languages() if code not in offered)]
    form.order_fields(sorted(spoken, key=lambda name: ranks.index(spoken[name])))


def place_of_words(form: Form, name: str) -> str:
    """Return the field to complain at: one that is seen, of the same words."""
    field = form.fields.get(name)
    if field is None or not field.widget.is_hidden or not _code_of(form, name):
        return name
    return f"{name.rpartition('_')[0]}_{offered_languages()[0]}"


def _code_of(form: Form, name: str) -> str:
    """Return the language of a field that holds words; `parent_id` holds none in Indonesian."""
    stem, _sign, code = name.rpartition("_")
    languages = known_languages()
    return code if code in languages and f"{stem}_{languages[0]}" in form.fields else ""
