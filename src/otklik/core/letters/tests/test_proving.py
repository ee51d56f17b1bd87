"""Where letters come from: what domains sign and say, asked of a real name server."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from typing import Any

import dkim
import pytest
from cryptography.hazmat.primitives import serialization as kinds
from hypothesis import given, settings
from hypothesis import strategies as st

from otklik.core.letters.parsing import sender_of
from otklik.core.letters.proving import names as asking
from otklik.core.letters.proving.names import Names
from otklik.core.letters.proving.proof import prove
from otklik.core.letters.proving.provers import UNPROVEN, Provers
from otklik.core.letters.proving.spf import Sending
from otklik.core.letters.tests.name_server import SILENT, NameServer
from otklik.core.letters.verdicts import Result, Standing, standing_of
from otklik.core.post.signing import Signer, loaded_key, made_key, record, signed

LETTER = (
    b"From: Cy <cy@news.harrow.example>\r\nTo: help@desk.example\r\nSubject: Printer\r\n"
    b"Message-ID: <1@harrow.example>\r\n\r\nIt jams.\r\n"
)
AUTHOR = "news.harrow.example"
CLIENT = "203.0.113.7"
FROM_RELAY = Sending("127.0.0.1", "relay.desk.example", "cy@news.harrow.example")
DIRECT = Sending("8.8.4.4", "out.harrow.example", "bounces@mail.harrow.example")


@pytest.fixture(scope="module")
def key() -> str:
    return made_key()


@pytest.fixture(scope="module")
def zone(key: str) -> dict[str, list[tuple[str, Any]]]:
    """What harrow.example publishes: keys, hosts, and that letters that fail are to be refused."""
    return {
        "desk._domainkey.harrow.example": [("TXT", record(key))],
        "desk._domainkey.news.harrow.example": [("TXT", record(key))],
        "desk._domainkey.other.example": [("TXT", record(key))],
        "mail.harrow.example": [("TXT", "v=spf1 ip4:8.8.4.0/24 -all")],
        "_dmarc.harrow.example": [("TXT", "v=DMARC1; p=reject; sp=quarantine")],
    }


@pytest.fixture
def server(zone: dict[str, list[tuple[str, Any]]]) -> Iterator[NameServer]:
    with NameServer(zone) as server:
        yield server


@pytest.fixture(scope="module")
def nobody() -> Iterator[NameServer]:
    """Knows no name at all."""
    with NameServer({}) as server:
        yield server


def by(domain: str, key: str, letter: bytes = LETTER) -> bytes:
    return signed(letter, Signer(domain=domain, selector="desk", key=key))


def found(raw: bytes, server: NameServer, sending: Sending = FROM_RELAY) -> tuple[Result, ...]:
    return prove(raw, sending, Names(server.place))


def said(results: tuple[Result, ...]) -> dict[str, str]:
    return {one.method: one.value for one in results}


def standing(results: tuple[Result, ...], domain: str = AUTHOR) -> Standing:
    return standing_of(results, domain)


@pytest.mark.parametrize("domain", [AUTHOR, "harrow.example"])
def test_a_domain_s_own_signature_proves_the_letter(
    server: NameServer, key: str, domain: str
) -> None:
    results = found(by(domain, key), server)
    assert said(results) == {"spf": "none", "dkim": "pass", "dmarc": "pass"}
    assert standing(results) == Standing.PASS
    assert results[-1].properties == {
        "header.from": AUTHOR,
        "polrec.domain": "harrow.example",
        "polrec.p": "quarantine",
    }


def test_the_path_proves_it_too(server: NameServer) -> None:
    results = found(LETTER, server, DIRECT)
    assert said(results) == {"spf": "pass", "dkim": "none", "dmarc": "pass"}
    assert standing(results) == Standing.PASS
    assert said(found(LETTER, server, DIRECT._replace(client="8.8.8.8"))) == {
        "spf": "fail",
        "dkim": "none",
        "dmarc": "fail",
    }


@pytest.mark.parametrize("client", ["127.0.0.1", "10.1.2.3", "fd00::1", "", "nowhere"])
def test_a_relay_of_our_own_network_says_nothing_of_the_path(
    server: NameServer, client: str
) -> None:
    assert said(found(LETTER, server, DIRECT._replace(client=client)))["spf"] == "none"
    assert said(found(LETTER, server, DIRECT._replace(hello="")))["spf"] == "none"  # by LMTP


@pytest.mark.parametrize("change", [(b"jams", b"burns"), (b"Printer", b"Money"), (b"Cy", b"Boss")])
def test_what_was_changed_on_the_way_is_not_signed(
    server: NameServer, key: str, change: tuple[bytes, bytes]
) -> None:
    raw = by(AUTHOR, key)
    head, letter = raw[: -len(LETTER)], raw[-len(LETTER) :]
    results = found(head + letter.replace(*change), server)
    assert said(results) == {"spf": "none", "dkim": "fail", "dmarc": "fail"}
    assert standing(results) == Standing.FAIL


def test_another_domain_s_signature_proves_nothing_of_this_one(
    server: NameServer, key: str
) -> None:
    results = found(by("other.example", key), server)
    assert said(results) == {"spf": "none", "dkim": "pass", "dmarc": "fail"}
    assert standing(results) == Standing.FAIL


@pytest.mark.parametrize(
    "before",
    [
        b"From: boss@news.harrow.example\r\r",
        b"X-Note: a\rFrom: boss@news.harrow.example\r\r\r\n",
        b"From: boss@news.harrow.example\r\n\r",
        b"From: boss@news.harrow.example\n\r\n",
        b"From : boss@news.harrow.example\r\n",
        b"From\t: boss@news.harrow.example\r\nno header at all\r\n",
        b"\xef\xbb\xbfFrom: boss@news.harrow.example\r\n",
        b"From: boss@news.harrow.example\r\n \r\n",
        b"From: boss@news.harrow.example\r\n\x0c\r\n",
        b"From boss\r\nFrom: boss@news.harrow.example\r\n",
    ],
)
def test_a_signed_letter_with_another_head_before_it_proves_nobody_else(
    server: NameServer, key: str, before: bytes
) -> None:
    raw = before + by(AUTHOR, key)
    author = sender_of(raw)
    results = found(raw, server)
    is_signer = author is not None and author.key == "cy@news.harrow.example"
    assert is_signer or standing(results) != Standing.PASS


def test_however_the_author_is_written_it_is_the_same_one(server: NameServer, key: str) -> None:
    for said in (b"Cy\r\n <cy@news.harrow.example>", b'"Cy, C." <cy@NEWS.harrow.example>'):
        raw = by(AUTHOR, key, LETTER.replace(b"Cy <cy@news.harrow.example>", said))
        assert standing(found(raw, server)) == Standing.PASS
    server.zone["desk._domainkey.xn--e1afmkfd.xn--p1ai"] = [("TXT", record(key))]
    letter = LETTER.replace(b"news.harrow.example", "пример.рф".encode())
    results = found(by("пример.рф", key, letter), server)
    assert standing(results, "xn--e1afmkfd.xn--p1ai") == Standing.PASS


def test_names_in_signatures_are_kept_as_a_row_takes_them(server: NameServer) -> None:
    raw = b"DKIM-Signature: v=1; a=rsa-sha256; d=a\0b" + b"c" * 999 + b".example; s=\xff; h=from;"
    result = found(raw + b" bh=YQ==; b=YQ==\r\n" + LETTER, server)[1]
    assert all(one.isprintable() and len(one) <= 253 for one in result.properties.values())


def test_an_endless_record_costs_nothing(server: NameServer) -> None:
    server.zone["mail.harrow.example"] = [("TXT", "v=spf1 a:b." + "a" * 12_000 + "! -all")]
    begun = time.process_time()
    assert found(LETTER, server, DIRECT)[0].value == "permerror"
    assert time.process_time() - begun < 1


def test_one_good_signature_among_others_is_enough(server: NameServer, key: str) -> None:
    raw = by("other.example", made_key(), by("other.example", key, by(AUTHOR, key)))
    assert [one.value for one in found(raw, server) if one.method == "dkim"] == [
        "fail",
        "pass",
        "pass",
    ]
    assert standing(found(raw, server)) == Standing.PASS


@pytest.mark.parametrize(
    "more",
    [{"length": True}, {"signature_algorithm": b"rsa-sha1"}],
    ids=["of a part of the text", "by a weak sum"],
)
def test_a_signature_under_which_more_can_be_written_is_not_enough(
    server: NameServer, key: str, more: dict[str, Any]
) -> None:
    pem = loaded(key)
    line = dkim.sign(LETTER, b"desk", AUTHOR.encode(), pem, **more)
    results = found(line + LETTER + b"And pay at once.\r\n" * ("length" in more), server)
    assert said(results) == {"spf": "none", "dkim": "policy", "dmarc": "fail"}


def loaded(key: str) -> bytes:
    plain = kinds.NoEncryption()
    return loaded_key(key).private_bytes(
        kinds.Encoding.PEM, kinds.PrivateFormat.TraditionalOpenSSL, plain
    )


@pytest.mark.parametrize(
    "signed_names", [b"to:\r\n\tfrom:subject", b"to:subject:\r\n from", b"From:To"]
)
def test_names_of_what_is_signed_may_be_folded(
    server: NameServer, key: str, monkeypatch: pytest.MonkeyPatch, signed_names: bytes
) -> None:
    signing = dkim.DKIM(LETTER)
    made = signing.gen_header

    def folded(fields: list[tuple[bytes, bytes]], *rest: Any, **more: Any) -> Any:
        written = [(name, signed_names if name == b"h" else value) for name, value in fields]
        return made(written, *rest, **more)

    monkeypatch.setattr(signing, "gen_header", folded)
    names = [name.strip().lower() for name in signed_names.split(b":")]
    line = signing.sign(b"desk", AUTHOR.encode(), loaded(key), include_headers=names)
    assert b"h=" + signed_names in line
    assert said(found(line + LETTER, server))["dkim"] == "pass"


def test_a_stranger_s_failing_names_do_not_make_a_forged_letter_unsure(
    server: NameServer, key: str
) -> None:
    server.zone["_dmarc.other.example"] = [SILENT]
    assert standing(found(by("other.example", key), server)) == Standing.FAIL


def test_a_stranger_s_many_names_do_not_use_up_what_the_author_s_may_cost(
    server: NameServer, key: str
) -> None:
    hosts = [f"m{place}.other.example" for place in range(9)]
    record = " ".join(["v=spf1", *(f"mx:{host}" for host in hosts), "-all"])
    server.zone["other.example"] = [("TXT", record)]
    for host in hosts:
        server.zone[host] = [("MX", (place, f"h{place}.{host}")) for place in range(10)]
        server.zone |= {f"h{place}.{host}": [("A", "203.0.113.9")] for place in range(10)}
    sending = Sending("8.8.8.8", "out.other.example", "cy@other.example")
    results = found(LETTER, server, sending)
    assert said(results) == {"spf": "temperror", "dkim": "none", "dmarc": "fail"}
    assert said(found(by(AUTHOR, key), server, sending))["dmarc"] == "pass"


def test_a_stranger_s_slow_names_do_not_either(
    server: NameServer, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    names = Names(server.place)
    names.keep_for("harrow.example")
    now += asking.PATIENCE_SECONDS - 0.5
    assert names.texts("_dmarc.harrow.example")
    with pytest.raises(asking.Unsure):
        names.texts("other.example")


@pytest.mark.parametrize(
    ("tags", "result"),
    [
        ("", "pass"),
        ("; adkim=r", "pass"),
        ("; adkim=s", "fail"),
        ("; psd=n", "pass"),
    ],
)
def test_how_strictly_is_for_the_domain_to_say(
    server: NameServer, key: str, tags: str, result: str
) -> None:
    server.zone["_dmarc.harrow.example"] = [("TXT", f"v=DMARC1; p=reject{tags}")]
    assert said(found(by("harrow.example", key), server))["dmarc"] == result


def test_neighbours_under_a_public_suffix_do_not_speak_for_each_other(
    server: NameServer, key: str
) -> None:
    server.zone["_dmarc.example"] = [("TXT", "v=DMARC1; p=none; psd=y")]
    results = found(by("other.example", key), server)
    assert results[-1].value == "fail"
    assert found(by("harrow.example", key), server)[-1].value == "pass"
    del server.zone["_dmarc.harrow.example"]
    assert found(by("other.example", key), server)[-1].value == "none"


@pytest.mark.parametrize(
    "records",
    [
        [],
        [("TXT", "v=spf1 -all")],
        [("TXT", "v=DMARC1; p=reject"), ("TXT", "v=DMARC1; p=none")],
        [("TXT", "v=DMARC2; p=reject")],
        [("TXT", "v=DMARC1; p=whatever")],
    ],
)
def test_without_one_record_that_says_it_the_signature_alone_counts(
    server: NameServer, key: str, records: list[tuple[str, str]]
) -> None:
    server.zone["_dmarc.harrow.example"] = list(records)
    mine, other = found(by(AUTHOR, key), server), found(by("other.example", key), server)
    assert (said(mine)["dmarc"], said(other)["dmarc"]) == ("none", "none")
    assert (standing(mine), standing(other)) == (Standing.PASS, Standing.NONE)
    assert standing(found(by("harrow.example", key), server)) == Standing.NONE  # not its own name


def test_a_domain_that_wishes_nothing_denies_nothing(server: NameServer) -> None:
    server.zone["_dmarc.harrow.example"] = [("TXT", "v=DMARC1; p=reject; sp=none")]
    results = found(LETTER, server)
    assert results[-1].value == "fail"
    assert standing(results) == Standing.NONE


def test_a_server_that_fails_says_nothing(server: NameServer, key: str) -> None:
    raw = by(AUTHOR, key)
    server.zone["desk._domainkey.news.harrow.example"] = [SILENT]
    assert said(found(raw, server)) == {"spf": "none", "dkim": "temperror", "dmarc": "temperror"}
    assert standing(found(raw, server)) == Standing.ERROR
    server.zone["_dmarc.harrow.example"] = [SILENT]
    assert said(found(LETTER, server))["dmarc"] == "temperror"


def test_a_server_that_never_answers_costs_the_patience_once(
    server: NameServer, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "PATIENCE_SECONDS", 0.5)
    with NameServer({}) as deaf:
        silent = deaf.place
    results = prove(by(AUTHOR, key), DIRECT, Names(silent))
    assert {one.value for one in results} == {"temperror"}


def test_a_letter_asks_no_more_than_it_may(server: NameServer, key: str) -> None:
    raw = LETTER.replace(b"news.harrow", b"a.b.c.d.e.f.g.h.i.j.k.l.harrow")
    for place in range(30):
        raw = by(f"s{place}.other.example", key, raw)
    found(raw, server)
    assert sum(name.endswith("_domainkey.s29.other.example") for name, _kind in server.asked) == 1
    assert len({name for name, _kind in server.asked if "_domainkey" in name}) == 5
    assert len({name for name, _kind in server.asked if name.startswith("_dmarc")}) <= 8


@pytest.mark.parametrize(
    "head",
    [b"", b"From: a@x.example, b@y.example\r\n", b"From: a@x.example\r\nFrom: b@y.example\r\n"],
)
def test_nobody_plain_is_not_looked_for(server: NameServer, head: bytes) -> None:
    raw = head + b"Subject: x\r\n\r\nHello.\r\n"
    assert said(found(raw, server)) == {"spf": "none", "dkim": "none"}


@given(raw=st.binary(max_size=600), value=st.binary(max_size=200))
@settings(max_examples=150, deadline=None)
def test_any_bytes_have_results(nobody: NameServer, raw: bytes, value: bytes) -> None:
    for letter in (raw, b"DKIM-Signature: " + value + b"\r\n" + LETTER):
        results = prove(letter, FROM_RELAY, Names(nobody.place))
        assert results[0] == Result("spf", "none", {"smtp.mailfrom": FROM_RELAY.sender})
        assert not any(one.value == "pass" for one in results)


def test_children_find_it_out_side_by_side(server: NameServer, key: str) -> None:
    provers, raw = Provers(server.place), by(AUTHOR, key)
    got: list[tuple[Result, ...]] = []
    threads = [
        threading.Thread(target=lambda: got.append(provers.prove(raw, DIRECT))) for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {one[-1].value for one in got} == {"pass"}
    assert len(got) == 6
    provers.close()


def test_a_child_that_dies_leaves_its_letter_unproven_and_the_next_is_proven(
    server: NameServer, key: str
) -> None:
    provers, raw = Provers(server.place), by(AUTHOR, key)
    assert provers.prove(raw, DIRECT)[-1].value == "pass"
    child = provers._all[0]  # noqa: SLF001  # which child it is
    assert child.pid is not None
    os.kill(child.pid, signal.SIGKILL)
    assert provers.prove(raw, DIRECT) == UNPROVEN
    assert provers.prove(raw, DIRECT)[-1].value == "pass"
    provers.stop()
    assert provers.prove(raw, DIRECT) == UNPROVEN
    provers.close()
