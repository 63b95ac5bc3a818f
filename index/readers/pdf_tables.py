"""Recognise tables and columns on a page of a pdf by the places of its text.

A pdf has no tables, only text at places. Texts beside each other, again and again at the same
places, are a table, unless each column is running text. The cells of a row are drawn one after the
other, each with all of its lines, or line by line.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from index.readers.pdf_lines import Cells, Line

_LABEL = re.compile(r"\W{1,2}|\(?(?:\d{1,3}|[a-zA-Z]|[ivx]{1,5})[.):]{0,2}|(?:Vraag|Antwoord):?")
_FIGURE = re.compile(r"[\W\d_]*\d[\W\d_]*")

_CLOSES = (".", ";", ":", "?", "!")

_LEVEL = 0.7  # times the type size: how far the baselines of texts beside each other may differ
_LEADING = 1.5  # times the type size: most distance between the lines of a cell
_TIGHT = 1.45  # the same, if only white space separates the rows
_PITCH = 4.5  # times the type size: most distance between the rows of a table
_MOST_LINES = 30  # of a cell


@dataclass(slots=True)
class _Band:
    """Cells beside each other; each cell is a list of lines."""

    cells: list[list[Line]]
    size: float
    top: float
    bottom: float
    drawn: list[Line] = field(default_factory=list)  # as they were found

    @property
    def single(self) -> bool:
        return len(self.cells) == 1


def arranged(lines: Sequence[Line]) -> list[Line]:
    """The lines of a page in reading order; each row of a table becomes one line with `cells`."""
    if not any(line.pieces for line in lines) and not any(
        _beside(before, line) for before, line in pairwise(lines)
    ):
        return list(lines)
    bands = _bands(lines)
    found: list[Line] = []
    at = tables = 0
    while at < len(bands):
        stop = _stop(bands, at)
        region = bands[at:stop]
        columns = _columns(region)
        if len(columns) > 1 and _runs_on(region, columns):
            found += _in_columns(region, columns)
        elif len(columns) > 1 and not _is_list(region):
            tables += 1
            found += [_row(band, columns, tables) for band in _whole_rows(region, columns)]
        else:
            stop = at + 1
            found += bands[at].drawn
        at = stop
    return found


def _beside(before: Line, line: Line) -> bool:
    level = _LEVEL * max(before.size, line.size)
    return (
        line.frame is before.frame
        and line.x > before.right + 0.2 * line.size
        and line.y > before.y - level
    )


def _bands(lines: Sequence[Line]) -> list[_Band]:
    bands: list[_Band] = []
    for line in lines:
        first, *rest = line.pieces or (line,)
        if bands and bands[-1].drawn[-1].frame is line.frame and _taken(bands, first):
            band = bands[-1]
            band.drawn.append(line)
        else:
            band = _Band([[first]], line.size, line.y, line.y, [line])
            bands.append(band)
        for piece in rest:
            _add(band, piece)
    return bands


def _taken(bands: list[_Band], line: Line) -> bool:
    """Whether `line` is the last band's next cell, or the next line of its last cell."""
    band = bands[-1]
    level = _LEVEL * line.size
    if _right_of(band.cells[-1], line) and line.y > band.bottom - level:
        beside = line.y <= band.top + level
        if beside or _under_the_row_above(bands, line) or _lifted(bands, line):
            _add(bands[-1], line)
            return True
    elif not band.single and _goes_on(band, line):
        band.cells[-1].append(line)
        band.bottom = min(band.bottom, line.y)
        return True
    return False


def _add(band: _Band, cell: Line) -> None:
    band.cells.append([cell])
    band.top, band.bottom = max(band.top, cell.y), min(band.bottom, cell.y)


def _right_of(cell: list[Line], line: Line) -> bool:
    return line.x > max(each.right for each in cell) + 0.2 * line.size


