"""Two runs on the same questions: what changed, whether it is chance, and whether it may land."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any

from eval import statistics
from eval.metrics import LENGTHS, METRICS, Metric
from eval.runs import Run
from eval.statistics import Difference, Share
from index.errors import BadRequest

# What makes one answer better than another, the weightiest first.
_BY_WEIGHT = ["completed", "crag", "figures_kept", "cited_gold", "facts_lenient", "facts_first"]
_BY_WEIGHT += ["citation_f1", "rr_10"]
# The parts of a run's configuration, the one that explains most first.
_CONFIG = ["settings", "git", "model", "reader", "manifest", "documents", "prompts", "gold"]
_CONFIG += ["versions", "machine", "cpus"]


@dataclass(frozen=True, slots=True)
class Differing:
    """What two runs were made with: a part of their configuration that is not the same in both.

    `part` is one of the names in config.json, `name` what differs within it ("" where it has no
    parts of its own); None where a run does not have it.
    """

    part: str
    name: str
    base: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class Moved:
    """What a question scored on a metric, by name; None where it has no such score."""

    metric: str
    base: float | None
    new: float | None


@dataclass(frozen=True, slots=True)
class Changed:
    """A question whose answer got better or worse; `base` and `new` are its rows of scores.json.

    `moved` are the metrics that differ, the one that decided first.
    """

    base: Mapping[str, Any]
    new: Mapping[str, Any]
    moved: tuple[Moved, ...]


@dataclass(frozen=True, slots=True)
class Regression:
    """A metric that fell further than it may, over all questions or those of one `document`."""

    metric: Metric
    base: float
    new: float | None
    tolerance: float
    document: str | None = None


@dataclass(frozen=True, slots=True)
class Tolerances:
    """How far metrics, by name, may fall: over all questions, and over those of each document."""

    overall: Mapping[str, float]
    per_document: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Comparison:
    """NEW against BASE over the questions that both have.

    `only_base` and `only_new` are ids of questions that only one of them has, `edited` of those
    whose question or gold differs; none of these are compared. `differing` is what the runs were
    made with; `words` holds the medians of the answers' lengths (`eval.metrics.LENGTHS`).
    """

    differences: Mapping[Metric, Difference]
    better: tuple[Changed, ...]
    worse: tuple[Changed, ...]
    n: int
    only_base: tuple[str, ...] = ()
    only_new: tuple[str, ...] = ()
    edited: tuple[str, ...] = ()
    regressions: tuple[Regression, ...] = ()
    differing: tuple[Differing, ...] = ()
    words: Mapping[str, tuple[float | None, float | None]] = field(default_factory=dict)


def compare_runs(base: Run, new: Run, tolerances: Tolerances | None = None) -> Comparison:
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
        regressions=()
        if tolerances is None
        else (
            *_regressions(differences, tolerances.overall),
            *_of_documents([(before[name], after[name]) for name in kept], tolerances.per_document),
        ),
        differing=differing(base.config, new.config),
        words={
            name: (
                statistics.median(_lengths(before, kept, name)).value,
                statistics.median(_lengths(after, kept, name)).value,
            )
            for name in LENGTHS
        },
    )


def differing(base: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[Differing, ...]:
    """What differs between the configurations of two runs, part by part."""
    parts = [*_CONFIG, *sorted((base.keys() | new.keys()) - set(_CONFIG))]
    found = []
    for part in parts:
        before, after = _named(part, base), _named(part, new)
        names = [*before, *(name for name in after if name not in before)]
        found += [
            Differing(part, name, before.get(name), after.get(name))
            for name in names
            if before.get(name) != after.get(name)
        ]
    return tuple(found)


def _named(part: str, config: Mapping[str, Any]) -> dict[str, str]:
    """The values of a part by name; a document is the same wherever its file was."""
    flat = _flat(config.get(part))
    if part != "documents":
        return flat
    return {key: PurePath(source).name for key, source in flat.items()}


def _flat(value: Any, name: str = "") -> dict[str, str]:
    """The values within `value`, by their names joined with points."""
    if isinstance(value, Mapping):
        below = [_flat(each, f"{name}.{key}" if name else str(key)) for key, each in value.items()]
        return {key: each for found in below for key, each in found.items()}
    if value is None:
        return {}
    return {name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}


def _lengths(rows: Mapping[str, Any], kept: Sequence[str], name: str) -> list[float]:
    return [row["words"][name] for row in (rows[each] for each in kept) if row.get("words")]


def load_tolerances(path: Path) -> Tolerances:
    """How far each metric may fall, from a TOML file.

        [tolerances]
        accuracy = 0.02
        figures_kept = 0.0

        [per_document]
        facts_indexed = 0.0

    Metrics that it does not name are not checked. Raises BadRequest, naming file and key.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _bad_tolerances(path, "-", f"niet te lezen: {error}", f"unreadable: {error}") from (
            error
        )
    allowed = ("tolerances", "per_document")
    if "tolerances" not in tables or not set(tables) <= set(allowed):
        raise _bad_tolerances(
            path,
            "tolerances",
            "de tabellen zijn [tolerances] en desgewenst [per_document]",
            "the tables are [tolerances] and, if wanted, [per_document]",
        )
    return Tolerances(*(_checked(path, name, tables.get(name, {})) for name in allowed))


