"""BM25 over the stored term counts, derived from the store and caught up with it.

What a snapshot on disk holds is read from there as it is needed; what came since is in memory.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.lib.format import open_memmap
from numpy.typing import NDArray

from index.analyzer import count_terms
from index.store import Store

# Term saturation and length normalisation as usual (Robertson and Zaragoza 2009, section 3.4).
K1, B = 1.2, 0.75
# Passages sorted at once when a segment is written: memory while writing, not while searching.
BLOCK = 20_000

# From so many passages on, terms in more than this share of them only count for the best so many by
# the other terms; where fewer than that have another term, for so many by the least common ones.
LARGE, COMMON, FIRST, MANY = 100_000, 0.02, 8_000, 32_000

Kind = TypeVar("Kind", bound=np.generic)
Terms = tuple[int, int, NDArray[np.uint32], NDArray[np.uint32]]
"""Key of the document, passage id, terms and counts."""
Posting = tuple[float, NDArray[np.uint32], NDArray[np.uint32]]
"""Of a term: its weight, and the rows that have it with how often."""


@dataclass(frozen=True, slots=True)
class Segment:
    """Postings of some passages by term: term `vocabulary[i]`'s are at `starts[i]`..`starts[i + 1]`.

    A posting is a row and a count; a row is a passage: its id, its document's key and its length in
    tokens (n,). `alive` says which rows are still there, None where all are.
    """

    vocabulary: NDArray[np.uint32]
    starts: NDArray[np.int64]
    rows: NDArray[np.uint32]
    counts: NDArray[np.uint32]
    passages: NDArray[np.int64]
    documents: NDArray[np.int64]
    lengths: NDArray[np.uint32]
    alive: NDArray[np.bool_] | None = None

    def __len__(self) -> int:
        return len(self.passages)

    def of(self, term: np.uint32) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
        """Rows and counts of `term`, of the rows that are there."""
        at = int(self.vocabulary.searchsorted(term))
        if at == len(self.vocabulary) or self.vocabulary[at] != term:
            return self.rows[:0], self.counts[:0]
        where = slice(int(self.starts[at]), int(self.starts[at + 1]))
        rows, counts = self.rows[where], self.counts[where]
        if self.alive is None:
            return rows, counts
        there = self.alive[rows]
        return rows[there], counts[there]

    def living(self) -> NDArray[np.uint32]:
        """The lengths of the rows that are there."""
        return self.lengths if self.alive is None else self.lengths[self.alive]

    def without(self, gone: Collection[int]) -> Segment:
        """The same with the passages of documents `gone` marked as not there."""
        dead = np.isin(self.documents, list(gone))
        if not dead.any():
            return self
        alive = ~dead if self.alive is None else self.alive & ~dead
        return replace(self, alive=alive)

    def compact(self) -> Segment:
        """The same without the rows that are not there."""
        if self.alive is None:
            return self
        kept = self.alive[self.rows]
        terms = np.repeat(self.vocabulary, np.diff(self.starts))[kept]
        return _sorted(
            terms,
            (np.cumsum(self.alive) - 1)[self.rows[kept]],
            self.counts[kept],
            self.passages[self.alive],
            self.documents[self.alive],
            self.lengths[self.alive],
        )


class Lexical:
    """The passages of one state of the store. Not thread-safe: use inside a transaction."""

    def __init__(self, base: Segment | None = None) -> None:
        self._base = base
        self._segments: list[Segment] = []
        self._documents: set[int] = set() if base is None else set(base.documents.tolist())
        self._weigh()

    def catch_up(self, store: Store, documents: Collection[int]) -> None:
        """Update to hold the passages of exactly `documents` (keys, which are never reused)."""
        gone = self._documents.difference(documents)
        segments = self._segments
        if gone:
            segments = [left for old in segments if len(left := old.without(gone).compact())]
            self._base = self._base and self._base.without(gone)
        new = [key for key in documents if key not in self._documents]
        if new:
            segments = [*segments, _read(store.terms(new))]
        # Every segment at least twice as long as the next: few segments, and every posting is
        # sorted again a logarithmic number of times (Bentley and Saxe 1980).
        while len(segments) > 1 and len(segments[-2]) < 2 * len(segments[-1]):
            segments = [*segments[:-2], _merge(*segments[-2:])]
        self._segments, self._documents = segments, set(documents)
        self._weigh()

    def _weigh(self) -> None:
        """What BM25 needs of all passages together."""
        self._all = [*([] if self._base is None else [self._base]), *self._segments]
        living = [segment.living() for segment in self._all]
        self._total = sum(map(len, living))
        mean = max(1.0, float(sum(part.sum() for part in living)) / max(1, self._total))
        self._norms: list[NDArray[np.float64]] = [
            (K1 * (1 - B + B * segment.lengths / mean)).astype(np.float64) for segment in self._all
        ]

    def search(
        self, question: str, k: int, documents: Collection[int] | None = None
    ) -> list[tuple[int, float]]:
        """(passage id, BM25 score) of the `k` best passages, best first; only of `documents`.

        A passage that shares no term with `question` is not in the list. The formula, with an
        inverse document frequency that is never negative, is Lucene's: sum over the terms of
        ln(1 + (N - df + 0.5) / (df + 0.5)) * tf (k1 + 1) / (tf + k1 (1 - b + b length / mean)).
        """
        if self._total == 0:
            return []
        terms, _ = count_terms(question)
        found = [[segment.of(term) for segment in self._all] for term in terms]
        weighed = [(self._weight(of_term), of_term) for of_term in found]
        keys = None if documents is None else np.fromiter(documents, np.int64)
        passages, scores = [], []
        for at, (segment, norm) in enumerate(zip(self._all, self._norms, strict=True)):
            admitted = None if keys is None else np.isin(segment.documents, keys)
            postings = [(weight, *of_term[at]) for weight, of_term in weighed]
            rows, score = _scored(len(segment), norm, postings, k, admitted)
            passages.append(segment.passages[rows])
            scores.append(score)
        passage, score = np.concatenate(passages), np.concatenate(scores)
        best = np.lexsort((passage, -score))[:k]
        return list(zip(passage[best].tolist(), score[best].tolist(), strict=True))

    def _weight(self, of_term: Sequence[tuple[NDArray[np.uint32], NDArray[np.uint32]]]) -> float:
        df = sum(len(rows) for rows, _ in of_term)
        return float(np.log1p((self._total - df + 0.5) / (df + 0.5)) * (K1 + 1))


def _scored(
    passages: int,
    norm: NDArray[np.float64],
    postings: Sequence[Posting],
    k: int,
    admitted: NDArray[np.bool_] | None,
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Rows and scores of the `k` best of so many passages, and of those that equal the last.

    Of many passages, those that share none of the rarer terms are left out, and what is common in
    them all only counts for the best by the rarer ones: the long lists are looked into, not read.
    """
    large, enough, read = passages >= LARGE, max(FIRST, 10 * k), 0
    ordered = sorted(postings, key=lambda each: len(each[1])) if large else postings
    score = np.zeros(passages, np.float64)
    found = np.empty(0, np.intp)
    for weight, rows, counts in ordered:
        if large and len(rows) > COMMON * passages:
            found = _positive(score, admitted)
            if len(found) >= enough:
                break
            enough = max(MANY, enough)
        score[rows] += weight * counts / (counts + norm[rows])
        read += 1
    else:
        found = _positive(score, admitted)
    if read < len(ordered):
        found = np.sort(_best(found, score, enough))
        found = _looked_up(found, score, ordered[read:], norm, k)
    found = _best(found, score, k)
    return found, score[found]


