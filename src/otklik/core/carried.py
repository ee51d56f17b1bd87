"""What one place leaves in a request for another place of the same request."""

from typing import Generic, TypeVar

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
