"""Which words of a sentence belong to which of its figures.

A sentence with several figures of a kind falls into stretches, one a figure, cut at the first comma,
bracket or "en" behind the figure before. A later stretch that has no verb of its own ("het gebrek aan
gereedschap (17%)", "de gemeente de rest") or points back ("waarvan er 24 zijn toegelaten") shares the
words of the first; its own words are said of its figure alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from rag.checking.support import POINTS_BACK
from rag.dutch.figures import carries, figures
from rag.dutch.statements import BORROWS, FINITE, Anchored, Statement, Term, state
from rag.dutch.terms import content_words, likeness

_CUT = re.compile(r"[,;:)](?=\s|$)|\b(?:en|maar|terwijl|waarvan|daarvan|tegen)\b", re.IGNORECASE)
_END = re.compile(r"[,;:](?=\s|$)|\b(?:maar|terwijl|waarvan|daarvan)\b", re.IGNORECASE)
_REST = re.compile(r"\b(?:de|het)\s+(?:rest|restant|overige)\b(?!\s+[^\W\d_]{4,})", re.IGNORECASE)
_REST_WORDS = ("rest", "restant", "overige")
_PART = re.compile(
    r"\s*(?:van|onder)\s+(?:(?:de|het|alle|deze|onze|mijn)\s+)?([^\W\d_]{4,}(?:\s+[^\W\d_]{4,})?)",
    re.IGNORECASE,
)
_PART_BEFORE = re.compile(
    r"(?:^|[,;]\s)(?:van|onder)\s+(?:de|het|alle)\s+([^\W\d_]{4,})\s+(?:[^\W\d_]+\s+){0,2}$",
    re.IGNORECASE,
)
_SETTING = re.compile(
    r"(?:in|bij|onder|binnen)\s+(?:(?:de|het|een|deze)\s+)?([^\W\d_]{4,})", re.IGNORECASE
)
_ATTRIBUTE = re.compile(r"\b(?:de|het)\s+([^\W\d_]{3,}(?<!i)e)\s+(?:€\s*)?$", re.IGNORECASE)
_STRANGE = 2
_SAME = 0.85
_INFLECTED = 0.7
_JOINT = 2


def of_another(claim: Statement, source: Sequence[Statement]) -> Anchored | None:
    """A figure of the claim that stands beside words which the source says of another figure."""
    for mine in claim.figures:
        holds = [s for s in source if any(carries(mine.figure, a.figure) for a in s.figures)]
        if mine.whole or mine.figure.kind == "ordinal" or len(holds) != 1:
            continue
        own = _words_of(mine, claim)
        for at, stretch in enumerate(_stretches(holds[0], mine)):
            if at and not any(carries(mine.figure, f) for f in figures(stretch)):
                shared = bool(BORROWS.search(stretch)) or not FINITE.search(stretch)
                rest = holds[0].text.replace(stretch, " ")
                if shared and any(_is_in(word, stretch, rest) for word in own):
                    return mine
    return None


def part_of_another(claim: Statement, source: Iterable[Statement]) -> Anchored | None:
    """A share of the claim that is a share of something else in the source: "2% van de boten"."""
    stated = [(s, a) for s in source for a in s.figures if a.figure.kind == "share"]
    for mine in claim.figures:
        part = _of_what(claim, mine)
        if mine.figure.kind != "share" or not part:
            continue
        parts = [_of_what(s, a) for s, a in stated if carries(mine.figure, a.figure)]
        if parts and all(
            theirs and not any(likeness(one, other) > 0 for one in part for other in theirs)
            for theirs in parts
        ):
            return mine
    return None


def described_as_another(claim: Statement, source: Iterable[Statement]) -> Anchored | None:
    """A figure of the claim with an adjective ("de beschikbare 18 miljoen") that the source has in a
    clause with another figure of the kind, and in none with this one."""
    clauses = [
        ([t for t in s.terms if t.clause == n], [a.figure for a in s.figures if a.clause == n])
        for s in source
        for n in range(len(s.clauses))
    ]
    for mine in claim.figures:
        found = _ATTRIBUTE.search(claim.text, 0, mine.figure.start)
        if found is None:
            continue
        word = found[1].lower()
        kin = [
            (any(likeness(word, term.text) >= _INFLECTED for term in terms), f)
            for terms, inside in clauses
            for f in inside
            if f.kind == mine.figure.kind and f.unit == mine.figure.unit
        ]
        own = [described for described, figure in kin if carries(mine.figure, figure)]
        if own and not any(own) and any(described for described, _ in kin):
            return mine
    return None


def of_another_sentence(claim: Statement, source: Sequence[Statement]) -> Anchored | None:
    """A figure of the claim whose setting ("In de vergelijkingsgroep") or most of whose words the
    source has in a sentence with another figure, and not near the one with this figure."""
    for mine in claim.figures:
        at = [
            n
            for n, s in enumerate(source)
            if any(carries(mine.figure, a.figure) for a in s.figures)
        ]
        own = _words_of(mine, claim)
        if not at or not own:
            continue
        near = _linked(at, source)
        others = [s for n, s in enumerate(source) if n not in near and s.figures]
        here = {word for word in own if any(_has(source[n], word) for n in near)}
        setting = _SETTING.match(claim.text)
        for other in others:
            there = {word for word in own if _has(other, word)}
            if setting and setting[1].lower() in there - here:
                return mine
            if len(there - here) >= _STRANGE and len(here) < len(there):
                return mine
    return None


def _linked(at: Iterable[int], source: Sequence[Statement]) -> set[int]:
    """The sentences `at`, with the ones before that they point back to and those that point at them."""
    near = set(at)
    for number in sorted(near):
        if number and POINTS_BACK.search(source[number].text):
            near.add(number - 1)
        if number + 1 < len(source) and POINTS_BACK.search(source[number + 1].text):
            near.add(number + 1)
    return near


def _has(statement: Statement, word: str) -> bool:
    return any(likeness(word, other.text) > 0 for other in statement.terms)


def _of_what(statement: Statement, anchored: Anchored) -> list[str]:
    text, at = statement.text, anchored.figure
    found = _PART.match(text, at.end) or _PART_BEFORE.search(text, 0, at.start)
    return content_words(found[1]) if found else []


def _words_of(mine: Anchored, claim: Statement) -> list[str]:
    """The words of the clause of a figure that stand nearer to it than to another of its kind."""
    rivals = [a for a in claim.figures if a.figure.kind == mine.figure.kind and a is not mine]
    ends: list[Anchored | Term] = [*rivals, *(t for t in claim.terms if t.text in _REST_WORDS)]
    near = [
        term
        for term in claim.terms
        if term.clause == mine.clause
        and all(_apart(term, mine) < _apart(term, other) for other in ends)
    ]
    return [term.text for term in near if term.text not in _REST_WORDS]


def _apart(one: Term, other: Anchored | Term) -> int:
    return abs(one.place - other.place) + _JOINT * abs(one.joint - other.joint)


def _is_in(word: str, stretch: str, rest: str) -> bool:
    """Whether a stretch has a word that the rest of its sentence has not, or only the opposite of."""
    inside = any(likeness(word, other.text) >= _SAME for other in state(stretch).terms)
    return inside and not any(likeness(word, other.text) > 0 for other in state(rest).terms)


def _stretches(statement: Statement, like: Anchored) -> Iterator[str]:
    """The stretches of a sentence, one for each figure of the kind of `like` or "de rest"."""
    text, figure = statement.text, like.figure
    spans = [
        (a.figure.start, a.figure.end)
        for a in statement.figures
        if a.figure.kind == figure.kind and a.figure.unit == figure.unit
    ]
    spans += [match.span() for match in _REST.finditer(text)]
    start = 0
    for at, (_, end) in enumerate(sorted(spans)):
        following = sorted(spans)[at + 1][0] if at + 1 < len(spans) else len(text)
        cut = (_CUT if following < len(text) else _END).search(text, end, following)
        if following < len(text) and cut is None:
            continue  # "van 34% naar 22%": one stretch
        yield text[start : cut.start() if cut else following]
        start = cut.start() if cut else following
