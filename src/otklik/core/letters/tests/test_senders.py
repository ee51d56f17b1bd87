"""Who a letter is from: one plain mailbox, or nobody."""

from email.headerregistry import Address
from email.utils import getaddresses

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from otklik.core.letters import Quarantine, read_letter
from otklik.core.letters.addresses import plain_mailbox
from otklik.core.letters.tests.letters import letter, read

PLAIN = {
    "cy@firm.example": ("", "cy@firm.example"),
    "<cy@firm.example>": ("", "cy@firm.example"),
    "Cy <cy@firm.example>": ("Cy", "cy@firm.example"),
    '"Doe, Cy" <cy@firm.example>': ("Doe, Cy", "cy@firm.example"),
    '"Cy \\"the\\" Doe" <cy@firm.example>': ('Cy "the" Doe', "cy@firm.example"),
    "cy@firm.example (Cy Doe)": ("Cy Doe", "cy@firm.example"),
    "Cy (Sales) Doe <cy@firm.example>": ("Cy Doe", "cy@firm.example"),
    "cy@firm.example <cy@firm.example>": ("cy@firm.example", "cy@firm.example"),
    "=?utf-8?B?0JjQstCw0L0=?= <ivan@firm.example>": ("Иван", "ivan@firm.example"),
    "Иван <ivan@firm.example>": ("Иван", "ivan@firm.example"),
    '"cy.doe"@firm.example': ("", "cy.doe@firm.example"),
    "cy+tag'x_y@sub.firm.example": ("", "cy+tag'x_y@sub.firm.example"),
    "root@localhost": ("", "root@localhost"),
    "иван@пример.бг": ("", "иван@пример.бг"),
}
NOBODY = [
    "<victim@good.example>attacker@evil.example",
    "victim@good.example <attacker@evil.example>",
    "<attacker@evil.example> <victim@good.example>",
    "attacker@evil.example, victim@good.example",
    "attacker(&email=victim@victim.org&)@attacker.com",
    "victim@good.example (<attacker@evil.example>)",
    "(victim@good.example) attacker@evil.example",
    "Group: victim@good.example;",
    "Doe, Cy <cy@firm.example>",
    "<@relay.example:cy@firm.example>",
    "=?utf-8?q?victim=40good.example?=@evil.example",
    "=?utf-8?q?victim?=@good.example",
    '"victim@good.example"@evil.example',
    '"cy doe"@firm.example',
    '"vic"tim@good.example',
    "cy@[127.0.0.1]",
    "cy@127.0.0.1",
    "cy@firm.example.",
    "cy@.firm.example",
    ".cy@firm.example",
    "cy..doe@firm.example",
    "cy@firm..example",
    "cy@-firm.example",
    "cy @firm.example",
    "cy@ firm.example",
    "cy@firm@evil.example",
    "cy@firm.example evil",
    "cy@firm.example\\@evil.example",
    "cy@firm.example\r\n other@firm.example",
    "<cy@firm.example",
    "cy@firm.example>",
    "cy\x00@firm.example",
    "cy\x0b@firm.example",
    "ｃｙ@firm.example",
    "\u212aelly@firm.example",
    "cy@faß.example",
    "cy@xn--zzzzzz9.example",
    "cy\u200b@firm.example",
    "MAILER-DAEMON",
    "<>",
    '""@firm.example',
    "@firm.example",
    "cy@",
    f"{'a' * 65}@firm.example",
    f"cy@{'a' * 64}.example",
    f"cy@{'a.' * 130}example",
]


@pytest.mark.parametrize("value", PLAIN)
def test_a_plain_mailbox_is_read(value: str) -> None:
    found = read(sender=value).sender
    assert found is not None
    assert (found.name, found.address) == PLAIN[value]


@pytest.mark.parametrize("value", NOBODY)
def test_what_is_not_plainly_one_mailbox_is_nobody(value: str) -> None:
    found = read(sender=value)
    assert (found.sender, found.quarantine) == (None, Quarantine.SENDER_UNCLEAR)


def test_the_key_is_in_lower_case_and_in_ascii() -> None:
    found = read(sender="Cy.Doe@ПРИМЕР.БГ").sender
    assert found is not None
    assert found.key == "cy.doe@xn--e1afmkfd.xn--90ae"


