"""Facts: published by actions inside their transaction, heard by handlers above."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar


class Event:
    """A fact that has happened, named in the past tense."""


E = TypeVar("E", bound=Event)

_handlers: defaultdict[type[Event], list[Callable[[Any], None]]] = defaultdict(list)


def on(kind: type[E]) -> Callable[[Callable[[E], None]], Callable[[E], None]]:
    """Register a handler; handlers only defer jobs or send live hints."""

    def register(handler: Callable[[E], None]) -> Callable[[E], None]:
        _handlers[kind].append(handler)
        return handler

    return register


def publish(event: Event) -> None:
    """Hand a fact to its handlers, inside the transaction that made it true."""
    for handler in _handlers[type(event)]:
        handler(event)
