"""The API of OpenAI, as far as chat programs need it: chat completions and the list of models.

After https://platform.openai.com/docs/api-reference/chat: what such programs send and this service
has no use for (temperature, tools, ...) is left aside. Citations stand in the text as [1] and below
it in full, and in `annotations` (`url_citation`); `vraagbaak` holds the whole answer.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from fastapi import Path as InPath
from fastapi.responses import JSONResponse, StreamingResponse
from fastapi.sse import format_sse_event
from pydantic import BaseModel, Field

from index.errors import BadRequest, NotFound
from rag.answers import Answer, Citation, answer_json
from rag.api import problems
from rag.api.asking import KEEP_ALIVE_S
from rag.api.describe import OPENING, responses
from rag.api.parts import Parts
from rag.api.running import Running
from rag.chat_text import ChatText, turns
from rag.operations.errors import Busy, OutOfTime
from rag.questions import clean_question

# The names of the models that this service is: with the language model, and without.
WITH_MODEL, VERBATIM = "vraagbaak", "vraagbaak-letterlijk"
_OWNER = {"object": "model", "created": 0, "owned_by": "vraagbaak"}
MODELS = {name: {"id": name, **_OWNER} for name in (WITH_MODEL, VERBATIM)}

_COMPLETED = responses(
    "COMPLETION",
    *(BadRequest, NotFound, problems.TooLarge),
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
        """Its text. Raises BadRequest for what is no text: an image, half of a surrogate pair."""
        text = self._joined()
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise BadRequest(
                "Een bericht bevat een half teken (surrogaat); stuur geldige Unicode.",
                "A message holds half a character (a surrogate); send valid Unicode.",
            ) from error
        return text

    def _joined(self) -> str:
        if not isinstance(self.content, list):
            return self.content or ""
        for part in self.content:
            if part.type != "text" and self.role == "user":
                raise BadRequest(
                    f"Vraagbaak leest alleen tekst, geen {part.type}; laat dat deel weg.",
                    f"Vraagbaak reads only text, not {part.type}; leave that part out.",
                )
        return "\n".join(part.text or "" for part in self.content)


class StreamOptions(BaseModel):
    """What a stream has beside the text."""

    include_usage: bool = False


class CompletionIn(BaseModel):
    """A request for a chat completion."""

    model: str = Field(description="`vraagbaak`, of `vraagbaak-letterlijk` zonder taalmodel")
    messages: list[ChatMessage] = Field(min_length=1, max_length=200)
    stream: bool = False
    stream_options: StreamOptions | None = None
    n: int | None = Field(default=None, ge=1, le=1)


def routes(parts: Parts) -> APIRouter:
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
        question = clean_question(question, parts.settings.max_question_chars)
        language = parts.language(request)
        running = Running(
            lambda emit, stop: parts.desk.answer(
                question,
                history=history,
                language=language,
                surface="openai",
                verbatim=body.model == VERBATIM,
                on_event=emit,
                stop=stop,
            ),
            parts.pool,
        )
        reply = _Reply(body, str(request.base_url), language, question)
        if not body.stream:
            return JSONResponse(reply.whole(await running.result(request)))
        first = await running.next_for(request)
        return StreamingResponse(
            _stream(first, running, reply, request, language),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )

    return router


def _known(name: str) -> dict[str, Any]:
    if name not in MODELS:
        raise NotFound(
            f"Model {name!r} is er niet; wel: {', '.join(MODELS)}.",
            f"There is no model {name!r}; there are: {', '.join(MODELS)}.",
        )
    return MODELS[name]


class _Reply:
    """One completion in the making, in the shapes of the API."""

    def __init__(self, asked: CompletionIn, base_url: str, language: str, question: str) -> None:
        self._base_url, self._question = base_url, question
        self._text = ChatText(language)
        self._about = {
            "id": f"chatcmpl-{secrets.token_hex(12)}",
            "created": int(time.time()),
            "model": asked.model,
        }
        self.with_usage = asked.stream_options is not None and asked.stream_options.include_usage

    def whole(self, answer: Answer) -> dict[str, Any]:
        """The completion at once."""
        self.opening(answer.read_as)
        for sentence in answer.sentences:
            self._text.sentence(sentence)
        self._text.end(answer)
        message = {"role": "assistant", "content": self._text.text, "refusal": None}
        message["annotations"] = self.annotations(answer)  # type: ignore[assignment]
        choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
        return {
            **self._about,
            "object": "chat.completion",
            "choices": [choice],
            "usage": _usage(answer),
            "vraagbaak": answer_json(answer),
        }

    def opening(self, read_as: str) -> str:
        """The text before the sentences."""
        return self._text.reading(self._question, read_as)

    def sentence(self, what: Any) -> str:
        """The text of the next sentence."""
        return self._text.sentence(what)

    def end(self, answer: Answer) -> str:
        """The text after the sentences."""
        return self._text.end(answer)

    def annotations(self, answer: Answer) -> list[dict[str, Any]]:
        """Every mark in the text with what it stands for; indices are code points of the text."""
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

    def chunk(self, delta: dict[str, Any], finish: str | None = None) -> bytes:
        """A chunk of the stream."""
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        return self._data({"choices": [choice]})

    def usage(self, answer: Answer) -> bytes:
        """The last chunk where usage was asked for."""
        return self._data({"choices": [], "usage": _usage(answer)})

    def _data(self, more: dict[str, Any]) -> bytes:
        chunk = {**self._about, "object": "chat.completion.chunk", **more}
        return format_sse_event(data_str=json.dumps(chunk, ensure_ascii=False))


async def _stream(
    first: tuple[str, Any], running: Running, reply: _Reply, request: Request, language: str
) -> AsyncIterator[bytes]:
    """The completion on the wire; leaving the generator stops it."""
    try:
        yield reply.chunk({"role": "assistant", "content": ""})
        event: tuple[str, Any] | None = first
        events = running.events(KEEP_ALIVE_S)
        while True:
            match event:
                case None:
                    yield format_sse_event(comment="keep-alive")
                case ("hits", (read_as, _)):
                    if text := reply.opening(read_as):
                        yield reply.chunk({"content": text})
                case ("sentence", (sentence, _)):
                    yield reply.chunk({"content": reply.sentence(sentence)})
                case ("done", answer):
                    yield reply.chunk({"content": reply.end(answer)})
                    yield reply.chunk({"annotations": reply.annotations(answer)})
                    yield reply.chunk({}, "stop")
                    if reply.with_usage:
                        yield reply.usage(answer)
                    break
            event = await anext(events)
        yield format_sse_event(data_str="[DONE]")
    except Exception as error:  # noqa: BLE001  (the status is out: the stream must say that it broke)
        said = problems.ours(error, request)
        fault = {"message": said.message(language), "type": said.code, "code": said.code}
        yield format_sse_event(data_str=json.dumps({"error": fault}, ensure_ascii=False))
    finally:
        running.stop()


def _usage(answer: Answer) -> dict[str, int]:
    prompt, completion = answer.tokens["prompt"], answer.tokens["completion"]
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
    }


def _place(citation: Citation) -> str:
    """Where the page shows what a citation rests on, for a person to look at."""
    number = f"&vraag={citation.questions[0]}" if citation.questions else ""
    return f"#document={citation.document.id}{number}"
