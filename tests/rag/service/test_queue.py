"""The queue in front of the language model: bounded, first come first served, left cleanly."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from rag.service.errors import Busy, OutOfTime, Stopped
from rag.service.queue import Queue

LONG_S = 20.0  # a test that waits this long has failed


def go_on() -> None:
    """A waiter that stays."""


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + LONG_S
    while not holds():
        assert time.monotonic() < end, "did not happen"
        time.sleep(0.005)


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
    with queue.place(), queue.place(), queue.place():
        with pytest.raises(Busy) as caught, queue.place():
            pass
        assert caught.value.status == 503
        assert caught.value.code == "bezet"
        assert "3" in caught.value.nl
        assert "3" in caught.value.en
        assert "\n" not in caught.value.nl + caught.value.en
    with queue.place(), queue.place(), queue.place():
        pass


def test_a_place_is_given_back_by_who_fails():
    queue = Queue(1, 0)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), queue.place():
            raise ZeroDivisionError
    with queue.place():
        pass


def test_no_more_turns_at_a_time_than_slots():
    queue = Queue(2, 8)
    now, most = 0, 0
    lock = threading.Lock()

    def work() -> None:
        nonlocal now, most
        with queue.turn(go_on):
            with lock:
                now += 1
                most = max(most, now)
            time.sleep(0.01)
            with lock:
                now -= 1

    threads = [threading.Thread(target=work) for _ in range(10)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(LONG_S)
    assert most == 2
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


def test_who_need_not_wait_is_not_asked_whether_it_goes_on():
    queue = Queue(1, 0)

    def stop() -> None:
        raise Stopped("weg", "gone")

    with queue.turn(stop):
        assert (queue.running, queue.waiting) == (1, 0)


def test_a_turn_is_given_back_by_who_fails():
    queue = Queue(1, 0)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), queue.turn(go_on):
            raise ZeroDivisionError
    assert queue.running == 0


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
