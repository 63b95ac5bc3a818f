"""Shared by all readers: building the text, and refusing a file."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.documents import Aside, Footnote, Metadata, Source, Span
from index.errors import UnreadableFile
from index.files import shown
from index.readers.marks import CLOSE, OPEN, SIGNS
from index.segmentation.unseen import plain

_SPACE = re.compile(r"\s+")
_NUMBER = re.compile(r"\d{1,4}[.)]?")
_SHORT_ROW = 120  # characters
_LONG_CELL = 400
_AMID = re.compile(r"[^\s.?!:;»”\"')\]]\s*\Z")
_HEAD = 40
_SHORT_LINE = 100
_MARK = re.compile(f"({OPEN}[^{OPEN}{CLOSE}]*{CLOSE})")
_GLUED_MARK = re.compile(rf"({OPEN}[^{OPEN}{CLOSE}]*{CLOSE})(?=[^\W_])")


def refused(name: str, nl: str, en: str) -> UnreadableFile:
    """The error for file `name`; `nl` and `en` say what is wrong with it and what to do."""
    file = shown(_SPACE.sub(" ", name))
    return UnreadableFile(f"{file}: {nl}", f"{file}: {en}")


def one_line(text: str) -> str:
    """`text` with every run of white space (also the non-breaking kind) as a single space."""
    return _SPACE.sub(" ", text).strip()


def places_text(rows: Sequence[Sequence[str]]) -> bool:
    """Whether a table is layout, not data: it holds questions, or pages of text.

    A table with a head is data all the same, unless it is a numbered list of questions and answers.
    """
    if not any(len(cell) > _LONG_CELL or "?" in cell for row in rows for cell in row):
        return False
    if len(rows) < 2 or not _is_head(rows[0]):
        return True
    return len(rows[0]) == 3 and all(_NUMBER.fullmatch(row[0].strip()) for row in rows[1:])


def _is_head(row: Sequence[str]) -> bool:
    return len(row) > 1 and all(
        0 < len(one_line(cell)) <= _HEAD and "?" not in cell for cell in row
    )


class Draft:
    """A document's text, written line by line, with its headings, notes and asides.

    Notes and asides are kept apart and written after the running text by `source()`.
    """

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self._newlines = 0
        self._headings: list[Span] = []
        self._notes: list[tuple[str, str, bool]] = []
        self._asides: list[tuple[str, str, bool]] = []
        self._marks: list[Aside] = []
        self._warnings: list[str] = []
        self._recognised: list[Span] = []
        self.recognising = False
        """Whether what is written from now on was recognised on a picture."""

    def line(self, text: str, *, blank_before: bool = False) -> Span | None:
        """Write `text` on a line of its own; nothing for an empty text."""
        text = plain(text).strip("\n")
        if not text.translate(SIGNS).strip():
            return None
        wanted = 2 if blank_before else 1
        if self._length:
            self._append("\n" * max(0, wanted - self._newlines))
        start = self._length
        if OPEN in text:
            text = self._without_signs(text)
        self._append(text)
        self._newlines = 0
        span = Span(start, self._length)
        if self.recognising:
            goes_on = self._recognised and start - self._recognised[-1].end <= 2  # line ends
            first = self._recognised.pop() if goes_on else span
            self._recognised.append(Span(first.start, span.end))
        return span

    def _without_signs(self, text: str) -> str:
        """`text` with its footnote marks in their final form.

        A mark at the end of a heading is not part of the heading.
        """
        text = _GLUED_MARK.sub(r"\1 ", text)
        heading = text.endswith(CLOSE) and len(text) <= _SHORT_LINE and "\t" not in text
        pieces, length = [], self._length
        for piece in _MARK.split(text):
            if piece.startswith(OPEN):
                piece = piece[1:-1]
                if heading:
                    self._marks.append(Aside(length, length + len(piece), "nootverwijzing"))
            pieces.append(piece)
            length += len(piece)
        return "".join(pieces).translate(SIGNS)

    def table(self, rows: Sequence[Sequence[str]]) -> None:
        """Write a table's rows; see `row`."""
        placed = places_text(rows)
        for row in rows:
            self.row(row, placed=placed)

    def row(self, cells: Sequence[str], *, placed: bool) -> None:
        """Write a table's row on a line, a tab between its cells, empty ones among them.

        A cell may hold several lines. Of a longer row in a table that is `placed` every line of a
        cell gets its own, but a number stays with the line after it.
        """
        written = [one_line(cell) for cell in cells]
        long = sum(map(len, written)) > _SHORT_ROW or any("\n" in each.strip() for each in cells)
        if placed and long:
            self._placed(cells)
        elif any(written[1:]):
            self.line("\t".join(written))
        else:
            self.line("".join(written))

    def _placed(self, cells: Sequence[str]) -> None:
        number = ""
        for line in filter(None, map(one_line, "\n".join(cells).split("\n"))):
            if not number and _NUMBER.fullmatch(line):
                number = line + "\t"
            else:
                self.line(number + line)
                number = ""
        self.line(number)

    @property
    def is_amid(self) -> bool:
        """Whether what was written last stops amid a sentence."""
        return _AMID.search("".join(self._pieces[-3:])) is not None

    def warn(self, warning: str) -> None:
        """Add a warning about what could not be read (in Dutch)."""
        self._warnings.append(warning)

    def heading(self, text: str) -> None:
        """Write a line that the format marks as a heading, after a blank line."""
        span = self.line(text, blank_before=True)
        if span is not None:
            self._headings.append(span)

    def blank(self) -> None:
        """Make sure that a blank line precedes the next line."""
        if self._length and self._newlines < 2:
            self._append("\n" * (2 - self._newlines))
            self._newlines = 2

    def note(self, mark: str, text: str) -> None:
        """Keep a footnote for the end; its line will be the mark, a space and the text."""
        self._notes.append((mark, one_line(text), self.recognising))

    def aside(self, why: str, text: str) -> None:
        """Keep text that is not running text (page header, navigation, ...) for the end."""
        if text.strip():
            self._asides.append((why, text.strip(), self.recognising))

    def source(self, stated: Metadata | None = None, edge_text: str = "") -> Source:
        """The finished source: running text, blank line, notes, blank line, asides."""
        self.blank()
        notes = []
        for mark, text, recognised in self._notes:
            self.recognising = recognised
            span = self.line(mark + text if text.startswith((")", ".")) else f"{mark} {text}")
            if span is not None:
                notes.append(Footnote(mark, span.start, span.end))
        self.blank()
        asides = self._marks
        for why, text, recognised in self._asides:
            self.recognising = recognised
            span = self.line(text)
            if span is not None:
                asides.append(Aside(span.start, span.end, why))
        return Source(
            text="".join(self._pieces).rstrip("\n"),
            headings=tuple(self._headings),
            asides=tuple(asides),
            footnotes=tuple(notes),
            stated=stated or Metadata(),
            edge_text=edge_text,
            warnings=tuple(self._warnings),
            recognised=tuple(self._recognised),
        )

    def _append(self, text: str) -> None:
        self._pieces.append(text)
        self._length += len(text)
