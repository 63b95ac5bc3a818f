"""Decide whether a document holds answers: if not, no text after a question is an answer.

Answers without a heading are recognised by their form alone, and a question of several paragraphs,
or one across a page break, has the same form.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.documents import Span
from index.segmentation.headings import ATTRIBUTION, Marker
from index.segmentation.sections import find_close, is_signed
from index.sentences import split_sentences

_ANSWERS = re.compile(
    r"\b(?:\w*[Bb]e)?[Aa]ntwoord\w*|BEANTWOORD\w*|ANTWOORD\w*|\b[Rr]eacties? (?:op|van)\b"
)
# A request for answers, or a notice that they come later.
_REQUEST = re.compile(
    r"\b(?:verzoek\w*|verzoch\w*|graag|gaarne|te\s+beantwoorden|wilt|wil|kunt|kan|kunnen|zou|zouden|"
    r"hopen|hoop|hopelijk|uiterlijk|termijn|uitstel|later|nog\s+niet|ontvang|ontvangen\s+wij|zien)\b",
    re.I,
)
# The title of a list of questions, which may be about an earlier answer.
_TITLE = re.compile(
    r"^\W*(?:\w+ )?[Vv]ragen van (?:het lid|de leden|leden)\b(?:(?!\n\s*\n).)*?(?:\(ingezonden[^)\n]*\)|\n|$)",
    re.M | re.S,
)
# Share of questions that statements must follow, in a part of a document without a head.
_PARTS = 0.8


def somebody_answers(
    text: str, questions: Sequence[Marker], answers: Sequence[Marker], notice: Marker | None
) -> bool:
    """Whether the document says that it holds answers: by headings, in its head, or by who signs.

    A notice that answers come later is the opposite, unless answers have headings. `text` has page
    boilerplate and notes masked.
    """
    first, last = questions[0], questions[-1]
    if any(answer.start > first.start for answer in answers):
        return True
    head = text[: first.start]
    if notice is not None or re.search(r"^\W*Mededeling\b", head, re.M):
        return False
    if announces_answers(head):
        return True
    if is_signed(text, find_close(text, last.end)):
        return True
    return not re.search(r"\w\w", head) and _stated_after(text, questions) >= _PARTS


def announces_answers(head: str) -> bool:
    """Whether a sentence of the text before the first question speaks of answers given."""
    if ATTRIBUTION.search(head):
        return True
    head = _TITLE.sub("\n", head)
    return any(
        _ANSWERS.search(sentence) and not _requests(sentence)
        for span in _lines_and_sentences(head)
        for sentence in [head[span.start : span.end]]
    )


def _requests(sentence: str) -> bool:
    """Whether it asks for answers; with a capital inside it, "Hoop" is a name."""
    return any(
        m.start() == 0 or not m[0][0].isupper()
        for m in _REQUEST.finditer(sentence.lstrip(" \t*_#"))
    )


def _lines_and_sentences(text: str) -> list[Span]:
    spans = []
    for span in split_sentences(text):
        # A heading has no full stop: it would be one sentence with the line after it.
        lines = re.finditer(r"[^\n]+", text[span.start : span.end])
        spans += [Span(span.start + m.start(), span.start + m.end()) for m in lines]
    return spans


def _stated_after(text: str, questions: Sequence[Marker]) -> float:
    """The share of the questions that are followed by statements."""
    stops = [*(question.start for question in questions[1:]), len(text)]
    stated = 0
    for question, stop in zip(questions, stops, strict=True):
        body = text[question.end : stop]
        mark = body.find("?")
        rest = body[mark + 1 :].strip() if mark >= 0 else ""
        stated += bool(re.search(r"\w\w", rest)) and rest.rstrip("\"'”’»)")[-1:] in {".", "!"}
    return stated / len(questions)
