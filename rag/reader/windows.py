"""Question and passage -> windows of tokens that the network reads.

A window is `<s> query: question </s></s> vraag: member's question </s> sentences </s>`, with as many
whole sentences as fit. A longer passage is read in several windows, each beginning with the last
sentence of the one before; a sentence longer than a window is read in pieces. Nothing is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

WINDOW_TOKENS = 200  # tokens of sentences
QUESTION_TOKENS = 128
ASKED_TOKENS = 80  # tokens of the member's question: context only, so a longer one is cut


@dataclass(frozen=True, slots=True)
class Window:
    """Token `ids` and, for each, the number of its sentence in the passage (-1: of none)."""

    ids: tuple[int, ...]
    sentence_of: tuple[int, ...]

    def sentences(self) -> frozenset[int]:
        """The numbers of the sentences of which this window holds a piece."""
        return frozenset(self.sentence_of) - {-1}


_BEHIND = " | "


def after(previous: str, question: str) -> str:
    """A follow-up together with the question before it, as one question to read."""
    return f"{previous.strip().rstrip(' ?.!')}{_BEHIND}{question}"


def without_previous(question: str) -> str:
    """The follow-up in what `after` made."""
    return question.rpartition(_BEHIND)[2]


class WindowMaker:
    """Makes windows with a tokenizer of `tokenizers`; keeps no state."""

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        self._begin, self._end = (tokenizer.token_to_id(mark) for mark in ("<s>", "</s>"))

    def windows(self, question: str, asked: str, sentences: Sequence[str]) -> list[Window]:
        """All windows of a passage, in its order; at least one, also where it has no sentence."""
        return self.windows_of(self.head(question, asked), self.tokens(sentences))

    def windows_of(self, head: Sequence[int], tokens: Sequence[Sequence[int]]) -> list[Window]:
        """All windows, from the tokens that `head` and `tokens` returned."""
        return [
            Window((*head, *ids, self._end), (*[-1] * len(head), *numbers, -1))
            for ids, numbers in cut(tokens, WINDOW_TOKENS)
        ]

    def head(self, question: str, asked: str) -> list[int]:
        """The tokens before the sentences.

        The question is read in lower case and without its question mark.
        """
        plain = question.lower().strip().rstrip(" ?.!")
        query, context = self._encode([f"query: {plain}", f"vraag: {asked}" if asked else ""])
        return [
            self._begin,
            *query[:QUESTION_TOKENS],
            self._end,
            self._end,
            *context[:ASKED_TOKENS],
            self._end,
        ]

    def tokens(self, sentences: Sequence[str]) -> list[list[int]]:
        """The tokens of each sentence."""
        return self._encode(list(sentences))

    def _encode(self, texts: list[str]) -> list[list[int]]:
        encoded = self._tokenizer.encode_batch(texts, add_special_tokens=False)
        return [list(each.ids) for each in encoded]


def cut(tokens: Sequence[Sequence[int]], most: int) -> Iterator[tuple[list[int], list[int]]]:
    """(ids, sentence numbers) of windows of at most `most` tokens that hold all `tokens`.

    A next window begins with the last sentence of the one before, if that is short enough to leave
    room for another: what a sentence means often stands in the sentence before it.
    """
    ids: list[int] = []
    numbers: list[int] = []
    for number, sentence in enumerate(tokens):
        if ids and len(ids) + len(sentence) > most:
            yield ids, numbers
            last = [at for at, n in enumerate(numbers) if n == numbers[-1]]
            keep = last if len(last) + len(sentence) <= most else []
            ids, numbers = [ids[at] for at in keep], [numbers[at] for at in keep]
        rest = list(sentence)
        while len(ids) + len(rest) > most:
            room = most - len(ids)
            yield [*ids, *rest[:room]], [*numbers, *[number] * room]
            ids, numbers, rest = [], [], rest[room:]
        ids += rest
        numbers += [number] * len(rest)
    if ids or not any(tokens):
        yield ids, numbers


def load_tokenizer(folder: Path) -> Any:
    """The tokenizer of the model in `folder`; it neither cuts nor pads."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer
