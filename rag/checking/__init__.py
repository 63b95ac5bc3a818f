"""Is this sentence carried by the passage that it cites? Rules, no model, milliseconds.

What must agree exactly: figures with their units and limits and what they are said of, names,
abbreviations, quoted words, negation, modality, yes and no. The rest must be supported: see
`docs/checking.md`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from index.documents import Passage
from index.sentences import split_sentences
from rag.checking.attribution import misattributed, without_speaker
from rag.checking.binding import exchanged, misplaced_figure, misplaced_name
from rag.checking.entailment import Judge, Judgement
from rag.checking.naming import missing_name, missing_quote
from rag.checking.order import turned_round
from rag.checking.polarity import contradicts, overstates
from rag.checking.rewording import in_other_words
from rag.checking.roles import exchanged_roles
from rag.checking.said import Evidence, evidence, fold
from rag.checking.scope import dropped_limit
from rag.checking.similarity import Similar
from rag.checking.support import Region, best_regions, from_question_only, unknown_word
from rag.dutch.counting import enumerated
from rag.dutch.figures import Figure, bounded_alike, carries
from rag.dutch.rates import OFTEN, rates
from rag.dutch.statements import Statement, state

DEFAULT_LEVEL = 0.6
ENTAILED = 0.5
"""Probability below which an entailment model refuses; not calibrated: no such model was at hand."""
_STANCE = re.compile(r"^(ja|nee)\b\s*[,.:;–—-]?\s*", re.IGNORECASE)

_DENIAL = re.compile(
    r"^(?:het\s+(?:is\s+niet\s+(?:juist|waar|zo)|klopt\s+niet)|(?:er\s+)?is\s+geen\s+sprake\s+van)"
    r"\s*,?\s*dat\s+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """`carried`, or `why` not (short, Dutch). `support` (0..1) is the share of the sentence's
    content that the passage carries."""

    carried: bool
    why: str | None
    support: float


def check(
    sentence: str,
    passage: Passage,
    *,
    similar: Similar | None = None,
    judge: Judge | None = None,
    level: float = DEFAULT_LEVEL,
) -> Verdict:
    """Whether `passage` carries `sentence`.

    `similar` gives the cosine of two texts by an embedding model, where there is one: a sentence that
    is near enough to its source may use an ordinary word that we do not know. `judge` is an
    entailment model, where there is one: what the rules let through must satisfy it too, verbatim
    sentences apart. `level` is the support below which a sentence is refused.
    """
    given = evidence(passage)
    if not any(char.isalnum() for char in sentence):
        return Verdict(False, "de zin is leeg", 0.0)
    if _verbatim(sentence, given):
        return Verdict(True, None, 1.0)
    stance = _STANCE.match(sentence.strip())
    said = sentence.strip()[stance.end() :] if stance else sentence.strip()
    said, spoken = without_speaker(said)
    claim = state(_DENIAL.sub("", said), bool(_DENIAL.match(said)))
    if not claim.terms and not claim.figures:
        if stance and stance[1].lower() == given.stance:
            return Verdict(True, None, 1.0)
        return Verdict(False, "de zin heeft geen inhoud die te controleren is", 0.0)
    if stance and not _may_say(stance[1].lower(), claim, given):
        return Verdict(False, f"“{stance[1].lower()}” is niet het antwoord van de bron", 0.0)
    regions = best_regions(claim, given)
    conflict = _first(_CONFLICTS, claim, regions[0], given)
    if conflict:
        return Verdict(False, conflict, regions[0].support)
    verdicts = [_judge(claim, region, given, spoken, similar, level) for region in regions]
    at = next((at for at, verdict in enumerate(verdicts) if verdict.carried), 0)
    if verdicts[at].carried and judge is not None:
        source = " ".join(statement.text for statement in regions[at].said)
        return _second(verdicts[at], judge(source, said))
    return verdicts[at]


def _second(verdict: Verdict, judgement: Judgement) -> Verdict:
    """`verdict` (carried) unless an entailment model finds otherwise."""
    if judgement.contradicts > judgement.entails:
        return Verdict(False, "het entailmentmodel leest het tegendeel in de bron", verdict.support)
    if judgement.entails < ENTAILED:
        why = f"volgt volgens het entailmentmodel niet uit de bron ({judgement.entails:.2f})"
        return Verdict(False, why, verdict.support)
    return verdict


def _may_say(stance: str, claim: Statement, given: Evidence) -> bool:
    """Whether a claim may open with "ja" or "nee": as the answer does; and where that says neither,
    "nee" before a denial in some form, "ja" before what denies nothing."""
    if given.stance is not None:
        return stance == given.stance
    denies = claim.clauses[0].negated or bool(claim.clauses[0].implied)
    return bool(given.asked) and denies == (stance == "nee")


def _judge(
    claim: Statement,
    region: Region,
    given: Evidence,
    spoken: bool,
    similar: Similar | None,
    level: float,
) -> Verdict:
    if spoken and (other := misattributed(region, claim, given)):
        return Verdict(False, other, region.support)
    why = _first((*_MISSING, *_CONFLICTS), claim, region, given)
    if why:
        return Verdict(False, why, region.support)
    unknown = unknown_word(claim, region, given)
    if not unknown and region.support >= level:
        return Verdict(True, None, region.support)
    if similar is not None and in_other_words(claim, region, given, similar):
        return Verdict(True, None, region.support)
    weak = f"te weinig steun in de bron ({region.support:.2f})"
    return Verdict(False, unknown or weak, region.support)


def _verbatim(sentence: str, given: Evidence) -> bool:
    pieces: Iterable[str] = (sentence[s.start : s.end] for s in split_sentences(sentence))
    return fold(sentence) in given.verbatim or all(fold(p) in given.verbatim for p in pieces)


def _missing_figure(claim: Statement, region: Region, given: Evidence) -> str | None:
    for anchored in claim.figures:
        figure = anchored.figure
        written = claim.text[figure.start : figure.end].strip()
        found = [f for f in region.figures if carries(figure, f)]
        if not found and _counts(figure, claim, given):
            continue
        if not found:
            return f"{_kind(figure.kind, figure.unit)} {written} staat niet in de bron"
        kept = any(bounded_alike(figure, source) for source in found)
        if not kept and not _turns_around(figure, given):
            return f"{written} is in de bron anders begrensd (ten minste, ten hoogste, voor, na)"
    return None


_AROUND = {
    "by": re.compile(r"\b(?:daarv[oó]{1,2}r|voordien)\b", re.IGNORECASE),
    "gt": re.compile(r"\bdaarboven\b", re.IGNORECASE),
    "lt": re.compile(r"\bdaar(?:onder|beneden)\b", re.IGNORECASE),
    "after": re.compile(r"\b(?:daarna|nadien|sindsdien)\b", re.IGNORECASE),
}


def _turns_around(figure: Figure, given: Evidence) -> bool:
    """Whether the source says "before then" or "above that" where the claim names the date or the amount."""
    form = _AROUND.get(figure.bound or "")
    return bool(form and form.search(given.text))


def _counts(figure: Figure, claim: Statement, given: Evidence) -> bool:
    """Whether a bare small number counts what the source lists."""
    counts = figure.kind == "number" and figure.unit is None and figure.bound is None
    return counts and figure.value in enumerated([given.text, claim.text])


def _other_rate(claim: Statement, region: Region, given: Evidence) -> str | None:
    texts = [s.text for s in (*region.said, *given.about)]
    glued = "".join(texts).lower()  # a pdf may lose a blank: "1,50 euro perrit"
    for rate in sorted(rates(claim.text) - frozenset().union(*map(rates, texts))):
        counted = any(a.figure.kind in ("number", "share") for a in claim.figures)
        if f"per{rate}" in glued or not (counted or rate in OFTEN):
            continue
        return f"“per {rate}” staat zo niet in de bron"
    return None


def _kind(kind: str, unit: str | None) -> str:
    if kind == "number":
        return "bedrag" if unit == "euro" else "getal"
    return {"share": "aandeel", "ordinal": "rangtelwoord", "time": "tijdstip", "date": "datum"}[
        kind
    ]


Test = Callable[[Statement, Region, Evidence], str | None]
_MISSING: Sequence[Test] = (
    _missing_figure,
    missing_name,
    missing_quote,
    from_question_only,
    overstates,
    dropped_limit,
    _other_rate,
)
"""What another window may hold."""

_CONFLICTS: Sequence[Test] = (
    contradicts,
    misplaced_figure,
    misplaced_name,
    exchanged,
    turned_round,
    exchanged_roles,
)
"""What the nearest window says otherwise: no other window can mend that."""


def _first(tests: Sequence[Test], claim: Statement, region: Region, given: Evidence) -> str | None:
    return next((why for test in tests if (why := test(claim, region, given))), None)
