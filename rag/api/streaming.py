"""Run the work of an answer in a thread and deliver its events on the event loop."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import AsyncIterator, Callable, Iterable
from typing import Any, cast

from fastapi import Request
from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event

from index.errors import VraagbaakError
from rag.api import problem_details
from rag.api.app_state import AppState
from rag.pipeline.answers import Answer
from rag.service.errors import Stopped

KEEP_ALIVE_S = 10.0  # seconds of silence in a stream before a comment is sent
_LOOK_S = 0.25  # seconds between checks whether the client is still connected

Said = Callable[[str, Any], Iterable[bytes]]
"""What an event, by its name and what it holds, is on the wire."""


class Running:
    """An answer being made, from now on; `how` is as `AnswerService.answer` takes it.

    Its events end with ("done", Answer).
    """

    def __init__(self, state: AppState, question: str, **how: Any) -> None:
        self._events: asyncio.Queue[tuple[str, Any]] = asyncio.Queue()
        self._stop = threading.Event()
        loop = asyncio.get_running_loop()

        def put(name: str, what: Any) -> None:
            loop.call_soon_threadsafe(self._events.put_nowait, (name, what))

        def run() -> None:
            try:
                found = state.answers.answer(question, on_event=put, stop=self._stop, **how)
                put("done", found)
            except Exception as error:  # noqa: BLE001  (raised again where the events are read)
                put("raised", error)

        # The context (caller and request id, for the log) goes along into the thread.
        state.pool.submit(contextvars.copy_context().run, run)

    async def next(self, timeout_s: float | None = None) -> tuple[str, Any] | None:
        """The next event; None if none came in time. Raises what the work raised."""
        try:
            name, what = await asyncio.wait_for(self._events.get(), timeout_s)
        except TimeoutError:
            return None
        if name == "raised":
            raise what
        return name, what

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
                self._stop.set()
        return event

    async def result(self, request: Request) -> Answer:
        """The answer. Raises as `next_for` does."""
        while True:
            name, what = await self.next_for(request)
            if name == "done":
                return cast("Answer", what)

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
            self._stop.set()
