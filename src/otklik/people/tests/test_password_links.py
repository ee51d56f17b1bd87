"""Links to set a password: one use, half an hour, and no word about who exists."""

import re
from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django.fixtures import Settings

from otklik.core import clock
from otklik.core.errors import Invalid, NotFound, TooMany
from otklik.people.actions import (
    add_email,
    block_account,
    change_password,
    choose_email,
    find_password_link,
    remove_email,
    request_password_link,
    use_password_link,
)
from otklik.people.actions.password_links import forget_old_links, send_password_link
from otklik.people.models import Account, PasswordLink, Session
from otklik.people.policies import actor_for
from otklik.people.tests.factories import PASSWORD, Cast, make_account, make_person

pytestmark = pytest.mark.django_db

HERE = "192.0.2.1"
NEW = "entirely different words"


@pytest.fixture
def ada() -> Account:
    return make_account(
        person=make_person(name="Ada Agent", email="ada@example.com", language="ru"),
        login="ada",
        password=PASSWORD,
    )


@pytest.fixture
def letters(tmp_path: Path, settings: Settings) -> Callable[[], list[EmailMessage]]:
    settings.OTKLIK_MAIL_FOLDER = tmp_path / "mail"

    def read() -> list[EmailMessage]:
        files = sorted((tmp_path / "mail").glob("*.eml"))
        return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]

    return read


Letters = Callable[[], list[EmailMessage]]


def secret_for(account: Account, letters: Letters) -> str:
    send_password_link(name=account.login)
    text = letters()[-1].get_content()
    found = re.search(r"http://testserver/password/link/([\w-]+)/", text)
    assert found, text
    return found[1]


def test_a_letter_in_the_persons_language_carries_the_link(ada: Account, letters: Letters) -> None:
    secret = secret_for(ada, letters)
    letter = letters()[0]
    assert letter["To"] == "ada@example.com"
    assert len(secret) == 43
    link = PasswordLink.objects.get()
    assert secret not in link.token_hash
    assert use_password_link(secret=secret, password=NEW) == ada
    ada.refresh_from_db()
    assert ada.check_password(NEW)


def test_a_used_link_leads_to_a_new_one(client: Client, ada: Account, letters: Letters) -> None:
    secret = secret_for(ada, letters)
    use_password_link(secret=secret, password=NEW)
    for word in (secret, "nonsense"):
        answer = client.get(reverse("password_link", args=[word]))
        assert answer.status_code == 404
        assert "used already" in answer.text
        assert f'href="{reverse("password_link_request")}"' in answer.text
        words = {"password": NEW, "again": NEW}
        assert client.post(reverse("password_link", args=[word]), words).status_code == 404


def test_nobody_is_written_to_when_nobody_has_the_name(ada: Account, letters: Letters) -> None:
    Account.objects.filter(pk=ada.pk).update(is_active=False)
    for name in ("ada", "nobody", "nobody@example.com", "", "\x00", "%"):
        send_password_link(name=name)
    assert letters() == []


def test_asking_says_the_same_and_leaves_the_same_work(client: Client, ada: Account) -> None:
    answers = []
    for name in ("ada", "bob"):
        response = client.post(reverse("password_link_request"), {"name": name})
        lines = response.content.decode().splitlines()
        answers.append((response.status_code, [one for one in lines if "csrf" not in one.lower()]))
    assert answers[0] == answers[1]
    jobs = ProcrastinateJob.objects.filter(task_name="people.mail_password_link")
    assert [job.args for job in jobs.order_by("pk")] == [{"name": "ada"}, {"name": "bob"}]


def test_asking_too_often_for_one_name_is_left_unsent_in_silence(ada: Account) -> None:
    for _ in range(5):
        request_password_link(name="ada", address=HERE)
    assert ProcrastinateJob.objects.filter(task_name="people.mail_password_link").count() == 3


def test_asking_for_many_names_from_one_address_is_refused(ada: Account) -> None:
    for number in range(10):
        request_password_link(name=f"name{number}", address=HERE)
    with pytest.raises(TooMany):
        request_password_link(name="ada", address=HERE)


