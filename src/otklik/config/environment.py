"""What the surroundings say: environment variables first, then `otklik.toml`, then defaults.

Pure: knows nothing of Django, so that the supervisor stays small. A wrong value is
a SettingError of one line, which the command prints before it exits.
"""

import ipaddress
import os
import secrets
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final, Literal, TypeVar
from urllib.parse import parse_qsl, unquote, urlsplit

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
LogFormat = Literal["json", "text"]
Unscanned = Literal["withhold", "give"]
T = TypeVar("T")

SETTINGS: Final = (
    "OTKLIK_DATA",
    "HOST",
    "PORT",
    "DATABASE_URL",
    "BUS_URL",
    "SCANNER_URL",
    "UNSCANNED_FILES",
    "RECEIVE_SMTP",
    "RECEIVE_LMTP",
    "RECEIVE_FROM",
    "RECEIVE_CERTIFICATE",
    "RECEIVE_KEY",
    "LARGEST_LETTER",
    "NAME_SERVER",
    "EGRESS_TO",
    "SECRET_KEY",
    "BASE_URL",
    "ALLOWED_HOSTS",
    "TRUSTED_PROXIES",
    "SECURE_COOKIES",
    "DEMO",
    "DEBUG",
    "LOG_FORMAT",
    "LOG_REQUESTS",
    "METRICS_TOKEN",
    "API_RATE",
)
SHORTEST_KEY: Final = 32
HIGHEST_PORT: Final = 65535
MOST_REQUESTS: Final = 10_000_000
MOST_MEGABYTES: Final = 1024
LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
THREADS: Final = 16
"""Most threads of pages in one process; each may hold a database connection."""


class SettingError(Exception):
    """A setting that cannot be used, in one line that says which and why."""


@dataclass(frozen=True)
class Environment:
    """Every setting of one desk, checked."""

    data: Path
    host: str
    port: int
    base_url: str
    allowed_hosts: tuple[str, ...]
    trusted_proxies: tuple[Network, ...]
    secure_cookies: bool
    demo: bool
    debug: bool
    log_format: LogFormat
    database_url: str | None = None
    """None: the embedded server."""
    bus_url: str | None = None
    """None: LISTEN/NOTIFY."""
    scanner_url: str | None = None
    """Where clamd listens; None: files are not scanned."""
    unscanned_files: Unscanned = "withhold"
    """What becomes of a file while the scanner has not spoken."""
    receive_smtp: tuple[str, int] | None = None
    """Where letters are taken by SMTP; None: nowhere."""
    receive_lmtp: tuple[str, int] | None = None
    receive_from: tuple[Network, ...] = ()
    """Whose word on senders is believed beside this machine's own, where a mailbox names it."""
    egress_to: tuple[Network, ...] = ()
    """What may be fetched from beside the open internet, on any port."""
    receive_certificate: tuple[Path, Path] | None = None
    """Certificate and key for STARTTLS; None: it is not offered."""
    name_server: tuple[str, int] | None = None
    """Which is asked about senders of letters; None: those of this machine."""
    largest_letter: int = 50
    """Megabytes of a letter that is taken; a larger one stays on its server."""
    api_rate: int = 24_000
    """Requests a minute that one token may make of one process."""
    log_requests: bool | None = None
    """None: each request has its line unless a terminal would show them."""
    metrics_token: str | None = field(default=None, repr=False)
    given_key: str | None = field(default=None, repr=False)

    @cached_property
    def secret_key(self) -> str:
        """The given key, or one made on the first start and kept in the data folder."""
        return self.given_key or _kept_key(self.data / "secret.key")

    @property
    def files(self) -> Path:
        return self.data / "files"


@cache
def environment() -> Environment:
    """Read the settings of this process, once."""
    return read_environment(os.environ, Path.cwd())


def read_environment(variables: Mapping[str, str], folder: Path) -> Environment:
    """Check `variables` over the `otklik.toml` in `folder` (or named by OTKLIK_CONFIG).

    Raises SettingError.
    """
    given = _from_file(variables, folder)
    given |= {name: variables[name].strip() for name in SETTINGS if variables.get(name, "").strip()}
    ask = _Asker(given)

    host = ask("HOST", _host, default="127.0.0.1")
    port = ask("PORT", _port, default=8000)
    base_url = ask("BASE_URL", _web_address, default=f"http://{_visible(host)}:{port}")
    return Environment(
        data=_data(ask, folder),
        host=host,
        port=port,
        base_url=base_url,
        allowed_hosts=ask("ALLOWED_HOSTS", _words, default=_own_hosts(base_url, host)),
        trusted_proxies=ask("TRUSTED_PROXIES", _networks, default=()),
        secure_cookies=ask("SECURE_COOKIES", _flag, default=base_url.startswith("https:")),
        demo=ask("DEMO", _flag, default=False),
        debug=ask("DEBUG", _flag, default=False),
        log_format=ask("LOG_FORMAT", _log_format, default="json"),
        log_requests=ask("LOG_REQUESTS", _flag, default=None),
        database_url=ask("DATABASE_URL", _database_url, default=None),
        bus_url=ask("BUS_URL", _address_of("redis", "rediss", "unix"), default=None),
        scanner_url=ask("SCANNER_URL", _scanner, default=None),
        unscanned_files=ask("UNSCANNED_FILES", _unscanned, default="withhold"),
        receive_smtp=ask("RECEIVE_SMTP", _listening, default=None),
        receive_lmtp=ask("RECEIVE_LMTP", _listening, default=None),
        receive_from=ask("RECEIVE_FROM", _networks, default=()),
        egress_to=ask("EGRESS_TO", _networks, default=()),
        receive_certificate=_certificate(ask),
        name_server=ask("NAME_SERVER", _listening, default=None),
        largest_letter=ask("LARGEST_LETTER", _megabytes, default=50),
        api_rate=ask("API_RATE", _count, default=24_000),
        metrics_token=ask("METRICS_TOKEN", _secret, default=None),
        given_key=ask("SECRET_KEY", _secret, default=None),
    )


def django_database(url: str) -> dict[str, Any]:
    """Split a `postgresql://` address into the parts that Django names."""
    parts = urlsplit(url)
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    host = options.pop("host", None) or unquote(parts.hostname or "")
    return {
        "ENGINE": "otklik.core.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(options.pop("port", parts.port or "")),
        "OPTIONS": options,
    }


class _Asker:
    def __init__(self, given: Mapping[str, str]) -> None:
        self.given = given

    def __call__(self, name: str, parse: Callable[[str], T], *, default: T) -> T:
        if name not in self.given:
            return default
        try:
            return parse(self.given[name])
        except ValueError as error:
            raise SettingError(f"{name}: {error}") from None


def _from_file(variables: Mapping[str, str], folder: Path) -> dict[str, str]:
    named = variables.get("OTKLIK_CONFIG", "")
    path = folder / (named or "otklik.toml")
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if named:
            raise SettingError(f"OTKLIK_CONFIG: there is no file {path}.") from None
        return {}
    except (OSError, ValueError) as error:
        raise SettingError(f"{path}: {' '.join(str(error).split())}") from None
    return dict(_setting(path, key, value) for key, value in table.items())


def _setting(path: Path, key: str, value: object) -> tuple[str, str]:
    name = "OTKLIK_DATA" if key == "data" else key.upper()
    if name not in SETTINGS:
        raise SettingError(f"{path}: there is no setting {key!r}.")
    match value:
        case bool():
            return name, str(int(value))
        case str() | int():
            return name, str(value)
        case list() if all(isinstance(one, str) for one in value):
            return name, ",".join(value)
        case _:
            raise SettingError(f"{path}: {key} must be a text, a number, true, false or texts.")


def _kept_key(path: Path) -> str:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
            descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(48))
            _publish(fresh, path)
        key = path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise SettingError(f"OTKLIK_DATA: cannot use {path}: {error.strerror}.") from None
    if len(key) < SHORTEST_KEY:
        raise SettingError(f"{path}: the secret key is damaged; put it back from a backup.")
    return key


