"""Pages of a pdf as pictures, and where on them a stretch of the document's text stands."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest

from index.readers.pdf_views import WIDTH, boxes_of, count_pages, picture
from index.reading import read_bytes

PDF = Path(__file__).parents[3] / "samples" / "ah-tk-20232024-9160.pdf"
DATA = PDF.read_bytes()
TEXT = read_bytes(DATA, PDF.name).text


def pixels(png):
    """The rows of a PNG as `picture` writes it: filter 2, three bytes a pixel."""
    width, height = struct.unpack(">II", png[16:24])
    length = struct.unpack(">I", png[33:37])[0]
    lines = np.frombuffer(zlib.decompress(png[41 : 41 + length]), np.uint8)
    rows = lines.reshape(height, 1 + 3 * width)
    assert set(rows[:, 0]) == {2}
    return np.cumsum(rows[:, 1:], axis=0, dtype=np.uint8).reshape(height, width, 3)


def ink(page, box):
    """The share of a box on a page that is dark."""
    height, width, _ = page.shape
    top, left = int(box.top * height), int(box.left * width)
    low, right = int((box.top + box.height) * height), int((box.left + box.width) * width)
    return float((page[top:low, left:right].min(axis=2) < 128).mean())


def test_a_stretch_is_found_on_its_pages_where_the_ink_is():
    start = TEXT.index("Aan de proef nemen 820 huishoudens deel.")
    end = TEXT.index("Er vindt achteraf geen verrekening plaats.", start)
    found = boxes_of(DATA, TEXT, start, end)
    assert list(found) == [1]
    assert 5 <= len(found[1]) <= 12  # lines, not words
    page = pixels(picture(DATA, 1))
    assert page.shape[1] == WIDTH
    assert all(ink(page, box) > 0.05 for box in found[1])
    first = TEXT.index("Vraag 1")
    places = [boxes_of(DATA, TEXT, at, at + 7) for at in (first, TEXT.index("Vraag 2"))]
    tops = [next(iter(place.values()))[0].top for place in places]
    assert tops[0] < tops[1]
    assert list(boxes_of(DATA, TEXT, TEXT.index("Vraag 2"), len(TEXT) - 400)) == [1, 2]


def test_what_stands_nowhere_has_no_place_and_no_page_beyond_the_last_is_drawn():
    text = "Dit staat er beslist nergens in, in geen enkel woord."
    assert boxes_of(DATA, text, 0, len(text)) == {}
    assert boxes_of(DATA, TEXT, 5, 5) == {}
    for page in (0, count_pages(DATA) + 1):
        with pytest.raises(IndexError):
            picture(DATA, page)
