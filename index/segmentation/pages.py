"""Find page breaks in text without pages: page numbers that count up, and the lines beside them.

Rows of a table, standard answers and list items recur as page headers do, so recurring is no proof.
Proof is that page numbers count up (1/3, 2/3, 3/3), that a line stands beside a page number every
time, or that it breaks off a sentence.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise

from index.documents import Span

_OF = re.compile(r"(?<![\d/.-])(\d{1,3})\s?/\s?(\d{1,3})(?![\d/-])")
_OF_LINE = re.compile(r"^[ \t]*(\d{1,3})\s?/\s?(\d{1,3})[ \t]*$", re.M)
_DASHED_LINE = re.compile(r"^[ \t]*[-–]\ ?(\d{1,3})\ ?[-–][ \t]*$", re.M)
# A page number with what stands before it on its line: "Antwoorden brug, pagina 3 van 8".
_NUMBERED_EDGE = re.compile(
    r"^[ \t]*(?P<words>\S[^\n]{0,150}?)[\s,|–-]*(?:\b(?P<page>pag(?:ina|\.)?|blz\.?|blad|p\.)\s?)?"
    r"(?<!\d)(?P<number>\d{1,3})(?:\s?(?:van|/)\s?(?P<total>\d{1,3}))?[ \t]*$",
    re.M | re.I,
)
_LINE = re.compile(r"[^\n]*\S")
# "Vraag 2", "Antwoord op de vragen 3 en 4:" recur and are no page headers.
_HEADING = re.compile(
    r"^\W*(?:(?:gezamenlijke?|mijn|lijst|deel|hoofdstuk|paragraaf|bijlage)\s)?"
    r"(?:vra(?:ag|gen)|antwoord(?:en)?|beantwoording|reactie|mededeling|deel|hoofdstuk)?"
    r"(?:\W|\d|\b(?:op|bij|de|het|nr|en|vra(?:ag|gen)|van|t/m|tot|met)\b)*$",
    re.I,
)
_HEADING_WORD = re.compile(r"Vraag$|Antwoord:?$")
_FEWEST_LETTERS = 8  # fewest letters of a recurring line; a shorter one may be a word or a figure
_WRAPPED = 35  # fewest characters of a line that was broken by the page's width
_PAGE = 250  # fewest characters of a page without other proof


def numbered_lines(text: str) -> list[Span]:
    """Lines with nothing but a page number ("2/9", "- 2 -") that counts up with the pages."""
    of = [(m, int(m[1]), int(m[2])) for m in _OF_LINE.finditer(text)]
    dashed = [(m, int(m[1]), 0) for m in _DASHED_LINE.finditer(text)]
    pages = _counting_up(of)
    pages += _counting(dashed, fewest=2)
    return [Span(m.start(), m.end()) for m in pages]


def running_lines(text: str, marks: Sequence[Span]) -> list[Span]:
    """Recurring page headers and footers; `marks` are the page marks already known.

    A recurring line is one if it always stands beside a page mark, ends in a page number that
    counts up, or breaks off sentences.
    """
    lines = [Span(m.start(), m.end()) for m in _LINE.finditer(text)]
    taken = {line.start for line in _numbered_edges(text, lines)}
    taken |= {line.start for line in _breaking(text, lines)}
    known = {mark.start for mark in marks} | taken
    taken |= {line.start for line in _beside(text, lines, known)}
    taken -= {mark.start for mark in marks}
    return [line for line in lines if line.start in taken]


def _numbered_edges(text: str, lines: Sequence[Span]) -> list[Span]:
    """Lines that are the same but for a page number, which counts up page by page."""
    shapes: dict[tuple[str, str], list[tuple[re.Match[str], int, int]]] = defaultdict(list)
    for line in lines:
        m = (
            _NUMBERED_EDGE.match(text, line.start, line.end)
            if text[line.end - 1].isdigit()
            else None
        )
        if m is None:
            continue
        words = " ".join(m["words"].split())
        if _may_recur(words):
            total = int(m["total"] or 0)
            shapes[words, m["page"] or ""].append((m, int(m["number"]), total))
    at = {line.start: place for place, line in enumerate(lines)}
    found: list[Span] = []
    for (_, page), group in shapes.items():
        if len(group) < 2:
            continue
        paged = bool(page)
        run = _counting_up(group) if group[0][2] else _counting(group, fewest=2 if paged else 3)
        if len(run) != len(group):
            continue  # the same words also occur elsewhere: a table row, no page header
        spans = [Span(m.start(), m.end()) for m in run]
        breaks = sum(_breaks(text, lines, at.get(span.start)) for span in spans)
        apart = all(b.start - a.end >= _PAGE for a, b in pairwise(spans))
        if paged or breaks or (group[0][2] and apart):
            found += spans
    return found


def _breaking(text: str, lines: Sequence[Span]) -> list[Span]:
    """Recurring lines of which at least two interrupt a sentence."""
    groups = _recurring(text, lines, fewest=3)
    return [
        lines[place]
        for places in groups
        if sum(_breaks(text, lines, place) for place in places) >= max(2, len(places) / 3)
        for place in places
    ]


def _beside(text: str, lines: Sequence[Span], known: set[int]) -> list[Span]:
    """Recurring lines that always stand beside a page mark, on most pages.

    A page header may have several lines: those beside one that was found are tried next.
    """
    known = set(known)
    at = {line.start: place for place, line in enumerate(lines)}
    edges = [place for start, place in at.items() if start in known]
    pages = sum(place - 1 not in set(edges) for place in edges)
    groups = _recurring(text, lines, fewest=2)
    found: list[Span] = []
    for _ in range(4):
        new: list[int] = []
        for places in groups:
            if len(places) < max(2, pages / 2) or lines[places[0]].start in known:
                continue
            for step in (-1, 1):
                if _stands_beside(lines, places, step, known) and _apart(
                    text, lines, places, -step
                ):
                    new += places
                    break
        if not new:
            break
        found += [lines[place] for place in dict.fromkeys(new)]
        known |= {lines[place].start for place in new}
    return found


def _stands_beside(
    lines: Sequence[Span], places: Sequence[int], step: int, known: set[int]
) -> bool:
    """Whether all of the lines stand next to a page mark; the end of the text counts as one."""
    beside = [lines[p + step].start in known for p in places if 0 <= p + step < len(lines)]
    return len(beside) >= 2 and all(beside)


def _apart(text: str, lines: Sequence[Span], places: Sequence[int], step: int) -> bool:
    """Whether lines are separate from the text on that side: by white space or a broken
    sentence."""
    white = 0
    for place in places:
        if not 0 <= place + step < len(lines):
            white += 1
            continue
        first, last = sorted((lines[place], lines[place + step]), key=lambda line: line.start)
        white += text.count("\n", first.end, last.start) > 1
        beside = text[lines[place + step].start : lines[place + step].end].strip()
        if step < 0 and len(beside) >= _WRAPPED and beside[-1] not in ".?!:;":
            return True
        if step > 0 and beside[0].islower():
            return True
    return white >= len(places) / 2


def _recurring(text: str, lines: Sequence[Span], fewest: int) -> list[list[int]]:
    """The places of lines with the same words that occur at least `fewest` times."""
    groups: dict[str, list[int]] = defaultdict(list)
    for place, line in enumerate(lines):
        groups[" ".join(text[line.start : line.end].split())].append(place)
    return [
        places for words, places in groups.items() if len(places) >= fewest and _may_recur(words)
    ]


def _may_recur(words: str) -> bool:
    return (
        sum(char.isalpha() for char in words) >= _FEWEST_LETTERS
        and words[-1] not in ".?!:;,"
        and words[0] not in "-•·|"
        and len(words) <= 150
        and not _HEADING.match(words)
    )


def _breaks(text: str, lines: Sequence[Span], place: int | None) -> bool:
    """Whether a sentence stops before this line, at the page's width, and goes on after it."""
    if place is None or not 0 < place < len(lines) - 1:
        return False
    before = text[lines[place - 1].start : lines[place - 1].end].strip()
    after = text[lines[place + 1].start : lines[place + 1].end].strip()
    return (
        len(before) >= _WRAPPED
        and before[-1] not in ".?!:;"
        and after[0].islower()
        and "\t" not in before
    )


