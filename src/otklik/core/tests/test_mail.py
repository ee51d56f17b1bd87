"""Letters of the desk itself."""

from email import message_from_bytes, policy
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from otklik.core import clock, mail
from otklik.core.models import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.OTKLIK_MAIL_FOLDER = tmp_path / "mail"
    return tmp_path / "mail"


def test_a_letter_is_a_file_that_others_cannot_read(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Desk.objects.create(pk=1, company='Ромашка "А"\\', languages=["ru"], created_at=clock.now())
    mail.send(to="ada@example.com", subject="Новый пароль", text="Здравствуйте,\nАда")

    file = next(folder.iterdir())
    letter = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert (letter["To"], letter["Subject"]) == ("ada@example.com", "Новый пароль")
    assert letter["From"].addresses[0].display_name == "Ромашка 'А'/"
    assert letter.get_content().replace("\r", "") == "Здравствуйте,\nАда\n"
    assert file.suffix == ".eml"
    assert file.stat().st_mode & 0o077 == 0
    assert folder.stat().st_mode & 0o077 == 0
    assert "Здравствуйте" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("to", "subject"),
    [
        ("ada@example.com\nBcc: evil@example.com", "Hello"),
        ("ada@example.com", "Hello\r\nBcc: evil@example.com"),
    ],
)
def test_a_line_break_makes_no_header(folder: Path, to: str, subject: str) -> None:
    with pytest.raises(ValueError, match=r"linefeed|newline|Header"):
        mail.send(to=to, subject=subject, text="")
    assert not folder.exists() or not list(folder.iterdir())
