"""Read pdf: paragraphs made of lines; page boilerplate and footnotes come after the running text."""

from __future__ import annotations

import math
import re
import statistics
from collections import Counter
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from index.documents import Source
from index.readers.dehyphenation import joined, words_of
from index.readers.pdf_lines import Line
from index.readers.pdf_pages import pages_of
from index.readers.pdf_pictures import recognised_warning, scan_warning, unrecognised_warning
from index.readers.pdf_tables import arranged
from index.readers.source_builder import Draft, one_line, refused

_MARK = re.compile(r"(\d{1,3}|\*{1,3})\)?(?=\s|\D)")
_QUESTION = re.compile(r"(?:Deelv|V)raag\b|(?:Deela|A)ntwoord(?:en)?\b", re.IGNORECASE)
_PAGE_NUMBER = re.compile(
    r"(?:pag(?:ina|\.)?|blz\.?)\s*\d+(?:\s*(?:van|/)\s*\d+)?|\d+\s*/\s*\d+", re.I
)
_BARE_NUMBER = re.compile(r"[-–]?\s*(\d{1,4})\s*[-–]?")
# The foot of the official publications of both chambers.
_OFFICIAL_FOOT = re.compile(
    r"(?:ah|h|kst|kv|blg|nds)-(?:tk-|ek-)?[\w-]+$|ISSN \d|’s-Gravenhage \d{4}\b"
    r"|(?:Tweede|Eerste) Kamer, vergaderjaar \d{4}[-–]\d{4}, "
)
_BULLET = re.compile(r"[•●▪■◦○‣·–—-]\s|(?:\d{1,3}|[a-z]|[ivx]{1,4})[.)]\s", re.IGNORECASE)
_CLOSES = (".", ":", ";", "?", "!", "»", "”", "’", ")", '"')

_LARGE_GAP = 1.35  # times the usual distance between lines: a new block
_FEW_LINES = 8  # fewest lines that show where the lines of a column end
_SMALL_TYPE = 0.93  # times the running text's size: a footnote


def read_pdf(data: bytes, name: str, *, ocr: bool = False) -> Source:
    """The text of a pdf; paragraphs on one line each, blank lines where the page has white space.

    Raises UnreadableFile for an encrypted, damaged or scanned file. Warns of
    scanned pages among pages of text, and of an XFA form. With `ocr` scanned pages are recognised
    where that can be done; raises ModelUnavailable where it is not installed.
    """
    found, xfa = pages_of(data, name, ocr=ocr)
    if xfa and not any(page.lines for page in found):
        raise refused(
            name,
            "de pdf is een XFA-formulier zonder gewone bladzijden; druk het af naar een gewone pdf",
            "the pdf is an XFA form without ordinary pages; print it to an ordinary pdf",
        )
    if all((page.picture and not page.recognised) or not page.lines for page in found):
        if ocr:
            raise refused(
                name,
                "de pdf bevat alleen beeld, en daarop is geen tekst herkend; scan hem scherper",
                "the pdf holds only images, and no text was recognised on them; scan it sharper",
            )
        raise refused(
            name,
            "de pdf bevat alleen beeld, geen tekst; OCR nodig",
            "the pdf holds only images, no text; it needs OCR",
        )
    body_size = _usual_size([page.lines for page in found])
    draft = Draft()
    if xfa:
        draft.warn(
            "de pdf is een XFA-formulier: wat er is ingevuld, is misschien niet gelezen; druk het "
            "af naar een gewone pdf"
        )
    recognised = {number for number, page in enumerate(found) if page.recognised}
    if recognised:
        draft.warn(recognised_warning([number + 1 for number in sorted(recognised)]))
    scans = [n for n, page in enumerate(found, start=1) if page.picture and not page.recognised]
    if scans:
        draft.warn(unrecognised_warning(scans) if ocr else scan_warning(scans))
    pages, boilerplate = _laid_out([page.lines for page in found], body_size)
    body: list[Line] = []
    notes: list[list[Line]] = []
    for lines in pages:
        running = [line for line in lines if id(line) not in boilerplate]
        cut = _foot_start(running, body_size)
        body += running[:cut]
        for line in running[cut:]:
            if notes and not line.mark:
                notes[-1].append(line)
            else:
                notes.append([line])
    known = words_of("\n".join(line.text for lines in pages for line in lines))
    for block in _blocks(body, known, body_size, recognised):
        draft.blank()
        for part in block:
            draft.recognising = part.recognised
            if part.rows:
                draft.table(part.rows)
            elif part.heading:
                draft.heading(part.text)
            else:
                draft.line(part.text)
    for note in notes:
        draft.recognising = note[0].page in recognised
        text = _unwrapped([line.text for line in note], known)
        if note[0].mark:
            draft.note(note[0].mark, text[len(note[0].mark) :])
        else:
            draft.aside("voetnoot", text)
    for page, lines in zip(found, pages, strict=True):
        draft.recognising = page.recognised
        for line in lines:
            if id(line) in boilerplate:
                draft.aside(boilerplate[id(line)], line.text)
        for line in page.margin:
            draft.aside("marge", line.text)
    return draft.source()


