"""FAISS over the stored vectors, derived from the store and caught up with it.

What a snapshot on disk holds is mapped into memory, exact while it is small and approximate above
`APPROXIMATE_FROM` windows; what came since is in memory and exact.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from index.store import Store

# From this many windows on an exact search reads more than it finds.
APPROXIMATE_FROM = 100_000
# Of the ten nearest passages an approximate search must find this share, else it looks at more.
RECALL, NEAREST, SAMPLED = 0.97, 10, 100
# Of fewer than this share of the windows (a filter) every one is looked at.
FEW = 0.2
# Links of a window, and windows looked at to make them; a search looks at no fewer than `_EFFORT`.
_LINKS, _MAKING, _EFFORT = 16, 80, 400
_TRAINING, _CHUNK = 20_000, 20_000
_FILE, _ABOUT = "windows.faiss", "windows.json"

# FAISS's stubs do not know what its Python wrapper accepts.
_wrapped: Any = faiss

log = logging.getLogger("vraagbaak.index")


@dataclass(frozen=True, slots=True)
class About:
    """How a base is searched: `effort` windows of a graph are looked at, all where it is 0.

    `recall` is of `NEAREST` passages, against exact search, for `sampled` windows.
    """

    windows: int
    effort: int = 0
    recall: float = 1.0
    sampled: int = 0


@dataclass(frozen=True, slots=True)
class Base:
    """Windows on disk: FAISS by row, the passage of each row, and the passages of each document.

    Document `documents[i]` has passages `first[i]`..`last[i]`, both included, or none (0 and -1).
    """

    index: faiss.Index
    about: About
    rows: NDArray[np.int64]
    documents: NDArray[np.int64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]

    @property
    def last_passage(self) -> int:
        """The highest passage id, 0 where there is none."""
        return int(self.last.max(initial=0))

    def marked(self, documents: Collection[int]) -> NDArray[np.bool_]:
        """Which passage ids belong to `documents`."""
        chosen = np.isin(self.documents, np.fromiter(documents, np.int64))
        mask = np.zeros(self.last_passage + 2, np.int8)
        # +1 where a document's passages begin and -1 behind them: a running sum of it is 1 inside.
        np.add.at(mask, self.first[chosen], 1)
        np.add.at(mask, self.last[chosen] + 1, -1)
        mask[0] = 0
        return np.cumsum(mask, dtype=np.int8).astype(bool)


class Vectors:
    """The windows' vectors of one state of the store. Not thread-safe: use inside a transaction."""

    def __init__(self, dimension: int, base: Base | None = None) -> None:
        # The ids are passage ids: several windows share one, and what is found is a passage.
        self._faiss = faiss.IndexIDMap(faiss.IndexFlatIP(dimension))
        self._dimension = dimension
        self._passages: dict[int, NDArray[np.int64]] = {}
        self._base = base
        self._of_base: set[int] = set() if base is None else set(base.documents.tolist())
        # Which rows of the base are still there; None where all are.
        self._left: NDArray[np.bool_] | None = None

    def __len__(self) -> int:
        return int(self._faiss.ntotal) + (0 if self._base is None else self._base.about.windows)

    @property
    def about(self) -> About:
        """How the windows on disk are searched."""
        return About(0) if self._base is None else self._base.about

    def catch_up(self, store: Store, documents: Collection[int]) -> None:
        """Hold the windows of exactly `documents` (keys, which are never used twice)."""
        there = set(documents)
        lost = self._of_base - there
        if lost and self._base is not None:
            self._of_base -= lost
            self._left = self._base.marked(self._of_base)[self._base.rows]
        gone = [key for key in self._passages if key not in there]
        if gone:
            ids = np.concatenate([self._passages.pop(key) for key in gone])
            self._faiss.remove_ids(faiss.IDSelectorBatch(ids))
        new = [key for key in documents if key not in self._passages and key not in self._of_base]
        for key, ids, matrix in store.vectors(new, self._dimension):
            self._faiss.add_with_ids(matrix, ids)
            self._passages[key] = np.unique(ids)

    def search(
        self, query: NDArray[np.float32], k: int, documents: Collection[int] | None = None
    ) -> list[tuple[int, float]]:
        """(passage id, cosine of its best window), best first, of the `k` nearest windows.

        `query` has shape (dim,) and unit length. With `documents` only their windows count.
        """
        if documents is not None and not documents:
            return []
        with _one_thread():
            found = [*self._in_memory(query, k, documents), *self._on_disk(query, k, documents)]
        best: dict[int, float] = {}
        for passage, score in sorted(found, key=lambda item: (-item[1], item[0]))[:k]:
            best.setdefault(passage, score)
        return list(best.items())

    def _in_memory(
        self, query: NDArray[np.float32], k: int, documents: Collection[int] | None
    ) -> Iterator[tuple[int, float]]:
        parameters = None
        if documents is not None:
            held = [self._passages[key] for key in documents if key in self._passages]
            if not held:
                return iter(())
            parameters = _wrapped.SearchParameters(sel=faiss.IDSelectorBatch(np.concatenate(held)))
        return _found(self._faiss, query, k, parameters)

    def _on_disk(
        self, query: NDArray[np.float32], k: int, documents: Collection[int] | None
    ) -> Iterator[tuple[int, float]]:
        base = self._base
        if base is None:
            return iter(())
        mask = self._left
        if documents is not None:
            mask = base.marked(self._of_base.intersection(documents))[base.rows]
        found = _nearest(base.index, base.about.effort, query, k, mask)
        return ((int(base.rows[row]), score) for row, score in found)


