"""Find lists of sources: what the marks in questions or answers refer to, listed at the end of them."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import lru_cache

from index.documents import Footnote, Span
from index.segmentation.headings import Marker
from index.segmentation.question_numbers import parse_numbers
from index.segmentation.runs import Run
from index.segmentation.walking import EXPLANATION, trim

_NOTE_MARK = (
    r"(?:\[{m}\s?\]|(?:(?<=[^\W\d_])|(?<=[^\W\d][.,;:»”’\"')?!])|(?<=[)»”’.][.,;:?!])|(?<=\d[?!]))"
    r"(?<!\bQ){m}(?![\d.,]*\d)\)?|"
    r"(?<=\s){m}\)|\[footnoteRef:{m}\])"
)
_REFERENCE = re.compile(
    r"https?://|www\.|\||Kamerst|Aanhangsel|vergaderjaar|Handelingen|Ibid|\bart(?:ikel|\.)|\bd\.d\.|"
    r"\b\d{1,2} (?:januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|"
    r"december),? \d{4}|\b(?:19|20)\d\d\b|↩",
    re.I,
)
_ABOVE = 80  # characters in which torn marks stand
_LIST_START = re.compile(r"^[ \t]*(?:\[(\d{1,2})\]|(\d{1,2})[.)]|\^(\d{1,2}))[ \t]*(?=\S)", re.M)
_SOURCE_START = re.compile(r"^[ \t]*(?:(\d{1,2})|\[(\d{1,2})\]|\^(\d{1,2}))[.)]?[ \t]+(?=\S)", re.M)
# Marks that extraction set apart from what they stand at, right above the sources.
_TORN = re.compile(r"\n[ \t]*\n(?P<marks>(?:\s*+\b\d{1,2}\b[ \t]*+(?:,|en\b)?)++)\s*\Z")
# The end of a question, with the marks of notes that extraction set apart from it.
_ASKED = re.compile(r"\?[\"'”’»)\]]*(?:\s*+\d{1,2}\b[,.]?)*+$")


def find_mark(text: str, mark: str) -> int | None:
    """Where `text` refers to the note with this mark; None where it does not.

    The pattern is tried only where the mark stands: a search of every text for every note took a
    sixth of all time.
    """
    pattern = _pattern(mark)
    at = text.find(mark)
    while at >= 0:
        for before in ("[footnoteRef:", "[", ""):
            if m := pattern.match(text, max(0, at - len(before))):
                return m.start()
        at = text.find(mark, at + 1)
    return None


@lru_cache(maxsize=256)
def _pattern(mark: str) -> re.Pattern[str]:
    return re.compile(_NOTE_MARK.format(m=re.escape(mark)))


def references_above_answers(masked: str, run: Run, answers: Sequence[Marker]) -> list[Footnote]:
    """The sources of the questions, where these are all listed first: right above the answers."""
    last = run.markers[-1]
    own = [a for a in answers if run.markers[0].start < a.start < run.end]
    if not own or own[0].start < last.start:
        return []
    items = list(_SOURCE_START.finditer(masked, last.end, own[0].start))
    return _listed(masked, last.end, own[0].start, items)


def trailing_references(masked: str, start: int) -> list[Footnote]:
    """A list of sources after the last answer."""
    items = list(_LIST_START.finditer(masked, start))
    explanation = EXPLANATION.search(masked, start)
    ends = explanation is not None and items and explanation.start() > items[-1].start()
    stop = explanation.start() if explanation and ends else len(masked)
    return _listed(masked, start, stop, items, brief=True)


def _listed(
    masked: str, start: int, end: int, items: Sequence[re.Match[str]], *, brief: bool = False
) -> list[Footnote]:
    """The first list that is numbered from 1 up to the `end` and of which every item reads as a
    source, or has its mark in the text; a `brief` item needs neither.

    Below a question, before any answer, one source is enough, or one mark where the list stands
    apart: notes may also explain a word.
    """
    for i, first in enumerate(items):
        numbers = [int(m[1] or m[2] or m[3]) for m in items[i:]]
        if numbers != list(range(1, len(numbers) + 1)):
            continue
        before = masked[start : first.start()].rstrip()
        if before.endswith((":", ";")) or not before:
            continue
        stops = [m.start() for m in items[i + 1 :]] + [end]
        pieces = [masked[m.end() : stop].strip() for m, stop in zip(items[i:], stops, strict=True)]
        above = masked[: first.start()]
        torn = torn_marks(above, first.start(), numbers)
        loose = set(parse_numbers(above[torn.start : torn.end])) if torn else set()
        found = [n in loose or find_mark(above, str(n)) is not None for n in numbers]
        marked = all(found)
        sources = [bool(_REFERENCE.search(p)) for p in pieces]
        apart = torn is not None or above.count("\n", len(above.rstrip())) > 1
        referred = any(sources) or (apart and any(found))
        below = not brief and _ASKED.search(before) and referred and not _asks(pieces)
        if (
            all(
                is_one or (marked and len(p) < 400)
                for is_one, p in zip(sources, pieces, strict=True)
            )
            or below
            or (brief and all(len(p) < 160 and not p.endswith(".") for p in pieces))
        ):
            return [
                Footnote(str(n), m.start(), m.start() + len(masked[m.start() : stop].rstrip()))
                for n, m, stop in zip(numbers, items[i:], stops, strict=True)
            ]
    return []


def torn_marks(text: str, at: int, marks: Collection[int]) -> Span | None:
    """The line right above place `at` that holds nothing but marks of these notes."""
    torn = _TORN.search(text, max(0, at - _ABOVE), at)
    if torn is None or not set(parse_numbers(torn["marks"])) <= set(marks):
        return None
    return trim(text, torn.start("marks"), torn.end("marks"))


def _asks(pieces: Sequence[str]) -> bool:
    return any(piece.endswith("?") for piece in pieces)