def _usual_size(pages: list[list[Line]]) -> float:
    """The type size of most characters."""
    sizes: Counter[float] = Counter()
    for page in pages:
        for line in page:
            sizes[line.size] += len(line.text)
    return max(sizes, key=lambda size: sizes[size])


def _laid_out(drawn: list[list[Line]], body_size: float) -> tuple[list[list[Line]], dict[int, str]]:
    """The lines of each page in reading order, and which of them are boilerplate.

    A running head is no row of the table below it; a recurring row of a table is no running head.
    """
    boilerplate = _furniture(drawn, body_size)
    heads = boilerplate.keys() - _recurring(drawn)
    pages = [_around(page, heads) for page in drawn]
    if any(before is not after for before, after in zip(drawn, pages, strict=True)):
        heads = {id(line) for page in pages for line in page if id(line) in heads}
        boilerplate = {key: boilerplate[key] for key in heads} | _furniture(pages, body_size)
    return pages, boilerplate


def _recurring(pages: list[list[Line]]) -> set[int]:
    """The ids of lines that are repeated word for word at the same place on another page."""
    places = Counter((line.text, round(line.y)) for page in pages for line in page)
    return {id(line) for page in pages for line in page if places[line.text, round(line.y)] > 1}


def _around(page: list[Line], heads: Container[int]) -> list[Line]:
    """The page in reading order, with heads and feet in their place; the same page if unchanged."""
    lines = [line for line in page if id(line) not in heads]
    found = arranged(lines)
    if len(found) == len(lines) and all(a is b for a, b in zip(found, lines, strict=True)):
        return page
    first = next(at for at, line in enumerate(page) if id(line) not in heads)
    return page[:first] + found + [line for line in page[first:] if id(line) in heads]


def _furniture(pages: list[list[Line]], body_size: float) -> dict[int, str]:
    """Which lines are page header, foot or number: id of the line -> why."""
    found: dict[int, str] = {}
    edges = [
        (_edge(page, body_size, top=True), _edge(page, body_size, top=False)) for page in pages
    ]
    for top, why in ((0, "paginakop"), (1, "paginavoet")):
        repeated = Counter(
            key for page in edges for key in {key for line in page[top] for key in _keys(line)}
        )
        offsets = Counter(
            int(match.group(1)) - line.page
            for page in edges
            for line in page[top]
            if (match := _BARE_NUMBER.fullmatch(line.text))
        )
        for page in edges:
            for line in page[top]:
                number = _BARE_NUMBER.fullmatch(line.text)
                if _PAGE_NUMBER.fullmatch(line.text) or (
                    number and offsets[int(number.group(1)) - line.page] > 1
                ):
                    found[id(line)] = "paginanummer"
                elif (
                    not number
                    and any(repeated[key] > 1 for key in _keys(line))
                    and not _says(line, body_size)
                ) or (top and _OFFICIAL_FOOT.match(line.text)):
                    found[id(line)] = why
    for lines in pages:
        for row in _torn(lines, found):
            found.pop(row, None)
    return found


def _says(line: Line, body_size: float) -> bool:
    """Whether the line is a sentence in the running text's type: such an answer may recur."""
    return line.text.endswith((".", "?", "!")) and line.size > _SMALL_TYPE * body_size


def _torn(page: list[Line], boilerplate: Container[int]) -> set[int]:
    """The ids of lines in table rows of which another part is no boilerplate."""
    kept = {line.table for line in page if line.cells and id(line) not in boilerplate}
    return {id(line) for line in page if line.table in kept}


def _keys(line: Line) -> set[tuple[str, int, int]]:
    """Keys that the line shares with the same line on other pages.

    Its text and height on the page; or its text but for the page number, and how far that number
    is from the page's place in the file.
    """
    keys = {(line.text, 0, round(line.y))}
    numbers = list(re.finditer(r"\d+", line.text))
    for number in numbers[:1] + numbers[-1:]:
        rest = line.text[: number.start()] + "#" + line.text[number.end() :]
        keys.add((rest, int(number.group()) - line.page, round(line.y)))
    return keys


def _edge(page: list[Line], body_size: float, *, top: bool) -> list[Line]:
    """The lines above (below) the page's running text: set apart by white space or type size."""
    ordered = sorted(page, key=lambda line: line.y, reverse=top)
    gaps = [abs(a.y - b.y) for a, b in pairwise(ordered)]
    usual = statistics.median([gap for gap in gaps if gap > 0.5 * body_size] or [body_size])
    edge: list[Line] = []
    pending: list[Line] = []
    for line, gap in zip(ordered[:8], [*gaps, 0.0], strict=False):
        if _QUESTION.match(line.text):
            break
        pending.append(line)
        if gap > _LARGE_GAP * usual or abs(line.size - body_size) > 0.05 * body_size:
            edge += pending
            pending = []
    return edge if len(edge) < len(page) or len(page) < 4 else []


def _foot_start(lines: list[Line], body_size: float) -> int:
    """Where the notes at the page's foot begin in `lines`: small type to the end, with a mark."""
    start = len(lines)
    while start and lines[start - 1].size < _SMALL_TYPE * body_size and not lines[start - 1].cells:
        start -= 1
    block = lines[start:]
    if not block:
        return len(lines)
    for line in block:
        match = _MARK.match(line.text)
        if not line.mark and match and line.x <= min(other.x for other in block) + 1:
            line.mark = match.group(1)
    return start


_Column = tuple[int, int, int]


def _column(line: Line) -> _Column:
    """The key of a line's column, the same on all pages of that width."""
    width, height = line.frame.page
    across = height if line.frame.degrees % 180 else width
    return line.frame.degrees, round(across / 50), round(line.x / 50)


def _right_edges(lines: list[Line]) -> dict[_Column, float]:
    """For each column its right edge, in points; of a few lines, that of pages of any width."""
    columns: dict[_Column, list[float]] = {}
    anywhere: dict[int, list[float]] = {}
    for line in lines:
        columns.setdefault(_column(line), []).append(line.right)
        anywhere.setdefault(round(line.x / 50), []).append(line.right)
    return {
        column: _usual_end(rights if len(rights) >= _FEW_LINES else anywhere[column[2]])
        for column, rights in columns.items()
    }


def _usual_end(rights: list[float]) -> float:
    return sorted(rights)[max(0, math.ceil(0.97 * len(rights)) - 1)]


@dataclass(slots=True)
class _Part:
    """A paragraph (perhaps a heading), or the rows of a table; a cell may hold paragraphs."""

    text: str = ""
    heading: bool = False
    rows: list[list[str]] = field(default_factory=list)
    recognised: bool = False  # (partly) on a page that is a picture


