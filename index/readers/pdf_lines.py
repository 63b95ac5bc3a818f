"""Pdf -> lines of text with their places, from PDFium's characters."""

from __future__ import annotations

import ctypes
import math
import re
import threading
from collections import Counter
from dataclasses import dataclass

import pypdfium2 as pdfium
from pypdfium2 import raw

from index.readers.draft import refused

_PDFIUM = threading.Lock()  # PDFium may not be called by two threads at once
_MOST_PAGES = 2000
_NO_TEXT = 0xFFFE  # how PDFium writes a hyphen at a line's end in some versions
_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
)
_BOLD = re.compile(rb"bold|black|heavy", re.IGNORECASE)


@dataclass(slots=True)
class Line:
    """A line on a page; lengths in points."""

    page: int
    x: float
    y: float  # of the baseline, in points from the page's lower edge
    size: float
    right: float
    text: str
    mark: str  # what stands raised at its start
    first_word: float  # width in points
    bold: bool


def pages_of(data: bytes, name: str) -> list[list[Line]]:
    """The lines of each page; raises UnreadableFile for an encrypted or damaged pdf."""
    with _PDFIUM:
        return _pages(data, name)


def _pages(data: bytes, name: str) -> list[list[Line]]:
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
        return [_lines(document[number], number) for number in range(len(document))]
    except pdfium.PdfiumError as error:
        raise _damaged(name) from error
    finally:
        document.close()


def _damaged(name: str) -> Exception:
    return refused(
        name,
        "geen geldige pdf (afgebroken of beschadigd); haal het bestand opnieuw op",
        "not a valid pdf (cut off or damaged); fetch the file again",
    )


def _lines(page: pdfium.PdfPage, number: int) -> list[Line]:
    """The page's lines in the order of its content, which is the order of reading."""
    textpage = page.get_textpage()
    x, y, left, right, low, high = (ctypes.c_double() for _ in range(6))
    matrix, font, flags = raw.FS_MATRIX(), ctypes.create_string_buffer(128), ctypes.c_int()
    rows: list[_Row] = []
    for index in range(textpage.count_chars()):
        code = raw.FPDFText_GetUnicode(textpage, index)
        if raw.FPDFText_IsGenerated(textpage, index):
            if rows and code == ord(" "):
                rows[-1].space()
            continue
        hyphen = code in (2, _NO_TEXT) or raw.FPDFText_IsHyphen(textpage, index)
        char = "-" if hyphen else _character(code)
        raw.FPDFText_GetCharOrigin(textpage, index, x, y)
        raw.FPDFText_GetCharBox(textpage, index, left, right, low, high)
        raw.FPDFText_GetMatrix(textpage, index, matrix)
        size = raw.FPDFText_GetFontSize(textpage, index) * math.hypot(matrix.b, matrix.d)
        raw.FPDFText_GetFontInfo(textpage, index, font, len(font), flags)
        glyph = _Glyph(char, x.value, y.value, size, max(right.value, x.value), font.value)
        if not rows or not rows[-1].takes(glyph):
            if char.isspace():
                continue
            rows.append(_Row())
        rows[-1].add(glyph)
    textpage.close()
    page.close()
    return [row.line(number) for row in rows if row.text().strip()]


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


class _Row:
    """Glyphs on one baseline; raised marks belong to it."""

    def __init__(self) -> None:
        self._glyphs: list[_Glyph] = []

    def takes(self, glyph: _Glyph) -> bool:
        last = self._glyphs[-1]
        height = max(glyph.size, max(g.size for g in self._glyphs[-3:]))
        return abs(glyph.y - last.y) < 0.5 * height and glyph.x > last.x - height

    def add(self, glyph: _Glyph) -> None:
        self._glyphs.append(glyph)

    def space(self) -> None:
        last = self._glyphs[-1]
        if last.char != " ":
            self._glyphs.append(_Glyph(" ", last.right, last.y, last.size, last.right, last.font))

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
        )
