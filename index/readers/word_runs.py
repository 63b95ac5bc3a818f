"""Read the runs of a Word paragraph, with what only the layout shows written out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from docx.oxml.ns import qn

from index.readers.formulas import MATH, formula
from index.readers.marks import CLOSE, OPEN, raised
from index.readers.symbols import UNKNOWN, in_font, symbol
from index.segmentation.unseen import plain

TEXT_BOX = qn("w:txbxContent")
LEFT_OUT = frozenset(map(qn, ("w:del", "w:moveFrom", "w:rPr", "w:pPr", "w:instrText")))
REFERENCES = {qn("w:footnoteReference"): "footnotes", qn("w:endnoteReference"): "endnotes"}
_ALTERNATIVE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
_CHARACTERS = {
    qn("w:tab"): "\t",
    qn("w:ptab"): "\t",
    qn("w:br"): "\n",
    qn("w:cr"): "\n",
    qn("w:noBreakHyphen"): "-",
}
_FORMULAS = frozenset((f"{MATH}oMath", f"{MATH}oMathPara"))
_FORM_FIELD = qn("w:ffData")
_VALUE = qn("w:val")
_RUN, _TEXT, _SYMBOL = qn("w:r"), qn("w:t"), qn("w:sym")
_PROPERTIES, _STYLE, _ALIGN = qn("w:rPr"), qn("w:rStyle"), qn("w:vertAlign")
_HIDDEN, _FONTS, _ASCII = qn("w:vanish"), qn("w:rFonts"), qn("w:ascii")
_CHAR, _FONT, _ID, _BASE = qn("w:char"), qn("w:font"), qn("w:id"), qn("w:basedOn")
_RAISED = ("superscript",)

Mark = Callable[[str, str], str]
"""The mark of a note by its kind ("footnotes") and id; "" for one that is not there."""


class Runs:
    """Reads the text of runs; knows the styles that hide or raise it."""

    def __init__(self, styles: Mapping[str, Any], mark_of: Mark) -> None:
        self._styles = styles
        self._mark_of = mark_of
        self._settings: dict[tuple[str, str], Any] = {}
        self.unknown = 0  # symbols that could not be read

    def text(self, element: Any) -> str:
        """All text in `element`; a note's mark stands between signs that `Draft` takes out."""
        written = ""
        high = ""  # superscript text is often split over several runs
        for piece, is_raised in self._pieces(element):
            if is_raised:
                high += piece
                continue
            if high:
                written += raised(high, written[written.rfind("\n") + 1 :])
                high = ""
            written += piece
        if high:
            written += raised(high, written[written.rfind("\n") + 1 :])
        return written

    def _pieces(self, element: Any) -> Iterator[tuple[str, bool]]:
        for child in children(element):
            tag = child.tag
            if tag in LEFT_OUT or tag == TEXT_BOX:
                continue
            if tag == _RUN:
                yield from self._run(child)
            elif tag in _FORMULAS:
                yield formula(child), False
            elif tag == _FORM_FIELD:
                yield _chosen(child), False
            elif tag == _TEXT:
                yield plain(child.text or ""), False
            elif tag in _CHARACTERS:
                yield _CHARACTERS[tag], False
            else:
                yield from self._pieces(child)

    def _run(self, run: Any) -> Iterator[tuple[str, bool]]:
        properties = run.find(_PROPERTIES)
        font, high = None, False
        if properties is not None:
            if is_on(self._setting(properties, _HIDDEN)):
                return
            fonts = properties.find(_FONTS)
            font = None if fonts is None else fonts.get(_ASCII)
            raised_by = self._setting(properties, _ALIGN)
            high = raised_by is not None and raised_by.get(_VALUE) in _RAISED
        for child in children(run):
            tag = child.tag
            if tag == _TEXT:
                yield in_font(plain(child.text or ""), font), high
            elif tag == _SYMBOL:
                yield self._symbol(child), high
            elif tag in REFERENCES:
                yield self._reference(child), False
            elif tag in _CHARACTERS:
                yield _CHARACTERS[tag], False
            elif tag not in LEFT_OUT and tag != TEXT_BOX:
                holder = [child] if tag in (_FORM_FIELD, *_FORMULAS) else child
                yield from self._pieces(holder)

    def _symbol(self, element: Any) -> str:
        sign = symbol(int(element.get(_CHAR), 16), element.get(_FONT))
        self.unknown += sign == UNKNOWN
        return sign

    def _reference(self, element: Any) -> str:
        mark = self._mark_of(REFERENCES[element.tag], element.get(_ID))
        return f"{OPEN}[{mark}]{CLOSE}" if mark else ""

    def _setting(self, properties: Any | None, tag: str) -> Any | None:
        """Setting `tag` of a run: its own, else that of its style or of what that is based on."""
        if properties is None:
            return None
        own = properties.find(tag)
        if own is not None:
            return own
        style = properties.find(_STYLE)
        return None if style is None else self._of_style(style.get(_VALUE), tag)

    def _of_style(self, name: str, tag: str) -> Any | None:
        key = (name, tag)
        if key not in self._settings:
            self._settings[key] = None  # styles may be based on each other in a cycle
            style = self._styles.get(name)
            if style is not None:
                found = style.find(f"{_PROPERTIES}/{tag}")
                base = style.find(_BASE)
                if found is None and base is not None:
                    found = self._of_style(base.get(_VALUE), tag)
                self._settings[key] = found
        return self._settings[key]


def children(element: Any) -> Iterator[Any]:
    """Child elements; of alternatives for old and new versions of Word only the first."""
    for child in element:
        if child.tag == _ALTERNATIVE:
            yield from list(child)[:1]
        elif isinstance(child.tag, str):
            yield child


def is_on(switch: Any | None) -> bool:
    """Whether an on/off property is present and on."""
    return switch is not None and switch.get(_VALUE) not in ("0", "false", "off")


def _chosen(field: Any) -> str:
    """What a legacy form field shows outside any run: a check box, or the chosen item of a list."""
    box = field.find(qn("w:checkBox"))
    if box is not None:
        state = box.find(qn("w:checked"))
        return "☒" if is_on(state if state is not None else box.find(qn("w:default"))) else "☐"
    choices = field.find(qn("w:ddList"))
    if choices is None:
        return ""
    entries = [entry.get(_VALUE) or "" for entry in choices.findall(qn("w:listEntry"))]
    for name in ("w:result", "w:default"):
        chosen = choices.find(qn(name))
        if chosen is not None:
            return next(iter(entries[int(chosen.get(_VALUE) or 0) :]), "")
    return next(iter(entries), "")