_Block = list[_Part]


def _blocks(
    lines: list[Line], known: frozenset[str], body_size: float, recognised: Container[int]
) -> list[_Block]:
    """Paragraphs and tables, grouped by the white space between them.

    `recognised` are the pages whose lines were recognised: their white space is their own.
    """
    edges = _right_edges(lines)
    typed = _usual_gap(line for line in lines if line.page not in recognised)
    scanned = _usual_gap(line for line in lines if line.page in recognised)
    blocks: list[_Block] = []
    paragraph: list[Line] = []

    def close() -> None:
        if paragraph:
            text = _unwrapped([line.text for line in paragraph], known)
            prominent = all(line.bold or line.size > 1.15 * body_size for line in paragraph)
            blocks[-1].append(
                _Part(
                    text,
                    prominent and len(text) < 150,
                    recognised=any(line.page in recognised for line in paragraph),
                )
            )
            paragraph.clear()

    for line in lines:
        if line.cells:
            close()
            table = blocks[-1][-1].rows if blocks and blocks[-1] else []
            if not table or len(table[0]) != len(line.cells):
                table = []
                blocks.append([_Part(rows=table)])
            table.append([_cell(cell, known) for cell in line.cells])
            blocks[-1][-1].recognised |= line.page in recognised
            continue
        if not paragraph:
            blocks.append([])
        else:
            before = paragraph[-1]
            usual = scanned if line.page in recognised else typed
            right = max(edges[_column(before)], before.right)
            apart = before.page == line.page and not (
                0.5 * usual < before.y - line.y < _LARGE_GAP * usual
            )
            moved = before.y < line.y or before.page != line.page  # next column or page
            ends = _ends_paragraph(before, line, right)
            turned = before.frame.degrees != line.frame.degrees
            if (apart and not moved) or (moved and ends) or turned:
                close()
                blocks.append([])
            elif ends:
                close()
        paragraph.append(line)
    close()
    return blocks


def _usual_gap(lines: Iterable[Line]) -> float:
    gaps = [a.y - b.y for a, b in pairwise(lines) if 0 < a.y - b.y < 4 * a.size]
    return statistics.median(gaps) if gaps else 0.0


def _cell(lines: Sequence[Line], known: frozenset[str]) -> str:
    """The paragraphs of a table's cell, each on a line."""
    right = max((line.right for line in lines), default=0.0)
    paragraphs: list[list[str]] = []
    for at, line in enumerate(lines):
        if not at or _ends_paragraph(lines[at - 1], line, right):
            paragraphs.append([])
        paragraphs[-1].append(line.text)
    return "\n".join(_unwrapped(texts, known) for texts in paragraphs)


def _ends_paragraph(before: Line, line: Line, right: float) -> bool:
    """Whether a paragraph ends with `before`: the next word would still have fitted on its line."""
    if before.text.endswith("-") and not before.text.endswith(" -"):
        return False
    if _QUESTION.match(line.text) and len(line.text) < 40:
        return True
    if before.bold != line.bold or abs(before.size - line.size) > 0.1 * line.size:
        return True
    if _BULLET.match(line.text) and before.text.endswith((*_CLOSES, ",")):
        return True
    space = 0.3 * line.size
    if before.right + space + line.first_word > right - 0.5:
        return False
    return line.text[0].isupper() or before.text.endswith(_CLOSES) or bool(_BULLET.match(line.text))


def _unwrapped(texts: list[str], known: frozenset[str]) -> str:
    whole = texts[0]
    for text in texts[1:]:
        if whole.endswith("-") and not whole.endswith(" -"):
            whole = joined(whole, text, known)
        elif whole.endswith(("–", "/")) and not whole.endswith((" –", " /")):
            whole += text
        else:
            whole += " " + text
    return one_line(whole)
