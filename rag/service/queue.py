"""A bounded queue in front of the language model: first come, first served.

A question needs a *place*; without one it is refused at once as busy. A question with a *turn* may
use the model; the others with a place wait in line for their turn.
"""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rag.service.errors import Busy

_LOOK_S = 0.2  # seconds between two calls of `stop` while waiting
_FIRST_GUESS_S = 10.0  # seconds that a turn is assumed to take until one has ended
_WEIGHT = 0.2  # weight of the last turn in the moving average
_LEAST_S, _MOST_S = 1, 120  # seconds; bounds of `retry_after_s`


class Queue:
    """`slots` turns at a time and `waiting` places beyond them; safe to use from any thread."""

    def __init__(self, slots: int, waiting: int) -> None:
        self._slots = slots
        self._places = slots + waiting
        self._lock = threading.Lock()
        self._taken = 0
        self._running = 0
        self._line: deque[threading.Event] = deque()
        self._turn_s = _FIRST_GUESS_S

    @property
    def running(self) -> int:
        """How many turns are running."""
        return self._running

    @property
    def waiting(self) -> int:
        """How many wait in line for a turn."""
        return len(self._line)

    @contextmanager
    def place(self) -> Iterator[None]:
        """Take a place, without waiting. Raises Busy if all are taken.

        `retry_after_s` of Busy is the moving average of a turn's duration, times the places taken,
        over the slots: the time at which the last one in line will be done.
        """
        with self._lock:
            if self._taken >= self._places:
                raise self._busy()
            self._taken += 1
        try:
            yield
        finally:
            with self._lock:
                self._taken -= 1

    @contextmanager
    def turn(self, stop: Callable[[], None]) -> Iterator[float]:
        """Wait for a turn with the model, inside a place; yields the seconds waited.

        `stop` is called several times a second while waiting, never with the lock held; if it
        raises, the wait ends and those behind move up.
        """
        asked = time.monotonic()
        began: float | None = None
        called = threading.Event()
        with self._lock:
            self._line.append(called)
            self._call_next()
        try:
            while not called.wait(_LOOK_S):
                stop()
            began = time.monotonic()
            yield began - asked
        finally:
            with self._lock:
                if began is not None:
                    self._turn_s += _WEIGHT * (time.monotonic() - began - self._turn_s)
                # A waiter may give up at the moment it gets its turn.
                if called.is_set():
                    self._running -= 1
                    self._call_next()
                else:
                    self._line.remove(called)

    def _call_next(self) -> None:
        while self._line and self._running < self._slots:
            self._running += 1
            self._line.popleft().set()

    def _busy(self) -> Busy:
        wait = math.ceil(self._turn_s * self._taken / self._slots)
        wait = min(max(wait, _LEAST_S), _MOST_S)
        return Busy(
            f"Er worden al {self._taken} vragen beantwoord of wachten: probeer het over {wait} s.",
            f"{self._taken} questions are being answered or wait: try again in {wait} s.",
            wait,
        )
