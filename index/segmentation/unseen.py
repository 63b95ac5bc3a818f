"""Ignore invisible characters while cutting: they must not hide headings or split words.

The text is cut without them and with plain spaces; then every span is mapped back. The document
keeps its text as it is, and all spans point into that.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import wraps
from typing import Protocol, TypeVar

from index.documents import Aside, Document, Footnote, Passage, Source, Span

WHY = "onzichtbaar teken"

# Soft hyphens, zero-width spaces, direction marks; joiners only where no script needs them.
_UNSEEN = re.compile(
    "(?:[\xad\u034f\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]"
    "|(?<![^\x00-\u024f])[\u200c\u200d])+"
)
_SPACES = re.compile("[\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_EITHER = re.compile(f"{_UNSEEN.pattern}|{_SPACES.pattern}")

_S = TypeVar("_S", bound=Span | Aside | Footnote)


class Cut(Protocol):
    """Cuts a source into a document; see `index.segmentation.segmenting.segment`."""

    def __call__(self, source: Source, *, name: str, document_id: str) -> Document: ...


def plain(text: str) -> str:
    """`text` without invisible characters, and with plain spaces."""
    if text.isascii() or not _EITHER.search(text):
        return text
    return _UNSEEN.sub("", _SPACES.sub(" ", text))


def as_seen(cut: Cut) -> Cut:
    """Run `cut` on the visible text; the spans that it returns are mapped to the original text."""

    @wraps(cut)
    def cut_as_seen(source: Source, *, name: str, document_id: str) -> Document:
        looks = plain(source.text)
        if looks == source.text:
            return cut(source, name=name, document_id=document_id)
        runs = [Span(m.start(), m.end()) for m in _UNSEEN.finditer(source.text)]
        places = _Places(source.text, runs)
        seen = replace(
            source,
            text=looks,
            headings=places.seen(source.headings),
            asides=places.seen(source.asides),
            footnotes=places.seen(source.footnotes),
            recognised=places.seen(source.recognised),
        )
        return places.document(cut(seen, name=name, document_id=document_id))

    return cut_as_seen


class _Places:
    """Maps places between the visible text and the original text."""

    def __init__(self, text: str, runs: Sequence[Span]) -> None:
        self._text = text
        self._runs = runs
        self._starts = [run.start for run in runs]
        edges = [0, *(edge for run in runs for edge in (run.start, run.end)), len(text)]
        pairs = zip(edges[::2], edges[1::2], strict=True)
        self._kept = [at for start, end in pairs for at in range(start, end)]

    def seen(self, spans: Iterable[_S]) -> tuple[_S, ...]:
        """Map spans of the original text to the visible text; empty ones are left out."""
        moved = (
            replace(
                span,
                start=bisect_left(self._kept, span.start),
                end=bisect_left(self._kept, span.end),
            )
            for span in spans
        )
        return tuple(span for span in moved if span.end > span.start)

    def document(self, document: Document) -> Document:
        """Map a document that was cut on the visible text to the original text."""
        passages = tuple(map(self._passage, document.passages))
        asides = [self._span(aside) for aside in document.set_aside]
        held = [Span(p.start, p.end) for p in passages] + [Span(a.start, a.end) for a in asides]
        held += [Span(q.start, q.end) for passage in passages for q in passage.questions]
        asides += [Aside(run.start, run.end, WHY) for run in self._outside(held)]
        return replace(
            document,
            text=self._text,
            metadata=replace(
                document.metadata,
                recognised=tuple(map(self._span, document.metadata.recognised)),
            ),
            passages=passages,
            set_aside=tuple(sorted(asides, key=lambda aside: (aside.start, aside.end))),
        )

    def _passage(self, passage: Passage) -> Passage:
        start, end = self._range(passage.start, passage.end)
        first = bisect_left(self._starts, start)
        last = bisect_left(self._starts, end)
        gaps = [*map(self._span, passage.gaps), *self._runs[first:last]]
        return replace(
            passage,
            text=self._text[start:end],
            start=start,
            end=end,
            questions=tuple(
                replace(question, start=spot[0], end=spot[1])
                for question in passage.questions
                for spot in [self._range(question.start, question.end)]
            ),
            footnotes=tuple(map(self._span, passage.footnotes)),
            gaps=tuple(_joined(gaps)),
            speakers=tuple(
                replace(each, start=self._range(each.start, each.start)[0])
                for each in passage.speakers
            ),
        )

    def _span(self, span: _S) -> _S:
        start, end = self._range(span.start, span.end)
        return replace(span, start=start, end=end)

    def _range(self, start: int, end: int) -> tuple[int, int]:
        first = self._kept[start] if start < len(self._kept) else len(self._text)
        return first, self._kept[end - 1] + 1 if end > start else first

    def _outside(self, held: Iterable[Span]) -> Iterator[Span]:
        """The runs of invisible characters outside all spans."""
        covered = list(_joined(held))
        ends = [span.end for span in covered]
        for run in self._runs:
            at = bisect_left(ends, run.end)
            if at == len(covered) or covered[at].start > run.start:
                yield run


def _joined(spans: Iterable[Span]) -> Iterator[Span]:
    """Spans in order, those that touch or overlap as one."""
    last: Span | None = None
    for span in sorted(spans, key=lambda span: (span.start, span.end)):
        if last is not None and span.start <= last.end:
            last = Span(last.start, max(last.end, span.end))
        else:
            if last is not None:
                yield last
            last = span
    if last is not None:
        yield last
