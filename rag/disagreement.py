"""Do the passages found disagree about what an answer says: another amount, date, or yes for no.

Precision first: a note about a disagreement that is none destroys trust. Two figures are said of the
same thing only if every word near either is found with the other, and unit, limits, rate, period,
certainty and names are the same. Much that differs is therefore not reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from index.documents import Hit, Kind, Span
from index.sentences import split_sentences
from rag.checking.said import evidence
from rag.citations import dutch_date
from rag.claims import Claim, claims
from rag.dutch.dates import Date
from rag.dutch.figures import Figure
from rag.dutch.names import same_name
from rag.dutch.statements import Statement
from rag.dutch.terms import is_content, likeness

# Only the government's own words: who asks, and who debates, asserts what is not answered.
_SPEAKING: tuple[Kind, ...] = ("answers", "letter", "other")
_NOUNS = {"answers": ("antwoord", "answer"), "letter": ("brief", "letter")}
_SAME = 0.9  # likeness: the same stem, or a synonym
_RELATED = 0.6  # likeness: a part of a compound
_SPECIFIC = 8  # letters: "werkplaatsfonds" tells what it is about, "fonds" does not
_ROUGH = Fraction(1, 10)  # "circa 40" and "43" do not disagree
_SHARED_WORDS = 2
_STANCE_WORDS = 4  # content words that two yes/no questions must share
# Words that say that a figure is given or revised, not what it is said of.
_EMPTY = frozenset(
    "bijgesteld bijgestelde aangepast gewijzigd verlaagd verhoogd herzien herziene thans euro "
    "uitgekomen huidige actuele bedrag stand bedraagt bedragen bedroeg bedroegen jaar jaarlijks "
    "jaarlijkse maand maandelijks maandelijkse week dag verwachting gepland pas beschikbaar moment heb".split()
)
_GENERAL = frozenset(
    "beschikbaar beschikbare gereserveerd uitgetrokken vrijgemaakt middelen bedragen bedraagt "
    "kosten nederland nederlandse nederlanders gemeente gemeenten provincies organisaties "
    "bedrijven instellingen personen mensen ministerie jaarlijks afgerond gestart rijk politie "
    "defensie europa europese unie eu kamer tweede staten-generaal".split()
)
# Happens again and again: two dates are two times.
_RECURS = re.compile(
    r"jaarlijks|periodiek|volgend|voortgang|rapportage|monitor|opnieuw|informe|geïnform|brie[fv]|"
    r"debat|overleg|vergader|gesprek|bijeenkomst|ronde|tranche|editie|fase"
)
_ASKS_WHEN = re.compile(
    r"\b(?:wanneer|welke?\s+(?:jaar|datum|maand|dag|moment|kwartaal|termijn)|hoe\s+la(?:at|ng)|"
    r"sinds|vanaf|datum)\b",
    re.IGNORECASE,
)
_HOW_MANY = re.compile(r"\bhoeveel\s+([^\W\d_]+(?:['’]s)?)", re.IGNORECASE)
_MONEY = re.compile(
    r"geld|euro|miljoen|miljard|budget|subsidie|middelen|kost|bedrag|zit|krijg|betaal"
)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class Stated:
    """One side: the sentence at `span` of the reading text of `hits[hit]` says `written`.

    `written` is the figure or date as it stands there, or "ja" or "nee"; `kind` and `date` (ISO
    8601, or None) are the document's.
    """

    hit: int
    span: Span
    written: str
    kind: Kind
    date: str | None


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two statements about the same thing.

    Where `dated`, `first` is of a newer document than `second`; otherwise nobody knows, and `first`
    is what the answer shows. `one_document`: both are of the same.
    """

    first: Stated
    second: Stated
    dated: bool
    one_document: bool


