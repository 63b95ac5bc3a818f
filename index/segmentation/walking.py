"""Turn the headings of one list into passages: each answer with the questions that it answers."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from index.documents import Number, Passage, Question, Span
from index.segmentation.boilerplate import is_flowed
from index.segmentation.headings import Marker
from index.segmentation.question_numbers import main_number
from index.segmentation.sections import find_close, pieces
from index.sentences import split_sentences

ADDED = "Toelichting bij de vragen"
EXPLANATION = re.compile(
    r"^[ \t#*_]*Toelichting\b[ \t]*:?[^\n]*\n(?=\s*(?:\S[^\n]*\s)?Deze vragen dienen ter aanvulling)"
    r"|^[ \t#*_]*(?=Deze vra(?:ag dient|gen dienen) ter aanvulling op\b)",
    re.M,
)
# What the member adds to the questions, below the last of them.
_ADDED = re.compile(r"^[ \t#*_]*Toelichting[ \t]*:?[ \t*_]*\n(?=\s*\S)", re.M)
_MARKS = r"(?:en[ \t]+)?\d{1,3}(?:[ \t]*(?:,|en\b)?[ \t]*\d{1,3})*[ \t]*,?[ \t]*"
# Footnote marks that extraction put on lines of their own: "2, 3" and "en 4".
_TORN_MARKS = re.compile(rf"(?:\s*{_MARKS}\s*)*")
# The same on lines below a question.
_MARKS_BELOW = re.compile(
    r"\?[\"'”’»)\]]*+\d{0,2}[ \t]*+\n(?P<marks>(?:\s*+\b\d{1,2}\b[ \t]*+(?:,|en\b)?)++\s*)\Z"
)


def walk(
    masked: str,
    questions: Sequence[Marker],
    answers: Sequence[Marker],
    notice: Marker | None,
    warnings: list[str],
    *,
    answering: bool = True,
    stop: int | None = None,
) -> list[Passage]:
    """Go over the headings in order and give each answer the questions that it answers.

    If `answering` is False, nothing shows that the document holds answers: then only text under an
    answer heading is one. `stop` is where the next list begins, where there is one.
    """
    known = {n for marker in questions for n in marker.numbers}
    first = next((q for q in questions if q.style != "repeat"), questions[0])
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
    headed = [a for a in answers if a.start > first.start]
    listed = len(headed) > 1 and headed[0].start > questions[-1].start
    explanation = EXPLANATION.search(masked, marks[-1].end)
    end_of_text = explanation.start() if explanation else find_close(masked, marks[-1].end)
    if stop is not None:
        end_of_text = stop
    waiting: dict[Number, Question] = {}
    asked: dict[Number, Question] = {}
    recent: list[Number] = []  # questions since the last answer
    lead: int | None = None  # where the introduction of the sub-question to come begins
    done: set[Number] = set()
    passages: list[Passage] = []

    def answer(numbers: Iterable[Number], start: int, end: int) -> None:
        span = trim(masked, start, end)
        found = tuple(asked.get(n) or Question(n, "", span.start, span.start) for n in numbers)
        passages.append(Passage(found, masked[span.start : span.end], span.start, span.end))
        for n in numbers:
            waiting.pop(n, None)
            done.add(n)
        recent.clear()

    for at, marker in enumerate(marks):
        end = marks[at + 1].start if at + 1 < len(marks) else end_of_text
        if marker.style == "notice":
            span = trim(masked, marker.end, end)
            passages.append(
                Passage(
                    (), masked[span.start : span.end], span.start, span.end, heading="Mededeling"
                )
            )
            continue
        if marker.style == "answer":
            if _stands_again(marker, marks[at + 1 :], masked):
                continue
            numbers = _answered_by(marker, waiting, recent, done, known, named, warnings)
            if not numbers:
                if passages:  # a heading inside an answer: the text below it belongs to that answer
                    _extend(passages, masked, end)
                continue
            for n in numbers:
                if n not in known:
                    asked[n] = _recover(n, passages, masked, marker.start)
                    warnings.append(f"vraag {n}: de kop van de vraag ontbreekt in de tekst")
            answer(numbers, marker.end, end)
            continue
        if marker.style in {"repeat", "list"}:
            continue
        if _introduces(marker, marks[at + 1 :], named, masked[marker.end : end]):
            lead = trim(masked, marker.end, end).start
            continue
        if remark := EXPLANATION.search(masked, marker.end, end):
            end = remark.start()
        followed = at + 1 < len(marks) and marks[at + 1].style in {"answer", "notice"}
        later = not unmarked and named.issuperset(marker.numbers)
        only_asked = not answering or listed  # below a question nothing is an answer
        if (only_asked or followed) and (added := _ADDED.search(masked, marker.end, end)):
            span = trim(masked, added.end(), end)
            passages.append(
                Passage((), masked[span.start : span.end], span.start, span.end, heading=ADDED)
            )
            end = added.start()
        split = end
        if only_asked:
            pass
        elif not followed and not later:
            split = _question_end(masked, marker.end, end, is_flowed(masked))
            if not unmarked and (not named or end - split < 40 or not _states(masked[split:end])):
                split = end
        elif not followed and later and not _answered_later(marker, marks[at + 1 :]):
            split = _question_end(masked, marker.end, end, is_flowed(masked))
        if _TORN_MARKS.fullmatch(masked[split:end]):
            split = end
        span = trim(masked, marker.end, split)
        if torn := _MARKS_BELOW.search(masked, span.start, span.end):
            span = trim(masked, span.start, torn.start("marks"))
        if lead is not None:
            span = Span(lead, span.end)
            lead = None
        for n in marker.numbers:
            if n in recent:  # the heading repeated: one question
                span = Span(asked[n].start, span.end)
                recent.remove(n)
            question = Question(n, masked[span.start : span.end], span.start, span.end)
            asked[n] = waiting[n] = question
            recent.append(n)
        if re.search(r"\w\W?\w", masked[split:end]):
            answer(tuple(recent), split, end)
    if not passages or not any(p.questions for p in passages):
        return _unanswered(asked, masked) + passages
    for n, question in waiting.items():
        warnings.append(f"vraag {n}: geen antwoord gevonden")
        passages += _question_sections(question, masked, " (geen antwoord gevonden)")
    there = {main_number(n) for n in known | done}
    missing = sorted(set(range(1, max(there) + 1)) - there)
    warnings += [f"vraag {run}: niet in de tekst gevonden" for run in _runs(missing)]
    return sorted(passages, key=lambda p: p.start)


def _states(text: str) -> bool:
    """Whether a text without a heading reads as an answer: it ends in sentences that are no
    questions."""
    words = text.strip()
    return not words[:1].islower() and words.rstrip("\"'”’»)]")[-1:] in {".", "!", ":", ";"}


def _runs(numbers: Sequence[int]) -> Iterator[str]:
    """Rising numbers written as ranges: "3", "7 tot en met 12"."""
    for _, run in groupby(enumerate(numbers), lambda each: each[1] - each[0]):
        first, *rest = (number for _, number in run)
        yield f"{first} tot en met {rest[-1]}" if rest else str(first)


def _introduces(
    marker: Marker, rest: Sequence[Marker], named: Collection[Number], body: str
) -> bool:
    """Whether a question only introduces its sub-question: it asks nothing, and nothing answers it."""
    number, following = marker.numbers[-1], rest[0].numbers if rest else ()
    return (
        bool(following)
        and rest[0].style not in {"answer", "notice"}
        and isinstance(following[0], str)
        and number == main_number(following[0])
        and number not in named
        and "?" not in body
    )


def _stands_again(marker: Marker, rest: Sequence[Marker], masked: str) -> bool:
    """Whether an answer's heading is repeated right below it."""
    return (
        bool(rest)
        and rest[0].style == marker.style
        and rest[0].numbers == marker.numbers
        and not masked[marker.end : rest[0].start].strip()
    )