def _goes_on(band: _Band, line: Line) -> bool:
    """Whether `line` is the next line of the band's last cell."""
    last = band.cells[-1]
    left = max(each.right for each in band.cells[-2])
    middle = (last[0].x + last[0].right) / 2
    aligned = (
        abs(line.x - min(each.x for each in last)) < line.size
        or abs(line.right - max(each.right for each in last)) < 0.5 * line.size
        or abs((line.x + line.right) / 2 - middle) < 0.5 * line.size
    )
    below = last[-1].y - line.y
    return aligned and line.x > left and 0 < below <= _LEADING * line.size


def _under_the_row_above(bands: Sequence[_Band], line: Line) -> bool:
    """Whether `line` begins above the cells before it, which are lower in the same row."""
    above = bands[-2].bottom if len(bands) > 1 else line.y + 2 * line.size
    rise = line.y - bands[-1].top
    return line.y + 0.8 * line.size < above and rise < _MOST_LINES * line.size


def _lifted(bands: list[_Band], line: Line) -> bool:
    """Make one cell of the lines up to the height of `line`, which stands beside the first of them.

    Each of those lines is a band of its own until the next cell shows that they are one.
    """
    upto = len(bands) - 1
    while upto >= 0 and len(bands) - upto <= _MOST_LINES:
        band = bands[upto]
        if not band.single or band.cells[0][-1].right >= line.x:
            return False
        if band.top >= line.y - _LEVEL * line.size:
            break
        if upto == 0 or not 0 < bands[upto - 1].bottom - band.top <= _LEADING * line.size:
            return False
        upto -= 1
    else:
        return False
    if bands[upto].top > line.y + _LEVEL * line.size:
        return False
    if len(bands) - upto > 1:  # `line` may stand at the middle of the cell
        leading = bands[upto].bottom - bands[upto + 1].top
        while upto and _is_line_before(bands[upto - 1], bands[upto], leading):
            upto -= 1
    merged = bands[upto:]
    drawn = [each for band in merged for each in band.drawn]
    cell = [each for band in merged for each in band.cells[0]]
    bands[upto:] = [_Band([cell], line.size, merged[0].top, merged[-1].bottom, drawn)]
    return True


def _is_line_before(before: _Band, band: _Band, leading: float) -> bool:
    return (
        before.single
        and abs(before.cells[0][0].x - band.cells[0][0].x) < 1
        and abs(before.bottom - band.top - leading) < 0.05 * leading
    )


def _stop(bands: Sequence[_Band], start: int) -> int:
    """The end of the bands that may be one table (or text in columns) from `start` on.

    A line on its own may stand between rows: the name of a group, or a cell that stands alone.
    """
    if bands[start].single:
        return start + 1
    stop, at = start + 1, start + 1
    left = min(line.x for cell in bands[start].cells for line in cell)
    while at < len(bands):
        before, band = bands[at - 1], bands[at]
        if (
            band.drawn[0].frame is not before.drawn[0].frame
            or abs(band.size - bands[start].size) > 0.15 * band.size
            or not 0 < before.bottom - band.top <= _PITCH * band.size
            or (band.single and not _fits_between(band, bands[start:stop], left))
        ):
            break
        at += 1
        if not band.single:
            stop = at
            left = min(left, *(line.x for cell in band.cells for line in cell))
    return _with_tail(bands, start, stop)


def _fits_between(band: _Band, region: Sequence[_Band], left: float) -> bool:
    """A lone line that keeps to one of the columns, or begins at the left of the table."""
    cell = band.cells[0]
    x, right = min(line.x for line in cell), max(line.right for line in cell)
    starts = [min(line.x for line in other) for other_band in region for other in other_band.cells]
    ends = [
        max(line.right for line in other) for other_band in region for other in other_band.cells
    ]
    if right > max(ends) + band.size:
        return False
    return abs(x - left) < band.size or any(abs(x - start) < band.size for start in starts)


