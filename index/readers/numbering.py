"""Work out the numbers that Word shows before paragraphs but does not store in their text.

Source: ECMA-376 part 1, 17.9 (numbering).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from docx.oxml.ns import qn

_PLACE = re.compile(r"%(\d)")
_ROMAN = ((100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"))


@dataclass(slots=True)
class _Level:
    start: int = 1
    shape: str = "decimal"  # w:numFmt
    template: str = ""  # w:lvlText, "%1." for the first level's number and a full stop


@dataclass(slots=True)
class _List:
    levels: dict[int, _Level]
    restarts: dict[int, int]  # w:startOverride: level -> number
    counters: dict[int, int]  # shared by all lists of one abstract definition
    begun: set[int] = field(default_factory=set)


class Numbering:
    """Counts the numbered paragraphs of a document; ask for them in document order."""

    def __init__(self, root: Any | None) -> None:
        """`root` is the w:numbering element, None where a document has no lists."""
        self._lists: dict[str, _List | None] = {}  # those asked for so far
        self._counters: dict[str, dict[int, int]] = {}
        found = [] if root is None else root.findall(qn("w:abstractNum"))
        self._definitions = {each.get(qn("w:abstractNumId")): each for each in found}
        found = [] if root is None else root.findall(qn("w:num"))
        self._numbers = {each.get(qn("w:numId")): each for each in found}

    def _list(self, list_id: str) -> _List | None:
        if list_id not in self._lists:
            number = self._numbers.get(list_id)
            self._lists[list_id] = None if number is None else self._read(number)
        return self._lists[list_id]

    def _read(self, number: Any) -> _List:
        reference = number.find(qn("w:abstractNumId"))
        key = "" if reference is None else reference.get(qn("w:val"))
        levels: dict[int, _Level] = {}
        if key in self._definitions:
            definition = _styled(self._definitions[key], self._definitions)
            levels = dict(map(_level, definition.findall(qn("w:lvl"))))
        restarts = {}
        for override in number.findall(qn("w:lvlOverride")):
            level = int(override.get(qn("w:ilvl")))
            start = override.find(qn("w:startOverride"))
            if start is not None:
                restarts[level] = int(start.get(qn("w:val")))
            levels |= dict(map(_level, override.findall(qn("w:lvl"))))
        return _List(levels, restarts, self._counters.setdefault(key, {}))

    def next(self, list_id: str, level: int) -> str:
        """The number of the next paragraph of a list ("3."), "" for bullets and unknown lists."""
        numbers = self._list(list_id)
        if numbers is None or level not in numbers.levels:
            return ""
        counters = numbers.counters
        if level in numbers.restarts and level not in numbers.begun:
            counters[level] = numbers.restarts[level]
        else:
            counters[level] = counters.get(level, numbers.levels[level].start - 1) + 1
        numbers.begun.add(level)
        for deeper in [each for each in counters if each > level]:
            del counters[deeper]
        shape = numbers.levels[level]
        if shape.shape in ("bullet", "none"):
            return ""

        def place(match: re.Match[str]) -> str:
            at = int(match.group(1)) - 1
            other = numbers.levels.get(at, shape)
            return _shown(counters.get(at, other.start), other.shape)

        return _PLACE.sub(place, shape.template).strip()


def _styled(definition: Any, definitions: Mapping[str, Any]) -> Any:
    """The definition that holds the levels: of the numbering style that `definition` names."""
    link = definition.find(qn("w:numStyleLink"))
    if link is None:
        return definition
    for other in definitions.values():
        style = other.find(qn("w:styleLink"))
        if style is not None and style.get(qn("w:val")) == link.get(qn("w:val")):
            return other
    return definition


def _level(element: Any) -> tuple[int, _Level]:
    values = {
        tag: child.get(qn("w:val"))
        for tag in ("w:start", "w:numFmt", "w:lvlText")
        if (child := element.find(qn(tag))) is not None
    }
    return int(element.get(qn("w:ilvl"))), _Level(
        int(values.get("w:start") or 1),
        values.get("w:numFmt") or "decimal",
        values.get("w:lvlText") or "",
    )


def _shown(number: int, shape: str) -> str:
    if shape in ("lowerLetter", "upperLetter") and number > 0:
        letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letter if shape == "lowerLetter" else letter.upper()
    if shape in ("lowerRoman", "upperRoman"):
        roman = ""
        for value, sign in (*_ROMAN, (1, "i")):
            roman += sign * (number // value)
            number %= value
        return roman if shape == "lowerRoman" else roman.upper()
    return f"{number:02d}" if shape == "decimalZero" else str(number)
