"""What passwords are refused when one changes them."""

import pytest
from django.test import Client
from django.urls import reverse

from otklik.core.errors import Invalid
from otklik.people.actions import change_password, force_password_change, open_account
from otklik.people.models import Account
from otklik.people.policies import actor_for
from otklik.people.tests.factories import PASSWORD, Cast, make_account, make_person, sign_in

pytestmark = pytest.mark.django_db

NEW = "another good battery"


@pytest.fixture
def forced(cast: Cast) -> Account:
    """Ask Grace for a new password."""
    account = make_account(person=make_person(name="Grace Hopper"), login="hop", password=PASSWORD)
    return force_password_change(actor=cast.root, account_id=account.pk)


def test_a_forced_change_is_not_met_by_the_same_password(client: Client, forced: Account) -> None:
    sign_in(client, forced)
    same = {"present": PASSWORD, "password": PASSWORD, "again": PASSWORD}
    page = client.post(reverse("own_password"), same)
    assert page.status_code == 422
    assert "This is the password that you have already." in page.text
    forced.refresh_from_db()
    assert forced.must_change_password
    assert client.get(reverse("me"))["Location"] == reverse("own_password")
    other = same | {"password": NEW, "again": NEW}
    assert client.post(reverse("own_password"), other).status_code == 302
    forced.refresh_from_db()
    assert not forced.must_change_password


@pytest.mark.parametrize("password", ["gracehopper", "Hopper12", "1Grace123", "Gracehop"])
def test_a_password_like_ones_name_is_refused(cast: Cast, forced: Account, password: str) -> None:
    actor = actor_for(forced)
    with pytest.raises(Invalid) as caught:
        change_password(actor=actor, present=PASSWORD, new=password, session_key=None)
    assert "Your name" in caught.value.fields["password"]
    with pytest.raises(Invalid):
        open_account(
            actor=cast.root,
            person_id=make_person(name="Grace Hopper").pk,
            login="hopper",
            password=password,
        )


def test_a_password_like_ones_login_is_refused(cast: Cast) -> None:
    with pytest.raises(Invalid):
        open_account(
            actor=cast.root,
            person_id=make_person().pk,
            login="quartermaster",
            password="quartermaste1",
        )
