"""Make the next things in another thread while the present one is used."""

from collections.abc import Iterable, Iterator
from queue import Full, Queue
from threading import Event, Thread
from typing import Generic, TypeVar

T = TypeVar("T")

_POLL = 0.1  # seconds between looks at whether anybody still wants more


class _End:
    """What closes the queue: nothing more, or the reason why not."""

    def __init__(self, error: BaseException | None = None) -> None:
        self.error = error


class _Maker(Generic[T]):
    def __init__(self, things: Iterable[T], depth: int) -> None:
        self.queue: Queue[T | _End] = Queue(depth)
        self.stopped = Event()
        self._things = things

    def run(self) -> None:
        try:
            for thing in self._things:
                if not self._put(thing):
                    return
        except BaseException as error:  # noqa: BLE001  # raised again where it is awaited
            self._put(_End(error))
        else:
            self._put(_End())

    def _put(self, thing: T | _End) -> bool:
        while not self.stopped.is_set():
            try:
                self.queue.put(thing, timeout=_POLL)
            except Full:
                continue
            return True
        return False


def made_ahead(things: Iterable[T], depth: int = 2) -> Iterator[T]:
    """Iterate over `things`, at most `depth` of them made before they are asked for.

    They are made in one other thread, in order; an error there is raised here.
    """
    maker = _Maker(things, depth)
    thread = Thread(target=maker.run, name="demo-letters", daemon=True)
    thread.start()
    try:
        while True:
            thing = maker.queue.get()
            if isinstance(thing, _End):
                if thing.error:
                    raise thing.error
                return
            yield thing
    finally:
        maker.stopped.set()
        thread.join()
