"""BM25 over the stored term counts: kept in memory, and updated from the store."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.analyzer import count_terms
from index.store import Store

# Term saturation and length normalisation as usual (Robertson and Zaragoza 2009, section 3.4).
K1, B = 1.2, 0.75


@dataclass(frozen=True, slots=True)
class _Segment:
    """Postings of some passages, sorted by term: `terms`, `rows` and `counts` go together (m,).

    A row is a passage: its id, its document's key and its length in tokens (n,).
    """

    terms: NDArray[np.uint32]
    rows: NDArray[np.int64]
    counts: NDArray[np.float32]
    passages: NDArray[np.int64]
    documents: NDArray[np.int64]
    lengths: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.passages)

    def of(self, term: np.uint32) -> slice:
        """The range of rows that holds the postings of `term`."""
        low = self.terms.searchsorted(term, "left")
        return slice(int(low), int(self.terms.searchsorted(term, "right")))

    def without(self, gone: Collection[int]) -> _Segment:
        """This segment without the passages of the documents `gone`."""
        keep = ~np.isin(self.documents, list(gone))
        if keep.all():
            return self
        kept = keep[self.rows]
        return _Segment(
            self.terms[kept],
            (np.cumsum(keep) - 1)[self.rows[kept]],
            self.counts[kept],
            self.passages[keep],
            self.documents[keep],
            self.lengths[keep],
        )


class Lexical:
    """The passages of one state of the store. Not thread-safe: use inside a transaction."""

    def __init__(self) -> None:
        self._segments: list[_Segment] = []
        self._documents: set[int] = set()

    def catch_up(self, store: Store, documents: Collection[int]) -> None:
        """Update to hold the passages of exactly `documents` (keys, which are never reused)."""
        gone = self._documents.difference(documents)
        segments = self._segments
        if gone:
            segments = [left for old in segments if len(left := old.without(gone))]
        new = [key for key in documents if key not in self._documents]
        if new:
            segments = [*segments, _read(store, new)]
        # Every segment at least twice as long as the next: few segments, and every posting is
        # sorted again a logarithmic number of times (Bentley and Saxe 1980).
        while len(segments) > 1 and len(segments[-2]) < 2 * len(segments[-1]):
            segments = [*segments[:-2], _merge(*segments[-2:])]
        self._segments, self._documents = segments, set(documents)

    def search(
        self, question: str, k: int, documents: Collection[int] | None = None
    ) -> list[tuple[int, float]]:
        """(passage id, BM25 score) of the `k` best passages, best first; only of `documents`.

        A passage that shares no term with `question` is not in the list. The formula, with an
        inverse document frequency that is never negative, is Lucene's: sum over the terms of
        ln(1 + (N - df + 0.5) / (df + 0.5)) * tf (k1 + 1) / (tf + k1 (1 - b + b length / mean)).
        """
        lengths = [segment.lengths for segment in self._segments]
        total = sum(map(len, lengths))
        if total == 0:
            return []
        mean = max(1.0, float(sum(part.sum() for part in lengths)) / total)
        norms = [K1 * (1 - B + B * part / mean) for part in lengths]
        scores = [np.zeros(len(part), np.float64) for part in lengths]
        terms, _ = count_terms(question)
        for term in terms:
            found = [segment.of(term) for segment in self._segments]
            df = sum(where.stop - where.start for where in found)
            weight = np.log1p((total - df + 0.5) / (df + 0.5)) * (K1 + 1)
            for segment, where, norm, score in zip(
                self._segments, found, norms, scores, strict=True
            ):
                rows, counts = segment.rows[where], segment.counts[where]
                score[rows] += weight * counts / (counts + norm[rows])
        score = np.concatenate(scores)
        passages = np.concatenate([segment.passages for segment in self._segments])
        admitted = score > 0
        if documents is not None:
            keys = np.concatenate([segment.documents for segment in self._segments])
            admitted &= np.isin(keys, list(documents))
        score, passages = score[admitted], passages[admitted]
        best = np.lexsort((passages, -score))[:k]
        return list(zip(passages[best].tolist(), score[best].tolist(), strict=True))


def _read(store: Store, keys: Collection[int]) -> _Segment:
    passages, documents, terms, counts = [], [], [], []
    for key, passage, its_terms, its_counts in store.terms(keys):
        passages.append(passage)
        documents.append(key)
        terms.append(its_terms)
        counts.append(its_counts.astype(np.float32))
    none = np.empty(0)
    return _sorted(
        np.concatenate([none.astype(np.uint32), *terms]),
        np.repeat(np.arange(len(passages)), [len(part) for part in terms]),
        np.concatenate([none.astype(np.float32), *counts]),
        np.array(passages, np.int64),
        np.array(documents, np.int64),
        np.array([part.sum() for part in counts], np.float32),
    )


def _merge(first: _Segment, second: _Segment) -> _Segment:
    return _sorted(
        np.concatenate([first.terms, second.terms]),
        np.concatenate([first.rows, second.rows + len(first)]),
        np.concatenate([first.counts, second.counts]),
        np.concatenate([first.passages, second.passages]),
        np.concatenate([first.documents, second.documents]),
        np.concatenate([first.lengths, second.lengths]),
    )


def _sorted(
    terms: NDArray[np.uint32],
    rows: NDArray[np.int64],
    counts: NDArray[np.float32],
    passages: NDArray[np.int64],
    documents: NDArray[np.int64],
    lengths: NDArray[np.float32],
) -> _Segment:
    order = np.argsort(terms, kind="stable")
    return _Segment(terms[order], rows[order], counts[order], passages, documents, lengths)
