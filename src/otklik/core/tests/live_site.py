"""A page as small as a page can be that shows everything the live modules do."""

import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs

import django_htmx
from playwright.sync_api import Page

from otklik.core.gateway import Message, Receive, Send
from otklik.core.middleware import POLICY
from otklik.core.tests.live_desk import make_token

STATIC = {
    "/static/django_htmx/": Path(django_htmx.__file__).parent / "static/django_htmx",
    "/static/otklik/": Path(__file__).parents[1] / "static/otklik",
}
KINDS = {".js": "text/javascript", ".svg": "image/svg+xml"}
TOPICS = ["ticket:17", "department:3", "account:7", "desk"]
PAGE = """<!doctype html>
<html lang="en"><head><title>Queue</title><meta charset="utf-8">
<meta name="htmx-config" content='{{"includeIndicatorStyles": false, "allowEval": false}}'>
<link rel="icon" href="/icon.svg" data-badged="/icon-badged.svg">
<script src="/static/django_htmx/htmx-2.min.js" defer></script>
<script type="module" src="/static/otklik/js/live.js"></script></head>
<body data-live-page="ticket:IT-17" data-live-token="{token}">
<div id="live-strip" class="notice strip" role="alert" hidden data-cut="Cut off." data-back="Back.">
</div>
<template id="withdrawn"><div><h1 data-out="Signed out." data-lost="No longer for you."></h1>
<p data-typed data-comes-back>It comes back.</p><p data-typed data-copy-first>Copy it first.</p>
<div data-typed data-words></div><button data-typed data-copy>Copy</button>
<a data-when-out href="/sign-in/">Sign in</a><a data-when-in href="/">Queue</a>
<span role="status" data-copied="Copied."></span></div></template>
<div id="toasts" role="status"></div>
<div hidden data-fresh="/notifications/fresh/" data-after="0" data-unread="0" data-sound="on"></div>
{waiter}{list}{head}{tall}
<textarea id="draft" name="draft"></textarea>
</body></html>"""


class Site:
    """The pages beside the gateway; a test changes what they say."""

    def __init__(self) -> None:
        self.version = 1
        self.rows = ["one"]
        self.listed = 1
        self.notifications: list[str] = []
        self.refusing = 0
        self.reads: list[str] = []
        self.more = ""
        self.lines = 0

    async def __call__(self, scope: Message, _receive: Receive, send: Send) -> None:
        path, query = scope["path"], parse_qs(scope["query_string"].decode())
        self.reads.append(path)
        status, kind, body = self._answer(path, query)
        headers = [
            (b"content-type", kind.encode()),
            (b"content-security-policy", POLICY.encode()),
            (b"cache-control", b"no-store"),
        ]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def count(self, path: str) -> int:
        return self.reads.count(path)

    def _answer(self, path: str, query: dict[str, list[str]]) -> tuple[int, str, bytes]:
        for prefix, folder in STATIC.items():
            if path.startswith(prefix):
                file = folder / path.removeprefix(prefix)
                return 200, KINDS[file.suffix], file.read_bytes()
        if self.refusing:
            return self.refusing, "text/plain", b"no"
        made = self._made(path, query)
        if made is None:
            return 404, "text/plain", b"not found"
        kind = "application/json" if path == "/live-token/" else "text/html; charset=utf-8"
        return 200, kind, made.encode()

    def _made(self, path: str, query: dict[str, list[str]]) -> str | None:
        makers: dict[str, Callable[[], str]] = {
            "/": self._page,
            "/live-token/": lambda: json.dumps({"token": make_token(TOPICS)}),
            "/head/": self._head,
            "/list/": self._list,
            "/waiter/": self._waiter,
            "/tall/": self._tall,
            "/notifications/fresh/": lambda: self._fresh(int(query["after"][0])),
        }
        return makers[path]() if path in makers else None

    def _page(self) -> str:
        return PAGE.format(
            token=make_token(TOPICS),
            list=self._list(),
            waiter=self._waiter(),
            head=self._head(),
            tall=self._tall(),
        )

    def _head(self) -> str:
        return f"""<section id="head" data-refresh="/head/" data-topic="ticket:17"
            data-version="{self.version}"><h1>Version {self.version}</h1>
            <form><label>Note <input name="note" value=""></label>
            <label>Kind <select name="kind"><option value="a">A</option><option value="b">B</option>
            </select></label><button name="save" value="1">Save</button></form>
            <details><summary>More</summary><p>folded</p></details>{self.more}</section>"""

    def _waiter(self) -> str:
        fresh = len(self.rows) - self.listed
        return f"""<button id="waiter" data-waiter="#list" data-topic="department:3"
            data-kind="opened" data-refresh="/waiter/"{"" if fresh else " hidden"}>{fresh} new
            </button>"""

    def _list(self) -> str:
        self.listed = len(self.rows)
        rows = "".join(f"<li>{row}</li>" for row in self.rows)
        return f'<ul id="list" data-refresh="/list/">{rows}</ul>'

    def _tall(self) -> str:
        lines = "".join(f'<p id="line-{n}">Line {n}</p>' for n in reversed(range(self.lines)))
        return f'<div id="tall" data-refresh="/tall/" data-topic="desk">{lines}</div>'

    def _fresh(self, after: int) -> str:
        numbered = list(enumerate(self.notifications, 1))
        toasts = "".join(
            f'<div class="toast" id="toast-{n}">{words}<button data-dismiss>Dismiss</button></div>'
            for n, words in numbered
            if n > after
        )
        count = len(numbered)
        return f'<div data-after="{count}" data-unread="{count}">{toasts}</div>'


def hide(page: Page, *, hidden: bool) -> None:
    page.evaluate(
        """hidden => {
            Object.defineProperty(document, "hidden", {value: hidden, configurable: true});
            document.dispatchEvent(new Event("visibilitychange"));
        }""",
        hidden,
    )
