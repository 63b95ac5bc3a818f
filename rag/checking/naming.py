"""Names, abbreviations and quoted words: they stand in the source, or the sentence is not its."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rag.checking.said import Evidence, fold
from rag.checking.support import Region
from rag.dutch.names import same_name
from rag.dutch.statements import Statement

_MEANING = {
    "eu": "europese unie",
    "vs": "verenigde staten",
    "vn": "verenigde naties",
    "navo": "noord-atlantische verdragsorganisatie",
    "vng": "vereniging van nederlandse gemeenten",
    "cbs": "centraal bureau voor de statistiek",
    "ap": "autoriteit persoonsgegevens",
    "btw": "omzetbelasting",
}
_QUOTED = re.compile(r'"([^"]{2,}?)"|(?<!\w)\'([^\']{2,}?)\'(?!\w)')


def missing_name(claim: Statement, region: Region, given: Evidence) -> str | None:
    """Why a name of the claim is not the passage's, else None."""
    known = {term.text for s in _sources(given) for term in s.terms}
    for term in claim.terms:
        if not term.name:
            continue
        parts = [part for part in term.text.split("-") if len(part) > 2] or [term.text]
        if any(same_name(term.text, word) for word in known) or _abbreviates(term.text, given):
            continue
        whole = {piece for word in known for piece in word.split("-")}
        if len(parts) > 1 and all(any(same_name(part, word) for word in whole) for part in parts):
            continue
        if len(parts) == 1 and term.text in whole:
            continue
        return f"naam {term.text.title()} staat niet in de bron"
    return None


def missing_quote(claim: Statement, region: Region, given: Evidence) -> str | None:
    """Why words that the claim quotes are not the passage's, else None."""
    for match in _QUOTED.finditer(fold(claim.text)):
        quoted = (match[1] or match[2]).strip(" .,;:!?")
        if quoted not in given.everything:
            return f"aanhaling “{quoted}” staat niet in de bron"
    return None


def _sources(given: Evidence) -> Iterable[Statement]:
    settled = (given.answered,) if given.answered else ()
    return (*given.said, *given.about, *settled, *given.asked)


def _abbreviates(word: str, given: Evidence) -> bool:
    meaning = _MEANING.get(word.split("-")[0])
    if meaning and meaning in given.everything:
        return True
    for short, full in _MEANING.items():
        if word in full.split() and re.search(rf"\b{short}\b", given.everything):
            return True
    return False


def names(given: Evidence) -> frozenset[str]:
    """Words in lower case that the passage writes as names somewhere."""
    return frozenset(t.text for s in _sources(given) for t in s.terms if t.name)
