"""An encoder for tests: every word hashed into a dimension. Real unit vectors, no model."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from index.analyzer import words
from index.documents import Span


class HashingEncoder:
    """Has what the index uses of `index.encoders.embedding.Encoder`; cosine is word overlap."""

    model = "hashing"
    max_tokens = 512
    passage_prefix = ""

    def __init__(self, dimension: int = 64, fingerprint: str = "hashing-1") -> None:
        self.dimension = dimension
        self.fingerprint = fingerprint
        self.seen: list[str] = []

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        self.seen.extend(texts)
        if progress:
            progress(len(texts))
        return np.stack([self._vector(text) for text in texts])

    def encode_with_parts(
        self,
        texts: Sequence[str],
        parts: Sequence[Sequence[Span]],
        progress: Callable[[int], None] | None = None,
    ) -> tuple[NDArray[np.float32], list[NDArray[np.float32]]]:
        sums = [
            np.array(
                [self._vector(text[max(0, s.start) : s.end]) * (s.end - s.start) for s in spans],
                np.float32,
            ).reshape(-1, self.dimension)
            for text, spans in zip(texts, parts, strict=True)
        ]
        return self.encode_passages(texts, progress), sums

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.stack([self._vector(text) for text in texts])

    def count_tokens(self, text: str) -> int:
        return len(text) // 3 + 2

    def _vector(self, text: str) -> NDArray[np.float32]:
        vector = np.zeros(self.dimension, np.float32)
        for word in words(text):
            vector[zlib.crc32(word.encode()) % self.dimension] += 1
        vector[0] += 1e-3
        return vector / np.float32(np.linalg.norm(vector))
