"""A network between a browser and a desk that a test can spoil."""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

End = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Network:
    """Carries bytes to a desk's port; a test may hold, forget or cut what travels."""

    def __init__(self, target_port: int) -> None:
        self.port = 0
        self._target_port = target_port
        self._flows = asyncio.Event()
        self._flows.set()
        self._is_cut = False
        self._lines: list[Line] = []
        self._carrying: list[asyncio.Task[None]] = []

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def hold(self) -> None:
        """Swallow every byte from now on and say nothing, as a dead access point does."""
        self._do(self._flows.clear)

    def flow(self) -> None:
        """Deliver what was held, and carry everything again."""
        self._do(self._mend)

    def forget(self) -> None:
        """Carry everything again but on the lines that hold something: they stay dead, unsaid."""
        self._do(self._forget)

    def cut(self) -> None:
        """Close every line and let none through."""
        self._do(self._cut)

    def stop(self) -> None:
        self._do(self._cut)
        self._do(self._ended.set)

    async def serve(self, ready: threading.Event) -> None:
        self._loop = asyncio.get_running_loop()
        self._ended = asyncio.Event()
        server = await asyncio.start_server(self._meet, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        await self._ended.wait()
        server.close()
        for carrying in self._carrying:
            carrying.cancel()
        await asyncio.gather(*self._carrying, return_exceptions=True)

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_cut:
            writer.close()
            return
        far = await asyncio.open_connection("127.0.0.1", self._target_port)
        line = Line(self._flows, (reader, writer), far)
        self._lines.append(line)
        self._carrying.append(asyncio.create_task(line.carry()))

    def _mend(self) -> None:
        self._is_cut = False
        self._flows.set()

    def _forget(self) -> None:
        for line in self._lines:
            if line.holds:
                line.flows = asyncio.Event()
        self._mend()

    def _cut(self) -> None:
        self._is_cut = True
        for line in self._lines:
            line.close()
        self._lines.clear()

    def _do(self, what: Callable[[], object]) -> None:
        self._loop.call_soon_threadsafe(what)


class Line:
    """One connection, in both directions."""

    def __init__(self, flows: asyncio.Event, near: End, far: End) -> None:
        self.flows = flows
        self.holds = False
        self._near = near
        self._far = far

    async def carry(self) -> None:
        near, far = self._near, self._far
        await asyncio.gather(self._pour(near[0], far[1]), self._pour(far[0], near[1]))

    def close(self) -> None:
        for _, writer in (self._near, self._far):
            writer.transport.abort()

    async def _pour(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await source.read(65_536):
                await self._pass()
                sink.write(data)
                await sink.drain()
        await self._pass()
        sink.close()

    async def _pass(self) -> None:
        while not self.flows.is_set():
            self.holds = True
            await self.flows.wait()


@contextmanager
def open_network(target_port: int) -> Iterator[Network]:
    network = Network(target_port)
    ready = threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(network.serve(ready)), daemon=True)
    thread.start()
    assert ready.wait(5)
    try:
        yield network
    finally:
        network.stop()
        thread.join(5)
