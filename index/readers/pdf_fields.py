"""Read what was filled in on a page of a pdf: form fields, and text typed over the page.

It is not in the page's content stream, so it is inserted among the lines by its place.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pypdfium2 as pdfium
from pypdfium2 import raw

from index.readers.pdf_frames import Frame
from index.readers.pdf_lines import Line

_MOST_CHARACTERS = 100_000  # of a field
_TICKED = "[x]"
_CHOICES = (raw.FPDF_FORMFIELD_CHECKBOX, raw.FPDF_FORMFIELD_RADIOBUTTON)
_HIDDEN = raw.FPDF_ANNOT_FLAG_HIDDEN | raw.FPDF_ANNOT_FLAG_NOVIEW


@dataclass(frozen=True, slots=True)
class Filled:
    """A filled-in text and its place on the page."""

    text: str
    left: float
    low: float
    right: float
    high: float


def filled_in(page: pdfium.PdfPage) -> list[Filled]:
    """The filled-in texts of the page, from top to bottom."""
    found = list(_filled(page))
    return sorted(found, key=lambda each: (-round(each.high), each.left))


def with_filled(
    lines: Sequence[Line], filled: Sequence[Filled], number: int, upright: Frame
) -> list[Line]:
    """The lines with the filled-in texts: each in the line beside it, else below the line above
    it."""
    lines = list(lines)
    size = sorted(line.size for line in lines)[len(lines) // 2] if lines else 10.0
    for each in filled:
        for row, text in enumerate(filter(str.strip, each.text.splitlines())):
            tall = each.high - each.low > 2.2 * size
            y = each.high - (1.2 * row + 1) * size if tall else (each.low + each.high - size) / 2
            own = Line(
                page=number,
                x=each.left,
                y=y,
                size=size,
                right=each.right,
                text=" ".join(text.split()),
                mark="",
                first_word=size,
                bold=False,
                frame=upright,
            )
            beside = None if tall else _beside(lines, own)
            if beside is None:
                lines.insert(_place(lines, own), own)
            else:
                lines[beside] = _together(lines[beside], own)
    return lines


def _beside(lines: Sequence[Line], own: Line) -> int | None:
    level = [
        (min(abs(line.x - own.right), abs(own.x - line.right)), at)
        for at, line in enumerate(lines)
        if line.frame is own.frame and abs(line.y - own.y) < 0.6 * own.size
    ]
    return min(level)[1] if level else None


def _place(lines: Sequence[Line], own: Line) -> int:
    above = [at for at, line in enumerate(lines) if line.frame is own.frame and line.y > own.y]
    return above[-1] + 1 if above else 0


def _together(line: Line, own: Line) -> Line:
    parts = sorted([*(line.pieces or (replace(line, pieces=()),)), own], key=lambda each: each.x)
    return replace(
        line,
        x=parts[0].x,
        right=max(each.right for each in parts),
        text=" ".join(each.text for each in parts),
        pieces=tuple(parts),
    )


def _filled(page: pdfium.PdfPage) -> Iterator[Filled]:
    form = page.formenv.raw if page.formenv else None
    for index in range(raw.FPDFPage_GetAnnotCount(page)):
        annotation = raw.FPDFPage_GetAnnot(page, index)
        if not annotation:
            continue
        try:
            text = "" if raw.FPDFAnnot_GetFlags(annotation) & _HIDDEN else _text(form, annotation)
            place = raw.FS_RECTF()
            if text.strip() and raw.FPDFAnnot_GetRect(annotation, place):
                yield Filled(text, place.left, place.bottom, place.right, place.top)
        finally:
            raw.FPDFPage_CloseAnnot(annotation)


def _text(form: Any, annotation: Any) -> str:
    kind = raw.FPDFAnnot_GetSubtype(annotation)
    if kind == raw.FPDF_ANNOT_FREETEXT:
        return _string(lambda *into: raw.FPDFAnnot_GetStringValue(annotation, b"Contents", *into))
    if kind != raw.FPDF_ANNOT_WIDGET or form is None:
        return ""
    field = raw.FPDFAnnot_GetFormFieldType(form, annotation)
    if field in _CHOICES:
        return _TICKED if raw.FPDFAnnot_IsChecked(form, annotation) else ""
    if field in (raw.FPDF_FORMFIELD_PUSHBUTTON, raw.FPDF_FORMFIELD_SIGNATURE):
        return ""
    return _string(lambda *into: raw.FPDFAnnot_GetFormFieldValue(form, annotation, *into))


def _string(ask: Callable[..., int]) -> str:
    """Call a PDFium function that writes UTF-16 into a buffer of the size it asks for."""
    size = min(ask(None, 0), 2 * _MOST_CHARACTERS)
    if size <= 2:
        return ""
    buffer = ctypes.create_string_buffer(size)
    ask(ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), size)
    return buffer.raw[: size - 2].decode("utf-16-le", "replace")
