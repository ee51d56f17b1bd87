"""What strangers name is fetched from the open internet only, in bounded time and size."""

import ipaddress
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from otklik.core.egress import MOST_REDIRECTS, NotFetchedError, Wanted, Why, fetch, is_open
from otklik.core.tests.strange_server import Strange, strange_server

WANTED = Wanted(most=1000, seconds=2.0, accept="image/png")


@pytest.fixture
def stranger(settings: Settings) -> Iterator[Strange]:
    settings.OTKLIK_EGRESS_TO = (ipaddress.ip_network("127.0.0.1/32"),)
    with strange_server() as server:
        yield server


def why(url: str, wanted: Wanted = WANTED) -> Why:
    with pytest.raises(NotFetchedError) as refused:
        fetch(url, wanted)
    return refused.value.why


def test_what_is_there_is_fetched_and_nothing_of_the_reader_goes_along(stranger: Strange) -> None:
    assert fetch(stranger.answers("/a.png?b=c%20d", b"picture"), WANTED) == b"picture"

    head = stranger.heard[0].decode()
    assert head.startswith("GET /a.png?b=c%20d HTTP/1.1\r\n")
    names = {line.partition(":")[0] for line in head.splitlines()[1:] if line}
    assert names == {"Host", "Accept", "Accept-Encoding", "User-Agent", "Connection"}
    assert "Otklik" not in head


def test_addresses_with_spaces_and_foreign_letters_are_asked_for_as_browsers_do(
    stranger: Strange,
) -> None:
    stranger.answers("/%D0%B0%20b.png", b"picture")

    assert fetch(stranger.at("/а b.png"), WANTED) == b"picture"


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "127.1.2.3", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254"),
        *("0.1.2.3", "100.64.0.1", "224.0.0.1", "255.255.255.255", "198.18.0.1", "192.0.2.1"),
        *("::", "::1", "fe80::1", "fc00::1", "fec0::1", "ff02::1", "::ffff:127.0.0.1"),
        *("::ffff:8.8.8.8", "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::1", "2002:7f00:1::"),
        *("2001:0:7f00:1::1", "2001:db8::1", "::7f00:1", "100::1"),
    ],
)
def test_what_is_not_on_the_open_internet_is_never_asked(host: str) -> None:
    assert not is_open(ipaddress.ip_address(host))
    named = f"[{host}]" if ":" in host else host
    assert why(f"http://{named}/a.png") == Why.INSIDE


@pytest.mark.parametrize(
    "host", ["93.184.216.34", "8.8.8.8", "2606:4700::6810:84e5", "64:ff9b::808:808"]
)
def test_what_is_on_the_open_internet_may_be_asked(host: str) -> None:
    assert is_open(ipaddress.ip_address(host))


@pytest.mark.parametrize(
    "written",
    ["2130706433", "0177.0.0.1", "0x7f.1", "127.1", "localhost", "LOCALHOST.", "127。0。0。1"],
)
def test_other_ways_to_write_this_machine_reach_nothing(written: str) -> None:
    with strange_server() as server:
        assert why(server.at("/a.png", written)) in {Why.INSIDE, Why.ADDRESS, Why.UNKNOWN}
        assert server.heard == []


@pytest.mark.parametrize(
    "url",
    [
        *("file:///etc/passwd", "ftp://a.example/a.png", "gopher://a.example/", "//a.example/a"),
        *("http://user:word@a.example/", "http://a.example@127.0.0.1/", "http://", "http:///a"),
        *("http://a.example:99999/", "http://a_b..example/", "data:image/png;base64,AA", ""),
        *("http://[::1", "http://a.example:0/", f"http://a.example/{'a' * 5000}"),
    ],
)
def test_other_addresses_are_not_fetched(url: str) -> None:
    assert why(url) == Why.ADDRESS


