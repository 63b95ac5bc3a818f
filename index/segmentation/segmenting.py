"""Cut text into passages, one per answer (or section of a letter), without losing a character.

The steps: mask page boilerplate and footnotes -> find answer headings and
the sequence of question headings -> walk over both in order, holding the questions that still wait
for an answer -> passages. What fits no such sequence is cut into sections. Every character ends up
in a passage, in a question, or in `set_aside` with the reason why.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from index.documents import Aside, Document, Footnote, Kind, Passage, Question, Source, Span
from index.metadata import state_metadata
from index.segmentation.answer_lists import with_listed_answers
from index.segmentation.boilerplate import find_boilerplate, find_notes, is_page_line, mask
from index.segmentation.evidence import somebody_answers
from index.segmentation.headings import Marker, find_answers, find_notice
from index.segmentation.pointers import find_pointers
from index.segmentation.references import (
    find_mark,
    references_above_answers,
    torn_marks,
    trailing_references,
)
from index.segmentation.runs import Run, find_runs
from index.segmentation.sections import cut_sections, is_letter
from index.segmentation.tables import cut_tables
from index.segmentation.turns import cut_turns
from index.segmentation.unnumbered import unnumbered_runs
from index.segmentation.unseen import as_seen
from index.segmentation.walking import trim, walk

SEGMENTER_VERSION = 6
_TRIES = 3  # most times that the text is cut again because an answer came out empty

_S = TypeVar("_S", bound=Span | Aside | Footnote)

_DEBATE = re.compile(
    r"^[ \t]*(?:De|Mevrouw|De heer) (?:voorzitter|[A-Z]\w+)[^\n]{0,60}:", re.M | re.I
)
_POSTPONED = re.compile(
    r"(?:(?:kunnen|kan)\b[^.]{0,120}\bniet\b[^.]{0,80}\btermijn\b|\buitstel\b[^.]{0,100}\bbeantwoord|"
    r"\bniet binnen de (?:gebruikelijke|gestelde)[^.]{0,40}termijn)",
    re.I,
)


@as_seen
def segment(source: Source, *, name: str, document_id: str) -> Document:
    """Cut a document into passages.

    `name` is the path or file name as the user gave it. Never fails on a text: what cannot be cut
    with certainty comes out as sections, and `warnings` says so (in Dutch).
    """
    text = source.text
    boilerplate = find_boilerplate(text)
    notes, marks = find_notes(text, [*source.asides, *boilerplate], source.footnotes)
    cut = _cut(source, boilerplate, notes, marks)
    for _ in range(_TRIES):
        emptied = _emptied(text, cut, boilerplate, notes)
        if not emptied:
            break
        boilerplate = [aside for aside in boilerplate if aside not in emptied]
        notes = [note for note in notes if note not in emptied]
        cut = _cut(source, boilerplate, notes, marks)
    passages = [_furnish(p, text, cut.asides, cut.notes, cut.passages) for p in cut.passages]
    passages = _with_list_numbers(passages)
    set_aside = _complement(text, passages, cut.asides, cut.notes, first=_first_start(passages))
    return Document(
        id=document_id,
        source=name,
        kind=cut.kind,
        metadata=replace(state_metadata(source, name), recognised=source.recognised),
        text=text,
        passages=tuple(passages),
        set_aside=tuple(set_aside),
        warnings=tuple(dict.fromkeys([*source.warnings, *cut.warnings])),
    )


@dataclass(frozen=True, slots=True)
class _Cut:
    """Collects passages; knows what was blanked out to find them."""

    kind: Kind
    passages: Sequence[Passage]
    asides: Sequence[Aside]
    notes: Sequence[Footnote]
    warnings: Sequence[str]


def _cut(
    source: Source, boilerplate: Sequence[Aside], notes: Sequence[Footnote], marks: Sequence[Aside]
) -> _Cut:
    text = source.text
    notes = [*source.footnotes, *notes]
    asides = _without_overlap([*source.asides, *boilerplate, *marks])
    masked = mask(text, [*asides, *notes])
    if passages := cut_turns(masked, source.headings):
        return _Cut("debate", passages, asides, notes, ())
    warnings: list[str] = []
    answers = with_listed_answers(masked, find_answers(masked))
    runs = find_runs(masked, answers, source.headings) or unnumbered_runs(masked, answers)
    passages, doubt = cut_tables(masked)
    rows = sum(bool(p.questions) for p in passages)
    if rows and rows >= sum(len(run.markers) for run in runs):
        return _Cut("answers", passages, asides, notes, doubt)
    passages = []
    kind: Kind = "other"
    if runs:
        last = max([m.end for run in runs for m in run.markers] + [m.end for m in answers])
        listed = trailing_references(masked, last)
        for run in runs:
            listed += references_above_answers(masked, run, answers)
        notes += listed
        torn = _torn(masked, listed)
        asides += torn
        masked = mask(masked, [*listed, *torn])
        notice = find_notice(masked)
        passages = _walk_runs(masked, runs, answers, notice, warnings)
        if any(p.questions for p in passages):
            kind = "answers"
        else:
            after = notice.end if notice else runs[-1].markers[-1].end
            postponed = _POSTPONED.search(masked[after:])
            kind = "postponement" if postponed else ("other" if notice else "questions_only")
    if not passages:
        passages, doubt = cut_sections(masked, source.headings)
        kind = _kind_without_questions(masked)
        warnings += doubt
    return _Cut(kind, passages, asides, notes, warnings)


def _torn(masked: str, listed: Sequence[Footnote]) -> list[Aside]:
    """Marks of notes that stand on a line of their own right above these."""
    if not listed:
        return []
    torn = torn_marks(masked, listed[0].start, [int(note.mark) for note in listed])
    return [Aside(torn.start, torn.end, "nootverwijzing")] if torn else []


def _walk_runs(
    masked: str,
    runs: Sequence[Run],
    answers: Sequence[Marker],
    notice: Marker | None,
    warnings: list[str],
) -> list[Passage]:
    """The passages of all lists; with several lists, headings say which list a passage is of."""
    asked = [marker for run in runs for marker in run.markers]
    answering = somebody_answers(masked, asked, answers, notice)
    passages: list[Passage] = []
    for at, run in enumerate(runs):
        own: list[str] = []
        last = at + 1 == len(runs)
        walked = walk(
            masked,
            run.markers,
            [a for a in answers if run.start <= a.start < run.end],
            notice if notice and run.start <= notice.start < run.end else None,
            own,
            answering=answering,
            stop=None if last else run.end,
        )
        if run.heading is not None:
            walked = [
                replace(p, heading=f"{run.heading}, {p.heading}" if p.heading else run.heading)
                for p in walked
            ]
        passages += walked
        label = f"{run.heading}: " if run.heading else ""
        warnings += [label + doubt for doubt in (*run.doubts, *own)]
    return passages


def _with_list_numbers(passages: Sequence[Passage]) -> list[Passage]:
    """Which list of questions each answer is of, where the document has several."""
    lists = list(dict.fromkeys(p.heading for p in passages if p.questions))
    if len(lists) < 2:
        return list(passages)
    return [
        replace(p, list_number=lists.index(p.heading) + 1) if p.questions else p for p in passages
    ]


def _emptied(
    text: str, cut: _Cut, boilerplate: Sequence[Aside], notes: Sequence[Footnote]
) -> list[Aside | Footnote]:
    """Text wrongly taken for boilerplate or a note, which leaves an answer empty.

    That is the text between the heading of an empty answer and the next heading, and text with the
    same words elsewhere; page marks recognised by their form stay page marks.
    """
    spans: list[Passage | Question] = [
        *cut.passages,
        *(q for p in cut.passages for q in p.questions),
    ]
    starts = sorted([*(span.start for span in spans), len(text)])
    words: set[str] = set()
    zones: list[tuple[int, int]] = []
    for passage in cut.passages:
        if not passage.questions or re.search(r"\w", passage.text):
            continue
        low = max((s.end for s in spans if s.end < passage.start and s.end > s.start), default=0)
        high = next(
            start for start in [*starts, len(text)] if start > passage.start or start == len(text)
        )
        zones.append((low, high))
    if not zones:
        return []
    removable: list[Aside | Footnote] = [a for a in boilerplate if not is_page_line(text, a)]
    removable += notes

    def said(span: Aside | Footnote) -> str:
        return " ".join(re.sub(r"\d+\W*$", "", text[span.start : span.end]).split())

    for low, high in zones:
        words |= {said(span) for span in removable if low <= span.start and span.end <= high}
    return [span for span in removable if said(span) in words]


def _kind_without_questions(masked: str) -> Kind:
    if len(masked) < 6000 and _POSTPONED.search(masked):
        return "postponement"
    if len(_DEBATE.findall(masked)) >= 4:
        return "debate"
    return "letter" if is_letter(masked) else "other"


# --- text around passages -----------------------------------------------------------------------


def _spans_within(start: int, end: int, pieces: Iterable[Aside | Footnote]) -> tuple[Span, ...]:
    """The stretches of `pieces` that lie inside, in order and without overlap."""
    inside = [Span(p.start, p.end) for p in pieces if start <= p.start and p.end <= end]
    return tuple(_without_overlap(inside))


def _closed_up(text: str, start: int, end: int, gaps: Sequence[Span]) -> tuple[Span, ...]:
    """Gaps that interrupt a sentence, with the white space around them but for one character.

    A page break in mid-sentence leaves blank lines on both sides, which would read as a new
    paragraph.
    """
    closed: list[Span] = []
    for gap in gaps:
        if closed and not text[closed[-1].end : gap.start].strip():
            closed[-1] = Span(closed[-1].start, gap.end)
        else:
            closed.append(gap)
    for at, gap in enumerate(closed):
        before = text[start : gap.start].rstrip()
        after = text[gap.end : end].lstrip()
        goes_on = after[:1].islower() or after[:1].isdigit()
        if before and before[-1] not in ".?!:;" and goes_on:
            last = end - len(after)
            closed[at] = Span(start + len(before), last - 1 if text[last - 1].isspace() else last)
    return tuple(gap for gap in closed if gap.end > gap.start)


def _furnish(
    passage: Passage,
    text: str,
    asides: Sequence[Aside],
    notes: Sequence[Footnote],
    passages: Sequence[Passage],
) -> Passage:
    """Give a passage its true text, gaps, footnotes and pointers."""
    known = {n for p in passages if p.heading == passage.heading for n in p.numbers}
    gaps = _spans_within(passage.start, passage.end, [*asides, *notes])
    cut = replace(
        passage,
        text=text[passage.start : passage.end],
        gaps=_closed_up(text, passage.start, passage.end, gaps),
        questions=tuple(_reread(q, text, asides, notes) for q in passage.questions),
    )
    reading = cut.reading_text()
    own = set(cut.numbers)
    inside = [n for n in notes if cut.start <= n.start < cut.end]
    marked = [n for n in notes if n not in inside and find_mark(cut.text, n.mark) is not None]
    nearest: dict[str, Footnote] = {}
    for note in [*marked, *inside]:
        nearest.setdefault(note.mark, note)
    placed = [_placed(cut, text, note) for note in nearest.values()]
    refers_to, external = find_pointers(reading, own, known, placed) if own else ((), ())
    return replace(
        cut,
        refers_to=refers_to,
        external_refs=external,
        footnotes=tuple(sorted(nearest.values(), key=lambda n: n.start)),
    )


def _placed(passage: Passage, text: str, note: Footnote) -> tuple[int, str]:
    """A footnote's text, and the offset of its mark in the passage's reading text."""
    mark = find_mark(passage.text, note.mark)
    at = mark if mark is not None else max(0, min(note.start, passage.end) - passage.start)
    gaps = sum(g.end - g.start for g in passage.gaps if g.end <= passage.start + at)
    words = re.sub(rf"^\W*{re.escape(note.mark)}\W*", "", text[note.start : note.end])
    return at - gaps, " ".join(words.rstrip(" \n\t]↩︎").split())


def _reread(
    question: Question, text: str, asides: Sequence[Aside], notes: Sequence[Footnote]
) -> Question:
    """A question's text without the page boilerplate and notes inside it."""
    holder = Passage(
        (),
        text[question.start : question.end],
        question.start,
        question.end,
        gaps=_spans_within(question.start, question.end, [*asides, *notes]),
    )
    return replace(question, text=re.sub(r"\s+", " ", holder.reading_text()).strip())


