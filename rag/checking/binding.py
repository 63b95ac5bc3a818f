"""Whether a figure or a name of a claim is said of the same thing as in the source.

Each figure of the claim is weighed against the other figures of its kind in the source: the one
that stands nearest to the words around it in the claim must be the one that the claim uses.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.checking.alignment import replaced_figure
from rag.checking.naming import names
from rag.checking.said import Evidence
from rag.checking.stretches import (
    described_as_another,
    of_another,
    of_another_sentence,
    part_of_another,
)
from rag.checking.support import Region
from rag.dutch.figures import Figure, bounded_alike, carries
from rag.dutch.names import same_name
from rag.dutch.statements import Anchored, Statement, Term
from rag.dutch.terms import likeness

FIGURE_MARGIN = 1.05
NAME_MARGIN = 1.6
_CLOSE, _FAR = 0.62, 0.7
_EVEN = 0.03
_TIE = 0.99
_FLOOR = 0.05
_SAME_THING = 0.95
_JOINT = 2  # places that a joint counts for
_SENTENCE = 10
_BORROWED = 3  # places to what a clause with "daarvan" is about
_REACH = 2.0
_STRANGE = (
    replaced_figure,
    of_another,
    part_of_another,
    described_as_another,
    of_another_sentence,
)
_RELATIVE = re.compile(
    r"\s*(?:die|dat|(?:aan|bij|door|met|van|voor)\s+wie|waar\w*)\b", re.IGNORECASE
)

Item = Term | Anchored
Around = list[tuple[Item, float]]


@dataclass(frozen=True, slots=True)
class _Placed:
    """An item of the source, the number of its sentence and whether its clause borrows its
    subject."""

    item: Item
    sentence: int
    borrows: bool


@dataclass(frozen=True, slots=True)
class _Pool:
    """What the source holds, and what in it is like each item of the claim (by its place)."""

    placed: list[_Placed]
    alike: dict[int, list[tuple[float, _Placed]]]


def misplaced_figure(claim: Statement, region: Region, given: Evidence) -> str | None:
    """Why a figure is said of something else in the source, else None."""
    for strange in _STRANGE:
        if found := strange(claim, given.said):
            return f"{_written(claim, found.figure)} hoort in de bron bij iets anders"
    pool = _pool(claim, given)
    placed = [(p, p.item.figure) for p in pool.placed if isinstance(p.item, Anchored)]
    mine = [a for a in claim.figures if a.figure.kind != "ordinal"]
    topic = {term.text for statement in given.about for term in statement.terms}
    for at, anchored in enumerate(mine):
        figure = anchored.figure
        own = [p for p, s in placed if carries(figure, s) and bounded_alike(figure, s)]
        parts = [p for p in own if not _is_whole(p)]
        if anchored.whole:
            continue
        if own and not parts:
            return f"{_written(claim, figure)} is in de bron het geheel, niet het deel"
        for rival, source in placed:
            if not own or not _rival(figure, source) or _is_whole(rival):
                continue
            used = next((other for other in mine if carries(other.figure, source)), None)
            if used and used.figure.bound == "to" == source.bound:
                continue  # "van A naar B" in both
            if used and any(_in_range(p, rival) for p in own):
                swapped = _turned_round(anchored, used, own, rival)
            elif (used is not None and used.whole) or (
                used is not None
                and any(_counts_alike(claim, anchored, p, pool) for p in own)
                and not _counts_alike(claim, anchored, rival, pool)
            ):
                continue
            elif _claimed(claim, anchored, own, rival, pool, topic):
                swapped = True
            elif used is None:
                swapped = _prefers([(_around(claim, anchored), own, [rival])], pool)
            elif any(used is later for later in mine[at + 1 :]):
                theirs = [p for p, s in placed if carries(used.figure, s)]
                here = [(i, w) for i, w in _around(claim, anchored) if i is not used]
                there = [(i, w) for i, w in _around(claim, used) if i is not anchored]
                swapped = _prefers([(here, own, theirs), (there, theirs, own)], pool)
            else:
                continue
            if swapped:
                return f"{_written(claim, figure)} hoort in de bron bij iets anders"
    return None


def misplaced_name(claim: Statement, region: Region, given: Evidence) -> str | None:
    """Why a name stands where the source has another, else None."""
    pool = _pool(claim, given)
    known = names(given)
    placed = [
        (p, p.item.text) for p in pool.placed if isinstance(p.item, Term) and p.item.text in known
    ]
    used = [term for term in claim.terms if term.name or term.text in known]
    for term in used:
        own = [p for p, text in placed if same_name(term.text, text)]
        around = [(i, w) for i, w in _around(claim, term) if i not in used]
        for rival, text in placed:
            if not own or any(same_name(text, other.text) for other in used):
                continue
            if _prefers([(around, own, [rival])], pool, NAME_MARGIN):
                return f"naam {term.text.title()} hoort in de bron bij iets anders"
    return None


def exchanged(claim: Statement, region: Region, given: Evidence) -> str | None:
    """Why two things have changed places between clauses, else None: "scholen vragen het aan;
    gemeenten niet" for "gemeenten vragen het aan; scholen niet"."""
    sources = [(s, number) for s in region.said for number in range(len(s.clauses))]
    fits = [_fitting(claim, number, sources) for number in range(len(claim.clauses))]
    for one, fit in enumerate(fits):
        for other in range(len(fits)):
            gapped = claim.clauses[one].borrows or claim.clauses[other].borrows
            if fit is None or one == other or gapped:
                continue
            strange = _beyond(_terms(claim, one), _terms(*fit))
            wanted = _beyond(_terms(*fit), _terms(claim, one))
            rest = [source for source in sources if source != fit]
            their = _fitting(claim, other, rest)
            if their is None:
                continue
            moved = _shared(strange, _with_antecedent(*their))
            lost = _shared(wanted, _terms(claim, other))
            if moved and lost:
                return f"“{moved[0]}” staat in de bron bij iets anders"
    return None