def test_a_name_is_looked_up_once_and_its_judged_address_is_what_is_reached(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked, reached = [], []

    def look(host: str, port: int, **_more: Any) -> list[Any]:
        looked.append(host)
        address = "93.184.216.34" if len(looked) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    def reach(address: tuple[str, int], **_more: Any) -> socket.socket:
        reached.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", look)
    monkeypatch.setattr(socket, "create_connection", reach)

    assert why("http://rebinding.example/a.png") == Why.REFUSED
    assert (looked, reached) == (["rebinding.example"], [("93.184.216.34", 80)])


def test_ports_of_other_services_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", 25))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_given, **_more: found)

    assert why("http://mail.example:25/") == Why.INSIDE


def test_a_redirect_is_judged_as_the_first_address_was(stranger: Strange) -> None:
    with strange_server("127.0.0.2") as inside:
        inside.answers("/secret", b"secret")
        for to in (inside.at("/secret", "127.0.0.2"), "file:///etc/passwd", "//127.0.0.2/secret"):
            assert why(stranger.redirects("/a.png", to)) in {Why.INSIDE, Why.ADDRESS}
        assert inside.heard == []


def test_a_redirect_to_no_address_at_all_is_an_answer_that_is_broken(stranger: Strange) -> None:
    assert why(stranger.redirects("/a.png", "http://[")) == Why.BROKEN


def test_an_answer_that_ends_its_connection_is_read_to_its_end(stranger: Strange) -> None:
    url = stranger.answers("/a", b"picture" * 100, "Connection: close")
    assert fetch(url, WANTED) == b"picture" * 100
    stranger.says["/b"] = b"HTTP/1.0 200 OK\r\n\r\npicture"
    assert fetch(stranger.at("/b"), WANTED) == b"picture"


def test_redirects_are_followed_and_end(stranger: Strange) -> None:
    for place in range(MOST_REDIRECTS):
        stranger.redirects(f"/{place}", f"/{place + 1}")
    stranger.answers(f"/{MOST_REDIRECTS}", b"picture")
    assert fetch(stranger.at("/0"), WANTED) == b"picture"

    stranger.redirects(f"/{MOST_REDIRECTS}", "/0")
    assert why(stranger.at("/0")) == Why.REFUSED


def test_what_is_too_large_is_not_read_to_its_end(stranger: Strange) -> None:
    assert why(stranger.answers("/told", b"a" * 1001)) == Why.LARGE
    assert fetch(stranger.answers("/fits", b"a" * 1000), WANTED) == b"a" * 1000
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    stranger.says["/chunks"] = head + (b"200\r\n" + b"a" * 512 + b"\r\n") * 2 + b"0\r\n\r\n"
    stranger.says["/endless"] = b"HTTP/1.1 200 OK\r\n\r\n" + b"a" * 100_000
    assert why(stranger.at("/chunks")) == Why.LARGE
    assert why(stranger.at("/endless")) == Why.LARGE


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"\0\1\2",
        b"220 mail.example ESMTP\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 500 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nA: " + b"b" * 100_000,
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n\x1f\x8b",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 500 Oops\r\nContent-Length: 3\r\n\r\nabc",
        b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n",
    ],
)
def test_what_is_no_answer_gives_nothing(stranger: Strange, said: bytes) -> None:
    stranger.says["/a"] = said

    assert why(stranger.at("/a")) in {Why.BROKEN, Why.REFUSED}


@pytest.mark.parametrize("said", [b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n" + b"a" * 500])
def test_who_speaks_slowly_is_not_waited_for(stranger: Strange, said: bytes) -> None:
    stranger.says["/a"], stranger.drips["/a"] = said, 0.05  # 27 seconds in all
    began = time.monotonic()

    assert why(stranger.at("/a"), Wanted(most=1000, seconds=0.5)) == Why.SILENT
    assert time.monotonic() - began < 5


def test_a_name_that_nobody_has_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def look(*_given: Any, **_more: Any) -> None:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", look)

    assert why("https://nobody.invalid/a.png") == Why.UNKNOWN
