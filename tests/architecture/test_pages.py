"""What templates and scripts may not do."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "otklik"
TEMPLATES = sorted(SOURCE.rglob("templates/**/*.html"))
SCRIPTS = sorted((SOURCE / "core" / "static").rglob("*.js"))

FORBIDDEN_IN_TEMPLATES = {
    "an inline script": re.compile(r"<script(?![^>]*\bsrc=)", re.IGNORECASE),
    "an inline style": re.compile(r"<style|\sstyle=", re.IGNORECASE),
    "an inline handler": re.compile(r"\son[a-z]+=", re.IGNORECASE),
    "the safe filter": re.compile(r"\|\s*safe\b"),
    "a switched off escape": re.compile(r"autoescape\s+false", re.IGNORECASE),
    "a javascript address": re.compile(r"javascript:", re.IGNORECASE),
}
FORBIDDEN_IN_SCRIPTS = {
    "innerHTML": re.compile(r"\.(inner|outer)HTML\s*="),
    "insertAdjacentHTML": re.compile(r"insertAdjacentHTML"),
    "eval": re.compile(r"\beval\(|new Function\("),
    "document.write": re.compile(r"document\.write"),
}


@pytest.mark.parametrize("what", FORBIDDEN_IN_TEMPLATES)
def test_no_template_has(what: str) -> None:
    found = [
        str(path.relative_to(ROOT))
        for path in TEMPLATES
        if FORBIDDEN_IN_TEMPLATES[what].search(path.read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize("what", FORBIDDEN_IN_SCRIPTS)
def test_no_script_has(what: str) -> None:
    found = [
        str(path.relative_to(ROOT))
        for path in SCRIPTS
        if FORBIDDEN_IN_SCRIPTS[what].search(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_raw_colours_stand_in_the_tokens_only() -> None:
    colour = re.compile(r"#[0-9a-fA-F]{3,8}\b|\boklch\(|\brgba?\(|\bhsla?\(")
    sheets = SOURCE / "core" / "static" / "otklik" / "css"
    found = [
        str(path.relative_to(ROOT))
        for path in sorted(sheets.rglob("*.css"))
        if path.name != "tokens.css" and colour.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []
