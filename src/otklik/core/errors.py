"""Refusals that a person may read. One middleware makes the page or the problem JSON."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager


class DomainError(Exception):
    """Something a person asked for cannot be done; the message is safe to show."""

    status = 400
    code = "refused"

    def __init__(self, message: str = "", **extra: object) -> None:
        super().__init__(message)
        self.message = message
        self.extra = extra


class NotFound(DomainError):
    """The thing does not exist, or the actor may not know that it does."""

    status = 404
    code = "not-found"


class OutOfSight(NotFound):
    """The actor saw the thing until somebody changed that; the message says who and what."""

    code = "out-of-sight"


class NotSignedIn(DomainError):
    """Nobody is signed in, or the token is unknown, expired or revoked."""

    status = 401
    code = "not-signed-in"


class NotAllowed(DomainError):
    """The actor can see the thing but may not do this to it."""

    status = 403
    code = "not-allowed"


class Conflict(DomainError):
    """Someone changed the same thing meanwhile; nothing was written."""

    status = 409
    code = "conflict"


class Stale(DomainError):
    """The caller's If-Match names a version that is gone."""

    status = 412
    code = "stale"


class WrongMethod(DomainError):
    """The address is there, but takes another method."""

    status = 405
    code = "wrong-method"


class Failed(DomainError):
    """Something went wrong that nobody expected."""

    status = 500
    code = "failed"


class Away(DomainError):
    """The database cannot be reached now; the same request will do later."""

    status = 503
    code = "away"


class TooLarge(DomainError):
    """A body or file is over its limit."""

    status = 413
    code = "too-large"


class Invalid(DomainError):
    """Some values cannot be taken. `fields` names each with its reason; "" is the whole."""

    status = 422
    code = "invalid"

    def __init__(self, message: str = "", fields: Mapping[str, str] | None = None) -> None:
        super().__init__(message or "; ".join((fields or {}).values()))
        self.fields = dict(fields or {})


class TooMany(DomainError):
    """Too many tries in a time. `retry_after` is in seconds."""

    status = 429
    code = "too-many"

    def __init__(self, message: str = "", retry_after: int = 60) -> None:
        super().__init__(message)
        self.retry_after = retry_after


@contextmanager
def noted(wrong: dict[str, str]) -> Iterator[None]:
    """Note what is refused within, to be told together with what else is wrong."""
    try:
        yield
    except Invalid as error:
        wrong |= error.fields