def _counting(
    numbered: Iterable[tuple[re.Match[str], int, int]], fewest: int
) -> list[re.Match[str]]:
    """The longest stretch of numbers that go up by one, if it is at least `fewest` long."""
    best: list[re.Match[str]] = []
    run: list[re.Match[str]] = []
    last = 0
    for m, number, _ in numbered:
        run = [*run, m] if run and number == last + 1 else [m]
        last = number
        if len(run) > len(best):
            best = run
    return best if len(best) >= fewest else []


def _counting_up(
    numbered: Sequence[tuple[re.Match[str], int, int]], gaps: bool = True
) -> list[re.Match[str]]:
    """Of "2/9"-like numbers those of the pages: they rise to the last page, or are four or more.

    Other fractions have another total, or do not rise: "1/3" and "2/3" in running text are no pages.
    """
    totals = Counter(total for _, number, total in numbered if 0 < number <= total)
    if not totals:
        return []
    total = totals.most_common(1)[0][0]
    pages: list[re.Match[str]] = []
    last = 0
    for m, number, of in numbered:
        if of == total and last < number <= total:
            pages.append(m)
            last = number
    enough = len(pages) >= 4 and len(pages) >= 0.4 * last
    return pages if len(pages) >= 2 and (last == total or enough) else []


def find_page_marks(text: str) -> list[Span]:
    """In text without lines: page numbers "3/12" that count up, and the words that recur beside them.

    Words are a header where they stand at the same distance from at least three page numbers.
    """
    marks = [(m, int(m[1]), int(m[2])) for m in _OF.finditer(text) if not re.search(r"\s", m[0])]
    pages = _counting_up(marks)
    if not pages:
        return []
    found = [Span(m.start(), m.end()) for m in pages]
    words = list(re.finditer(r"\S+", text))
    starts = [word.start() for word in words]
    size = 6
    places: dict[tuple[str, ...], list[tuple[int, int]]] = defaultdict(list)
    for page in pages:
        mark = bisect_left(starts, page.start())
        low = bisect_left(starts, page.start() - 220)
        high = bisect_left(starts, page.start() + 220)
        for i in range(low, min(high, len(words)) - size + 1):
            piece = words[i : i + size]
            if not any(_HEADING_WORD.match(word[0]) for word in piece):
                places[tuple(word[0] for word in piece)].append((i, i - mark))
    header: set[int] = set()
    for stands in places.values():
        away = Counter(distance for _, distance in dict(stands).items())
        if len({i for i, _ in stands}) >= 3 and max(away.values()) >= 2:
            header |= {i + step for i, _ in stands for step in range(size)}
    for i in sorted(header):
        start, end = words[i].start(), words[i].end()
        if i - 1 in header and found[-1].end == words[i - 1].end():
            found[-1] = Span(found[-1].start, end)
        else:
            found.append(Span(start, end))
    return sorted(found, key=lambda span: span.start)
