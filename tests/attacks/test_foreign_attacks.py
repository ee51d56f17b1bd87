"""Other projects' collections of attacks, in our pages and in a real browser.

`tools/attacks.py` takes them from pinned packages when a copy is prepared for tests; they are
not kept here. `src/otklik/core/tests/xss_payloads.py` has our own.
"""

import json
import shutil
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import pytest
from conftest import CHROMIUM
from django.db import connection, transaction
from django.test import Client
from playwright.sync_api import Browser, Page, Route, sync_playwright
from tests.journeys.walking import PATIENCE

from otklik.core import clock
from otklik.core.errors import Invalid
from otklik.core.files import receive
from otklik.core.middleware import POLICY
from otklik.core.models import Blob
from otklik.core.richtext import clean_html, from_text
from otklik.people.tests.factories import make_desk, sign_in
from otklik.tickets.actions.indexing import first_words
from otklik.tickets.models import Attachment, Message, Ticket
from otklik.tickets.tests.desk import DeskAtWork, make_desk_at_work
from otklik.tickets.tests.stored import make_stored_ticket, unstored_ticket

pytestmark = [
    pytest.mark.slow,
    pytest.mark.long,
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

T = TypeVar("T")
FOLDER = Path(__file__).resolve().parents[2] / "build" / "attacks"
COLLECTIONS = {
    "brs-kb==4.0.2": 4067,
    "html5lib==1.1": 1629,
    "bleach==6.4.0": 426,
    "feedparser==6.0.12": 418,
    "lxml_html_clean==0.4.3": 32,
}
FOUND, SAID = 30, 100  # tickets that one page of found ones shows, messages that a ticket's does
TEXTS, FRAMES = 200, 40
ROUNDS = 10  # of attacks that one page's frames show, as a new frame costs more than what it shows
FRAME = "<!doctype html><meta charset=utf-8>"
MORE = "main a[rel=next]"
SAMPLE = 200  # of the attacks, to see that they would run
RAN = "something of a stranger's ran"
TRAP = """for (const name of ["alert", "confirm", "prompt", "print", "open"])
  window[name] = () => console.error(%s)""" % json.dumps(RAN)  # noqa: UP031  # braces inside
LOOSE = """() => [...document.querySelectorAll("*")].flatMap((one) => {
  const wrong = one.matches("base, embed, frame, iframe, object, portal, script:not([src]), style");
  const said = [...one.attributes].filter(({name, value}) =>
    name.startsWith("on") || name === "style" || name === "srcdoc" ||
    (/^(xlink:)?(href|src|action|formaction|data|poster|background|ping|to|values)$/.test(name) &&
      /^(javascript|vbscript|data:(?!image\\/))/i.test(value.replace(/[\\0-\\x20]/g, ""))));
  return wrong || said.length ? [one.outerHTML.slice(0, 300)] : [];
})"""
POKE = """() => document.querySelectorAll("main *").forEach((one) => {
  for (const kind of ["mouseover", "pointerenter", "focus", "error", "load", "toggle"])
    one.dispatchEvent(new Event(kind));
})"""

# Written by the parser that reads pages too, and trusted by a name that the policy knows. It
# counts what has loaded. A frame that an attack has led elsewhere makes room for a new one.
WRITE = """([texts, patience]) => new Promise((done) => {
  setTimeout(() => done(loaded), patience);
  window.trusted ??= trustedTypes.createPolicy("otklik-editor", {createHTML: String});
  let loaded = 0;
  texts.forEach((text, place) => {
    let frame = document.querySelectorAll("iframe")[place];
    if (!["about:blank", location.href].includes(frame.contentDocument?.URL)) {
      frame.replaceWith(frame = document.createElement("iframe"));
    }
    const count = () => { if (++loaded === texts.length) done(loaded); };
    frame.addEventListener("load", count, {once: true});
    const written = frame.contentDocument;
    written.open();
    written.write(window.trusted.createHTML(text));
    written.close();
  });
})"""
# What a page of its own would do by itself: one thing takes the focus, and in the end one leaves.
LEAVE = """() => [...document.querySelectorAll("iframe")].forEach((frame) => {
  const written = frame.contentDocument;
  for (const one of written?.querySelectorAll("[autofocus]") ?? [])
    if (one !== written.activeElement) one.dispatchEvent(new Event("focus"));
  for (const kind of written ? ["beforeunload", "pagehide", "unload"] : [])
    frame.contentWindow.dispatchEvent(new Event(kind));
})"""


def kept(name: str) -> list[str]:
    """Return the attacks of a collection, or skip for as many as are missing."""
    count, place = COLLECTIONS[name], FOLDER / f"{name}.json"
    if not place.exists():
        pytest.skip(f"{count} attacks of {name}: tools/attacks.py could not fetch them")
    found: list[str] = json.loads(place.read_text(encoding="utf-8"))
    assert len(found) == count
    return found


@pytest.fixture(params=COLLECTIONS)
def attacks(request: pytest.FixtureRequest) -> list[str]:
    return kept(request.param)


@pytest.fixture(scope="module")
def browser(django_db_setup: None) -> Iterator[Browser]:
    patch = pytest.MonkeyPatch()
    patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # its loop runs in this thread
    path = next(filter(None, map(shutil.which, CHROMIUM)))
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
    patch.undo()


class Watched:
    """A page without a policy, and what came of it: what ran, and which hosts it asked."""

    def __init__(self, browser: Browser, *, home: str, cookie: Any = None) -> None:
        context = browser.new_context(base_url=home, bypass_csp=cookie is not None, locale="en")
        context.set_default_timeout(PATIENCE)
        context.add_init_script(TRAP)
        if cookie is not None:
            context.add_cookies([cookie])
        self.home = home
        self.ran: list[str] = []
        self.asked: set[str] = set()
        self.page: Page = context.new_page()
        self.page.on("console", lambda said: self._hear(said.text))
        self.page.on("request", lambda request: self._see(request.url))
        self.page.on("dialog", lambda dialog: dialog.dismiss())

    def _hear(self, text: str) -> None:
        if RAN in text:
            self.ran.append(self.page.url)

    def _see(self, url: str) -> None:
        if not url.startswith((self.home, "data:image/", "about:blank")):
            self.asked.add(url)

    def ensure_harmless(self) -> None:
        """Poke at everything that the page shows; nothing foreign may run, fetch or stand in it."""
        self.page.evaluate(POKE)
        assert self.page.evaluate(LOOSE) == []
        assert (self.ran, self.asked) == ([], set())


def in_turn(everything: list[T], size: int) -> Iterator[list[T]]:
    rest = iter(everything)
    while part := list(islice(rest, size)):
        yield part


def cleaned(attack: str) -> str:
    try:
        return clean_html(attack)
    except Invalid:
        return ""


def keepable(attack: str) -> str:
    return attack.encode(errors="replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")


def test_what_was_cleaned_does_nothing_without_a_policy(
    browser: Browser, attacks: list[str]
) -> None:
    watched = Watched(browser, home="http://desk.test/")
    shown = ""
    watched.page.route("**/*", lambda route: route.fulfill(body=shown, content_type="text/html"))
    for part in in_turn(attacks, TEXTS):
        articles = "".join(f"<article>{cleaned(attack)}</article>" for attack in part)
        shown = f"<!doctype html><meta charset=utf-8><title>_</title><main>{articles}</main>"
        watched.page.goto("/")
        assert watched.page.locator("main > article").count() == len(part)
        watched.ensure_harmless()


def test_the_policy_alone_runs_nothing(browser: Browser, attacks: list[str]) -> None:
    assert ran(browser, attacks, policy=POLICY) == 0


def test_the_attacks_are_real(browser: Browser) -> None:
    every = [attack for name in COLLECTIONS for attack in kept(name) if "alert(" in attack]
    sample = every[:: len(every) // SAMPLE + 1]
    real = ran(browser, sample, policy="default-src * 'unsafe-inline' data:")
    assert real > len(sample) // 4


def ran(browser: Browser, attacks: list[str], *, policy: str) -> int:
    """Show each attack as it is, in a frame that has its page's policy; tell how often any ran."""
    watched = Watched(browser, home="http://desk.test/")
    headers = {"Content-Type": "text/html", "Content-Security-Policy": policy}

    def answer(route: Route) -> None:
        is_page = (
            route.request.frame == watched.page.main_frame and route.request.url == watched.home
        )
        route.fulfill(body=FRAME + "<iframe></iframe>" * FRAMES if is_page else "", headers=headers)

    watched.page.route("**/*", answer)
    for parts in in_turn(list(in_turn(attacks, FRAMES)), ROUNDS):
        watched.page.goto("/")
        for part in parts:
            texts = [FRAME + attack for attack in part]
            assert watched.page.evaluate(WRITE, [texts, PATIENCE]) == len(part)
            watched.page.wait_for_timeout(50)
            watched.page.evaluate(LEAVE)
    return len(watched.ran)


@pytest.fixture
def desk(settings: Any, tmp_path: Path) -> DeskAtWork:
    settings.OTKLIK_FILES = tmp_path / "files"
    make_desk()
    return make_desk_at_work()


def test_our_own_pages_show_them_as_harmless_text(
    browser: Browser, attacks: list[str], desk: DeskAtWork, live_server: Any
) -> None:
    client = Client()
    sign_in(client, desk.cast.root)
    name, morsel = next(iter(client.cookies.items()))
    cookie = {"name": name, "value": morsel.value, "url": live_server.url}
    watched = Watched(browser, home=live_server.url, cookie=cookie)
    blob = receive.keep_content(b"\0\1 of no kind that we show")
    for place, part in enumerate(in_turn(attacks, FOUND)):
        make_found_tickets(desk, part, f"needle{place}")
        watched.page.goto(f"/search/?q=needle{place}")
        assert watched.page.locator("main mark").count() >= len(part)
        watched.ensure_harmless()
    assert listed_harmless(watched) == len(attacks)
    for part in in_turn(attacks, SAID):
        talk = make_talk(desk, part, blob)
        watched.page.goto(f"/tickets/{talk.number}/")
        assert watched.page.locator("main article").count() == len(part)
        watched.ensure_harmless()


def listed_harmless(watched: Watched) -> int:
    """Walk the queue to its end; tell how many tickets it showed."""
    rows, further = 0, "/queue/?view=all"
    while further:
        watched.page.goto(further)
        rows += watched.page.locator("[data-row]").count()
        watched.ensure_harmless()
        links = watched.page.locator(MORE)
        further = links.get_attribute("href") or "" if links.count() else ""
    return rows


@transaction.atomic
def make_found_tickets(desk: DeskAtWork, attacks: list[str], needle: str) -> None:
    """Make tickets whose subject, last words and found piece are the attack."""
    texts = [keepable(attack) for attack in attacks]
    tickets = Ticket.objects.bulk_create(
        unstored_ticket(
            desk.cast,
            desk.made,
            number=f"{needle}-{place}",
            subject=f"{needle} {text}"[:400],
            last_words=text[:300],
            last_author=text[:200],
        )
        for place, text in enumerate(texts)
    )
    together = list(zip(tickets, (f"{needle} {text}" for text in texts), strict=True))
    Message.objects.bulk_create(new_message(desk, one, from_text(said)) for one, said in together)
    drawn = "WITH drawn AS (SELECT %s::bigint AS ticket_id, %s AS spoken)"
    with connection.cursor() as cursor:
        for ticket, said in together:
            insert, values = first_words(ticket, said)
            cursor.execute(f"{drawn} {insert}", [ticket.pk, ticket.number, *values])


def make_talk(desk: DeskAtWork, attacks: list[str], blob: Blob) -> Ticket:
    """Make a ticket with a message of each attack, and a file that is called like it."""
    ticket = make_stored_ticket(desk.cast, desk.made, has_files=True)
    messages = Message.objects.bulk_create(
        new_message(desk, ticket, cleaned(attack) or "_") for attack in attacks
    )
    Attachment.objects.bulk_create(
        Attachment(
            token=uuid4().hex,
            blob=blob,
            name=keepable(attack)[:255],
            uploader_id=desk.cast.cy.person_id,
            ticket=ticket,
            message=message,
            created_at=clock.now(),
        )
        for attack, message in zip(attacks, messages, strict=True)
    )
    return ticket


def new_message(desk: DeskAtWork, ticket: Ticket, body: str) -> Message:
    return Message(
        ticket=ticket,
        author_id=desk.cast.cy.person_id,
        side=Message.Side.CUSTOMER,
        body=body,
        created_at=clock.now(),
    )