def _fitting(
    claim: Statement, number: int, sources: list[tuple[Statement, int]]
) -> tuple[Statement, int] | None:
    mine, figures = _terms(claim, number), [a for a in claim.figures if a.clause == number]

    def fit(source: tuple[Statement, int]) -> float:
        theirs = [a for a in source[0].figures if a.clause == source[1]]
        same = sum(any(carries(a.figure, b.figure) for b in theirs) for a in figures)
        return len(_shared(mine, _terms(*source))) + same

    best = max(sources, key=fit, default=None)
    return best if best is not None and fit(best) > 0 else None


def _terms(statement: Statement, clause: int) -> list[str]:
    return [term.text for term in statement.terms if term.clause == clause]


def _with_antecedent(statement: Statement, clause: int) -> list[str]:
    """The terms of a clause, with those of the clause before it where it is relative to that."""
    relative = clause > 0 and _RELATIVE.match(statement.clauses[clause].text)
    return _terms(statement, clause) + (_terms(statement, clause - 1) if relative else [])


def _shared(these: list[str], those: list[str]) -> list[str]:
    return [t for t in these if any(likeness(t, other) >= _SAME_THING for other in those)]


def _beyond(these: list[str], those: list[str]) -> list[str]:
    return [t for t in these if not any(likeness(t, other) > 0 for other in those)]


def _counts_alike(claim: Statement, anchored: Anchored, placed: _Placed, pool: _Pool) -> bool:
    """Whether a bare number counts the same in claim and source: "6.230 winkels"."""
    if anchored.figure.kind != "number" or anchored.figure.unit:
        return False
    counted = next((t for t in claim.terms if t.place == anchored.place + 1), None)
    theirs = next(
        (
            p.item
            for p in pool.placed
            if p.sentence == placed.sentence and p.item.place == placed.item.place + 1
        ),
        None,
    )
    return bool(
        counted
        and theirs
        and counted.joint == anchored.joint
        and theirs.joint == placed.item.joint
        and _like(counted, theirs) >= _SAME_THING
    )


def _claimed(
    claim: Statement,
    anchored: Anchored,
    own: list[_Placed],
    rival: _Placed,
    pool: _Pool,
    topic: set[str],
) -> bool:
    """Whether more words of a figure of the claim stand beside the rival in the source than beside
    the figure itself. What the question or a list is about, and what is said of several figures, does not
    count."""
    others = [a for a in claim.figures if a is not anchored]
    votes = against = 0
    for term in claim.terms:
        apart = _steps(term, anchored)
        if term.text in topic or any(_steps(term, other) < apart for other in others):
            continue
        if len(_sentences_with(term, rival, pool)) > 1:
            continue
        mine, theirs = _nearness(term, own, pool), _nearness(term, [rival], pool)
        votes += mine >= _CLOSE and theirs < _CLOSE * _FAR
        against += theirs >= _CLOSE and mine < _CLOSE * _FAR
    if votes == against > 0:
        around: Around = [(i, w) for i, w in _around(claim, anchored) if isinstance(i, Term)]
        return _prefers([(around, own, [rival])], pool, margin=_TIE)
    return against > votes


