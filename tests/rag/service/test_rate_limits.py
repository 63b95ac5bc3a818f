"""The rate limit: a burst, then as fast as was agreed, each caller apart."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.service import limits
from rag.service.errors import TooOften
from rag.service.limits import RateLimiter


class Clock:
    """Seconds that a test sets."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def allowed(limiter: RateLimiter, caller: str, tries: int) -> int:
    """How many of `tries` requests at once get through."""
    through = 0
    for _ in range(tries):
        try:
            limiter.take(caller)
        except TooOften:
            continue
        through += 1
    return through


@pytest.mark.parametrize(("per_minute", "burst"), [(1, 1), (8, 8), (40, 10), (300, 75), (0, 400)])
def test_a_quarter_of_a_minute_may_come_at_once_of_each_and_zero_is_unlimited(per_minute, burst):
    limiter = RateLimiter(per_minute, Clock())
    for caller in ("a", "b"):
        assert allowed(limiter, caller, 400) == burst


@pytest.mark.parametrize(("per_minute", "wait"), [(1, 60), (7, 9), (300, 1)])
def test_the_refusal_says_when_the_next_is_let_in(per_minute, wait):
    clock = Clock()
    limiter = RateLimiter(per_minute, clock)
    allowed(limiter, "a", 100)
    with pytest.raises(TooOften, match=f" {wait} s") as caught:
        limiter.take("a")
    assert caught.value.retry_after_s == wait
    assert (caught.value.status, caught.value.code) == (429, "te-vaak")
    assert f"{wait} s" in caught.value.en
    clock.now += wait
    limiter.take("a")


def test_a_refused_request_costs_nothing():
    clock = Clock()
    limiter = RateLimiter(60, clock)
    allowed(limiter, "a", 15)
    for _ in range(100):
        clock.now += 0.009
        assert allowed(limiter, "a", 1) == 0
    clock.now += 0.11
    assert allowed(limiter, "a", 2) == 1


@settings(deadline=None)
@given(st.integers(1, 2000), st.lists(st.floats(0, 5), min_size=1, max_size=200))
def test_never_more_than_the_burst_and_the_rate_together(per_minute, pauses):
    clock = Clock()
    limiter = RateLimiter(per_minute, clock)
    burst = allowed(limiter, "other", 3000)
    through = 0
    for pause in pauses:
        clock.now += pause
        through += allowed(limiter, "a", 3)
    assert through <= burst + sum(pauses) * per_minute / 60 + 1e-6


def test_a_caller_that_was_away_long_enough_is_forgotten():
    clock = Clock()
    limiter = RateLimiter(60, clock)
    for number in range(100):
        limiter.take(f"caller {number}")
    assert len(limiter._buckets) == 100
    clock.now += 16
    limiter.take("new")
    assert len(limiter._buckets) == 1


def test_memory_is_bounded_and_who_keeps_coming_is_not_forgotten_for_newcomers():
    limiter = RateLimiter(60, Clock())
    assert allowed(limiter, "a", 100) == 15
    for number in range(limits._CALLERS * 2):
        limiter.take(f"caller {number}")
        if number % 1000 == 0:
            assert allowed(limiter, "a", 1) == 0
    assert len(limiter._buckets) == limits._CALLERS
    assert allowed(limiter, f"caller {limits._CALLERS * 2 - 1}", 100) == 14


def test_threads_share_one_bucket():
    limiter = RateLimiter(2000, Clock())
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(lambda _: allowed(limiter, "a", 200), range(8))) == 500