def _nearest(
    index: faiss.Index,
    effort: int,
    query: NDArray[np.float32],
    k: int,
    mask: NDArray[np.bool_] | None,
) -> Iterator[tuple[int, float]]:
    """Rows and cosines of the `k` nearest windows, only of those in `mask`."""
    chosen: dict[str, object] = {}
    share = 1.0
    if mask is not None:
        share = float(mask.mean()) if len(mask) else 0.0
        if not share:
            return iter(())
        chosen = {"sel": _wrapped.IDSelectorBitmap(np.packbits(mask, bitorder="little"))}
    if not effort:
        return _found(index, query, k, _wrapped.SearchParameters(**chosen))
    if share < FEW:
        every = _wrapped.downcast_index(index).storage
        return _found(every, query, k, _wrapped.SearchParameters(**chosen))
    looked_at = round(max(effort, k) / share)
    return _found(index, query, k, _wrapped.SearchParametersHNSW(efSearch=looked_at, **chosen))


def write_base(folder: Path, store: Store, keys: Sequence[int], dimension: int) -> About:
    """Write the windows of documents `keys` into `folder`, and say how."""
    windows, spans = 0, []
    for ids in store.windows_of(keys):
        windows += len(ids)
        spans.append((int(ids.min()), int(ids.max())) if len(ids) else (0, -1))
    index: faiss.Index = faiss.IndexFlatIP(dimension)
    about, sample = About(windows), None
    if windows >= APPROXIMATE_FROM:
        index, about = _graph(store, keys, dimension), About(windows, _EFFORT)
        sample = _Sample(store, keys, dimension)
    rows, done = [], 0
    for ids, matrix in _chunks(store, keys, dimension):
        index.add(matrix)
        rows.append(ids)
        done += len(ids)
        if sample is not None:
            sample.compare(ids, matrix)
            fields = {"done": done, "windows": windows}
            log.info("vectors linked", extra={"fields": fields})
    passages = np.concatenate([np.empty(0, np.int64), *rows])
    if sample is not None:
        about = sample.measured(index, about, passages)
    faiss.write_index(index, str(folder / _FILE))
    (folder / _ABOUT).write_text(json.dumps(asdict(about)), encoding="utf-8")
    np.save(folder / "windows.npy", passages)
    np.save(folder / "keys.npy", np.array(keys, np.int64))
    np.save(folder / "spans.npy", np.array(spans, np.int64).reshape(-1, 2))
    return about


def load_base(folder: Path) -> Base:
    """The windows in `folder`, mapped into memory."""
    about = About(**json.loads((folder / _ABOUT).read_text(encoding="utf-8")))
    spans = np.load(folder / "spans.npy")
    return Base(
        faiss.read_index(str(folder / _FILE), faiss.IO_FLAG_MMAP_IFC),
        about,
        np.asarray(np.load(folder / "windows.npy", mmap_mode="r")),
        np.load(folder / "keys.npy"),
        spans[:, 0],
        spans[:, 1],
    )


