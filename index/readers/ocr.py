"""Recognise the text on pages of a pdf that are pictures, with the program `tesseract`.

It is no part of this program and is only asked where the setting `ocr` is on. Text that a page has
as text is not drawn for it, so that nothing is read twice.
"""

from __future__ import annotations

import csv
import os
import shutil
import statistics
import subprocess
import time
from collections.abc import Iterable, Sequence
from itertools import groupby

import pypdfium2 as pdfium
from pypdfium2 import raw

from index.errors import ModelUnavailable
from index.readers.pdf_frames import frame
from index.readers.pdf_lines import Line

LANGUAGE = "nld"
SECONDS = 300.0  # for all pages of a file; well below `index.bounded.WALL_SECONDS`
PAGE_SECONDS = 60.0

_DOTS = 300  # an inch
_MOST_PIXELS = 20_000_000
# Mean confidence, in percent, below which a page is no Dutch print: a photograph, or handwriting.
_LEAST_SURE = 50

_Word = tuple[str, float, float, float, float, float]  # text, confidence, left, top, width, height


def installed() -> str:
    """The path of `tesseract`. Raises ModelUnavailable where it or its Dutch is missing."""
    program = shutil.which("tesseract")
    if program is None:
        raise _missing("het programma `tesseract`", "the program `tesseract`")
    known = subprocess.run(
        [program, "--list-langs"], capture_output=True, text=True, timeout=PAGE_SECONDS, check=False
    )
    if LANGUAGE not in known.stdout.split():
        raise _missing(
            f"de taal `{LANGUAGE}` van `tesseract`", f"the language `{LANGUAGE}` of `tesseract`"
        )
    return program


class Recogniser:
    """Recognises the pages of one file, until its time is up."""

    def __init__(self) -> None:
        self._program = ""
        self._end = time.monotonic() + SECONDS

    def lines_on(self, page: pdfium.PdfPage, number: int) -> list[Line]:
        """The lines on the page, in the order of reading; none where that is not sure enough or
        takes too long. Text objects of `page` are taken out of it. Raises ModelUnavailable."""
        left = min(PAGE_SECONDS, self._end - time.monotonic())
        if left <= 0:
            return []
        self._program = self._program or installed()
        picture, scale = _picture(page)
        try:
            done = subprocess.run(
                [self._program, "-", "-", "-l", LANGUAGE, "--dpi", str(round(72 * scale)), "tsv"],
                input=picture,
                capture_output=True,
                timeout=left,
                check=False,
                env={**os.environ, "OMP_THREAD_LIMIT": "1"},
            )
        except subprocess.TimeoutExpired:
            return []
        rows = _rows(done.stdout.decode("utf-8", "replace")) if done.returncode == 0 else []
        return _lines(rows, page.get_size(), scale, number)


def _picture(page: pdfium.PdfPage) -> tuple[bytes, float]:
    """What is drawn on the page but its text, as a grey picture (PGM), and its dots a point."""
    for drawn in list(page.get_objects(filter=(raw.FPDF_PAGEOBJ_TEXT,), max_depth=1)):
        page.remove_obj(drawn)
    width, height = page.get_size()
    scale = min(_DOTS / 72, (_MOST_PIXELS / (width * height)) ** 0.5)
    bitmap = page.render(scale=scale, grayscale=True, draw_annots=False, may_draw_forms=False)
    across, down, stride = bitmap.width, bitmap.height, bitmap.stride
    dots = memoryview(bitmap.buffer).cast("B")
    rows = (dots[row * stride : row * stride + across] for row in range(down))
    return f"P5 {across} {down} 255\n".encode() + b"".join(rows), scale


def _rows(tsv: str) -> list[list[_Word]]:
    """The words of each line that was recognised."""
    words = (
        row
        for row in csv.DictReader(tsv.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
        if row["level"] == "5" and row["text"] and row["text"].strip()
    )
    lines = groupby(words, lambda row: (row["block_num"], row["par_num"], row["line_num"]))
    return [[_word(row) for row in line] for _, line in lines]


def _word(row: dict[str, str]) -> _Word:
    left, top, width, height = (float(row[name]) for name in ("left", "top", "width", "height"))
    return row["text"].strip(), float(row["conf"]), left, top, width, height


def _lines(
    rows: Sequence[Sequence[_Word]], size: tuple[float, float], scale: float, number: int
) -> list[Line]:
    words = [word for row in rows for word in row]
    letters = sum(len(word[0]) for word in words)
    if not letters or sum(len(word[0]) * word[1] for word in words) < _LEAST_SURE * letters:
        return []
    seen = frame(0, *size)
    # Type of one size: what is measured differs with the letters of a line.
    height = statistics.median(max(word[5] for word in row) for row in rows) / scale
    return [
        Line(
            page=number,
            x=row[0][2] / scale,
            y=size[1] - statistics.median(word[3] + word[5] for word in row) / scale,
            size=round(height, 1),
            right=max(word[2] + word[4] for word in row) / scale,
            text=" ".join(word[0] for word in row),
            mark="",
            first_word=row[0][4] / scale,
            bold=False,
            frame=seen,
        )
        for row in rows
    ]


def with_one_size(recognised: Iterable[Line], others: Iterable[Line]) -> None:
    """Give recognised lines the type size of the file's other text, else their own usual one.

    A measured size is too rough to tell headings and notes by.
    """
    recognised = list(recognised)
    sizes = [line.size for line in others] or [line.size for line in recognised]
    for line in recognised:
        line.size = statistics.median_low(sizes)


def _missing(nl: str, en: str) -> ModelUnavailable:
    return ModelUnavailable(
        f"VRAAGBAAK_OCR staat aan, maar {nl} is er niet: installeer `tesseract-ocr` en "
        "`tesseract-ocr-nld` (apt), of zet VRAAGBAAK_OCR uit.",
        f"VRAAGBAAK_OCR is on, but {en} is missing: install `tesseract-ocr` and "
        "`tesseract-ocr-nld` (apt), or turn VRAAGBAAK_OCR off.",
    )
