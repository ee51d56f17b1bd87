"""Fetch foreign collections of answered letters into build/replies, one JSON list each.

They belong to other projects, so they are taken from pinned archives (`archives.py`) and never
kept here; their tests are read as text. A case is what was sent, whether that is HTML, and what
the project's own tests expect to be left of it.
"""

import ast
import email
import email.policy
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from archives import TALON, Archive, files_of

FOLDER = Path(__file__).resolve().parents[1] / "build" / "replies"

Files = dict[str, str]


@dataclass(frozen=True)
class Case:
    """One letter and what is expected to be new in it."""

    name: str
    letter: str
    expected: str
    html: bool = False


@dataclass(frozen=True)
class Collection:
    """One package, how its letters are read, and whether signatures count as said."""

    archive: Archive
    licence: str
    read: Callable[[Files], Iterator[Case]]
    signed: bool = False  # what is expected has its signature


def compared_calls(files: Files, path: str, call: str) -> Iterator[tuple[str, str, str]]:
    """Give test name, letter and expectation of each `eq_(expected, call(letter))`."""
    for test in ast.walk(ast.parse(one_file(files, path))):
        if isinstance(test, ast.FunctionDef):
            names: dict[str, str] = {}
            for step in in_order(test):
                if isinstance(step, ast.Assign) and isinstance(step.targets[0], ast.Name):
                    names[step.targets[0].id] = text_in(step.value, names) or ""
                elif isinstance(step, ast.Call) and getattr(step.func, "id", "") == "eq_":
                    expected, given = text_in(step.args[0], names), argument(step, call)
                    letter = text_in(given, names) if given else None
                    if expected is not None and letter is not None:
                        yield f"{test.name}:{step.lineno}", letter, expected


def in_order(test: ast.FunctionDef) -> list[ast.AST]:
    return sorted(ast.walk(test), key=lambda node: getattr(node, "lineno", 0))


def argument(step: ast.Call, call: str) -> ast.expr | None:
    for one in ast.walk(step.args[1]):
        if isinstance(one, ast.Call) and getattr(one.func, "attr", "") == call:
            return one.args[0]
    return None


def text_in(node: ast.expr, names: dict[str, str]) -> str | None:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.Name(id=name):
            return names.get(name)
        case ast.Tuple(elts=[inner, *_]):  # what was said, before the signature
            return text_in(inner, names)
        case ast.Call(func=ast.Attribute(value=inner, attr="encode" | "strip")):
            return text_in(inner, names)
        case ast.Call(func=ast.Attribute(value=ast.Name(id="RE_WHITESPACE")), args=[_, inner]):
            return text_in(inner, names)
        case _:
            return None


def one_file(files: Files, ending: str) -> str:
    return next(text for path, text in sorted(files.items()) if path.endswith(ending))


def talon_texts(files: Files) -> Iterator[Case]:
    path = "tests/text_quotations_test.py"
    for name, letter, expected in compared_calls(files, path, "extract_from_plain"):
        if not name.startswith("test_too_many_lines"):  # a limit of talon's own, set to one line
            yield Case(name, letter, expected)
    for path, text in sorted(files.items()):
        if "/standard_replies/" in path and path.endswith(".eml"):
            answer = files.get(path.removesuffix(".eml") + "_reply_text", "Hello")
            letter = email.message_from_string(text, policy=email.policy.default)
            body = letter.get_body(("plain",))
            if body is not None:
                yield Case(Path(path).name, body.get_content(), answer)


def talon_html(files: Files) -> Iterator[Case]:
    path = "tests/html_quotations_test.py"
    for name, letter, expected in compared_calls(files, path, "extract_from_html"):
        if "too_large" not in name and "bad_html" not in name and "CRLF" not in name:
            yield Case(name, letter, expected, html=True)
    for path, text in sorted(files.items()):
        if "/html_replies/" in path:
            yield Case(Path(path).name, text, "Hi. I am fine.\n\nThanks,\nAlex", html=True)
    for name, expected in (("OLK_SRC_BODY_SECTION", "Reply"), ("reply-separated-by-hr", "Hithere")):
        yield Case(name, one_file(files, f"{name}.html"), expected, html=True)


def talon_signatures(files: Files) -> Iterator[Case]:
    for path, text in sorted(files.items()):
        signature = files.get(path.removesuffix("_body") + "_signature", "")
        if "/stripped/" in path and path.endswith("_body") and signature.strip():
            said, found, _rest = text.replace("\r", "").partition(
                signature.replace("\r", "").strip()
            )
            if found:
                yield Case(Path(path).name, text, said)


def files_in_pairs(files: Files) -> Iterator[Case]:
    for path, text in sorted(files.items()):
        if path.endswith(".input.txt"):
            yield Case(Path(path).name, text, files[path.replace(".input.", ".output.")])


def brute_signatures(files: Files) -> Iterator[Case]:
    path = "tests/signature/bruteforce_test.py"
    for name, letter, said in compared_calls(files, path, "extract_signature"):
        if letter and said:
            yield Case(name, letter, said)


CLAW = Archive("claw==1.3.0", "f50322d5ce25e40374e84d3e694523dbc3241c47960da2159d2bde6aad3f699d")
PARSE_REPLY = Archive(
    "parse-reply@0.0.4", "a2278b93dad5a0d9f7ce2bb7b1532e49e0af3bb61fe9b88e7ae55c064edb741a"
)
COLLECTIONS = {
    "talon, plain": Collection(TALON, "Apache-2.0", talon_texts, signed=True),
    "talon, html": Collection(TALON, "Apache-2.0", talon_html, signed=True),
    "talon, signatures": Collection(TALON, "Apache-2.0", talon_signatures),
    "claw, signatures": Collection(CLAW, "Apache-2.0", brute_signatures),
    "parse-reply": Collection(PARSE_REPLY, "MIT", files_in_pairs, signed=True),
}
WITHOUT_LETTERS = {
    "email-reply-parser 0.5.12": "its archive has the tests but not the letters",
    "mail-parser-reply 1.36": "its archive has the tests but not the letters",
    "email-reply-extractor 1.1.1": "its archive has the tests but not the letters",
    "planer 1.2.0": "a port of talon with the same letters",
}


def main() -> int:
    """Fetch what is not there yet; 1 when a collection, which is named, cannot be had."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    missing = 0
    for name, collection in COLLECTIONS.items():
        kept = FOLDER / f"{name}.json"
        if kept.exists():
            continue
        try:
            cases = [asdict(case) for case in collection.read(texts_of(collection.archive))]
        except (OSError, subprocess.SubprocessError, StopIteration) as error:
            print(f"No letters from {collection.archive.package}: {error}")
            missing = 1
            continue
        kept.write_text(json.dumps(cases, indent=0), encoding="utf-8")
        origin = f"{collection.archive.package}, {collection.licence}"
        print(f"{len(cases)} letters from {name} ({origin}).")
    for name, reason in WITHOUT_LETTERS.items():
        print(f"0 letters from {name}: {reason}.")
    return missing


def texts_of(archive: Archive) -> Files:
    return {path: content.decode(errors="replace") for path, content in files_of(archive).items()}


if __name__ == "__main__":
    sys.exit(main())
