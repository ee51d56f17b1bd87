"""A colleague's browser without a screen, and what it looks at in a product."""

import http.client
import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

PATIENCE = 120.0
HIDDEN = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass(frozen=True)
class Page:
    """One page as a person gets it: `then` finds in it the address of its rows, if they follow."""

    path: str
    shows: bytes
    then: Callable[[bytes], str] | None = None


class Browser:
    """Keeps one connection and its cookies."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}
        self.link = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)

    def ask(self, path: str, *, body: str | None = None, **headers: str) -> tuple[int, bytes]:
        """Send one request on the kept connection; returns status and body."""
        headers |= {"Host": f"localhost:{self.port}", "Cookie": self.carried()}
        for again in (True, False):
            try:
                self.link.request("GET" if body is None else "POST", path, body, headers)
                answer = self.link.getresponse()
                break
            except (http.client.RemoteDisconnected, ConnectionError):
                self.link.close()
                if not again:
                    raise
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, answer.read()

    def carried(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def send(self, path: str, fields: Mapping[str, str]) -> None:
        """Fill in the form of a page and send it."""
        _, page = self.ask(path)
        hidden = HIDDEN.search(page)
        extra = {"csrfmiddlewaretoken": hidden.group(1).decode()} if hidden else {}
        here = f"http://localhost:{self.port}"
        kind = {"Content-Type": "application/x-www-form-urlencoded", "Referer": here + path}
        status, said = self.ask(path, body=urlencode({**fields, **extra}), **kind)
        assert status in {200, 302, 303}, (path, status, said[-500:])

    def look_at(self, page: Page) -> float:
        """Load a page with its rows; returns seconds. It must show what it is for."""
        began = time.perf_counter()
        status, said = self.ask(page.path)
        if page.then is not None and status == 200:
            status, said = self.ask(page.then(said))
        seconds = time.perf_counter() - began
        assert status == 200, (page.path, status, said[-500:])
        assert re.search(page.shows, said), (page.path, "does not show", page.shows)
        return seconds

    def wait_for(self, path: str) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                if self.ask(path)[0] < 500:
                    return
            except OSError:
                self.link.close()
                time.sleep(0.2)
        raise TimeoutError(f"nothing answers at port {self.port}")


@dataclass(frozen=True)
class Desk:
    """A product that runs, with a colleague signed in who sees every ticket."""

    name: str
    served: str
    processes: tuple[int, ...]
    browser: Browser
    queue: Page
    ticket: Callable[[int, str], Page]
    search: Callable[[str], Page]
    opening: tuple[str, Mapping[str, str]]  # address and headers of its API
    wording: Callable[[str, str], Mapping[str, object]]  # subject and text as that API wants them
    is_bar: bool = True  # ours is to beat it

    def open_for(self, seconds: float) -> int:
        """Open tickets over the API one after another until the time is up; returns how many."""
        path, headers = self.opening
        browser = Browser(self.browser.port)
        browser.cookies = dict(self.browser.cookies)
        until, opened = time.monotonic() + seconds, 0
        while time.monotonic() < until:
            asked = self.wording(
                f"The printer on floor {opened} prints nothing", "It blinks twice."
            )
            kind = {"Content-Type": "application/json", **headers}
            status, said = browser.ask(path, body=json.dumps(asked), **kind)
            assert status == 201, (path, status, said[-500:])
            opened += 1
        return opened