def _first_start(passages: Sequence[Passage]) -> int:
    return min(
        [p.start for p in passages] + [q.start for p in passages for q in p.questions if q.text],
        default=0,
    )


def _complement(
    text: str,
    passages: Sequence[Passage],
    asides: Sequence[Aside],
    notes: Sequence[Footnote],
    *,
    first: int,
) -> list[Aside]:
    """All text outside passages and questions, with the reason why it was set aside."""
    held = [Span(p.start, p.end) for p in passages]
    held += [Span(q.start, q.end) for p in passages for q in p.questions]
    out = [a for a in asides if text[a.start : a.end].strip()]
    out += [Aside(n.start, n.end, "voetnoot") for n in notes]
    last = max((p.end for p in passages), default=0)
    covered = sorted([*held, *(Span(a.start, a.end) for a in out)], key=lambda s: (s.start, s.end))
    at = 0
    for span in [*covered, Span(len(text), len(text))]:
        if span.start > at:
            piece = trim(text, at, span.start)
            if piece.end > piece.start:
                why = (
                    "kop" if piece.start < first else "slot" if piece.start >= last else "markering"
                )
                out.append(Aside(piece.start, piece.end, why))
        at = max(at, span.end)
    return sorted(out, key=lambda a: (a.start, a.end))


def _without_overlap(spans: Iterable[_S]) -> list[_S]:
    kept: list[_S] = []
    for span in sorted(spans, key=lambda s: (s.start, -s.end)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept
