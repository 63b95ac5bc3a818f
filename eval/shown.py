"""Whether the sentences that people are shown answer the question, as the reader holds.

The reader is the one that chose the sentences, so it is no judge of its own choice: it tells of
what came into an answer by another way, or beside something better.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from eval.gold import squeeze
from eval.metrics import AnswerJson, Corpus
from index.documents import Passage
from index.sentences import split_sentences

if TYPE_CHECKING:
    from rag.reader.reader import Reader

Held = Sequence[bool | None]
"""For each shown sentence whether the reader holds it to answer; None where it was not asked."""

Hold = Callable[[AnswerJson], Held]


def held_by(reader: Reader, corpus: Corpus) -> Hold:
    """Ask `reader` of every shown sentence whether it answers the question as it was read.

    It reads the cited passage whole, as the program does, and holds a sentence whose score is above
    one half. A sentence that no cited passage has word for word (a model wrote it) is not asked.
    """
    from rag.pipeline.reading import asked_text
    from rag.reader.reader import Text

    def hold(answer: AnswerJson) -> Held:
        if answer["abstained"]:
            return []
        passages = {
            at: passage
            for at, citation in enumerate(answer["citations"])
            if (passage := corpus.cited(citation)) is not None
        }
        texts = {at: _sentences(passage) for at, passage in passages.items()}
        read = reader.read(
            answer["read_as"],
            [Text(tuple(texts[at]), asked_text(passage)) for at, passage in passages.items()],
        )
        logits = {at: each.sentences for at, each in zip(passages, read, strict=True)}
        found: list[bool | None] = []
        for sentence in answer["sentences"]:
            scores = [
                logit
                for at in sentence["citations"]
                if at in texts
                for text, logit in zip(texts[at], logits[at], strict=True)
                if _same(sentence["text"], text)
            ]
            found.append(max(scores) > 0 if scores else None)
        return found

    return hold


def _sentences(passage: Passage) -> list[str]:
    text = passage.reading_text()
    return [text[span.start : span.end] for span in split_sentences(text)]


def _same(shown: str, text: str) -> bool:
    """Whether one holds the other, by letters and digits: what is shown may be cut or joined."""
    one, other = squeeze(shown)[0], squeeze(text)[0]
    return bool(one and other) and (one in other or other in one)
