"""Which sentences of the hits decide a question: evidence before words.

A unit is one sentence, or two where the second cannot be read without the first ("Zo'n bankgarantie
wordt ..."). It is scored by meaning (cosine of question and sentence), by words (share of the
question's rare words that it holds, compounds included), by the passage it stands in, and by whether
it holds the kind of thing that is asked (a number, a date, a name, a reason).
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index.documents import Hit, Span
from index.embedding import Encoder
from index.lexical import tokens
from index.sentences import split_sentences
from rag.constraints import periods, speaks_of

# A sentence that opens like this leans on the one before it.
_LEANS = re.compile(
    r"(?:Dit|Dat|Deze|Die|Daar\w*|Hier\w*|Zij|Ze|Hij|Het (?:gaat|betreft)|Zo['’]n|Zulke|Dergelijke|"
    r"Afhankelijk (?:hier|daar)van|Bovenstaande?|Voornoemde|Laatstgenoemde|Zodoende|Ook|Tevens|Bovendien|Echter|Wel|Toch|"
    r"Vervolgens|Verder|Namelijk|Omgekeerd)\b"
)
_POINTER = re.compile(
    r"^\W*(?:(?:Ja|Nee),?\s+)?(?:Zie|Ik verwijs|Voor\b.{0,60}\bverwijs|Hiervoor verwijs)\b.{0,120}"
    r"\b(?:antwoord|beantwoording|reactie|vraag|vragen)\b",
    re.I,
)
_FIGURE = re.compile(
    r"\d|\b(?:een|twee|drie|vier|vijf|zes|zeven|acht|negen|tien|elf|twaalf|twintig|dertig|veertig|"
    r"vijftig|honderd|duizend|half|helft|kwart|derde)\b|miljoen|miljard|procent|%",
    re.I,
)
_DATE = re.compile(
    r"\b(?:19|20)\d\d\b|\b(?:januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|"
    r"november|december|voorjaar|najaar|zomer|winter|kwartaal|Q[1-4]|week|maand(?:en)?|jaar|eind|"
    r"begin|medio|uiterlijk|Prinsjesdag)\b",
    re.I,
)
_NAME = re.compile(r"(?<=[\w,;] )[A-Z][\w’'-]+|\b[A-Z]{2,}\b|\b(?:minister|staatssecretaris)")
_REASON = re.compile(
    r"\b(?:omdat|doordat|vanwege|wegens|aangezien|daarom|reden\w*|oorza\w+|waardoor|door|immers|"
    r"gevolg|verklaring|zodat|namelijk|want)\b",
    re.I,
)
# (what a question asks for, what a sentence then should hold)
_ASKED_AND_HELD = (
    (
        re.compile(
            r"\b(?:hoeveel|hoe (?:vaak|groot|lang|hoog|duur|ver|dicht|snel|oud|breed|zwaar)|"
            r"welke? (?:percentage|bedrag|aantal|deel)|wat kost\w*|percentage|bedrag)\b",
            re.I,
        ),
        _FIGURE,
    ),
    (
        re.compile(
            r"\b(?:wanneer|welke? (?:jaar|datum|maand|termijn|periode)|hoe laat|sinds)\b", re.I
        ),
        _DATE,
    ),
    (
        re.compile(
            r"\b(?:wie|welke? (?:minister|bedrij\w+|organisatie\w*|land(?:en)?|partij\w*|bureau|"
            r"instantie\w*))\b",
            re.I,
        ),
        _NAME,
    ),
    (re.compile(r"\b(?:waarom|hoezo|waardoor|hoe komt|reden|oorzaak)\b", re.I), _REASON),
)


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


def decisive_units(
    question: str, hits: Sequence[Hit], encoder: Encoder, limit: int = 8
) -> list[Unit]:
    """The `limit` units of `hits` that say most about `question`, best first."""
    units = [(at, unit) for at, hit in enumerate(hits) for unit in units_of(hit)]
    if not units:
        return []
    texts = [hits[at].passage.reading_text()[unit.start : unit.end] for at, unit in units]
    weights = token_weights(question, texts)
    query = encoder.encode_queries([question])[0]
    cosines = encoder.encode_passages(texts) @ query
    asked_periods = periods(question)
    found = []
    for (at, unit), text, cosine in zip(units, texts, cosines, strict=True):
        coverage = covered(weights, text)
        score = (
            float(cosine)
            + 0.12 * coverage
            + 0.05 * holds_what_is_asked(question, text)
            + 0.10 * (hits[at].score / hits[0].score - 1)
            - 0.30 * is_pointer(text)
            - 0.10 * sum(not speaks_of(hits[at], period) for period in asked_periods)
        )
        found.append(Unit(at, unit.start, unit.end, text, score, float(cosine), coverage))
    found.sort(key=lambda unit: (-unit.score, unit.hit, unit.start))
    return found[:limit]


def units_of(hit: Hit) -> list[Span]:
    """The sentences of a hit, each that leans on its predecessor together with it."""
    text = hit.passage.reading_text()
    units: list[Span] = []
    before: Span | None = None
    for sentence in split_sentences(text):
        joined = (
            before is not None
            and _LEANS.match(text[sentence.start : sentence.end])
            and "\n\n" not in text[before.end : sentence.start]
        )
        units.append(Span(before.start, sentence.end) if before and joined else sentence)
        before = sentence
    return units


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
    spans = split_sentences(text)
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


def holds_what_is_asked(question: str, text: str) -> bool:
    """Whether `text` holds a number, date, name or reason where `question` asks for one."""
    return any(asked.search(question) and held.search(text) for asked, held in _ASKED_AND_HELD)
