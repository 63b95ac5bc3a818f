"""Documents with all questions first and then all answers, in a second list with the same numbers.

Such a list follows a heading ("Antwoorden"), a line that announces it ("De antwoorden luiden:") or
white space alone; its items are answers where their numbers are those of the questions before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from index.documents import Number
from index.segmentation.evidence import announces_answers
from index.segmentation.headings import ATTRIBUTION, Marker, find_questions
from index.segmentation.question_numbers import NUMBERS, order, parse_numbers

_ITEM = re.compile(
    r"^[ \t#*_>]*(?P<word>(?:(?:[Aa]d|[Oo]p|[Bb]ij)[ \t]+)?(?:(?:[Vv]ra(?:ag|gen)|VRAAG)[ \t]+)?)"
    rf"(?P<numbers>{NUMBERS})(?P<form>[ \t]*(?:[*_]+[ \t]*)?(?:[.:)]|\t|$)[*_]*|[ \t](?=[A-Z‘“\"«'(€]))"
    r"[ \t]*",
    re.M,
)
_ANNOUNCED = re.compile(r"^[^\n]*\b(?:be)?antwoord\w*[^\n]*:[ \t*_]*$", re.M | re.I)
_LAST = 3000  # most characters of a question
_TRIES = 20  # most lists without a heading that are tried
_WORD = re.compile(r"(?!en\b)[^\W\d_]{2}")  # not between footnote marks: "2, 3 en 4"
_BLANK = re.compile(r"\n[ \t]*\n\s*")


def with_listed_answers(text: str, answers: Sequence[Marker]) -> list[Marker]:
    """`answers`, and the items of lists of answers as headings of their own.

    The heading over such a list gets the style "list": it is no answer itself. `text` has page
    boilerplate and notes masked.
    """
    found = list(answers)
    for over, at in _places(text, answers):
        before = [m for m in found if m.start < over.start]
        items = _items(text, over, at, before)
        if items and not any(items[0].start < m.start < items[-1].start for m in found):
            after = [m for m in found if m.start > items[-1].start]
            found = sorted([*before, over, *items, *after], key=lambda marker: marker.start)
    below: list[Marker | None] = [*found[1:], None]
    return [
        replace(one, style="list") if other and _heads(text, one, other) else one
        for one, other in zip(found, below, strict=False)
    ]


def _heads(text: str, marker: Marker, below: Marker) -> bool:
    """Whether a heading without a number only stands over the numbered answers below it."""
    return (
        marker.style == "answer"
        and not marker.numbers
        and bool(below.numbers)
        and not text[marker.end : below.start].strip()
    )


def _places(text: str, answers: Sequence[Marker]) -> Iterator[tuple[Marker, int]]:
    """The heading of each list that may hold answers, and where the list begins."""
    for marker in answers:
        if not marker.numbers:
            yield replace(marker, style="list"), _content(text, marker.end)
    for m in _ANNOUNCED.finditer(text):
        yield Marker(m.start(), m.end(), (), "list"), _content(text, m.end())
    previous: Number | None = None
    tries = 0
    for item in _ITEM.finditer(text):
        first = parse_numbers(item["numbers"])[:1]
        if (
            previous
            and first
            and order(first[0]) < order(previous)
            and tries < _TRIES
            and _BLANK.search(text, max(0, item.start() - 9), item.start() + 1)
        ):
            tries += 1
            over = Marker(item.start(), item.start(), (), "list")
            yield over, _content(text, item.start())
        previous = first[0] if first else previous


def _content(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _items(text: str, over: Marker, at: int, before: Sequence[Marker]) -> list[Marker]:
    """The items from `at` on, as answers; [] if their numbers are not those of the questions."""
    line = text.rfind("\n", 0, at) + 1
    first = _ITEM.match(text, line)
    if first is None or first.end() < at or text[line:at].strip():
        return []
    past = max((marker.end for marker in before), default=0)
    above = text[past : over.start]
    # The line that says who answers leaves no doubt that answers follow, and only there.
    sure = bool(ATTRIBUTION.search(text, over.start, over.end))
    if not sure and not _asks_last(above[-_LAST:]):
        return []
    asked = find_questions(above, [over] if sure else [])[0]
    numbers = sorted({n for question in asked for n in question.numbers}, key=order)
    if len(numbers) < (1 if sure else 2):
        return []
    if over.start == over.end and not past and not announces_answers(above[: asked[0].start]):
        return []
    stops = [*(question.start for question in asked[1:]), len(above)]
    for question, stop in zip(asked, stops, strict=True):
        if not sure and not _asks_last(above[question.end : stop]):
            return []  # this question has its answer right below it
    items = _matching(text, line, first, numbers)
    if items is None and sure:
        items = _matching(text, line, first, numbers, rising=False)
    if items is None or len(items) < (1 if sure else 2):
        return []
    texts = {q.numbers: above[q.end : stop].strip() for q, stop in zip(asked, stops, strict=True)}
    items = [_past_question(text, item, texts.get(item.numbers, "")) for item in items]
    stops = [*(item.start for item in items[1:]), len(text)]
    bodies = [text[item.end : stop].strip() for item, stop in zip(items, stops, strict=True)]
    asking = sum(body.endswith("?") for body in bodies)
    if asking > len(bodies) / 3 or not all(re.search(r"\w", body) for body in bodies):
        return []
    return items if all(a.end <= b.start for a, b in pairwise(items)) else []


def _matching(
    text: str, start: int, first: re.Match[str], numbers: Sequence[Number], *, rising: bool = True
) -> list[Marker] | None:
    """Items written like the first one that name all `numbers`; None where some are not named.

    They need not rise ("2", "4", "1 en 3") where each has a line to itself.
    """
    form, word = first["form"].strip(" \t*_"), bool(first["word"])
    items: list[Marker] = []
    wanted = list(numbers)
    for m in _ITEM.finditer(text, start):
        named = parse_numbers(m["numbers"])
        alike = m["form"].strip(" \t*_") == form and bool(m["word"]) == word
        placed = named[:1] == (wanted[0],) if rising else _ends_line(text, m)
        if alike and named and placed and set(named) <= set(wanted):
            items.append(Marker(m.start(), m.end(), named, "answer"))
            wanted = [n for n in wanted if n not in named]
            if not wanted:
                return items
    return None


def _ends_line(text: str, item: re.Match[str]) -> bool:
    return text[item.end() : item.end() + 1] in {"", "\n"}


def _past_question(text: str, item: Marker, question: str) -> Marker:
    """The item; a repetition of the question at its start becomes part of its heading."""
    start = _content(text, item.end)
    if question and text.startswith(question, start):
        return replace(item, end=start + len(question))
    return item


def _asks_last(body: str) -> bool:
    """Whether the text is only a question, footnote marks aside."""
    mark = body.rfind("?")
    return mark > 0 and not _WORD.search(body, mark + 1)
