"""Which sentences of the hits decide a question: evidence before words.

A unit is one sentence, or two where the second cannot be read without the first ("Zo'n
bankgarantie wordt ..."). It is scored by meaning (cosine of question and sentence), by words (share of the
question's rare words that it holds, compounds included), by the passage it stands in, and by whether
it holds the kind of thing that is asked (a number, a date, a name, a reason).
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from index.build import Index
from index.documents import Hit, Span
from index.lexical import tokens
from index.sentences import split_sentences
from rag.asked import Kind, asked_kind, holds
from rag.instructions import is_order
from rag.requirements import days, periods, speaks_of
from rag.states import asks_state, is_planned

# A sentence that opens like this leans on the one before it.
_LEANS = re.compile(
    r"(?:Dit|Dat|Deze|Die|Daar\w*|Hier\w*|Zij|Ze|Hij|Het (?:gaat|betreft)|Zo['’]n|Zulke|Dergelijke|"
    r"Afhankelijk (?:hier|daar)van|Bovenstaande?|Voornoemde|Laatstgenoemde|Zodoende|Ook|Tevens|Bovendien|Echter|Wel|Toch|"
    r"Vervolgens|Verder|Namelijk|Omgekeerd)\b"
)
_POINTER = re.compile(
    r"^\W*(?:(?:Ja|Nee),?\s+)?(?:"
    r"(?:Zie|Ik verwijs|Voor\b.{0,60}\bverwijs|Hiervoor verwijs)\b.{0,120}"
    r"\b(?:antwoord|beantwoording|reactie|vraag|vragen)\b|"
    r"In\s+(?:(?:mijn|het|de)\s+)?(?:antwoord(?:en)?|beantwoording)\s+(?:op\s|\d))",
    re.I,
)
# "Nee, dat is niet juist." answers the member of parliament; to a user who asked something else
# than yes or no it says nothing, or the wrong thing.
_STANCE = re.compile(
    r"(?:(?:Ja|Nee|Neen)\b|(?:Dat|Dit) (?:klopt|is (?:niet )?(?:juist|correct|waar))\b|"
    r"(?:De|Deze|Die|Uw|Dit|Dat) (?:mening|opvatting|analyse|conclusie|stelling|zorg(?:en)?|indruk|beeld|"
    r"standpunt|constatering) (?:deel|delen|herken|herkennen)\b|"
    r"(?:Ik|Wij|Het kabinet) (?:deel|delen|deelt|ben het|zijn het|is het|herken|herkent|herkennen)\b)"
    r"[^\n]{0,60}$",
    re.I,
)
_ASKS_STANCE = re.compile(
    r"\W*(?:is|zijn|was|waren|kan|kun|kunnen|mag|mogen|moet|moeten|wil|willen|zal|zullen|gaat|gaan|"
    r"komt|komen|wordt|worden|heeft|hebben|had|hadden|krijgt|krijgen|klopt|geldt|doet|doen|bestaat|"
    r"blijft|blijven|betaalt|betalen|staat|ben|bent|hoef\w*|verbiedt|weet|vindt|ziet|springt|draait)\b",
    re.I,
)
_CLOSE = 0.05  # of score: see docs/answering.md for what was measured
_FAR = 0.5  # of score: so far below the best sentence, another one does not open a stretch
_PLANNED = 0.05  # of score: what a plan loses to how it is, where that is asked
# What a sentence gains by holding what is asked for: a figure or date decides more than a name.
_CUES: dict[Kind, float] = {
    "amount": 0.08,
    "share": 0.08,
    "duration": 0.08,
    "measure": 0.08,
    "count": 0.08,
    "date": 0.08,
    "person": 0.04,
    "reason": 0.04,
}


@dataclass(frozen=True, slots=True)
class Unit:
    """A stretch of a hit's reading text. `hit` is an index into the hits it was chosen from.

    `start` and `end` are offsets in the passage's reading text; `score` orders units of one
    question, higher first; `coverage` is the share (0..1) of the question's weighted words that
    the unit holds, `cosine` the similarity of the two.
    """

    hit: int
    start: int
    end: int
    text: str
    score: float
    cosine: float
    coverage: float


def score_sentences(question: str, hits: Sequence[Hit], index: Index) -> list[Unit]:
    """Every sentence of `hits` as a unit with its score, in reading order, hit by hit."""
    known = index.sentences([hit.passage_id for hit in hits])
    # A passage that was removed since the search has no sentences any more.
    found = [(at, *known[hit.passage_id]) for at, hit in enumerate(hits) if hit.passage_id in known]
    spans = [(at, span) for at, mine, _ in found for span in mine]
    if not spans:
        return []
    texts = [hits[at].passage.reading_text()[span.start : span.end] for at, span in spans]
    weights = token_weights(question, texts)
    asked_periods, kind, asked_days = periods(question), asked_kind(question), days(question)
    wants_state = asks_state(question)
    wants_stance = bool(_ASKS_STANCE.match(question))
    beside = [
        0.10 * sum(not speaks_of(hit, period) for period in asked_periods)
        + 0.20 * (1 - hit.score / hits[0].score)
        for hit in hits
    ]
    vectors = np.concatenate([vectors for _, _, vectors in found])
    cosines = vectors @ index.encoder.encode_queries([question])[0]
    units = []
    for (at, span), text, cosine in zip(spans, texts, cosines, strict=True):
        coverage = covered(weights, text)
        score = (
            float(cosine)
            + 0.10 * coverage
            + (_CUES[kind] if kind and holds(kind, text) else 0.0)
            + 0.10 * (bool(asked_days) and not asked_days.isdisjoint(days(text)))
            - 0.30 * is_pointer(text)
            - _FAR * is_order(text)
            - _FAR * (not wants_stance and bool(_STANCE.match(text)))
            - _PLANNED * (wants_state and is_planned(text))
            - beside[at]
        )
        units.append(Unit(at, span.start, span.end, text, score, float(cosine), coverage))
    return units


def best_units(units: Sequence[Unit], limit: int) -> list[Unit]:
    """The `limit` best sentences, best first, each that leans on its predecessor with it."""
    chosen = sorted(units, key=lambda unit: (-unit.score, unit.hit, unit.start))[:limit]
    return [_with_lead(unit, units) for unit in chosen]


def best_stretch(units: Sequence[Unit], most: int) -> list[Unit]:
    """The run of neighbouring sentences, of at most `most` characters, that says most.

    A run is worth its best sentence, and part of its second and third: what an answer needs beside
    the decisive sentence mostly stands next to it.
    """
    best: tuple[float, list[Unit]] = (-math.inf, [])
    for first in range(len(units)):
        run: list[Unit] = []
        for unit in units[first:]:
            if unit.hit != units[first].hit or (run and unit.end - run[0].start > most):
                break
            run.append(unit)
            scores = sorted((u.score for u in run), reverse=True)
            second = scores[1] if len(scores) > 1 else scores[0] - 0.08
            third = scores[2] if len(scores) > 2 else scores[0] - 0.10
            value = scores[0] + 0.3 * second + 0.1 * third
            if value > best[0]:
                best = (value, list(run))
    stretch = best[1]
    while len(stretch) > 1 and stretch[0].score < max(u.score for u in stretch) - _FAR:
        stretch = stretch[1:]
    return stretch


def close_seconds(units: Sequence[Unit], taken: Collection[int], passages: int) -> list[Unit]:
    """The best sentence of each of at most `passages` other passages that comes near the best one.

    `taken` are the hits that are quoted already. A question that two answers may answer gets both.
    """
    near = max((unit.score for unit in units), default=0.0) - _CLOSE
    seconds: dict[int, Unit] = {}
    for unit in sorted(units, key=lambda u: (-u.score, u.hit, u.start)):
        if unit.score < near or len(seconds) == passages:
            break
        if unit.hit not in taken:
            seconds.setdefault(unit.hit, unit)
    return [_with_lead(unit, units) for unit in seconds.values()]


def _with_lead(unit: Unit, units: Sequence[Unit]) -> Unit:
    """A sentence that leans on the one before it, together with that one."""
    if not _LEANS.match(unit.text):
        return unit
    lead = max(
        (u for u in units if u.hit == unit.hit and u.end <= unit.start),
        key=lambda u: u.end,
        default=None,
    )
    if lead is None:
        return unit
    return replace(unit, start=lead.start, text=f"{lead.text} {unit.text}")


def token_weights(question: str, texts: Sequence[str]) -> dict[str, float]:
    """The question's tokens (character 4-grams) with how rare each is among `texts`.

    idf = ln(1 + (N - n + 0.5) / (n + 0.5)), as BM25 has it (Robertson and Zaragoza 2009).
    """
    present = [set(tokens(text)) for text in texts]
    return {
        token: math.log(1 + (len(texts) - n + 0.5) / (n + 0.5))
        for token in dict.fromkeys(tokens(question))
        for n in [sum(token in found for found in present)]
    }


def covered(weights: Mapping[str, float], text: str) -> float:
    """The share of `weights` whose tokens stand in `text`, 0..1."""
    total = sum(weights.values())
    present = set(tokens(text))
    return sum(w for token, w in weights.items() if token in present) / total if total else 0.0


def supporting(sentence: str, hit: Hit) -> Span:
    """The sentence or two neighbours of a hit that share most with `sentence`: what to quote."""
    text = hit.passage.reading_text()
    spans = [s for s in split_sentences(text) if not is_order(text[s.start : s.end])]
    if not spans:
        return Span(0, len(text))
    pairs = [Span(a.start, b.end) for a, b in itertools.pairwise(spans)]
    weights = token_weights(sentence, [text[span.start : span.end] for span in spans])

    def value(span: Span) -> float:
        # A second sentence must bring something: it costs a little.
        return covered(weights, text[span.start : span.end]) - 0.1 * (span in pairs)

    return max([*spans, *pairs], key=value)


def is_pointer(text: str) -> bool:
    """Whether a sentence only sends the reader to another answer."""
    return bool(_POINTER.match(text))
