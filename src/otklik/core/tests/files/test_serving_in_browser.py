"""Hostile files in a real browser: opened, framed and embedded, they run nothing."""

from collections.abc import Iterator
from itertools import product

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.test import RequestFactory
from playwright.sync_api import Browser, Error, Page, Route

from otklik.core.files.receive import keep_content
from otklik.core.files.serve import respond
from otklik.core.tests.files.samples import pdf, picture

SCRIPT = b"<script>top.pwn ? top.pwn() : pwn()</script>"
HOSTILE = [
    b"<svg xmlns='http://www.w3.org/2000/svg' onload='top.pwn()'>" + SCRIPT + b"</svg>",
    b"<!doctype html>" + SCRIPT,
    b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'>" + SCRIPT + b"</html>",
    b"words " + SCRIPT,
    b"GIF89a=1;/*" + SCRIPT + b"*/pwn()",
    picture() + SCRIPT,
    pdf() + SCRIPT,
    b"From: x\r\nContent-Type: text/html\r\n\r\n" + SCRIPT,
]
NAMES = ["a.svg", "a.html", "a.xhtml", "a.txt", "a.png", "a.gif", "a.pdf", "a.mht", "a.js", "a"]
FILES = list(product(HOSTILE, NAMES))

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.django_db,
    pytest.mark.usefixtures("folder"),
]


def bytes_of(response: HttpResponseBase) -> bytes:
    if isinstance(response, StreamingHttpResponse):
        return b"".join(response)
    assert isinstance(response, HttpResponse)
    return response.content


def answer(content: bytes, name: str, query: str) -> tuple[int, dict[str, str], bytes]:
    request = RequestFactory().get("/files/x/")
    response = respond(request, keep_content(content), name, wants_inline="show" in query)
    return response.status_code, dict(response.items()), bytes_of(response)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    served = {
        f"http://desk.test/files/{number}{query}": answer(*file, query)
        for number, file in enumerate([*FILES, (picture(), "photo.png")])
        for query in ("", "?show")
    }

    def fulfil(route: Route) -> None:
        status, headers, body = served.get(route.request.url, (200, {}, b"<!doctype html>"))
        route.fulfill(status=status, headers={"Content-Type": "text/html"} | headers, body=body)

    page = browser.new_page()
    page.add_init_script("window.ran = 0; window.pwn = () => { window.ran += 1 }")
    page.route("**/*", fulfil)
    yield page
    page.close()


def test_opened_files_are_downloads(page: Page) -> None:
    for number in range(len(FILES)):
        with pytest.raises(Error, match=r"Download is starting|ERR_ABORTED"):
            page.goto(f"http://desk.test/files/{number}?show")


def wait_until_quiet(page: Page, asked: list[str]) -> None:
    """Wait until nothing more is asked for; a frame that became a download never ends."""
    known = -1
    while len(asked) != known:
        known = len(asked)
        page.wait_for_timeout(1500)


def test_framed_and_embedded_files_run_nothing(page: Page) -> None:
    page.goto("http://desk.test/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate(
        """(count) => {
            for (let number = 0; number < count; number += 1)
                for (const kind of ['iframe', 'embed', 'object', 'script', 'img', 'link']) {
                    const one = document.createElement(kind);
                    const address = `/files/${number}?show`;
                    one[kind === 'object' ? 'data' : kind === 'link' ? 'href' : 'src'] = address;
                    if (kind === 'link') one.rel = 'stylesheet';
                    document.body.append(one);
                }
        }""",
        len(FILES),
    )
    wait_until_quiet(page, asked)
    assert {f"http://desk.test/files/{number}?show" for number in range(len(FILES))} <= set(asked)
    assert page.evaluate("window.ran") == 0


def test_a_download_still_shows_as_a_picture(page: Page) -> None:
    page.goto("http://desk.test/")
    width = page.evaluate(
        """async (number) => {
            const shown = new Image();
            shown.src = `/files/${number}`;
            await shown.decode();
            return shown.naturalWidth;
        }""",
        len(FILES),
    )
    assert width == 60
