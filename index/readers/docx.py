"""Docx -> text: paragraphs and tables in the order of the body, with Word's automatic numbers."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

import docx
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from index.documents import Source
from index.readers.draft import Draft, one_line, refused
from index.readers.numbering import Numbering

_MOST_UNPACKED = 300_000_000  # bytes
_MOST_BLOCKS = 100_000  # paragraphs and tables
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")  # compound file: an old .doc, or an encrypted docx
_HEADING_STYLE = re.compile(r"(?:heading|kop|titel|title)\b", re.IGNORECASE)
_ENDS_SENTENCE = (".", "?", "!", ":", ";", ",")
_SHORT = 100  # characters; a bold paragraph that is longer is no heading
_ALTERNATIVE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
_TEXT_BOX = qn("w:txbxContent")
_LEFT_OUT = frozenset(map(qn, ("w:del", "w:moveFrom", "w:rPr", "w:pPr", "w:instrText")))
_CHARACTERS = {
    qn("w:tab"): "\t",
    qn("w:br"): "\n",
    qn("w:cr"): "\n",
    qn("w:noBreakHyphen"): "-",
}
_REFERENCES = {qn("w:footnoteReference"): "footnotes", qn("w:endnoteReference"): "endnotes"}


def read_docx(data: bytes, name: str) -> Source:
    """The text of a docx, with footnotes after it and page headers in `edge_text`.

    A reference to a note stands in the text as "[1]". Deleted text of tracked changes is left
    out, inserted text kept. Raises UnreadableFile for encrypted, damaged or hugely packed files.
    """
    _check(data, name)
    try:
        document = docx.Document(io.BytesIO(data))
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
        NotImplementedError,  # zipfile: a compression that it does not know
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
    """Writes a document's body; keeps count of lists and notes on the way."""

    def __init__(self, document: Any) -> None:
        self._draft = Draft()
        self._body = document.element.body
        self._styles = {
            style.get(qn("w:styleId")): style
            for style in document.styles.element.findall(qn("w:style"))
        }
        self._parts: dict[str, list[Any]] = {}
        for relation in document.part.rels.values():
            kind = relation.reltype.rsplit("/", 1)[-1]
            if not relation.is_external:
                self._parts.setdefault(kind, []).append(relation.target_part)
        roots = self._roots("numbering")
        self._numbering = Numbering(roots[0] if roots else None)
        self._notes = {
            (kind, note.get(qn("w:id"))): note
            for kind in _REFERENCES.values()
            for root in self._roots(kind)
            for note in root
        }
        self._marks: dict[tuple[str, str], str] = {}

    def source(self) -> Source:
        self._blocks(self._body)
        for key, mark in self._marks.items():
            self._draft.note(mark, self._plain(self._notes[key]))
        lines: dict[str, None] = {}
        for kind in ("header", "footer"):
            for root in self._roots(kind):
                lines |= dict.fromkeys(self._plain(root).split("\n"))
        return self._draft.source(edge_text="\n".join(line for line in lines if line.strip()))

    def _roots(self, kind: str) -> list[Any]:
        return [parse_xml(part.blob) for part in self._parts.get(kind, [])]

    def _blocks(self, container: Any) -> None:
        for block in _children(container):
            if block.tag == qn("w:p"):
                self._paragraph(block)
            elif block.tag == qn("w:tbl"):
                self._table(block)
            elif block.tag not in _LEFT_OUT:
                self._blocks(block)

    def _paragraph(self, paragraph: Any) -> None:
        text = self._text(paragraph)
        number = self._number(paragraph) if text.strip() else ""
        text = "\n".join(line.strip(" ") for line in text.split("\n")).strip("\n")
        if not text.strip():
            self._draft.blank()
        elif self._is_heading(paragraph, text):
            self._draft.heading(f"{number} {one_line(text)}".strip())
        else:
            self._draft.line(f"{number} {text}" if number else text)
        for box in _boxes(paragraph):
            self._blocks(box)

    def _table(self, table: Any) -> None:
        for row in table.iter(qn("w:tr")):
            if _nearest(row, qn("w:tbl")) is not table:
                continue
            cells = [cell for cell in row.iter(qn("w:tc")) if _nearest(cell, qn("w:tr")) is row]
            paragraphs = [
                [p for p in cell.iter(qn("w:p")) if self._holds_text(p)] for cell in cells
            ]
            if all(len(each) <= 1 for each in paragraphs) and not any(
                _boxes(p) for each in paragraphs for p in each
            ):
                self._draft.row([" ".join(map(self._numbered, each)) for each in paragraphs])
            else:
                for cell in cells:
                    self._blocks(cell)
        self._draft.blank()

    def _numbered(self, paragraph: Any) -> str:
        return f"{self._number(paragraph)} {self._text(paragraph)}".strip()

    def _holds_text(self, paragraph: Any) -> bool:
        return any((text.text or "").strip() for text in paragraph.iter(qn("w:t")))

    def _text(self, element: Any) -> str:
        pieces = []
        for child in _children(element):
            if child.tag in _LEFT_OUT or child.tag == _TEXT_BOX:
                continue
            if child.tag == qn("w:t"):
                pieces.append((child.text or "").replace("\xad", "").replace("\xa0", " "))
            elif child.tag in _CHARACTERS:
                pieces.append(_CHARACTERS[child.tag])
            elif child.tag in _REFERENCES:
                pieces.append(self._reference(_REFERENCES[child.tag], child.get(qn("w:id"))))
            elif (
                child.tag == qn("w:r") and child.find(f"{qn('w:rPr')}/{qn('w:vanish')}") is not None
            ):
                continue
            else:
                pieces.append(self._text(child))
        return "".join(pieces)

    def _reference(self, kind: str, identifier: str) -> str:
        key = (kind, identifier)
        if key not in self._notes:
            return ""
        mark = self._marks.setdefault(key, str(len(self._marks) + 1))
        return f"[{mark}]"

    def _plain(self, element: Any) -> str:
        """Text of a note or page header: a line for each paragraph."""
        paragraphs = [
            paragraph for block in _children(element) for paragraph in _outer_paragraphs(block)
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
        runs = [run for run in paragraph.iter(qn("w:r")) if (self._text(run)).strip()]
        return (
            len(text) <= _SHORT
            and "? " not in text
            and not text.endswith(_ENDS_SENTENCE)
            and all(_is_on(run.find(f"{qn('w:rPr')}/{qn('w:b')}")) for run in runs)
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
        while holder is not None and seen < 20:  # styles may be based on each other in a circle
            found = holder.find(f"{qn('w:pPr')}/{qn(tag)}")
            if found is not None:
                yield found
            if holder is paragraph:
                holder = self._style(paragraph)
            else:
                base = holder.find(qn("w:basedOn"))
                holder = None if base is None else self._styles.get(base.get(qn("w:val")))
            seen += 1


def _children(element: Any) -> Iterator[Any]:
    """Child elements; of alternatives for old and new versions of Word only the first."""
    for child in element:
        if child.tag == _ALTERNATIVE:
            yield from list(child)[:1]
        elif isinstance(child.tag, str):
            yield child


def _boxes(element: Any) -> list[Any]:
    """The text boxes in `element`, not those within them."""
    found = []
    for child in _children(element):
        if child.tag == _TEXT_BOX:
            found.append(child)
        elif child.tag != qn("w:tbl"):
            found += _boxes(child)
    return found


def _outer_paragraphs(block: Any) -> list[Any]:
    if block.tag == qn("w:p"):
        return [block]
    return [each for child in _children(block) for each in _outer_paragraphs(child)]


def _nearest(element: Any, tag: str) -> Any:
    return next(element.iterancestors(tag))


def _is_on(switch: Any | None) -> bool:
    return switch is not None and switch.get(qn("w:val")) not in ("0", "false")
