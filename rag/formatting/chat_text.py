"""An answer as one text for chat programs: [1] marks, and below it what they stand for.

Such programs render Markdown. In a document's text whatever could load or hide something (images,
links, HTML) is escaped, and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from index.errors import BadRequest
from rag.conversation.followups import Turn
from rag.formatting.render import (
    IN_SHORT,
    NOTE,
    READ_AS,
    parts,
    refusal_text,
)
from rag.pipeline.answers import Answer, InShort, Sentence
from rag.pipeline.citations import label_in

# Also a backslash that would otherwise escape ours (before a "<"). CommonMark 0.31, 2.4 and 6.
_ACTIVE = re.compile(r"(?<=!)\[|(?<=\])[(:\[]|<|`|~(?=~)|\\(?=[!-/:-@\[-`{-~])")
_SOURCES = {"nl": "Bronnen:", "en": "Sources:"}
_MOST_TURNS = 100  # turns of a conversation that are read; chat programs send all of it each time


@dataclass(frozen=True, slots=True)
class Mark:
    """A [1] in the text: code points `start` to `end`, and the number of the citation."""

    start: int
    end: int
    citation: int


@dataclass
class ChatText:
    """A text that grows sentence by sentence; each method returns what it added."""

    language: str
    text: str = ""
    marks: list[Mark] = field(default_factory=list)
    _head: str = ""

    def reading(self, question: str, read_as: str) -> str:
        """How a follow-up question was read, where not as it was asked."""
        if " ".join(question.split()) == read_as:
            return ""
        return self._add(f"*{READ_AS[self.language]} {_inert(read_as)}*\n\n")

    def sentence(self, sentence: Sentence) -> str:
        """A sentence with its marks."""
        began = len(self.text)
        # A list has a line for each document.
        space = "\n\n" if sentence.status == "metadata" else " "
        apart = "" if not self.text or self.text.endswith("\n") else space
        ((head, _),) = parts([sentence], self.language)
        if head != self._head:
            self._head = head
            apart = "\n\n" + (f"*{head}* " if head else "")
        self._add(apart + _inert(sentence.shown))
        self._mark(sentence.citations)
        return self.text[began:]

    def short(self, in_short: InShort) -> str:
        """What a model wrote above the answer; in a stream it comes when the sentences are out."""
        began = len(self.text)
        below = bool(self.text) and not self.text.endswith("\n")
        head = _inert(IN_SHORT[self.language].format(in_short.model))
        self._add(("\n\n" if below else "") + f"*{head}* {_inert(in_short.text)}")
        self._mark(in_short.citations)
        self._add("" if below else "\n\n")
        return self.text[began:]

    def end(self, answer: Answer) -> str:
        """What follows the sentences: the sources and notes, or the refusal."""
        began = len(self.text)
        blocks = []
        if answer.abstained:
            blocks.append(_inert(refusal_text(answer.reason, self.language)))
        elif answer.citations:
            blocks.append(_SOURCES[self.language])
            for number, citation in enumerate(answer.citations, start=1):
                quote = " ".join(citation.quote.split())
                label = label_in(self.language, citation.label)
                blocks.append(f"[{number}] {_inert(f'{label}: “{quote}”')}")
        blocks += [f"{NOTE[self.language]} {_inert(note)}" for note in answer.notes]
        apart = "\n\n" if blocks and self.text.strip() and not self.text.endswith("\n\n") else ""
        self._add(apart + "\n\n".join(blocks))
        return self.text[began:]

    def _mark(self, citations: Sequence[int]) -> None:
        for number in citations:
            self._add(" ")
            start = len(self.text)
            self._add(f"[{number + 1}]")
            self.marks.append(Mark(start, len(self.text), number))

    def _add(self, text: str) -> str:
        self.text += text
        return text


def turns(messages: Sequence[tuple[str, str]]) -> tuple[str, tuple[Turn, ...]]:
    """The question that (role, text) messages end with, and the turns before it.

    What is asked is what counts: answers that come back are not read, nor are messages of other
    roles than user and assistant, since they may not change how answers are made. Of a long
    conversation the last 100 turns count. Raises BadRequest where the last message (but for empty
    ones of the assistant, which chat programs leave where an answer failed or a tool was called) is
    not a question of the user.
    """
    talk = [
        (role, text)
        for role, text in messages
        if role == "user" or (role == "assistant" and text.strip())
    ]
    if not talk or talk[-1][0] != "user":
        raise BadRequest(
            "Het laatste bericht moet een vraag van de gebruiker zijn (role: user).",
            "The last message must be a question of the user (role: user).",
        )
    *past, question = [text for role, text in talk if role == "user"]
    return question, tuple(Turn(asked, None) for asked in past[-_MOST_TURNS:])


def _inert(text: str) -> str:
    return _ACTIVE.sub(lambda found: "\\" + found[0], text)