def disagreements(
    question: str, shown: Sequence[tuple[int, Span]], hits: Sequence[Hit]
) -> tuple[Disagreement, ...]:
    """Where a passage says otherwise than what is shown, on what `question` asks; newest first.

    `shown` are the stretches that the answer rests on: (index into `hits`, span of its reading
    text). Each pair of values is reported once.
    """
    asked = [word for word in _WORD.findall(question.lower()) if is_content(word)]
    years = {int(year) for year in _YEAR.findall(question)}
    when = bool(_ASKS_WHEN.search(question))
    known = [
        (_stated(at, hit, claim.span, claim.written), claim)
        for at, hit in enumerate(hits)
        if hit.document.kind in _SPEAKING
        for claim in claims(hit.passage, hit.document.metadata.title or "")
        if when or not claim.is_date
    ]
    pairs = [
        (one, other)
        for one, claim in known
        if _is_shown(one, shown)
        for other, rival in known
        if one != other and _differ(claim, rival)
        if _same_thing(claim, rival, _same_document(one, other, hits))
        if _asked_of_both(asked, claim, rival) and _of_the_time(years, claim, rival)
        if _counts_what_is_asked(question, claim)
    ]
    found: dict[frozenset[str], Disagreement] = {}
    for one, other in [*pairs, *_stances(asked, shown, hits)]:
        found.setdefault(
            frozenset((one.written.lower(), other.written.lower())), _ordered(one, other, hits)
        )
    return tuple(sorted(found.values(), key=lambda each: each.first.date or "", reverse=True))


def note(found: Disagreement, language: str = "nl") -> str:
    """The line that tells the reader that passages differ, in `language` ("nl" or "en")."""
    first, second = found.first, found.second
    one, other = (_named(stated, language) for stated in (first, second))
    if language == "en":
        if found.one_document:
            return f"Note: one document gives both {first.written} and {second.written} ({one})."
        line = f"Note: the documents differ: {first.written} ({one}) and {second.written} ({other})"
        return f"{line}; the newest comes first." if found.dated else f"{line}."
    if found.one_document:
        return f"Let op: één document noemt zowel {first.written} als {second.written} ({one})."
    line = (
        f"Let op: de documenten verschillen: {first.written} ({one}) en {second.written} ({other})"
    )
    return f"{line}; het nieuwste staat eerst." if found.dated else f"{line}."


def _named(stated: Stated, language: str) -> str:
    """ "brief van 3 november 2025", "answer of 2025-06-10", "document zonder datum"."""
    dutch, english = _NOUNS.get(stated.kind, ("document", "document"))
    if language == "en":
        return f"{english} of {stated.date}" if stated.date else f"{english} without a date"
    return f"{dutch} van {dutch_date(stated.date)}" if stated.date else f"{dutch} zonder datum"


def _stated(at: int, hit: Hit, span: Span, written: str) -> Stated:
    return Stated(at, span, written, hit.document.kind, hit.document.metadata.date)


def _ordered(one: Stated, other: Stated, hits: Sequence[Hit]) -> Disagreement:
    dated = one.date is not None and other.date is not None and one.date != other.date
    if dated and str(other.date) > str(one.date):
        one, other = other, one
    return Disagreement(one, other, dated, _same_document(one, other, hits))


def _same_document(one: Stated, other: Stated, hits: Sequence[Hit]) -> bool:
    return hits[one.hit].document.id == hits[other.hit].document.id


def _is_shown(stated: Stated, shown: Sequence[tuple[int, Span]]) -> bool:
    return any(
        at == stated.hit and span.start <= stated.span.start and stated.span.end <= span.end
        for at, span in shown
    )


def _differ(one: Claim, other: Claim) -> bool:
    """Whether two figures of one kind say something else, roundings apart."""
    a, b = one.figure, other.figure
    if (a.kind, a.unit) != (b.kind, b.unit) or _limit(a) != _limit(b):
        return False
    if isinstance(a.value, Date) or isinstance(b.value, Date):
        return isinstance(a.value, Date) and isinstance(b.value, Date) and _apart(a.value, b.value)
    apart = abs(a.value - b.value)
    if any(figure.loose or figure.bound == "about" for figure in (a, b)):
        return apart > _ROUGH * max(a.value, b.value)
    return apart > max(one.step, other.step)


def _limit(figure: Figure) -> str | None:
    """The limit of a figure; "ruim" and "circa" are none, nor is that to which it was revised."""
    return None if figure.loose or figure.bound in ("about", "to") else figure.bound


