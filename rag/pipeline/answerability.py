"""Decide whether the passages that were read answer the question, and word the refusal if not."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from index.errors import BadRequest
from index.search import Filters
from rag.dutch.phrases import own_words
from rag.pipeline.reading import PassageReading

# Below this probability a question is refused, where no calibration says otherwise: see
# docs/reader.md for what it gives on questions that nobody tuned to.
THRESHOLD = 0.08
# Below this one the answer says that it is not sure. Of 112 development questions from the threshold
# up to here the likeliest passage held all facts for 31 %, of 111 from here up to 0.4 for 49 %.
DOUBTFUL = 0.2
# What `vraagbaak-eval calibrate` writes, in the data folder: its threshold counts instead.
CALIBRATION_NAME = "calibration.json"
FEATURE = "answerability"  # the scores that its threshold applies to


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why no answer is given, in Dutch and English."""

    nl: str
    en: str

    def reason(self, language: str) -> str:
        """The reason in `language` ("nl" or "en")."""
        return self.en if language == "en" else self.nl


NOTHING_FOUND = Refusal("Er is geen passage gevonden.", "No passage was found.")
NOT_ANSWERED = Refusal(
    "In de passages die het dichtst bij de vraag liggen, is geen antwoord gevonden.",
    "No answer was found in the passages nearest to the question.",
)
NOT_ANSWERED_YET = Refusal(
    "Het stuk dat het dichtst bij de vraag ligt, bevat alleen vragen, zonder antwoorden.",
    "The paper nearest to the question holds questions only, without answers.",
)
NOT_IN_PASSAGES = Refusal(
    "In de gevonden passages is geen zin gevonden die de vraag beantwoordt.",
    "No sentence that answers the question was found in the passages.",
)
NOT_CARRIED = Refusal(
    "Wat het taalmodel schreef, werd niet gedragen door de passages die het noemde.",
    "What the language model wrote was not carried by the passages it cited.",
)


def looked_for(refused: Refusal, question: str) -> Refusal:
    """`refused`, and the words that were looked for."""
    said = ", ".join(dict.fromkeys(own_words(question)))
    if not said:
        return refused
    return Refusal(f"{refused.nl} Gezocht is naar: {said}.", f"{refused.en} Looked for: {said}.")


def nothing_about(missing: Sequence[str]) -> Refusal:
    """The refusal where no passage mentions a period or name that was asked about."""
    return Refusal(
        f"Geen van de gevonden passages noemt {' en '.join(missing)}.",
        f"None of the passages found mentions {' and '.join(missing)}.",
    )


def not_together(missing: Sequence[str]) -> Refusal:
    """The refusal where passages mention it, but not the one that comes nearest to the question."""
    return Refusal(
        f"{' en '.join(missing)}: dat komt voor in de gevonden passages, maar niet in wat het dichtst bij "
        "de rest van de vraag ligt.",
        f"{' and '.join(missing)}: the passages found mention it, but not what comes nearest to the rest "
        "of the question.",
    )


def nothing_from(written: str) -> Refusal:
    """The refusal where no document is of the time at which something was to be said."""
    return Refusal(
        f"Er is hier geen document van de gevraagde tijd ({written}).",
        f"There is no document here of the time that was asked for ({written}).",
    )


def nothing_fits(filters: Filters) -> Refusal:
    """The refusal where no document fits the filters of the search; it says which they were."""
    nl, en = _described(filters)
    return Refusal(
        f"Geen document past bij het filter ({nl}); er is dus niets doorzocht.",
        f"No document fits the filter ({en}); so nothing was searched.",
    )


def _described(filters: Filters) -> tuple[str, str]:
    """What filters ask of a document, in Dutch and English."""
    minister, chosen = filters.minister, len(filters.documents)
    parts = [
        (minister, f"beantwoord door {minister}", f"answered by {minister}"),
        (filters.date_from, f"vanaf {filters.date_from}", f"from {filters.date_from}"),
        (filters.date_to, f"tot en met {filters.date_to}", f"up to {filters.date_to}"),
        (filters.kinds, "soort " + ", ".join(filters.kinds), "kind " + ", ".join(filters.kinds)),
        (chosen, f"{chosen} gekozen documenten", f"{chosen} chosen documents"),
    ]
    there = [(nl, en) for given, nl, en in parts if given] or [("leeg", "empty")]
    return ", ".join(nl for nl, _ in there), ", ".join(en for _, en in there)


def confidence(readings: Sequence[PassageReading]) -> float:
    """The probability that the likeliest passage answers; 0 if there is none."""
    return max((reading.answers for reading in readings), default=0.0)


def load_threshold(data_dir: Path) -> float:
    """The threshold of the calibration in `data_dir`, else `THRESHOLD`.

    Raises BadRequest for a calibration file that cannot be read.
    """
    path = data_dir / CALIBRATION_NAME
    try:
        written = json.loads(path.read_text(encoding="utf-8"))
        given = written["threshold"]
    except FileNotFoundError:
        return THRESHOLD
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _unusable(path) from error
    is_share = type(given) in (int, float) and 0 <= given <= 1
    # One of another feature is from before the reader: a threshold on another scale.
    if not is_share or written.get("feature", FEATURE) != FEATURE:
        raise _unusable(path)
    return float(given)


def _unusable(path: Path) -> BadRequest:
    return BadRequest(
        f"{path} bevat geen bruikbare `threshold` van 0 tot 1: maak het opnieuw met `vraagbaak-eval calibrate` "
        "of haal het weg.",
        f"{path} holds no usable `threshold` from 0 to 1: make it again with `vraagbaak-eval calibrate` or "
        "remove it.",
    )
