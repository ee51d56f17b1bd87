"""What the nights take away."""

from datetime import timedelta

import pytest

from otklik.core import clock, once
from otklik.core.files.receive import keep_content
from otklik.core.models import IdempotencyKey
from otklik.people.tests.factories import make_actor
from otklik.tickets.actions.attaching import keep_upload, sweep_unsent_uploads
from otklik.tickets.models import Attachment

pytestmark = pytest.mark.django_db


def test_a_file_that_was_never_sent_is_forgotten_after_a_day() -> None:
    cy = make_actor(name="Cy Customer")
    with clock.moved_to(clock.now() - timedelta(days=2)):
        keep_upload(actor=cy, blob=keep_content(b"old"), name="old.txt")
    fresh = keep_upload(actor=cy, blob=keep_content(b"new"), name="new.txt")

    assert sweep_unsent_uploads() == 1
    assert list(Attachment.objects.values_list("token", flat=True)) == [fresh.token]


def test_the_key_of_a_write_is_kept_for_a_week() -> None:
    with clock.moved_to(clock.now() - timedelta(days=8)):
        once.claim("account:1", "old", "")
    once.claim("account:1", "new", "")

    assert once.forget_old_keys() == 1
    assert list(IdempotencyKey.objects.values_list("key", flat=True)) == ["new"]
