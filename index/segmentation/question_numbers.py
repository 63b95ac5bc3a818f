"""Parse lists of question numbers: "4 en 5", "2 t/m 6", "9-14", "7, 8, 9 10 en 11"."""

from __future__ import annotations

import re

_RANGE = r"(?:t/m|tot en met|t\.e\.m\.|-|–|—)"
_JOIN = rf"(?:{_RANGE}|,\s*(?:en|alsmede)\b|,|en\b|alsmede\b|en/of\b|&|\+|/)"
_SEPARATED = rf"(?:[^\S\n]*{_JOIN}\s*|\s+(?:en|alsmede|t/m|tot en met)\b\s*|[^\S\n]*)"
# A list of numbers; the separator may be missing ("9 10"), which `parse_numbers` checks. A line
# ends a list where nothing joins it to the next: below "Antwoord 2" a figure may be what is said.
NUMBERS = rf"\d{{1,3}}(?![\d.]*\d)(?:{_SEPARATED}(?:(?:de\s+)?vra(?:ag|gen)\s+)?(?<!\d)\d{{1,3}}(?![\d.]*\d))*"
_TOKEN = re.compile(rf"(\d+)|({_RANGE})")


def parse_numbers(text: str, limit: int = 999) -> tuple[int, ...]:
    """The numbers that `text` lists, ranges written out, in order and each once.

    A range runs upward and holds at most 100 numbers; one that does not is read as two numbers.
    """
    numbers: list[int] = []
    ranged = False
    for digits, dash in _TOKEN.findall(text):
        if dash:
            ranged = bool(numbers)
            continue
        number = int(digits)
        if ranged and 0 < number - numbers[-1] <= 100:
            numbers.extend(range(numbers[-1] + 1, number + 1))
        else:
            numbers.append(number)
        ranged = False
    return tuple(dict.fromkeys(n for n in numbers if 0 < n <= limit))