def _with_tail(bands: Sequence[_Band], start: int, stop: int) -> int:
    """The stop of a region, with the lone lines after it that go on in one of its columns.

    Of text in columns the longest column ends alone, and so may a cell of the last row.
    """
    region = bands[start:stop]
    columns = _columns(region)
    if len(columns) < 2:
        return stop
    running = _runs_on(region, columns)
    while stop < len(bands):
        band, before = bands[stop], bands[stop - 1]
        cell = band.cells[0]
        inside = any(
            abs(cell[0].x - left) < 0.5 * band.size and cell[0].right <= right + band.size
            for left, right in (columns if running else columns[1:])
        )
        space = (2.5 if running else _TIGHT) * band.size
        same = band.drawn[0].frame is before.drawn[0].frame
        if not (same and band.single and inside and 0 < before.bottom - band.top <= space):
            break
        stop += 1
    return stop


def _columns(region: Sequence[_Band]) -> list[tuple[float, float]]:
    """Left and right edge of each column; [] if the bands do not agree on columns."""
    rows = [band for band in region if not band.single]
    if len(rows) < 2:
        return []
    counts = [len(band.cells) for band in rows]
    most = max(counts)
    if len(rows) > 5 and counts.count(most) == 1 and counts[0] != most:
        most = max(count for count in counts if count != most)  # a cell fell apart
    full = [band for band in rows if len(band.cells) == most]
    columns = [
        (
            min(line.x for band in full for line in band.cells[at]),
            max(line.right for band in full for line in band.cells[at]),
        )
        for at in range(most)
    ]
    if any(left[1] >= right[0] for left, right in pairwise(columns)):
        return []
    for band in rows:
        places = [_column(cell, columns) for cell in band.cells]
        if len(set(places)) == 1:
            return []
    aligned = [_aligned([band.cells[at] for band in full], full[0].size) for at in range(1, most)]
    return columns if sum(aligned) > 0.5 * len(aligned) else []


def _aligned(cells: Sequence[Sequence[Line]], size: float) -> bool:
    """Whether most cells are aligned on the left, on the right or in the middle."""
    lefts = [min(line.x for line in cell) for cell in cells]
    rights = [max(line.right for line in cell) for cell in cells]
    middles = [(left + right) / 2 for left, right in zip(lefts, rights, strict=True)]
    least = max(min(2, len(cells)), 0.5 * len(cells))
    return any(
        sum(abs(each - place) < 0.3 * size for each in places) >= least
        for places in (lefts, rights, middles)
        for place in places
    )


def _column(cell: Sequence[Line], columns: Sequence[tuple[float, float]]) -> int:
    """The column of a cell: the first that it overlaps, else the nearest."""
    x, right = min(line.x for line in cell), max(line.right for line in cell)
    for at, (left, to) in enumerate(columns):
        if x < to and right > left:
            return at
    distance = [max(left - right, x - to) for left, to in columns]
    return distance.index(min(distance))


def _is_list(region: Sequence[_Band]) -> bool:
    """Whether the bands are a list: numbers, bullets or letters with text beside them."""
    rows = [band for band in region if not band.single]
    pairs = sum(len(band.cells) == 2 for band in rows)
    return pairs >= 0.5 * len(rows) and all(
        len(band.cells[0]) == 1 and _LABEL.fullmatch(band.cells[0][0].text) for band in rows
    )


def _runs_on(region: Sequence[_Band], columns: Sequence[tuple[float, float]]) -> bool:
    """Whether this is text in columns, drawn line by line: its lines fill their column."""
    rows = [band for band in region if len(band.cells) == len(columns)]
    pitches = [a.bottom - b.top for a, b in pairwise(region)]
    if len(columns) > 3 or len(rows) < 4 or len(rows) < 0.5 * len(region):
        return False
    if any(len(cell) > 1 for band in rows for cell in band.cells):
        return False
    if sum(pitch > 1.1 * min(pitches) for pitch in pitches) > 0.4 * len(pitches):
        return False
    for at, (left, right) in enumerate(columns):
        cells = [band.cells[at][0] for band in rows]
        wide = sum(cell.right - left > 0.7 * (right - left) for cell in cells)
        on = sum(b.text[0].islower() and not a.text.endswith(_CLOSES) for a, b in pairwise(cells))
        figures = sum(bool(_FIGURE.fullmatch(cell.text)) for cell in cells)
        usual = sum(len(cell.text) for cell in cells) / len(cells)
        fills = wide >= 0.5 * len(cells) or (on > 1 and on >= 0.25 * len(cells))
        if usual < 18 or not fills or figures > 0.1 * len(cells):
            return False
    return True


