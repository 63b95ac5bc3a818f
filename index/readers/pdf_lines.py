"""Pdf -> lines of text with their places, from PDFium's characters."""

from __future__ import annotations

import ctypes
import math
import re
import threading
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

import pypdfium2 as pdfium
from pypdfium2 import raw

from index.readers.draft import refused
from index.readers.pdf_frames import Frame, degrees_of, frame
from index.readers.pdf_pictures import MOST_OF_A_STAMP, is_picture

_PDFIUM = threading.Lock()  # PDFium may not be called by two threads at once
_MOST_PAGES = 2000
_NO_TEXT = 0xFFFE  # how PDFium writes a hyphen at a line's end in some versions
_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
)
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
    mark: str  # what stands raised at its start
    first_word: float  # width in points
    bold: bool
    frame: Frame
    pieces: tuple[Piece, ...] = ()  # where white space cuts the line: two or more, else none
    row: bool = False  # of a table: a tab stands between the cells of `text`


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a line between wide white space; places in the line's frame."""

    x: float
    right: float
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page's lines, what stands turned in its margin, and whether it is (partly) a picture."""

    lines: list[Line]
    margin: list[Line]
    picture: bool


def pages_of(data: bytes, name: str) -> list[Page]:
    """The lines of each page; raises UnreadableFile for an encrypted or damaged pdf."""
    with _PDFIUM:
        return _pages(data, name)


def _pages(data: bytes, name: str) -> list[Page]:
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            raise refused(
                name,
                "de pdf is versleuteld; sla hem op zonder wachtwoord",
                "the pdf is encrypted; save it without a password",
            ) from error
        raise _damaged(name) from error
    try:
        if len(document) > _MOST_PAGES:
            raise refused(
                name,
                f"{len(document)} bladzijden, meer dan {_MOST_PAGES}; splits het bestand",
                f"{len(document)} pages, more than {_MOST_PAGES}; split the file",
            )
        return [_page(document[number], number) for number in range(len(document))]
    except pdfium.PdfiumError as error:
        raise _damaged(name) from error
    finally:
        document.close()


def _page(page: pdfium.PdfPage, number: int) -> Page:
    try:
        lines = _lines(page, number)
        few = sum(len(line.text) for line in lines) < MOST_OF_A_STAMP
        return Page(*_without_margin(lines), picture=few and is_picture(page))
    finally:
        page.close()


def _without_margin(lines: list[Line]) -> tuple[list[Line], list[Line]]:
    """The lines, and those that stand across the others and beside all of them.

    So stand a stamp along the edge of a page, and the head and foot of a page that was turned.
    """
    weights: Counter[int] = Counter()
    for line in lines:
        weights[line.frame.degrees] += len(line.text)
    if len(weights) < 2:
        return lines, []
    main = max(weights, key=lambda degrees: weights[degrees])
    own = [line for line in lines if line.frame.degrees == main]
    frame = own[0].frame
    left, right = min(line.x for line in own), max(line.right for line in own)
    low, high = min(line.y for line in own), max(line.y + line.size for line in own)
    kept, margin = [], []
    for line in lines:
        at, to = (
            frame.placed(*line.frame.on_page(x, line.y + 0.3 * line.size))
            for x in (line.x, line.right)
        )
        beside = max(at[0], to[0]) < left or min(at[0], to[0]) > right
        apart = beside or max(at[1], to[1]) < low or min(at[1], to[1]) > high
        across = line.frame.degrees != main
        (margin if across and (apart or line.frame.slanting) else kept).append(line)
    return kept, margin


def _damaged(name: str) -> Exception:
    return refused(
        name,
        "geen geldige pdf (afgebroken of beschadigd); haal het bestand opnieuw op",
        "not a valid pdf (cut off or damaged); fetch the file again",
    )


def _lines(page: pdfium.PdfPage, number: int) -> list[Line]:
    """The page's lines in the order of its content, which is the order of reading."""
    glyphs = _glyphs(page)
    if any(glyph.frame.degrees for glyph in glyphs):
        # PDFium puts upright text in order, and so puts turned text out of it.
        order = {_address(drawn.raw): at for at, drawn in enumerate(page.get_objects())}
        glyphs.sort(key=lambda glyph: order.get(glyph.written, -1))
    rows: list[_Row] = []
    for glyph in glyphs:
        if not glyph.char:
            if rows:
                rows[-1].space()
        elif rows and rows[-1].takes(glyph):
            rows[-1].add(glyph)
        elif not glyph.char.isspace():
            rows.append(_Row(glyph))
    return [row.line(number) for row in rows if row.text().strip()]


def _glyphs(page: pdfium.PdfPage) -> list[_Glyph]:
    """The characters as PDFium gives them; a space that it makes up has no character."""
    textpage = page.get_textpage()
    width, height = page.get_size()
    if page.get_rotation() % 180:
        width, height = height, width
    runs = upright = frame(0, width, height)
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
            name, runs = font.value, upright
            if matrix.b != 0 or matrix.a < 0:
                runs = frame(degrees_of(matrix.a, matrix.b), width, height)
        if runs is upright:
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
    written: int  # which object of the page


class _Row:
    """Glyphs on one baseline; raised marks belong to it."""

    def __init__(self, first: _Glyph) -> None:
        self._glyphs = [first]

    def takes(self, glyph: _Glyph) -> bool:
        last = self._glyphs[-1]
        if glyph.frame is not last.frame:
            return False
        height = max(glyph.size, max(g.size for g in self._glyphs[-3:]))
        return abs(glyph.y - last.y) < 0.5 * height and glyph.x > last.x - height

    def add(self, glyph: _Glyph) -> None:
        self._glyphs.append(glyph)

    def space(self) -> None:
        last = self._glyphs[-1]
        if last.char != " ":
            self._glyphs.append(replace(last, char=" ", x=last.right))

    def text(self) -> str:
        return "".join(glyph.char for glyph in self._glyphs)

    def line(self, page: int) -> Line:
        glyphs = [glyph for glyph in self._glyphs if not glyph.char.isspace()]
        sizes = Counter(round(glyph.size, 1) for glyph in glyphs)
        size = max(sizes, key=lambda value: (sizes[value], value))
        baseline = next(glyph.y for glyph in glyphs if round(glyph.size, 1) == size)
        text = re.sub(" +", " ", self.text()).strip()
        mark = ""
        for glyph in glyphs:
            if not (glyph.char.isdigit() or glyph.char == "*") or glyph.size > 0.85 * size:
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
            text=text.replace("\xa0", " "),
            mark=mark if text != mark else "",
            first_word=last.right - glyphs[0].x,
            bold=all(_BOLD.search(glyph.font) for glyph in glyphs),
            frame=glyphs[0].frame,
        )