def _publish(fresh: Path, path: Path) -> None:
    """Give the file its name unless another process was quicker; never half-written."""
    try:
        path.hardlink_to(fresh)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()


def _flag(text: str) -> bool:
    match text.lower():
        case "1" | "true" | "yes" | "on":
            return True
        case "0" | "false" | "no" | "off":
            return False
        case _:
            raise ValueError(f"say 1 or 0, not {text!r}.")


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= HIGHEST_PORT:
        raise ValueError(f"{text!r} is not a port between 1 and {HIGHEST_PORT}.")
    return int(text)


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MOST_REQUESTS:
        raise ValueError(f"{text!r} is not a number between 1 and {MOST_REQUESTS}.")
    return int(text)


def _megabytes(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MOST_MEGABYTES:
        raise ValueError(f"{text!r} is not a number between 1 and {MOST_MEGABYTES}.")
    return int(text)


def _listening(text: str) -> tuple[str, int]:
    """Read `host:port`, or a port alone, which is this machine's own."""
    host, _, port = text.rpartition(":")
    return _host(host.strip("[]") or "127.0.0.1"), _port(port)


def _data(ask: _Asker, folder: Path) -> Path:
    default = folder / "data"
    return ask("OTKLIK_DATA", lambda text: folder / Path(text).expanduser(), default=default)


def _certificate(ask: _Asker) -> tuple[Path, Path] | None:
    certificate = ask("RECEIVE_CERTIFICATE", _file, default=None)
    key = ask("RECEIVE_KEY", _file, default=None)
    if certificate is not None and key is None:
        raise SettingError("RECEIVE_KEY: RECEIVE_CERTIFICATE needs the key that belongs to it.")
    return (certificate, key) if certificate is not None and key is not None else None


def _file(text: str) -> Path:
    path = Path(text)
    if not path.is_file():
        raise ValueError(f"there is no file {text}.")
    return path


def _host(text: str) -> str:
    if any(not (sign.isalnum() or sign in ".:-_") for sign in text):
        raise ValueError(f"{text!r} is not an address to listen on.")
    return text


def _visible(host: str) -> str:
    if host in ("0.0.0.0", "::"):  # noqa: S104 - compared, not bound
        return "localhost"
    return f"[{host}]" if ":" in host else host


def _own_hosts(base_url: str, host: str) -> tuple[str, ...]:
    named = urlsplit(base_url).hostname or ""
    names = dict.fromkeys([named, host, *LOOPBACK])
    return tuple(f"[{name}]" if ":" in name else name for name in names)


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _networks(text: str) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(word, strict=False) for word in _words(text))


def _log_format(text: str) -> LogFormat:
    match text:
        case "json" | "text":
            return text
        case _:
            raise ValueError(f"say json or text, not {text!r}.")


def _scanner(text: str) -> str:
    parts = urlsplit(text)
    is_there = bool(parts.hostname and parts.port) if parts.scheme == "tcp" else bool(parts.path)
    if parts.scheme not in {"tcp", "unix"} or not is_there:
        raise ValueError("say tcp://host:3310 or unix:///path/to/clamd.ctl.")
    return text


def _unscanned(text: str) -> Unscanned:
    match text:
        case "withhold" | "give":
            return text
        case _:
            raise ValueError(f"say withhold or give, not {text!r}.")


def _secret(text: str) -> str:
    if len(text) < SHORTEST_KEY:
        raise ValueError(f"at least {SHORTEST_KEY} characters are needed.")
    return text


def _web_address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ValueError(f"{text!r} is not an address like https://help.example.org.")
    return text.rstrip("/")


def _database_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ValueError("only addresses like postgresql://user:password@host:5432/name are known.")
    if not parts.path.strip("/"):
        raise ValueError("the address names no database.")
    _ = parts.port
    return text


def _address_of(*schemes: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if urlsplit(text).scheme not in schemes:
            raise ValueError(f"the address must begin with {' or '.join(schemes)}.")
        return text

    return parse
