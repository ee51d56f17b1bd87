"""The stamp that comes along with who asks: true for one request, and for no other."""

from uuid import uuid4

import pytest
from django.http import HttpRequest, HttpResponse

from otklik.core import clock
from otklik.core.configuration import configuration_stamp, read_with_asker, stamp_as_asked
from otklik.core.middleware import RequestIdMiddleware
from otklik.core.models import Desk


def test_a_stamp_is_forgotten_with_its_request() -> None:
    stamp, seen = uuid4(), []

    def answer(_request: HttpRequest) -> HttpResponse:
        seen.append(stamp_as_asked())
        read_with_asker(stamp)
        seen.append(stamp_as_asked())
        return HttpResponse()

    serve = RequestIdMiddleware(answer)
    for _ in range(2):
        serve(HttpRequest())
    assert seen == [None, stamp, None, stamp]
    assert stamp_as_asked() is None


@pytest.mark.django_db
def test_each_change_of_the_configuration_has_its_stamp() -> None:
    before = configuration_stamp()
    Desk.objects.create(pk=1, company="Meridian", languages=["en"], created_at=clock.now())
    assert configuration_stamp() not in (None, before)
