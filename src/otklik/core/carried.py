"""What one place leaves in a request for another place of the same request."""

from typing import Any, Final, Generic, TypeVar

from django.http import HttpRequest

T = TypeVar("T")


class Carried(Generic[T]):
    """One thing that requests carry, by a name of its own: with its type, which requests lack."""

    def __init__(self, name: str) -> None:
        self._name = name

    def leave(self, request: HttpRequest, thing: T) -> T:
        vars(request)[self._name] = thing
        return thing

    def found(self, request: HttpRequest) -> T | None:
        found: T | None = vars(request).get(self._name)
        return found


asker: Final = Carried[Any]("actor")
"""Who asks, None for a visitor. What an actor is belongs to `people`: see its `asker_of`."""
request_id: Final = Carried[str]("request_id")
theme: Final = Carried[str]("theme")
has_failed: Final = Carried[bool]("has_failed")
"""The page says what failed, and asks the database nothing."""
told_once: Final = Carried[tuple[str, ...]]("told_once")
"""What of an answer is a secret: members that a repeated write is not told again."""
