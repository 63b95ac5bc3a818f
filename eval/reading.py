"""How well the reader reads, by itself: on the passages of reading data kept for development."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.plots import interval_row, row_axis, row_scale
from eval.reliability import Bin, expected_error, reliability, reliability_json
from eval.statistics import BOOTSTRAPS, CONFIDENCE, SEED, Estimate
from eval.training.data import Example, ReadingData, is_development, load_reading
from eval.wording import (
    LABELS,
    number,
    page,
    reliability_html,
    reliability_table,
)
from index.errors import BadRequest
from rag.reader.reader import Reader, Text

Scores = NDArray[np.float64]
OTHERS = 3  # near passages of something else, an answered question
NAMES = {
    "auc_near_miss": ("bijna-missers op hun passage: AUC", "near misses on their passage: AUC"),
    "auc_elsewhere": ("passages over iets anders: AUC", "passages of something else: AUC"),
    "first_sentence": ("beste zin is een antwoordzin", "best sentence is an answer sentence"),
    "refused_at_5": ("bijna-missers geweigerd bij 5 % te veel", "near misses refused at 5 % wrong"),
    "calibration_error": ("ijkfout (0 is goed)", "expected calibration error (0 is good)"),
    "auc_claims": ("uitspraken: AUC", "statements: AUC"),
    "claims_refused_at_12": (
        "onware uitspraken geweigerd bij 12 % te veel",
        "false statements refused at 12 % wrong",
    ),
}


@dataclass(frozen=True, slots=True)
class Measured:
    """What is measured of a reader: the measures of `summary` with intervals, and the reliability
    of the calibrated probability (`rag.pipeline.reading.Weights`) of the likeliest passage found."""

    measures: Mapping[str, Estimate]
    curve: tuple[Bin, ...]


def measure_reader(reader: Reader, folders: Sequence[Path], models_dir: Path) -> Measured:
    """Measure `reader` over the development passages in `folders`.

    Passages of something else are sought among the development passages, and so are those that the
    calibrated probability is of. Raises BadRequest.
    """
    from eval.training.calibration import best_probabilities, collect
    from eval.training.mining import mine, mined_index
    from index.encoders.embedding import KAMER, load_encoder

    data = load_reading(folders)
    passages = {key: each for key, each in data.passages.items() if is_development(key)}
    with tempfile.TemporaryDirectory() as folder:
        encoder = load_encoder(KAMER, models_dir)
        near = mine(data.development(), passages, encoder, Path(folder))
        index = mined_index(passages, encoder, Path(folder))
        rows = collect(reader, data, index)
        index.close()
    curve: tuple[Bin, ...] = ()
    if rows:
        stated, _, right = best_probabilities(rows, reader.calibration)
        curve = reliability(stated.tolist(), right.tolist())
    return Measured(with_intervals(measure(reader, data, near)), curve)


def with_intervals(scores: Mapping[str, Scores]) -> dict[str, Estimate]:
    """`summary` of `scores` with percentile bootstrap intervals, each kind of score resampled."""
    dice = np.random.default_rng(SEED)
    value = summary(scores)
    drawn = [
        summary({name: dice.choice(each, len(each)) for name, each in scores.items()})
        for _ in range(BOOTSTRAPS // 10)
    ]
    tail = 50 * (1 - CONFIDENCE)
    found = {}
    for name in value:
        low, high = np.percentile([each[name] for each in drawn], [tail, 100 - tail])
        n = sum(len(scores[kind]) for kind in RESTS_ON[name])
        found[name] = Estimate(value[name], float(low), float(high), n)
    return found


# The scores that a measure rests on: their number is its n.
RESTS_ON = {
    "auc_near_miss": ("answered", "near_miss"),
    "auc_elsewhere": ("answered", "elsewhere"),
    "first_sentence": ("first_sentence",),
    "refused_at_5": ("answered", "near_miss"),
    "calibration_error": ("answered", "near_miss"),
    "auc_claims": ("carried", "not_carried"),
    "claims_refused_at_12": ("carried", "not_carried"),
}
LOWER_IS_BETTER = frozenset({"calibration_error"})


def worsened(
    measures: Mapping[str, Estimate], base: Mapping[str, Any], allowed: float
) -> dict[str, tuple[float, float]]:
    """(base, new) of the measures that are more than `allowed` worse than in `base`, by name.

    `base` is what `reading_json` wrote. Raises BadRequest where it lacks a measure.
    """
    found: dict[str, tuple[float, float]] = {}
    for name, each in measures.items():
        new = float("nan") if each.value is None else each.value
        try:
            was = float(base["measures"][name]["value"])
        except (KeyError, TypeError, ValueError) as error:
            raise BadRequest(
                f"De basis heeft geen maat {name}; maak haar opnieuw met `vraagbaak-eval reader`.",
                f"The base has no measure {name}; make it again with `vraagbaak-eval reader`.",
            ) from error
        fell = new - was if name in LOWER_IS_BETTER else was - new
        if not fell <= allowed:  # not a number is no pass
            found[name] = (was, new)
    return found


def reading_text(measured: Measured, language: str) -> str:
    """One line a measure, and the reliability curve as a table."""
    at = 0 if language == "nl" else 1
    lines = [
        f"{NAMES[name][at]:<50} {each.value:.3f} ({each.low:.3f} - {each.high:.3f})"
        for name, each in measured.measures.items()
    ]
    if measured.curve:
        say, error = LABELS[language], expected_error(measured.curve) or 0.0
        lines += ["", f"{say['reliability']} {say['calibration_error']}: {error:.3f}"]
        lines += [
            "".join(f"{cell:>20}" for cell in row)
            for row in reliability_table(measured.curve, language)
        ]
    return "\n".join(lines)


def reading_html(measured: Measured, language: str) -> str:
    """The same as a page, with the reliability curve as a plot."""
    say, at = LABELS[language], 0 if language == "nl" else 1
    scale = row_scale(0, 1)
    rows = "".join(
        f'<tr><td>{escape(NAMES[name][at])}</td><td class="n">{number(each.value, 3, language)}'
        f'</td><td class="n">{number(each.low, 3, language)} … {number(each.high, 3, language)}'
        f'</td><td class="n">{each.n}</td>'
        f"<td>{interval_row(scale, each.low, each.value, each.high, f'{each.value:.3f}')}</td></tr>"
        for name, each in measured.measures.items()
        if each.value is not None and each.low is not None and each.high is not None
    )
    heads = "".join(f'<th class="n">{say[name]}</th>' for name in ("value", "interval"))
    axis = row_axis(scale, say["value"], lambda value: number(value, 1, language))
    body = [
        f"<h1>{say['reader_title']}</h1>",
        f'<div class="wide"><table><thead><tr><th>{say["metric"]}</th>{heads}<th class="n">n</th>'
        f"<th>{axis}</th></tr></thead><tbody>{rows}</tbody></table></div>",
        f"<h2>{say['reliability']}</h2>",
        f'<p class="soft">{say["reliability_said"]}</p>',
        reliability_html(measured.curve, language),
    ]
    return page(say["reader_title"], body, language)


def reading_json(measured: Measured, weights: str) -> dict[str, Any]:
    """What was measured, and the SHA-256 of the weights that it is of."""
    return {
        "weights": weights,
        "measures": {
            name: {"value": each.value, "low": each.low, "high": each.high, "n": each.n}
            for name, each in measured.measures.items()
        },
        "reliability": reliability_json(measured.curve),
    }


def measure(
    reader: Reader, data: ReadingData, negatives: Mapping[str, Sequence[str]]
) -> dict[str, Scores]:
    """The logits that the measures rest on, by name.

    `answered`, `near_miss`: of questions (and follow-ups) on their own passage; `elsewhere`: of
    answered questions on near passages of something else; `carried`, `not_carried`: of statements;
    `first_sentence`: 1.0 where the best sentence of an answered question belongs to the answer.
    """
    examples = data.development()
    asked = [each for each in examples if each.kind != "claim"]
    found: dict[str, list[float]] = {}
    for each in asked:
        reading = reader.read(each.text, [_text(data, each.passage)])[0]
        kind = "answered" if each.label else "near_miss"
        found.setdefault(kind, []).append(reading.answers)
        if each.label and each.sentences:
            best = int(np.argmax(reading.sentences))
            found.setdefault("first_sentence", []).append(float(best in each.sentences))
        if each.label:
            near = [_text(data, key) for key in negatives.get(each.text, ())[:OTHERS]]
            found.setdefault("elsewhere", []).extend(
                other.answers for other in reader.read(each.text, near)
            )
    claims = [each for each in examples if each.kind == "claim"]
    for each, logit in zip(claims, _carried(reader, data, claims), strict=True):
        found.setdefault("carried" if each.label else "not_carried", []).append(logit)
    return {name: np.array(values) for name, values in found.items()}


def summary(scores: Mapping[str, Scores]) -> dict[str, float]:
    """The measures of a reader by itself, those that the data allow; all 0..1.

    `auc_*`: area under the ROC curve against near misses and against other passages.
    `refused_at_5`: near misses below the logit that 5 % of the answered questions stay under.
    `calibration_error`: expected calibration error in ten bins (Guo et al. 2017), own passages.
    """
    none = np.empty(0)
    answered, missed = scores.get("answered", none), scores.get("near_miss", none)
    carried, untrue = scores.get("carried", none), scores.get("not_carried", none)
    found: dict[str, float] = {}
    if len(answered) and len(missed):
        found["auc_near_miss"] = auc(answered, missed)
        found["refused_at_5"] = float((missed < np.quantile(answered, 0.05)).mean())
        found["calibration_error"] = calibration_error(answered, missed)
    if len(answered) and len(scores.get("elsewhere", none)):
        found["auc_elsewhere"] = auc(answered, scores["elsewhere"])
    if len(scores.get("first_sentence", none)):
        found["first_sentence"] = float(scores["first_sentence"].mean())
    if len(carried) and len(untrue):
        found["auc_claims"] = auc(carried, untrue)
        found["claims_refused_at_12"] = float((untrue < np.quantile(carried, 0.12)).mean())
    return {name: found[name] for name in NAMES if name in found}


def auc(positive: Scores, negative: Scores) -> float:
    """The probability that a positive scores above a negative (ties count half)."""
    ordered = np.sort(negative)
    below = np.searchsorted(ordered, positive, "left")
    ties = np.searchsorted(ordered, positive, "right") - below
    return float((below + ties / 2).mean() / len(negative))


def calibration_error(positive: Scores, negative: Scores) -> float:
    """Mean distance between stated probability and share of positives, over equal bins."""
    stated = 1 / (1 + np.exp(-np.concatenate([positive, negative])))
    true = [True] * len(positive) + [False] * len(negative)
    return expected_error(reliability(stated.tolist(), true)) or 0.0


def _carried(reader: Reader, data: ReadingData, claims: Sequence[Example]) -> list[float]:
    pairs = [(each.text, _text(data, each.passage)) for each in claims]
    return [reading.answers for reading in reader.check(pairs)]


def _text(data: ReadingData, key: str) -> Text:
    passage = data.passages[key]
    return Text(passage.sentences, passage.asked)
