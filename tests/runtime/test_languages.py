"""A language that nobody of ours speaks, added to a real desk by one file."""

import contextlib
import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urlsplit

import httpx
import pytest
from typing_extensions import override

from otklik.core.tests.german import HEADER, WORDS, catalogue, put

from .desk import Desk, otklik

pytestmark = pytest.mark.slow

BROKEN = {
    "es.po": catalogue({"%(address)s is removed.": "%(direccion)s se ha quitado."}),
    "fr.po": HEADER.replace("n != 1", "n * 5"),
    "it.po": "not a catalogue at all",
    "pl.po": catalogue({"Save": "<img src=x onerror=alert(1)>"}),
    "no such\x1b[31m language.po": catalogue({}),
}
PASSWORD = "root-rechnung-26"
NEXT_PASSWORD = "anna-rechnung-27"
FIRST = {
    "company": "Rechen und Söhne",
    "language": "de",
    "languages": ["de", "en"],
    "time_zone": "Europe/Berlin",
    "department-0": "Technik",
    "prefix-0": "IT",
    "given_name": "Root",
    "surname": "Chef",
    "email": "root@rechen.example",
    "login": "root",
    "password": PASSWORD,
}


class Browser(contextlib.AbstractContextManager["Browser"]):
    """Somebody who reads the desk's pages, sends their forms, and prefers German."""

    def __init__(self, desk: Desk) -> None:
        self.client = httpx.Client(
            base_url=f"http://127.0.0.1:{desk.port}",
            headers={
                "Accept-Language": "de-AT,de;q=0.9",
                "Origin": f"http://127.0.0.1:{desk.port}",
            },
            timeout=60,
            follow_redirects=True,
        )

    @override
    def __exit__(self, *_error: object) -> None:
        self.client.close()

    def read(self, address: str) -> str:
        answer = self.client.get(address)
        assert answer.status_code == 200, answer.text[:500]
        return unescape(answer.text)

    def send(self, page: str, values: dict[str, object], address: str = "") -> str:
        """Send a form with the token of the page on which it stands."""
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.read(page))
        assert token
        answer = self.client.post(address or page, data={"csrfmiddlewaretoken": token[1], **values})
        assert answer.status_code == 200, answer.text[:2000]
        return unescape(answer.text)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    data = tmp_path_factory.mktemp("a desk") / "data"
    put(data, "de.po", catalogue(WORDS))
    for name, text in BROKEN.items():
        put(data, name, text)
    with Desk(data) as desk:
        desk.wait_until_ready()
        yield desk


@pytest.fixture(scope="module")
def root(desk: Desk) -> Iterator[Browser]:
    """Return the administrator, who has set the desk up in German."""
    link = otklik(desk.data, "set-up", PORT=str(desk.port)).stdout.strip()
    code = urlsplit(link).query.removeprefix("code=")
    with Browser(desk) as browser:
        page = browser.read(f"/welcome/?code={code}")
        assert '<html lang="de"' in page
        assert "<h1>Willkommen bei Otklik</h1>" in page
        assert re.findall(r'name="languages" value="([^"]+)"', page) == ["en", "ru", "bg", "de"]
        browser.send(f"/welcome/?code={code}", {**FIRST, "code": code}, "/welcome/")
        yield browser


@pytest.fixture(scope="module")
def program(desk: Desk, root: Browser) -> Iterator[httpx.Client]:
    made = otklik(
        desk.data, "token", "create", "--person", "root@rechen.example", "--scope", "all",
        PORT=str(desk.port),
    )  # fmt: skip
    headers = {"Authorization": f"Bearer {made.stdout.strip()}"}
    address = f"http://127.0.0.1:{desk.port}/api/v1"
    with httpx.Client(base_url=address, headers=headers, timeout=60) as program:
        yield program


def test_each_file_that_would_break_a_page_is_refused_in_one_line(desk: Desk) -> None:
    said = [line for line in desk.said if "is not used" in line]

    assert len(said) == len(BROKEN)
    for part in (
        "es.po is not used: placeholders ['%(address)s', '%(direccion)s']",
        "fr.po is not used: wrong Plural-Forms",
        "it.po is not used: it is no catalogue",
        "pl.po is not used: markup that the text itself has not: Save",
        "no such?[31m language.po is not used: its name is no code of a language",
    ):
        assert [part in line for line in said].count(True) == 1, said


def test_the_check_names_them_too(desk: Desk, root: Browser) -> None:
    checked = otklik(desk.data, "check", PORT=str(desk.port))

    assert checked.returncode == 1
    assert re.search(r"languages +languages/es\.po is not used", checked.stdout)


