"""Every address with parts, queries and headers that nothing of ours would write."""

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from tests.architecture.test_rights import routes
from tests.architecture.world import World, make_world
from tests.hostile.forms import encoded
from tests.hostile.values import TEXTS

from otklik.people.tests.factories import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

HUGE = 10**30
PARTS = ("\x00", "\ud800", "\u202e", "'--", "{{7*7}}", "%2e%2e", "x" * 3000, "\u0661")
QUERIES = {
    "/queue/": ("q", "after", "before", "since", "known", "cursor", "columns"),
    "/queue/total/": ("q",),
    "/queue/waiter/": ("q", "since", "known"),
    "/search/": ("q", "cursor", "start"),
    "/requests/": ("text", "shown", "sort", "page"),
    "/palette/": ("q",),
    "/calls/people/": ("q", "phone", "name", "text"),
    "/setup/people/": ("q", "text", "kind", "cursor", "organization", "department"),
    "/setup/organizations/": ("q", "text", "cursor"),
    "/notifications/": ("cursor", "before", "after"),
    "/sign-in/": ("next",),
}
HEADERS = {
    "HX-Current-URL": "http://[::1/\u00ff?%zz",
    "Range": "bytes=99999999999999999999-",
    "If-None-Match": '"' + "a" * 5000,
    "If-Match": "\u00b2",
    "Accept-Language": "x" * 3000 + ";q=\u00b9",
    "Authorization": "Bearer \u00ff\u00fe",
    "Cookie": "otklik=\x01; csrftoken=" + "a" * 5000 + "; messages=[[[[",
    "X-Forwarded-For": "'; DROP TABLE x; --",
    "X-Forwarded-Host": "evil.example",
    "Forwarded": "host=evil.example",
    "User-Agent": "\u00ff" * 2000,
    "Content-Length": "-1",
}


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def root(world: World) -> Client:
    client = Client(raise_request_exception=False)
    sign_in(client, world.cast.root)
    return client


def with_parts(world: World) -> Iterator[tuple[URLPattern, str, list[str]]]:
    for route in routes():
        ((path, wanted),) = get_resolver().reverse_dict.getlist(route.name)[0][0][:1]
        if wanted:
            yield route, path, wanted


def asked(client: Client, address: str) -> list[int]:
    """Ask an address both ways; undo what the asking did."""
    found = []
    for method in (client.get, client.post):
        with transaction.atomic():
            found.append(method(address).status_code)
            transaction.set_rollback(True)
    return found


def test_no_part_of_an_address_breaks_a_page(world: World, root: Client) -> None:
    broken = []
    for route, path, wanted in with_parts(world):
        real = world.fill(str(route.name), wanted)
        for name in wanted:
            bad = [HUGE, 0] if isinstance(real[name], int) else PARTS
            for part in bad:
                quoted = quote(str(part).encode("utf-8", "surrogatepass"), safe="%")
                address = "/" + path % {**real, name: quoted}
                if any(status >= 500 for status in asked(root, address)):
                    broken.append(address[:200])
    assert broken == []


def test_no_query_breaks_a_page(root: Client) -> None:
    broken = []
    for place, names in QUERIES.items():
        for what, text in TEXTS.items():
            for shown in ({name: [text] for name in names}, dict.fromkeys(names, [text] * 3)):
                answer = root.get(f"{place}?{encoded(shown).decode()[:60_000]}")
                if answer.status_code >= 500 or "<script>alert(1)" in answer.text:
                    broken.append(f"{place} {what} {answer.status_code}")
    assert broken == []


@pytest.mark.parametrize("name", list(HEADERS))
def test_no_header_breaks_a_page_or_leads_away(world: World, root: Client, name: str) -> None:
    places = ["/queue/", reverse("file", args=[world.places["token"]]), "/api/v1/me", "/sign-in/"]
    for place in places:
        answer = root.get(place, headers={name: HEADERS[name]})
        assert answer.status_code < 500, place
        assert "evil.example" not in answer.headers.get("Location", "")
        if not answer.streaming:
            assert "evil.example" not in answer.text
