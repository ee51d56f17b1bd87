import pytest
from django.test import Client

from otklik.people.tests.factories import make_cast, sign_in

pytestmark = pytest.mark.django_db


def test_the_cast_stands_where_the_tests_expect_it(client: Client) -> None:
    cast = make_cast()
    sign_in(client, cast.ada)

    assert [actor.is_staff for actor in cast.everyone.values()] == [True] * 5 + [False]
