"""Checks on prompts and completions that all backends share, and the wording of their errors."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import httpx

from index.errors import ModelUnavailable
from rag.service.loopback import is_loopback

if TYPE_CHECKING:
    from rag.llm import Message

SEED = 1
PROBE_S = 1.0  # seconds for a service to show that it is up

# Counted with the tokenizer of Qwen 2.5 over documents of the Dutch parliament: 2.7 to 3.4 bytes a
# token over a whole document, 2.0 in the densest 400 characters (figures count digit by digit).
BYTES_PER_TOKEN = 2
# Role, separators and newlines that a chat template puts around a message.
TOKENS_PER_MESSAGE = 8


def estimate_tokens(text: str) -> int:
    """An estimate of `text`'s tokens on the safe side: its UTF-8 bytes / 2, rounded up."""
    return -(-len(text.encode()) // BYTES_PER_TOKEN)


def estimate_prompt(messages: Sequence[Message]) -> int:
    """Like `estimate_tokens`, for a whole prompt."""
    return sum(TOKENS_PER_MESSAGE + estimate_tokens(message.content) for message in messages)


def fewest_tokens(messages: Sequence[Message]) -> int:
    """A lower bound of a prompt's tokens: no chat model's tokenizer joins two words into one
    token."""
    return sum(len(message.content.split()) for message in messages)


def ensure_room(who: str, prompt_tokens: int, max_tokens: int, context_tokens: int) -> None:
    """Raise ModelUnavailable unless prompt and completion fit the context."""
    if prompt_tokens + max_tokens > context_tokens:
        raise ModelUnavailable(
            f"Prompt te lang voor {who}: {prompt_tokens} tokens en {max_tokens} voor het antwoord, "
            f"de context is {context_tokens}. Verhoog num_ctx of verlaag top_k.",
            f"Prompt too long for {who}: {prompt_tokens} tokens and {max_tokens} for the answer, "
            f"the context is {context_tokens}. Raise num_ctx or lower top_k.",
        )


def ensure_json(who: str, text: str, schema: dict[str, Any], *, cut: bool) -> None:
    """Raise ModelUnavailable unless `text` is JSON with what `schema` requires at its top.

    `cut` says that the model stopped because it ran out of tokens.
    """
    try:
        value = json.loads(text)
    except json.JSONDecodeError:
        value = None
    required = schema.get("required", [])
    if isinstance(value, dict) and all(key in value for key in required):
        return
    shown = " ".join(text.split())[:80]
    nl_why = "brak af op het maximum aan tokens" if cut else f"gaf {shown!r}"
    en_why = "ran out of tokens" if cut else f"gave {shown!r}"
    if cut and text.lstrip().startswith("<think>"):
        nl_why += " terwijl het hardop dacht (<think>)"
        en_why += " while thinking aloud (<think>)"
    keys = ", ".join(required)
    raise ModelUnavailable(
        f"{who} {nl_why}; verwacht werd JSON met {keys}. Probeer het opnieuw of kies een model "
        "dat gestructureerde uitvoer aankan.",
        f"{who} {en_why}; JSON with {keys} was expected. Try again or choose a model that can "
        "give structured output.",
    )


def http_fault(who: str, error: httpx.HTTPError, timeout_s: float) -> ModelUnavailable:
    """Turn a failed request to `who` (a model and its address) into an error a user can act on."""
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.UnsupportedProtocol):
        return ModelUnavailable(
            f"{who} is niet bereikbaar. Start de dienst of controleer het adres in de "
            "instellingen.",
            f"{who} cannot be reached. Start the service or check the address in the settings.",
        )
    if isinstance(error, httpx.TimeoutException):
        return ModelUnavailable(
            f"{who} gaf {timeout_s:g} s lang niets. Verhoog model_timeout_s, verlaag top_k of kies "
            "een kleiner model.",
            f"{who} gave nothing for {timeout_s:g} s. Raise model_timeout_s, lower top_k or choose "
            "a smaller model.",
        )
    reason = str(error) or type(error).__name__
    return ModelUnavailable(
        f"{who} brak de verbinding af: {reason}. Kijk in het logboek van de dienst.",
        f"{who} broke the connection: {reason}. Look at the log of the service.",
    )


def timeouts(timeout_s: float) -> httpx.Timeout:
    """Short for connecting; long for the first token, which comes after the whole prompt."""
    return httpx.Timeout(timeout_s, connect=min(5.0, timeout_s))


def is_here(url: str) -> bool:
    """Whether `url` is this machine: then the environment's proxies must not be used."""
    return is_loopback(httpx.URL(url).host)
