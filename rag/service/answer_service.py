"""Answer questions for every surface of a running service, with limits, metrics and a log line.

`rag.pipeline.answering.answer` knows nothing of these; the command line asks one question at a time
and needs none of them.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from index.errors import ModelUnavailable, VraagbaakError
from index.search import Filters
from rag.pipeline.answers import Answer
from rag.service.errors import Busy, OutOfTime, Stopped
from rag.service.logs import answer_fields, log_event
from rag.service.metrics import Metrics
from rag.service.queue import Queue
from rag.service.resources import Resources
from rag.service.tracing import span
from rag.settings import Settings

if TYPE_CHECKING:
    from rag.conversation.followups import Turn
    from rag.llm import Completion, LanguageModel, Message
    from rag.pipeline.grounding import Emit

log = logging.getLogger("vraagbaak.answers")


class AnswerService:
    """Answers questions for all surfaces of a running service; safe to use from any thread.

    `asks` holds the questions being answered, `generations` those of them that need the language
    model: it makes `model_slots` answers at a time, in the order in which they were asked.
    """

    def __init__(self, resources: Resources, settings: Settings, metrics: Metrics) -> None:
        self.resources, self.settings, self.metrics = resources, settings, metrics
        self.asks = Queue(settings.max_asks, 0)
        self.generations = Queue(settings.model_slots, settings.queue_size)
        self._closing = threading.Event()

    def close(self) -> None:
        """Stop all running answers at their next step."""
        self._closing.set()

    def answer(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        filters: Filters = Filters(),
        k: int | None = None,
        language: str | None = None,
        surface: str = "api",
        verbatim: bool = False,
        on_event: Emit | None = None,
        stop: threading.Event | None = None,
    ) -> Answer:
        """Answer `question` as `rag.pipeline.answering.answer` does; `verbatim` leaves the model out.

        `k` passages are found for it (of the settings, where None). `surface` names who asks, for
        metrics. Setting `stop` ends the work at its next step. Raises as `answer` does, Busy where
        too many ask, OutOfTime after `max_answer_s`, and Stopped.
        """
        # Imported late: answering needs libraries that a service which only serves documents does
        # not.
        from rag.pipeline.answering import answer, composes

        settings = replace(
            self.settings,
            language=language or self.settings.language,
            top_k=k or self.settings.top_k,
        )
        check = _Limit((stop or threading.Event(), self._closing), settings.max_answer_s)

        def emit(name: str, what: Any) -> None:
            check()
            if on_event is not None:
                on_event(name, what)

        try:
            with span("vraagbaak.ask", surface=surface), ExitStack() as places:
                places.enter_context(self.asks.place())
                index = self.resources.documents_to_ask()
                model: LanguageModel | None = None if verbatim else self.resources.model()
                writes = model is not None and composes(model, settings)
                if not writes and not settings.in_short:
                    model = None  # no language model, so no place in its queue
                if model is not None:
                    model = self._in_turn(model, places, check, writes)
                found = answer(
                    question,
                    index=index,
                    model=model,
                    reader=self.resources.reader(),
                    settings=settings,
                    history=history,
                    filters=filters,
                    on_event=emit,
                )
        except Exception as error:
            code = error.code if isinstance(error, VraagbaakError) else VraagbaakError.code
            self.metrics.failed(surface, code)
            log_event(log, "answer failed", surface=surface, code=code)
            raise
        self.metrics.answered(found, surface)
        log_event(log, "answer", surface=surface, **answer_fields(found, settings.log_questions))
        return found

    def _in_turn(
        self, model: LanguageModel, places: ExitStack, check: _Limit, writes: bool
    ) -> LanguageModel | None:
        """`model`, at its turn. Raises Busy where the queue is full and it `writes` the answer.

        For a sentence above the answer nobody is sent away: then it is None.
        """
        try:
            places.enter_context(self.generations.place())
        except Busy:
            if writes:
                raise
            log_event(log, "no turn for a sentence in short")
            return None
        return _InTurn(model, self.generations, check, self.metrics)


class _Limit:
    """Raises Stopped once any of `stops` is set, and OutOfTime after `most_s` seconds."""

    def __init__(self, stops: Sequence[threading.Event], most_s: float) -> None:
        self._stops, self._most_s = stops, most_s
        self._until = time.monotonic() + most_s

    def __call__(self) -> None:
        if any(stop.is_set() for stop in self._stops):
            raise Stopped(
                "De vraag is afgebroken: wie haar stelde is weg, of de dienst stopt.",
                "The question was stopped: who asked it has gone, or the service is stopping.",
            )
        if time.monotonic() > self._until:
            raise OutOfTime(
                f"Het antwoord duurde langer dan {self._most_s:g} s; probeer het later weer, of "
                "verhoog max_answer_s.",
                f"The answer took longer than {self._most_s:g} s; try again later, or raise "
                "max_answer_s.",
            )


class _InTurn:
    """A language model that waits for its turn in a queue, and stops when `check` raises."""

    def __init__(
        self, model: LanguageModel, queue: Queue, check: Callable[[], None], metrics: Metrics
    ) -> None:
        self._model, self._queue, self._check, self._metrics = model, queue, check, metrics
        self.name, self.digest = model.name, model.digest
        self.context_tokens, self.composes = model.context_tokens, model.composes

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: dict[str, Any] | None,
        max_tokens: int,
        on_text: Callable[[str], None] | None = None,
    ) -> Completion:
        """See `rag.llm.LanguageModel`."""

        def piece(text: str) -> None:
            self._check()
            if on_text is not None:
                on_text(text)

        with self._queue.turn(self._check) as waited_s:
            self._metrics.waited(waited_s)
            with span("vraagbaak.complete", model=self.name):
                return self._model.complete(
                    messages, schema=schema, max_tokens=max_tokens, on_text=piece
                )

    def count_tokens(self, text: str) -> int:
        """See `rag.llm.LanguageModel`."""
        return self._model.count_tokens(text)

    def fault(self) -> ModelUnavailable | None:
        """See `rag.llm.LanguageModel`."""
        return self._model.fault()

    def close(self) -> None:
        """Do nothing: the service that owns the model closes it."""
