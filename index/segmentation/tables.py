"""Cut tables of questions and answers: a row has a number, a question and an answer.

The table's head names the columns. The cells of a row are on one line, between "|" (Markdown) or
tabs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.documents import Number, Passage, Question, Span
from index.segmentation.question_numbers import NUMBER, next_number, parse_numbers
from index.segmentation.sections import cut_stretch

_LINE = re.compile(r"[^\n]+")
_RULE = re.compile(r"[\s|:-]+")
_NUMBER_HEAD = re.compile(r"(?:vraag)?(?:nr|no|nummer|#)\.?|vraag ?nr\.?", re.I)
_QUESTION_HEAD = re.compile(r"(?:de )?(?:kamer)?vra(?:ag|gen)|question", re.I)
_ANSWER_HEAD = re.compile(r"(?:het )?(?:antwoord(?:en)?|beantwoording|reactie)|answer", re.I)
_LEADING_NUMBER = re.compile(rf"(?:[Vv]raag\s+)?({NUMBER})(?:\s*[.:)]\s*|\s+(?=[A-Z‘“\"«'(]))")


@dataclass(frozen=True, slots=True)
class _Table:
    """A table of questions and answers, its place, and the heading above it."""

    rows: list[Passage]
    start: int
    end: int
    heading: Span | None


def cut_tables(text: str) -> tuple[list[Passage], list[str]]:
    """The answers of the text's tables of questions and answers, and what is uncertain, in Dutch.

    No passages where it has no such table. Text between and after them comes out as
    sections. `text` has page boilerplate and notes masked.
    """
    lines = [Span(m.start(), m.end()) for m in _LINE.finditer(text) if m[0].strip()]
    tables: list[_Table] = []
    at = 0
    while at < len(lines):
        rows, after = _table(text, lines, at)
        if rows:
            above = lines[at - 1] if at else None
            heading = above if above and _is_heading(text, above) else None
            tables.append(_Table(rows, lines[at].start, lines[after - 1].end, heading))
        at = after
    passages: list[Passage] = []
    doubts: list[str] = []
    for at, table in enumerate(tables):
        name = _name(text, tables, at)
        for row in table.rows:
            passage = row if name is None else replace(row, heading=name)
            if not re.search(r"\w", row.text):
                passage = _unanswered(row, name)
                doubts.append(
                    f"{f'{name}: ' if name else ''}vraag {row.numbers[0]}: geen antwoord gevonden"
                )
            passages.append(passage)
        following = tables[at + 1] if at + 1 < len(tables) else None
        stop = len(text)
        if following:
            stop = following.heading.start if following.heading else following.start
        passages += cut_stretch(text, table.end, stop)
    return passages, doubts


def _unanswered(row: Passage, name: str | None) -> Passage:
    """A row without an answer: its question as a section."""
    asked = row.questions[0]
    title = f"Vraag {asked.number} (geen antwoord gevonden)"
    heading = f"{name}, {title}" if name else title
    return Passage((), asked.text, asked.start, asked.end, heading=heading)


def _name(text: str, tables: Sequence[_Table], at: int) -> str | None:
    """The name of a table, for documents in which several tables use the same numbers."""
    own = {n for row in tables[at].rows for n in row.numbers}
    others = {
        n for table in tables if table is not tables[at] for r in table.rows for n in r.numbers
    }
    if own.isdisjoint(others):
        return None
    heading = tables[at].heading
    name = " ".join(text[heading.start : heading.end].strip(" \t#*_:").split()) if heading else ""
    same = sum(
        1
        for table in tables[:at]
        if table.heading
        and heading
        and text[table.heading.start : table.heading.end] == text[heading.start : heading.end]
    )
    return f"{name} ({same + 1})" if name and same else name or f"tabel {at + 1}"


def _is_heading(text: str, line: Span) -> bool:
    words = text[line.start : line.end].strip(" \t*_")
    return words.startswith("#") or (
        len(words) < 100 and "|" not in words and "\t" not in words and words[-1:] not in ".?!;,"
    )


def _table(text: str, lines: Sequence[Span], at: int) -> tuple[list[Passage], int]:
    """The table whose head is line `at`, and the line to continue with."""
    columns = _columns(text, lines[at])
    if columns is None:
        return [], at + 1
    width, number_at, question_at, answer_at = columns
    passages: list[Passage] = []
    last: Number = 0
    at += 1
    while at < len(lines):
        cells = _cells(text, lines[at])
        if _RULE.fullmatch(text[lines[at].start : lines[at].end]) or _columns(text, lines[at]):
            at += 1  # the rule below the head, or the head repeated on the next page
            continue
        if (
            columns == (3, 0, 1, 2)
            and len(cells) == 2
            and "|" not in text[lines[at].start : lines[at].end]
        ):
            cells, at = _spread(text, lines, at, cells)
        if len(cells) != width:
            break
        question, answer = cells[question_at], cells[answer_at]
        named: tuple[Number, ...] = ()
        if number_at is not None:
            cell = cells[number_at]
            named = parse_numbers(text[cell.start : cell.end])
        elif leading := _LEADING_NUMBER.match(text, question.start, question.end):
            named = parse_numbers(leading[1])
            question = Span(leading.end(), question.end)
        numbers = named or (next_number(last),)
        last = numbers[-1]
        asked = tuple(
            Question(n, text[question.start : question.end], question.start, question.end)
            for n in numbers
        )
        passages.append(Passage(asked, text[answer.start : answer.end], answer.start, answer.end))
        at += 1
    return passages, at


def _spread(text: str, lines: Sequence[Span], at: int, cells: list[Span]) -> tuple[list[Span], int]:
    """A long row that a reader spread: number and question on a line, the answer on the next ones."""
    number = parse_numbers(text[cells[0].start : cells[0].end])
    if not number:
        return cells, at
    last = at
    while last + 1 < len(lines):
        line = lines[last + 1]
        between = text[lines[last].end : line.start]
        if "\t" in text[line.start : line.end] or (last > at and between.count("\n") > 1):
            break
        last += 1
    if last == at:
        return cells, at
    answer = Span(lines[at + 1].start, lines[last].end)
    return [*cells, answer], last


def _columns(text: str, line: Span) -> tuple[int, int | None, int, int] | None:
    """Of a head: how many columns, and which hold the number (if any), question and answer."""
    cells = [text[cell.start : cell.end].strip(" *_:") for cell in _cells(text, line)]
    if not 2 <= len(cells) <= 6:
        return None
    number = next((at for at, cell in enumerate(cells) if _NUMBER_HEAD.fullmatch(cell)), None)
    question = [at for at, cell in enumerate(cells) if _QUESTION_HEAD.fullmatch(cell)]
    answer = [at for at, cell in enumerate(cells) if _ANSWER_HEAD.fullmatch(cell)]
    if len(question) != 1 or len(answer) != 1:
        return None
    return len(cells), number, question[0], answer[0]


def _cells(text: str, line: Span) -> list[Span]:
    """The cells of a line; one that is empty is an empty stretch."""
    start, end = line.start, line.end
    words = text[start:end]
    if "|" not in words:
        return _between(text, start, end, "\t") if "\t" in words else []
    start += len(words) - len(words.lstrip())
    end -= len(words) - len(words.rstrip())
    start += text[start] == "|"
    end -= text[end - 1] == "|" and text[end - 2 : end - 1] != "\\" and end > start
    return _between(text, start, end, "|")


def _between(text: str, start: int, end: int, mark: str) -> list[Span]:
    cells = []
    at = start
    for place in range(start, end + 1):
        if place == end or (text[place] == mark and text[place - 1] != "\\"):
            first, last = at, place
            while first < last and text[first].isspace():
                first += 1
            while last > first and text[last - 1].isspace():
                last -= 1
            cells.append(Span(first, last))
            at = place + 1
    return cells
