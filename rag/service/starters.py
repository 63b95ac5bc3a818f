"""Questions to begin with, out of the index itself: each stands alone and has an answer there."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.analyzer import words
from index.documents import DocumentInfo, Number, Passage
from index.index import Index
from index.search import search

MOST = 4
_MOST_DOCUMENTS = 60  # that are looked into, the newest first
_MOST_SEARCHES = 16
_LENGTHS = range(40, 141)  # characters of a question
_LEAST_ANSWER = 200  # characters: there is something to tell
_LEAST_LETTERS = 5  # of a word that tells what a document is about
_COMMON = 0.1  # of the titles hold a word that tells nothing


@dataclass(frozen=True, slots=True)
class Starter:
    """A question of a document, as it is written there."""

    text: str
    document: DocumentInfo
    number: Number


class Starters:
    """The questions of an index to begin with, found once for every state of it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: tuple[int, tuple[Starter, ...]] = (-1, ())

    def of(self, index: Index) -> tuple[Starter, ...]:
        """At most `MOST` of them, of as many documents."""
        with self._lock:
            with index.store.reading():
                generation = index.store.generation()
            if generation != self._found[0]:
                self._found = generation, _found(index)
            return self._found[1]


def _found(index: Index) -> tuple[Starter, ...]:
    """Questions whose own passage is what a search for them finds first."""
    starters: list[Starter] = []
    for searches, (number, starter) in enumerate(_candidates(index)):
        if len(starters) == MOST or searches == _MOST_SEARCHES:
            break
        hits = search(index, starter.text, 1).hits
        if hits and hits[0].passage_id == number:
            starters.append(starter)
    return tuple(starters)


def _candidates(index: Index) -> Iterator[tuple[int, Starter]]:
    """The first question of each document that names what the document is about."""
    every = index.documents()
    common = _common_words(every)
    answers = [each for each in every if each.kind == "answers"]
    newest = sorted(answers, key=lambda each: each.metadata.date or "", reverse=True)
    for document in newest[:_MOST_DOCUMENTS]:
        about = _title_words(document) - common
        for number, passage in index.passages(document.id).items():
            text = _alone(passage)
            if text and about & set(words(text)):
                yield number, Starter(text, document, passage.numbers[0])
                break


def _alone(passage: Passage) -> str | None:
    """The one short question that a passage answers at some length, on a line."""
    if len(passage.questions) != 1 or len(passage.reading_text()) < _LEAST_ANSWER:
        return None
    text = " ".join(passage.questions[0].text.split())
    one = text.endswith("?") and text.count("?") == 1 and ". " not in text
    return text if one and len(text) in _LENGTHS else None


def _title_words(document: DocumentInfo) -> set[str]:
    title = document.metadata.title or ""
    return {word for word in words(title) if len(word) >= _LEAST_LETTERS}


def _common_words(documents: Sequence[DocumentInfo]) -> set[str]:
    """Words of so many titles that they tell nothing about one."""
    counts = Counter(word for each in documents for word in _title_words(each))
    most = max(1, _COMMON * len(documents))
    return {word for word, count in counts.items() if count > most}
