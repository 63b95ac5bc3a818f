"""The API of OpenAI, as far as chat programs need it: chat completions and the list of models.

After https://platform.openai.com/docs/api-reference/chat. Parameters without a meaning here
(temperature, tools, ...) are ignored. Citations stand in the text as [1] and below
it in full, and in `annotations` (`url_citation`); `vraagbaak` holds the whole answer.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from fastapi import Path as InPath
from fastapi.responses import JSONResponse
from fastapi.sse import format_sse_event
from pydantic import BaseModel, Field

from index.errors import BadRequest, NotFound, VraagbaakError
from rag.api import problem_details
from rag.api.app_state import AppState
from rag.api.openapi import OPENING, responses
from rag.api.streaming import Running
from rag.formatting.chat_text import ChatText, turns
from rag.pipeline.answers import Answer, Citation, answer_json
from rag.pipeline.query import QuestionTooLong, clean_question
from rag.service.errors import Busy, OutOfTime

# The models that this service offers: with the language model, and without.
WITH_MODEL, VERBATIM = "vraagbaak", "vraagbaak-letterlijk"
_OWNER = {"object": "model", "created": 0, "owned_by": "vraagbaak"}
MODELS = {name: {"id": name, **_OWNER} for name in (WITH_MODEL, VERBATIM)}

_COMPLETED = responses(
    "COMPLETION",
    *(BadRequest, QuestionTooLong, NotFound, problem_details.TooLarge),
    *(*OPENING, Busy, OutOfTime),
)
_COMPLETED[200]["content"]["text/event-stream"] = {"schema": {"type": "string"}}


class Part(BaseModel):
    """A part of a message; only text can be read."""

    type: str
    text: str | None = None


class ChatMessage(BaseModel):
    """A message of a conversation."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[Part] | None = None

    def words(self) -> str:
        """The text parts of the message. Raises BadRequest for a lone surrogate."""
        text = "\n".join(part.text or "" for part in self._parts())
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise BadRequest(
                "Een bericht bevat een half teken (surrogaat); stuur geldige Unicode.",
                "A message holds half a character (a surrogate); send valid Unicode.",
            ) from error
        return text

    def only_text(self) -> None:
        """Raises BadRequest for an image, sound or file in it."""
        for part in self._parts():
            if part.type != "text":
                raise BadRequest(
                    f"Vraagbaak leest alleen tekst, geen {part.type}; laat dat deel weg.",
                    f"Vraagbaak reads only text, not {part.type}; leave that part out.",
                )

    def _parts(self) -> list[Part]:
        if isinstance(self.content, list):
            return self.content
        return [Part(type="text", text=self.content)]


class StreamOptions(BaseModel):
    """What a stream has beside the text."""

    include_usage: bool = False


class CompletionIn(BaseModel):
    """A request for a chat completion."""

    model: str = Field(description="`vraagbaak`, of `vraagbaak-letterlijk` zonder taalmodel")
    messages: list[ChatMessage] = Field(min_length=1)
    stream: bool = False
    stream_options: StreamOptions | None = None
    n: int | None = Field(default=None, ge=1, le=1)


def routes(state: AppState) -> APIRouter:
    """The endpoints of this module."""
    router = APIRouter(tags=["openai"])

    @router.get("/v1/models", summary="Modellen (OpenAI)", responses=responses("MODELS"))
    def models() -> dict[str, Any]:
        return {"object": "list", "data": list(MODELS.values())}

    @router.get(
        "/v1/models/{name}", summary="Een model (OpenAI)", responses=responses("MODEL", NotFound)
    )
    def model(name: Annotated[str, InPath(max_length=200)]) -> dict[str, Any]:
        return _known(name)

    @router.post(
        "/v1/chat/completions",
        summary="Antwoord in een gesprek (OpenAI)",
        responses=_COMPLETED,
    )
    async def complete(body: CompletionIn, request: Request) -> Any:
        _known(body.model)
        question, history = turns([(each.role, each.words()) for each in body.messages])
        # Only the question is checked: a picture refused earlier stays in the conversation.
        next(each for each in reversed(body.messages) if each.role == "user").only_text()
        question = clean_question(question, state.settings.max_question_chars)
        language = state.language(request)
        running = Running(
            lambda emit, stop: state.answers.answer(
                question,
                history=history,
                language=language,
                surface="openai",
                verbatim=body.model == VERBATIM,
                on_event=emit,
                stop=stop,
            ),
            state.pool,
        )
        reply = _Reply(body, str(request.base_url), language, question)
        if not body.stream:
            return JSONResponse(reply.whole(await running.result(request)))
        return await running.stream(request, reply.said, reply.failed)

    return router


