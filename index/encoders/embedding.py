"""Embed texts with a sentence-transformers model that runs in this process."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from index.documents import Span
from index.encoders.e5_wheel import NAME as E5
from index.encoders.e5_wheel import fetch_e5
from index.encoders.low_rank import add_low_rank
from index.errors import ModelUnavailable

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = npt.NDArray[np.float32]

# E5, trained further on questions about parliamentary documents (docs/training.md): a low-rank
# difference that comes with the program.
KAMER = "kamer-e5-small"

# Texts between two reports of progress; sorted by length and padded within such a group.
GROUP = 128
# Texts of 300 tokens: larger batches gain nothing on a CPU and pad more.
BATCH = 16
QUERIES_KEPT = 256  # questions whose vectors are cached


class Encoder:
    """An embedding model in memory; safe to use from several threads (one works at a time).

    `model` is the name as given, `dimension` the length of a vector, `max_tokens` what one text may
    count: the rest of a longer one is not seen. `fingerprint` differs between encoders whose
    vectors must not be compared: it is over the weights and the prefixes.
    """

    def __init__(
        self, model: str, network: SentenceTransformer, query_prefix: str, passage_prefix: str
    ) -> None:
        self.model = model
        self.dimension = int(network.get_embedding_dimension() or 0)
        self.max_tokens = int(network.max_seq_length or 512)
        self.query_prefix = query_prefix
        self.passage_prefix = passage_prefix
        self.fingerprint = _fingerprint(network, [query_prefix, passage_prefix])
        self._network = _in_fastest_type(network)
        self._averages = _averages(self._network)
        self._lock = threading.Lock()
        # Cached: search and later steps need the vector of the same question.
        self._query = lru_cache(QUERIES_KEPT)(self._encode_query)

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Vectors of `texts`, in their order: float32 (n, dimension), of unit length.

        `progress` gets the number of texts done since its last call.
        """
        return self._encode(texts, self.passage_prefix, progress)

    def encode_with_parts(
        self,
        texts: Sequence[str],
        parts: Sequence[Sequence[Span]],
        progress: Callable[[int], None] | None = None,
    ) -> tuple[Vectors, list[Vectors]]:
        """Vectors of `texts`, as `encode_passages` gives them, and of stretches within each.

        A stretch's vector is the sum of those of its tokens, which know the text around them: one
        pass for both. To be added up where a stretch goes on in the next text, and then brought to
        unit length. After Günther et al., "Late Chunking", https://arxiv.org/abs/2409.04701. A
        model that does not average its tokens gets each stretch as a text of its own instead.
        Gives float32 (n, dimension) and, for each text, float32 (len(parts[i]), dimension).
        """
        if not self._averages:
            return self.encode_passages(texts, progress), [
                self._alone(text, spans) for text, spans in zip(texts, parts, strict=True)
            ]
        vectors = np.empty((len(texts), self.dimension), np.float32)
        sums: list[Vectors] = [np.zeros((0, self.dimension), np.float32)] * len(texts)
        for group in _groups(texts):
            with self._lock:
                found: Any = self._network.encode(
                    [texts[i] for i in group],
                    prompt=self.passage_prefix,
                    batch_size=BATCH,
                    show_progress_bar=False,
                    output_value=None,
                )
                spans = self._network.tokenizer(
                    [self.passage_prefix + texts[i] for i in group],
                    truncation=True,
                    max_length=self.max_tokens,
                    return_offsets_mapping=True,
                )["offset_mapping"]
            for i, each, offsets in zip(group, found, spans, strict=True):
                vectors[i] = each["sentence_embedding"].float().cpu().numpy()
                tokens = each["token_embeddings"].float().cpu().numpy()[: len(offsets)]
                sums[i] = _summed(tokens, offsets, parts[i], len(self.passage_prefix))
            if progress:
                progress(len(group))
        return _of_unit_length(vectors), sums

    def forget_queries(self) -> None:
        """Drop the cached vectors of questions, so that a benchmark measures each as new."""
        self._query.cache_clear()

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of questions, to compare with those of passages: float32 (n, dimension).

        Those of a single question are read-only.
        """
        if len(texts) == 1:
            return self._query(texts[0])
        return self._encode(texts, self.query_prefix, None)

    def _encode_query(self, text: str) -> Vectors:
        vectors = self._encode([text], self.query_prefix, None)
        vectors.flags.writeable = False
        return vectors

    def count_tokens(self, text: str) -> int:
        """Tokens of `text` as a passage; more than `max_tokens` means that its end is not seen."""
        with self._lock:
            ids = self._network.tokenizer(self.passage_prefix + text, verbose=False)["input_ids"]
        return len(ids)

    def _encode(
        self, texts: Sequence[str], prefix: str, progress: Callable[[int], None] | None
    ) -> Vectors:
        vectors = np.empty((len(texts), self.dimension), np.float32)
        for group in _groups(texts):
            with self._lock:
                tensor = self._network.encode(
                    [texts[i] for i in group],
                    prompt=prefix,
                    batch_size=BATCH,
                    show_progress_bar=False,
                    convert_to_tensor=True,
                )
            vectors[group] = tensor.float().cpu().numpy()
            if progress:
                progress(len(group))
        return _of_unit_length(vectors)

    def _alone(self, text: str, spans: Sequence[Span]) -> Vectors:
        lengths = np.array([[span.end - span.start] for span in spans], np.float32)
        return self.encode_passages([text[s.start : s.end] for s in spans]) * lengths.reshape(-1, 1)


def _groups(texts: Sequence[str]) -> Iterator[list[int]]:
    """Indices of texts, grouped by length for little padding; longest first, so memory peaks
    early."""
    order = sorted(range(len(texts)), key=lambda i: -len(texts[i]))
    for begin in range(0, len(order), GROUP):
        yield order[begin : begin + GROUP]


def _of_unit_length(vectors: Vectors) -> Vectors:
    """Normalise vectors: bfloat16 leaves them up to 0.5 % off unit length."""
    unit: Vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    return unit


def _summed(
    tokens: Vectors, offsets: Sequence[tuple[int, int]], parts: Sequence[Span], before: int
) -> Vectors:
    """The sum of the token vectors of each part; `before` characters precede the text."""
    starts, ends = np.array(offsets).reshape(-1, 2).T - before
    sums = np.zeros((len(parts), tokens.shape[1]), np.float32)
    for row, part in enumerate(parts):
        # Special tokens are empty, and stand at 0.
        inside = (starts < part.end) & (ends > part.start) & (ends > starts)
        sums[row] = tokens[inside].sum(axis=0)
    return sums


def load_encoder(
    model: str,
    models_dir: Path,
    *,
    query_prefix: str | None = None,
    passage_prefix: str | None = None,
) -> Encoder:
    """Load embedding model `model`: "kamer-e5-small", its base "multilingual-e5-small", a folder, or
    a name of its hub.

    The base is always the copy in `models_dir`, fetched and converted at its first use; a hub's
    cache is not looked at for it. "kamer-e5-small" is that with what was learned here. For hub names the hub's own settings
    hold (`HF_HOME`, `HF_HUB_OFFLINE`, ...). Prefixes default to what the model states, and to
    "query: " and "passage: " for models of the e5 family (https://arxiv.org/abs/2402.05672).
    Raises ModelUnavailable.
    """
    where = str(fetch_e5(models_dir)) if model in (E5, KAMER) else model
    network = _load(model, where)
    if model == KAMER:
        encoder: Any = network[0]
        add_low_rank(encoder.auto_model, kamer_weights())
    stated = _stated_prefixes(model, network.prompts)
    return Encoder(
        model,
        network,
        stated[0] if query_prefix is None else query_prefix,
        stated[1] if passage_prefix is None else passage_prefix,
    )


def kamer_weights() -> Path:
    """The file with the difference between "kamer-e5-small" and its base."""
    return Path(str(resources.files("index.encoders") / "weights" / "encoder.safetensors"))


def _load(model: str, where: str) -> SentenceTransformer:
    # This import takes seconds: only commands that embed should pay for it.
    from safetensors import SafetensorError
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    # Switch off the library's progress bar: the model loads in 0.3 s.
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        return SentenceTransformer(where)
    except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
        # The library's messages have many lines; the first says what went wrong.
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        if model in (E5, KAMER):
            raise ModelUnavailable(
                f"Embeddingmodel in {where} is beschadigd: {reason} "
                "Verwijder die map en draai `vraagbaak models`.",
                f"The embedding model in {where} is damaged: {reason} "
                "Remove that folder and run `vraagbaak models`.",
            ) from error
        raise ModelUnavailable(
            f"Embeddingmodel {model} is niet te laden: {reason} Geef een bestaande map, een naam "
            f"die op deze machine te halen is, of de standaard {KAMER}.",
            f"Embedding model {model} cannot be loaded: {reason} Give an existing folder, a name "
            f"that this machine can fetch, or the default {KAMER}.",
        ) from error


def _stated_prefixes(model: str, prompts: Mapping[str, str | None]) -> tuple[str, str]:
    """(query prefix, passage prefix) that the model states, else those of its family."""
    query = prompts.get("query") or ""
    passage = prompts.get("passage") or prompts.get("document") or ""
    if query or passage:
        return query, passage
    name = Path(model).name.casefold()
    if re.search(r"(^|[-_])e5($|[-_])", name) and "instruct" not in name:
        return "query: ", "passage: "
    return "", ""


def _averages(network: SentenceTransformer) -> bool:
    """Whether a text's vector is the mean of those of its tokens, and these can be told apart."""
    from sentence_transformers.models import Normalize, Pooling

    steps = [module for module in network if not isinstance(module, Normalize)]
    return (
        len(steps) == 2  # a transformer, and the pooling of its token vectors
        and isinstance(steps[1], Pooling)
        and steps[1].pooling_mode in ("mean", ("mean",))
        and bool(getattr(network.tokenizer, "is_fast", False))
    )


def _in_fastest_type(network: SentenceTransformer) -> SentenceTransformer:
    """The network in bfloat16 if this processor multiplies it natively, else as it was.

    e5-small on 2 cores: 1.7 times fp32's speed with avx512_bf16, 2.8 times with amx_bf16, and
    several times slower than fp32 where neither is there. Vectors keep a cosine of 0.9999.
    """
    if network.device.type == "cpu" and processor_flags() & {"amx_bf16", "avx512_bf16"}:
        network.bfloat16()
    return network


def processor_flags() -> set[str]:
    """The processor flags in /proc/cpuinfo (Linux); empty elsewhere."""
    try:
        info = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except FileNotFoundError:
        return set()
    found = re.search(r"^flags\s*:(.*)$", info, re.MULTILINE)
    return set(found[1].split()) if found else set()


def _fingerprint(network: SentenceTransformer, also: Sequence[str]) -> str:
    """16 hex digits over all weights (as stored, before any change of type) and `also`."""
    import torch

    digest = hashlib.sha256(repr([network.max_seq_length, *also]).encode())
    state: dict[str, Any] = network.state_dict()
    for name in sorted(state):
        tensor = state[name].detach().cpu().contiguous().reshape(-1)
        digest.update(name.encode())
        digest.update(tensor.view(torch.uint8).numpy())
    return digest.hexdigest()[:16]
