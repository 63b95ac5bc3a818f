"""What a question fixes and an answer may not slide past: years and months.

"hoeveel klachten waren er in 2021?" is not answered by the figure of 2023, however near the words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.documents import Hit

_MONTH = "januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december"
_PERIOD = re.compile(rf"\b(?:(?P<month>{_MONTH})\s+)?(?P<year>(?:19|20)\d\d)\b", re.I)


def periods(question: str) -> tuple[str, ...]:
    """The years, and months of a year, that a question names: ("december 2025",)."""
    return tuple(dict.fromkeys(m[0].lower() for m in _PERIOD.finditer(question)))


def speaks_of(hit: Hit, period: str) -> bool:
    """Whether a hit names `period` in its answer, question, heading or title, or is of that year.

    For a month of a year both words must be there.
    """
    meta = hit.document.metadata
    said = " ".join(
        [
            hit.passage.reading_text(),
            *(question.text for question in hit.passage.questions),
            hit.passage.heading or "",
            meta.title or "",
            meta.date or "",
        ]
    ).lower()
    return all(re.search(rf"(?<!\d){re.escape(word)}(?!\d)", said) for word in period.split())


def unmet(question: str, hits: Sequence[Hit]) -> tuple[str, ...]:
    """The periods of `question` that no hit speaks of."""
    return tuple(p for p in periods(question) if not any(speaks_of(hit, p) for hit in hits))
