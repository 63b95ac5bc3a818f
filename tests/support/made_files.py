"""Word and pdf files as the readers meet them, each made of a few parts."""

from __future__ import annotations

import io
import math
import zipfile
from collections.abc import Callable, Iterable, Sequence

import docx
from docx.oxml import parse_xml

NAMESPACES = " ".join(
    f'xmlns:{prefix}="{name}"'
    for prefix, name in {
        "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
        "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
        "c": "http://schemas.openxmlformats.org/drawingml/2006/chart",
        "dgm": "http://schemas.openxmlformats.org/drawingml/2006/diagram",
        "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "o": "urn:schemas-microsoft-com:office:office",
    }.items()
)
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
RAISED = '<w:vertAlign w:val="superscript"/>'


# --- Word


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def par(*runs: str, properties: str = "") -> str:
    inside = "".join(each if each.startswith("<") else run(each) for each in runs)
    return f"<w:p><w:pPr>{properties}</w:pPr>{inside}</w:p>"


def numbered(list_id: int) -> str:
    return f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{list_id}"/></w:numPr>'


def table(*rows: list[str]) -> str:
    """Cells are text, or xml that begins with "<"."""
    written = ""
    for row in rows:
        cells = (
            each if each.startswith("<w:tc>") else f"<w:tc>{each}</w:tc>"
            for each in (cell if cell.startswith("<") else par(cell) for cell in row)
        )
        written += f"<w:tr>{''.join(cells)}</w:tr>"
    return f"<w:tbl>{written}</w:tbl>"


def cell(inside: str, properties: str) -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inside}</w:tc>"


def word(
    body: str,
    *,
    styles: str = "",
    numbering: str = "",
    parts: tuple[tuple[str, str, str, str, str], ...] = (),
    change: Callable[[str, bytes], bytes] = lambda _, content: content,
) -> bytes:
    """A docx; `parts` holds (relationship id, relation, name, content type, content)."""
    document = docx.Document()
    place = document.element.body
    for element in list(parse_xml(f"<x {NAMESPACES}>{body}</x>")):
        place.insert(len(place) - 1, element)
    for element in list(parse_xml(f"<x {NAMESPACES}>{styles}</x>")):
        document.styles.element.append(element)
    lists = document.part.numbering_part.element
    for old in list(lists):
        lists.remove(old)
    for element in list(parse_xml(f"<x {NAMESPACES}>{numbering}</x>")):
        lists.append(element)
    saved, written = io.BytesIO(), io.BytesIO()
    document.save(saved)
    with zipfile.ZipFile(saved) as old_package, zipfile.ZipFile(written, "w") as package:
        for name in old_package.namelist():
            content = old_package.read(name)
            for identifier, relation, part, kind, _ in parts:
                if name == "[Content_Types].xml":
                    entry = f'<Override PartName="/word/{part}" ContentType="{kind}"/></Types>'
                    content = content.replace(b"</Types>", entry.encode())
                if name == "word/_rels/document.xml.rels":
                    entry = (
                        f'<Relationship Id="{identifier}" Type="{RELATIONS}/{relation}" '
                        f'Target="{part}"/></Relationships>'
                    )
                    content = content.replace(b"</Relationships>", entry.encode())
            package.writestr(name, change(name, content))
        for _, _, part, _, text in parts:
            package.writestr(f"word/{part}", text)
    return written.getvalue()


def levels(number: int, template: str) -> str:
    return (
        f'<w:abstractNum w:abstractNumId="{number}"><w:lvl w:ilvl="0"><w:start w:val="1"/>'
        f'<w:numFmt w:val="decimal"/><w:lvlText w:val="{template}"/></w:lvl></w:abstractNum>'
    )


def use(number: int) -> str:
    return f'<w:num w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>'


# --- pdf


def pdf(
    pages: Iterable[str],
    *,
    turned: int = 0,
    size: str = "0 0 595 842",
    more: str = "",
    trailer: str = "",
) -> bytes:
    """A pdf in Helvetica (F1) and bold (F2); a page is its content as pdf writes it.

    `turned` is how a viewer turns each page; an image that can be drawn is Im1. `more` are objects
    for the catalog, from object 7 on.
    """
    pages = list(pages)
    first = 7 + more.count(" obj")
    kids = " ".join(f"{first + 2 * number} 0 R" for number in range(len(pages)))
    form = "/AcroForm << /Fields [7 0 R] >>" if more else ""
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {form} >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids [{kids}] >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
        "<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray "
        "/BitsPerComponent 8 /Length 1 >>\nstream\nx\nendstream",
        "<< /F1 3 0 R /F2 4 0 R >>",
    ]
    objects += [part.split(" obj\n", 1)[1] for part in more.split("\nendobj\n") if part]
    for number, content in enumerate(pages):
        annotations = "/Annots [7 0 R]" if more and number == 0 else ""
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [{size}] /Rotate {turned} {annotations} "
            "/Resources << /Font 6 0 R /XObject << /Im1 5 0 R >> >> "
            f"/Contents {first + 2 * number + 1} 0 R >>"
        )
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
    out, offsets = "%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    out += (
        f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
        f"trailer << /Size {len(objects) + 1} /Root 1 0 R {trailer}>>\nstartxref\n{len(out)}\n%%EOF"
    )
    return out.encode("cp1252")


def at(x: float, y: float, text: str, size: float = 10, font: str = "F1") -> str:
    """Text at a place of the page."""
    return f"BT /{font} {size} Tf {x} {y} Td ({text}) Tj ET\n"


def lines(texts: Sequence[str], x: float = 60, y: float = 760, step: float = 14) -> str:
    """Lines of text below each other, with more space before a question."""
    content = ""
    for text in texts:
        y -= step * (1.8 if text.startswith(("Vraag", "Antwoord")) else 1)
        content += at(x, y, text)
    return content


def turn(content: str, degrees: int, x: float, y: float) -> str:
    """What is drawn, turned to the left around the origin and moved."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return f"q {cos:.5f} {sin:.5f} {-sin:.5f} {cos:.5f} {x} {y} cm\n{content}Q\n"


def picture(x: float = 0, y: float = 0, width: float = 595, height: float = 842) -> str:
    return f"q {width} 0 0 {height} {x} {y} cm /Im1 Do Q\n"


def raised(x: float, y: float, text: str, mark: str, after: str = "", size: float = 10) -> str:
    """Text, a raised mark right behind it, and more text, as one string of operators."""
    return (
        f"BT /F1 {size} Tf {x} {y} Td ({text}) Tj /F1 {0.6 * size} Tf {0.35 * size} Ts ({mark}) Tj "
        f"/F1 {size} Tf 0 Ts ({after}) Tj ET\n"
    )


def table_row(cells: Sequence[Sequence[str]], y: float, columns: Sequence[float]) -> str:
    """A row, each cell with all of its lines before the next one."""
    return "".join(
        at(x, y - 12 * n, text)
        for x, cell in zip(columns, cells, strict=True)
        for n, text in enumerate(cell)
    )
