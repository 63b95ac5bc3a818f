"""Intervals and tests: against worked examples, and the same every time."""

from __future__ import annotations

from math import comb

import pytest

from eval.statistics import compare, estimate, ratio


def mean(values: list[float]) -> list[tuple[float, float]]:
    return [(value, 1.0) for value in values]


def test_a_metric_is_the_ratio_of_its_sums_over_the_questions_that_have_it():
    assert ratio([(1, 2), (2, 2), (0, 0)]) == 0.75
    assert ratio([(0, 0)]) is None
    found = estimate([*mean([1.0, 0.0]), (0.0, 0.0)])
    assert (found.value, found.n) == (0.5, 2)
    assert estimate([(0.0, 0.0)] * 3).value is None
    assert compare([(0.0, 0.0)] * 3, mean([1.0] * 3)).p is None


def test_an_interval_holds_the_value_and_matches_the_binomial():
    found = estimate(mean([1.0] * 80 + [0.0] * 20))
    assert found.value == 0.8
    # The normal approximation gives 0.8 ± 1.96 * sqrt(0.8 * 0.2 / 100) = 0.722 ... 0.878.
    assert found.low == pytest.approx(0.722, abs=0.015)
    assert found.high == pytest.approx(0.878, abs=0.015)


def test_the_permutation_test_is_exact_for_few_questions():
    # Five questions that all fell: of 2**5 swaps only none and all are as extreme.
    assert compare(mean([1.0] * 5), mean([0.0] * 5)).p == pytest.approx(2 / 2**5)
    # Three fell and one rose: at least as extreme are |balance| >= 2 of 4 fair coins.
    base, new = mean([1.0, 1.0, 1.0, 0.0]), mean([0.0, 0.0, 0.0, 1.0])
    tails = 2 * (comb(4, 0) + comb(4, 1)) / 2**4
    assert compare(base, new).p == pytest.approx(tails)


def test_equal_runs_do_not_differ_and_clear_differences_are_found():
    shares = mean([1.0, 0.0, 0.5])
    found = compare(shares, shares)
    assert (found.value, found.low, found.high, found.p) == (0.0, 0.0, 0.0, 1.0)
    base = mean([1.0] * 90 + [0.0] * 10)
    worse = compare(base, mean([1.0] * 60 + [0.0] * 40))
    assert worse.value == pytest.approx(-0.3)
    assert worse.p is not None
    assert worse.p < 0.001
    assert worse.high is not None
    assert worse.high < 0
    chance = compare(base, mean([0.0] + [1.0] * 89 + [1.0] + [0.0] * 9))
    assert chance.p == pytest.approx(1.0)


def test_the_same_scores_give_the_same_numbers():
    base, new = mean([1.0, 0.2, 0.4] * 10), mean([0.5, 0.3, 0.1] * 10)
    assert compare(base, new) == compare(base, new)
    assert estimate(base) == estimate(base)
