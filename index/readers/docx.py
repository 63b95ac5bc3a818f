"""Read docx: paragraphs and tables in the order of the body, with Word's automatic numbers."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

import docx
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml import parse_xml
from docx.oxml.ns import qn as _qualified

from index.documents import Source
from index.readers.html import read_html
from index.readers.marks import CLOSE, OPEN, SIGNS
from index.readers.numbering import Numbering
from index.readers.package import plain_package
from index.readers.source_builder import Draft, one_line, places_text, refused
from index.readers.word_graphics import Graphics
from index.readers.word_runs import LEFT_OUT, REFERENCES, TEXT_BOX, Runs, children, is_on
from index.segmentation.unseen import plain

qn = cache(_qualified)  # cached: needed at every element

_MOST_UNPACKED = 300_000_000  # bytes
_MOST_BLOCKS = 100_000  # paragraphs and tables
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")  # compound file: an old .doc, or an encrypted docx
_HEADING_STYLE = re.compile(r"(?:heading|kop|titel|title)\b", re.IGNORECASE)
_ENDS_SENTENCE = (".", "?", "!", ":", ";", ",")
_MARKED = re.compile(f"{OPEN}[^{CLOSE}]*{CLOSE}")
_DRAWINGS = (TEXT_BOX, qn("w:drawing"), qn("w:pict"), qn("w:object"))
_HOLDING_TEXT = (qn("w:t"), qn("w:sym"), qn("w:numPr"), "{*}oMath")
_DELETED_ROW = f"{qn('w:trPr')}/{qn('w:del')}"
_BARE_NUMBER = re.compile(r"\d{1,4}[.)]?")
_SHORT = 100  # characters; a bold paragraph that is longer is no heading


def read_docx(data: bytes, name: str) -> Source:
    """The text of a docx, with footnotes after it and page headers in `edge_text`.

    A reference to a note is "[1]" in the text. Of tracked changes, deleted text is left out and
    inserted text kept. Raises UnreadableFile for encrypted, damaged or hugely packed files.
    """
    _check(data, name)
    try:
        document = docx.Document(io.BytesIO(plain_package(data)))
        if len(document.element.body) > _MOST_BLOCKS:
            raise refused(
                name,
                f"meer dan {_MOST_BLOCKS} alinea's; splits het bestand",
                f"more than {_MOST_BLOCKS} paragraphs; split the file",
            )
        return _Body(document).source()
    except (
        PackageNotFoundError,
        zipfile.BadZipFile,
        KeyError,
        ValueError,  # python-docx: not a Word file; an attribute that is no number
        SyntaxError,  # lxml's XMLSyntaxError
        EOFError,
        zlib.error,
        NotImplementedError,  # zipfile: an unknown compression method
        RuntimeError,  # zipfile: a part with a password
    ) as error:
        raise _damaged(name) from error


def _check(data: bytes, name: str) -> None:
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise refused(
                name,
                "het Word-bestand is versleuteld; sla het op zonder wachtwoord",
                "the Word file is encrypted; save it without a password",
            )
        raise refused(
            name,
            "dit is een oud Word-bestand (.doc); sla het op als .docx",
            "this is an old Word file (.doc); save it as .docx",
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            unpacked = sum(part.file_size for part in package.infolist())
    except zipfile.BadZipFile as error:
        raise _damaged(name) from error
    if unpacked > _MOST_UNPACKED:
        raise refused(
            name,
            f"uitgepakt veel te groot ({unpacked / 1e6:.0f} MB; ten hoogste "
            f"{_MOST_UNPACKED / 1e6:.0f} MB); controleer waar het bestand vandaan komt",
            f"far too large unpacked ({unpacked / 1e6:.0f} MB; at most "
            f"{_MOST_UNPACKED / 1e6:.0f} MB); check where the file comes from",
        )


def _damaged(name: str) -> Exception:
    return refused(
        name,
        "geen geldig Word-bestand (afgebroken of beschadigd); haal het bestand opnieuw op",
        "not a valid Word file (cut off or damaged); fetch the file again",
    )


class _Body:
    """Writes a document's body, and counts its lists and notes."""

    def __init__(self, document: Any) -> None:
        self._draft = Draft()
        self._body = document.element.body
        self._styles = {
            style.get(qn("w:styleId")): style
            for style in document.styles.element.findall(qn("w:style"))
        }
        self._parts: dict[str, list[Any]] = {}
        by_id: dict[str, Any] = {}
        for identifier, relation in document.part.rels.items():
            kind = relation.reltype.rsplit("/", 1)[-1]
            if not relation.is_external:
                self._parts.setdefault(kind, []).append(relation.target_part)
                by_id[identifier] = relation.target_part
        roots = self._roots("numbering")
        self._numbering = Numbering(roots[0] if roots else None)
        self._notes = {
            (kind, note.get(qn("w:id"))): note
            for kind in REFERENCES.values()
            for root in self._roots(kind)
            for note in root
        }
        self._marks: dict[tuple[str, str], str] = {}
        self._runs = Runs(self._styles, self._mark)
        self._graphics = Graphics(by_id)
        self._draws = next(self._body.iter(*_DRAWINGS), None) is not None

    def source(self) -> Source:
        self._blocks(self._body)
        for key, mark in self._marks.items():
            self._draft.note(mark, self._plain(self._notes[key]))
        lines: dict[str, None] = {}
        for kind in ("header", "footer"):
            for root in self._roots(kind):
                lines |= dict.fromkeys(self._plain(root).translate(SIGNS).split("\n"))
        if self._runs.unknown:
            self._draft.warn(
                f"{self._runs.unknown} symbolen zijn niet te lezen (weergegeven als �)"
            )
        for what, count in Counter(self._graphics.unread).items():
            self._draft.warn(f"{what}: {count}")
        edge_text = "\n".join(line for line in lines if line.strip())
        return self._draft.source(edge_text=plain(edge_text))

    def _roots(self, kind: str) -> list[Any]:
        return [parse_xml(part.blob) for part in self._parts.get(kind, [])]

    def _blocks(self, container: Any) -> None:
        for block in children(container):
            if block.tag == qn("w:p"):
                self._paragraph(block)
            elif block.tag == qn("w:tbl"):
                self._table(block)
            elif (imported := self._graphics.imported(block)) is not None:
                self._import(imported)
            elif block.tag not in LEFT_OUT:
                self._blocks(block)

    def _import(self, text: str) -> None:
        if "<" in text:
            text = read_html(text.encode(), "altChunk").text
        for line in text.split("\n"):
            self._draft.line(line)

    def _paragraph(self, paragraph: Any) -> None:
        text = self._text(paragraph)
        number = self._number(paragraph)
        text = "\n".join(line.strip(" ") for line in text.split("\n")).strip("\n")
        if not text.strip() and not number:
            self._draft.blank()
        elif text.strip() and self._is_heading(paragraph, text):
            self._draft.heading(f"{number} {one_line(text)}".strip())
        else:
            self._draft.line(f"{number} {text}".strip(" ") if number else text)
        if self._draws:
            for box in _boxes(paragraph):
                self._blocks(box)
            for rows in self._graphics.tables(paragraph):
                self._draft.table(rows)

    def _table(self, table: Any) -> None:
        rows = [
            [cell for cell in row.iter(qn("w:tc")) if _nearest(cell, qn("w:tr")) is row]
            for row in table.iter(qn("w:tr"))
            if _nearest(row, qn("w:tbl")) is table and row.find(_DELETED_ROW) is None
        ]
        placed = _is_layout(rows) or places_text([list(map(_all_text, row)) for row in rows])
        for cells in rows:
            if self._is_row(cells, placed=placed):
                self._draft.row(list(self._cells(cells)), placed=placed)
            else:
                for cell in cells:
                    self._blocks(cell)
        self._draft.blank()

    def _is_row(self, cells: list[Any], *, placed: bool) -> bool:
        """Whether cells can be written on one line; else each is written as blocks."""
        held = [paragraphs for cell in cells if (paragraphs := self._paragraphs(cell))]
        if not held or any(cell.find(f".//{qn('w:tbl')}") is not None for cell in cells):
            return not held
        numbered = _BARE_NUMBER.fullmatch(_all_text(cells[0]).strip())
        several = any(len(paragraphs) > 1 for paragraphs in held)
        alone = len(held) < 2 and bool(self._paragraphs(cells[0]))
        if several and (alone or (placed and not numbered)):
            return False
        return not self._draws or not any(_boxes(p) for paragraphs in held for p in paragraphs)

    def _paragraphs(self, cell: Any) -> list[Any]:
        return [p for p in cell.iter(qn("w:p")) if self._holds_text(p)]

    def _cells(self, cells: list[Any]) -> Iterator[str]:
        """The text of each cell, with "" for the columns that a cell stretches over."""
        for cell in cells:
            yield "\n".join(map(self._numbered, self._paragraphs(cell)))
            span = cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}")
            yield from [""] * (0 if span is None else min(int(span.get(qn("w:val"))), 64) - 1)

    def _numbered(self, paragraph: Any) -> str:
        return f"{self._number(paragraph)} {self._text(paragraph)}".strip()

    def _holds_text(self, paragraph: Any) -> bool:
        return next(paragraph.iter(*_HOLDING_TEXT), None) is not None

    def _text(self, element: Any) -> str:
        return self._runs.text(element)

    def _mark(self, kind: str, identifier: str) -> str:
        key = (kind, identifier)
        if key not in self._notes:
            return ""
        return self._marks.setdefault(key, str(len(self._marks) + 1))

    def _plain(self, element: Any) -> str:
        """Text of a note or page header: a line for each paragraph."""
        paragraphs = [
            paragraph for block in children(element) for paragraph in _outer_paragraphs(block)
        ]
        lines = []
        for paragraph in paragraphs:
            lines.append(self._text(paragraph).strip())
            lines += [self._plain(box).strip() for box in _boxes(paragraph)]
        return "\n".join(line for line in lines if line)

    def _is_heading(self, paragraph: Any, text: str) -> bool:
        for level in self._properties(paragraph, "w:outlineLvl"):
            return int(level.get(qn("w:val"))) < 9
        style = self._style(paragraph)
        name = None if style is None else style.find(qn("w:name"))
        if name is not None and _HEADING_STYLE.match(name.get(qn("w:val"))):
            return True
        text = one_line(_MARKED.sub("", text))
        runs = [run for run in paragraph.iter(qn("w:r")) if _has_words(run)]
        return (
            0 < len(text) <= _SHORT
            and "? " not in text
            and not text.endswith(_ENDS_SENTENCE)
            and all(is_on(run.find(f"{qn('w:rPr')}/{qn('w:b')}")) for run in runs)
        )

    def _number(self, paragraph: Any) -> str:
        for properties in self._properties(paragraph, "w:numPr"):
            list_id, level = properties.find(qn("w:numId")), properties.find(qn("w:ilvl"))
            if list_id is not None:
                depth = 0 if level is None else int(level.get(qn("w:val")))
                return self._numbering.next(list_id.get(qn("w:val")), depth)
        return ""

    def _style(self, paragraph: Any) -> Any | None:
        reference = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        return None if reference is None else self._styles.get(reference.get(qn("w:val")))

    def _properties(self, paragraph: Any, tag: str) -> Iterator[Any]:
        """Paragraph property `tag`, of the paragraph itself and then of its styles."""
        holder, seen = paragraph, 0
        while holder is not None and seen < 20:  # styles may be based on each other in a cycle
            found = holder.find(f"{qn('w:pPr')}/{qn(tag)}")
            if found is not None:
                yield found
            if holder is paragraph:
                holder = self._style(paragraph)
            else:
                base = holder.find(qn("w:basedOn"))
                holder = None if base is None else self._styles.get(base.get(qn("w:val")))
            seen += 1