def _in_columns(region: Sequence[_Band], columns: Sequence[tuple[float, float]]) -> list[Line]:
    """The lines of each column after those of the column before it."""
    return [
        line
        for at in range(len(columns))
        for band in region
        for cell in band.cells
        if _column(cell, columns) == at
        for line in cell
    ]


def _whole_rows(region: Sequence[_Band], columns: Sequence[tuple[float, float]]) -> list[_Band]:
    """The bands, with the lines of one row merged."""
    region = [row for band in region for row in _parallel(band)]
    pitches = [round(a.bottom - b.top, 1) for a, b in pairwise(region)]
    tight = min(pitches)
    rows = [region[0]]
    for band, pitch in zip(region[1:], pitches, strict=True):
        near = pitch <= 1.1 * tight and tight <= _TIGHT * band.size and max(pitches) >= 1.3 * tight
        if near and _one_row(rows[-1], band, columns):
            rows[-1] = _joined(rows[-1], band, columns)
        else:
            rows.append(band)
    return rows


def _parallel(band: _Band) -> list[_Band]:
    """Rows of which all labels were drawn first, and then all the texts beside them."""
    labels = band.cells[0]
    if len(labels) == 1 or band.single:
        return [band]
    parts: list[list[list[Line]]] = [[] for _ in labels]
    for cell in band.cells:
        at = -1
        for line in cell:
            below = at + 1 < len(labels) and line.y < labels[at + 1].y + 0.2 * line.size
            if below and (line.y < labels[at + 1].y - 0.2 * line.size or line.text[0].islower()):
                return [band]
            at += below
            if below:
                parts[at].append([])
            elif at < 0:
                return [band]
            parts[at][-1].append(line)
        if at + 1 < len(labels):
            return [band]
    return [_band_of(cells) for cells in parts]


def _band_of(cells: list[list[Line]]) -> _Band:
    lines = [line for cell in cells for line in cell]
    heights = [line.y for line in lines]
    return _Band(cells, lines[0].size, max(heights), min(heights), lines)


def _one_row(above: _Band, below: _Band, columns: Sequence[tuple[float, float]]) -> bool:
    """Whether `below` may be the next lines of the cells above it; figures never are."""
    if len(below.cells) == len(columns) and not any(
        cell[0].text[0].islower() for cell in below.cells
    ):
        return False
    upper = {_column(cell, columns): cell for cell in above.cells}
    for cell in below.cells:
        over = upper.get(_column(cell, columns))
        if _FIGURE.fullmatch(cell[0].text) and (over is None or _FIGURE.fullmatch(over[-1].text)):
            return over is None and above.single
    return True


def _joined(above: _Band, below: _Band, columns: Sequence[tuple[float, float]]) -> _Band:
    cells: dict[int, list[Line]] = {}
    for cell in (*above.cells, *below.cells):
        cells.setdefault(_column(cell, columns), []).extend(cell)
    ordered = [cells[at] for at in sorted(cells)]
    return _Band(ordered, above.size, above.top, below.bottom, [*above.drawn, *below.drawn])


def _row(band: _Band, columns: Sequence[tuple[float, float]], table: int) -> Line:
    cells: list[list[Line]] = [[] for _ in columns]
    for cell in band.cells:
        cells[_column(cell, columns)] += cell
    held: Cells = tuple(map(tuple, cells))
    first = band.drawn[0]
    sizes = Counter(line.size for line in band.drawn)
    return replace(
        first,
        x=min(line.x for line in band.drawn),
        y=band.bottom,
        size=max(sizes, key=lambda size: sizes[size]),
        right=max(line.right for line in band.drawn),
        text="\t".join(" ".join(line.text for line in cell) for cell in cells).rstrip("\t"),
        mark="",
        pieces=(),
        cells=held,
        table=table,
    )