def test_both_forms_of_a_domain_have_one_key() -> None:
    keys = {
        getattr(plain_mailbox(value.encode()), "key", None)
        for value in ("a@пример.бг", "A@Пример.бг", "a@xn--e1afmkfd.xn--90ae")
    }
    assert keys == {"a@xn--e1afmkfd.xn--90ae"}


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"Subject: x\r\n\r\nHi", Quarantine.NO_SENDER),
        (b"From: \r\nSubject: x\r\n\r\nHi", Quarantine.NO_SENDER),
        (b"From: a@b.example\r\nFrom: c@d.example\r\n\r\nHi", Quarantine.SEVERAL_SENDERS),
        (b"From: a@b.example\r\nfrom : a@b.example\r\n\r\nHi", Quarantine.SEVERAL_SENDERS),
        (b"Subject: x\r\nno field\r\nFrom: a@b.example\r\n\r\nHi", Quarantine.SENDER_UNCLEAR),
        (b"Subject: x\rFrom: a@b.example\r\n\r\nHi", Quarantine.SENDER_UNCLEAR),
        (b"From: a@b.example\rFrom: c@d.example\r\n\r\nHi", Quarantine.SENDER_UNCLEAR),
        (b"Subject: x\r\n\r\nFrom: a@b.example\r\n\r\nHi", Quarantine.NO_SENDER),
    ],
)
def test_none_or_several_senders_are_nobody(raw: bytes, reason: Quarantine) -> None:
    found = read_letter(raw)
    assert (found.sender, found.quarantine) == (None, reason)


@pytest.mark.parametrize(
    "raw",
    [
        b"From: victim@good.example" + b" " * 70_000 + b"<evil@evil.example>\r\n\r\nHi",
        b"From: victim@good.example" + b"\r" * 70_000 + b"<evil@evil.example>\r\n\r\nHi",
        b"From: victim@good.example\r\n" + b" \r\n" * 70_000 + b" <evil@evil.example>\r\n\r\nHi",
        b"From: victim@good.example\r\nX: "
        + b"x" * 70_000
        + b"\r\nFrom: evil@evil.example\r\n\r\nHi",
        b"From: victim@good.example\r\n"
        + b"X: y\r\n" * 70_000
        + b"From: evil@evil.example\r\n\r\nHi",
    ],
    ids=["blanks", "returns", "folds", "a long field", "many fields"],
)
def test_a_head_that_was_cut_names_nobody(raw: bytes) -> None:
    found = read_letter(raw)
    assert (found.sender, found.quarantine) == (None, Quarantine.HEADERS_TOO_LARGE)
    assert found.text == "Hi"


@pytest.mark.parametrize(
    "head",
    [
        b"From: a@b.example\r\nno field\r\nnor this\r\nFrom: c@d.example\r\n",
        b"From: a@b.example\r\nno field\r\nnor this\r\nfrom : c@d.example\r\n",
        b"From: a@b.example\r\nno field\r\nnor this\rFrom: c@d.example\r\n",
        b"Subject: x\r\nno field\r\nnor this\r\nFrom: c@d.example\r\n",
        b"From: a@b.example\r\n" + b"no field\r\n" * 30_000 + b"From: c@d.example\r\n",
        b"From: a@b.example\r\nSubject: x\rFrom: c@d.example\r\n",
        b"Subject: x\rFrom: c@d.example\r\n",
        b"Subject: x\r\r\nFrom: c@d.example\r\n",
        b"\r\nFrom: a@b.example\r\n",
        b" \r\nFrom: a@b.example\r\n",
        b" Subject: x\r\nFrom: a@b.example\r\n",
        b"\xef\xbb\xbfFrom: a@b.example\r\n",
        b"From : a@b.example\r\n",
        b"From\t: a@b.example\r\n",
        b"Subject : x\r\nFrom: a@b.example\r\n",
    ],
)
def test_a_head_that_readers_take_differently_names_nobody(head: bytes) -> None:
    found = read_letter(head + b"\r\nHi")
    assert (found.sender, found.quarantine) == (None, Quarantine.SENDER_UNCLEAR)
    assert "head-broken" in found.warnings
    assert found.text.endswith("Hi")


@pytest.mark.parametrize(
    "after",
    [
        b"no field\r\nnor this\r\n\r\nFrom: c@d.example\r\n",
        b"Subject : x\r\n\r\nHi\rFrom: c@d.example\r\n",
        b"Subject: x\r\r\n\r\nHi",
    ],
)
def test_a_sender_whom_all_readers_find_is_believed(after: bytes) -> None:
    sender = read_letter(b"From: a@b.example\r\n" + after).sender
    assert sender is not None
    assert sender.address == "a@b.example"