def _apart(one: Date, other: Date) -> bool:
    """Whether two dates cannot be the same moment, however roughly either is told."""
    if one.last or other.last:
        return False
    if one.year != other.year:
        return True
    if one.month and other.month and one.month != other.month:
        return True
    quarters = [d.part for d in (one, other) if d.part and d.part.startswith("Q") and not d.month]
    return len(quarters) == 2 and quarters[0] != quarters[1]


def _same_thing(one: Claim, other: Claim, one_document: bool) -> bool:
    """Whether two figures are said of the same thing at the same time in the same way."""
    if one.measures != other.measures or one.rates != other.rates or one.negated != other.negated:
        return False
    if one.beside != other.beside:
        return False
    if not one.is_date and (one.modal != other.modal or not _same_period(one, other)):
        return False
    if one.is_date and any(_RECURS.search(word) for word in (*one.near, *other.near)):
        return False
    if one.counted and other.counted and not _among(one.counted, [other.counted]):
        return False
    if not (_held(one, other) and _held(other, one)) or _names_clash(one, other):
        return False
    shared = [word for word in (*one.near, *other.near) if _common(word, one, other)]
    subjects = [word for word in shared if _is_specific(word, one, other)]
    if _about_other(one, other, one_document) and not _name_in_both(one, other):
        return False
    return bool(subjects) and len(_concepts(shared)) >= _SHARED_WORDS


def _same_period(one: Claim, other: Claim) -> bool:
    if one.when or other.when:
        return one.when == other.when
    if one.past != other.past or one.earlier != other.earlier:
        return False
    ours, theirs = one.around.years, other.around.years
    return not (ours and theirs) or bool(ours & theirs)


def _held(one: Claim, other: Claim) -> bool:
    """Whether all words near one figure are found with the other, half of them in its sentence."""
    words = [word for word in one.near if word not in _EMPTY]
    there = [*other.said, *other.around.words]
    said = sum(_among(word, other.said) or _is_head_of(word, other.said) for word in one.near)
    return 2 * said >= len(words) and all(
        _among(word, there) or (_is_head_of(word, there) and _resolved(word, one, other))
        for word in words
    )


def _resolved(word: str, one: Claim, other: Claim) -> bool:
    """Whether "fonds" is the "werkplaatsfonds" of the other: its own passage speaks of that one."""
    wholes = [w for w in (*other.said, *other.around.words) if _is_head_of(word, [w])]
    return any(_among(whole, [*one.said, *one.around.words]) for whole in wholes)


def _common(word: str, one: Claim, other: Claim) -> bool:
    return all(_among(word, [*side.said, *side.around.words]) for side in (one, other))


def _concepts(words: Iterable[str]) -> list[str]:
    """`words` without those that say what another of them says."""
    kept: list[str] = []
    for word in sorted(words, key=len, reverse=True):
        if not _among(word, kept) and not _is_head_of(word, kept):
            kept.append(word)
    return kept


def _is_specific(word: str, one: Claim, other: Claim) -> bool:
    named = word in one.names or word in other.names
    return word not in _GENERAL and (named or len(word) >= _SPECIFIC)


def _names_clash(one: Claim, other: Claim) -> bool:
    """Whether a sentence names someone or some place that is not found with the other figure."""
    return any(
        not any(same_name(name, word) for word in (*far.said, *far.around.words))
        for near, far in ((one, other), (other, one))
        for name in near.names
    )


def _about_other(one: Claim, other: Claim, one_document: bool) -> bool:
    """Whether the passages are about different things by their headings or the names asked about."""
    pairs = [(one.around.names - _GENERAL, other.around.names - _GENERAL)]
    if one_document:
        pairs.append((one.around.heading, other.around.heading))
    return any(ours != theirs and not (ours & theirs) for ours, theirs in pairs)


def _name_in_both(one: Claim, other: Claim) -> bool:
    """Whether both sentences themselves name what they are about."""
    return any(
        same_name(name, far) for name in one.names - _GENERAL for far in other.names - _GENERAL
    )