@pytest.mark.parametrize(
    "host", ["evil.example", "testserver.evil.example", "testserver@evil.example"]
)
def test_the_link_leads_here_whatever_the_request_says(
    client: Client, ada: Account, letters: Letters, host: str
) -> None:
    client.post(
        reverse("password_link_request"),
        {"name": "ada"},
        headers={"X-Forwarded-Host": host, "Forwarded": f"host={host}"},
    )
    secret_for(ada, letters)
    assert "evil" not in letters()[0].get_content()


def test_a_link_works_once(ada: Account, letters: Letters) -> None:
    secret = secret_for(ada, letters)
    use_password_link(secret=secret, password=NEW)
    with pytest.raises(NotFound):
        use_password_link(secret=secret, password=PASSWORD)


def test_a_bad_password_leaves_the_link_good(ada: Account, letters: Letters) -> None:
    secret = secret_for(ada, letters)
    with pytest.raises(Invalid):
        use_password_link(secret=secret, password="short")
    use_password_link(secret=secret, password=NEW)


def test_a_link_ends_after_half_an_hour(ada: Account, letters: Letters) -> None:
    secret = secret_for(ada, letters)
    with clock.moved_to(clock.now() + timedelta(minutes=31)):
        with pytest.raises(NotFound):
            use_password_link(secret=secret, password=NEW)
        assert forget_old_links() == 1


def test_a_newer_link_ends_the_older(ada: Account, letters: Letters) -> None:
    older = secret_for(ada, letters)
    secret_for(ada, letters)
    with pytest.raises(NotFound):
        find_password_link(secret=older)


def test_a_link_ends_when_what_it_was_made_for_changes(
    ada: Account, cast: Cast, letters: Letters
) -> None:
    other = add_email(actor=cast.root, person_id=ada.person_id, address="other@example.com")

    def ends(change: Callable[[], object]) -> None:
        secret = secret_for(ada, letters)
        find_password_link(secret=secret)
        change()
        with pytest.raises(NotFound):
            find_password_link(secret=secret)

    ends(lambda: choose_email(actor=cast.root, person_id=ada.person_id, email_id=other.pk))
    ends(lambda: remove_email(actor=cast.root, person_id=ada.person_id, email_id=other.pk))
    actor = actor_for(Account.objects.get(pk=ada.pk))
    ends(lambda: change_password(actor=actor, present=PASSWORD, new=NEW, session_key=None))
    ends(lambda: block_account(actor=cast.root, account_id=ada.pk))


@pytest.mark.parametrize(
    "secret", ["", " ", "%20", "\x00", "a", "A" * 43, "a" * 10_000, "0", "null"]
)
def test_what_is_no_link_is_not_found(ada: Account, letters: Letters, secret: str) -> None:
    secret_for(ada, letters)
    with pytest.raises(NotFound):
        find_password_link(secret=secret)


def test_a_secret_in_other_letters_is_not_found(ada: Account, letters: Letters) -> None:
    secret = secret_for(ada, letters)
    for other in (secret.swapcase(), secret + "\x00", secret + " ", secret[:-1]):
        with pytest.raises(NotFound):
            find_password_link(secret=other)


def test_the_page_sets_the_password_and_signs_out_everywhere(
    ada: Account, letters: Letters
) -> None:
    inside, outside = Client(), Client()
    inside.post(reverse("sign_in"), {"name": "ada", "password": PASSWORD})
    address = reverse("password_link", args=[secret_for(ada, letters)])
    assert outside.get(address).status_code == 200
    assert outside.post(address, {"password": NEW, "again": "other"}).status_code == 422
    assert outside.post(address, {"password": NEW, "again": NEW}).status_code == 302
    assert outside.get(address).status_code == 404
    assert inside.get(reverse("me")).status_code == 302
    assert not Session.objects.filter(account=ada).exists()


def test_the_database_refuses_a_link_without_a_hash(ada: Account) -> None:
    for wrong in ("", "x" * 64, "a" * 63):
        with pytest.raises(IntegrityError), transaction.atomic():
            PasswordLink.objects.create(
                account=ada, token_hash=wrong, created_at=clock.now(), expires_at=clock.now()
            )
