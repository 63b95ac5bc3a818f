"""Conversations under an id: bounded in number, length and age."""

from __future__ import annotations

import threading

import pytest

from index.errors import NotFound
from rag.conversation.conversations import MAX_ANSWER_CHARACTERS, Conversations
from rag.conversation.followups import Turn


class Clock:
    """Seconds that a test sets."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_conversation_gives_its_turns_in_order_and_no_others():
    kept = Conversations()
    one, other = kept.start(), kept.start()
    turns = [Turn("Wat?", "Dit.", ("a",)), Turn("En?", None)]
    for turn in turns:
        kept.add(one, turn)
    assert kept.history(one) == tuple(turns)
    assert kept.history(other) == ()


def test_ids_are_long_and_different():
    kept = Conversations()
    ids = {kept.start() for _ in range(200)}
    assert len(ids) == 200
    assert min(map(len, ids)) >= 20


def test_an_unknown_or_removed_conversation_is_not_found_in_both_languages():
    kept = Conversations()
    gone = kept.start()
    kept.remove(gone)
    for does in (kept.history, kept.remove, lambda name: kept.add(name, Turn("Wat?", None))):
        for name in (gone, "", "nooit-uitgegeven"):
            with pytest.raises(NotFound) as caught:
                does(name)
            assert "conversation=new" in caught.value.nl
            assert "conversation=new" in caught.value.en
            assert gone not in caught.value.nl


def test_one_that_is_not_used_expires_and_use_keeps_it():
    clock = Clock()
    kept = Conversations(max_age_s=60, clock=clock)
    idle, used = kept.start(), kept.start()
    clock.now = 50
    assert kept.history(used) == ()
    clock.now = 70
    with pytest.raises(NotFound):
        kept.history(idle)
    kept.add(used, Turn("Wat?", None))
    clock.now = 131
    with pytest.raises(NotFound):
        kept.history(used)


def test_a_full_store_forgets_what_was_used_longest_ago():
    kept = Conversations(max_conversations=2)
    first, second = kept.start(), kept.start()
    kept.add(first, Turn("Wat?", None))
    third = kept.start()
    assert len(kept.history(first)) == 1
    assert kept.history(third) == ()
    with pytest.raises(NotFound):
        kept.history(second)


def test_a_long_conversation_and_a_long_answer_are_cut():
    kept = Conversations(max_turns=3)
    one = kept.start()
    for number in range(5):
        kept.add(one, Turn(f"Vraag {number}?", "x" * 10 * MAX_ANSWER_CHARACTERS, ("a",)))
    turns = kept.history(one)
    assert [turn.question for turn in turns] == ["Vraag 2?", "Vraag 3?", "Vraag 4?"]
    assert all(len(turn.answer or "") == MAX_ANSWER_CHARACTERS for turn in turns)
    assert turns[0].documents == ("a",)


def test_no_turn_is_lost_when_many_write_at_once():
    kept = Conversations(max_turns=1000)
    one = kept.start()

    def write() -> None:
        for _ in range(100):
            kept.add(one, Turn("Wat?", None))
            kept.start()

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(kept.history(one)) == 800