def _asked_of_both(asked: Sequence[str], one: Claim, other: Claim) -> bool:
    """Whether what the question asks is what they disagree about: a word of it stands near a figure,
    and a name or telling word that is found with one is found with the other."""
    near = [*one.near, *other.near]
    names = set[str]().union(
        *(claim.names | claim.around.names | claim.around.titled for claim in (one, other))
    )
    telling = [w for w in asked if len(w) >= _SPECIFIC or any(same_name(w, n) for n in names)]
    sides = [[*claim.said, *claim.around.words] for claim in (one, other)]
    return any(_related(word, near) for word in asked) and all(
        _related(word, sides[0]) == _related(word, sides[1]) for word in telling
    )


def _counts_what_is_asked(question: str, claim: Claim) -> bool:
    """Whether a figure can answer "hoeveel bedrijven": an amount of money does not."""
    match = _HOW_MANY.search(question)
    noun = match[1].lower() if match else ""
    if claim.is_date or not is_content(noun) or noun in _EMPTY:
        return True
    if claim.figure.unit == "euro" and _MONEY.match(noun):
        return True
    if claim.figure.kind == "share" and noun in ("procent", "percent"):
        return True
    return noun in claim.written.lower() or _related(noun, claim.near)


def _of_the_time(years: set[int], one: Claim, other: Claim) -> bool:
    """Whether both speak of the years that the question names: what is so now is not asked then."""
    ours, theirs = one.years, other.years
    return years <= (ours | theirs if one.is_date else ours & theirs)


def _among(word: str, words: Iterable[str]) -> bool:
    return any(likeness(word, other) >= _SAME for other in words)


def _related(word: str, words: Iterable[str]) -> bool:
    return any(likeness(word, other) >= _RELATED for other in words)


def _is_head_of(word: str, words: Iterable[str]) -> bool:
    """Whether one of `words` is a compound of `word`: "fonds" of "werkplaatsfonds"."""
    return len(word) > 3 and any(
        len(other) > len(word) + 2 and other.endswith(word) for other in words
    )


def _stances(
    asked: Sequence[str], shown: Sequence[tuple[int, Span]], hits: Sequence[Hit]
) -> list[tuple[Stated, Stated]]:
    """Yes here and no there to the same question, in two documents, of which one is shown."""
    found: list[tuple[Stated, Stated]] = []
    for (at, one), (other_at, other) in combinations(enumerate(hits), 2):
        if one.document.id == other.document.id:
            continue
        ours, theirs = evidence(one.passage), evidence(other.passage)
        if None in (ours.stance, theirs.stance) or ours.stance == theirs.stance:
            continue
        if ours.acquainted or ours.conditional or theirs.conditional:
            continue
        if not (
            ours.answered and theirs.answered and _same_question(ours.answered, theirs.answered)
        ):
            continue
        if not any(_related(word, [t.text for t in ours.answered.terms]) for word in asked):
            continue
        sides = [
            _stated(place, hit, split_sentences(hit.passage.reading_text())[0], stance or "")
            for place, hit, stance in ((at, one, ours.stance), (other_at, other, theirs.stance))
        ]
        if _is_shown(sides[0], shown):
            found.append((sides[0], sides[1]))
        elif _is_shown(sides[1], shown):
            found.append((sides[1], sides[0]))
    return found


def _same_question(one: Statement, other: Statement) -> bool:
    """Whether two yes/no questions ask the same: all words, figures and names, and how denied.

    A question answered with no is read as denied (rag/said.py): the clauses must then differ.
    """
    ours, theirs = ([term.text for term in each.terms] for each in (one, other))
    if min(len(ours), len(theirs)) < _STANCE_WORDS or len(one.clauses) != len(other.clauses):
        return False
    values = [
        {(a.figure.kind, a.figure.value, a.figure.unit) for a in each.figures}
        for each in (one, other)
    ]
    return (
        values[0] == values[1]
        and all(_among(word, theirs) for word in ours)
        and all(_among(word, ours) for word in theirs)
        and one.clauses[0].negated != other.clauses[0].negated
    )
