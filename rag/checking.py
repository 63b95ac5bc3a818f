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
from rag.binding import exchanged, misplaced_figure, misplaced_name
from rag.evidence import Evidence, evidence, fold
from rag.figures import bounded_alike, carries
from rag.names import missing_name, missing_quote
from rag.polarity import contradicts, overstates
from rag.rates import rates
from rag.statements import Statement, state
from rag.support import Region, best_regions, from_question_only, unknown_word

DEFAULT_LEVEL = 0.6
SIMILARITY_WEIGHT = 0.25
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
    similarity: float | None = None,
    level: float = DEFAULT_LEVEL,
) -> Verdict:
    """Whether `passage` carries `sentence`.

    `similarity` is the cosine similarity (0..1) of sentence and passage by an embedding model,
    where there is one; `level` is the support below which a sentence is refused.
    """
    given = evidence(passage)
    if not any(char.isalnum() for char in sentence):
        return Verdict(False, "de zin is leeg", 0.0)
    if _verbatim(sentence, given):
        return Verdict(True, None, 1.0)
    stance = _STANCE.match(sentence.strip())
    said = sentence.strip()[stance.end() :] if stance else sentence.strip()
    claim = state(_DENIAL.sub("", said), bool(_DENIAL.match(said)))
    if not claim.terms and not claim.figures:
        if stance and stance[1].lower() == given.stance:
            return Verdict(True, None, 1.0)
        return Verdict(False, "de zin heeft geen inhoud die te controleren is", 0.0)
    denies = stance and stance[1].lower() == "nee" and any(c.negated for c in claim.clauses)
    if stance and stance[1].lower() != given.stance and not (denies and given.stance is None):
        return Verdict(False, f"“{stance[1].lower()}” is niet het antwoord van de bron", 0.0)
    verdicts = [
        _judge(claim, region, given, similarity, level) for region in best_regions(claim, given)
    ]
    return next((verdict for verdict in verdicts if verdict.carried), verdicts[0])


def _judge(
    claim: Statement, region: Region, given: Evidence, similarity: float | None, level: float
) -> Verdict:
    support = region.support
    if similarity is not None:
        support = (1 - SIMILARITY_WEIGHT) * support + SIMILARITY_WEIGHT * max(0.0, similarity)
    for test in _TESTS:
        why = test(claim, region, given)
        if why:
            return Verdict(False, why, support)
    if support < level:
        return Verdict(False, f"te weinig steun in de bron ({support:.2f})", support)
    return Verdict(True, None, support)


def _verbatim(sentence: str, given: Evidence) -> bool:
    pieces: Iterable[str] = (sentence[s.start : s.end] for s in split_sentences(sentence))
    return fold(sentence) in given.verbatim or all(fold(p) in given.verbatim for p in pieces)


def _missing_figure(claim: Statement, region: Region, given: Evidence) -> str | None:
    for anchored in claim.figures:
        figure = anchored.figure
        written = claim.text[figure.start : figure.end].strip()
        found = [f for f in region.figures if carries(figure, f)]
        if not found:
            return f"{_kind(figure.kind, figure.unit)} {written} staat niet in de bron"
        if not any(bounded_alike(figure, source) for source in found):
            return f"{written} is in de bron anders begrensd (ten minste, ten hoogste, voor, na)"
    return None


def _other_rate(claim: Statement, region: Region, given: Evidence) -> str | None:
    texts = [s.text for s in (*region.said, *given.about)]
    glued = "".join(texts).lower()  # a pdf may lose a blank: "1,50 euro perrit"
    for rate in sorted(rates(claim.text) - frozenset().union(*map(rates, texts))):
        if f"per{rate}" in glued:
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
_TESTS: Sequence[Test] = (
    _missing_figure,
    missing_name,
    missing_quote,
    from_question_only,
    contradicts,
    overstates,
    _other_rate,
    misplaced_figure,
    misplaced_name,
    exchanged,
    unknown_word,
)
