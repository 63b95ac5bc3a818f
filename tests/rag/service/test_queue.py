"""The queue in front of the language model: bounded, first come first served, left cleanly."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from service_parts import LONG_S, until

from rag.service.errors import Busy, OutOfTime, Stopped
from rag.service.queue import Queue


def go_on() -> None:
    """A waiter that stays."""


class Asker(threading.Thread):
    """Takes a turn and keeps it until `finish`; `got` is set once it has it."""

    def __init__(self, queue: Queue, stop: Callable[[], None] = go_on) -> None:
        super().__init__(daemon=True)
        self.queue, self.stop = queue, stop
        self.got, self.finish = threading.Event(), threading.Event()
        self.raised: Exception | None = None
        self.waited_s = -1.0
        before = queue.waiting + queue.running
        self.start()
        until(lambda: queue.waiting + queue.running > before or not self.is_alive())

    def run(self) -> None:
        try:
            with self.queue.turn(self.stop) as self.waited_s:
                self.got.set()
                self.finish.wait(LONG_S)
        except (Stopped, OutOfTime) as error:
            self.raised = error

    def end(self) -> None:
        self.finish.set()
        self.join(LONG_S)
        assert not self.is_alive()


@contextmanager
def leaver(queue: Queue, error: Exception) -> Iterator[tuple[Asker, threading.Event]]:
    """An asker that leaves the line once the event is set."""
    leave = threading.Event()

    def stop() -> None:
        if leave.is_set():
            raise error

    yield Asker(queue, stop), leave


def test_there_are_as_many_places_as_slots_and_waiting_together():
    queue = Queue(2, 1)
    for _ in range(2):  # all are given back
        with pytest.raises(Busy) as caught:
            take(queue, 4)
        take(queue, 3)
    assert (caught.value.status, caught.value.code) == (503, "bezet")
    for message in (caught.value.nl, caught.value.en):
        assert "3" in message
        assert "\n" not in message


def test_who_fails_gives_back_its_place_and_turn():
    queue = Queue(1, 0)

    def stop() -> None:
        pytest.fail("who need not wait is not asked whether it goes on")

    for _ in range(3):
        with pytest.raises(ZeroDivisionError), queue.place(), queue.turn(stop):
            raise ZeroDivisionError
    assert (queue.running, queue.waiting) == (0, 0)
    take(queue, 1)


def test_no_more_turns_at_a_time_than_slots_and_no_fewer():
    queue = Queue(2, 8)
    free, two = threading.Semaphore(2), threading.Barrier(2)

    def work(_: int) -> None:
        with queue.turn(go_on):
            assert free.acquire(blocking=False)
            two.wait(LONG_S)
            free.release()

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(work, range(10)))
    assert (queue.running, queue.waiting) == (0, 0)


def test_turns_come_in_the_order_of_asking():
    queue = Queue(1, 5)
    askers = [Asker(queue) for _ in range(5)]
    assert (queue.running, queue.waiting) == (1, 4)
    for number, each in enumerate(askers):
        assert each.got.wait(LONG_S)
        assert not any(later.got.is_set() for later in askers[number + 1 :])
        each.end()
    assert (queue.running, queue.waiting) == (0, 0)


@pytest.mark.parametrize("kind", [Stopped, OutOfTime])
def test_a_waiter_that_leaves_gives_its_place_in_line_to_those_behind(kind):
    queue = Queue(1, 3)
    first = Asker(queue)
    with leaver(queue, kind("weg", "gone")) as (middle, leave):
        last = Asker(queue)
        leave.set()
        middle.join(LONG_S)
        assert isinstance(middle.raised, kind)
        assert not middle.got.is_set()
        assert (queue.running, queue.waiting) == (1, 1)
        first.end()
        assert last.got.wait(LONG_S)
        last.end()
    assert (queue.running, queue.waiting) == (0, 0)


def test_a_waiter_that_leaves_as_it_is_called_gives_the_turn_on():
    queue = Queue(1, 3)
    first = Asker(queue)

    def stop() -> None:
        # The turn comes free while the waiter decides to leave.
        first.end()
        raise Stopped("weg", "gone")

    with pytest.raises(Stopped), queue.turn(stop):
        pytest.fail("left, and still had a turn")
    assert (queue.running, queue.waiting) == (0, 0)
    after = Asker(queue)
    assert after.got.wait(LONG_S)
    after.end()


def test_stop_is_asked_again_and_again_while_waiting_and_may_look_at_the_queue():
    queue = Queue(1, 1)
    first = Asker(queue)
    asked: list[tuple[int, int]] = []

    def stop() -> None:
        asked.append((queue.running, queue.waiting))
        if len(asked) == 3:
            first.finish.set()

    with queue.turn(stop) as waited_s:
        assert waited_s > 0
    assert asked[:3] == [(1, 1)] * 3
    first.end()


def advice(queue: Queue, places: int) -> int:
    with pytest.raises(Busy) as caught:
        take(queue, places + 1)
    return caught.value.retry_after_s


def take(queue: Queue, places: int) -> None:
    if places:
        with queue.place():
            take(queue, places - 1)


def test_the_advice_follows_how_long_turns_take_within_bounds(monkeypatch):
    now = 0.0
    monkeypatch.setattr("rag.service.queue.time.monotonic", lambda: now)
    queue = Queue(2, 4)

    def turns(seconds: float, number: int) -> None:
        nonlocal now
        for _ in range(number):
            with queue.turn(go_on):
                now += seconds

    assert advice(queue, 6) == 30  # no turn yet: 10 s each, 6 places, 2 slots
    turns(20.0, 1)
    assert advice(queue, 6) == 36  # 10 + 0.2 * (20 - 10)
    turns(4.0, 60)
    assert advice(queue, 6) == 13  # 3 * 4 s, and the little that is left of what was before
    turns(0.001, 100)
    assert advice(queue, 6) == 1
    turns(1000.0, 5)
    assert advice(queue, 6) == 120
