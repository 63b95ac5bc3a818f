"""Recognise pages of a pdf that are pictures: scans, with or without a stamp of a few words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

import pypdfium2 as pdfium
from pypdfium2 import raw

MOST_OF_A_STAMP = 200  # characters; a page with more text than this is no mere picture

_LEAST_COVERED = 0.4  # share of the page that images cover
_LEAST_DRAWN = 150  # shapes; a page whose letters were converted to outlines has more
_DEEPEST = 4  # nesting of groups


def is_picture(page: pdfium.PdfPage, *, bare: bool) -> bool:
    """Whether images cover much of the page, or it has as many shapes as letters would make.

    On a page that is `bare` of text any image is enough.
    """
    left, low, right, high = page.get_bbox()
    covered, drawn = 0.0, 0
    for kind, bounds in _objects(page):
        if kind == raw.FPDF_PAGEOBJ_IMAGE:
            width = min(bounds[2], right) - max(bounds[0], left)
            height = min(bounds[3], high) - max(bounds[1], low)
            covered += max(width, 0) * max(height, 0)
        elif kind == raw.FPDF_PAGEOBJ_PATH:
            drawn += 1
    least = 0 if bare else _LEAST_COVERED * (right - left) * (high - low)
    return covered > least or drawn >= _LEAST_DRAWN


def scan_warning(numbers: Sequence[int]) -> str:
    """The warning for the pages with these numbers: pictures among pages of text."""
    return f"{_pictures(numbers)}: wat erop staat is niet gelezen; OCR nodig"


def unrecognised_warning(numbers: Sequence[int]) -> str:
    """The same for pictures on which no text could be recognised."""
    return f"{_pictures(numbers)}: er is geen tekst op herkend (niet scherp genoeg, of te traag)"


def recognised_warning(numbers: Sequence[int]) -> str:
    """The warning for pictures whose text was recognised."""
    return f"{_pictures(numbers)}: de tekst ervan is herkend (OCR) en kan fouten bevatten"


def _pictures(numbers: Sequence[int]) -> str:
    runs = [[number for _, number in run] for _, run in groupby(enumerate(numbers), _distance)]
    shown = ", ".join(
        f"{run[0]} tot en met {run[-1]}" if len(run) > 2 else ", ".join(map(str, run))
        for run in runs
    )
    if len(numbers) == 1:
        return f"bladzijde {shown} is een beeld (scan)"
    return f"bladzijden {shown} zijn beeld (scans)"


def _distance(counted: tuple[int, int]) -> int:
    return counted[1] - counted[0]


def _objects(page: pdfium.PdfPage) -> Iterator[tuple[int, tuple[float, float, float, float]]]:
    """Kind and place of the drawn objects; those in a group have the place of the group."""
    whole: tuple[float, float, float, float] = (0, 0, 0, 0)
    for drawn in page.get_objects(max_depth=_DEEPEST):
        if drawn.level == 0:
            whole = drawn.get_bounds()
        yield drawn.type, whole
