"""Routes for questions: answers whole or as a stream, their conversations, and plain search."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi import Path as InPath
from fastapi.responses import JSONResponse
from fastapi.sse import format_sse_event

from index.documents import Kind
from index.errors import BadRequest, NotFound
from index.search import Filters
from index.search import search as find
from rag.api import examples, problem_details
from rag.api.app_state import AppState
from rag.api.openapi import OPENING, refusals, responses
from rag.api.request_checks import STRICT
from rag.api.streaming import Running
from rag.conversation.followups import Turn, turn_of
from rag.formatting import schemas
from rag.formatting.render import found_json
from rag.pipeline.answers import (
    Answer,
    Citation,
    answer_json,
    citation_json,
    hit_json,
    in_short_json,
    sentence_json,
)
from rag.pipeline.query import QuestionTooLong, clean_question
from rag.service.errors import Busy, OutOfTime

# The value of `conversation` that begins a new one.
NEW = "new"

_ASKED = responses(
    "ANSWER",
    *(
        BadRequest,
        QuestionTooLong,
        problem_details.Contradiction,
        NotFound,
        problem_details.TooLarge,
    ),
    *(*OPENING, Busy, OutOfTime),
)
_ASKED[200]["content"]["text/event-stream"] = {
    "schema": {
        "type": "string",
        "description": "Met `stream: true`: gebeurtenissen, elk met JSON in `data`.",
        "x-events": {
            name: {"$ref": f"#/components/schemas/{shape.__name__}"}
            for name, shape in schemas.EVENTS.items()
        },
    }
}


def routes(state: AppState) -> APIRouter:
    """The endpoints of this module."""
    router = APIRouter(tags=["vragen"], dependencies=STRICT)
    settings = state.settings

    @router.post(
        "/v1/ask",
        response_model=schemas.AnswerOut,
        summary="Stel een vraag",
        responses=_ASKED,
    )
    async def ask(body: schemas.AskIn, request: Request) -> Any:
        question = clean_question(body.question, settings.max_question_chars)
        history = _history(body, state)
        language, base_url = state.language(request), state.base_url(request)
        running = Running(
            state,
            question,
            history=history,
            filters=body.filters.filters(),
            k=body.k,
            language=language,
        )
        if not body.stream:
            found = await running.result(request)
            return JSONResponse(_done(found, body.conversation, state, base_url))
        return await running.stream(
            request,
            _Events(question, body.conversation, state, base_url).said,
            lambda error: _event(
                "error", problem_details.body_of(error, request.url.path, language)
            ),
        )

    @router.delete(
        "/v1/conversations/{id}",
        status_code=204,
        response_class=Response,
        summary="Vergeet een gesprek",
        responses=refusals(NotFound),
    )
    def forget_conversation(
        id: Annotated[str, InPath(description="id van het gesprek", max_length=64)],
    ) -> None:
        state.conversations.remove(id)

    @router.get(
        "/v1/search",
        response_model=schemas.SearchOut,
        summary="Zoek passages",
        responses=responses("SEARCH", BadRequest, QuestionTooLong, NotFound, *OPENING),
    )
    def search(
        q: Annotated[str, Query(description="de vraag", examples=[examples.QUESTION])],
        k: Annotated[int, Query(ge=1, le=100, description="aantal passages")] = settings.top_k,
        document: Annotated[list[str], Query(description="alleen deze documenten")] = [],  # noqa: B006
        kind: Annotated[list[Kind], Query(description="alleen deze soorten")] = [],  # noqa: B006
        from_: Annotated[str | None, Query(alias="from", description="vanaf (jjjj-mm-dd)")] = None,
        to: Annotated[str | None, Query(description="tot en met (jjjj-mm-dd)")] = None,
        minister: Annotated[str | None, Query(max_length=200)] = None,
    ) -> Any:
        question = clean_question(q, settings.max_question_chars)
        filters = Filters(tuple(document), tuple(kind), from_, to, minister)
        with state.answers.asks.place():
            result = find(state.resources.documents_to_ask(), question, k, filters)
        return found_json(result)

    return router


def _history(body: schemas.AskIn, state: AppState) -> tuple[Turn, ...]:
    """The turns before this question. Raises Contradiction, NotFound."""
    if body.history and body.conversation is not None:
        raise problem_details.Contradiction(
            "Geef history of conversation, niet allebei: een gesprek met een id bewaart zijn "
            "eigen beurten.",
            "Give history or conversation, not both: a conversation with an id keeps its own "
            "turns.",
        )
    if body.conversation is None or body.conversation == NEW:
        kept: tuple[Turn, ...] = ()
    else:
        kept = state.conversations.history(body.conversation)
    return kept or tuple(turn.turn() for turn in body.history)


def _done(
    found: Answer, conversation: str | None, state: AppState, base_url: str
) -> dict[str, Any]:
    """The answer as JSON, put into the conversation it belongs to."""
    if conversation is not None:
        # A conversation begins with its first answer: a failed question leaves nothing behind.
        conversation = state.conversations.start() if conversation == NEW else conversation
        state.conversations.add(conversation, turn_of(found))
    return answer_json(found, base_url) | {"conversation": conversation}


class _Events:
    """The events of one answer, as they go out."""

    def __init__(
        self, question: str, conversation: str | None, state: AppState, base_url: str
    ) -> None:
        self._question, self._conversation, self._state = question, conversation, state
        self._base_url = base_url
        self._cited: set[int] = set()
        self._sentences = 0

    def said(self, name: str, what: Any) -> Iterator[bytes]:
        """An event for the stream, after the citations that it is the first to use."""
        match name, what:
            case "hits", (read_as, hits):
                found_for = {"question": self._question, "read_as": read_as}
                yield _event("hits", found_for | {"hits": [hit_json(hit) for hit in hits]})
            case "sentence", (sentence, citations):
                yield from self._first_cited(sentence.citations, citations)
                yield _event("sentence", {"index": self._sentences} | sentence_json(sentence))
                self._sentences += 1
            case "in_short", (in_short, citations):
                yield from self._first_cited(in_short.citations, citations)
                yield _event("in_short", in_short_json(in_short))
            case "done", found:
                yield _event("done", _done(found, self._conversation, self._state, self._base_url))

    def _first_cited(
        self, numbers: Sequence[int], citations: Sequence[Citation]
    ) -> Iterator[bytes]:
        for number, citation in zip(numbers, citations, strict=True):
            if number not in self._cited:
                self._cited.add(number)
                yield _event(
                    "citation", {"index": number} | citation_json(citation, self._base_url)
                )


def _event(name: str, data: dict[str, Any]) -> bytes:
    return format_sse_event(event=name, data_str=json.dumps(data, ensure_ascii=False))
