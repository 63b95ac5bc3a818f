"""Any service with OpenAI's chat completions API: llama.cpp, vLLM, LM Studio, a gateway."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from typing import Any

import httpx

from index.errors import ModelUnavailable
from rag.llm import Completion, Message, checks
from rag.llm.json_text import JsonText

log = logging.getLogger("vraagbaak.llm")

# How a service may be asked for JSON, the strictest first: by a schema, by its name, or in words.
FORMATS = ("json_schema", "json_object", "text")
TOKENS = ("max_tokens", "max_completion_tokens")
_NAMES_FORMAT = re.compile(r"response_format|response format|json_schema|json_object")


class OpenAICompatible:
    """`model` of the service at `url` (up to and including `/v1`); `key` where it wants one.

    A service that refuses `json_schema` or `max_tokens` by name is asked again in the next way of
    `FORMATS` and `TOKENS`, and from then on in that way; the log says so.
    """

    digest: str | None = None
    # People run such services for models that write well.
    composes = True

    def __init__(
        self, url: str, model: str, key: str | None, *, context_tokens: int, timeout_s: float
    ) -> None:
        self.name = f"openai:{model}"
        self.context_tokens = context_tokens
        self._model = model
        self._timeout_s = timeout_s
        self._who = f"{model} ({url})"
        self._format, self._tokens = FORMATS[0], TOKENS[0]
        self._client = httpx.Client(
            base_url=url,
            headers={"Authorization": f"Bearer {key}"} if key else {},
            timeout=checks.timeouts(timeout_s),
            trust_env=not checks.is_here(url),
        )

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: dict[str, Any] | None,
        max_tokens: int,
        on_text: Callable[[str], None] | None = None,
    ) -> Completion:
        """See `rag.llm.LanguageModel`."""
        json_text = None if schema is None else JsonText(on_text)
        while True:
            body, estimate = self._body(messages, schema, max_tokens)
            checks.ensure_room(self._who, estimate, max_tokens, self.context_tokens)
            take = on_text if json_text is None else json_text.feed
            try:
                said = stream_chat(self._client, body, self._who, self._timeout_s, take)
                break
            except Refusal as refusal:
                if not self._ask_otherwise(refusal.reason, body):
                    raise
                log.warning("%s; asking with %s, %s", refusal.en, self._tokens, self._format)
        text = said.text if json_text is None else json_text.text
        if schema is not None:
            checks.ensure_json(self._who, text, schema, cut=said.cut)
        return Completion(
            text,
            estimate if said.prompt_tokens is None else said.prompt_tokens,
            checks.estimate_tokens(said.text)
            if said.completion_tokens is None
            else said.completion_tokens,
        )

    def _body(
        self, messages: Sequence[Message], schema: dict[str, Any] | None, max_tokens: int
    ) -> tuple[dict[str, Any], int]:
        """A request in the way that the service takes, and the estimate of its prompt's tokens."""
        in_words = schema is not None and self._format != FORMATS[0]
        asked = _with_schema(messages, schema or {}) if in_words else messages
        body = {"model": self._model, **chat_body(asked, schema, max_tokens)}
        body[self._tokens] = body.pop(TOKENS[0])
        if in_words:
            body["response_format"] = {"type": self._format}
            if self._format == FORMATS[-1]:
                del body["response_format"]
        return body, checks.estimate_prompt(asked)

    def _ask_otherwise(self, reason: str, body: dict[str, Any]) -> bool:
        """Go on to the next way of asking where `reason` names the one that `body` used."""
        if TOKENS[0] in reason and TOKENS[0] in body:
            self._tokens = TOKENS[1]
            return True
        used = body.get("response_format", {}).get("type", FORMATS[-1])
        if used != FORMATS[-1] and _NAMES_FORMAT.search(reason):
            self._format = FORMATS[FORMATS.index(used) + 1]
            return True
        return False

    def count_tokens(self, text: str) -> int:
        """An estimate on the safe side: the protocol has no way to ask."""
        return checks.estimate_tokens(text)

    def fault(self) -> ModelUnavailable | None:
        """See `rag.llm.LanguageModel`: whether the service can be reached."""
        try:
            self._client.get("models", timeout=checks.PROBE_S)
        except httpx.HTTPError as error:
            return checks.http_fault(self._who, error, checks.PROBE_S)
        return None

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


class Refusal(ModelUnavailable):
    """A service that refuses a request as it stands; `reason` is what it says, on one line."""

    def __init__(self, nl: str, en: str, reason: str) -> None:
        super().__init__(nl, en)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Said:
    """A completion as received; counts are None if the service gives none.

    `cut` says that it stopped because it ran out of tokens.
    """

    text: str
    cut: bool
    prompt_tokens: int | None
    completion_tokens: int | None


