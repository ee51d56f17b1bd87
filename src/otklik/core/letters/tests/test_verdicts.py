import pytest
from hypothesis import given
from hypothesis import strategies as st

from otklik.core.letters.verdicts import Standing, verdict_of

OURS, SENDER = "mx.desk.example", "cy@firm.example"


@pytest.mark.parametrize(
    ("said", "standing"),
    [
        ("dmarc=pass header.from=firm.example", "pass"),
        ("dmarc=pass (p=none dis=none) header.from=firm.example", "pass"),
        ("DMARC=PASS Header.From=Firm.Example", "pass"),
        ("dmarc=fail header.from=firm.example", "fail"),
        ("dmarc=temperror header.from=firm.example", "temperror"),
        ("dmarc=permerror", "temperror"),
        ("dmarc=none header.from=firm.example", "none"),
        ("dmarc=bestguesspass", "none"),
        ("dmarc=pass header.from=evil.example", "none"),
        ("dmarc=fail; dkim=pass header.d=firm.example", "fail"),
        ("dkim=pass header.d=firm.example", "pass"),
        ('dkim=pass reason="a; b" header.i=@firm.example', "pass"),
        ('dkim=pass reason="header.d=firm.example" header.d=evil.example', "none"),
        ("dkim=pass header.i=@firm.example", "pass"),
        ("dkim=pass header.d=evil.example", "none"),
        ("dkim=pass header.d=firm.example.evil.example", "none"),
        ("dkim=fail header.d=firm.example", "none"),
        ("dmarc=none; dkim=pass header.d=firm.example", "pass"),
        ("dmarc=none; dkim=pass header.d=other.example", "none"),
        ("dmarc=fail header.from=firm.example polrec.p=none", "none"),
        ("dmarc=fail header.from=firm.example polrec.p=quarantine", "fail"),
        ("dkim=fail header.d=firm.example; spf=pass smtp.mailfrom=cy@firm.example", "pass"),
        ("spf=pass smtp.mailfrom=evil.example", "none"),
        ("spf=softfail smtp.mailfrom=firm.example", "none"),
        ("spf=fail smtp.mailfrom=firm.example", "fail"),
        ("iprev=pass policy.iprev=1.2.3.4", "none"),
        # what a sender says in the quoted half of their address is no result, and no other domain
        ('spf=pass smtp.mailfrom="a; dmarc=pass header.from=firm.example ;"@evil.example', "none"),
        ('spf=pass smtp.mailfrom="\\"; dmarc=pass header.from=firm.example"@evil.example', "none"),
        ('spf=pass smtp.mailfrom="cy@firm.example"@evil.example', "none"),
        ('spf=pass smtp.mailfrom="a smtp.mailfrom=firm.example"@evil.example', "none"),
        ('spf=pass smtp.mailfrom="; dmarc=pass header.from=firm.example', "none"),
        ('spf=pass smtp.mailfrom="cy"@firm.example', "pass"),
        ('spf=pass smtp.mailfrom="cy@firm.example"', "pass"),
        ('spf=pass smtp.mailfrom="a;b"@x.example; dmarc=pass header.from=firm.example', "pass"),
        ("none", "none"),
        ("(dmarc=pass header.from=firm.example)", "none"),
        ("(dmarc=pass (header.from=firm.example", "none"),
        ("", "none"),
    ],
)
def test_what_results_mean(said: str, standing: str) -> None:
    assert verdict_of([f"{OURS} 1; {said}"], OURS, SENDER).standing == standing


@pytest.mark.parametrize(
    "header",
    [
        "mx.evil.example; dmarc=pass",
        "mx.desk.example.evil.example; dmarc=pass",
        "(mx.desk.example) mx.evil.example; dmarc=pass",
        "; dmarc=pass",
        "mx.evil.example mx.desk.example; dmarc=pass",
    ],
)
def test_anothers_name_is_not_ours(header: str) -> None:
    assert verdict_of([header], OURS, SENDER).standing == Standing.NONE


def test_the_topmost_of_ours_decides() -> None:
    headers = ["a.example; dmarc=pass", f"{OURS}; dmarc=fail", f"{OURS}; dmarc=pass"]

    assert verdict_of(headers, OURS, SENDER).standing == Standing.FAIL
    assert verdict_of(headers, "", SENDER).standing == Standing.NONE


@given(st.text(), st.text(min_size=1), st.text())
def test_any_words_have_some_meaning(header: str, name: str, sender: str) -> None:
    assert verdict_of([header, f"{name};{header}"], name, sender).standing in set(Standing)
