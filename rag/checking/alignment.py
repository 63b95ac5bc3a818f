"""Which figure of a source sentence stands where a claim has its own, the words laid side by side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

from rag.dutch.figures import bounded_alike, carries
from rag.dutch.statements import Anchored, Statement
from rag.dutch.terms import stem

MOST = 0.7
"""Share of the claim's words that must stand in the source in the same order."""
_FEWEST = 2


def replaced_figure(claim: Statement, source: Iterable[Statement]) -> Anchored | None:
    """A figure of a claim that follows a sentence of the source word by word, where that sentence has
    another figure of the same kind and no sentence followed as closely has this one; else None."""
    kept: dict[int, int] = {}
    lost: dict[int, int] = {}
    for statement in source:
        slots = list(_slots(claim, statement))
        changed = [
            (mine, theirs)
            for mine, theirs, _ in slots
            if mine.whole == theirs.whole and not _same(mine, theirs)
        ]
        for mine, theirs, words in slots:
            if _same(mine, theirs):
                kept[mine.place] = max(words, kept.get(mine.place, 0))
            elif _replaces(mine, theirs, claim, statement, [one for one, _ in changed]):
                lost[mine.place] = max(words, lost.get(mine.place, 0))
    needed = max(_FEWEST, MOST * len(claim.terms))
    for anchored in claim.figures:
        words = lost.get(anchored.place, 0)
        if words >= needed and words > kept.get(anchored.place, 0):
            return anchored
    return None


def _replaces(
    mine: Anchored,
    theirs: Anchored,
    claim: Statement,
    statement: Statement,
    changed: Sequence[Anchored],
) -> bool:
    """Whether a figure of the claim has taken the place of one that the claim does not use, or has
    changed places with it; a sentence that is only put in another order does neither."""
    used = next((other for other in claim.figures if _same(other, theirs)), None)
    if used is not None:
        return mine in changed and used in changed
    return not any(_same(mine, other) for other in statement.figures)


def _same(mine: Anchored, theirs: Anchored) -> bool:
    figure, other = mine.figure, theirs.figure
    return carries(figure, other) and bounded_alike(figure, other)


def _slots(claim: Statement, statement: Statement) -> Iterable[tuple[Anchored, Anchored, int]]:
    """(figure of the claim, figure in its place in the source, words that both have in order)."""
    mine, theirs = _in_order(claim), _in_order(statement)
    blocks = SequenceMatcher(
        None, [key for key, _ in mine], [key for key, _ in theirs], autojunk=False
    ).get_matching_blocks()
    pairs = [
        (mine[block.a + at][1], theirs[block.b + at][1])
        for block in blocks
        for at in range(block.size)
    ]
    words = sum(one is None for one, _ in pairs)
    return [(one, other, words) for one, other in pairs if one and other]


def _in_order(statement: Statement) -> list[tuple[str, Anchored | None]]:
    """(stem, None) of each word and (kind and unit, figure) of each figure, in order."""
    items: list[tuple[int, str, Anchored | None]] = [
        (term.place, stem(term.text), None) for term in statement.terms
    ]
    items += [(a.place, f"{a.figure.kind} {a.figure.unit}", a) for a in statement.figures]
    return [(key, anchored) for _, key, anchored in sorted(items, key=lambda item: item[0])]