def test_other_headers_never_change_who_wrote() -> None:
    others = b"Sender: x@evil.example\r\nReply-To: y@evil.example\r\nReturn-Path: <z@e.example>\r\n"
    found = read_letter(others + letter(sender="cy@firm.example"))
    assert found.sender is not None
    assert found.sender.address == "cy@firm.example"
    assert [one.address for one in found.reply_to] == ["y@evil.example"]
    assert read_letter(others + letter(sender=None)).sender is None


@pytest.mark.parametrize(
    ("value", "doubt"),
    [
        ('"boss@good.example" <x@evil.example>', "name-holds-address"),
        ("=?utf-8?q?boss=40good.example?= <x@evil.example>", "name-holds-address"),
        ("boss＠good.example <x@evil.example>", "name-holds-address"),
        ("Pаypal <x@evil.example>", "confusable-name"),
        ("Ρaypal <x@evil.example>", "confusable-name"),
        ("Ραураӏ <x@evil.example>", "confusable-name"),
        ("Раураӏ Support <x@evil.example>", "confusable-name"),
        ("СОСО Bank <x@evil.example>", "confusable-name"),
        ("ᴘay Desk <x@evil.example>", "confusable-name"),
        ("x@ρρρ.example", "confusable-address"),
        ("x@օոս.example", "confusable-address"),
        ("x@ɡoogle.example", "confusable-address"),
        ("x@банкbank.example", "confusable-address"),
        ("x@аррӏе.example", "confusable-address"),
        ("x@xn--80ak6aa92e.example", "confusable-address"),
        ("pаul@firm.example", "confusable-address"),
    ],
)
def test_names_and_addresses_that_look_like_others_are_told(value: str, doubt: str) -> None:
    assert doubt in read(sender=value).warnings


@pytest.mark.parametrize(
    "value",
    [
        "Cy <cy@firm.example>",
        "Иван <i@пример.бг>",
        '"c@d.ef" <c@d.ef>',
        "ООО Volga Transit <i@volga.example>",
        "Сара <sara@firm.example>",
        "i@сос.бг",
        "почта@пример.бг",
        "Ελένη Παπά <e@firm.example>",
        "田中 Taro <t@firm.example>",
        "Grüße GmbH <g@grüße.example>",
    ],
)
def test_ordinary_names_raise_no_doubt(value: str) -> None:
    assert read(sender=value).warnings == ()


def test_lists_keep_what_is_plain_and_tell_of_the_rest() -> None:
    found = read(to='Team: "A, B" <a@b.example>, c@d.example;, junk', cc="undisclosed-recipients:;")
    assert [(one.name, one.address) for one in found.to] == [
        ("A, B", "a@b.example"),
        ("", "c@d.example"),
    ]
    assert found.cc == ()
    assert "address-unread" in found.warnings


def test_500_addresses_are_read_and_501_are_too_many() -> None:
    several = [f"u{number}@firm.example" for number in range(501)]
    assert read(to=", ".join(several[:250]), cc=", ".join(several[250:500])).quarantine is None
    found = read(to=", ".join(several[:250]), cc=", ".join(several[250:]))
    assert found.quarantine is Quarantine.TOO_MANY_ADDRESSES
    assert found.sender is not None


MARKS = st.sampled_from([*"@<>\"(),;:\\. \t%![]'я", "\r\n "])
WORDS = st.sampled_from(
    ["a", "b.c", "x.example", "=?utf-8?q?a?=", "1.2.3.4", "a@x.example", "<b@y.example>"]
)
PIECES = st.one_of(MARKS, WORDS)


@settings(max_examples=2000)
@given(st.lists(PIECES, max_size=12).map("".join))
@example("<victim@good.example>attacker@evil.example")
def test_what_is_accepted_is_what_others_read_too(value: str) -> None:
    """No mailbox of ours is another than the standard library reads there."""
    found = plain_mailbox(value.encode())
    if found is None:
        return
    unquoted = value.replace("\r\n", "").replace('"', "")
    assert f"{found.address}" in unquoted
    theirs = {address.replace('"', "") for _name, address in getaddresses([value])} - {""}
    assert theirs == {found.address}
    if found.address.isascii():
        assert Address(addr_spec=found.address).addr_spec == found.address


@settings(max_examples=1000)
@given(st.binary(max_size=60))
def test_any_bytes_name_one_mailbox_or_nobody(value: bytes) -> None:
    sender = read_letter(b"From: " + value.replace(b"\n", b" ") + b"\r\n\r\nHi").sender
    assert sender is None or sender.address.rpartition("@")[0].encode() in value


def test_the_letter_maker_writes_what_it_says() -> None:
    assert letter("Hi", sender="a@b.example", list_id="x") == (
        b"From: a@b.example\r\nList-Id: x\r\n\r\nHi"
    )
