"""A formula of Word on one line: "(a + b)/2", "10⁻⁵", "√(x)", "Σ_(i=1)^(n)".

Source: ECMA-376 part 1, 22.1 (Office Math).
"""

from __future__ import annotations

import re
from typing import Any

MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_WORD_TEXT = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t"
_SIMPLE = re.compile(r"[\w.,%€'′]*|\([^()]*\)")
_HIGH = str.maketrans("0123456789+-−–n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻ⁿ")
_LOW = str.maketrans("0123456789+-−–", "₀₁₂₃₄₅₆₇₈₉₊₋₋₋")
_RAISES = re.compile(r"[+−–-]?\d+|n")
_PROPERTIES = re.compile(r"\w+Pr")


def formula(element: Any) -> str:
    """The text of an `m:` element, with its layout written out."""
    if element.tag in (f"{MATH}t", _WORD_TEXT):
        return element.text or ""
    if not isinstance(element.tag, str) or not element.tag.startswith(MATH):
        return "".join(map(formula, element)) if element.tag.endswith(("}r", "}ins")) else ""
    name = element.tag.removeprefix(MATH)
    if _PROPERTIES.fullmatch(name):
        return ""
    write = _WRITERS.get(name)
    return "".join(map(formula, element)) if write is None else write(element)


def _part(element: Any, name: str) -> str:
    part = element.find(f"{MATH}{name}")
    return "" if part is None else formula(part).strip()


def _setting(element: Any, name: str, default: str) -> str:
    found = element.find(f"{MATH}{element.tag.removeprefix(MATH)}Pr/{MATH}{name}")
    return default if found is None else str(found.get(f"{MATH}val", ""))


def _held(text: str) -> str:
    return text if _SIMPLE.fullmatch(text) else f"({text})"


def _high(text: str) -> str:
    if not text:
        return ""
    return text.translate(_HIGH) if _RAISES.fullmatch(text) else f"^{_held(text)}"


def _low(text: str) -> str:
    if not text:
        return ""
    return text.translate(_LOW) if _RAISES.fullmatch(text) and text != "n" else f"_{_held(text)}"


def _fraction(element: Any) -> str:
    return f"{_held(_part(element, 'num'))}/{_held(_part(element, 'den'))}"


def _scripts(element: Any) -> str:
    before = element.tag == f"{MATH}sPre"
    scripts = _low(_part(element, "sub")) + _high(_part(element, "sup"))
    base = _part(element, "e")
    return scripts + base if before else base + scripts


def _root(element: Any) -> str:
    degree, held = _part(element, "deg"), _part(element, "e")
    return f"{degree.translate(_HIGH)}√{held if held.isalnum() else f'({held})'}"


def _sum(element: Any) -> str:
    sign = _setting(element, "chr", "∫")
    bounds = _low(_part(element, "sub")) + _high(_part(element, "sup"))
    return f"{sign}{bounds} {_part(element, 'e')}"


def _delimited(element: Any) -> str:
    first, last = _setting(element, "begChr", "("), _setting(element, "endChr", ")")
    between = _setting(element, "sepChr", "|")
    inside = between.join(formula(part) for part in element.findall(f"{MATH}e"))
    return f"{first}{inside}{last}"


def _rows(element: Any) -> str:
    rows = element.findall(f"{MATH}mr") or [element]
    cells = [[formula(cell).strip() for cell in row.findall(f"{MATH}e")] for row in rows]
    return "; ".join(", ".join(row) for row in cells) if rows[0] is not element else _lines(cells)


def _lines(cells: list[list[str]]) -> str:
    return "; ".join(cells[0])


def _function(element: Any) -> str:
    return f"{_part(element, 'fName')} {_part(element, 'e')}".strip()


def _limit(element: Any) -> str:
    return f"{_part(element, 'e')}_{_held(_part(element, 'lim'))}"


_WRITERS = {
    "f": _fraction,
    "sSup": _scripts,
    "sSub": _scripts,
    "sSubSup": _scripts,
    "sPre": _scripts,
    "rad": _root,
    "nary": _sum,
    "d": _delimited,
    "m": _rows,
    "eqArr": _rows,
    "func": _function,
    "limLow": _limit,
    "limUpp": _limit,
}
