"""Read what search found: how likely each passage answers the question, and with which sentences.

The reader sees the best passages first, and more only while none of them is a sure answer. Its
logit counts together with the scores of search, in a small logistic model fitted on development
data (`eval/training/calibration.py`). Without a reader the scores of search count alone.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from index.documents import Hit, Passage, Span
from index.index import Index
from rag.reader.reader import Reader, Text

FIRST = 3  # passages read at once
MOST = 8  # passages read while in doubt
SURE = 0.4  # probability from which no further passage is read
CERTAIN = 0.6  # probability from which a name that the passage does not hold is not missed


@dataclass(frozen=True, slots=True)
class ScoredSentence:
    """A sentence of a hit: offsets in its reading text, and how likely it belongs to the answer.

    `hit` is an index into the hits it was chosen from; `score` (0..1) holds given that the passage
    answers.
    """

    hit: int
    start: int
    end: int
    text: str
    score: float


@dataclass(frozen=True, slots=True)
class PassageReading:
    """A hit as it was read: `answers` (0..1) is how likely it answers the question."""

    hit: int
    answers: float
    sentences: tuple[ScoredSentence, ...]


@dataclass(frozen=True, slots=True)
class Weights:
    """The logistic model over a hit's scores, and how sentences are scored without a reader.

    logit = bias + reader * (the reader's logit) + cosine * (cosine - 0.85) + search * (fused score).
    """

    bias: float
    reader: float
    cosine: float
    search: float

    def probability(self, hit: Hit, logit: float = 0.0) -> float:
        """How likely `hit` answers, 0..1."""
        return sigmoid(
            self.bias
            + self.reader * logit
            + self.cosine * (hit.cosine - 0.85)
            + self.search * hit.score
        )


# Fitted on the development split by `eval/training/calibration.py`; those with a reader are kept
# with its weights.
WITHOUT_READER = Weights(bias=0.0, reader=0.0, cosine=20.0, search=1.0)
_COSINE_MEAN, _COSINE_SCALE = 0.86, 40.0


def read_hits(
    question: str, hits: Sequence[Hit], index: Index, reader: Reader | None
) -> list[PassageReading]:
    """Read `hits`, the first ones first; likeliest answer first.

    A passage that was removed since the search has no sentences any more and is left out.
    """
    known = index.sentences([hit.passage_id for hit in hits[:MOST]])
    there = [at for at, hit in enumerate(hits[:MOST]) if hit.passage_id in known]
    spans = {at: known[hits[at].passage_id][0] for at in there}
    if reader is None:
        query = index.encoder.encode_queries([question])[0]
        readings = []
        for at in there:
            cosines = known[hits[at].passage_id][1] @ query
            scores = [sigmoid(_COSINE_SCALE * (float(c) - _COSINE_MEAN)) for c in cosines]
            chance = WITHOUT_READER.probability(hits[at])
            readings.append(_reading(at, hits[at], chance, spans[at], scores))
        return _likeliest_first(readings)
    weights = Weights(**reader.calibration)
    readings = []
    while len(readings) < len(there):
        if readings and max(each.answers for each in readings) >= SURE:
            break
        batch = there[len(readings) : len(readings) + FIRST]
        texts = [_text(hits[at], spans[at]) for at in batch]
        for at, found in zip(batch, reader.read(question, texts), strict=True):
            chance = weights.probability(hits[at], found.answers)
            scores = [sigmoid(logit) for logit in found.sentences]
            readings.append(_reading(at, hits[at], chance, spans[at], scores))
    return _likeliest_first(readings)


def sigmoid(logit: float) -> float:
    """1 / (1 + exp(-logit)), without overflow."""
    if logit < -700:
        return 0.0
    return 1 / (1 + math.exp(-logit))


def asked_text(passage: Passage) -> str:
    """What a passage answers: its question texts, or what was asked before it in a debate; else its
    heading."""
    asked = " ".join(question.text for question in passage.questions) or passage.before
    return asked or passage.heading or ""


def text_of(index: Index, hit: Hit) -> Text:
    """What the reader is shown of a hit."""
    return _text(hit, index.sentences([hit.passage_id])[hit.passage_id][0])


def _text(hit: Hit, spans: Sequence[Span]) -> Text:
    text = hit.passage.reading_text()
    return Text(tuple(text[span.start : span.end] for span in spans), asked_text(hit.passage))


def _reading(
    at: int, hit: Hit, answers: float, spans: Sequence[Span], scores: Sequence[float]
) -> PassageReading:
    text = hit.passage.reading_text()
    return PassageReading(
        at,
        answers,
        tuple(
            ScoredSentence(at, span.start, span.end, text[span.start : span.end], score)
            for span, score in zip(spans, scores, strict=True)
        ),
    )


def _likeliest_first(readings: Sequence[PassageReading]) -> list[PassageReading]:
    return sorted(readings, key=lambda each: (-each.answers, each.hit))
