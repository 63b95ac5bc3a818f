"""What the readers share: the text in the making, and how a file is refused."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.documents import Aside, Footnote, Metadata, Source, Span
from index.errors import UnreadableFile

_SPACE = re.compile(r"\s+")
_NUMBER = re.compile(r"\d{1,4}[.)]?")
_SHORT_ROW = 120  # characters


def refused(name: str, nl: str, en: str) -> UnreadableFile:
    """The error for file `name`; `nl` and `en` say what is wrong with it and what to do."""
    shown = _SPACE.sub(" ", name)
    return UnreadableFile(f"{shown}: {nl}", f"{shown}: {en}")


def one_line(text: str) -> str:
    """`text` with every run of white space (also the non-breaking kind) as a single space."""
    return _SPACE.sub(" ", text).strip()


class Draft:
    """Text written line by line, with what is known about its stretches.

    Notes and asides are held back and written after the running text by `source()`.
    """

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self._newlines = 0
        self._headings: list[Span] = []
        self._notes: list[tuple[str, str]] = []
        self._asides: list[tuple[str, str]] = []

    def line(self, text: str, *, blank_before: bool = False) -> Span | None:
        """Write `text` on a line of its own; nothing for an empty text."""
        text = text.strip("\n")
        if not text.strip():
            return None
        wanted = 2 if blank_before else 1
        if self._length:
            self._append("\n" * max(0, wanted - self._newlines))
        start = self._length
        self._append(text)
        self._newlines = 0
        return Span(start, self._length)

    def row(self, cells: Sequence[str]) -> None:
        """Write a table's row: on one line, tabs between the cells, where it is short.

        Of a longer row every cell gets its own line, but a number stays with the cell after it.
        """
        cells = [cell for cell in map(one_line, cells) if cell]
        if sum(map(len, cells)) <= _SHORT_ROW:
            self.line("\t".join(cells))
            return
        number = ""
        for cell in cells:
            if not number and _NUMBER.fullmatch(cell):
                number = cell + "\t"
            else:
                self.line(number + cell)
                number = ""
        self.line(number)

    def heading(self, text: str) -> None:
        """Write a line that the format marks as a heading, after a blank line."""
        span = self.line(text, blank_before=True)
        if span is not None:
            self._headings.append(span)

    def blank(self) -> None:
        """See to it that the next line is preceded by a blank line."""
        if self._length and self._newlines < 2:
            self._append("\n" * (2 - self._newlines))
            self._newlines = 2

    def note(self, mark: str, text: str) -> None:
        """Hold a footnote back; its line will be the mark, a space and the text."""
        self._notes.append((mark, one_line(text)))

    def aside(self, why: str, text: str) -> None:
        """Hold back what is not running text (page header, navigation, ...)."""
        if text.strip():
            self._asides.append((why, text.strip()))

    def source(self, stated: Metadata | None = None, edge_text: str = "") -> Source:
        """The finished source: running text, blank line, notes, blank line, asides."""
        self.blank()
        notes = []
        for mark, text in self._notes:
            span = self.line(mark + text if text.startswith((")", ".")) else f"{mark} {text}")
            if span is not None:
                notes.append(Footnote(mark, span.start, span.end))
        self.blank()
        asides = []
        for why, text in self._asides:
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
        )

    def _append(self, text: str) -> None:
        self._pieces.append(text)
        self._length += len(text)