def chat_body(
    messages: Sequence[Message], schema: dict[str, Any] | None, max_tokens: int
) -> dict[str, Any]:
    """The body of a chat completions request, without the model's name."""
    body: dict[str, Any] = {
        "messages": [asdict(message) for message in messages],
        "max_tokens": max_tokens,
        "temperature": 0,
        "seed": checks.SEED,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    if schema is not None:
        body["response_format"] = {
            "type": "json_schema",
            "json_schema": {"name": "answer", "strict": True, "schema": schema},
        }
    return body


def stream_chat(
    client: httpx.Client,
    body: dict[str, Any],
    who: str,
    timeout_s: float,
    on_text: Callable[[str], None] | None,
) -> Said:
    """Post `body` to `chat/completions` and follow its server-sent events to the end.

    An exception out of `on_text` closes the connection, which makes the service stop. `who` and
    `timeout_s` are for messages. Raises ModelUnavailable.
    """
    pieces: list[str] = []
    finish: str | None = None
    usage: dict[str, Any] = {}
    with closing(_events(client, body, who, timeout_s)) as events:
        for event in events:
            usage = event.get("usage") or usage
            for choice in event.get("choices") or []:
                finish = choice.get("finish_reason") or finish
                piece = (choice.get("delta") or {}).get("content")
                if piece:
                    pieces.append(piece)
                    if on_text:
                        on_text(piece)
    if finish is None:
        raise ModelUnavailable(
            f"{who} hield halverwege het antwoord op. Kijk in het logboek van de dienst.",
            f"{who} stopped halfway through the answer. Look at the log of the service.",
        )
    return Said(
        "".join(pieces),
        finish == "length",
        usage.get("prompt_tokens"),
        usage.get("completion_tokens"),
    )


def _events(
    client: httpx.Client, body: dict[str, Any], who: str, timeout_s: float
) -> Generator[dict[str, Any]]:
    """The events of one completion; closing the generator closes the connection."""
    try:
        with client.stream("POST", "chat/completions", json=body) as response:
            if response.status_code != httpx.codes.OK:
                response.read()
                raise _refusal(who, response)
            yield from _parsed(response.iter_lines(), who)
    except httpx.HTTPError as error:
        raise checks.http_fault(who, error, timeout_s) from error


def _parsed(lines: Iterator[str], who: str) -> Generator[dict[str, Any]]:
    """The JSON objects of a stream of server-sent events, up to "[DONE]"."""
    for line in lines:
        field, _, data = line.partition(":")
        data = data.strip()
        if field not in ("data", "error"):
            # Empty lines, comments and event names are skipped; a web page or a bare object is an
            # error.
            if field.startswith(("{", "<")):
                raise _nonsense(who, line)
            continue
        if data == "[DONE]":
            return
        try:
            event = json.loads(data)
        except json.JSONDecodeError as error:
            raise _nonsense(who, line) from error
        if not isinstance(event, dict):
            raise _nonsense(who, line)
        if field == "error" or "error" in event:
            reason = _reason(event.get("error", event))
            raise ModelUnavailable(
                f"{who} gaf een fout: {reason}", f"{who} reported an error: {reason}"
            )
        yield event


def _nonsense(who: str, line: str) -> ModelUnavailable:
    return ModelUnavailable(
        f"{who} antwoordt iets onverwachts: {line[:80]!r}; verwacht werd een stroom van "
        "chat completions. Controleer of het adres op /v1 eindigt.",
        f"{who} answers something unexpected: {line[:80]!r}; a stream of chat completions was "
        "expected. Check that the address ends in /v1.",
    )


def _refusal(who: str, response: httpx.Response) -> ModelUnavailable:
    """Turn a status other than 200 into an error that a user can act on."""
    status = response.status_code
    try:
        reason = _reason(response.json().get("error", response.text))
    except (json.JSONDecodeError, AttributeError):
        reason = " ".join(response.text.split())[:200]
    if status in (401, 403):
        return ModelUnavailable(
            f"{who} weigert de sleutel ({status}). Zet een geldige in openai_key.",
            f"{who} refuses the key ({status}). Set a valid one in openai_key.",
        )
    if status == httpx.codes.NOT_FOUND:
        return ModelUnavailable(
            f"{who} kent dit model of adres niet ({reason}). Controleer openai_model en of "
            "openai_url op /v1 eindigt.",
            f"{who} does not know this model or address ({reason}). Check openai_model and that "
            "openai_url ends in /v1.",
        )
    return Refusal(
        f"{who} weigert het verzoek ({status}): {reason}",
        f"{who} refuses the request ({status}): {reason}",
        reason,
    )


def _with_schema(messages: Sequence[Message], schema: dict[str, Any]) -> list[Message]:
    """`messages` that ask for JSON in words, for a service that is not held to a schema."""
    wanted = json.dumps(schema, ensure_ascii=False)
    first, *rest = messages
    order = f"Antwoord alleen met JSON volgens dit schema, zonder tekst eromheen:\n{wanted}"
    return [Message(first.role, f"{first.content}\n\n{order}"), *rest]


def _reason(error: Any) -> str:
    """The message in an error object of the API, on one line."""
    said = error.get("message", error) if isinstance(error, dict) else error
    return " ".join(str(said).split())[:200]
