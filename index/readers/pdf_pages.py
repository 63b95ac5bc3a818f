"""Read the pages of a pdf: the lines of each, in its frame, and what was filled in."""

from __future__ import annotations

import threading
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, replace

import pypdfium2 as pdfium
from pypdfium2 import raw

from index.readers.ocr import Recogniser, with_one_size
from index.readers.pdf_fields import filled_in, with_filled
from index.readers.pdf_frames import upright
from index.readers.pdf_lines import Line, lines_of
from index.readers.pdf_pictures import MOST_OF_A_STAMP, is_picture
from index.readers.source_builder import refused

PDFIUM = threading.Lock()  # PDFium may not be called by two threads at once
_MOST_PAGES = 2000


@dataclass(frozen=True, slots=True)
class Page:
    """A page's lines, what stands turned in its margin, and whether it is (partly) a picture.

    `recognised` says that there are lines among them that were recognised on the picture.
    """

    lines: list[Line]
    margin: list[Line]
    picture: bool
    recognised: bool = False


def pages_of(data: bytes, name: str, *, ocr: bool = False) -> tuple[list[Page], bool]:
    """The lines of each page, and whether the pdf is an XFA form, whose pages a program makes.

    With `ocr` text on pages that are pictures is recognised. Raises UnreadableFile for an encrypted
    or damaged pdf, ModelUnavailable where recognising is not installed.
    """
    with PDFIUM:
        return _pages(data, name, Recogniser() if ocr else None)


def _pages(data: bytes, name: str, recogniser: Recogniser | None) -> tuple[list[Page], bool]:
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
        with suppress(pdfium.PdfiumError):  # a broken form does not make the pages unreadable
            document.init_forms()
        xfa = document.get_formtype() in (raw.FORMTYPE_XFA_FULL, raw.FORMTYPE_XFA_FOREGROUND)
        pages = [_page(document[number], number) for number in range(len(document))]
        if recogniser is not None:
            pages = _recognised(document, pages, recogniser)
        return pages, xfa
    except pdfium.PdfiumError as error:
        raise _damaged(name) from error
    finally:
        document.close()


def _page(page: pdfium.PdfPage, number: int) -> Page:
    try:
        lines = lines_of(page, number)
        if filled := filled_in(page):
            lines = with_filled(lines, filled, number, upright(page))
        few = sum(len(line.text) for line in lines) < MOST_OF_A_STAMP
        return Page(*_without_margin(lines), picture=few and is_picture(page, bare=not lines))
    finally:
        page.close()


def _recognised(
    document: pdfium.PdfDocument, pages: list[Page], recogniser: Recogniser
) -> list[Page]:
    """The pages, with the lines on those that are pictures as far as they were recognised."""
    found = {
        number: recogniser.lines_on(document[number], number)
        for number, page in enumerate(pages)
        if page.picture
    }
    with_one_size(
        (line for lines in found.values() for line in lines),
        (line for page in pages if not page.picture for line in page.lines),
    )
    return [
        replace(page, lines=_stacked(page.lines, found[number]), recognised=True)
        if found.get(number)
        else page
        for number, page in enumerate(pages)
    ]


def _stacked(written: list[Line], recognised: list[Line]) -> list[Line]:
    """The few lines of text on a picture, above or below what was recognised on it."""
    top = max(line.y for line in recognised)
    above = [line for line in written if line.y > top]
    return [*above, *recognised, *(line for line in written if line.y <= top)]


def _without_margin(lines: list[Line]) -> tuple[list[Line], list[Line]]:
    """The lines, and apart from them those at right angles beside all others.

    These are stamps along a page's edge, and the head and foot of a rotated page.
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
    kept: list[Line] = []
    margin: list[Line] = []
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
