"""Negation, modality and limits of a claim against those of the clauses that carry it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.checking.said import Evidence
from rag.checking.support import Region, closest
from rag.dutch.figures import carries
from rag.dutch.statements import (
    CONDITIONAL,
    LIMITS,
    ONLY_IF,
    SAYS_MODAL,
    Anchored,
    Clause,
    Statement,
    Term,
    denies_after,
    universals,
)
from rag.dutch.terms import falls, is_change, likeness, rises, stem

MARGIN = 0.4
COVERED = 0.5
DENIED = 0.4
SCOPE = 3
MOST = 0.8
_MODAL_WHY = {
    "wil": "de bron noemt een voornemen of streven, geen feit",
    "kan": "de bron noemt een mogelijkheid, geen feit",
    "moet": "de bron noemt een verplichting, geen feit",
    "verwacht": "de bron noemt een verwachting of raming, geen feit",
    "onderzoekt": "de bron noemt een onderzoek of overweging, geen feit",
}


_FIRM = re.compile(
    r"toegezegd|toezegging|toezegt|beloof[dt]|belofte|garande\w+|gegarandeerd|definitief|onherroepelijk|"
    r"besloten|besluit|bewezen|aangetoond|afgesproken|overeengekomen|afgedwongen|verplicht\w*"
)
_OPPOSITES = {
    "naar": ("uit",),
    "uit": ("naar",),
    "na": ("voor", "vóór"),
    "voor": ("na",),
    "vóór": ("na",),
    "onder": ("boven",),
    "boven": ("onder",),
    "met": ("zonder",),
    "zonder": ("met",),
    "binnen": ("buiten",),
    "buiten": ("binnen",),
}
_ALIKE = {"voor": ("voor", "vóór"), "vóór": ("voor", "vóór")}
_RELATION = re.compile(
    rf"\b({'|'.join(_OPPOSITES)})\s+(?:(?:de|het|een|deze|dit)\s+)?([a-zà-ÿ]{{4,}})", re.IGNORECASE
)
_PHRASES: tuple[tuple[str, str], ...] = (
    ("te laat", "te vroeg|tijdig|op tijd"),
    ("te veel", "te weinig"),
    ("langer", "korter"),
    ("hoger", "lager"),
    ("ouder", "jonger"),
    ("later", "eerder"),
    (r"meer (?!dan)", r"minder (?!dan)"),
)
_COMPARED = "ouder jonger langer korter hoger lager later eerder meer minder groter verder".split()
_PHRASES += tuple(
    (rf"(?<!niet )(?<!nooit ){word}(?:\s+\w+)?\s+dan", rf"(?:niet|nooit)\s+{word}(?:\s+\w+)?\s+dan")
    for word in _COMPARED
)
_MORE = ("meer", "vaker", "hoger", "groter")
_THAN_BEFORE = re.compile(
    r"\b(meer|vaker|hoger|groter|minder|lager|kleiner)\b[^.;]*\bdan\s+(?:in\s+\d{4}|(?:het\s+|een\s+)?(?:vorig\s+)?"
    r"(?:jaar|maand|kwartaal)(?:\s+(?:eerder|ervoor|daarvoor))?|eerder|voorheen|vorig)",
    re.IGNORECASE,
)
_OPPOSITE_PHRASES = tuple(
    (re.compile(rf"\b(?:{one})", re.IGNORECASE), re.compile(rf"\b(?:{other})", re.IGNORECASE))
    for pair in _PHRASES
    for one, other in (pair, pair[::-1])
)


@dataclass(frozen=True, slots=True)
class _Match:
    """A clause of the source, how much of one of the claim it holds (in words, and as a share),
    and whether they are opposed."""

    clause: Clause
    text: str
    overlap: float
    share: float
    opposed: bool


def contradicts(claim: Statement, region: Region, given: Evidence) -> str | None:
    """Why the claim denies what the source affirms or the reverse, else None."""
    if not any(clause.negated for clause in claim.clauses) and _only_denied(claim, region):
        return "de bron ontkent dit of zegt het tegendeel"
    said = " ".join(statement.text for statement in region.said)
    turned = _turned(claim.text, said)
    if turned:
        return f"“{turned}” is in de bron het omgekeerde"
    opposite = _opposite(claim, region) or _compared(claim, region)
    if opposite:
        return f"“{opposite}” is het tegendeel van de bron"
    for number, clause in enumerate(claim.clauses):
        if _is_apposition(claim, number):
            continue
        matches = _matches(claim, number, clause, region.said)
        matches += [m for m in _matches(claim, number, clause, given.about) if not m.opposed]
        agree = max((m.overlap for m in matches if not m.opposed), default=0.0)
        oppose = max((m.overlap for m in matches if m.opposed), default=0.0)
        if clause.negated:
            share = max((m.share for m in matches if not m.opposed), default=0.0)
            if (
                agree < oppose
                and share < DENIED
                and not _denied_alike(claim, given.said)
                and not _implies(matches, claim)
            ):
                return "ontkenning die niet in de bron staat"
        elif oppose > agree + MARGIN and not _implied_by(clause, matches):
            return "de bron ontkent dit of zegt het tegendeel"
    return None


def _is_apposition(claim: Statement, number: int) -> bool:
    """Whether a piece between commas only names: "Twee gemeenten, A en B, doen niet mee"."""
    terms = [term for term in claim.terms if term.clause == number]
    alone = len(terms) == 1 and number == 0 and len(claim.clauses) > 2
    return not claim.clauses[number].negated and (alone or all(term.name for term in terms))


def _implies(matches: list[_Match], claim: Statement) -> bool:
    """Whether a clause of the source that is about a clause of the claim denies in other words."""
    nearest = max((m.overlap for m in matches), default=0.0)
    said = claim.text.lower()
    return any(
        word not in said for m in matches if m.overlap >= nearest for word in m.clause.implied
    )


def _implied_by(clause: Clause, matches: list[_Match]) -> bool:
    """Whether a clause of the claim says in other words what the source denies."""
    texts = " ".join(m.text for m in matches).lower()
    return any(word not in texts for word in clause.implied)


def overstates(claim: Statement, region: Region, given: Evidence) -> str | None:
    """Why the claim is stronger than the source: fact for intention, all for some; else None."""
    firm = next((t.text for t in claim.terms if _FIRM.fullmatch(t.text)), None)
    if firm and not _stands(firm, region, given):
        return f"“{firm}” staat niet in de bron"
    change = next((t.text for t in claim.terms if is_change(t.text)), None)
    if change and len(claim.figures) < 2 and not _stands(change, region, given):
        return f"“{change}” staat niet in de bron"
    said = " ".join(
        clause.text
        for statement in region.said
        for clause in statement.clauses
        if not clause.negated or any(c.negated for c in claim.clauses)
    )
    for given_word, source_word in zip(universals(claim.text), universals(said), strict=True):
        if given_word and not (
            source_word or (given_word[:4] in ("iede", "elk", "elke") and " per " in said)
        ):
            return f"“{given_word}” staat niet in de bron"
    for number, clause in enumerate(claim.clauses):
        matches = [m for m in _matches(claim, number, clause, region.said) if not m.opposed]
        best = max(matches, key=lambda m: (m.overlap, -len(m.clause.modal)), default=None)
        if "moet" in clause.modal and not any(SAYS_MODAL["moet"].search(m.text) for m in matches):
            return "de bron noemt geen verplichting"
        if best is None or best.share < COVERED:
            continue
        counted = [a for a in claim.figures if a.clause == number and a.figure.kind == "number"]
        if counted and not _holds_one(counted, best.text, region):
            continue  # what happened so many times is another sentence's
        if ONLY_IF.search(best.text) and not CONDITIONAL.search(claim.text):
            return "de voorwaarde in de bron is weggelaten"
        denied = clause.negated and given.answered is not None and best.text == given.answered.text
        for name in sorted(best.clause.modal):
            if name == "kan" and clause.negated:
                continue
            if not denied and not SAYS_MODAL[name].search(claim.text):
                return _MODAL_WHY[name]
        shared = any(anchored.figure.kind == "share" for anchored in claim.figures)
        limited = any(form.search(claim.text) for form in LIMITS.values())
        partly = LIMITS["deels"].search(clause.text)
        if partly and any(universals(best.clause.text)):
            return f"“{partly[0].lower()}” is het tegendeel van de bron"
        for name, form in LIMITS.items():
            if name == "deels" and shared:
                continue
            limit = form.search(best.clause.text)
            if limited:
                continue
            if limit and not form.search(claim.text):
                return f"“{limit[0].lower()}” uit de bron is weggelaten"
    return None


def _stands(word: str, region: Region, given: Evidence) -> bool:
    return any(
        likeness(word, other.text) > 0
        for statement in (*region.said, *given.about)
        for other in statement.terms
    )


def _holds_one(counted: list[Anchored], text: str, region: Region) -> bool:
    theirs = [a.figure for s in region.said if s.text == text for a in s.figures]
    return any(carries(mine.figure, figure) for mine in counted for figure in theirs)


def _denied_alike(claim: Statement, said: tuple[Statement, ...]) -> bool:
    """Whether one sentence of the source holds nearly all of the claim and denies as often."""
    denials = sum(clause.negated for clause in claim.clauses)
    for statement in said:
        found = sum(
            any(likeness(term.text, other.text) > 0 for other in statement.terms)
            for term in claim.terms
        )
        if found >= MOST * len(claim.terms) and denials == sum(
            clause.negated for clause in statement.clauses
        ):
            return True
    return False


def _only_denied(claim: Statement, region: Region) -> bool:
    """Whether a word of a claim that denies nothing stands in the source only behind a negation,
    in a clause about little else ("maar niet teruggevorderd")."""
    source = " ".join(statement.text for statement in region.said).lower()
    for term in claim.terms:
        if any(word not in source for word in claim.clauses[term.clause].implied):
            continue
        stands = [
            (statement, other)
            for statement in region.said
            for other in statement.terms
            if likeness(term.text, other.text) > 0
        ]
        if stands and all(_denied(statement, other, claim) for statement, other in stands):
            return True
    return False


def _denied(statement: Statement, term: Term, claim: Statement) -> bool:
    clause = statement.clauses[term.clause]
    beside = [other.text for other in statement.terms if other.clause == term.clause]
    if not clause.negated or len(beside) > SCOPE:
        return False
    repeated = all(any(likeness(word, t.text) > 0 for t in claim.terms) for word in beside)
    return repeated or denies_after(clause.text, term.text)


def _opposite(claim: Statement, region: Region) -> str | None:
    """A word of the claim of which the source has only the opposite, neither of them denied."""
    for number, clause in enumerate(claim.clauses):
        matches = _matches(claim, number, clause, region.said)
        most = max((m.overlap for m in matches), default=0.0)
        nearest = {m.text for m in matches if m.overlap >= most}
        for term in claim.terms:
            if term.clause != number:
                continue
            stands = [
                (likeness(term.text, other.text), statement, other)
                for statement in region.said
                for other in statement.terms
            ]
            if any(like > 0 for like, _, _ in stands):
                continue
            for like, statement, other in stands:
                denied = statement.clauses[other.clause].negated
                if like < 0 and statement.text in nearest and denied == clause.negated:
                    return term.text
    return None


def _turned(claim: str, said: str) -> str | None:
    """A phrase of the claim of which the source holds only the opposite: "na levering" for
    "vóór levering"."""
    for phrase, opposites in _OPPOSITE_PHRASES:
        found = phrase.search(claim)
        if found and opposites.search(said) and not phrase.search(said):
            return found[0].strip()
    stated = {(p.lower(), stem(n.lower())) for p, n in _RELATION.findall(said)}
    for preposition, noun in _RELATION.findall(claim):
        here = preposition.lower(), stem(noun.lower())
        other = [(o, here[1]) for o in _OPPOSITES[here[0]]]
        same = [(p, here[1]) for p in _ALIKE.get(here[0], here[:1])]
        if any(o in stated for o in other) and not any(p in stated for p in same):
            return f"{preposition} {noun}"
    return None


def _compared(claim: Statement, region: Region) -> str | None:
    """What a claim says was more or less than at another time where its source says that it went the
    other way: "meer dan een jaar eerder" for "gedaald"."""
    found = _THAN_BEFORE.search(claim.text)
    nearest = closest(claim, region)
    if found is None or not nearest or any(c.negated for c in claim.clauses):
        return None
    more = found[1].lower() in _MORE
    words = [term.text for statement in nearest for term in statement.terms]
    turned = any((falls if more else rises)(word) for word in words)
    kept = any((rises if more else falls)(word) for word in words)
    return found[1] if turned and not kept else None


def _joined(statement: Statement, at: int) -> tuple[int, ...]:
    """A clause, with the relative clause behind it where it denies: "geen ... die ..."."""
    behind = statement.clauses[at + 1].text if at + 1 < len(statement.clauses) else ""
    relative = statement.clauses[at].negated and behind.strip().startswith("die ")
    return (at, at + 1) if relative else (at,)


def _matches(
    claim: Statement, number: int, clause: Clause, sources: tuple[Statement, ...]
) -> list[_Match]:
    terms = [term for term in claim.terms if term.clause == number]
    figures = [anchored.figure for anchored in claim.figures if anchored.clause == number]
    found: list[_Match] = []
    for statement in sources:
        for at, source in enumerate(statement.clauses):
            theirs = [t.text for t in statement.terms if t.clause in _joined(statement, at)]
            overlap, turned = 0.0, 0
            for term in terms:
                likes = [likeness(term.text, other) for other in theirs]
                best, worst = max(likes, default=0.0), min(likes, default=0.0)
                if best <= 0 and worst < 0:
                    overlap, turned = overlap + 1, turned + 1
                else:
                    overlap += best
            for figure in figures:
                overlap += any(
                    carries(figure, a.figure) for a in statement.figures if a.clause == at
                )
            if overlap:
                opposed = (clause.negated != source.negated) != (turned % 2 == 1)
                found.append(
                    _Match(
                        source,
                        statement.text,
                        overlap,
                        overlap / (len(terms) + len(figures)),
                        opposed,
                    )
                )
    return found