def test_visitors_and_colleagues_read_german(desk: Desk, root: Browser) -> None:
    with Browser(desk) as stranger:
        visitor = stranger.read("/sign-in/")
    assert '<html lang="de"' in visitor
    assert "Anmelden" in visitor
    assert re.search(r'value="de" lang="de" title="Deutsch" aria-current="true"', visitor)

    workspace = root.read("/queue/")
    assert '<html lang="de"' in workspace
    assert "Warteschlange" in workspace


def test_a_customer_reads_the_portal_in_german(
    desk: Desk, root: Browser, program: httpx.Client
) -> None:
    known = {"given_name": "Anna", "emails": ["anna@portal.example"], "language": "de"}
    anna = program.post("/people", json=known).json()["id"]
    account = {"login": "anna", "password": PASSWORD}
    root.send(f"/setup/people/{anna}/", account, f"/setup/people/{anna}/account/")

    with Browser(desk) as customer:
        customer.send("/sign-in/", {"name": "anna", "password": PASSWORD})
        customer.send(
            "/password/", {"present": PASSWORD, "password": NEXT_PASSWORD, "again": NEXT_PASSWORD}
        )
        portal = customer.read("/requests/")

    assert '<html lang="de"' in portal
    assert "Meine Anfragen" in portal


def test_a_person_chooses_german_among_what_the_desk_offers(desk: Desk, root: Browser) -> None:
    page = root.read("/me/")
    select = re.search(r'<select name="language".*?</select>', page, re.DOTALL)

    assert select
    assert re.findall(r'value="([^"]+)"', select[0]) == ["de", "en"]
    assert '<option value="de" selected>Deutsch</option>' in select[0]
    assert "Englisch" in select[0]


def test_what_is_configured_has_a_name_in_german(root: Browser) -> None:
    form = root.read("/setup/categories/")
    assert 'name="names_de" lang="de"' in form

    page = root.send(
        "/setup/categories/", {"names_de": "Druckerstörung", "names_en": "Printer fault"}
    )
    assert "<b>Druckerstörung</b>" in page
    assert '<span lang="en">Printer fault</span>' in page


def test_texts_that_nobody_translated_are_english(root: Browser) -> None:
    assert "Time zone" in root.read("/me/")


def test_german_words_are_found_by_their_forms(root: Browser, program: httpx.Client) -> None:
    made = program.post(
        "/tickets",
        json={
            "subject": "Die Rechnungen wurden doppelt gebucht",
            "description": "Guten Tag, bitte prüfen Sie das. Die Häuser sind nicht betroffen.",
            "requester": {"email": "anna@kunde.example", "name": "Anna Kunde"},
        },
    )
    assert made.status_code == 201, made.text
    program.post(
        "/tickets",
        json={
            "subject": "The printer prints blank pages",
            "description": "Since this morning, and the toner is new.",
            "requester": {"email": "cy@kunde.example", "name": "Cy Kunde"},
        },
    )
    number = made.json()["number"]

    for asked in ("rechnung", "haus", "rechnung haus", "die rechnung", '"doppelt gebucht"'):
        found = program.get("/search", params={"q": asked}).json()["items"]
        assert [one["ticket"]["number"] for one in found] == [number], asked
    assert "<mark>Rechnungen</mark>" in root.read("/search/?q=rechnung")
    assert program.get("/search", params={"q": "the printers"}).json()["items"]
    for asked in ("language:de", "language:german", "язык:немецкий", "language:Deutsch"):
        found = program.get("/tickets", params={"q": asked}).json()["items"]
        assert [one["number"] for one in found] == [number], asked


def test_the_api_takes_german_and_says_so(program: httpx.Client) -> None:
    schema = program.get("/openapi.json").json()
    asked = schema["components"]["schemas"]["TicketPatch"]["properties"]["language"]
    assert asked["anyOf"][0]["enum"] == ["en", "ru", "bg", "de"]

    person = program.get("/me").json()["person"]["id"]
    for language, status in (("de", 200), ("ru", 422), ("fr", 422), ("xx", 422)):
        answer = program.patch(f"/people/{person}", json={"language": language})
        assert answer.status_code == status, answer.text
    made = program.post("/configuration/categories", json={"names": {"de": "Störung"}})
    assert (made.status_code, made.json()["names"]) == (201, {"de": "Störung"})
    wrong = program.post("/configuration/categories", json={"names": {"fr": "Panne"}})
    assert [one["field"] for one in wrong.json()["errors"]] == ["names.fr"]


def test_days_are_said_as_germans_do(root: Browser, program: httpx.Client) -> None:
    asked = {"email": "cy@kunde.example", "name": "Cy Kunde"}
    made = program.post(
        "/tickets",
        json={"subject": "The lift", "description": "It stands still.", "requester": asked},
    )
    page = root.read(f"/tickets/{made.json()['number']}/")

    assert re.search(r"\d{1,2}\. (Jan|Feb|März|Apr|Mai|Juni|Juli|Aug|Sep|Okt|Nov|Dez)", page)
