"""How far a stated probability can be believed: a reliability curve over bins of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from math import sqrt
from typing import Any

BINS = 10
_Z = 1.96  # of a 95 % interval


@dataclass(frozen=True, slots=True)
class Bin:
    """The `n` cases whose probability lies from `low` up to `high`.

    `stated` is the mean of what was said, `true` the share that came true, with its 95 % interval
    `true_low`..`true_high`.
    """

    low: float
    high: float
    n: int
    stated: float
    true: float
    true_low: float
    true_high: float


def reliability(stated: Sequence[float], true: Sequence[bool], bins: int = BINS) -> tuple[Bin, ...]:
    """The bins of equal width over 0..1 that hold a case, in order; 1 belongs to the last one."""
    held: dict[int, list[tuple[float, bool]]] = {}
    for chance, came in zip(stated, true, strict=True):
        held.setdefault(min(int(chance * bins), bins - 1), []).append((chance, bool(came)))
    return tuple(_bin(at / bins, (at + 1) / bins, held[at]) for at in sorted(held))


def expected_error(curve: Sequence[Bin]) -> float | None:
    """Expected calibration error: the mean distance of `stated` and `true`, weighed by cases
    (Guo et al. 2017, "On Calibration of Modern Neural Networks"); None without a case."""
    n = sum(each.n for each in curve)
    return sum(each.n * abs(each.stated - each.true) for each in curve) / n if n else None


def reliability_json(curve: Sequence[Bin]) -> dict[str, Any]:
    """The curve as files hold it; `read_reliability` reads it back."""
    return {"error": expected_error(curve), "bins": [asdict(each) for each in curve]}


def read_reliability(written: Mapping[str, Any]) -> tuple[Bin, ...]:
    """The curve that `reliability_json` wrote."""
    return tuple(Bin(**each) for each in written["bins"])


def _bin(low: float, high: float, cases: Sequence[tuple[float, bool]]) -> Bin:
    n = len(cases)
    true = sum(came for _, came in cases) / n
    # Wilson (1927): of use for few cases too, where all or none came true.
    middle = (true + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    half = _Z * sqrt(true * (1 - true) / n + _Z**2 / (4 * n**2)) / (1 + _Z**2 / n)
    stated = sum(chance for chance, _ in cases) / n
    return Bin(low, high, n, stated, true, max(middle - half, 0.0), min(middle + half, 1.0))