def _checked(path: Path, table: str, given: Any) -> dict[str, float]:
    if not isinstance(given, dict):
        raise _bad_tolerances(path, table, "moet een tabel zijn", "must be a table")
    known = {metric.name for metric in METRICS}
    for name, value in given.items():
        if name not in known:
            metrics = ", ".join(sorted(known))
            raise _bad_tolerances(
                path, name, f"onbekende maat; bekend zijn {metrics}", f"unknown; known: {metrics}"
            )
        if type(value) not in (int, float) or not 0 <= value <= 2:
            raise _bad_tolerances(
                path, name, "moet een getal van 0 tot en met 2 zijn", "must be 0 to 2"
            )
    return {name: float(value) for name, value in given.items()}


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
    # A metric that one of the runs does not have says nothing of either.
    moved = [
        (name, before, after)
        for name, before, after in shares
        if before[1] and after[1] and before != after
    ]
    sign = 0 if not moved else 1 if moved[0][2][0] > moved[0][1][0] else -1
    told = [
        Moved(name, statistics.ratio([before]), statistics.ratio([after]))
        for name, before, after in moved
    ]
    return sign, Changed(base, new, tuple(told))


# Sums of the same fractions in floating point may differ by a few units in the last place.
_SLACK = 1e-9


def _regressions(
    differences: Mapping[Metric, Difference], tolerances: Mapping[str, float]
) -> tuple[Regression, ...]:
    return tuple(
        Regression(metric, each.base, each.new, tolerances[metric.name])
        for metric, each in differences.items()
        if metric.name in tolerances
        and each.base is not None
        and _fell(each.base, each.new, tolerances[metric.name])
    )


def _of_documents(
    rows: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]], tolerances: Mapping[str, float]
) -> tuple[Regression, ...]:
    """What fell over the questions whose gold is in one document: a mean over all questions hides
    a figure that changed in one of them."""
    documents: dict[str, list[tuple[Mapping[str, Any], Mapping[str, Any]]]] = {}
    for before, after in rows:
        for file in dict.fromkeys(gold["file"] for gold in after["gold"]):
            documents.setdefault(file, []).append((before, after))
    found = []
    for document, pairs in sorted(documents.items()):
        for metric in METRICS:
            if metric.name in tolerances:
                base, new = (
                    statistics.ratio([_share(pair[side], metric.name) for pair in pairs])
                    for side in (0, 1)
                )
                allowed = tolerances[metric.name]
                if base is not None and _fell(base, new, allowed):
                    found.append(Regression(metric, base, new, allowed, document))
    return tuple(found)


def _fell(base: float, new: float | None, allowed: float) -> bool:
    """Whether a value fell by more than it may, or is none any more."""
    return new is None or base - new > allowed + _SLACK
