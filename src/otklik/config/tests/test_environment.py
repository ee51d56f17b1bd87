from pathlib import Path

import pytest

from otklik.config.environment import SettingError, django_database, read_environment


def test_nothing_given_is_a_desk_on_the_loopback_address(tmp_path: Path) -> None:
    read = read_environment({}, tmp_path)

    assert (read.host, read.port, read.base_url) == ("127.0.0.1", 8000, "http://127.0.0.1:8000")
    assert (read.data, read.database_url, read.demo) == (tmp_path / "data", None, False)


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    (tmp_path / "otklik.toml").write_text(
        'port = 9000\ndemo = true\nallowed_hosts = ["a.example"]\ndata = "kept"'
    )

    read = read_environment({"PORT": "9001"}, tmp_path)

    assert (read.port, read.demo, read.allowed_hosts) == (9001, True, ("a.example",))
    assert read.data == tmp_path / "kept"


def test_the_secret_key_is_made_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    first = read_environment({}, tmp_path).secret_key

    assert read_environment({}, tmp_path).secret_key == first
    assert (tmp_path / "data" / "secret.key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["secret.key"]


def test_secrets_are_not_printed(tmp_path: Path) -> None:
    assert "s3cret" not in repr(read_environment({"SECRET_KEY": "s3cret" * 9}, tmp_path))


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("PORT", "0", "between 1 and 65535"),
        ("PORT", "http", "not a port"),
        ("DEMO", "perhaps", "say 1 or 0"),
        ("HOST", "a b", "not an address"),
        ("DATABASE_URL", "mysql://x/y", "postgresql://"),
        ("DATABASE_URL", "postgresql://host:99999999/name", "DATABASE_URL"),
        ("DATABASE_URL", "postgresql://host", "names no database"),
        ("BUS_URL", "amqp://x", "redis"),
        ("SECRET_KEY", "short", "32 characters"),
        ("BASE_URL", "help.example.org", "https://help.example.org"),
        ("TRUSTED_PROXIES", "nonsense", "nonsense"),
        ("LOG_FORMAT", "xml", "json or text"),
        ("OTKLIK_CONFIG", "gone.toml", "no file"),
    ],
)
def test_a_wrong_setting_is_one_line_that_names_it(
    tmp_path: Path, name: str, value: str, words: str
) -> None:
    with pytest.raises(SettingError, match=name) as caught:
        read_environment({name: value}, tmp_path)

    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["prot = 1", "port = 1.5", "port ="])
def test_a_wrong_file_is_one_line_that_names_it(tmp_path: Path, text: str) -> None:
    (tmp_path / "otklik.toml").write_text(text)

    with pytest.raises(SettingError, match=r"otklik\.toml") as caught:
        read_environment({}, tmp_path)
    assert "\n" not in str(caught.value)


def test_a_socket_address_and_a_network_address_become_djangos_parts() -> None:
    by_socket = django_database("postgresql://otklik@/otklik?host=%2Frun%2Fa%20b")
    by_network = django_database("postgres://u%40x:p%2F@db.example:6432/desk?sslmode=require")

    assert (by_socket["HOST"], by_socket["NAME"], by_socket["PORT"]) == ("/run/a b", "otklik", "")
    assert (by_network["USER"], by_network["PASSWORD"], by_network["PORT"]) == ("u@x", "p/", "6432")
    assert by_network["OPTIONS"] == {"sslmode": "require"}