def _known(name: str) -> dict[str, Any]:
    if name not in MODELS:
        raise NotFound(
            f"Model {name!r} is er niet; wel: {', '.join(MODELS)}.",
            f"There is no model {name!r}; there are: {', '.join(MODELS)}.",
        )
    return MODELS[name]


class _Reply:
    """One completion as it is made, in OpenAI's shapes."""

    def __init__(self, asked: CompletionIn, base_url: str, language: str, question: str) -> None:
        self._base_url, self._question, self._language = base_url, question, language
        self._text = ChatText(language)
        self._about = {
            "id": f"chatcmpl-{secrets.token_hex(12)}",
            "created": int(time.time()),
            "model": asked.model,
        }
        self._with_usage = asked.stream_options is not None and asked.stream_options.include_usage

    def whole(self, answer: Answer) -> dict[str, Any]:
        """The completion as one response."""
        self._text.reading(self._question, answer.read_as)
        for sentence in answer.sentences:
            self._text.sentence(sentence)
        self._text.end(answer)
        message = {"role": "assistant", "content": self._text.text, "refusal": None}
        message["annotations"] = self._annotations(answer)  # type: ignore[assignment]
        choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
        return {
            **self._about,
            "object": "chat.completion",
            "choices": [choice],
            "usage": _usage(answer),
            "vraagbaak": answer_json(answer),
        }

    def said(self, name: str, what: Any) -> Iterator[bytes]:
        """An event of the answer as chunks of a stream."""
        match name, what:
            case "hits", (read_as, _):
                opening = self._text.reading(self._question, read_as)
                yield self._chunk({"role": "assistant", "content": opening})
            case "sentence", (sentence, _):
                yield self._chunk({"content": self._text.sentence(sentence)})
            case "done", answer:
                yield self._chunk({"content": self._text.end(answer)})
                yield self._chunk({"annotations": self._annotations(answer)})
                yield self._chunk({}, "stop")
                if self._with_usage:
                    yield self._data({"choices": [], "usage": _usage(answer)})
                yield format_sse_event(data_str="[DONE]")

    def failed(self, error: VraagbaakError) -> bytes:
        """The last chunk of a stream that failed."""
        fault = {"message": error.message(self._language), "type": error.code, "code": error.code}
        return format_sse_event(data_str=json.dumps({"error": fault}, ensure_ascii=False))

    def _annotations(self, answer: Answer) -> list[dict[str, Any]]:
        """An annotation for every citation mark; indices are code points of the text."""
        return [
            {
                "type": "url_citation",
                "url_citation": {
                    "start_index": mark.start,
                    "end_index": mark.end,
                    "title": answer.citations[mark.citation].label,
                    "url": self._base_url + _place(answer.citations[mark.citation]),
                },
            }
            for mark in self._text.marks
        ]

    def _chunk(self, delta: dict[str, Any], finish: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        return self._data({"choices": [choice]})

    def _data(self, more: dict[str, Any]) -> bytes:
        chunk = {**self._about, "object": "chat.completion.chunk", **more}
        return format_sse_event(data_str=json.dumps(chunk, ensure_ascii=False))


def _usage(answer: Answer) -> dict[str, int]:
    prompt, completion = answer.tokens["prompt"], answer.tokens["completion"]
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
    }


def _place(citation: Citation) -> str:
    """The address at which the chat page shows a citation's source."""
    number = f"&vraag={citation.questions[0]}" if citation.questions else ""
    return f"#document={citation.document.id}{number}"
