"""The head of a request must come in time: uvicorn by itself waits for its end for ever."""

import asyncio
from typing import Any, Final

import h11
from typing_extensions import override
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS: Final = 30.0


class PromptHeads(H11Protocol):
    """A connection that is closed when its first head, or one that was begun, is not whole in time.

    Between answers `timeout_keep_alive` counts, and during one nothing does.
    """

    head_seconds: float = HEAD_SECONDS
    _late: asyncio.TimerHandle | None = None

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._await_head()  # a protocol is made with its connection

    @override
    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.their_state is h11.IDLE and not self.transport.is_closing():
            self._await_head()
        else:
            self._stop_waiting()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def _await_head(self) -> None:
        """Let the time run from the first byte on: what comes later does not begin it anew."""
        if self._late is None:
            self._late = self.loop.call_later(self.head_seconds, self._give_up)

    def _give_up(self) -> None:
        self.transport.abort()

    def _stop_waiting(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None
