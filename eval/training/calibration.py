"""Fit how the reader's logit and the scores of search together say whether a passage answers.

Over the development split: every question is searched among all passages of the reading data, as
the program searches, and what it finds is read. A passage is right if it is the one that the
question was written on, and answers it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from eval.training.data import Example, ReadingData
from index.documents import Hit
from index.index import Index
from index.search import search
from rag.reader.reader import Reader, Text

READ = 8  # passages of a question, as the program reads
EVERY = 3  # one question in so many: reading is slow on a processor, and four numbers are fitted
NAMES = ("reader", "cosine", "search")
COSINE_MIDDLE = 0.85  # as rag.pipeline.reading.Weights has it
_RIDGE = 1e-3


@dataclass(frozen=True, slots=True)
class Row:
    """A question beside a passage found: features in the order of `NAMES`, and whether it is right."""

    question: int
    features: tuple[float, ...]
    right: bool
    answerable: bool


def collect(reader: Reader, data: ReadingData, index: Index) -> list[Row]:
    """A row for every passage found for one in `EVERY` questions of the development split."""
    rows = []
    questions = [each for each in data.development() if each.kind == "question"][::EVERY]
    for number, each in enumerate(questions):
        hits = search(index, each.text, READ).hits
        texts = [_text(data, hit) for hit in hits]
        for hit, reading in zip(hits, reader.read(each.text, texts), strict=True):
            rows.append(_row(number, each, hit, reading.answers))
    return rows


def fit(rows: Sequence[Row]) -> dict[str, float]:
    """The logistic model over `rows`: "bias", and a weight for each feature of `NAMES`."""
    x = np.array([(1.0, *row.features) for row in rows])
    y = np.array([float(row.right) for row in rows])

    def loss(weights: NDArray[np.float64]) -> float:
        z = x @ weights
        return float(np.mean(np.logaddexp(0.0, z) - y * z) + _RIDGE * (weights[1:] ** 2).sum())

    found = minimize(loss, np.zeros(x.shape[1]), method="L-BFGS-B").x
    return dict(zip(("bias", *NAMES), (round(float(value), 4) for value in found), strict=True))


def best_probabilities(
    rows: Sequence[Row], weights: Mapping[str, float]
) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_]]:
    """For each question: the highest probability of its passages, whether it is answerable, and
    whether that passage is right."""
    values = np.array([weights["bias"], *(weights[name] for name in NAMES)])
    best: dict[int, tuple[float, bool, bool]] = {}
    for row in rows:
        chance = float(1 / (1 + np.exp(-(np.array([1.0, *row.features]) @ values))))
        if row.question not in best or chance > best[row.question][0]:
            best[row.question] = (chance, row.answerable, row.right)
    chances, answerable, right = zip(*best.values(), strict=True)
    return np.array(chances), np.array(answerable), np.array(right)


def _row(number: int, example: Example, hit: Hit, logit: float) -> Row:
    features = (logit, hit.cosine - COSINE_MIDDLE, hit.score)
    right = example.label and hit.document.id == example.passage
    return Row(number, features, right, example.label)


def _text(data: ReadingData, hit: Hit) -> Text:
    passage = data.passages[hit.document.id]
    return Text(passage.sentences, passage.asked)
