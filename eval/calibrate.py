"""The abstention threshold: below which confidence the system should refuse.

Fitted on the `confidence` that every answer of a run carries, refused or not, against whether its
question can be answered. What the threshold gives is also estimated on questions that it was not
fitted on (leave-one-out), because on its own questions any threshold looks too good.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

from eval.runs import Run
from index.errors import BadRequest
from rag.pipeline.answerability import FEATURE

Point = tuple[float, bool]
"""(confidence, whether the question can be answered)."""


@dataclass(frozen=True, slots=True)
class Rates:
    """What a threshold does. `coverage`: answered / all. `error`: unanswerable questions among the
    answered (0 where none is answered). `refused`: unanswerable questions refused / unanswerable.
    `wrongly_refused`: answerable questions refused / answerable."""

    coverage: float
    error: float
    refused: float
    wrongly_refused: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """A threshold with its evidence; `curve` holds (threshold, rates), thresholds rising.

    Refuse where confidence < `threshold`. `left_out` are ids of questions that failed.
    """

    threshold: float
    max_wrongly_refused: float
    answerable: int
    unanswerable: int
    left_out: tuple[str, ...]
    fitted: Rates
    leave_one_out: Rates
    curve: tuple[tuple[float, Rates], ...]


def calibrate(run: Run, max_wrongly_refused: float = 0.05) -> Calibration:
    """Fit the threshold on a run: refuse most unanswerable questions, within a limit on the others.

    Raises BadRequest if the run kept no answers, an answer has no `confidence`, or there are not at
    least two answerable and two unanswerable questions.
    """
    points, left_out = [], []
    for row in run.scores["questions"]:
        answer = run.answers.get(row["id"], {}).get("answer")
        if row["error"]:
            left_out.append(row["id"])
            continue
        if not answer or not isinstance(answer.get("confidence"), int | float):
            raise BadRequest(
                f"Antwoord {row['id']} in {run.directory} heeft geen `confidence`; maak de run "
                "opnieuw met deze versie.",
                f"Answer {row['id']} in {run.directory} has no `confidence`; make the run again "
                "with this version.",
            )
        points.append((float(answer["confidence"]), bool(row["answerable"])))
    answerable = sum(can for _, can in points)
    if min(answerable, len(points) - answerable) < 2:
        raise BadRequest(
            f"{run.directory} heeft te weinig vragen om een drempel te bepalen; neem minstens twee "
            "te beantwoorden en twee niet te beantwoorden vragen op in de goudset.",
            f"{run.directory} has too few questions to fit a threshold; have at least two "
            "answerable and two unanswerable questions in the gold set.",
        )
    unanswerable = len(points) - answerable
    evidence = curve(points)
    threshold = fit(points, max_wrongly_refused)
    # Each question is judged by the threshold that the other questions give.
    refused = [
        can
        for at, (confidence, can) in enumerate(points)
        if confidence < fit([*points[:at], *points[at + 1 :]], max_wrongly_refused)
    ]
    return Calibration(
        threshold=threshold,
        max_wrongly_refused=max_wrongly_refused,
        answerable=answerable,
        unanswerable=unanswerable,
        left_out=tuple(left_out),
        fitted=dict(evidence)[threshold],
        leave_one_out=_rates(refused.count(True), answerable, refused.count(False), unanswerable),
        curve=evidence,
    )


def fit(points: Sequence[Point], max_wrongly_refused: float) -> float:
    """The threshold that refuses most unanswerable questions while it refuses at most this share
    of the answerable ones; of equal ones that which refuses fewest of those, then the one with most
    room to the confidences on both sides of it.
    """
    allowed = [each for each in curve(points) if each[1].wrongly_refused <= max_wrongly_refused]
    merits = [(each.refused, -each.wrongly_refused) for _, each in allowed]
    best = [
        threshold
        for (threshold, _), merit in zip(allowed, merits, strict=True)
        if merit == max(merits)
    ]
    return max(
        best, key=lambda threshold: min(abs(confidence - threshold) for confidence, _ in points)
    )


def curve(points: Sequence[Point]) -> tuple[tuple[float, Rates], ...]:
    """Rates at every threshold that makes a difference: the risk-coverage curve of selective
    prediction (El-Yaniv and Wiener 2010), from answering everything on.

    Thresholds are the least confidence and the middles between neighbouring ones.
    """
    confidences = sorted({confidence for confidence, _ in points})
    middles = [(low + high) / 2 for low, high in pairwise(confidences)]
    answerable = sorted(confidence for confidence, can in points if can)
    others = sorted(confidence for confidence, can in points if not can)
    return tuple(
        (
            each,
            _rates(
                bisect_left(answerable, each),
                len(answerable),
                bisect_left(others, each),
                len(others),
            ),
        )
        for each in (confidences[0], *middles)
    )


def calibration_json(calibration: Calibration, run: Run) -> dict[str, Any]:
    """The threshold with its evidence and what it was fitted on, as written to file."""
    kept = ("model", "gold", "manifest", "git")
    return {
        "feature": FEATURE,
        **{name: value for name, value in asdict(calibration).items() if name != "curve"},
        "fitted_on": {name: run.config.get(name) for name in kept},
        "curve": [{"threshold": at, **asdict(each)} for at, each in calibration.curve],
    }


def _rates(wrongly_refused: int, answerable: int, refused: int, unanswerable: int) -> Rates:
    answered = answerable - wrongly_refused + unanswerable - refused
    return Rates(
        coverage=answered / (answerable + unanswerable),
        error=(unanswerable - refused) / answered if answered else 0.0,
        refused=refused / unanswerable,
        wrongly_refused=wrongly_refused / answerable,
    )
