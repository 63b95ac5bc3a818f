"""Rate limit: one token bucket for each caller."""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from rag.service.errors import TooOften

_CALLERS = 4096  # callers remembered; the one not seen for longest is forgotten first
_LEAST_BURST = 10
_ROUNDING = 1e-9  # slack, so that a caller who waits exactly `Retry-After` is admitted


class RateLimiter:
    """`per_minute` requests a minute a caller; 0 is unlimited. Safe to use from any thread.

    A quarter of a minute's requests may come at once (at least 10, never more than `per_minute`).
    A bucket that is full again is dropped: it equals that of a new caller.
    """

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._burst = min(per_minute, max(_LEAST_BURST, per_minute // 4))
        self._per_second = per_minute / 60
        self._clock = clock
        self._lock = threading.Lock()
        # caller -> (tokens, when that was so), in the order in which they last came
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, caller: str) -> None:
        """Count one request of `caller` (the id of a key, or an address).

        Raises TooOften with the seconds until the next request is allowed.
        """
        if not self._burst:
            return
        with self._lock:
            now = self._clock()
            tokens = self._tokens(caller, now)
            allowed = tokens >= 1 - _ROUNDING
            self._buckets[caller] = (tokens - 1 if allowed else tokens, now)
            self._buckets.move_to_end(caller)
            self._forget(now)
        if not allowed:
            wait = max(1, math.ceil((1 - tokens) / self._per_second - _ROUNDING))
            raise TooOften(
                f"Te veel verzoeken achter elkaar: probeer het over {wait} s.",
                f"Too many requests in a row: try again in {wait} s.",
                wait,
            )

    def _tokens(self, caller: str, now: float) -> float:
        if caller not in self._buckets:
            return self._burst
        tokens, at = self._buckets[caller]
        return min(self._burst, tokens + (now - at) * self._per_second)

    def _forget(self, now: float) -> None:
        oldest = next(iter(self._buckets))
        while len(self._buckets) > _CALLERS or self._tokens(oldest, now) >= self._burst:
            del self._buckets[oldest]
            oldest = next(iter(self._buckets))
