"""Search passages for a question: dense and lexical scores, fused."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import get_args

from index.analyzer import words
from index.directory import Directory
from index.documents import DocumentInfo, Hit, Kind
from index.errors import BadRequest, NotFound
from index.index import Index

# Candidates of each side: windows (dense) and passages (lexical).
WINDOW_CANDIDATES = 400
PASSAGE_CANDIDATES = 200
# On 97 questions over 446 passages 0.6 to 0.7 found most, and more than reciprocal ranks did.
DENSE_WEIGHT = 0.6


@dataclass(frozen=True, slots=True)
class Filters:
    """Which documents to search; an empty filter admits all.

    `documents` are document ids, `date_from` and `date_to` ISO 8601 dates, inclusive (a document
    without a date is outside every period), `minister` is a surname or a word of it. Raises
    BadRequest for a date or kind that does not exist.
    """

    documents: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    date_from: str | None = None
    date_to: str | None = None
    minister: str | None = None

    def __post_init__(self) -> None:
        for kind in self.kinds:
            if kind not in get_args(Kind):
                known = ", ".join(get_args(Kind))
                raise BadRequest(
                    f"Onbekend soort document {kind!r}: kies uit {known}.",
                    f"Unknown kind of document {kind!r}: choose from {known}.",
                )
        for day in (self.date_from, self.date_to):
            if day is not None and not _is_iso_date(day):
                raise BadRequest(
                    f"Geen geldige datum: {day!r}; schrijf jjjj-mm-dd.",
                    f"Not a valid date: {day!r}; write yyyy-mm-dd.",
                )

    def admit(self, document: DocumentInfo) -> bool:
        """Whether passages of `document` may be found."""
        day = document.metadata.date
        if self.documents and document.id not in self.documents:
            return False
        if self.kinds and document.kind not in self.kinds:
            return False
        if self.date_from and (day is None or day < self.date_from):
            return False
        if self.date_to and (day is None or day > self.date_to):
            return False
        if self.minister is None:
            return True
        wanted = set(words(self.minister))
        return any(wanted <= set(words(name)) for name in document.metadata.ministers)


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Hits, best first, and milliseconds spent (`embed`, `dense`, `lexical`, `total`)."""

    hits: tuple[Hit, ...]
    timings_ms: Mapping[str, float] = field(default_factory=dict)


def search(index: Index, question: str, k: int = 10, filters: Filters = Filters()) -> SearchResult:
    """The `k` passages that fit `question` best, of the documents that `filters` admits.

    Raises BadRequest for `k` < 1 and NotFound for a filter on a document that is not there.
    """
    if k < 1:
        raise BadRequest(
            f"Het aantal resultaten moet minstens 1 zijn, niet {k}.",
            f"The number of results must be at least 1, not {k}.",
        )
    began = time.perf_counter()
    query = index.encoder.encode_queries([question])[0]
    embedded = time.perf_counter()
    with index.state():
        none = filters == Filters()
        within = None if none else admitted(index.current_directory(), filters)
        dense = dict(index.engine.dense(query, max(WINDOW_CANDIDATES, 10 * k), within))
        dense_done = time.perf_counter()
        lexical = dict(index.engine.lexical(question, max(PASSAGE_CANDIDATES, k), within))
        lexical_done = time.perf_counter()
        scores = fuse(dense, lexical)
        best = sorted(scores, key=lambda passage: (-scores[passage], passage))[:k]
        passages = index.store.passages(best)
        documents = index.store.infos([key for key, _ in passages.values()])
    hits = tuple(
        Hit(
            document=documents[passages[number][0]],
            passage_id=number,
            passage=passages[number][1],
            score=scores[number],
            rank=rank,
            cosine=dense.get(number, 0.0),
            lexical=lexical.get(number, 0.0),
        )
        for rank, number in enumerate(best, start=1)
    )
    timings = {
        "embed": embedded - began,
        "dense": dense_done - embedded,
        "lexical": lexical_done - dense_done,
        "total": time.perf_counter() - began,
    }
    return SearchResult(hits, {name: seconds * 1000 for name, seconds in timings.items()})


def fuse(dense: Mapping[int, float], lexical: Mapping[int, float]) -> dict[int, float]:
    """Convex combination of both sides' scores, each brought to 0..1; by passage id.

    Cosines are scaled between the lowest candidate (0) and the highest (1), since they lie close
    together; BM25 is divided by its highest. A passage that is no candidate of a side scores 0
    there. After Bruch, Gai and Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval", ACM
    TOIS 42(1), 2023.
    """
    scores = dict.fromkeys([*dense, *lexical], 0.0)
    if dense:
        lowest, highest = min(dense.values()), max(dense.values())
        for passage, cosine in dense.items():
            share = (cosine - lowest) / (highest - lowest) if highest > lowest else 1.0
            scores[passage] += DENSE_WEIGHT * share
    highest = max(lexical.values(), default=0.0)
    for passage, score in lexical.items():
        scores[passage] += (1 - DENSE_WEIGHT) * score / highest
    return scores


def admitted(directory: Directory, filters: Filters) -> list[int]:
    """The keys of the documents that `filters` admits (as `Filters.admit`), in order.

    Raises NotFound for a filter on a document that is not there.
    """
    found = list(_criteria(directory, filters))
    return sorted(set.intersection(*found)) if found else list(directory.infos)


def _criteria(directory: Directory, filters: Filters) -> Iterator[set[int]]:
    """What each part of `filters` admits by itself."""
    if filters.documents:
        yield {_key(directory, each) for each in filters.documents}
    if filters.kinds:
        yield {key for kind in filters.kinds for key in directory.kinds.get(kind, ())}
    if filters.date_from or filters.date_to:
        yield directory.between(filters.date_from, filters.date_to)
    if filters.minister is not None:
        ministers = directory.ministers
        yield ministers.keys(ministers.holding(words(filters.minister)))


def _key(directory: Directory, document_id: str) -> int:
    key = directory.key(document_id)
    if key is None:
        raise NotFound(
            f"Document {document_id} staat niet in de index; `vraagbaak documents` toont wat er is.",
            f"Document {document_id} is not in the index; `vraagbaak documents` lists what is.",
        )
    return key


def _is_iso_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
