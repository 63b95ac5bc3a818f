"""Read the lines of text on a pdf page, with their places, from PDFium's characters."""

from __future__ import annotations

import ctypes
import math
import re
from collections import Counter
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from typing import Any

import pypdfium2 as pdfium
from pypdfium2 import raw

from index.readers.marks import raised
from index.readers.pdf_frames import Frame, degrees_of, frame, upright

_NO_TEXT = 0xFFFE  # how PDFium writes a hyphen at a line's end in some versions
_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
)
_WIDE = 0.9  # of the type size: white space that cuts a line
_MOVED = 0.6  # the same, where no space was written
_MOVED_FIGURE = 0.25  # the same, between figures
_RAISED_SIZE = 0.85  # of the line's type size, at most: what may be raised
_RAISED = 0.1  # of the type size, at least: how far a note's mark stands above the line
# Share of spaces among a page's characters from which the page is taken to write its spaces.
_SPACED = 0.04
_POWERS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_WRITTEN = str.maketrans(_POWERS, "0123456789")
_BOLD = re.compile(rb"bold|black|heavy", re.IGNORECASE)


@dataclass(slots=True)
class Line:
    """A line on a page; lengths in points, places in the frame of its text."""

    page: int
    x: float
    y: float  # of the baseline, in points from the page's lower edge
    size: float
    right: float
    text: str
    mark: str  # superscript text at its start
    first_word: float  # width in points
    bold: bool
    frame: Frame
    pieces: tuple[Line, ...] = ()  # where white space cuts the line: two or more, else none
    cells: Cells = ()  # of a table's row: a tab stands between them in `text`
    table: int = 0  # which table of the page


Cells = tuple[tuple[Line, ...], ...]


def lines_of(page: pdfium.PdfPage, number: int) -> list[Line]:
    """The page's lines in the order of its content, which is the order of reading."""
    glyphs = _glyphs(page)
    if any(glyph.frame.degrees for glyph in glyphs):
        # PDFium puts upright text in order, and so puts turned text out of it.
        order = {_address(drawn.raw): at for at, drawn in enumerate(page.get_objects())}
        glyphs.sort(key=lambda glyph: order.get(glyph.written, -1))
    spaces = sum(glyph.char == " " for glyph in glyphs)
    spaced = spaces > _SPACED * len(glyphs)
    rows: list[_Row] = []
    for glyph in glyphs:
        if not glyph.char:
            if rows:
                rows[-1].space()
        elif rows and rows[-1].takes(glyph):
            rows[-1].add(glyph)
        elif not glyph.char.isspace():
            rows.append(_Row(glyph))
    return [row.line(number, spaced) for row in rows if row.text().strip()]


def _glyphs(page: pdfium.PdfPage) -> list[_Glyph]:
    """The characters that PDFium gives; a space that PDFium generated has no character."""
    textpage = page.get_textpage()
    runs = straight = upright(page)
    x, y, left, right, low, high = (ctypes.c_double() for _ in range(6))
    matrix, font, flags = raw.FS_MATRIX(), ctypes.create_string_buffer(128), ctypes.c_int()
    size, name, before = 0.0, b"", -1
    glyphs: list[_Glyph] = []
    for index in range(textpage.count_chars()):
        code = raw.FPDFText_GetUnicode(textpage, index)
        if raw.FPDFText_IsGenerated(textpage, index):
            if code == ord(" "):
                glyphs.append(_Glyph("", 0, 0, size, 0, name, runs, before))
            continue
        hyphen = code in (2, _NO_TEXT) or raw.FPDFText_IsHyphen(textpage, index)
        char = "-" if hyphen else _character(code)
        raw.FPDFText_GetCharOrigin(textpage, index, x, y)
        raw.FPDFText_GetCharBox(textpage, index, left, right, low, high)
        written = _address(raw.FPDFText_GetTextObject(textpage, index))
        if written != before or not written:  # a text object is of one size, font and direction
            before = written
            raw.FPDFText_GetMatrix(textpage, index, matrix)
            size = raw.FPDFText_GetFontSize(textpage, index) * math.hypot(matrix.b, matrix.d)
            raw.FPDFText_GetFontInfo(textpage, index, font, len(font), flags)
            name, runs = font.value, straight
            if matrix.b != 0 or matrix.a < 0:
                runs = frame(degrees_of(matrix.a, matrix.b), *straight.page)
        if runs is straight:
            along, above, end = x.value, y.value, right.value
        else:
            along, above = runs.placed(x.value, y.value)
            corners = ((h.value, v.value) for h in (left, right) for v in (low, high))
            end = max(runs.placed(*corner)[0] for corner in corners)
        glyphs.append(_Glyph(char, along, above, size, max(end, along), name, runs, written))
    textpage.close()
    return glyphs


def _address(pointer: Any) -> int:
    return ctypes.addressof(pointer.contents) if pointer else 0


def _character(code: int) -> str:
    char = chr(code)
    if code == 0xAD:
        return "-"
    if char == "\xa0":
        return char
    return char.translate(_LIGATURES) if char.isprintable() else " "


