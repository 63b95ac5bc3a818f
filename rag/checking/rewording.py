"""Whether a sentence whose words the rules do not all know says the same in other words.

An embedding model tells a paraphrase from an unrelated sentence, but not one thing from another of
its kind ("gemeenten", "provincies"): names, figures, denials and modality are left to the rules, and
a sentence that copies its source but for one word is not excused.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from rag.checking.said import Evidence
from rag.checking.similarity import Similar
from rag.checking.support import Region, closest, unknown_terms, unused_terms
from rag.dutch.statements import Statement, Term
from rag.dutch.terms import is_fixed, siblings

NEAR = 0.91
"""Cosine from which a sentence may be a paraphrase; calibrated: see `docs/checking.md`."""
FLOOR = 0.25
COPIED = 0.8
_SPARE = 1
_FEW = 3
# "juist een stabiel inkomen" turns something round.
_JUST = re.compile(r"(?<!is )\bjuist\b", re.IGNORECASE)
_WORD = re.compile(r"\w+")


def in_other_words(claim: Statement, region: Region, given: Evidence, similar: Similar) -> bool:
    """Whether the claim's unknown words may stand for words of the source that it does not use.

    No more than one of them is without such a counterpart, and none is a name.
    """
    unknown = unknown_terms(claim, region, given)
    unused = unused_terms(claim, region)
    if region.support < FLOOR or any(_exchanged(t, claim, region) for t in unknown):
        return False
    if unknown and _JUST.search(claim.text) and not _JUST.search(given.text):
        return False
    few = len(claim.terms) < _FEW or 2 * len(unknown) > len(claim.terms)
    if unknown and (few or len(unknown) > len(unused) + _SPARE):
        return False
    if _adds(unknown, claim):
        return False
    if unknown and (not unused or _copies(claim, region)):
        return False
    window = " ".join(statement.text for statement in region.said)
    sources = dict.fromkeys([window, *(s.text for s in closest(claim, region))])
    return similar(claim.text, list(sources)) >= NEAR


def _exchanged(term: Term, claim: Statement, region: Region) -> bool:
    """Whether an unknown word is of the sort that is exchanged for another of its kind: a name, what
    stands before a name ("de vliegbasis in ..."), a body, a season, a compound of the same head."""
    if re.search(rf"(?i:\b{re.escape(term.text)}\s+(?:in|te|bij))\s+[A-Z]", claim.text):
        return True
    theirs = (other for statement in region.said for other in statement.terms)
    return term.name or is_fixed(term.text) or any(siblings(term.text, t.text) for t in theirs)


def _adds(unknown: list[Term], claim: Statement) -> bool:
    """Whether the claim ends in words, or in a clause, that is mostly unknown: what is invented is
    tacked on."""
    places = [term.place for term in claim.terms] + [a.place for a in claim.figures]
    last = max(places, default=0)
    ending = [term for term in claim.terms if term.clause == len(claim.clauses) - 1]
    strange = [term for term in unknown if term in ending]
    alone = len(claim.clauses) > 1 and len(strange) > 1 and 2 * len(strange) >= len(ending)
    if any(re.search(rf"\been {re.escape(t.text)}\W*$", claim.text.lower()) for t in unknown):
        return True  # "... en er vaart een watertaxi": something new, at the end
    return alone or {last, last - 1} <= {term.place for term in unknown}


def _copies(claim: Statement, region: Region) -> bool:
    """Whether nearly all words of the claim stand in one sentence of the source, in its order."""
    mine = _WORD.findall(claim.text.lower())
    for statement in region.said:
        theirs = _WORD.findall(statement.text.lower())
        blocks = SequenceMatcher(None, mine, theirs, autojunk=False).get_matching_blocks()
        if sum(block.size for block in blocks) >= COPIED * len(mine):
            return True
    return False
