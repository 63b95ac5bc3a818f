"""Draft sentences, not yet checked: quoted from a passage, or written by a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.documents import Hit, Span
from rag.dutch.readable import on_one_line
from rag.pipeline.reading import ScoredSentence


@dataclass(frozen=True, slots=True)
class Draft:
    """A sentence before it is checked. `quotes` are (hit, span of its reading text) it rests on.

    `written` is False where `text` is the document's own; `shown` are the hits that the model which
    wrote it could read; `beside`, `context` and `after_gap` are as in
    `rag.pipeline.answers.Sentence`.
    """

    text: str
    quotes: tuple[tuple[int, Span], ...]
    written: bool
    shown: tuple[int, ...] = ()
    beside: bool = False
    context: bool = False
    after_gap: bool = False


def quoted(hits: Sequence[Hit], at: int, span: Span) -> Draft:
    """A stretch of a hit as a draft, without white space around it."""
    text = hits[at].passage.reading_text()[span.start : span.end]
    start = span.start + len(text) - len(text.lstrip())
    end = max(start, span.end - (len(text) - len(text.rstrip())))
    return Draft(on_one_line(text.strip()), ((at, Span(start, end)),), written=False)


def quote_whole(hits: Sequence[Hit], places: Sequence[int]) -> tuple[Draft, ...]:
    """The hits at indices `places`, each quoted whole."""
    return tuple(quoted(hits, at, Span(0, len(hits[at].passage.reading_text()))) for at in places)


def quote_sentences(hits: Sequence[Hit], chosen: Sequence[ScoredSentence]) -> tuple[Draft, ...]:
    """Sentences as drafts: adjoining ones joined, passages in the order in which they are given.

    Of two drafts of one passage the second stands after a gap.
    """
    order: dict[int, int] = {}
    for sentence in chosen:
        order.setdefault(sentence.hit, len(order))
    joined: list[tuple[int, Span]] = []
    for sentence in sorted(chosen, key=lambda each: (order[each.hit], each.start)):
        last = joined[-1] if joined else None
        if last and last[0] == sentence.hit and not _between(hits, last, sentence):
            joined[-1] = (last[0], Span(last[1].start, max(sentence.end, last[1].end)))
        else:
            joined.append((sentence.hit, Span(sentence.start, sentence.end)))
    before = [None, *(at for at, _ in joined)]
    return tuple(
        replace(quoted(hits, at, span), after_gap=at == last)
        for (at, span), last in zip(joined, before, strict=False)
    )


def _between(hits: Sequence[Hit], last: tuple[int, Span], sentence: ScoredSentence) -> bool:
    """Whether anything but white space separates a stretch from the sentence after it."""
    text = hits[last[0]].passage.reading_text()
    return bool(text[last[1].end : sentence.start].strip())
