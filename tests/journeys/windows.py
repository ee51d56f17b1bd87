"""Windows on a desk of one test, each signed in as somebody of its cast."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.test import Client
from playwright.sync_api import Browser, Page, expect
from tests.journeys.walking import PATIENCE

from otklik.people.models import Actor
from otklik.people.tests.factories import sign_in

Window = Callable[..., Page]

PASTE_PICTURE = """async area => {
  const canvas = Object.assign(document.createElement("canvas"), {width: 60, height: 40});
  canvas.getContext("2d").fillRect(5, 5, 20, 20);
  const blob = await new Promise(done => canvas.toBlob(done));
  const data = new DataTransfer();
  data.items.add(new File([blob], "shot.png", {type: "image/png"}));
  const more = {clipboardData: data, bubbles: true, cancelable: true};
  area.dispatchEvent(new ClipboardEvent("paste", more));
}"""


@contextmanager
def windows(browser: Browser, origin: str, cookie: str) -> Iterator[Window]:
    """Open pages, one browser context a person; nothing may break the policy nor fail."""
    contexts, broken = {}, []

    def opened(actor: Actor, address: str, **more: Any) -> Page:
        if actor.person_id not in contexts:
            client = Client()
            sign_in(client, actor)
            contexts[actor.person_id] = browser.new_context(base_url=origin, locale="en", **more)
            contexts[actor.person_id].set_default_timeout(PATIENCE)
            value = client.cookies[cookie].value
            contexts[actor.person_id].add_cookies([{"name": cookie, "value": value, "url": origin}])
        page = contexts[actor.person_id].new_page()
        page.on("pageerror", lambda error: broken.append(str(error)))
        page.on(
            "console", lambda said: broken.append(said.text) if "Security" in said.text else None
        )
        page.goto(address)
        return page

    expect.set_options(timeout=PATIENCE)
    yield opened
    for context in contexts.values():
        context.close()
    assert broken == []
