"""Turn drafts into sentences of the answer: each is checked, cited, and emitted at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from index.documents import Hit, Span
from index.sentences import split_sentences
from rag.pipeline.answers import Citation, Dropped, InShort, Sentence, Status, shown_text
from rag.pipeline.citations import label
from rag.pipeline.cross_references import pointed_from
from rag.pipeline.drafts import Draft, quoted
from rag.pipeline.sentence_selection import is_bare
from rag.verification import Check, Verdict
from rag.verification.exact import fold

Emit = Callable[[str, Any], None]
"""Gets what is known as soon as it is: ("hits", (question as read, hits)), ("sentence",
(Sentence, its citations)), ("in_short", (InShort, its citations))."""


class Writer:
    """Takes drafts one by one, checks them, and keeps those that may be shown.

    `quoted` are the stretches (hit, span of its reading text) that the citations quote; `first` is
    the moment (time.perf_counter) of the first sentence, None before it. `short` stands above the
    sentences.
    """

    def __init__(self, hits: Sequence[Hit], check: Check, on_event: Emit | None) -> None:
        self._hits, self._check, self._emit = hits, check, on_event
        self.sentences: list[Sentence] = []
        self.citations: list[Citation] = []
        self.dropped: list[Dropped] = []
        self.quoted: list[tuple[int, Span]] = []
        self.first: float | None = None
        self.short: InShort | None = None

    def take(self, draft: Draft) -> None:
        """Check a draft and add the resulting sentence, if there is one and it is new."""
        if any(sentence.text == draft.text for sentence in self.sentences):
            return
        if not draft.written:
            self._add(draft, "quoted", draft.quotes)
            return
        verdicts = self._verdicts(draft)
        for at, verdict in verdicts.items():
            if verdict.carried:
                self._add(draft, "carried", [(at, verdict.place)])
                return
        for at in draft.shown:
            if at in verdicts:
                continue
            verdict = self._check(draft.text, self._hits[at])
            if verdict.carried:
                self._add(draft, "repointed", [(at, verdict.place)])
                return
        self.dropped.append(Dropped(draft.text, _whys(verdicts)))
        at, verdict = max(verdicts.items(), key=lambda each: each[1].support)
        replaced = quoted(self._hits, at, verdict.place)
        if all(sentence.text != replaced.text for sentence in self.sentences):
            self._add(replaced, "replaced", replaced.quotes)

    def take_short(self, draft: Draft, model: str) -> None:
        """Check what `model` wrote to stand above the sentences; it is kept as it is, or not."""
        why = self._says_nothing(draft.text)
        verdicts = {} if why else self._verdicts(draft)
        for at, verdict in verdicts.items():
            if verdict.carried:
                numbers = [self._citing(at, verdict.place), *self._sending_to(at)]
                short = InShort(draft.text, tuple(dict.fromkeys(numbers)), model)
                if self._emit:
                    self._emit("in_short", (short, [self.citations[n] for n in short.citations]))
                self.short = short
                return
        self.dropped.append(Dropped(draft.text, why or _whys(verdicts)))

    def _says_nothing(self, text: str) -> str | None:
        """Why a sentence has no place above the others, whatever it rests on; None if it has."""
        if len(split_sentences(text)) != 1:
            return "het is niet één zin"
        if is_bare(text):
            return "de zin zegt zonder andere te weinig"
        if any(fold(sentence.text) == fold(text) for sentence in self.sentences[:1]):
            return "de eerste zin zegt dit letterlijk"
        return None

    def _verdicts(self, draft: Draft) -> dict[int, Verdict]:
        return {at: self._check(draft.text, self._hits[at]) for at, _ in draft.quotes}

    def _citing(self, at: int, span: Span) -> int:
        """The index of the first citation that quotes this stretch of a hit; else a new one."""
        for number, (cited, whole) in enumerate(self.quoted):
            if cited == at and whole.start <= span.start and span.end <= whole.end:
                return number
        return self._cite(at, span)

    def _add(self, draft: Draft, status: Status, places: Sequence[tuple[int, Span]]) -> None:
        numbers = [self._cite(at, span) for at, span in places]
        numbers += [number for at, _ in places for number in self._sending_to(at)]
        display = None
        if status in ("quoted", "replaced"):
            at, span = places[0]
            display = shown_text(self._hits[at].passage, span)
        sentence = Sentence(
            draft.text,
            status,
            tuple(dict.fromkeys(numbers)),
            beside=draft.beside,
            context=draft.context,
            display=display,
            after_gap=draft.after_gap,
        )
        self.sentences.append(sentence)
        if self.first is None:
            self.first = time.perf_counter()
        if self._emit:
            self._emit("sentence", (sentence, [self.citations[n] for n in sentence.citations]))

    def _sending_to(self, at: int) -> list[int]:
        """The citation of the answer that only points to hit `at`, if there is one."""
        sender = pointed_from(self._hits[at], self._hits)
        if sender is None:
            return []
        whole = Span(0, len(sender.passage.reading_text()))
        return [self._cite(self._hits.index(sender), whole)]

    def _cite(self, at: int, span: Span) -> int:
        """The index of the citation of this stretch of a hit; adds it if it is new."""
        hit = self._hits[at]
        passage = hit.passage
        start = passage.reading_offset(span.start)
        end = passage.reading_offset(span.end - 1) + 1 if span.end > span.start else start
        citation = Citation(
            document=hit.document,
            passage_id=hit.passage_id,
            questions=passage.numbers,
            label=label(hit.document, passage, Span(start, end)),
            quote=passage.reading_text()[span.start : span.end],
            start=start,
            end=end,
            list_number=passage.list_number,
            speaker=passage.speaker_at(start),
        )
        if citation not in self.citations:
            self.citations.append(citation)
            self.quoted.append((at, span))
        return self.citations.index(citation)


def _whys(verdicts: Mapping[int, Verdict]) -> str:
    return "; ".join(dict.fromkeys(verdict.why or "" for verdict in verdicts.values()))