def _looked_up(
    rows: NDArray[np.intp],
    score: NDArray[np.float64],
    postings: Sequence[Posting],
    norm: NDArray[np.float64],
    k: int,
) -> NDArray[np.intp]:
    """Add to `score` what `postings` give `rows`; returns those of them that may be among the `k`
    best.

    A term adds less than its weight: what the terms ahead cannot lift to the k best is left behind
    (after Turtle and Flood 1995, "Query evaluation: strategies and optimizations").
    """
    ahead = sum(weight for weight, _, _ in postings)
    for number, (weight, posted, counts) in enumerate(postings):
        if number % 4 == 0 and len(rows) > k:
            of_rows = score[rows]
            least = np.partition(of_rows, len(rows) - k)[len(rows) - k]
            rows = rows[of_rows + ahead >= least - 1e-9]  # what rounding may have taken
        wanted = rows.astype(posted.dtype)
        at = np.minimum(posted.searchsorted(wanted), len(posted) - 1)
        there = posted[at] == wanted
        its, count = rows[there], counts[at[there]]
        score[its] += weight * count / (count + norm[its])
        ahead -= weight
    return rows


def _positive(score: NDArray[np.float64], admitted: NDArray[np.bool_] | None) -> NDArray[np.intp]:
    return np.flatnonzero(score > 0 if admitted is None else admitted & (score > 0))


def _best(rows: NDArray[np.intp], score: NDArray[np.float64], k: int) -> NDArray[np.intp]:
    """Of `rows` the `k` with the highest scores, and those that equal the last of them."""
    if len(rows) <= k:
        return rows
    of_rows = score[rows]
    least = np.partition(of_rows, len(rows) - k)[len(rows) - k]
    best: NDArray[np.intp] = rows[of_rows >= least]
    return best