def _graph(store: Store, keys: Sequence[int], dimension: int) -> faiss.Index:
    """An empty graph (HNSW) of vectors in one byte a dimension, whose ranges fit the vectors."""
    some, count = [], 0
    for _, _, matrix in store.vectors(
        np.random.default_rng(0).permutation(keys).tolist(), dimension
    ):
        some.append(matrix)
        count += len(matrix)
        if count >= _TRAINING:
            break
    kind = faiss.ScalarQuantizer.QT_8bit
    index: faiss.Index = _wrapped.IndexHNSWSQ(dimension, kind, _LINKS, faiss.METRIC_INNER_PRODUCT)
    _wrapped.downcast_index(index).hnsw.efConstruction = _MAKING
    index.train(np.concatenate(some))
    return index


class _Sample:
    """Windows whose nearest passages are found exactly, to compare the approximate search with.

    The window's own passage does not count: a question is never in the index.
    """

    def __init__(self, store: Store, keys: Sequence[int], dimension: int) -> None:
        rng = np.random.default_rng(1)
        chosen = rng.choice(np.array(keys), min(SAMPLED, len(keys)), replace=False).tolist()
        rows = [(ids[0], rows[0]) for _, ids, rows in store.vectors(chosen, dimension) if len(ids)]
        self._own = np.array([each for each, _ in rows], np.int64)
        self._queries = np.stack([each for _, each in rows])
        self._best: list[dict[int, float]] = [{} for _ in rows]

    def compare(self, ids: NDArray[np.int64], matrix: NDArray[np.float32]) -> None:
        """Keep the nearest passages of these windows and of those before."""
        scores, places = faiss.knn(
            self._queries, matrix, min(5 * NEAREST, len(ids)), metric=faiss.METRIC_INNER_PRODUCT
        )
        for best, near, where in zip(self._best, scores, ids[places], strict=True):
            for passage, score in zip(where.tolist(), near.tolist(), strict=True):
                best[passage] = max(score, best.get(passage, score))
            for passage in sorted(best, key=lambda each: -best[each])[NEAREST + 1 :]:
                del best[passage]

    def measured(self, index: faiss.Index, about: About, passages: NDArray[np.int64]) -> About:
        """`about` with the least effort, doubled each time, that finds enough; and what it finds."""
        exact = [
            set(sorted((p for p in best if p != own), key=lambda p: -best[p])[:NEAREST])
            for own, best in zip(self._own.tolist(), self._best, strict=True)
        ]
        effort, recall = about.effort // 2, 0.0
        while recall < RECALL and effort < max(about.effort, about.windows):
            effort *= 2
            shares = []
            for query, own, right in zip(self._queries, self._own, exact, strict=True):
                rows = [row for row, _ in _nearest(index, effort, query, 5 * NEAREST, None)]
                near = [p for p in dict.fromkeys(passages[rows].tolist()) if p != own]
                shares.append(len(right.intersection(near[:NEAREST])) / len(right))
            recall = float(np.mean(shares))
        return About(about.windows, effort, recall, len(exact))


def _chunks(
    store: Store, keys: Sequence[int], dimension: int
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32]]]:
    """Passage ids and vectors of the windows of documents `keys`, many at once."""
    ids, rows, count = [], [], 0
    for _, its_ids, matrix in store.vectors(keys, dimension):
        ids.append(its_ids)
        rows.append(matrix)
        count += len(its_ids)
        if count >= _CHUNK:
            yield np.concatenate(ids), np.concatenate(rows)
            ids, rows, count = [], [], 0
    if count:
        yield np.concatenate(ids), np.concatenate(rows)


def _found(
    index: faiss.Index,
    query: NDArray[np.float32],
    k: int,
    parameters: faiss.SearchParameters | None,
) -> Iterator[tuple[int, float]]:
    k = min(k, int(index.ntotal))
    if k == 0:
        return
    scores, ids = index.search(query[None, :], k, params=parameters)
    for passage, score in zip(ids[0].tolist(), scores[0].tolist(), strict=True):
        if passage != -1:
            yield passage, score


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
