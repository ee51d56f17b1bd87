import pytest

from otklik.core.post.hosts import canonical_host


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("IMAP.Desk.Example", "imap.desk.example"),
        ("localhost", "localhost"),
        ("mail_2", "mail_2"),
        ("mail.desk.example.", "mail.desk.example"),
        ("почта.пример.рф", "xn--80a1acny.xn--e1afmkfd.xn--p1ai"),
        ("192.0.2.1", "192.0.2.1"),
        ("2001:DB8:0::1", "2001:db8::1"),
    ],
)
def test_a_server_has_one_name(text: str, host: str) -> None:
    assert canonical_host(text) == host


@pytest.mark.parametrize(
    "text",
    [
        *("", "💌", "💌.example", "i❤.example", "a b", "a@b", "a/b", "imap:993", "-a.example"),
        *("a..b", "1.2.3", "1.2.3.400", "a-.example", "a\u200b.example", "a" * 64, "ab." * 90),
    ],
)
def test_what_no_server_is_called_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        canonical_host(text)
