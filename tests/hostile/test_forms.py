"""Every form of every page, filled with what nobody means to type."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.db import transaction
from django.test import Client
from django.urls import Resolver404, resolve
from tests.architecture.world import World, make_world
from tests.hostile.forms import Forms, PageForm, encoded
from tests.hostile.values import TEXTS

from otklik.people.models import Actor
from otklik.people.tests.factories import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.long]

FORM = "application/x-www-form-urlencoded"
NOT_PAGES = ("/static/", "/api/", "/files/", "/uploads/")
STARTS = {
    "root": ["/setup/", "/queue/", "/me/", "/password/", "/calls/new/", "/notifications/"],
    "ada": ["/queue/", "/tickets/IT-1/", "/views/", "/me/", "/calls/new/", "/search/?q=a"],
    "cy": ["/", "/requests/", "/requests/new/functional/", "/requests/IT-1/", "/me/"],
    "visitor": ["/sign-in/", "/password/link/"],
}


@pytest.fixture
def world() -> World:
    return make_world()


def pages(client: Client, starts: list[str]) -> Iterator[tuple[str, Forms]]:
    """Walk the pages that links lead to, one of each kind."""
    waiting, seen = list(starts), set()
    while waiting:
        place = waiting.pop(0)
        kind = kind_of(place)
        if kind in seen or place.startswith(NOT_PAGES):
            continue
        seen.add(kind)
        answer = client.get(place, follow=True)
        assert answer.status_code < 500, place
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            found = Forms(answer.request["PATH_INFO"])
            found.feed(answer.text)
            yield place, found
            waiting += found.links


def kind_of(address: str) -> str:
    """Name the kind of page or deed that an address is of."""
    try:
        return resolve(urlsplit(address).path).route
    except Resolver404:
        return address


def sent(client: Client, form: PageForm, values: dict[str, list[str]]) -> tuple[int, str]:
    """Send a form and undo what it did; return the status and what was said."""
    cookies = client.cookies.copy()
    with transaction.atomic():
        if form.method == "post":
            answer = client.post(form.action, encoded(values), content_type=FORM)
        else:
            answer = client.get(f"{form.action.split('?')[0]}?{encoded(values).decode()}")
        text = answer.text if not answer.streaming else ""
        transaction.set_rollback(True)
    client.cookies = cookies
    return answer.status_code, text


def different(form: PageForm) -> dict[bytes, tuple[str, dict[str, list[str]]]]:
    """Fill a form in every way that sends something else; many have nothing to fill in."""
    found: dict[bytes, tuple[str, dict[str, list[str]]]] = {}
    for what, values in fillings(form):
        found.setdefault(encoded(values), (what, values))
    return found


def fillings(form: PageForm) -> Iterator[tuple[str, dict[str, list[str]]]]:
    """Fill all free fields with one bad text; then menus and boxes; then leave all out."""
    names = form.free - {"csrfmiddlewaretoken"}
    for what, text in TEXTS.items():
        yield what, form.values | {name: [text] for name in names}
    for what in ("NUL", "lone surrogate", "long", "not a number", "over 64 bits", "JSON"):
        yield f"chosen {what}", form.values | {name: [TEXTS[what]] for name in form.chosen}
    yield "twice", {name: [*values, *values, "x"] for name, values in form.values.items()}
    yield "nothing", {}


@pytest.mark.parametrize("who", list(STARTS))
def test_no_form_breaks_or_says_a_script(world: World, who: str) -> None:
    client = Client(raise_request_exception=False)
    actor: Actor | None = world.cast.everyone.get(who)
    if actor is not None:
        sign_in(client, actor)
    broken: list[str] = []
    tried: set[tuple[str, frozenset[str]]] = set()
    for place, found in pages(client, STARTS[who]):
        for form in found.forms:
            shape = (kind_of(form.action), frozenset(form.free | form.chosen))
            if shape in tried:
                continue
            tried.add(shape)
            for what, values in different(form).values():
                status, text = sent(client, form, values)
                if status >= 500:
                    broken.append(f"{place} {form.method} {form.action} {what}: {status}")
                if "<script>alert(1)" in text or "<img src=x onerror" in text:
                    broken.append(f"{place} {form.action} {what}: said unescaped")
    assert tried
    assert broken == []
