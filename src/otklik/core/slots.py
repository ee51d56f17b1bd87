"""Named places in lower pages that upper apps fill, in the same request."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from django.http import HttpRequest
from markupsafe import Markup

Filler = Callable[[HttpRequest], Markup]

EachFiller = Callable[[HttpRequest, Sequence[int]], Mapping[int, Markup]]
"""Shows something beside several things of one page at once, by their keys."""

_fillers: defaultdict[str, list[tuple[int, Filler]]] = defaultdict(list)

_each: defaultdict[str, list[EachFiller]] = defaultdict(list)


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


def fill_each(name: str) -> Callable[[EachFiller], EachFiller]:
    """Register what an app shows beside each of many things in the slot `name`."""

    def register(filler: EachFiller) -> EachFiller:
        _each[name].append(filler)
        return filler

    return register


def render_each(name: str, request: HttpRequest, keys: Sequence[int]) -> dict[int, Markup]:
    """Render what was registered for each of the things; those without any are left out."""
    shown: defaultdict[int, Markup] = defaultdict(Markup)
    for filler in _each[name] if keys else ():
        for key, markup in filler(request, keys).items():
            shown[key] += markup
    return shown
