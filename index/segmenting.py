"""Text -> passages, one per answer (or a letter's section); never loses or invents a character.

The way of a text: mask what was not said (page furniture, footnotes) -> find answer headings and
the sequence of question headings -> walk over both in order, holding the questions that still wait
for an answer -> passages. What fits no such sequence is cut into sections. Every character ends up
in a passage, in a question, or in `set_aside` with the reason why.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import TypeVar

from index.documents import Aside, Document, Footnote, Kind, Passage, Question, Source, Span
from index.furniture import find_furniture, find_notes, is_flowed, mask
from index.markers import Marker, find_answers, find_notice, find_questions
from index.metadata import state_metadata
from index.pointers import find_pointers
from index.sections import cut_sections, find_close, is_letter
from index.sentences import split_sentences

SEGMENTER_VERSION = 3

_S = TypeVar("_S", bound=Span | Aside | Footnote)

_DEBATE = re.compile(
    r"^[ \t]*(?:De|Mevrouw|De heer) (?:voorzitter|[A-Z]\w+)[^\n]{0,60}:", re.M | re.I
)
_POSTPONED = re.compile(
    r"(?:(?:kunnen|kan)\b[^.]{0,120}\bniet\b[^.]{0,80}\btermijn\b|\buitstel\b[^.]{0,100}\bbeantwoord|"
    r"\bniet binnen de (?:gebruikelijke|gestelde)[^.]{0,40}termijn)",
    re.I,
)
_EXPLANATION = re.compile(
    r"^[ \t#*_]*Toelichting\b[ \t]*:?[^\n]*\n(?=\s*(?:\S[^\n]*\s)?Deze vragen dienen ter aanvulling)",
    re.M,
)
_REFERENCE = re.compile(
    r"https?://|www\.|\||Kamerst|Aanhangsel|vergaderjaar|Handelingen|Ibid|\bart(?:ikel|\.)|\bd\.d\.|"
    r"\b\d{1,2} (?:januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|"
    r"december),? \d{4}|\b(?:19|20)\d\d\b|↩",
    re.I,
)
_LIST_START = re.compile(r"^[ \t]*(?:\[(\d{1,2})\]|(\d{1,2})[.)]|\^(\d{1,2}))[ \t]*(?=\S)", re.M)
_NOTE_MARK = (
    r"(?:\[{m}\s?\]|(?:(?<=[^\W\d_])|(?<=[^\W\d][.,;:»”’\"')?!])|(?<=[)»”’][.,;:?!]))(?<!\bQ){m}(?![\d.,]*\d)\)?|"
    r"(?<=\s){m}\)|\[footnoteRef:{m}\])"
)


def segment(source: Source, *, name: str, document_id: str) -> Document:
    """Cut a document into passages.

    `name` is the path or file name as the user gave it. Never fails on a text: what cannot be cut
    with certainty comes out as sections, and `warnings` says so (in Dutch).
    """
    text = source.text
    furniture = [*source.asides, *find_furniture(text)]
    notes, reference_marks = find_notes(text, furniture)
    notes = [*source.footnotes, *notes]
    asides = _without_overlap([*furniture, *reference_marks])
    masked = mask(text, [*asides, *notes])
    answers = find_answers(masked)
    questions = find_questions(masked, answers)
    if questions:
        last = max([m.end for m in questions] + [m.end for m in answers])
        listed = _trailing_references(masked, last)
        notes += listed
        masked = mask(masked, listed)
    metadata = state_metadata(source, name)
    warnings: list[str] = []
    passages: list[Passage] = []
    kind: Kind = "other"
    if questions:
        notice = find_notice(masked)
        walk = _walk(masked, questions, answers, notice, warnings)
        passages = walk
        if any(p.questions for p in walk):
            kind = "answers"
        else:
            postponed = _POSTPONED.search(
                masked[questions[-1].end :] if notice is None else masked[notice.end :]
            )
            kind = "postponement" if postponed else ("other" if notice else "questions_only")
    if not passages:
        passages, doubt = cut_sections(masked, source.headings)
        kind = _kind_without_questions(masked)
        warnings += doubt
    passages = [_furnish(p, text, asides, notes, passages) for p in passages]
    set_aside = _complement(text, passages, asides, notes, first=_first_start(passages))
    return Document(
        id=document_id,
        source=name,
        kind=kind,
        metadata=metadata,
        text=text,
        passages=tuple(passages),
        set_aside=tuple(set_aside),
        warnings=tuple(dict.fromkeys(warnings)),
    )


def _kind_without_questions(masked: str) -> Kind:
    if len(masked) < 6000 and _POSTPONED.search(masked):
        return "postponement"
    if len(_DEBATE.findall(masked)) >= 4:
        return "debate"
    return "letter" if is_letter(masked) else "other"


# --- from headings to passages --------------------------------------------------------------


def _walk(
    masked: str,
    questions: Sequence[Marker],
    answers: Sequence[Marker],
    notice: Marker | None,
    warnings: list[str],
) -> list[Passage]:
    """Go over the headings in order and give each answer the questions that it answers."""
    known = {n for marker in questions for n in marker.numbers}
    first = questions[0]
    # A part of a document may begin with the answer to a question that is not in it.
    begin = [
        a for a in answers if a.numbers and a.start < first.start and known.isdisjoint(a.numbers)
    ]
    named = {n for marker in answers for n in marker.numbers}
    marks = sorted(
        [
            *begin,
            *questions,
            *(a for a in answers if a.start > first.start),
            *([notice] if notice else []),
        ],
        key=lambda marker: marker.start,
    )
    unmarked = len([a for a in answers if a.start > first.start]) < 0.3 * len(questions)
    explanation = _EXPLANATION.search(masked, marks[-1].end)
    end_of_text = explanation.start() if explanation else find_close(masked, marks[-1].end)
    waiting: dict[int, Question] = {}
    asked: dict[int, Question] = {}
    recent: list[int] = []  # asked since the last answer
    done: set[int] = set()
    passages: list[Passage] = []

    def answer(numbers: Iterable[int], start: int, end: int) -> None:
        span = _trim(masked, start, end)
        found = tuple(asked.get(n) or Question(n, "", span.start, span.start) for n in numbers)
        passages.append(Passage(found, masked[span.start : span.end], span.start, span.end))
        for n in numbers:
            waiting.pop(n, None)
            done.add(n)
        recent.clear()

    for at, marker in enumerate(marks):
        end = marks[at + 1].start if at + 1 < len(marks) else end_of_text
        if marker.style == "notice":
            span = _trim(masked, marker.end, end)
            passages.append(
                Passage(
                    (), masked[span.start : span.end], span.start, span.end, heading="Mededeling"
                )
            )
            continue
        if marker.style == "answer":
            numbers = _answered_by(marker, waiting, recent, done, known, warnings)
            if not numbers:
                if passages:  # a heading inside an answer: its text belongs to that answer
                    _extend(passages, masked, end)
                continue
            for n in numbers:
                if n not in known:
                    asked[n] = _recover(n, passages, masked, marker.start)
                    warnings.append(f"vraag {n}: de kop van de vraag ontbreekt in de tekst")
            answer(numbers, marker.end, end)
            continue
        split = end
        followed = at + 1 < len(marks) and marks[at + 1].style in {"answer", "notice"}
        later = not unmarked and named.issuperset(marker.numbers)
        if not followed and not later:
            split = _question_end(masked, marker.end, end, is_flowed(masked))
            if not unmarked and end - split < 40:
                split = end
        elif not followed and later and not _answered_later(marker, marks[at + 1 :]):
            split = _question_end(masked, marker.end, end, is_flowed(masked))
        span = _trim(masked, marker.end, split)
        for n in marker.numbers:
            question = Question(n, masked[span.start : span.end], span.start, span.end)
            asked[n] = waiting[n] = question
            recent.append(n)
        if re.search(r"\w\w", masked[split:end]):
            answer(tuple(recent), split, end)
    if not passages or not any(p.questions for p in passages):
        return _unanswered(asked, masked) + passages
    for n, question in waiting.items():
        warnings.append(f"vraag {n}: geen antwoord gevonden")
        passages.append(_question_section(question, masked, " (geen antwoord gevonden)"))
    missing = sorted(set(range(1, max(known | done) + 1)) - known - done)
    warnings += [f"vraag {run}: niet in de tekst gevonden" for run in _runs(missing)]
    return sorted(passages, key=lambda p: p.start)


def _runs(numbers: Sequence[int]) -> Iterator[str]:
    """Rising numbers as runs: "3", "7 tot en met 12"."""
    for _, run in groupby(enumerate(numbers), lambda each: each[1] - each[0]):
        first, *rest = (number for _, number in run)
        yield f"{first} tot en met {rest[-1]}" if rest else str(first)


def _answered_later(marker: Marker, rest: Sequence[Marker]) -> bool:
    return any(m.style == "answer" and set(marker.numbers) & set(m.numbers) for m in rest)


def _answered_by(
    marker: Marker,
    waiting: dict[int, Question],
    recent: Sequence[int],
    done: set[int],
    known: set[int],
    warnings: list[str],
) -> tuple[int, ...]:
    """The numbers that an answer heading answers: those it names, else those asked just before."""
    named = tuple(n for n in marker.numbers if n in known or n <= max(known) + 1)
    if not named:
        return tuple(recent)
    if recent and done.issuperset(named):
        warnings.append(
            f"de kop boven het antwoord noemt vraag {named[0]}, die al beantwoord is; "
            f"gelezen als vraag {recent[0]}"
        )
        return tuple(recent)
    if not recent and not any(n in waiting or n not in known for n in named):
        return ()
    return named


def _extend(passages: list[Passage], masked: str, end: int) -> None:
    last = passages[-1]
    span = _trim(masked, last.start, end)
    passages[-1] = replace(last, text=masked[span.start : span.end], end=span.end)


def _recover(number: int, passages: list[Passage], masked: str, stop: int) -> Question:
    """The question of a lost heading: what asks at the end of the answer before it."""
    if not passages:
        return Question(number, "", stop, stop)
    last = passages[-1]
    tail = masked[last.start : stop]
    breaks = [m.end() for m in re.finditer(r"\n[ \t]*\n\s*", tail)]
    for cut in reversed(breaks):
        piece = tail[cut:].strip()
        if piece.endswith("?") and piece.count("?") <= 6:
            start = last.start + cut
            span = _trim(masked, start, stop)
            kept = _trim(masked, last.start, start)
            passages[-1] = replace(last, text=masked[kept.start : kept.end], end=kept.end)
            return Question(number, masked[span.start : span.end], span.start, span.end)
        if piece and not piece.endswith("?"):
            break
    return Question(number, "", stop, stop)


def _unanswered(asked: dict[int, Question], masked: str) -> list[Passage]:
    return [_question_section(question, masked, "") for question in asked.values() if question.text]


def _question_section(question: Question, masked: str, note: str) -> Passage:
    return Passage(
        (),
        masked[question.start : question.end],
        question.start,
        question.end,
        heading=f"Vraag {question.number}{note}",
    )


def _question_end(masked: str, start: int, end: int, flowed: bool) -> int:
    """Where the question stops and an answer without a heading begins; `end` if there is none.

    A question is what comes up to the last of its opening run of sentences that end in a question
    mark, and what else stands on that line; without any question mark it is the first paragraph.
    """
    body = masked[start:end]
    sentences = split_sentences(body)
    asking = [
        i
        for i, s in enumerate(sentences)
        if body[: s.end].rstrip("\"'”’»)]0123456789 ")[-1:] == "?"
    ]
    first_break = re.search(r"\n", body.lstrip())
    lead = len(body) - len(body.lstrip())
    if not asking or (not flowed and not _opens_with(body, sentences, asking[0])):
        if flowed or first_break is None:
            return start + sentences[0].end if flowed and len(sentences) > 1 else end
        return start + lead + first_break.start()
    last = asking[0]
    while last + 1 < len(sentences) and last + 1 in asking:
        last += 1
    stop = sentences[last].end
    closing = re.match(
        r"[\"'”’»)\]]*(?:\s?\([^)\n]{1,60}\)|\s?\[?\d{1,2}\s?\]?\)?(?=\s))*", body[stop:]
    )
    stop += closing.end() if closing else 0
    if not flowed:
        line_end = body.find("\n", stop)
        if line_end < 0:
            line_end = len(body)
        if body[line_end:].strip() and line_end - stop < 400:
            stop = line_end
    return start + stop


def _opens_with(body: str, sentences: Sequence[Span], first: int) -> bool:
    """Whether the first question mark comes before the first paragraph break that ends a sentence."""
    upto = body[: sentences[first].end].strip()
    paragraphs = [p for p in re.split(r"\n+", upto) if p.strip()]
    return (
        first == 0
        or len(paragraphs) == 1
        or (len(paragraphs) == 2 and "\n" in body[sentences[first].end :].strip())
        or not any(p.rstrip().endswith((".", "!")) for p in paragraphs[:-1])
    )


# --- what stands around passages ----------------------------------------------------------------


def _trailing_references(masked: str, start: int) -> list[Footnote]:
    """A list of sources after the last answer: numbered from 1, and every item reads as a source."""
    items = list(_LIST_START.finditer(masked, start))
    explanation = _EXPLANATION.search(masked, start)
    for i, first in enumerate(items):
        numbers = [int(m[1] or m[2] or m[3]) for m in items[i:]]
        if numbers != list(range(1, len(numbers) + 1)):
            continue
        before = masked[start : first.start()].rstrip()
        if before.endswith((":", ";")) or not before:
            continue
        stops = [m.start() for m in items[i + 1 :]] + [
            explanation.start() if explanation else len(masked)
        ]
        pieces = [masked[m.end() : stop].strip() for m, stop in zip(items[i:], stops, strict=True)]
        marked = all(re.search(_NOTE_MARK.format(m=n), masked[: first.start()]) for n in numbers)
        if all(_REFERENCE.search(p) or (marked and len(p) < 400) for p in pieces) or all(
            len(p) < 160 and not p.endswith(".") for p in pieces
        ):
            return [
                Footnote(str(n), m.start(), m.start() + len(masked[m.start() : stop].rstrip()))
                for n, m, stop in zip(numbers, items[i:], stops, strict=True)
            ]
    return []


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
    known = {n for p in passages for n in p.numbers}
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
    marked = [
        n
        for n in notes
        if n not in inside and re.search(_NOTE_MARK.format(m=re.escape(n.mark)), cut.text)
    ]
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
    """A footnote's text, and the offset in the passage's reading text at which its mark stands."""
    mark = re.search(_NOTE_MARK.format(m=re.escape(note.mark)), passage.text)
    at = mark.start() if mark else max(0, min(note.start, passage.end) - passage.start)
    gaps = sum(g.end - g.start for g in passage.gaps if g.end <= passage.start + at)
    words = re.sub(rf"^\W*{re.escape(note.mark)}\W*", "", text[note.start : note.end])
    return at - gaps, " ".join(words.rstrip(" \n\t]↩︎").split())


def _reread(
    question: Question, text: str, asides: Sequence[Aside], notes: Sequence[Footnote]
) -> Question:
    """A question's text without the page furniture and notes that stand in it."""
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
    """Everything that no passage or question holds, with the reason it was set aside."""
    held = [Span(p.start, p.end) for p in passages]
    held += [Span(q.start, q.end) for p in passages for q in p.questions]
    out = [a for a in asides if text[a.start : a.end].strip()]
    out += [Aside(n.start, n.end, "voetnoot") for n in notes]
    last = max((p.end for p in passages), default=0)
    covered = sorted([*held, *(Span(a.start, a.end) for a in out)], key=lambda s: (s.start, s.end))
    at = 0
    for span in [*covered, Span(len(text), len(text))]:
        if span.start > at:
            piece = _trim(text, at, span.start)
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


def _trim(text: str, start: int, end: int) -> Span:
    """The stretch without surrounding white space and Markdown emphasis; empty stretches stay put."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)
