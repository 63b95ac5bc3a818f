"""A question in, a cited and checked answer out: the whole path on one page."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from index.build import Index
from index.documents import Hit, Span
from index.search import Filters, search
from rag.answers import Answer, Citation, Dropped, Mode, Sentence
from rag.checking import check
from rag.citations import label
from rag.confidence import (
    FAR_FROM_QUESTION,
    NOT_CARRIED,
    NOT_IN_PASSAGES,
    Refusal,
    confidence,
    load_threshold,
    nothing_about,
)
from rag.constraints import unmet
from rag.conversation import Turn, stand_alone
from rag.decisive import Unit, score_sentences, supporting
from rag.drafting import Draft, Drafted, compose, quote_evidence, select
from rag.models import LanguageModel
from rag.pointing import follow_pointers
from rag.questions import clean_question
from rag.settings import Settings

Emit = Callable[[str, Any], None]
"""Gets what is known as soon as it is: ("hits", hits), ("sentence", (Sentence, its citations))."""

# How many of the hits are read for sentences.
READ = 8


def answer(
    question: str,
    *,
    index: Index,
    model: LanguageModel | None,
    settings: Settings,
    history: Sequence[Turn] = (),
    filters: Filters = Filters(),
    on_event: Emit | None = None,
) -> Answer:
    """Answer `question` from the documents in `index`, or refuse.

    Without a `model` the answer is the decisive sentences, verbatim. Every sentence is checked
    against the passage it cites before `on_event` or the caller sees it. Raises BadRequest for a
    question that cannot be used and ModelUnavailable where the model fails.
    """
    began = time.perf_counter()
    asked = clean_question(question, settings.max_question_chars)
    read_as = stand_alone(asked, history)
    found = search(index, read_as, settings.top_k, filters)
    hits = follow_pointers(index, found.hits)
    searched = time.perf_counter()
    writer = _Writer(hits, on_event, began)
    if on_event:
        on_event("hits", hits)
    sure = confidence(read_as, hits)
    mode: Mode = "verbatim"
    if model is not None:
        mode = model.default_mode if settings.mode == "auto" else settings.mode  # type: ignore[assignment]
    refused = _refused_before(read_as, hits, sure, load_threshold(settings.data_dir))
    drafted = Drafted(())
    if refused is None:
        evidence = score_sentences(read_as, hits[:READ], index.encoder)
        drafted = _draft(read_as, hits, evidence, model, mode, writer)
        if not writer.sentences:
            refused = NOT_CARRIED if drafted.drafts else NOT_IN_PASSAGES
    done = time.perf_counter()
    return Answer(
        question=asked,
        read_as=read_as,
        mode=mode,
        sentences=tuple(writer.sentences) if refused is None else (),
        citations=tuple(writer.citations) if refused is None else (),
        hits=hits,
        abstained=refused is not None,
        reason=refused.reason(settings.language) if refused else None,
        notes=_notes(model, settings.language, refused),
        dropped=tuple(writer.dropped),
        confidence=sure,
        model=model.name if model else "none",
        prompt_hash=drafted.prompt_hash,
        timings_ms={
            "search": (searched - began) * 1000,
            "first_sentence": (writer.first or done - began) * 1000,
            "total": (done - began) * 1000,
        },
        tokens={"prompt": drafted.prompt_tokens, "completion": drafted.completion_tokens},
    )


def _refused_before(
    question: str, hits: Sequence[Hit], sure: float, threshold: float
) -> Refusal | None:
    """The refusal that needs no model: nothing near, or nothing about the period asked."""
    if sure < threshold:
        return FAR_FROM_QUESTION
    missing = unmet(question, hits[:READ])
    return nothing_about(missing) if missing else None


def _draft(
    question: str,
    hits: Sequence[Hit],
    evidence: Sequence[Unit],
    model: LanguageModel | None,
    mode: Mode,
    writer: _Writer,
) -> Drafted:
    """Drafts of `mode`; each goes through `writer`, which checks and shows it."""
    if model is None:
        drafted = quote_evidence(hits, evidence)
    elif mode == "select":
        drafted = select(question, hits, evidence, model)
    else:
        return compose(question, hits, evidence, model, on_draft=writer.take)
    for draft in drafted.drafts:
        writer.take(draft)
    return drafted


def _notes(model: LanguageModel | None, language: str, refused: Refusal | None) -> tuple[str, ...]:
    if model is None and refused is None:
        if language == "en":
            return ("No language model was used: these are the decisive sentences, verbatim.",)
        return ("Zonder taalmodel beantwoord: dit zijn de beslissende zinnen, letterlijk.",)
    return ()


class _Writer:
    """Takes drafts one by one, checks them, and keeps what may be seen."""

    def __init__(self, hits: Sequence[Hit], on_event: Emit | None, began: float) -> None:
        self._hits, self._emit, self._began = hits, on_event, began
        self.sentences: list[Sentence] = []
        self.citations: list[Citation] = []
        self.dropped: list[Dropped] = []
        self.first: float | None = None

    def take(self, draft: Draft) -> None:
        """Check a draft and add the sentence that comes of it, if any and not there yet."""
        if any(sentence.text == draft.text for sentence in self.sentences):
            return
        if not draft.written:
            self._add(draft.text, "quoted", [self._cite(at, span) for at, span in draft.quotes])
            return
        whys = []
        for at, _ in draft.quotes:
            verdict = check(draft.text, self._hits[at].passage)
            if verdict.carried:
                self._add(
                    draft.text, "carried", [self._cite(at, supporting(draft.text, self._hits[at]))]
                )
                return
            whys.append(verdict.why or "")
        named = {at for at, _ in draft.quotes}
        for at in draft.shown:
            hit = self._hits[at]
            if at not in named and check(draft.text, hit.passage).carried:
                self._add(draft.text, "repointed", [self._cite(at, supporting(draft.text, hit))])
                return
        self.dropped.append(Dropped(draft.text, "; ".join(dict.fromkeys(whys))))
        at = draft.quotes[0][0]
        span = supporting(draft.text, self._hits[at])
        text = " ".join(self._hits[at].passage.reading_text()[span.start : span.end].split())
        if all(s.text != text for s in self.sentences):
            self._add(text, "replaced", [self._cite(at, span)])

    def _add(self, text: str, status: Any, numbers: list[int]) -> None:
        sentence = Sentence(text, status, tuple(numbers))
        self.sentences.append(sentence)
        if self.first is None:
            self.first = time.perf_counter() - self._began
        if self._emit:
            self._emit("sentence", (sentence, [self.citations[n] for n in numbers]))

    def _cite(self, at: int, span: Span) -> int:
        """The number of the citation of this stretch of a hit, added if it is new."""
        hit = self._hits[at]
        passage = hit.passage
        start = passage.reading_offset(span.start)
        end = passage.reading_offset(span.end - 1) + 1 if span.end > span.start else start
        citation = Citation(
            document=hit.document,
            passage_id=hit.passage_id,
            questions=passage.numbers,
            label=label(hit.document, passage),
            quote=passage.reading_text()[span.start : span.end],
            start=start,
            end=end,
        )
        if citation not in self.citations:
            self.citations.append(citation)
        return self.citations.index(citation)
