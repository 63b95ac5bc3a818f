"""What a hit of any system is worth: a definition on text, the same for pieces of every size.

A gold passage is where a gold set's answer or quote stands in the text of the document as this
project reads it (of numbered answers the whole answer, without its question). A hit stands where
its text is found there, compared by letters and digits; a system that knows the place says it.

**A hit is gold where it shares at least half of the shorter of the two with a gold passage of its
file**: a piece out of a long answer counts, and so does a large piece that holds a short answer,
or its quote. **The facts are there where each group of the question is found in the texts of the
first hits together**, whichever of them; white space counts as one space.
"""

from __future__ import annotations

import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eval.gold import GoldQuestion, Target, fact_found, passage_key, squeeze
from index.documents import Document

ENOUGH = 0.5
_PIECE = 24  # letters: of a hit that does not stand there whole, pieces are looked for

Stretch = tuple[int, int]


class Text:
    """A document's letters and digits, with the way from offsets in its text."""

    def __init__(self, text: str) -> None:
        self.letters, self._offsets = squeeze(text)

    def stretch(self, start: int, end: int) -> Stretch:
        """The letters between two offsets of the text."""
        return bisect.bisect_left(self._offsets, start), bisect.bisect_left(self._offsets, end)

    def find(self, text: str) -> list[Stretch]:
        """Where `text` stands: whole, or else the pieces of it that do, in their order."""
        wanted = squeeze(text)[0]
        at = self.letters.find(wanted)
        if at >= 0:
            return [(at, at + len(wanted))] if wanted else []
        found, last = [], 0
        for begin in range(0, len(wanted), _PIECE):
            piece = wanted[begin : begin + _PIECE]
            at = self.letters.find(piece, last)
            if at < 0 and len(piece) == _PIECE:
                at = self.letters.find(piece)
            if at >= 0:
                last = at + len(piece)
                found.append((at, last))
        return found


@dataclass(frozen=True, slots=True)
class Judged:
    """One question: the ranks (from 1) of hits that are gold, and whether all facts are there."""

    gold: tuple[int, ...]
    facts: bool


class Judge:
    """Judges hits against the documents that the gold set is about, by path of their file."""

    def __init__(
        self, documents: Mapping[str, Document], targets: Mapping[str, Sequence[Target]]
    ) -> None:
        self._texts = {path: Text(document.text) for path, document in documents.items()}
        self._paths = {document.id: path for path, document in documents.items()}
        self._places = {
            passage_key(document.id, passage): (passage.start, passage.end)
            for document in documents.values()
            for passage in document.passages
        }
        self._targets = targets

    def judge(self, question: GoldQuestion, hits: Sequence[Mapping[str, Any]]) -> Judged:
        """Hits as `eval.benchmarks.systems.Found` has them, best first."""
        gold = self._gold(question)
        ranks = tuple(rank for rank, hit in enumerate(hits, start=1) if self._is_gold(hit, gold))
        said = "\n".join(" ".join(hit["text"].split()) for hit in hits)
        return Judged(ranks, all(fact_found(group, said) for group in question.facts))

    def _gold(self, question: GoldQuestion) -> list[tuple[str, Stretch]]:
        """(path, stretch) of every gold passage."""
        found = []
        for gold, target in zip(question.gold, self._targets[question.id], strict=True):
            path = self._paths[target.document_id]
            text = self._texts[path]
            if gold.quote is not None:
                found += [(path, each) for each in text.find(gold.quote)]
            else:
                places = [self._places[key] for key in target.passages if key in self._places]
                found += [(path, text.stretch(*place)) for place in places]
        return found

    def _is_gold(self, hit: Mapping[str, Any], gold: Sequence[tuple[str, Stretch]]) -> bool:
        text = self._texts[hit["path"]]
        if hit["start"] is None:
            places, length = text.find(hit["text"]), len(squeeze(hit["text"])[0])
        else:
            places = [text.stretch(hit["start"], hit["end"])]
            length = places[0][1] - places[0][0]
        return any(
            sum(max(0, min(end, g_end) - max(start, g_start)) for start, end in places)
            >= ENOUGH * min(length, g_end - g_start)
            for path, (g_start, g_end) in gold
            if path == hit["path"] and g_end > g_start and length
        )
