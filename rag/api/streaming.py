"""Run the work of an answer in a thread and deliver its events on the event loop."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from fastapi import Request
from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event

from index.errors import VraagbaakError
from rag.api import problem_details
from rag.pipeline.answers import Answer
from rag.pipeline.grounding import Emit
from rag.service.errors import Stopped

KEEP_ALIVE_S = 10.0  # seconds of silence in a stream before a comment is sent
_LOOK_S = 0.25  # seconds between checks whether the client is still connected

Work = Callable[[Emit, threading.Event], Answer]
"""Makes an answer, telling what it finds on the way; ends soon after the event is set."""

Said = Callable[[str, Any], Iterable[bytes]]
"""What an event, by its name and what it holds, is on the wire."""


class Running:
    """The work of one request, started at once. Its events end with ("done", Answer)."""

    def __init__(self, work: Work, pool: ThreadPoolExecutor) -> None:
        self._events: asyncio.Queue[tuple[str, Any]] = asyncio.Queue()
        self._stop = threading.Event()
        loop = asyncio.get_running_loop()

        def put(name: str, what: Any) -> None:
            loop.call_soon_threadsafe(self._events.put_nowait, (name, what))

        def run() -> None:
            try:
                put("done", work(put, self._stop))
            except Exception as error:  # noqa: BLE001  (raised again where the events are read)
                put("raised", error)

        # The context (caller and request id, for the log) goes along into the thread.
        pool.submit(contextvars.copy_context().run, run)

    async def next(self, timeout_s: float | None = None) -> tuple[str, Any] | None:
        """The next event; None if none came in time. Raises what the work raised."""
        try:
            name, what = await asyncio.wait_for(self._events.get(), timeout_s)
        except TimeoutError:
            return None
        if name == "raised":
            raise what
        return name, what

    def stop(self) -> None:
        """Stop the work at its next step; harmless if it has ended."""
        self._stop.set()

    async def next_for(self, request: Request) -> tuple[str, Any]:
        """The next event.

        Raises what the work raised, and Stopped if the client has disconnected.
        """
        event = None
        try:
            while event is None:
                event = await self.next(_LOOK_S)
                if event is None and await request.is_disconnected():
                    raise Stopped("De verbinding is weg.", "The connection is gone.")
        finally:
            if event is None:
                self.stop()
        return event

    async def result(self, request: Request) -> Answer:
        """The answer. Raises as `next_for` does."""
        while True:
            name, what = await self.next_for(request)
            if name == "done":
                answer: Answer = what
                return answer

    async def stream(
        self, request: Request, said: Said, failed: Callable[[VraagbaakError], bytes]
    ) -> StreamingResponse:
        """All events as server-sent events; an error after the first ends the stream, as `failed`.

        Raises as `next_for`: an error before the first event has an HTTP status of its own.
        """
        return StreamingResponse(
            self._sent(await self.next_for(request), request, said, failed),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )

    async def _sent(
        self,
        first: tuple[str, Any],
        request: Request,
        said: Said,
        failed: Callable[[VraagbaakError], bytes],
    ) -> AsyncIterator[bytes]:
        """The events from `first` on; closing the generator stops the work."""
        event: tuple[str, Any] | None = first
        try:
            while True:
                if event is None:
                    yield format_sse_event(comment="keep-alive")
                else:
                    for piece in said(*event):
                        yield piece
                    if event[0] == "done":
                        return
                event = await self.next(KEEP_ALIVE_S)
        except Exception as error:  # noqa: BLE001  (the status is out: the stream must say that it broke)
            yield failed(problem_details.ours(error, request))
        finally:
            self.stop()
