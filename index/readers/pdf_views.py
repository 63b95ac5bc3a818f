"""Pdf -> its pages as pictures, and where on them a stretch of the document's text stands.

A document's text is rearranged and unhyphenated, so that offsets in it say nothing of the page. Only
letters and figures are compared, in the order in which the page was written.
"""

from __future__ import annotations

import ctypes
import struct
import unicodedata
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray
from pypdfium2 import raw

from index.readers.pdf_pages import PDFIUM

WIDTH = 1200  # of a picture, in pixels
_MOST_PIXELS = 4_000_000
_HEAD = 20  # letters by which the start of a stretch is found
_STEP = 12  # the same, behind what is on the page only or in the text only
_REACH = 4000  # letters that may stand on the page in between
_SPACE = 0.03  # of the page's width, at most: between words of a line
_BEFORE = 400  # characters before a stretch that tell it from others that begin alike


@dataclass(frozen=True, slots=True)
class Box:
    """A part of a line on a page; lengths as shares of the page's width and height."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class _Letters:
    """The letters and figures of all pages in a row, and for each its page and place in its text."""

    text: str
    pages: list[int]
    places: list[int]


def count_pages(data: bytes) -> int:
    """How many pages a pdf has."""
    with PDFIUM, pdfium.PdfDocument(data) as document:
        return len(document)


def picture(data: bytes, page: int) -> bytes:
    """Page `page` (from 1) of a pdf as a PNG. Raises IndexError where there is no such page."""
    with PDFIUM, pdfium.PdfDocument(data) as document:
        if not 0 < page <= len(document):
            raise IndexError(page)
        drawn = document[page - 1]
        width, height = drawn.get_size()
        scale = min(WIDTH / width, (_MOST_PIXELS / (width * height)) ** 0.5)
        bitmap = drawn.render(scale=scale, rev_byteorder=True, prefer_bgrx=False)
        return _png(np.asarray(bitmap.to_numpy())[:, :, :3])


def boxes_of(data: bytes, text: str, start: int, end: int) -> dict[int, tuple[Box, ...]]:
    """Where `text[start:end]` stands in the pdf that `text` was read from, by page (from 1).

    Empty where it cannot be found: a stretch that stands in a field or a picture, for one.
    """
    with PDFIUM, pdfium.PdfDocument(data) as document:
        letters = _letters_of(document)
        runs = list(_runs(letters.text, text, start, end))
        places: dict[int, list[tuple[int, int]]] = {}
        for first, last in runs:
            for page in range(letters.pages[first], letters.pages[last - 1] + 1):
                of_page = [at for at in range(first, last) if letters.pages[at] == page]
                if of_page:
                    span = letters.places[of_page[0]], letters.places[of_page[-1]] + 1
                    places.setdefault(page, []).append(span)
        return {page + 1: _boxes(document[page], spans) for page, spans in sorted(places.items())}


def _letters_of(document: pdfium.PdfDocument) -> _Letters:
    folded: list[str] = []
    pages: list[int] = []
    places: list[int] = []
    for number in range(len(document)):
        textpage = document[number].get_textpage()
        size = textpage.count_chars()
        units = (ctypes.c_ushort * (size + 1))()
        written = raw.FPDFText_GetText(textpage, 0, size, units) - 1  # the last one is a zero
        for at in range(max(0, written)):
            for letter in _folded(chr(units[at])):
                folded.append(letter)
                pages.append(number)
                places.append(at)
        textpage.close()
    return _Letters("".join(folded), pages, places)


@lru_cache(maxsize=4096)
def _folded(char: str) -> str:
    """What of a character is compared: its letters or figures, without marks and in lower case."""
    return "".join(each for each in unicodedata.normalize("NFKD", char).lower() if each.isalnum())


def _runs(letters: str, text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Stretches of `letters` that are `text[start:end]`, in its order."""
    wanted = "".join(map(_folded, text[start:end]))
    before = "".join(map(_folded, text[max(0, start - _BEFORE) : start]))
    at, place = 0, -1
    while at < len(wanted) and place < 0:
        place = _best_start(letters, before + wanted[:at], wanted[at : at + _HEAD])
        at += 0 if place >= 0 else _STEP
    while at < len(wanted):
        same = _common(wanted, at, letters, place)
        if same:
            yield place, place + same
        at, place = at + same, place + same
        if at >= len(wanted):
            return
        found = letters.find(wanted[at : at + _STEP], place, place + _REACH)
        if found < 0:
            at += 1
        else:
            place = found


def _best_start(letters: str, before: str, head: str) -> int:
    """Where `head` stands with most of `before` in front of it; -1 where it does not."""
    best, most, at = -1, -1, letters.find(head)
    while at >= 0:
        same = 0
        while same < min(len(before), at) and before[-1 - same] == letters[at - 1 - same]:
            same += 1
        if same > most:
            best, most = at, same
        at = letters.find(head, at + 1)
    return best


def _common(one: str, at: int, other: str, place: int) -> int:
    """How many characters are the same from there on."""
    same = 0
    while (
        at + same < len(one) and place + same < len(other) and one[at + same] == other[place + same]
    ):
        same += 1
    return same


def _boxes(page: pdfium.PdfPage, spans: list[tuple[int, int]]) -> tuple[Box, ...]:
    """The rectangles of stretches of a page's text, as the page is looked at; one a line."""
    textpage = page.get_textpage()
    found: list[Box] = []
    for span in spans:
        # What PDFium makes up for a text is no character on the page.
        first, last = (raw.FPDFText_GetCharIndexFromTextIndex(textpage, at) for at in span)
        last = last if last >= 0 else textpage.count_chars()
        for number in range(textpage.count_rects(first, last - first)):
            left, low, right, high = textpage.get_rect(number)
            (x1, y1), (x2, y2) = (_seen(page, x, y) for x, y in ((left, high), (right, low)))
            box = Box(min(x1, x2), min(y1, y2), abs(x2 - x1), abs(y2 - y1))
            if found and (line := _one_line(found[-1], box)):
                found[-1] = line
            else:
                found.append(box)
    textpage.close()
    return tuple(found)


def _one_line(one: Box, other: Box) -> Box | None:
    """The box around two that stand beside one another on a line, None where they do not."""
    top, low = max(one.top, other.top), min(one.top + one.height, other.top + other.height)
    beside = other.left - one.left >= 0 and other.left - (one.left + one.width) < _SPACE
    if not beside or low - top < min(one.height, other.height) / 2:
        return None
    top = min(one.top, other.top)
    low = max(one.top + one.height, other.top + other.height)
    return Box(one.left, top, other.left + other.width - one.left, low - top)


def _seen(page: pdfium.PdfPage, x: float, y: float) -> tuple[float, float]:
    """A point of the page as shares of what is seen of it: cropped, turned, from the upper left."""
    side = 100_000
    across, down = ctypes.c_int(), ctypes.c_int()
    raw.FPDF_PageToDevice(page, 0, 0, side, side, 0, x, y, across, down)
    return across.value / side, down.value / side


def _png(pixels: NDArray[np.uint8]) -> bytes:
    """A picture of rows of red, green and blue bytes (PNG, third edition, 5 and 9)."""
    height, width, _ = pixels.shape
    rows = pixels.reshape(height, width * 3)
    # Filter 2 (Up): white under white becomes zeros.
    above = np.vstack([np.zeros((1, width * 3), np.uint8), rows[:-1]])
    lines = np.hstack([np.full((height, 1), 2, np.uint8), rows - above])
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in (
            (b"IHDR", header),
            (b"IDAT", zlib.compress(lines.tobytes(), 6)),
            (b"IEND", b""),
        )
    )
