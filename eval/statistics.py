"""Intervals and tests over questions. Seeded: the same scores give the same numbers.

Every metric is a ratio of sums over questions, Σ numerator / Σ denominator, so that means, F1
scores, precision and rates are resampled alike. A mean has denominator 1 for each question that
it is about; a question that a metric says nothing about is (0, 0).
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

SEED = 20_240_101
BOOTSTRAPS = 2_000
PERMUTATIONS = 9_999
CONFIDENCE = 0.95
_BATCH = 500

Rows = NDArray[np.intp]
Values = NDArray[np.float64]
Share = tuple[float, float]
"""(numerator, denominator): what one question adds to a metric."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A metric's value with its 95 % interval; all None where no question has it.

    `n` counts the questions that the value rests on (those with a denominator).
    """

    value: float | None
    low: float | None
    high: float | None
    n: int


@dataclass(frozen=True, slots=True)
class Difference:
    """NEW minus BASE with its 95 % interval, and the two-sided p of a paired permutation test."""

    base: float | None
    new: float | None
    value: float | None
    low: float | None
    high: float | None
    p: float | None


def ratio(shares: Sequence[Share]) -> float | None:
    """Σ numerator / Σ denominator, or None where the denominators add up to nothing."""
    below = sum(share[1] for share in shares)
    return sum(share[0] for share in shares) / below if below else None


def estimate(shares: Sequence[Share]) -> Estimate:
    """A metric with its percentile bootstrap interval over questions (Efron 1979).

    Resamples in which the metric has no value (nothing was refused, say) are left out. With every
    question right the interval is a point: by the rule of three, think of 3/n below it.
    """
    n = sum(1 for share in shares if share[1])
    value = ratio(shares)
    if value is None:
        return Estimate(None, None, None, n)
    table = np.asarray(shares, dtype=float)
    low, high = _interval(len(table), lambda rows, axis: _ratios(table[rows], axis))
    return Estimate(value, low, high, n)


def median(values: Sequence[float]) -> Estimate:
    """The median with its percentile bootstrap interval; all None without a value."""
    if not values:
        return Estimate(None, None, None, 0)
    table = np.asarray(values, dtype=float)

    def medians(rows: Rows, axis: int) -> Values:
        return np.asarray(np.median(table[rows], axis=axis), dtype=np.float64)

    return Estimate(float(np.median(table)), *_interval(len(table), medians), len(table))


def compare(base: Sequence[Share], new: Sequence[Share]) -> Difference:
    """Two runs on the same questions, in the same order.

    The interval is a percentile bootstrap over questions of the difference, both runs resampled
    together. p comes from the paired permutation (randomisation) test: swap the two runs' scores
    per question at random and see how often the difference is at least as large (Smucker, Allan
    and Carterette 2007); exact where the swaps can all be listed.
    """
    values = ratio(base), ratio(new)
    if values[0] is None or values[1] is None:
        return Difference(*values, None, None, None, None)
    # One table for both runs: row i is question i of BASE, row i + n is question i of NEW.
    table = np.asarray([*base, *new], dtype=float)
    n = len(base)

    def difference(new_rows: Rows, base_rows: Rows, axis: int) -> Values:
        return _ratios(table[new_rows], axis) - _ratios(table[base_rows], axis)

    low, high = _interval(n, lambda rows, axis: difference(rows + n, rows, axis))
    if list(base) == list(new):
        return Difference(*values, 0.0, low, high, 1.0)
    test = stats.permutation_test(
        (np.arange(n) + n, np.arange(n)),
        difference,
        permutation_type="samples",
        vectorized=True,
        n_resamples=PERMUTATIONS,
        batch=_BATCH,
        rng=np.random.default_rng(SEED),
    )
    return Difference(*values, values[1] - values[0], low, high, float(test.pvalue))


def _interval(n: int, statistic: Any) -> tuple[float | None, float | None]:
    if n < 2:
        return None, None
    with warnings.catch_warnings():
        # It warns of resamples without a value, which are left out below.
        warnings.simplefilter("ignore", stats.DegenerateDataWarning)
        resampled = stats.bootstrap(
            (np.arange(n),),
            statistic,
            vectorized=True,
            n_resamples=BOOTSTRAPS,
            batch=_BATCH,
            method="percentile",
            rng=np.random.default_rng(SEED),
        ).bootstrap_distribution
    defined = resampled[~np.isnan(resampled)]
    if not len(defined):
        return None, None
    tail = 50 * (1 - CONFIDENCE)
    low, high = np.percentile(defined, [tail, 100 - tail])
    return float(low), float(high)


def _ratios(shares: Values, axis: int) -> Values:
    """Ratios over `axis` of an array whose last axis is (numerator, denominator)."""
    # `axis` counts without the last one, which the look-up of rows added.
    sums: Values = np.sum(shares, axis=axis if axis >= 0 else axis - 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.divide(sums[..., 0], sums[..., 1], dtype=np.float64)
