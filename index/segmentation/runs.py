"""Find the lists of questions in a document: mostly one, or one per chapter or committee member.

A second list starts at 1 again. So do lists inside answers; a list of questions has a heading above
it, or answers to its questions one by one.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.documents import Span
from index.segmentation.headings import WORDS, Marker, convinces, find_questions, sequence
from index.segmentation.question_numbers import main_number, next_number, order, skipped

_HEADING = 3  # most lines of a heading above a list
_TITLED = re.compile(
    r"#|\W*(?:Deel|Hoofdstuk|Bijlage|Onderdeel|Blok|Thema|Onderwerp|Vragen|Inbreng|Fractie|Lid|Leden|"
    r"(?:Vragen )?[Vv]an (?:het lid|de leden|de)|De leden|Het lid|[IVX]+\b|[A-Z][.)])"
)
# A title above a list with an introduction in between: only what can be nothing else than a title.
_TITLE = re.compile(
    r"^[ \t]*(?:#{1,6}[ \t]|\W*(?:Deel|Hoofdstuk|Bijlage|Onderdeel|Blok|Inbreng|(?:\w+ )?[Vv]ragen)\b"
    r"[^\n]{0,250}(?:[^.?!;,\s]|\(ingezonden[^\n]*\)\.)[ \t]*$|[^\n]{0,60}\b[Ff]ractie[ \t]*:?$)",
    re.M,
)
_LETTER = re.compile(r"^[ \t]*([a-m])[.)][ \t]+(?=\S)", re.M)
_FIRST_LINE = re.compile(r"\s*[^\n]+")
_WORDS = re.compile(r"^[^\n]*\S[^\n]*$", re.M)
_INTRODUCTION = 1500  # most characters between a title and its list
_SAME = 60  # characters in which the two copies of a repeated question agree


@dataclass(frozen=True, slots=True)
class Run:
    """One list of questions: its headings in order, and where it starts and ends.

    `heading` is what stands above it, None where the document has one list only. `doubts` says what
    was uncertain, in Dutch.
    """

    markers: tuple[Marker, ...]
    start: int
    end: int
    heading: str | None = None
    doubts: tuple[str, ...] = ()


def find_runs(text: str, answers: Sequence[Marker], headings: Sequence[Span] = ()) -> list[Run]:
    """The lists of questions, in order; [] where no sequence of headings convinces.

    `text` has page boilerplate and notes masked, `headings` are stretches that the format marks so.
    """
    chain, alike = find_questions(text, answers)
    if not chain:
        return []
    marks = {h.start for h in headings}
    starts = [
        c
        for at, c in enumerate(alike)
        if _is_first(c, alike[at - 1] if at else None) and (c.style in WORDS or c.weight >= 0.7)
    ]
    lists = _lists(text, chain, alike, starts, answers, marks)
    lists = [*_before(text, lists[0], answers), *lists, *_after(text, lists[-1], answers, marks)]
    if len(lists) == 1:
        return [_run(text, lists[0], alike, answers, 0, len(text))]
    every = [*answers, *alike, *(marker for each in lists for marker in each)]
    above = [
        _above(text, each[0].start, marks, first=not at)
        or _introduced(text, each[0].start, marks, every)
        for at, each in enumerate(lists)
    ]
    if not any(above[1:]) or _entitled(text, above[0]) > any(_entitled(text, a) for a in above[1:]):
        above[0] = None  # the document's title is not the heading of its first list
    tops = [
        heading.start if heading else each[0].start
        for heading, each in zip(above, lists, strict=True)
    ]
    runs: list[Run] = []
    names: list[str] = []
    for at, each in enumerate(lists):
        heading = above[at]
        name = _named(text, heading) if heading else f"lijst {at + 1}"
        if name in names:
            name = f"{name} ({at + 1})"
        names.append(name)
        stop = tops[at + 1] if at + 1 < len(lists) else len(text)
        begin = tops[at] if at else 0
        written_so = alike if each[0].style == chain[0].style else each
        runs.append(replace(_run(text, each, written_so, answers, begin, stop), heading=name))
    return runs


def _is_first(marker: Marker, before: Marker | None) -> bool:
    """Whether a heading has the number with which a list begins: 1, or "1a" that no 1 precedes."""
    if skipped(None, marker.numbers[0]):
        return False
    return marker.numbers[0] == 1 or before is None or main_number(before.numbers[-1]) > 1


def _lists(
    text: str,
    chain: list[Marker],
    alike: list[Marker],
    starts: Sequence[Marker],
    answers: Sequence[Marker],
    marks: set[int],
) -> list[list[Marker]]:
    """The sequence cut at every heading at which a new list begins."""
    groups: list[list[Marker]] = [[]]
    for c in alike:
        if c in starts and groups[-1] and _begins(text, c, groups[-1], alike, answers, marks):
            groups.append([])
        groups[-1].append(c)
    lists = [found for group in groups if (found := sequence(group))]
    if len(lists) < 2:
        return [chain]
    missing = sum(len(_missing(each)) for each in lists)
    whole = sum(map(len, lists))
    # A list inside an answer leaves a gap in the list that continues after it.
    if missing > len(_missing(chain)) or whole <= len(chain):
        return [chain]
    return lists


def _before(text: str, first: Sequence[Marker], answers: Sequence[Marker]) -> list[list[Marker]]:
    """A list before the first one, written in another style, with answers of its own."""
    start = first[0].start
    own = [a for a in answers if a.start < start]
    chain, alike = find_questions(text[:start], own) if len(own) > 1 else ([], [])
    if not chain or not _is_list(chain, own):
        return []
    if any(
        _same_text(text, one, other, [*alike, *first], answers) for one in chain for other in first
    ):
        return []  # the same questions
    return [chain]


def _after(
    text: str, last: Sequence[Marker], answers: Sequence[Marker], marks: set[int]
) -> list[list[Marker]]:
    """A list after the last one, written in another style, with a heading and answers of its own."""
    later = [a for a in answers if a.start > last[-1].start]
    if len(later) < 3:
        return []
    blank = re.sub(r"[^\n]", " ", text[: later[0].end]) + text[later[0].end :]
    chain, _ = find_questions(blank, later[1:])
    if not chain or not _is_list(chain, later) or not _above(text, chain[0].start, marks):
        return []
    return [chain]


def _is_list(chain: Sequence[Marker], answers: Sequence[Marker]) -> bool:
    """Whether a sequence starts at 1, misses nothing, and has about as many answers as questions."""
    following = [a for a in answers if a.start > chain[0].start]
    return (
        not skipped(None, chain[0].numbers[0])
        and len(chain) > 1
        and not _missing(chain)
        and 0.5 * len(chain) <= len(following) <= 1.5 * len(chain)
    )


def _missing(chain: Sequence[Marker]) -> set[int]:
    known = {main_number(n) for marker in chain for n in marker.numbers}
    return set(range(1, max(known) + 1)) - known


def _begins(
    text: str,
    start: Marker,
    group: list[Marker],
    alike: Sequence[Marker],
    answers: Sequence[Marker],
    marks: set[int],
) -> bool:
    """Whether a new list begins at `start`, `group` being what came before it."""
    after = [c for c in alike if c.start >= start.start]
    follow = next((c for c in after[1:] if not skipped(start.numbers[-1], c.numbers[0])), None)
    again = next((c for c in after[1:] if c.numbers[0] == start.numbers[0]), None)
    if follow and again and again.start < follow.start:
        follow = None
    stops = sorted([*(c.start for c in alike), *(a.start for a in answers)])
    headings = {a.start for a in answers}

    def answered(marker: Marker) -> bool:
        at = bisect_right(stops, marker.start)
        return at < len(stops) and stops[at] in headings

    above = _above(text, start.start, marks)
    above = above or _introduced(text, start.start, marks, [*answers, *alike])
    if above is None:
        if follow is None:
            return False
        if start.style in WORDS:
            if not any(a.start > start.start for a in answers):
                return False
        elif not (answered(start) and answered(follow)):
            return False
    before = sequence(group)
    if not before or main_number(before[0].numbers[0]) > 3:
        return False
    between = any(before[-1].start < a.start < start.start for a in answers)
    if any(a.start > alike[0].start for a in answers) and not between:
        return False  # a repeated question, or questions listed before they are answered
    if not answered(start) and "?" not in _body(text, start, alike, answers):
        return False
    if follow is None:  # a list of one question
        return answered(start) or start.style in WORDS
    until = again.start if again else len(text)
    own = sequence([c for c in after if c.start < until])
    if not own or own[0] is not start or not convinces(own, text, answers):
        return False
    earlier = {marker.numbers: marker for marker in before}
    same = sum(
        m.numbers in earlier and _same_text(text, earlier[m.numbers], m, alike, answers)
        for m in own
    )
    return between or same <= len(own) / 2


def _above(text: str, start: int, marks: set[int], *, first: bool = False) -> Span | None:
    """The heading right above a list: short lines without a full stop, after a blank line.

    It is no heading if nothing else stands between it and the heading before: then it is the text
    of that answer. `first`: above the first list nothing else needs to stand.
    """
    end = len(text[:start].rstrip())
    begin = end
    for _ in range(_HEADING):
        line = text.rfind("\n", 0, begin) + 1
        words = text[line:begin].strip(" \t*_#")
        if not words or len(words) > 150 or "\t" in words or words[-1] in ".?!;,»”":
            break
        if words[-1] == ":" and not _TITLED.match(words):
            break
        begin = line
        blank = not text[:line].strip(" \t") or re.search(r"\n[ \t]*\n[ \t]*$", text[:line])
        titled = line in marks or _TITLED.match(text[line:end].lstrip(" \t*_"))
        if blank or titled:
            previous = text[:line].rstrip()
            last = previous[previous.rfind("\n") + 1 :].strip(" \t*_#:.")
            bare = re.fullmatch(r"(?i)(?:vra(?:ag|gen)|antwoord\w*)?[\W\d]*(?:op vraag \d+)?", last)
            if titled or first:
                return Span(line, end)
            if bare or previous.endswith(":") or _figures(text[line:end]):
                return None
            return Span(line, end)
        begin = len(text[:line].rstrip()) if text[:line].endswith("\n") else line
    return None


def _entitled(text: str, heading: Span | None) -> bool:
    """Whether a heading is the title of a document with questions."""
    return heading is not None and "(ingezonden" in text[heading.start : heading.end]


def _figures(text: str) -> bool:
    """Whether several lines all end in a figure, like the rows of a table."""
    lines = text.split("\n")
    return len(lines) > 1 and all(line.rstrip()[-1:].isdigit() for line in lines)


def _introduced(text: str, start: int, marks: set[int], markers: Sequence[Marker]) -> Span | None:
    """The title of a list that an introduction follows: the first one after the last answer's text.

    A line right below an answer's heading is what is answered. Above the first list it is the last.
    """
    low = max((m.end for m in markers if m.start < start), default=0)
    said = _FIRST_LINE.match(text, low) if low else None
    titles = [
        Span(line.start(), line.end())
        for line in _WORDS.finditer(text, said.end() if said else low, start)
        if (line.start() in marks or _TITLE.match(line[0])) and start - line.end() < _INTRODUCTION
    ]
    return (titles[0] if low else titles[-1]) if titles else None


def _named(text: str, heading: Span) -> str:
    lines = text[heading.start : heading.end].split("\n")
    return " – ".join(filter(None, (" ".join(line.strip(" \t#*_:").split()) for line in lines)))


# --- headings that stand twice ---------------------------------------------------------------


def _run(
    text: str,
    chain: Sequence[Marker],
    alike: Sequence[Marker],
    answers: Sequence[Marker],
    start: int,
    end: int,
) -> Run:
    """A list with its repeated headings sorted out: each a repetition, or the next number
    misprinted."""
    known = {n for marker in chain for n in marker.numbers}
    by_number = {marker.numbers: marker for marker in chain}
    twins = [
        c
        for c in alike
        if start <= c.start < end
        and c not in chain
        and (twin := by_number.get(c.numbers))
        and _stands_twice(text, c, twin, alike, answers)
    ]
    parts = _lettered(text, chain, answers)
    markers = sorted([*chain, *twins, *parts], key=lambda marker: marker.start)
    doubts: list[str] = []
    for at in range(1, len(markers)):
        marker = markers[at]
        following = next_number(marker.numbers[-1])
        earlier = [m for m in markers[:at] if m.numbers == marker.numbers]
        if not earlier or len(marker.numbers) > 1:
            continue
        answer = next((a for a in answers if a.start > marker.start), None)
        stop = markers[at + 1].start if at + 1 < len(markers) else end
        between = any(earlier[-1].start < a.start < marker.start for a in answers)
        named = answer.numbers if answer and answer.start < stop else None
        if following not in known and (
            (named and following in named and marker.numbers[0] not in named)
            or (
                between
                and named == ()
                and not _same_text(text, earlier[-1], marker, alike, answers)
            )
        ):
            markers[at] = replace(marker, numbers=(following,))
            known.add(following)
            doubts.append(
                f"de kop van vraag {marker.numbers[0]} staat er twee keer; "
                f"de tweede is gelezen als vraag {following}"
            )
        elif (
            not _body(text, earlier[-1], alike, answers).strip()
            or _same_text(text, earlier[-1], marker, alike, answers)
        ) and _asked_again(earlier[-1], markers, answers):
            markers[markers.index(earlier[-1])] = replace(earlier[-1], style="repeat")
            doubts.append(f"de kop van vraag {marker.numbers[0]} staat er twee keer")
    return Run(tuple(markers), start, end, doubts=tuple(doubts))


def _lettered(text: str, chain: Sequence[Marker], answers: Sequence[Marker]) -> list[Marker]:
    """Items "a.", "b." within a question that headings of answers name: "Antwoord 2a"."""
    named = {n for answer in answers for n in answer.numbers}
    named -= {n for marker in chain for n in marker.numbers}
    stops = sorted([*(m.start for m in (*chain, *answers)), len(text)])
    items: list[Marker] = []
    for marker in chain:
        stop = stops[bisect_right(stops, marker.start)]
        for item in _LETTER.finditer(text, marker.end, stop) if len(marker.numbers) == 1 else ():
            number = f"{marker.numbers[0]}{item[1]}"
            if number in named:
                items.append(Marker(item.start(), item.end(), (number,), marker.style))
    return items


def _asked_again(marker: Marker, markers: Sequence[Marker], answers: Sequence[Marker]) -> bool:
    """Whether the numbers return to this one or a lower one before any answer."""
    until = next((a.start for a in answers if a.start > marker.start), None)
    return any(
        order(m.numbers[0]) <= order(marker.numbers[0])
        for m in markers
        if marker.start < m.start and (until is None or m.start < until)
    )


def _stands_twice(
    text: str, c: Marker, twin: Marker, alike: Sequence[Marker], answers: Sequence[Marker]
) -> bool:
    """Whether `c` is a heading like its twin: the same question, or one in a paragraph of its
    own."""
    if _same_text(text, c, twin, alike, answers):
        return True
    previous = text[: c.start].rstrip(" \t")
    apart = previous.endswith("\n\n") or previous.rstrip()[-1:] in {".", "?", "!", "»", "”"}
    if apart and not _body(text, c, alike, answers).strip():  # its text stands under the next one
        following = next((m for m in alike if m.start > c.start), None)
        return following is not None and following.numbers == c.numbers
    return c.style in WORDS and apart and "?" in _body(text, c, alike, answers)


def _same_text(
    text: str, one: Marker, other: Marker, alike: Sequence[Marker], answers: Sequence[Marker]
) -> bool:
    bodies = [
        re.sub(r"\W+", "", _body(text, marker, alike, answers).partition("?")[0]).lower()[:_SAME]
        for marker in (one, other)
    ]
    return bool(bodies[0]) and bodies[0] == bodies[1]


def _body(text: str, marker: Marker, alike: Sequence[Marker], answers: Sequence[Marker]) -> str:
    stops = [m.start for m in (*alike, *answers) if m.start > marker.start]
    return text[marker.end : min([*stops, len(text), marker.end + 2500])]
