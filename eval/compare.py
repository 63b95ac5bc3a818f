"""Two runs on the same questions: what changed, whether it is chance, and whether it may land."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval import statistics
from eval.metrics import METRICS, Metric
from eval.runs import Run
from eval.statistics import Difference, Share
from index.errors import BadRequest

# What makes one answer better than another, the weightiest first.
_BY_WEIGHT = ["completed", "crag", "figures_kept", "cited_gold", "facts_lenient", "citation_f1"]
_BY_WEIGHT += ["rr_10"]


@dataclass(frozen=True, slots=True)
class Changed:
    """A question whose answer got better or worse; `base` and `new` are its rows of scores.json.

    `metrics` are the names of the metrics that differ, the one that decided first.
    """

    base: Mapping[str, Any]
    new: Mapping[str, Any]
    metrics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Regression:
    """A metric that fell further than it may."""

    metric: Metric
    difference: Difference
    tolerance: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """NEW against BASE over the questions that both have.

    `only_base` and `only_new` are ids of questions that only one of them has, `edited` of those
    whose question or gold differs; none of these are compared.
    """

    differences: Mapping[Metric, Difference]
    better: tuple[Changed, ...]
    worse: tuple[Changed, ...]
    n: int
    only_base: tuple[str, ...] = ()
    only_new: tuple[str, ...] = ()
    edited: tuple[str, ...] = ()
    regressions: tuple[Regression, ...] = ()


def compare_runs(base: Run, new: Run, tolerances: Mapping[str, float] | None = None) -> Comparison:
    """Compare two runs; with `tolerances` (`load_tolerances`) also say what regressed.

    A metric regresses when it falls by more than its tolerance, or had a value and has none now.
    Raises BadRequest if the runs have no question in common and, with `tolerances`, if NEW lacks a
    question of BASE: leaving out a hard one is no way to keep a score.
    """
    before = {row["id"]: row for row in base.scores["questions"]}
    after = {row["id"]: row for row in new.scores["questions"]}
    common = [name for name in before if name in after]
    edited = [name for name in common if _asked(before[name]) != _asked(after[name])]
    kept = [name for name in common if name not in edited]
    if not kept:
        raise BadRequest(
            f"{base.directory} en {new.directory} hebben geen vraag gemeen; vergelijk runs op "
            "dezelfde goudset.",
            f"{base.directory} and {new.directory} have no question in common; compare runs on "
            "the same gold set.",
        )
    if tolerances is not None and len(kept) < len(before):
        gone = ", ".join(name for name in before if name not in kept)
        raise BadRequest(
            f"{new.directory} mist vragen van {base.directory} of stelt ze anders ({gone}); maak "
            "de basisrun opnieuw met de nieuwe goudset.",
            f"{new.directory} lacks questions of {base.directory} or asks them otherwise ({gone}); "
            "make the base run again with the new gold set.",
        )
    differences = {}
    for metric in METRICS:
        shares = [[_share(rows[name], metric.name) for name in kept] for rows in (before, after)]
        if any(share[1] for each in shares for share in each):
            differences[metric] = statistics.compare(*shares)
    changed = [_changed(before[name], after[name]) for name in kept]
    return Comparison(
        differences=differences,
        better=tuple(each for sign, each in changed if sign > 0),
        worse=tuple(each for sign, each in changed if sign < 0),
        n=len(kept),
        only_base=tuple(name for name in before if name not in after),
        only_new=tuple(name for name in after if name not in before),
        edited=tuple(edited),
        regressions=_regressions(differences, tolerances or {}),
    )


def load_tolerances(path: Path) -> dict[str, float]:
    """How far each metric may fall, from a TOML file.

        [tolerances]
        accuracy = 0.02
        figures_kept = 0.0

    Metrics that it does not name are not checked. Raises BadRequest, naming file and key.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _bad_tolerances(path, "-", f"niet te lezen: {error}", f"unreadable: {error}") from (
            error
        )
    if set(table) != {"tolerances"} or not isinstance(table["tolerances"], dict):
        raise _bad_tolerances(
            path, "tolerances", "moet de enige tabel zijn", "must be the only table"
        )
    known = {metric.name for metric in METRICS}
    for name, value in table["tolerances"].items():
        if name not in known:
            metrics = ", ".join(sorted(known))
            raise _bad_tolerances(
                path, name, f"onbekende maat; bekend zijn {metrics}", f"unknown; known: {metrics}"
            )
        if type(value) not in (int, float) or not 0 <= value <= 2:
            raise _bad_tolerances(
                path, name, "moet een getal van 0 tot en met 2 zijn", "must be 0 to 2"
            )
    return {name: float(value) for name, value in table["tolerances"].items()}


def _bad_tolerances(path: Path, key: str, nl: str, en: str) -> BadRequest:
    return BadRequest(f"{path}, sleutel {key}: {nl}.", f"{path}, key {key}: {en}.")


def _asked(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """What must be the same for two rows to be about the same question."""
    return row["question"], row["answerable"], [gold["label"] for gold in row["gold"]]


def _share(row: Mapping[str, Any], name: str) -> Share:
    above, below = row["shares"].get(name, (0.0, 0.0))
    return above, below


def _changed(base: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[int, Changed]:
    """1, 0 or -1 for better, as good, worse: the weightiest metric that differs decides."""
    shares = [(name, _share(base, name), _share(new, name)) for name in _BY_WEIGHT]
    moved = [(name, after[0] - before[0]) for name, before, after in shares if before != after]
    sign = 0 if not moved else 1 if moved[0][1] > 0 else -1
    return sign, Changed(base, new, tuple(name for name, _ in moved))


def _regressions(
    differences: Mapping[Metric, Difference], tolerances: Mapping[str, float]
) -> tuple[Regression, ...]:
    # Sums of the same fractions in floating point may differ by a few units in the last place.
    slack = 1e-9
    found = []
    for metric, difference in differences.items():
        if metric.name not in tolerances or difference.base is None:
            continue
        allowed = tolerances[metric.name]
        if difference.new is None or difference.base - difference.new > allowed + slack:
            found.append(Regression(metric, difference, allowed))
    return tuple(found)