@dataclass(slots=True)
class _Glyph:
    char: str
    x: float
    y: float
    size: float
    right: float
    font: bytes
    frame: Frame
    written: int  # index of its object on the page
    made: bool = False  # a space that PDFium generated


class _Row:
    """Glyphs on one baseline; raised marks belong to it."""

    def __init__(self, first: _Glyph) -> None:
        self._glyphs = [first]

    def takes(self, glyph: _Glyph) -> bool:
        last = self._glyphs[-1]
        if glyph.frame is not last.frame:
            return False
        height = max(glyph.size, max(g.size for g in self._glyphs[-3:]))
        apart = abs(glyph.y - last.y)
        if apart < 0.5 * height:
            return glyph.x > last.x - height
        # A mark may be higher, if it is close to its word.
        small = min(glyph.size, last.size) <= _RAISED_SIZE * height
        return small and apart < 0.75 * height and abs(glyph.x - last.right) < 0.4 * height

    def add(self, glyph: _Glyph) -> None:
        self._glyphs.append(glyph)

    def space(self) -> None:
        last = self._glyphs[-1]
        if last.char != " ":
            self._glyphs.append(replace(last, char=" ", x=last.right, made=True))

    def text(self) -> str:
        return "".join(glyph.char for glyph in self._glyphs)

    def line(self, page: int, spaced: bool) -> Line:
        """The row as a line; `spaced` says that spaces are written on the page."""
        parts = self._parts(spaced)
        if len(parts) == 1 or self._is_justified():
            return _line(self._glyphs, page)
        whole = [*parts[0]]
        for part in parts[1:]:
            whole += [replace(whole[-1], char=" "), *part]
        pieces = tuple(_line(part, page) for part in parts)
        return replace(_line(whole, page), pieces=pieces)

    def _is_justified(self) -> bool:
        """Whether the words are spaced evenly to fill a narrow column."""
        glyphs = [glyph for glyph in self._glyphs if not glyph.char.isspace()]
        gaps = [b.x - a.right for a, b in pairwise(glyphs) if b.x - a.right > 0.15 * b.size]
        most = max(gaps, default=0)
        return len(gaps) > 2 and most < 1.3 * min(gaps) and most < 1.6 * glyphs[0].size

    def _parts(self, spaced: bool) -> list[list[_Glyph]]:
        """The glyphs between wide white space.

        Where spaces are written, text without one that begins anew further on was put there; most
        of all a figure after a figure.
        """
        parts: list[list[_Glyph]] = [[]]
        last, space = self._glyphs[0], False
        for glyph in self._glyphs:
            if glyph.char.isspace():
                space = space or not glyph.made
            else:
                gap = glyph.x - last.right
                if gap > _MOVED_FIGURE * glyph.size:
                    moved = not space and glyph.written != last.written
                    limit = _WIDE
                    if moved and spaced:
                        figures = glyph.char.isdigit() and last.char.isdigit()
                        limit = _MOVED_FIGURE if figures else _MOVED
                    if gap > limit * glyph.size:
                        parts.append([])
                    elif moved and not parts[-1][-1].char.isspace():
                        parts[-1].append(replace(last, char=" "))
                last, space = glyph, False
            parts[-1].append(glyph)
        return parts


def _line(row: list[_Glyph], page: int) -> Line:
    glyphs = [glyph for glyph in row if not glyph.char.isspace()]
    sizes = Counter(round(glyph.size, 1) for glyph in glyphs)
    size = max(sizes, key=lambda value: (sizes[value], value))
    baseline = next(glyph.y for glyph in glyphs if round(glyph.size, 1) == size)
    text = re.sub(" +", " ", "".join(glyph.char for glyph in row)).strip()
    shown = text
    if any(glyph.size <= _RAISED_SIZE * size or glyph.char in _POWERS for glyph in glyphs):
        shown = re.sub(" +", " ", _with_marks(row, size, baseline)).strip()
    mark = ""
    for glyph in glyphs:
        if not (glyph.char.isdigit() or glyph.char == "*") or glyph.size > _RAISED_SIZE * size:
            break
        mark += glyph.char
    # The first word ends at a plain space: a non-breaking one would not have been broken at.
    end = text.split(" ", 1)[0]
    last = glyphs[min(len(re.sub(r"\s", "", end)), len(glyphs)) - 1]
    return Line(
        page=page,
        x=glyphs[0].x,
        y=baseline,
        size=size,
        right=glyphs[-1].right,
        text=shown.replace("\xa0", " "),
        mark=mark if text != mark else "",
        first_word=last.right - glyphs[0].x,
        bold=all(_BOLD.search(glyph.font) for glyph in glyphs),
        frame=glyphs[0].frame,
    )


def _with_marks(row: list[_Glyph], size: float, baseline: float) -> str:
    """The row's text, with superscripts written as footnote marks or exponents."""

    def above(glyph: _Glyph) -> bool:
        small = glyph.size <= _RAISED_SIZE * size and glyph.y > baseline + _RAISED * size
        return (small and not glyph.char.isspace()) or glyph.char in _POWERS

    text = ""
    for is_raised, run in groupby(row, above):
        content = "".join(glyph.char for glyph in run)
        if is_raised and text.strip():
            text += raised(content.translate(_WRITTEN), text)
        else:
            text += content
    return text
