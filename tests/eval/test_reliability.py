"""Reliability curves: every case in one bin, and an error that is known by hand."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.reliability import expected_error, read_reliability, reliability, reliability_json

CASES = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=40)


def test_a_curve_and_an_interval_known_by_hand():
    low, high = reliability([0.1, 0.15, 0.9, 1.0], [False, True, True, True])
    assert (low.low, low.high, low.n, low.true) == (0.1, 0.2, 2, 0.5)
    assert low.stated == pytest.approx(0.125)
    assert (high.low, high.n, high.stated, high.true) == (0.9, 2, 0.95, 1.0)
    assert expected_error((low, high)) == pytest.approx((0.375 + 0.05) / 2)
    [one] = reliability([0.5] * 10, [True] * 8 + [False] * 2)
    assert (one.true_low, one.true_high) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    [sure] = reliability([0.5] * 10, [True] * 10)
    assert sure.true_high == pytest.approx(1.0)
    assert sure.true_low == pytest.approx(0.7225, abs=1e-4)
    assert reliability([], []) == ()
    assert expected_error(()) is None


@given(CASES)
def test_every_case_is_in_the_bin_of_its_probability(cases):
    curve = reliability(*zip(*cases, strict=True))
    assert sum(each.n for each in curve) == len(cases)
    assert sum(each.n * each.true for each in curve) == pytest.approx(sum(t for _, t in cases))
    for each in curve:
        assert each.low - 1e-9 <= each.stated <= each.high + 1e-9
        assert 0 <= each.true_low <= each.true + 1e-9
        assert each.true - 1e-9 <= each.true_high <= 1
    error = expected_error(curve)
    assert error is not None
    assert 0 <= error <= 1


@given(CASES)
def test_a_curve_is_written_and_read_back(cases):
    curve = reliability(*zip(*cases, strict=True))
    assert read_reliability(json.loads(json.dumps(reliability_json(curve)))) == curve
