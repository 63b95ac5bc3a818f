"""How many things a text lists, so that "drie redenen" may be said of a list of three."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

MOST = 12
_ITEM = re.compile(r"^\s*(?:\d{1,2}[.)]|[a-z][.)]|[•*–-])\s+\S", re.MULTILINE)
_SERIES = re.compile(
    r"[A-Z][\w'’-]+(?:\s[A-Z][\w'’-]+)*(?:,\s+[A-Z][\w'’-]+(?:\s[A-Z][\w'’-]+)*)*"
    r"\s+en\s+(?:(?:de|het)\s+)?[A-Z][\w'’-]+"
)


def enumerated(texts: Iterable[str]) -> frozenset[int]:
    """The lengths (2..MOST) of the lists and of the series of names ("A, B en C") in `texts`."""
    return frozenset(n for text in texts for n in _lengths(text) if 2 <= n <= MOST)


def _lengths(text: str) -> Iterator[int]:
    yield len(_ITEM.findall(text))
    for series in _SERIES.finditer(text):
        yield series[0].count(",") + 2
