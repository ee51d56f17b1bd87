"""How two versions differ, as an editor reads it."""

import time

import pytest

from otklik.knowledge.selectors.differences import differences, line_difference
from otklik.knowledge.selectors.outline import outlined


def told(old: str, new: str) -> str:
    """Write a difference with signs."""
    signs = {"same": "{}", "gone": "[-{}-]", "new": "[+{}+]"}
    return "|".join(
        f"({line.left_out})"
        if line.left_out
        else "".join(signs[piece.side].format(piece.words) for piece in line.pieces)
        for line in differences(old, new)
    )


def test_words_that_changed_are_marked_within_their_line() -> None:
    assert told("<p>Open the cover slowly.</p>", "<p>Open the lid slowly.</p>") == (
        "Open the [-cover-][+lid+] slowly."
    )


def test_lines_that_came_and_went_stand_by_themselves() -> None:
    old, new = "<p>One.</p><p>Two.</p>", "<p>One.</p><p>Quite another thing.</p><p>Two.</p>"
    assert told(old, new) == "One.|[+Quite another thing.+]|Two."
    assert told(new, old) == "One.|[-Quite another thing.-]|Two."
    assert told("<p>Abc def ghi.</p>", "<p>Xyz.</p>") == "[-Abc def ghi.-]|[+Xyz.+]"


def test_what_is_the_same_far_from_a_change_is_counted() -> None:
    lines = [f"<p>Line {number}.</p>" for number in range(20)]
    changed = [*lines[:10], "<p>Line ten.</p>", *lines[11:]]
    assert told("".join(lines), "".join(changed)) == (
        "(8)|Line 8.|Line 9.|Line [-10-][+ten+].|Line 11.|Line 12.|(7)"
    )


def test_titles_are_compared_whole() -> None:
    assert not line_difference("Same", "Same").is_changed
    assert line_difference("", "New").is_changed
    assert line_difference("", "").pieces == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<p>a</p>" * 10_000, "<p>b</p><p>a</p>" * 5_000),
        (f"<p>{'a ' * 50_000}</p>", f"<p>{'a b ' * 25_000}</p>"),
        ("<p>x y</p>" * 5_000, "<p>y x</p>" * 5_000),
    ],
)
def test_long_texts_of_little_variety_are_compared_in_bounded_time(old: str, new: str) -> None:
    began = time.process_time()
    assert differences(old, new)
    assert time.process_time() - began < 10


def test_headings_get_anchors_of_their_own_and_own_links_stay_here() -> None:
    shown = outlined(
        '<h3>Прежде "всего"</h3><h4>x</h4><h3>Прежде "всего"</h3>'
        '<p><a href="/help/en/" target="_blank" rel="noopener">here</a>'
        '<img data-remote="https://elsewhere.example/a.png" alt="far"></p>'
    )
    assert [one.anchor for one in shown.headings] == ["прежде-всего", "x", "прежде-всего-2"]
    assert [one.is_minor for one in shown.headings] == [False, True, False]
    assert '<h2 id="прежде-всего">' in shown.body
    assert '<a href="/help/en/">here</a>' in shown.body
    assert "elsewhere" not in shown.body
