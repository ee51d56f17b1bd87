"""Other projects' answered letters, and what their own tests expect to be new in them.

`tools/replies.py` takes them from pinned packages when a copy is prepared for tests; they are
not kept here. `bench/quotes.py`, which compares, prints the same as a table, with the libraries
beside it.
"""

import json

import pytest
from bench.quotes import FOLDER, is_equal, ours

EXPECTED = {
    "talon, plain": (55, 54),
    "talon, html": (26, 24),
    "parse-reply": (10, 9),
}
"""How many letters there are, and in how many the same is new; ADR 23 says why not in all."""


@pytest.mark.parametrize("name", EXPECTED)
def test_the_same_is_new_in_letters_of_others(name: str) -> None:
    count, fewest = EXPECTED[name]
    kept = FOLDER / f"{name}.json"
    if not kept.exists():
        pytest.skip(f"{count} letters of {name}: tools/replies.py could not fetch them")
    cases = json.loads(kept.read_text(encoding="utf-8"))

    equal = [case["name"] for case in cases if is_equal(case, ours(case)[1])]

    assert len(cases) == count
    assert len(equal) >= fewest