def write_segment(folder: Path, store: Store, keys: Collection[int]) -> None:
    """Write the segment of the passages of documents `keys`, block by block, into `folder`."""
    passages, documents, lengths = [], [], []
    vocabularies, frequencies = [], []
    for block in _blocks(store.terms(keys)):
        passages.append(block.passages)
        documents.append(block.documents)
        lengths.append(block.lengths)
        vocabularies.append(block.vocabulary)
        frequencies.append(np.diff(block.starts))
    vocabulary, of_block = np.unique(_joined(vocabularies, np.uint32), return_inverse=True)
    frequency = np.zeros(len(vocabulary), np.int64)
    np.add.at(frequency, of_block, _joined(frequencies, np.int64))
    starts = np.concatenate([[0], np.cumsum(frequency)]).astype(np.int64)
    size = (int(starts[-1]),)
    rows = open_memmap(folder / "rows.npy", "w+", np.dtype(np.uint32), size)
    counts = open_memmap(folder / "counts.npy", "w+", np.dtype(np.uint16), size)
    free, before = starts[:-1].copy(), 0
    for block in _blocks(store.terms(keys)):
        of_term = np.diff(block.starts)
        at = vocabulary.searchsorted(block.vocabulary)
        # The block's postings of a term go behind those of the blocks before it.
        places = np.repeat(free[at] - block.starts[:-1], of_term) + np.arange(len(block.rows))
        rows[places] = block.rows + np.uint32(before)
        counts[places] = np.minimum(block.counts, np.iinfo(np.uint16).max)
        free[at] += of_term
        before += len(block)
    rows.flush()
    counts.flush()
    np.save(folder / "vocabulary.npy", vocabulary)
    np.save(folder / "starts.npy", starts)
    np.save(folder / "passages.npy", _joined(passages, np.int64))
    np.save(folder / "documents.npy", _joined(documents, np.int64))
    np.save(folder / "lengths.npy", _joined(lengths, np.uint32))


def load_segment(folder: Path) -> Segment:
    """The segment in `folder`, its postings mapped into memory."""

    def mapped(name: str) -> NDArray[np.generic]:
        return np.asarray(np.load(folder / f"{name}.npy", mmap_mode="r"))

    names = ("vocabulary", "starts", "rows", "counts", "passages", "documents", "lengths")
    return Segment(*map(mapped, names))  # type: ignore[arg-type]  # the types are those written


def _blocks(terms: Iterable[Terms]) -> Iterator[Segment]:
    block: list[Terms] = []
    for each in terms:
        block.append(each)
        if len(block) == BLOCK:
            yield _read(block)
            block = []
    if block:
        yield _read(block)


def _read(read: Iterable[Terms]) -> Segment:
    passages, documents, terms, counts = [], [], [], []
    for key, passage, its_terms, its_counts in read:
        passages.append(passage)
        documents.append(key)
        terms.append(its_terms)
        counts.append(its_counts)
    return _sorted(
        _joined(terms, np.uint32),
        np.repeat(np.arange(len(passages)), [len(part) for part in terms]),
        _joined(counts, np.uint32),
        np.array(passages, np.int64),
        np.array(documents, np.int64),
        np.array([part.sum() for part in counts], np.uint32),
    )


def _merge(first: Segment, second: Segment) -> Segment:
    def terms(segment: Segment) -> NDArray[np.uint32]:
        return np.repeat(segment.vocabulary, np.diff(segment.starts))

    return _sorted(
        np.concatenate([terms(first), terms(second)]),
        np.concatenate([first.rows, second.rows + np.uint32(len(first))]),
        np.concatenate([first.counts, second.counts]),
        np.concatenate([first.passages, second.passages]),
        np.concatenate([first.documents, second.documents]),
        np.concatenate([first.lengths, second.lengths]),
    )


def _sorted(
    terms: NDArray[np.uint32],
    rows: NDArray[np.integer],
    counts: NDArray[np.uint32],
    passages: NDArray[np.int64],
    documents: NDArray[np.int64],
    lengths: NDArray[np.uint32],
) -> Segment:
    order = np.argsort(terms, kind="stable")
    vocabulary, frequency = np.unique(terms, return_counts=True)
    starts = np.concatenate([[0], np.cumsum(frequency)]).astype(np.int64)
    return Segment(
        vocabulary,
        starts,
        rows[order].astype(np.uint32),
        counts[order],
        passages,
        documents,
        lengths,
    )


def _joined(parts: Sequence[NDArray[Kind]], kind: type[Kind]) -> NDArray[Kind]:
    return np.concatenate([np.empty(0, kind), *parts])
