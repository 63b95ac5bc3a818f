"""Cut texts without answers: letters by heading, others into paragraphs of readable size."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from index.documents import Passage, Span

# A section longer than this is cut at a paragraph, so that a citation stays readable.
MAX_SECTION = 2500

_SALUTATION = re.compile(
    r"^[ \t]*(?:Geachte|Aan de|Mevrouw de|Mijnheer de)\s(?:\w+\s){0,2}[Vv]oorzitter\b[^\n]{0,60}$|"
    r"^[ \t]*Geachte (?:heer|mevrouw|leden)[^\n]{0,60}$",
    re.M,
)
_CLOSE = re.compile(
    r"^[ \t]*(?:Hoogachtend|Met vriendelijke groet|"
    r"(?:DE|De) (?:MINISTER|STAATSSECRETARIS|minister(?:-president)?|staatssecretaris|"
    r"Minister(?:-President)?|Staatssecretaris)(?: (?:VAN|VOOR|van|voor) [^\n.]{3,90})?,?[ \t]*$)",
    re.M,
)
_SIGNED = re.compile(
    r"^[ \t]*(?:DE|De|de)[ \t]+(?:MINISTER|STAATSSECRETARIS|[Mm]inister|[Ss]taatssecretaris)"
    r"(?:-[Pp]resident|-PRESIDENT)?\b[^\n.?]{0,100}$",
    re.M,
)
_HEADING_LINE = re.compile(r"^(?P<hash>#{1,6}[ \t]+)?(?P<line>[^\n]+)$", re.M)


def is_letter(text: str) -> bool:
    """Whether a text reads as a letter: it greets someone."""
    return bool(_SALUTATION.search(text))


def find_close(text: str, start: int) -> int:
    """Where the closing of a letter (greeting, signature) begins after `start`; the end if none."""
    for m in _CLOSE.finditer(text, start):
        rest = text[m.start() :]
        if len(rest.strip()) < 600 and not re.search(
            r"[.?!]\s+[A-Z]\w+ \w+ \w+ \w+ \w+ \w+ \w+ \w+", rest
        ):
            return m.start()
    return len(text)


def is_signed(text: str, start: int) -> bool:
    """Whether a minister or state secretary signs after `start`."""
    return bool(_SIGNED.search(text, start))


def cut_sections(text: str, headings: Sequence[Span]) -> tuple[list[Passage], list[str]]:
    """Sections of `text` (boilerplate masked), and what was uncertain, in Dutch.

    `headings` are stretches the format marks as headings; without them, lines that look like one.
    """
    greeting = _SALUTATION.search(text)
    start = greeting.end() if greeting else 0
    end = find_close(text, start)
    marked = [
        h for h in headings if h.start >= start and h.end <= end and text[h.start : h.end].strip()
    ]
    spans = marked or _heading_lines(text, start, end)
    bounds = [Span(start, start), *spans, Span(end, end)]
    passages: list[Passage] = []
    for heading, following in itertools.pairwise(bounds):
        title = text[heading.start : heading.end].strip(" \t#*_\n") or None
        for piece in pieces(text, heading.end, following.start):
            passages.append(
                Passage((), text[piece.start : piece.end], piece.start, piece.end, heading=title)
            )
    doubt = (
        [] if greeting or marked else ["geen vragen en antwoorden gevonden; als stukken opgenomen"]
    )
    return passages, doubt


def cut_stretch(text: str, start: int, end: int) -> list[Passage]:
    """Sections of text outside answers, from `start` to `end`, by paragraph, without headings."""
    return [
        Passage((), text[piece.start : piece.end], piece.start, piece.end)
        for piece in pieces(text, start, end)
        if re.search(r"\w\w", text[piece.start : piece.end])
    ]


def _heading_lines(text: str, start: int, end: int) -> list[Span]:
    """Short lines without closing punctuation that a longer paragraph follows."""
    found = []
    lines = [m for m in _HEADING_LINE.finditer(text, start, end) if m[0].strip()]
    for line, following in itertools.pairwise(lines):
        words = line["line"].strip(" \t*_")
        apart = line.start() == 0 or text[max(0, line.start() - 2) : line.start()].count("\n") >= 1
        if line["hash"] or (
            apart
            and 3 <= len(words) <= 90
            and words[0].isupper()
            and words[-1] not in ".,;:?!)-"
            and len(words.split()) <= 12
            and len(following[0].strip()) > 120
        ):
            found.append(Span(line.start(), line.end()))
    return found


def pieces(text: str, start: int, end: int) -> list[Span]:
    """The stretch as one span, or several of at most about MAX_SECTION cut between paragraphs."""
    spans: list[Span] = []
    for m in re.finditer(r"[^\n]*\S[^\n]*", text[start:end]):
        line = Span(start + m.start(), start + m.end())
        if spans and line.end - spans[-1].start <= MAX_SECTION:
            spans[-1] = Span(spans[-1].start, line.end)
        else:
            spans.append(line)
    return [Span(*_trimmed(text, s.start, s.end)) for s in spans]


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
