"""Which sentences of a passage carry a claim, and how much of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from rag.checking.said import Evidence
from rag.dutch.figures import Figure, bounded_alike, carries
from rag.dutch.statements import CONDITIONAL, Statement, Term
from rag.dutch.terms import likeness

WINDOW = 3
"""Neighbouring sentences that one claim may be carried by."""
TRIED, NEARLY = 3, 0.15
MIN_ANSWERED = 0.25
"""Share of a claim that must stand in the answer itself, not in the question."""
_ASKED = 0.5  # what a question that is not settled adds to the support of a claim
_SAME_AS_ASKED = 0.6
_ASKED_ALL = 0.85
_SIZE_COST = 0.02
_UNLINKED = 0.6  # what a word of another sentence of the window adds
_LOCAL = 3
POINTS_BACK = re.compile(
    r"\b(?:(?:daar|hier|er)(?:van|bij|voor|mee|op|in|aan|na|boven|onder|door|om|uit|naast|tegen|over)"
    r"|deze|dit|die|zij|ze|hij|hun|dat|dergelijke|ook|bovendien|anderen?|overige|dan)\b",
    re.IGNORECASE,
)
_DETERMINER = re.compile(
    r"\b(de|het|een|geen|door|van|naar|bij|in|op|aan|voor|met|tegen|uit|over|onder|haar|"
    r"hun|deze|dit|die|dat|(?!(?:19|20)\d\d\s)(?<!\d)\d[\d.,]*%?)\s+$"
)
_COPULA = re.compile(r"\b(?:is|zijn|was|waren|blijft|blijven|wordt|worden)\s+$")
_AFTER_VERB = re.compile(r"\s+(?:de|het|een|er|u|ik|wij|zij|dit|dat|deze|die|geen)\b")
_GENERAL = frozenset(
    "bedrag geld som maximum minimum plafond rekening plan plannen regeling deel onderdeel situatie "
    "kader verband omvang hoogte moment periode jaar orde beeld punt persoon personen "
    "verwachting inschatting schatting raming mogelijkheid manier zaak kant slag stap meest".split()
)
_REPORTS = re.compile(
    r"\b(?:vra(?:ag|gen|agt)|gevraagd|vroeg(?:en)?|wil(?:len)?\s+weten|verzoek\w*|verzocht)\b",
    re.IGNORECASE,
)
_WHETHER = re.compile(r"\bof\b", re.IGNORECASE)
_KNOWS = re.compile(
    r"\b(?:bekend|kent|kennen|ken|kennisgenomen|kennis|gelezen|hoogte|bericht|artikel|rapport)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Region:
    """`size` neighbouring sentences that carry a claim best, `said`.

    `said` ends with the question that the answer settles, where there is one. `figures` may be
    cited: of the whole answer, and dates of its question. `answered` is the share of the claim that
    stands in the answer itself.
    """

    said: tuple[Statement, ...]
    figures: tuple[Figure, ...]
    support: float
    answered: float
    size: int


def best_regions(claim: Statement, given: Evidence) -> list[Region]:
    """The windows of at most WINDOW sentences with the best support, and those nearly as good."""
    count = len(given.said)
    windows = [
        tuple(range(start, start + size))
        for size in range(1, WINDOW + 1)
        for start in range(count - size + 1)
    ] or [()]
    found = _strengths(claim, given)
    ranked = sorted(
        ((_rank(region), region) for region in (_region(claim, given, found, w) for w in windows)),
        key=lambda pair: -pair[0],
    )
    return [region for rank, region in ranked[:TRIED] if rank >= ranked[0][0] - NEARLY]


@dataclass(frozen=True, slots=True)
class _Strengths:
    """How well each sentence has each term (`terms`) and figure (`figures`) of a claim, and what
    the question adds to each; `citable` are the figures that may be cited."""

    terms: list[list[float]]
    figures: list[list[float]]
    term_extra: list[tuple[float, float]]
    figure_extra: list[float]
    citable: tuple[Figure, ...]


def _strengths(claim: Statement, given: Evidence) -> _Strengths:
    settled = (given.answered,) if given.answered else ()
    dated = [f for s in given.about for f in _figures(s) if f.kind in ("date", "ordinal")]
    extra = [f for s in settled for f in _figures(s)] + dated
    own = [_figures(statement) for statement in given.said]
    return _Strengths(
        terms=[[_best(term, (s,)) for term in claim.terms] for s in given.said],
        figures=[[_carried(a.figure, found) for a in claim.figures] for found in own],
        term_extra=[
            (_best(term, (*settled, *given.about)), _best(term, given.asked))
            for term in claim.terms
        ],
        figure_extra=[_carried(a.figure, extra) for a in claim.figures],
        citable=(*(figure for found in own for figure in found), *extra),
    )


def _rank(region: Region) -> float:
    return region.support + region.answered / 2 - _SIZE_COST * region.size


def from_question_only(claim: Statement, region: Region, given: Evidence) -> str | None:
    """Why a claim is not the answer's but only the question's, else None."""
    if given.only_asks:
        return None if _REPORTS.search(claim.text) else "de bron vraagt dit slechts"
    if any(_only_asked(claim, question, region) for question in given.asked):
        return "staat alleen in de vraag, niet in het antwoord"
    if given.answered is None:
        if region.answered < MIN_ANSWERED:
            return "staat alleen in de vraag, niet in het antwoord"
        return None
    if given.acquainted and region.answered < MIN_ANSWERED and not _KNOWS.search(claim.text):
        return "staat alleen in de vraag; het antwoord zegt slechts dat het bericht bekend is"
    if given.conditional and not CONDITIONAL.search(claim.text) and _asks(claim, given.answered):
        return "de voorwaarde van het antwoord is weggelaten"
    return None


def unknown_word(claim: Statement, region: Region, given: Evidence) -> str | None:
    """Why a noun or adjective of the claim is not the passage's in any form, else None.

    A verb may be a synonym that we do not know; what follows an article or preposition is seldom
    put in other words, and an invented or exchanged thing stands there.
    """
    settled = (given.answered,) if given.answered else ()
    sources = (*given.said, *given.about, *settled, *given.asked)
    text = claim.text.lower()
    for term in claim.terms:
        if term.name or term.text in _GENERAL or _best(term, sources):
            continue
        stands = re.search(rf"(?<!\w){re.escape(term.text)}(?!\w)", text)
        if stands and _is_noun(text, stands.start(), stands.end()):
            return f"“{term.text}” staat niet in de bron"
    return None


def unknown_terms(claim: Statement, region: Region, given: Evidence) -> list[Term]:
    """The terms of a claim that the passage, its heading and questions have in no form."""
    sources = (*given.said, *region.said, *given.about, *given.asked)
    return [term for term in claim.terms if not _best(term, sources)]


def closest(claim: Statement, region: Region) -> tuple[Statement, ...]:
    """The sentence of a window that a claim has most of; () of an empty one."""
    best = max(region.said, key=lambda s: sum(_best(t, (s,)) for t in claim.terms), default=None)
    return (best,) if best else ()


def unused_terms(claim: Statement, region: Region) -> list[Term]:
    """The terms that a claim has in no form of the sentence that it has most of."""
    return [t for s in closest(claim, region) for t in s.terms if not _best(t, (claim,))]


def _is_noun(text: str, start: int, end: int) -> bool:
    """Whether the word there is, by what stands around it, a noun or an adjective."""
    before = _DETERMINER.search(text, 0, start)
    if before:
        return not (before[1] == "het" and text[start:end].endswith("en"))
    if start == 0:
        return not _AFTER_VERB.match(text, end)
    return bool(_COPULA.search(text, 0, start) and re.match(r"\s*(?:[.,;:]|$)", text[end:]))


def _only_asked(claim: Statement, question: Statement, region: Region) -> bool:
    """Whether a claim is what an unsettled question asks, rather than what the answer says."""
    if _WHETHER.search(claim.text):
        return False
    found = sum(_best(term, (question,)) for term in claim.terms)
    return found >= _ASKED_ALL * max(1, len(claim.terms)) and region.answered < _ASKED_ALL


def _asks(claim: Statement, question: Statement) -> bool:
    """Whether a claim says what the question asks."""
    found = sum(_best(term, (question,)) for term in claim.terms)
    return found >= _SAME_AS_ASKED * (len(claim.terms) + len(claim.figures))


def _region(claim: Statement, given: Evidence, found: _Strengths, at: tuple[int, ...]) -> Region:
    said = tuple(given.said[number] for number in at)
    asked = 1.0 if 0 in at and given.points_at_question else _ASKED
    whole = _whole_sentence(claim, given, found, at)
    places: list[tuple[int, float]] = []
    answered: list[float] = []
    for number, term in enumerate(claim.terms):
        direct = max((found.terms[s][number] for s in whole), default=0.0)
        apart = max((found.terms[s][number] for s in at), default=0.0)
        direct = max(direct, apart * _UNLINKED)
        settled, loose = found.term_extra[number]
        places.append((term.place, max(direct, settled, asked * loose)))
        answered.append(direct)
    for number, anchored in enumerate(claim.figures):
        direct = max((found.figures[s][number] for s in at), default=0.0)
        places.append((anchored.place, max(direct, found.figure_extra[number])))
        answered += [direct, direct]
    values = [value for _, value in sorted(places)]
    return Region(
        said=said + ((given.answered,) if given.answered else ()),
        figures=found.citable,
        support=_support(values),
        answered=sum(answered) / len(answered) if answered else 0.0,
        size=len(at),
    )


def _whole_sentence(
    claim: Statement, given: Evidence, found: _Strengths, at: tuple[int, ...]
) -> tuple[int, ...]:
    """The sentences of a window whose words may be joined in one clause: all where the later ones
    point back ("daarvan", "deze") or the claim has several clauses, else the best one."""
    linked = all(POINTS_BACK.search(given.said[number].text) for number in at[1:])
    if len(claim.clauses) > 1 or linked or not at:
        return at
    return (max(at, key=lambda number: sum(found.terms[number])),)


def _carried(figure: Figure, sources: Iterable[Figure]) -> float:
    found = [source for source in sources if carries(figure, source)]
    return max((1.0 if bounded_alike(figure, f) else 0.5 for f in found), default=0.0)


def _support(values: list[float]) -> float:
    """Mean strength, lowered by the weakest run of words: an invented addition stands together."""
    if not values:
        return 0.0
    runs = [values[at : at + _LOCAL] for at in range(max(1, len(values) - _LOCAL + 1))]
    weakest = min(sum(run) / len(run) for run in runs)
    return 0.6 * sum(values) / len(values) + 0.4 * weakest


def _figures(statement: Statement) -> list[Figure]:
    return [anchored.figure for anchored in statement.figures]


def _best(term: Term, statements: Iterable[Statement]) -> float:
    return max(
        (abs(likeness(term.text, other.text)) for s in statements for other in s.terms), default=0.0
    )