def _boxes(element: Any) -> list[Any]:
    """The text boxes in `element`, not those within them."""
    if next(element.iter(TEXT_BOX), None) is None:
        return []
    found = []
    for child in children(element):
        if child.tag == TEXT_BOX:
            found.append(child)
        elif child.tag != qn("w:tbl"):
            found += _boxes(child)
    return found


def _outer_paragraphs(block: Any) -> list[Any]:
    if block.tag == qn("w:p"):
        return [block]
    return [each for child in children(block) for each in _outer_paragraphs(child)]


def _nearest(element: Any, tag: str) -> Any:
    return next(element.iterancestors(tag))


def _all_text(cell: Any) -> str:
    """The text of a cell, used to tell what the table is for."""
    paragraphs = ("".join(t.text or "" for t in p.iter(qn("w:t"))) for p in cell.iter(qn("w:p")))
    return "\n".join(filter(str.strip, paragraphs))


def _is_layout(rows: list[list[Any]]) -> bool:
    """Whether a table has one row or one column, and so is only layout."""
    return len(rows) < 2 or all(len(row) < 2 for row in rows)


def _has_words(run: Any) -> bool:
    return any((text.text or "").strip() for text in run.iter(qn("w:t"))) and (
        run.find(f"{qn('w:rPr')}/{qn('w:vertAlign')}") is None
    )
