"""Parse question numbers and lists of them: "4 en 5", "2 t/m 6", "9-14", "2a en b".

A number is an int; that of a sub-question is text: "2a" (also written "2 a" or "2A"), "1.1".
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache

from index.documents import Number

_RANGE = r"(?:t/m|tot en met|t\.e\.m\.|-|–|—)"
_JOIN = rf"(?:{_RANGE}|,\s*(?:en|alsmede)\b|,|en\b|alsmede\b|en/of\b|&|\+|/)"
_SEPARATED = rf"(?:[^\S\n]*{_JOIN}\s*|\s+(?:en|alsmede|t/m|tot en met)\b\s*|[^\S\n]*)"
_LETTER_ENDS = r"(?!\w|\.\w|/\w)"
_SUB = rf"\.\d{{1,2}}(?![\d.]*\d)|\.?[a-mA-M]{_LETTER_ENDS}|[ \t][a-h]{_LETTER_ENDS}"
NUMBER = rf"\d{{1,3}}(?:(?:{_SUB})|(?![\d.]*\d))"
# A list of numbers; the separator may be missing ("9 10"), which `parse_numbers` checks. A line
# ends a list where nothing joins it to the next: below "Antwoord 2" a figure may be what is said.
NUMBERS = (
    rf"{NUMBER}(?:{_SEPARATED}(?:(?:de\s+)?vra(?:ag|gen)\s+)?(?<!\d){NUMBER}"
    rf"|[^\S\n]*{_JOIN}\s*(?<!\w)[a-mA-M]{_LETTER_ENDS})*"
)
# The same on one line and joined in words or signs: nothing else tells a list from a row of figures.
JOINED = rf"{NUMBER}(?:[^\S\n]*{_JOIN}[^\S\n]*{NUMBER})*"
_TOKEN = re.compile(
    rf"(?P<digits>\d+)(?P<sub>{_SUB})?|(?P<dash>{_RANGE})|(?<!\w)(?P<letter>[a-mA-M])(?!\w)"
)
_WRITTEN = re.compile(r"\s*(?P<digits>\d{1,3})(?P<sub>\.\d{1,2}|[ .]?[a-mA-M])?\s*")
_PARTS = re.compile(r"(\d+)(?:\.(\d+)|([a-z]))")
_MOST = 100  # numbers in a range


def parse_numbers(text: str, limit: int = 999) -> tuple[Number, ...]:
    """The numbers that `text` lists, ranges written out, in order and each once.

    A range runs upward and holds at most 100 numbers; one that does not is read as two numbers.
    """
    numbers: list[Number] = []
    ranged = False
    for token in _TOKEN.finditer(text):
        if token["dash"]:
            ranged = bool(numbers)
            continue
        number = _number(token, numbers[-1] if numbers else None)
        if number is None:
            continue
        if ranged:
            numbers += _between(numbers[-1], number)
        numbers.append(number)
        ranged = False
    return tuple(dict.fromkeys(n for n in numbers if 0 < main_number(n) <= limit))


def parse_number(text: str) -> Number | None:
    """The one number that `text` is; None where it is none."""
    written = _WRITTEN.fullmatch(text)
    return _written(written["digits"], written["sub"]) if written else None


def _number(token: re.Match[str], before: Number | None) -> Number | None:
    """What a token says; a letter goes on from the lettered number before it: "2a en b"."""
    if token["digits"]:
        return _written(token["digits"], token["sub"])
    if isinstance(before, str) and before[-1].isalpha():
        return f"{main_number(before)}{token['letter'].lower()}"
    return None


def _written(digits: str, sub: str | None) -> Number:
    if not sub:
        return int(digits)
    sub = sub.strip(" \t.").lower()
    return f"{int(digits)}.{int(sub)}" if sub.isdigit() else f"{int(digits)}{sub}"


def _between(first: Number, last: Number) -> list[Number]:
    """The numbers inside a range; none where it does not run upward."""
    numbers: list[Number] = []
    number = first
    while len(numbers) < _MOST:
        same = isinstance(last, str) and main_number(number) == main_number(last)
        number = next_number(number) if same else main_number(number) + 1
        if order(number) >= order(last):
            return numbers if number == last else []
        numbers.append(number)
    return []


@lru_cache(maxsize=4096)
def order(number: Number) -> tuple[int, int]:
    """What numbers are sorted by: 2, "2a", "2b", 3; a main number is its own part 0."""
    if isinstance(number, int):
        return number, 0
    parts = _PARTS.fullmatch(number)
    assert parts is not None, number  # noqa: S101  (made by `_written`)
    return int(parts[1]), int(parts[2]) if parts[2] else ord(parts[3]) - ord("a") + 1


def main_number(number: Number) -> int:
    """2 for 2 and for "2a"."""
    return order(number)[0]


def next_number(number: Number) -> Number:
    """3 after 2, "2b" after "2a", "1.2" after "1.1"."""
    if isinstance(number, int):
        return number + 1
    main, part = order(number)
    return f"{main}.{part + 1}" if "." in number else f"{main}{chr(ord('a') + part)}"


def skipped(before: Number | None, number: Number) -> int:
    """How many numbers are missing between two that follow each other; -1 where they do not rise.

    `before` is None at the beginning of a list.
    """
    main, part = order(before) if before is not None else (0, 0)
    to, to_part = order(number)
    if (to, to_part) <= (main, part):
        return -1
    return to_part - part - 1 if to == main else to - main - 1 + max(to_part - 1, 0)


def meant(number: Number, known: Collection[Number]) -> tuple[Number, ...]:
    """`number` itself where it is among `known`, else its sub-questions there: "2a" and "2b" for 2."""
    if number in known or isinstance(number, str):
        return (number,) if number in known else ()
    return tuple(sorted((n for n in known if main_number(n) == number), key=order))
