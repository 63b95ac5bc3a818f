"""Ollama, by its official client (https://docs.ollama.com/api)."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict
from functools import partial
from typing import Any

import httpx
import ollama

from index.errors import ModelUnavailable
from rag.llm import Completion, Message, checks
from rag.llm.json_text import JsonText

# How long the server keeps the model loaded after a question: loading it takes a minute.
KEEP_ALIVE = "30m"
# Billions of parameters from which a model writes Dutch that is worth checking.
COMPOSES_FROM = 4.0

EXAMPLE = "gemma3:4b"


class Ollama:
    """`model` of the Ollama server at `url`; None takes the one that was pulled last.

    The prompt is never cut silently: one that may not fit `num_ctx` (or the model's own context, if
    smaller) is refused before it is sent, and afterwards the server's token count is checked.
    Raises ModelUnavailable if the server is down or has no such model.
    """

    def __init__(self, url: str, model: str | None, *, num_ctx: int, timeout_s: float) -> None:
        self._url = url
        self._client = _client(url, checks.timeouts(timeout_s))
        self._model = model or newest_model(url) or ""
        if not self._model:
            raise ModelUnavailable(
                f"Ollama op {url} heeft nog geen taalmodel. Haal er een op: ollama pull {EXAMPLE}",
                f"Ollama at {url} has no language model yet. Pull one: ollama pull {EXAMPLE}",
            )
        self._who = f"Ollama-model {self._model} ({url})"
        self._faults = partial(_faults, self._who, url, self._model, timeout_s)
        with self._faults():
            shown = self._client.show(self._model)
            listed = self._client.list().models
        own = [
            int(value)
            for key, value in (shown.modelinfo or {}).items()
            if key.endswith(".context_length")
        ]
        self.name = f"ollama:{self._model}"
        self.context_tokens = min([num_ctx, *own])
        self.digest = next((m.digest for m in listed if m.model in _names(self._model)), None)
        self.composes = _billions(shown.details) >= COMPOSES_FROM
        # Thinking aloud would use up the tokens, and the user's time.
        self._think = False if "thinking" in (shown.capabilities or []) else None

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: dict[str, Any] | None,
        max_tokens: int,
        on_text: Callable[[str], None] | None = None,
    ) -> Completion:
        """See `rag.llm.LanguageModel`."""
        estimate = checks.estimate_prompt(messages)
        checks.ensure_room(self._who, estimate, max_tokens, self.context_tokens)
        pieces: list[str] = []
        json_text = None if schema is None else JsonText(on_text)
        take = on_text if json_text is None else json_text.feed
        last: ollama.ChatResponse | None = None
        # Closing the stream closes the connection, which is what makes the server stop.
        with closing(self._stream(messages, schema, max_tokens)) as stream:
            for last in stream:
                piece = last.message.content
                if piece:
                    pieces.append(piece)
                    if take:
                        take(piece)
        if last is None or not last.done:
            raise ModelUnavailable(
                f"{self._who} hield halverwege het antwoord op. Kijk in het logboek van Ollama.",
                f"{self._who} stopped halfway through the answer. Look at Ollama's log.",
            )
        self._ensure_whole_prompt(messages, last.prompt_eval_count)
        text = "".join(pieces)
        if schema is not None and json_text is not None:
            text = json_text.text
            checks.ensure_json(self._who, text, schema, cut=last.done_reason == "length")
        return Completion(
            text,
            last.prompt_eval_count or estimate,
            last.eval_count or checks.estimate_tokens(text),
        )

    def count_tokens(self, text: str) -> int:
        """An estimate on the safe side: Ollama has no way to ask."""
        return checks.estimate_tokens(text)

    def fault(self) -> ModelUnavailable | None:
        """See `rag.llm.LanguageModel`: whether the server can be reached."""
        if find_ollama(self._url):
            return None
        return ModelUnavailable(
            f"Ollama antwoordt niet meer op {self._url}: start het met `ollama serve`.",
            f"Ollama no longer answers at {self._url}: start it with `ollama serve`.",
        )

    def close(self) -> None:
        """Close the connections; the server keeps the model for a while."""
        self._client.close()  # type: ignore[no-untyped-call]

    def _stream(
        self, messages: Sequence[Message], schema: dict[str, Any] | None, max_tokens: int
    ) -> Generator[ollama.ChatResponse]:
        with self._faults():
            yield from self._client.chat(
                self._model,
                [asdict(message) for message in messages],
                stream=True,
                format=schema,
                think=self._think,
                keep_alive=KEEP_ALIVE,
                options={
                    "num_ctx": self.context_tokens,
                    "num_predict": max_tokens,
                    "temperature": 0,
                    "seed": checks.SEED,
                },
            )

    def _ensure_whole_prompt(self, messages: Sequence[Message], counted: int | None) -> None:
        """Raise if the server read less of the prompt than was sent.

        A server that gives no count had the whole prompt in its cache.
        """
        fewest = checks.fewest_tokens(messages)
        if counted and counted < fewest:
            raise ModelUnavailable(
                f"{self._who} las maar {counted} tokens van een prompt van ten minste {fewest}: "
                f"de server kapt af. Controleer OLLAMA_CONTEXT_LENGTH en num_ctx "
                f"({self.context_tokens}).",
                f"{self._who} read only {counted} tokens of a prompt of at least {fewest}: the "
                f"server truncates. Check OLLAMA_CONTEXT_LENGTH and num_ctx "
                f"({self.context_tokens}).",
            )


def find_ollama(url: str) -> bool:
    """Whether an Ollama server answers at `url`; takes 0.3 s at most."""
    try:
        with httpx.Client(timeout=0.3, trust_env=not checks.is_here(url)) as client:
            response = client.get(f"{url.rstrip('/')}/api/version")
            return response.status_code == httpx.codes.OK and "version" in response.json()
    except (httpx.HTTPError, ValueError, TypeError):
        return False


def newest_model(url: str) -> str | None:
    """The model of the server at `url` that was pulled last and can chat; None if there is none.

    Raises ModelUnavailable if the server does not answer.
    """
    with _faults(f"Ollama ({url})", url, EXAMPLE, 5.0):
        client = _client(url, checks.timeouts(5.0))
        try:
            # The server lists them newest first; embedding models are among them.
            for listed in client.list().models:
                if listed.model and "completion" in (
                    client.show(listed.model).capabilities or ["completion"]
                ):
                    return listed.model
        finally:
            client.close()  # type: ignore[no-untyped-call]
    return None


def _client(url: str, timeout: httpx.Timeout) -> ollama.Client:
    return ollama.Client(url, timeout=timeout, trust_env=not checks.is_here(url))


def _names(model: str) -> tuple[str, str]:
    """The name as given and as listed: without a tag it means the tag "latest"."""
    return model, f"{model}:latest"


def _billions(details: Any) -> float:
    """Billions of parameters by a model's details ("4.3B", "560M"); infinite if not stated."""
    size = re.fullmatch(r"([\d.]+)([BMT]?)", (details and details.parameter_size) or "")
    if not size:
        return float("inf")
    return float(size[1]) * {"T": 1000.0, "B": 1.0, "M": 0.001, "": 1e-9}[size[2]]


