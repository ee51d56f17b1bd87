"""What is a demo desk and what is not: a fact of the desk, whatever DEMO says later."""

import re
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener, urlopen

import pytest

from otklik.shell.demo.accounts import DEMO_ACCOUNTS

from .desk import Desk, otklik
from .test_serving import assert_one_line

pytestmark = pytest.mark.slow

LAST_WORDS = "Stop with Ctrl-C."
LISTENING = "0A"
LOOPBACK = "0100007F"
FIRST_PAGE = {
    "company": "Acme",
    "language": "en",
    "languages": "en",
    "time_zone": "UTC",
    "department-0": "Support",
    "prefix-0": "IT",
    "given_name": "Robin",
    "surname": "Root",
    "email": "root@acme.example",
    "login": "root",
    "password": "correct horse battery",
}


def test_a_demo_desk_is_loaded_once_and_says_what_it_is_without_the_setting(tmp_path: Path) -> None:
    with Desk(tmp_path / "data", DEMO="1") as desk:
        assert_says_that_it_is_a_demo(desk)
        root = DEMO_ACCOUNTS[0]
        assert "/sign-in/" not in signed_in(desk, root.email, root.password)
        with desk.database() as database:
            database.execute("UPDATE core_desk SET company = 'Renamed'")
            database.execute("DELETE FROM tickets_savedview")
        before = tickets_of(desk)

    for setting in ("0", "1"):
        with Desk(tmp_path / "data", DEMO=setting) as desk:
            assert_says_that_it_is_a_demo(desk)
            assert listens_at(desk.port) == {LOOPBACK}
            with desk.database() as database:
                kept = database.execute(
                    "SELECT company, (SELECT count(*) FROM tickets_savedview) FROM core_desk"
                ).fetchall()
            assert kept == [("Renamed", 0)]
            assert tickets_of(desk) == before


def test_a_company_s_desk_takes_nothing_of_the_demo(tmp_path: Path) -> None:
    with Desk(tmp_path / "data", DEMO="0") as desk:
        desk.wait_for("/welcome/?code=")
        link = desk.said[-1].strip()
        desk.wait_for(LAST_WORDS)
        assert_says_nothing_of_a_demo(desk)
        sent(link, FIRST_PAGE | {"code": link.rpartition("=")[2]})

    with Desk(tmp_path / "data", DEMO="1") as desk:
        desk.wait_for(LAST_WORDS)
        assert_says_nothing_of_a_demo(desk)
        root = DEMO_ACCOUNTS[0]
        assert "/sign-in/" in signed_in(desk, root.email, root.password)
        assert "/sign-in/" not in signed_in(desk, "root", FIRST_PAGE["password"])

        refused = otklik(desk.data, "demo", "--tickets", "5")
        assert_one_line(refused.returncode, refused.stdout, refused.stderr, "a company's own")
        assert tickets_of(desk) == 0
        with desk.database() as database:
            assert database.execute("SELECT count(*) FROM people_account").fetchone() == (1,)


def test_filling_an_empty_desk_makes_it_a_demo_desk_that_says_so(tmp_path: Path) -> None:
    filled = otklik(tmp_path / "data", "demo", "--tickets", "5", DEMO="0")
    assert filled.returncode == 0, filled.stderr
    assert filled.stdout.startswith("5 tickets in ")
    assert "This is a demo desk" in filled.stdout
    assert all(account.password in filled.stdout for account in DEMO_ACCOUNTS)

    with Desk(tmp_path / "data") as desk:
        assert_says_that_it_is_a_demo(desk)
        before = tickets_of(desk)
        again = otklik(desk.data, "demo", "--tickets", "7")
        assert again.returncode == 0, again.stderr
        assert tickets_of(desk) == before + 7


def assert_says_that_it_is_a_demo(desk: Desk) -> None:
    desk.wait_for(LAST_WORDS)
    said = "".join(desk.said)
    assert "This is a demo desk" in said
    assert "sets it up" not in said
    for account in DEMO_ACCOUNTS:
        assert re.search(rf"^ +{re.escape(account.email)} +{account.password} ", said, re.MULTILINE)
    assert 'class="demo-ribbon"' in read(desk, "/sign-in/")


def assert_says_nothing_of_a_demo(desk: Desk) -> None:
    said = "".join(desk.said)
    assert "demo" not in said
    assert "meridian" not in said
    assert "demo-ribbon" not in read(desk, "/sign-in/")


def read(desk: Desk, path: str) -> str:
    with urlopen(f"http://127.0.0.1:{desk.port}{path}") as answer:
        return str(answer.read().decode())


def signed_in(desk: Desk, name: str, password: str) -> str:
    """Sign in by the form; return where one comes out."""
    page = f"http://127.0.0.1:{desk.port}/sign-in/"
    try:
        return sent(page, {"name": name, "password": password})
    except HTTPError as refused:
        refused.close()
        return str(refused.url)


def sent(page: str, values: dict[str, str]) -> str:
    """Fill a page's form in and send it; return the address of what comes then."""
    window = build_opener(HTTPCookieProcessor())
    with window.open(page) as shown:
        found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', shown.read().decode())
    assert found is not None
    values = values | {"csrfmiddlewaretoken": found[1], "next": "/me/"}
    with window.open(page, urlencode(values).encode()) as answer:
        return str(answer.url)


def tickets_of(desk: Desk) -> int:
    with desk.database() as database:
        row = database.execute("SELECT count(*) FROM tickets_ticket").fetchone()
    assert row is not None
    return int(row[0])


def listens_at(port: int) -> set[str]:
    """Return the addresses where this machine waits at a port, as /proc writes them."""
    lines = [
        line.split()
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]
    ]
    places = [line[1].split(":") for line in lines if line[3] == LISTENING]
    return {address for address, number in places if int(number, 16) == port}
