"""Find page headers and footers, page numbers and footnotes in plain text.

A reader that knows the layout reports them itself (`Source.asides`, `Source.footnotes`); this is
for text that lost its layout. Everything found is a span; nothing is removed from the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence

from index.documents import Aside, Footnote, Span
from index.segmentation.pages import find_page_marks, numbered_lines, running_lines

PAGE = "paginakop of -voet"

_PAGE_LINE = re.compile(
    r"""^[ \t]*(?:
        Tweede\ Kamer,\ vergaderjaar\ \d{4}\s?[-–]\s?\d{4},[^\n]{0,40}
      | Eerste\ Kamer,\ vergaderjaar\ \d{4}\s?[-–]\s?\d{4},[^\n]{0,40}
      | (?:ah|kv|kst|h|blg|nds)[- ](?:tk[- ])?\d{4,}[^\s]*(?:[ -]\w+){0,2}
      | kv-tk-\w+
      | (?:\w+-tk-\S+\s+)?ISSN\ [^\n]{0,120}
      | ['’‘]s-Gravenhage\ \d{4}\ ?Tweede\ Kamer[^\n]{0,80}
      | (?:Pagina|Blad|pagina)\ \d{1,3}(?:\s?(?:van|/)\s?\d{1,3})?
      | [-–—_=*]{4,}
    )[ \t]*$""",
    re.VERBOSE | re.MULTILINE,
)
_INLINE_REF = re.compile(r"\[footnoteRef:(\d+)\]")
# From the beginning of a run of spaces only: one of any length is looked at once.
_INLINE_NOTE = re.compile(r"(?<![ \t])[ \t]*\[(\d+):\s+((?:[^\[\]]|\[[^\[\]]*\])*)\]")
_ARROW_NOTE = re.compile(
    r"^[ \t]*(\d{1,3})[.)]?[ \t]+([^\n]*(?:\n[ \t]*[^\s\d][^\n]*)*?)↩\ufe0e?[ \t]*$", re.M
)
_NOTE_LINE = re.compile(r"^[ \t]*\[?(\d{1,3})\]?(?:[.)]?[ \t](?=\S)|(?=[^\s\d.)]))", re.M)
_SPACED_NOTES = re.compile(r"(?<=\S)[ \t]{15,}(?=(\d{1,3}) \S)")


def mask(text: str, spans: Iterable[Span | Aside | Footnote]) -> str:
    """`text` with the spans blanked out, line breaks kept: same length, same offsets."""
    characters = list(text)
    for span in spans:
        for at in range(span.start, span.end):
            if characters[at] != "\n":
                characters[at] = " "
    return "".join(characters)


def is_flowed(text: str) -> bool:
    """Whether a text lost its line structure (an extraction that put everything on few lines)."""
    return len(text) > 600 and text.count("\n") < len(text) / 1500


def find_boilerplate(text: str) -> list[Aside]:
    """Page headers, footers, page numbers and rulers, by their form and their place on a page.

    Recurring is no proof: rows of tables and standard answers recur too. A recurring line must
    stand beside a page number, or break off a sentence (see `index.segmentation.pages`).
    """
    found = find_page_marks(text) if is_flowed(text) else _lines(text)
    return [Aside(span.start, span.end, PAGE) for span in found]


def is_page_line(text: str, aside: Aside) -> bool:
    """Whether a line is a page header or number by its form alone, whatever is around it."""
    return bool(_PAGE_LINE.fullmatch(text, aside.start, aside.end))


def _lines(text: str) -> list[Span]:
    marks = [Span(m.start(), m.end()) for m in _PAGE_LINE.finditer(text)]
    marks = sorted([*marks, *numbered_lines(text)], key=lambda span: span.start)
    return sorted([*marks, *running_lines(text, marks)], key=lambda span: span.start)


def find_notes(
    text: str, boilerplate: Sequence[Aside], known: Sequence[Footnote] = ()
) -> tuple[list[Footnote], list[Aside]]:
    """Footnotes in a text besides those `known`, and the reference marks to leave out of it.

    No stretch is two notes, or a note and a page mark.
    """
    notes = [Footnote(m[1], m.start(), m.end()) for m in _INLINE_NOTE.finditer(text)]
    marks = [Aside(m.start(), m.end(), "nootverwijzing") for m in _INLINE_REF.finditer(text)]
    notes += [Footnote(m[1], m.start(), m.end()) for m in _ARROW_NOTE.finditer(text)]
    if not notes:
        notes = (
            _spaced_notes(text, boilerplate) if is_flowed(text) else _page_notes(text, boilerplate)
        )
    spans = [Span(aside.start, aside.end) for aside in boilerplate]
    spans += [Span(note.start, note.end) for note in known]
    taken = sorted(spans, key=lambda span: span.start)
    starts = [span.start for span in taken]
    apart: list[Footnote] = []
    for note in sorted(notes, key=lambda note: (note.start, -note.end)):
        at = bisect_right(starts, note.start) - 1
        inside = at >= 0 and note.start < taken[at].end
        if not inside and (not apart or note.start >= apart[-1].end):
            apart.append(note)
    return apart, marks


def _page_notes(text: str, boilerplate: Sequence[Aside]) -> list[Footnote]:
    """Blocks of notes right above a page break, numbered on from the notes of earlier pages."""
    if not boilerplate:
        return []
    breaks = [aside.start for aside in boilerplate if text[aside.start : aside.end].strip()]
    text = mask(text, boilerplate)  # "2/9" is no second note
    notes: list[Footnote] = []
    expected, page_start = 1, 0
    for stop in [*breaks, len(text)]:
        block = _note_block(text, page_start, stop, expected)
        notes.extend(block)
        expected += len(block)
        page_start = stop
    return notes


def _note_block(text: str, start: int, stop: int, expected: int) -> list[Footnote]:
    """The notes that end a page: from the last line numbered `expected` on, if all lines fit."""
    lines = list(_NOTE_LINE.finditer(text, start, stop))
    firsts = [m for m in lines if int(m[1]) == expected]
    if not firsts:
        return []
    first = firsts[-1]
    block = text[first.start() : stop].rstrip()
    starts = [first]
    for line in lines:
        if line.start() > first.start() and int(line[1]) == expected + len(starts):
            starts.append(line)
    paragraphs = {first.start() + m.end() for m in re.finditer(r"\n[ \t]*\n\s*", block)}
    if paragraphs - {line.start() for line in starts}:
        return []  # running text follows, so this is no block of footnotes
    if text[start : first.start()].rstrip().endswith(":"):
        return []  # a list announced by the text before it
    if re.search(r"\?[ \t]*$", block, re.M) or re.search(
        r"^\W*(?:Vraag|Antwoord|Mededeling)\b", block, re.M
    ):
        return []
    ends = [m.start() for m in starts[1:]] + [stop]
    return [
        Footnote(m[1], m.start(), _rstrip(text, m.start(), end))
        for m, end in zip(starts, ends, strict=True)
    ]


def _spaced_notes(text: str, boilerplate: Sequence[Aside]) -> list[Footnote]:
    """In flowed text: notes between a wide run of spaces and the page number."""
    notes = []
    for gap in _SPACED_NOTES.finditer(text):
        stop = next((a.start for a in boilerplate if a.start > gap.end()), len(text))
        if stop - gap.end() > 1500:
            continue
        notes.append(Footnote(gap[1], gap.end(), _rstrip(text, gap.end(), stop)))
    return notes


def _rstrip(text: str, start: int, end: int) -> int:
    while end > start and text[end - 1].isspace():
        end -= 1
    return end
