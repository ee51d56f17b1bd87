"""From a letter that Dovecot has accepted to its ticket on an open queue page, in a real browser.

    python bench/delay.py [LETTERS]

A whole desk with a mailbox over IMAP with IDLE. A letter is put into the mailbox, and the clock
runs until a list that was open before has said “1 new”, was pressed there, and shows the subject.
"""

import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

LETTERS = 100
BAR = 2_000.0  # ms, at the 99th percentile
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
PATIENCE_MS = 30_000
TAKEN_IN = """SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY
                extract(epoch FROM done_at - received_at) * 1000) FROM mail_letter"""


def main() -> int:
    from tests.runtime.desk import Desk

    from otklik.core.post.tests.dovecot import IS_THERE, REASON, running_dovecot

    count = int(sys.argv[1]) if sys.argv[1:] else LETTERS
    program = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if program is None or not IS_THERE:
        print(f"not measured: {REASON if program else 'there is no Chromium on this machine'}")
        return 0
    with (
        tempfile.TemporaryDirectory() as folder,
        running_dovecot() as dovecot,
        Desk(Path(folder) / "data", DEMO="1") as desk,
        sync_playwright() as player,
    ):
        desk.wait_until_ready()
        set_up(desk, dovecot)
        browser = player.chromium.launch(executable_path=program, args=FLAGS)
        page = opened(browser.new_page(), desk.port)
        both = [delay_of(page, dovecot, number) for number in range(count + 1)][1:]
        browser.close()
        with desk.database() as connection:
            taken_in = connection.execute(TAKEN_IN).fetchone()
    told, delays = ([pair[which] for pair in both] for which in (0, 1))
    worst = quantiles(delays, n=100)[98] if len(delays) > 1 else delays[0]
    print(f"{'letters':<34}{len(delays):>12}")
    print(f"{'ms from kept to ticket, median':<34}{taken_in[0]:>12.0f}")
    print(f"{'ms to “1 new”, median':<34}{median(told):>12.0f}")
    print(f"{'ms to the open page, median':<34}{median(delays):>12.0f}")
    print(f"{'ms to the open page, 99 of 100':<34}{worst:>12.0f}   at most {BAR:.0f}")
    return int(worst > BAR)


def set_up(desk: "Desk", dovecot: "Dovecot") -> None:  # type: ignore[name-defined]  # noqa: F821  # main imports them
    """Set a mailbox up over the API and wait until its server was reached."""
    import httpx
    from tests.runtime.desk import otklik

    from otklik.core.post.tests.dovecot import PASSWORD

    words = ("token", "create", "--person", "root@meridian.example", "--scope", "all")
    token = otklik(desk.data, *words).stdout.strip()
    api = f"http://127.0.0.1:{desk.port}/api/v1"
    client = httpx.Client(headers={"Authorization": f"Bearer {token}"}, timeout=60)
    body = {
        "name": "Delay",
        "addresses": ["delay@meridian.example"],
        "department": client.get(f"{api}/departments").json()[0]["id"],
        "kind": "imap",
        "host": "localhost",
        "port": dovecot.ports["imap"],
        "security": "none",
        "login": "delay",
        "secret": PASSWORD,
    }
    made = client.post(f"{api}/mailboxes", json=body).json()
    while client.get(f"{api}/mailboxes/{made['id']}").json()["health"]["word"] != "well":
        time.sleep(0.2)


def opened(page: Page, port: int) -> Page:
    page.goto(f"http://127.0.0.1:{port}/sign-in/")
    page.fill("[name=name]", "root@meridian.example")
    page.fill("[name=password]", "root-meridian-26")
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)
    page.goto(f"http://127.0.0.1:{port}/queue/?q=is:open")
    page.wait_for_timeout(1_500)
    return page


def delay_of(page: Page, dovecot: "Dovecot", number: int) -> tuple[float, float]:  # type: ignore[name-defined]  # noqa: F821  # the same
    """Return the milliseconds until the page says that a ticket came, and until it shows it."""
    subject = f"Delayed {number:04d} {os.getpid()}"
    raw = (
        f"From: Cy <cy@delay{number}.example>\r\nTo: delay@meridian.example\r\n"
        f"Message-ID: <{number}.{os.getpid()}@delay.example>\r\nSubject: {subject}\r\n"
        "Date: Mon, 23 Nov 2026 00:00:00 +0000\r\n\r\nHow long does it take?\r\n"
    )
    dovecot.put("delay", raw.encode())
    began = time.perf_counter()
    waiter = page.locator("#queue-waiter:not([hidden])")
    waiter.wait_for(timeout=PATIENCE_MS)
    told = time.perf_counter()
    waiter.click()
    page.get_by_text(subject).first.wait_for(timeout=PATIENCE_MS)
    return (told - began) * 1000, (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    sys.exit(main())
