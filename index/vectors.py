"""Exact search with FAISS over the stored vectors: kept in memory, and updated from the store."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager

import faiss
import numpy as np
from numpy.typing import NDArray

from index.store import Store


class Vectors:
    """The windows' vectors of one state of the store. Not thread-safe: use inside a transaction."""

    def __init__(self, dimension: int) -> None:
        # The ids are passage ids: the windows of a passage share one.
        self._faiss = faiss.IndexIDMap(faiss.IndexFlatIP(dimension))
        self._dimension = dimension
        self._passages: dict[int, NDArray[np.int64]] = {}

    def __len__(self) -> int:
        return int(self._faiss.ntotal)

    def catch_up(self, store: Store, documents: Collection[int]) -> None:
        """Update to hold the windows of exactly `documents` (keys, which are never reused)."""
        gone = [key for key in self._passages if key not in documents]
        if gone:
            ids = np.concatenate([self._passages.pop(key) for key in gone])
            self._faiss.remove_ids(faiss.IDSelectorBatch(ids))
        new = [key for key in documents if key not in self._passages]
        for key, ids, matrix in store.vectors(new, self._dimension):
            self._faiss.add_with_ids(matrix, ids)
            self._passages[key] = np.unique(ids)

    def search(
        self, query: NDArray[np.float32], k: int, documents: Collection[int] | None = None
    ) -> list[tuple[int, float]]:
        """(passage id, cosine of its best window), best first, of the `k` nearest windows.

        `query` has shape (dim,) and unit length. With `documents` only their windows count.
        """
        k = min(k, len(self))
        if k == 0 or (documents is not None and not documents):
            return []
        parameters = None
        if documents is not None:
            allowed = np.concatenate([self._passages[key] for key in documents])
            selector = faiss.IDSelectorBatch(allowed)
            # FAISS's stubs do not know what its Python wrapper accepts.
            parameters = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
        with _one_thread():
            scores, ids = self._faiss.search(query[None, :], k, params=parameters)
        best: dict[int, float] = {}
        for passage, score in zip(ids[0].tolist(), scores[0].tolist(), strict=True):
            if passage != -1:
                best[passage] = max(score, best.get(passage, score))
        return sorted(best.items(), key=lambda item: (-item[1], item[0]))


@contextmanager
def _one_thread() -> Iterator[None]:
    """Use one thread for one query: a second costs more than it gains (9 ms, not 0.5, under load).

    The setting belongs to the calling thread and torch may share it, so it is restored.
    """
    threads = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(threads)
