"""Named places in lower pages that upper apps fill, in the same request."""

from collections import defaultdict
from collections.abc import Callable

from django.http import HttpRequest
from markupsafe import Markup

Filler = Callable[[HttpRequest], Markup]

_fillers: defaultdict[str, list[tuple[int, Filler]]] = defaultdict(list)


def fill(name: str, *, order: int = 100) -> Callable[[Filler], Filler]:
    """Register what an app shows in the slot `name`; lower orders come first."""

    def register(filler: Filler) -> Filler:
        _fillers[name].append((order, filler))
        _fillers[name].sort(key=lambda pair: pair[0])
        return filler

    return register


def render(name: str, request: HttpRequest) -> Markup:
    """Render everything registered for a slot, in order."""
    return Markup("").join(filler(request) for _, filler in _fillers[name])