def _sentences_with(term: Term, figure: _Placed, pool: _Pool) -> set[int]:
    """The sentences that hold the term and a figure of the kind of `figure`."""
    kind = figure.item.figure.kind if isinstance(figure.item, Anchored) else ""
    counted = {
        p.sentence
        for p in pool.placed
        if isinstance(p.item, Anchored) and p.item.figure.kind == kind
    }
    return counted & {p.sentence for like, p in pool.alike[term.place] if like > _SAME_THING - 0.1}


def _turned_round(anchored: Anchored, used: Anchored, own: list[_Placed], rival: _Placed) -> bool:
    """Whether the two ends of a range have changed places."""
    before = any(p.item.place < rival.item.place for p in own if _in_range(p, rival))
    return (anchored.place < used.place) != before


def _in_range(one: _Placed, other: _Placed) -> bool:
    return one.sentence == other.sentence and abs(one.item.place - other.item.place) == 1


def _is_whole(placed: _Placed) -> bool:
    return isinstance(placed.item, Anchored) and placed.item.whole


def _written(claim: Statement, figure: Figure) -> str:
    return claim.text[figure.start : figure.end].strip()


def _items(statement: Statement) -> list[Item]:
    return [*statement.terms, *statement.figures]


def _pool(claim: Statement, given: Evidence) -> _Pool:
    placed = [
        _Placed(item, number, statement.clauses[item.clause].borrows)
        for number, statement in enumerate(given.said)
        for item in _items(statement)
    ]
    alike = {
        item.place: [(like, p) for p in placed if (like := _like(item, p.item))]
        for item in _items(claim)
    }
    return _Pool(placed, alike)


def _prefers(
    choices: list[tuple[Around, list[_Placed], list[_Placed]]],
    pool: _Pool,
    margin: float = FIGURE_MARGIN,
) -> bool:
    """Whether the words around items of the claim stand nearer to the rivals than to their own.

    Each choice is (words around, where the source has the item, where it has the rival). Words that
    are as near to both do not count.
    """
    mine = theirs = 0.0
    for around, own, rivals in choices:
        for item, weight in around:
            near, far = _nearness(item, own, pool), _nearness(item, rivals, pool)
            if abs(near - far) > _EVEN:
                mine, theirs = mine + weight * near, theirs + weight * far
    return theirs > mine * margin + (_FLOOR if margin > 1 else 0)


def _rival(figure: Figure, other: Figure) -> bool:
    """A figure of the same kind that says something else, or the same within other limits."""
    if figure.kind != other.kind or figure.unit != other.unit:
        return False
    return not (carries(figure, other) and bounded_alike(figure, other))


def _around(claim: Statement, item: Item) -> Around:
    """The other items of the claim, weighed by how near they stand to `item`."""
    others = [other for other in _items(claim) if other is not item]
    return [(other, 1 / (1 + _steps(item, other) / _REACH)) for other in others]


def _steps(one: Item, other: Item) -> int:
    return abs(one.place - other.place) + _JOINT * abs(one.joint - other.joint)


def _nearness(item: Item, places: list[_Placed], pool: _Pool) -> float:
    """How near the source has `item` to one of `places`: 1 beside it, 0 not at all, and less where
    its opposite stands nearer ("laag" and "hoog")."""
    best = worst = 0.0
    for like, other in pool.alike[item.place]:
        for placed in places:
            if other.item is placed.item:
                continue
            apart = placed.sentence - other.sentence
            steps = _SENTENCE if apart else _steps(placed.item, other.item)
            earlier = apart == 1 or (not apart and other.item.place < placed.item.place)
            if placed.borrows and earlier:
                steps = min(steps, _BORROWED)
            nearness = like / (1 + steps / _REACH)
            best, worst = max(best, nearness), min(worst, nearness)
    return best + worst


def _like(one: Item, other: Item) -> float:
    if isinstance(one, Term) and isinstance(other, Term):
        return likeness(one.text, other.text)
    if isinstance(one, Anchored) and isinstance(other, Anchored):
        alike = carries(one.figure, other.figure)
        return (1.0 if one.figure.value == other.figure.value else 0.5) if alike else 0.0
    return 0.0
