"""Request Tracker 5 from Debian's package, on the common server, served by Starman."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from browser import Browser, Desk, Page
from ground import HERE, Ground, NotToBeHad, run, serving

PACKAGES = ("request-tracker5=5.0.3*", "rt5-db-postgresql=5.0.3*", "starman", "w3m")
PORT, WORKERS = 8181, 4
SETTINGS = Path("etc/request-tracker5")
SERVER = "/usr/share/request-tracker5/libexec/rt-server"
ISSUE = """
    my $token = RT::AuthToken->new(RT->SystemUser);
    my ($ok, $said, $secret) = $token->Create(Owner => 14, Description => 'measured');
    die $said unless $ok;
    print "secret: $secret\\n";
"""
RESULTS = "/Search/Results.html?OrderBy=Created&Order=DESC&Rows=50&Query="


def prepare(ground: Ground) -> None:
    """Install it into the layer of the scratch folder and fill it; raises NotToBeHad."""
    if os.geteuid() != 0 or not shutil.which("apt-get") or not shutil.which("unshare"):
        raise NotToBeHad("it is installed from Debian's package, which needs Debian and root")
    layer = [HERE / "in_layer.sh", ground.folder]
    if ground.once("request-tracker-installed"):
        install(ground, layer)
        ground.done("request-tracker-installed")
    if ground.once("request-tracker-filled"):
        ground.fill_anew("rt")
        setup = ["rt-setup-database-5", "--action", "init", "--skip-create", "--dba", "otklik"]
        run(*layer, *setup, "--dba-password", "")
        ground.carry_tickets("rt")
        ground.run_sql("rt", "request_tracker.sql")
        ground.done("request-tracker-filled")
    ground.lay_out("rt")


def install(ground: Ground, layer: list[str | Path]) -> None:
    upper = ground.folder / "layer"
    policy = upper / "usr/sbin/policy-rc.d"  # nothing that is installed may start by itself
    policy.parent.mkdir(parents=True, exist_ok=True)
    policy.write_text("#!/bin/sh\nexit 101\n")
    policy.chmod(0o755)
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    asked = "request-tracker5 request-tracker5/dbconfig-install boolean false"
    run(*layer, "sh", "-c", f"echo '{asked}' | debconf-set-selections; apt-get -qq update")
    run(*layer, "apt-get", "-qq", "install", "-y", "--no-install-recommends", *PACKAGES, **quiet)
    settings = (HERE / "RT_SiteConfig.pm").read_text()
    settings = settings.replace("FOLDER", str(ground.folder)).replace("PORT", str(PORT))
    (upper / SETTINGS / "RT_SiteConfig.pm").write_text(settings)
    run(*layer, "sh", "-c", f"rm -f /{SETTINGS}/RT_SiteConfig.d/*")


def token(layer: list[str | Path]) -> str:
    """Make an API token of root; a password would be hashed anew for every request."""
    command = ["perl", "-I/usr/share/request-tracker5/lib", "-MRT=-init", "-e", ISSUE]
    done = subprocess.run([*layer, *command], capture_output=True, text=True, check=True)
    said = re.search("secret: (.+)", done.stdout)
    assert said, done.stdout
    return said.group(1)


@contextmanager
def running(ground: Ground) -> Iterator[Desk]:
    """Serve it and sign in."""
    options = ["--workers", str(WORKERS), "--listen", f"127.0.0.1:{PORT}", "--env", "deployment"]
    layer = [HERE / "in_layer.sh", ground.folder]
    bearer = {"Authorization": f"token {token(layer)}"}  # two layers at once would be one too many
    with serving([*layer, "starman", *options, SERVER]) as starman:
        browser = Browser(PORT)
        browser.wait_for("/NoAuth/Login.html")
        browser.send("/NoAuth/Login.html", {"user": "root", "pass": "password"})
        yield Desk(
            name="Request Tracker",
            served=f"Starman, {WORKERS} processes, PostgreSQL full text",
            processes=(starman,),
            browser=browser,
            queue=Page(
                RESULTS + quote("Status = '__Active__'"), shows=rb"/Ticket/Display\.html\?id="
            ),
            ticket=lambda n, _number: Page(f"/Ticket/Display.html?id={n}", shows=b"Correspond"),
            search=lambda word: Page(
                RESULTS + quote(f"Content LIKE '{word}'"), shows=rb"/Ticket/Display\.html\?id="
            ),
            opening=("/REST/2.0/ticket", bearer),
            wording=lambda subject, text: {
                "Queue": "General",
                "Subject": subject,
                "Content": text,
                "Requestor": "cy@northwind.example",
            },
        )