def _answered_later(marker: Marker, rest: Sequence[Marker]) -> bool:
    return any(m.style == "answer" and set(marker.numbers) & set(m.numbers) for m in rest)


def _answered_by(
    marker: Marker,
    waiting: dict[Number, Question],
    recent: Sequence[Number],
    done: set[Number],
    known: set[Number],
    elsewhere: Collection[Number],
    warnings: list[str],
) -> tuple[Number, ...]:
    """The numbers that an answer heading answers: those it names, else those asked just before.

    A number stands for its sub-questions too, but for those that headings name (`elsewhere`).
    """
    last = max(map(main_number, known))
    named = tuple(
        each
        for n in marker.numbers
        if n in known or main_number(n) <= last + 1
        for each in _with_parts(n, known, [w for w in waiting if w not in elsewhere])
    )
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
    span = trim(masked, last.start, end)
    passages[-1] = replace(last, text=masked[span.start : span.end], end=span.end)


def _with_parts(
    number: Number, known: Collection[Number], waiting: Collection[Number]
) -> tuple[Number, ...]:
    """`number` (unless it is no question's own) and its sub-questions among those that wait."""
    parts = tuple(n for n in waiting if isinstance(n, str) and main_number(n) == number)
    return parts if parts and number not in known else (number, *parts)


def _recover(number: Number, passages: list[Passage], masked: str, stop: int) -> Question:
    """Recover a question whose heading is lost: the question at the end of the answer before it."""
    if not passages:
        return Question(number, "", stop, stop)
    last = passages[-1]
    tail = masked[last.start : stop]
    breaks = [m.end() for m in re.finditer(r"\n[ \t]*\n\s*", tail)]
    for cut in reversed(breaks):
        piece = tail[cut:].strip()
        if piece.endswith("?") and piece.count("?") <= 6:
            start = last.start + cut
            span = trim(masked, start, stop)
            kept = trim(masked, last.start, start)
            passages[-1] = replace(last, text=masked[kept.start : kept.end], end=kept.end)
            return Question(number, masked[span.start : span.end], span.start, span.end)
        if piece and not piece.endswith("?"):
            break
    return Question(number, "", stop, stop)


def _unanswered(asked: dict[Number, Question], masked: str) -> list[Passage]:
    return [
        section
        for question in asked.values()
        if question.text
        for section in _question_sections(question, masked, "")
    ]


def _question_sections(question: Question, masked: str, note: str) -> list[Passage]:
    """A question as a passage, or several where it is as long as a chapter."""
    spans = pieces(masked, question.start, question.end) or [Span(question.start, question.start)]
    heading = f"Vraag {question.number}{note}"
    return [
        Passage((), masked[span.start : span.end], span.start, span.end, heading=heading)
        for span in spans
    ]


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


def trim(text: str, start: int, end: int) -> Span:
    """The stretch without surrounding white space and Markdown emphasis; empty stretches stay put."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)
