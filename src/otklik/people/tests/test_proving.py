"""Who changes who may come in has typed their password lately."""

from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client

from otklik.core import clock
from otklik.people.models import Account, ApiToken, EmailAddress
from otklik.people.tests.factories import PASSWORD, Cast, account_of, make_person, sign_in
from otklik.people.views.proving import RECENT

pytestmark = pytest.mark.django_db

ASKED = 'name="proof"'


@pytest.fixture
def root(cast: Cast, client: Client) -> Client:
    """Give the administrator's browser, where the password was typed long ago."""
    account = account_of(cast.root)
    account.set_password(PASSWORD)
    account.save()
    sign_in(client, account, is_proved=False)
    return client


def sensitive(cast: Cast) -> list[tuple[str, dict[str, object]]]:
    """Return every post that needs a proof, none of which does anything to another's result."""
    person = cast.sam.person_id
    email = EmailAddress.objects.get(person=person)
    return [
        ("/me/tokens/", {"name": "A script", "scopes": ["tickets:read", "all"], "lifetime": ""}),
        (f"/setup/people/{person}/account/login/", {"login": "samuel"}),
        (f"/setup/people/{person}/account/administration/", {"is_administrator": "1"}),
        (f"/setup/people/{person}/emails/", {"email": "second@example.com"}),
        (f"/people/{person}/emails/", {"email": "third@example.com"}),
        (f"/setup/people/{person}/emails/{email.pk}/choice/", {}),
        (f"/people/{person}/emails/{email.pk}/removal/", {}),
    ]


def state(cast: Cast) -> tuple[object, ...]:
    account = account_of(cast.sam)
    emails = EmailAddress.objects.filter(person=cast.sam.person_id)
    tokens = ApiToken.objects.count()
    return account.login, account.is_administrator, tokens, list(emails.values("address"))


def test_without_a_recent_proof_nothing_is_done_and_all_that_was_sent_is_kept(
    root: Client, cast: Cast
) -> None:
    before = state(cast)
    for address, values in sensitive(cast):
        asked = root.post(address, values)
        assert asked.status_code == 403, address
        assert ASKED in asked.text
        assert f'action="{address}"' in asked.text
        for name, value in values.items():
            for one in value if isinstance(value, list) else [value]:
                assert f'type="hidden" name="{name}" value="{one}"' in unescape(asked.text)
    assert state(cast) == before


def test_the_password_lets_it_through_and_counts_for_a_while(root: Client, cast: Cast) -> None:
    (token, token_values), (login, login_values), *_others = sensitive(cast)
    made = root.post(token, token_values | {"proof": PASSWORD})
    assert made.status_code == 200
    assert ApiToken.objects.get().scopes == ["all", "tickets:read"]
    assert root.post(login, login_values).status_code == 302
    assert account_of(cast.sam).login == "samuel"

    with clock.moved_to(clock.now() + RECENT + timedelta(seconds=1)):
        assert ASKED in root.post(login, {"login": "sammy"}).text
    assert account_of(cast.sam).login == "samuel"


def test_a_wrong_password_asks_again_and_soon_waits(root: Client, cast: Cast) -> None:
    address, values = sensitive(cast)[1]

    def tried() -> Any:
        return root.post(address, values | {"proof": "a guess"})

    refused = tried()
    assert refused.status_code == 403
    assert 'value="samuel"' in refused.text
    assert "a guess" not in refused.text
    assert "This is not your present password." in refused.text
    for _ in range(5):
        refused = tried()
    assert "Too many tries." in refused.text
    assert "Too many tries." in root.post(address, values | {"proof": PASSWORD}).text
    assert account_of(cast.sam).login != "samuel"


def test_signing_in_and_changing_the_password_prove_it(root: Client, cast: Cast) -> None:
    address, values = sensitive(cast)[1]
    changed = {"present": PASSWORD, "password": "quiet rivers bend", "again": "quiet rivers bend"}
    assert root.post("/password/", changed).status_code == 302
    assert root.post(address, values).status_code == 302

    other = Client()
    login = Account.objects.get(pk=cast.root.account_id).login
    other.post("/sign-in/", {"name": login, "password": "quiet rivers bend"})
    assert other.post(address, {"login": "again"}).status_code == 302


def test_a_password_is_changed_only_by_the_present_one(root: Client) -> None:
    changed = {"present": "a guess", "password": "quiet rivers bend", "again": "quiet rivers bend"}
    assert root.post("/password/", changed).status_code == 422


def test_lesser_tokens_and_addresses_that_open_nothing_need_no_proof(
    root: Client, cast: Cast
) -> None:
    token = {"name": "A script", "scopes": ["tickets:read"], "lifetime": ""}
    assert root.post("/me/tokens/", token).status_code == 200
    caller = make_person(name="Only Calls")
    assert root.post(f"/people/{caller.pk}/emails/", {"email": "c@example.com"}).status_code == 302


def test_who_may_not_do_it_is_not_asked(client: Client, cast: Cast) -> None:
    for who in (cast.cy, cast.vi):
        sign_in(client, who, is_proved=False)
        for address, values in sensitive(cast)[1:4]:
            assert client.post(address, values).status_code == 404, address
    refused = client.post(*sensitive(cast)[4])
    assert refused.status_code == 422
    assert ASKED not in refused.text
