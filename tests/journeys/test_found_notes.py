"""What search shows of an internal note."""

import pytest
from tests.journeys.windows import Window

from otklik.tickets.actions import Words, write_internal_note
from otklik.tickets.tests.desk import DeskAtWork

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_the_lock_stands_in_the_line_of_its_words(desk: DeskAtWork, window: Window) -> None:
    words = Words(body="<p>Ask the locksmith.</p>")
    write_internal_note(actor=desk.cast.ada, ticket_id=desk.taken().pk, words=words)

    found = window(desk.cast.ada, "/search/?q=locksmith").locator(".found")
    lock, mark = found.locator("p .icon").bounding_box(), found.locator("mark").bounding_box()

    assert lock
    assert mark
    assert mark["y"] < lock["y"] + lock["height"] / 2 < mark["y"] + mark["height"]
