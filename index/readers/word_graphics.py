"""Text that Word stores outside the document: charts, diagrams (SmartArt), imported pieces."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from docx.oxml import parse_xml
from docx.oxml.ns import qn

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}relIds"
_CHART = f"{_C}chart"
_IMPORTED = qn("w:altChunk")
_OBJECT = "{urn:schemas-microsoft-com:office:office}OLEObject"


class Graphics:
    """Finds the parts that a document's drawings show; `parts` are those by relationship id."""

    def __init__(self, parts: dict[str, Any]) -> None:
        self._parts = parts
        self.unread: list[str] = []  # what could not be read, in Dutch

    def tables(self, paragraph: Any) -> Iterator[list[list[str]]]:
        """The text of a paragraph's drawings, each as rows of cells."""
        for element in paragraph.iter(_DIAGRAM, _CHART, _OBJECT):
            if element.tag == _OBJECT:
                self.unread.append("ingesloten objecten die niet gelezen zijn")
                continue
            is_chart = element.tag == _CHART
            part = self._parts.get(element.get(qn("r:id") if is_chart else qn("r:dm")))
            if part is not None:
                root = parse_xml(part.blob)
                yield _chart(root) if is_chart else [[line] for line in _lines(root)]

    def imported(self, element: Any) -> str | None:
        """The html or plain text of a piece of another format, None for any other element."""
        if element.tag != _IMPORTED:
            return None
        part = self._parts.get(element.get(qn("r:id")))
        kind = "" if part is None else str(part.content_type)
        if part is None or not kind.startswith(("text/", "application/xhtml")):
            self.unread.append("ingevoegde bestanden die niet gelezen zijn")
            return ""
        text = part.blob.decode("utf-8", errors="replace")
        return str(text)


def _lines(root: Any) -> list[str]:
    lines = ["".join(run.text or "" for run in p.iter(f"{_A}t")) for p in root.iter(f"{_A}p")]
    return [line for line in lines if line.strip()]


def _chart(root: Any) -> list[list[str]]:
    """A chart's titles, and its figures as a table: a column for each series."""
    rows = [[line] for line in _lines(root)]
    series = list(root.iter(f"{_C}ser"))
    columns = [_points(each.find(f"{_C}val")) or _points(each.find(f"{_C}yVal")) for each in series]
    names = [" ".join(_points(each.find(f"{_C}tx"))) for each in series]
    labels = [_points(each.find(f"{_C}cat")) or _points(each.find(f"{_C}xVal")) for each in series]
    longest = max(labels, key=len, default=[])
    if any(names):
        rows.append(["", *names])
    for at in range(max(map(len, [*columns, longest]), default=0)):
        label = longest[at] if at < len(longest) else ""
        rows.append([label, *(column[at] if at < len(column) else "" for column in columns)])
    return rows


def _points(holder: Any | None) -> list[str]:
    """The values of a series by place; "" where there is none."""
    if holder is None:
        return []
    values: dict[int, str] = {}
    for point in holder.iter(f"{_C}pt"):
        value = point.find(f"{_C}v")
        values[int(point.get("idx"))] = "" if value is None else value.text or ""
    if len(values) > 10_000:
        return []
    return [values.get(at, "") for at in range(min(max(values, default=-1) + 1, 10_000))]
