"""Chat completions, as OpenAI's API has them.

After https://platform.openai.com/docs/api-reference/chat: what such programs send and this service
has no use for (temperature, tools, ...) is left aside. Citations stand in the text as [1] and below
it in full, and in `annotations` (`url_citation`); `vraagbaak` holds the whole answer. With
`response_format` the text is JSON, or it is refused what does not fit.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterator
from typing import Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from fastapi.sse import format_sse_event
from pydantic import BaseModel, Field

from index.errors import BadRequest, NotFound, VraagbaakError
from rag.api import problem_details
from rag.api.app_state import AppState
from rag.api.openapi import OPENING, responses
from rag.api.problem_details import about
from rag.api.request_checks import TYPED
from rag.api.routes.models import CHAT, VERBATIM, known
from rag.api.streaming import Running
from rag.formatting.chat_text import ChatText, turns
from rag.formatting.structured import PLAIN, Fit
from rag.pipeline.answers import Answer, Citation, answer_json
from rag.pipeline.citations import label_in
from rag.pipeline.query import QuestionTooLong, clean_question
from rag.service.errors import Busy, OutOfTime

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


class JsonSchema(BaseModel):
    """A JSON Schema that the text must fit; what of it is understood is in docs/api.md."""

    name: str = Field(max_length=200)
    schema_: dict[str, Any] = Field(alias="schema")


class ResponseFormat(BaseModel):
    """What the text of an answer is."""

    type: Literal["text", "json_object", "json_schema"]
    json_schema: JsonSchema | None = None

    def fit(self) -> Fit | None:
        """The client's schema, if there is one. Raises BadRequest where no answer can fit it."""
        if self.type != "json_schema":
            return None
        if self.json_schema is None:
            with about("response_format.json_schema"):
                raise BadRequest(
                    "response_format.json_schema ontbreekt; geef een schema, of kies json_object.",
                    "response_format.json_schema is missing; give a schema, or choose json_object.",
                )
        with about("response_format"):
            return Fit(self.json_schema.schema_)


class CompletionIn(BaseModel):
    """A request for a chat completion."""

    model: str = Field(description="`vraagbaak`, of `vraagbaak-letterlijk` zonder taalmodel")
    messages: list[ChatMessage] = Field(min_length=1)
    stream: bool = False
    stream_options: StreamOptions | None = None
    response_format: ResponseFormat | None = None
    n: int | None = Field(default=None, ge=1, le=1)


def routes(state: AppState) -> APIRouter:
    """The endpoints of this module."""
    router = APIRouter(tags=["openai"], dependencies=TYPED)

    @router.post(
        "/v1/chat/completions",
        summary="Antwoord in een gesprek (OpenAI)",
        responses=_COMPLETED,
    )
    async def create_chat_completion(body: CompletionIn, request: Request) -> Any:
        known(body.model, CHAT)
        with about("messages"):
            question, history = turns([(each.role, each.words()) for each in body.messages])
            # Of the question only: a picture that was refused stays in the conversation for good.
            next(each for each in reversed(body.messages) if each.role == "user").only_text()
            question = clean_question(question, state.settings.max_question_chars)
        language = state.language(request)
        reply = _Reply(body, state.base_url(request), language, question)
        running = Running(
            state,
            question,
            history=history,
            language=language,
            surface="openai",
            verbatim=body.model == VERBATIM,
        )
        if not body.stream:
            return JSONResponse(reply.whole(await running.result(request)))
        return await running.stream(request, reply.said, reply.failed)

    return router


class _Reply:
    """One completion as it is made, in OpenAI's shapes."""

    def __init__(self, asked: CompletionIn, base_url: str, language: str, question: str) -> None:
        format = asked.response_format or ResponseFormat(type="text")
        self._as_text, self._fit = format.type == "text", format.fit()
        self._base_url, self._question, self._language = base_url, question, language
        self._text = ChatText(language)
        self._about = {
            "id": f"chatcmpl-{secrets.token_hex(12)}",
            "created": int(time.time()),
            "model": asked.model,
        }
        self._with_usage = asked.stream_options is not None and asked.stream_options.include_usage

    def whole(self, answer: Answer) -> dict[str, Any]:
        """The completion at once."""
        message: dict[str, Any] = {"role": "assistant", "content": None, "refusal": None}
        message |= self._all_of(answer) | {"annotations": self._annotations(answer)}
        choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
        return {
            **self._about,
            "object": "chat.completion",
            "choices": [choice],
            "usage": _usage(answer),
            "vraagbaak": answer_json(answer, self._base_url),
        }

    def _all_of(self, answer: Answer) -> dict[str, str]:
        """The whole text of an answer: as `content`, or as `refusal` where no JSON can say it."""
        data = answer_json(answer, self._base_url)
        value = {name: data[name] for name in PLAIN}
        if self._fit is not None:
            value = self._fit.value(data)
        if self._as_text or value is None:
            self._text.reading(self._question, answer.read_as)
            if answer.in_short:
                self._text.short(answer.in_short)
            for sentence in answer.sentences:
                self._text.sentence(sentence)
            self._text.end(answer)
            return {"content" if self._as_text else "refusal": self._text.text}
        return {"content": json.dumps(value, ensure_ascii=False)}

    def said(self, name: str, what: Any) -> Iterator[bytes]:
        """An event of the answer as chunks of a stream."""
        match name, what:
            case "hits", (read_as, _):
                opening = self._text.reading(self._question, read_as) if self._as_text else ""
                yield self._chunk({"role": "assistant", "content": opening})
            case "sentence", (sentence, _):
                if self._as_text:
                    yield self._chunk({"content": self._text.sentence(sentence)})
            case "in_short", (in_short, _):
                if self._as_text:
                    yield self._chunk({"content": self._text.short(in_short)})
            case "done", answer:
                # JSON comes at once: what it says of the whole is known at the end only.
                yield self._chunk(
                    {"content": self._text.end(answer)} if self._as_text else self._all_of(answer)
                )
                yield self._chunk({"annotations": self._annotations(answer)})
                yield self._chunk({}, "stop")
                if self._with_usage:
                    yield self._data({"choices": [], "usage": _usage(answer)})
                yield format_sse_event(data_str="[DONE]")

    def failed(self, error: VraagbaakError) -> bytes:
        """What ends a stream that broke."""
        fault = problem_details.openai_error(
            error.code, error.status, error.message(self._language), error.field
        )
        return format_sse_event(data_str=json.dumps({"error": fault}, ensure_ascii=False))

    def _annotations(self, answer: Answer) -> list[dict[str, Any]]:
        """Every mark in the text with what it stands for; indices are code points of the text.

        JSON has none: its citations are fields.
        """
        return [
            {
                "type": "url_citation",
                "url_citation": {
                    "start_index": mark.start,
                    "end_index": mark.end,
                    "title": label_in(self._language, answer.citations[mark.citation].label),
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
    of_list = f"&lijst={citation.list_number}" if number and citation.list_number else ""
    return f"/#document={citation.document.id}{number}{of_list}"
