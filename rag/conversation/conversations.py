"""Conversations under an id: in memory, bounded in number, length and age."""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from index.errors import NotFound
from rag.conversation.followups import Turn

MAX_CONVERSATIONS = 1000
MAX_TURNS = 20  # turns of a conversation; older ones are forgotten
MAX_ANSWER_CHARACTERS = 2000  # of an earlier answer
MAX_AGE_S = 3600.0  # since it was last used
_ID_BYTES = 16  # 128 bits: cannot be guessed


class Conversations:
    """A store of conversations; safe to use from any thread.

    When it is full the least recently used one makes room; one not used for `max_age_s` seconds
    expires. `clock` returns monotonic seconds.
    """

    def __init__(
        self,
        *,
        max_conversations: int = MAX_CONVERSATIONS,
        max_turns: int = MAX_TURNS,
        max_age_s: float = MAX_AGE_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._max_conversations, self._max_turns = max_conversations, max_turns
        self._max_age_s, self._clock = max_age_s, clock
        self._lock = threading.Lock()
        # In order of last use, so expired ones come first.
        self._kept: OrderedDict[str, tuple[float, tuple[Turn, ...]]] = OrderedDict()

    def start(self) -> str:
        """The id of a new, empty conversation."""
        conversation = secrets.token_urlsafe(_ID_BYTES)
        with self._lock:
            self._forget()
            while len(self._kept) >= self._max_conversations:
                self._kept.popitem(last=False)
            self._keep(conversation, ())
        return conversation

    def history(self, conversation: str) -> tuple[Turn, ...]:
        """The turns, oldest first. Raises NotFound for an id that is unknown or expired."""
        with self._lock:
            turns = self._turns(conversation)
            self._keep(conversation, turns)
            return turns

    def add(self, conversation: str, turn: Turn) -> None:
        """Add a turn. Raises NotFound for an id that is unknown or expired."""
        answer = turn.answer and turn.answer[:MAX_ANSWER_CHARACTERS]
        with self._lock:
            turns = (*self._turns(conversation), Turn(turn.question, answer, turn.documents))
            self._keep(conversation, turns[-self._max_turns :])

    def remove(self, conversation: str) -> None:
        """Forget a conversation. Raises NotFound for an id that is unknown or expired."""
        with self._lock:
            self._turns(conversation)
            del self._kept[conversation]

    def _keep(self, conversation: str, turns: tuple[Turn, ...]) -> None:
        self._kept[conversation] = (self._clock(), turns)
        self._kept.move_to_end(conversation)

    def _turns(self, conversation: str) -> tuple[Turn, ...]:
        self._forget()
        if conversation not in self._kept:
            # The id is a key to the conversation: it is not repeated in a message.
            raise NotFound(
                "Dit gesprek is er niet (meer): begin een nieuw met conversation=new.",
                "This conversation is not there (any more): start one with conversation=new.",
            )
        return self._kept[conversation][1]

    def _forget(self) -> None:
        oldest = self._clock() - self._max_age_s
        while self._kept and next(iter(self._kept.values()))[0] < oldest:
            self._kept.popitem(last=False)
