"""Where letters are handed over, as the surroundings say it."""

from pathlib import Path

import pytest

from otklik.config.environment import Environment, SettingError, read_environment


def said(folder: Path, **variables: str) -> Environment:
    return read_environment(variables, folder)


def test_nothing_listens_unless_it_is_said_where(tmp_path: Path) -> None:
    found = said(tmp_path)

    assert (found.receive_smtp, found.receive_lmtp, found.receive_certificate) == (None, None, None)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("2525", ("127.0.0.1", 2525)),
        ("192.0.2.1:25", ("192.0.2.1", 25)),
        ("[::1]:2525", ("::1", 2525)),
    ],
)
def test_a_place_is_a_host_and_a_port_or_a_port_alone(
    tmp_path: Path, text: str, place: tuple[str, int]
) -> None:
    assert said(tmp_path, RECEIVE_SMTP=text).receive_smtp == place
    assert said(tmp_path, RECEIVE_LMTP=text).receive_lmtp == place


@pytest.mark.parametrize("text", ["here", "0", "70000", "ho st:25", "host:"])
def test_what_is_no_place_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(SettingError, match="RECEIVE_SMTP"):
        said(tmp_path, RECEIVE_SMTP=text)


def test_servers_of_ours_are_addresses_and_networks(tmp_path: Path) -> None:
    assert said(tmp_path).receive_from == ()
    found = said(tmp_path, RECEIVE_FROM="192.0.2.7, 2001:db8::/32").receive_from
    assert [str(one) for one in found] == ["192.0.2.7/32", "2001:db8::/32"]
    with pytest.raises(SettingError, match="RECEIVE_FROM"):
        said(tmp_path, RECEIVE_FROM="mx.desk.example")


def test_a_certificate_needs_its_key_and_both_their_files(tmp_path: Path) -> None:
    file = tmp_path / "some.pem"
    file.touch()

    both = said(tmp_path, RECEIVE_CERTIFICATE=str(file), RECEIVE_KEY=str(file))
    assert both.receive_certificate == (file, file)
    with pytest.raises(SettingError, match="RECEIVE_KEY"):
        said(tmp_path, RECEIVE_CERTIFICATE=str(file))
    with pytest.raises(SettingError, match="RECEIVE_CERTIFICATE"):
        said(tmp_path, RECEIVE_CERTIFICATE=str(tmp_path / "none.pem"))


@pytest.mark.parametrize("text", ["0", "-1", "50 MB", "2000"])
def test_letters_are_taken_up_to_fifty_megabytes_or_as_is_said(tmp_path: Path, text: str) -> None:
    assert said(tmp_path).largest_letter == 50
    assert said(tmp_path, LARGEST_LETTER="20").largest_letter == 20
    with pytest.raises(SettingError, match="LARGEST_LETTER"):
        said(tmp_path, LARGEST_LETTER=text)
