"""How often what is newly said in a letter is found as other projects' tests expect it.

    python -m bench quotes
    python bench/quotes.py [--half tuning|held-back] [--show]

The letters come by `tools/replies.py`, and each is read as it would come in: what counts is its
`text_new`. Half of each collection, by hash, was looked at while the
code was written; the other half was only counted. White space is not compared, in HTML not at
all. A collection that counts signatures as said is compared with what was said and signed; the
column "new alone" compares with `text_new` in every collection.
"""

import argparse
import hashlib
import importlib.util
import json
import runpy
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from otklik.core.letters import read_letter
from otklik.core.letters.html_lines import RULE
from otklik.core.letters.quoting import split_text, text_of_html

ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT / "tools"))  # for what it imports
REPLIES = runpy.run_path(str(ROOT / "tools" / "replies.py"))
COLLECTIONS, FOLDER = REPLIES["COLLECTIONS"], REPLIES["FOLDER"]

BAR = 95
HALVES = ("tuning", "held-back")
Answer = Callable[[dict[str, Any]], list[str]]


def half(letter: str) -> str:
    return HALVES[int(hashlib.sha256(letter.encode()).hexdigest()[0], 16) % 2]


def ours(case: dict[str, Any]) -> list[str]:
    """Return what is new in a letter of the case, and what is new or signed."""
    kind = "html" if case["html"] else "plain"
    head = f"From: cy@firm.example\nContent-Type: text/{kind}; charset=utf-8\n\n"
    letter = read_letter(f"{head}{case['letter']}".encode())
    return [letter.text_new, f"{letter.text_new}\n{split_text(letter.text).signature}"]


def squeezed(text: str, case: dict[str, Any]) -> str:
    return ("" if case["html"] else " ").join(text.split())


def is_equal(case: dict[str, Any], answer: str) -> bool:
    expected = case["expected"]
    if case["html"]:
        expected = text_of_html(expected).replace(RULE, "") if "<" in expected else expected
    return squeezed(answer, case) == squeezed(expected, case)


def libraries() -> dict[str, Answer]:
    """Give the libraries that are installed here, each with its own notion of an answer."""
    found: dict[str, Answer] = {}
    if importlib.util.find_spec("mailparser_reply"):
        from mailparser_reply import EmailReplyParser as Multilingual

        languages = ["en", "de", "fr", "it", "es", "nl", "pl", "sv", "da"]
        found["mail-parser-reply"] = lambda case: [
            Multilingual(languages=languages).parse_reply(as_text(case)) or ""
        ]
    if importlib.util.find_spec("email_reply_parser"):
        from email_reply_parser import EmailReplyParser

        found["email-reply-parser"] = lambda case: [EmailReplyParser.parse_reply(as_text(case))]
    if importlib.util.find_spec("talon"):
        from talon import quotations

        found["talon"] = lambda case: [quotations.extract_from_plain(as_text(case))]
    return found


def as_text(case: dict[str, Any]) -> str:
    return text_of_html(case["letter"]) if case["html"] else case["letter"]


def main() -> int:
    """Print the table; 1 when a collection is missing or the bar of quotes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", choices=HALVES)
    parser.add_argument("--show", action="store_true", help="what differs in the tuning half")
    arguments = parser.parse_args()
    others = libraries()
    equal = total = 0
    heads = "".join(f"{name:>20}" for name in others)
    print(f"{'collection':20}{'half':>10}{'cases':>7}{'equal':>7}{'%':>7}{'new alone':>11}{heads}")
    missing = 0
    for name, collection in COLLECTIONS.items():
        kept = FOLDER / f"{name}.json"
        if not kept.exists():
            print(f"{name:20} is missing: run tools/replies.py")
            missing = 1
            continue
        cases = json.loads(kept.read_text(encoding="utf-8"))
        for part in [arguments.half] if arguments.half else HALVES:
            chosen = [case for case in cases if half(case["letter"]) == part]
            print(row(name, part, chosen, signed=collection.signed, others=others))
            if collection.signed:  # the others are about signatures
                total += len(chosen)
                equal += sum(is_equal(case, ours(case)[1]) for case in chosen)
            if arguments.show and part == HALVES[0]:
                show(chosen, signed=collection.signed)
    print(f"quotes: {equal} of {total}, {100 * equal / (total or 1):.1f} % (bar {BAR} %)")
    return int(missing or equal * 100 < total * BAR)


def row(
    name: str, part: str, cases: list[dict[str, Any]], *, signed: bool, others: dict[str, Answer]
) -> str:
    equal = sum(is_equal(case, ours(case)[signed]) for case in cases)
    alone = sum(is_equal(case, ours(case)[0]) for case in cases)
    share = 100 * equal / len(cases) if cases else 100
    theirs = "".join(
        f"{sum(is_equal(case, answer(case)[0]) for case in cases):>20}"
        for answer in others.values()
    )
    return f"{name:20}{part:>10}{len(cases):>7}{equal:>7}{share:>7.1f}{alone:>11}{theirs}"


def show(cases: list[dict[str, Any]], *, signed: bool) -> None:
    for case in cases:
        if not is_equal(case, ours(case)[signed]):
            print(f"--- {case['name']}\n{case['letter'][:1500]}")
            print(f"... expected {case['expected']!r}\n... found    {ours(case)!r}")


if __name__ == "__main__":
    sys.exit(main())