@contextmanager
def _faults(who: str, url: str, model: str, timeout_s: float) -> Iterator[None]:
    """Turns what the client raises into errors that a user can act on."""
    try:
        yield
    except (ConnectionError, httpx.ConnectError, httpx.ConnectTimeout) as error:
        raise ModelUnavailable(
            f"Ollama is niet bereikbaar op {url}. Start het met `ollama serve` of "
            "controleer ollama_url.",
            f"Ollama cannot be reached at {url}. Start it with `ollama serve` or check ollama_url.",
        ) from error
    except httpx.HTTPError as error:
        raise checks.http_fault(who, error, timeout_s) from error
    except ollama.ResponseError as error:
        if error.status_code == httpx.codes.NOT_FOUND:
            raise ModelUnavailable(
                f"Ollama op {url} heeft model {model} niet. Haal het op: ollama pull {model}",
                f"Ollama at {url} does not have model {model}. Pull it: ollama pull {model}",
            ) from error
        if "ChatRequest.format" in error.error:
            raise ModelUnavailable(
                f"Ollama op {url} kent geen JSON-schema als format: werk Ollama bij (0.5 of "
                "nieuwer).",
                f"Ollama at {url} does not take a JSON schema as format: update Ollama (0.5 or "
                "newer).",
            ) from error
        reason = " ".join(error.error.split())[:200]
        raise ModelUnavailable(
            f"{who} gaf een fout: {reason}", f"{who} reported an error: {reason}"
        ) from error
    except ValueError as error:
        # No JSON, or not what the API promises (pydantic's ValidationError).
        raise ModelUnavailable(
            f"{who} antwoordt iets anders dan Ollama doet. Controleer ollama_url.",
            f"{who} answers something other than Ollama does. Check ollama_url.",
        ) from error
