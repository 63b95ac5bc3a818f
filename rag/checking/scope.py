"""Whom it holds for: a limit that the source sets to somebody or something may not be dropped."""

from __future__ import annotations

import re

from rag.checking.said import Evidence
from rag.checking.support import Region
from rag.dutch.figures import carries
from rag.dutch.statements import Anchored, Statement
from rag.dutch.terms import likeness

_LIMITED = {"lt", "le", "ge", "gt"}
_WITH = re.compile(
    r"([a-zà-ÿ-]{4,})\s+(?:met|van|boven|onder|vanaf)\s+(?:(?!die\b)[^\W\d]+\s+){0,5}$",
    re.IGNORECASE,
)
_WHO = re.compile(r"\b(?:wie|degenen?\s+die)\b[^,.;:]*$", re.IGNORECASE)
_OPENERS = {"tot", "vanaf", "boven", "onder", "tot en met", "bij meer dan", "bij minder dan"}
_MOST = 0.5


def dropped_limit(claim: Statement, region: Region, given: Evidence) -> str | None:
    """Why a claim holds for more than the source says, else None: "winkels" for "winkels met minder
    dan tien medewerkers", everyone for "wie daarna twee jaar werkt"."""
    for statement in region.said:
        for anchored in statement.figures:
            if any(carries(mine.figure, anchored.figure) for mine in claim.figures):
                continue
            phrase = _limits(statement, anchored, claim)
            if phrase:
                return f"“{phrase}” uit de bron is weggelaten"
    return None


def _limits(statement: Statement, anchored: Anchored, claim: Statement) -> str | None:
    """The words that limit with a figure what the claim speaks of."""
    figure = anchored.figure
    before = statement.text[: figure.start]
    written = statement.text[figure.start : figure.end].strip()
    limited = _WITH.search(before)
    if limited and figure.bound in _LIMITED and figure.kind != "date":
        noun = limited[1].lower()
        if any(likeness(noun, term.text) >= 1 for term in claim.terms):
            return f"{limited[0].strip()} {written}"
    opens = statement.text[: figure.start].strip().lower() in _OPENERS
    if opens and figure.kind == "number" and figure.unit and _about(claim, statement):
        return f"{before.strip()} {written}"
    who = _WHO.search(before)
    if who and figure.kind == "number" and _about(claim, statement):
        return f"{who[0].strip()} {written}"
    return None


def _about(claim: Statement, statement: Statement) -> bool:
    found = sum(any(likeness(t.text, o.text) > 0 for o in statement.terms) for t in claim.terms)
    return found >= _MOST * max(1, len(claim.terms))
