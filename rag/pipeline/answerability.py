"""Decide whether the passages that were read answer the question, and word the refusal if not."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from index.errors import BadRequest
from rag.pipeline.reading import PassageReading

# Below this probability a question is refused, where no calibration says otherwise: see
# docs/reader.md for what it gives on questions that nobody tuned to.
THRESHOLD = 0.08
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
    "De passages die het dichtst bij de vraag liggen, geven er geen antwoord op.",
    "The passages nearest to the question do not answer it.",
)
NOT_ANSWERED_YET = Refusal(
    "Wat hier het dichtst bij ligt, is wel gevraagd maar in deze documenten nog niet beantwoord.",
    "What comes nearest was asked, but these documents do not answer it yet.",
)
NOT_IN_PASSAGES = Refusal(
    "De gevonden passages gaan over het onderwerp, maar bevatten het antwoord niet.",
    "The passages found are about the subject but do not hold the answer.",
)
NOT_CARRIED = Refusal(
    "Wat het taalmodel schreef, werd niet gedragen door de passages die het noemde.",
    "What the language model wrote was not carried by the passages it cited.",
)


def nothing_about(missing: Sequence[str]) -> Refusal:
    """The refusal for a period or name in the question that no passage mentions."""
    return Refusal(
        f"Over {' en '.join(missing)} staat niets in de gevonden passages.",
        f"The passages found say nothing about {' and '.join(missing)}.",
    )


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
    # From before the reader: a threshold on another scale.
    if written.get("feature", FEATURE) != FEATURE:
        raise _unusable(path)
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 <= given <= 1:
        raise _unusable(path)
    return float(given)


def _unusable(path: Path) -> BadRequest:
    return BadRequest(
        f"{path} bevat geen bruikbare `threshold` van 0 tot 1: maak het opnieuw met `vraagbaak-eval calibrate` "
        "of haal het weg.",
        f"{path} holds no usable `threshold` from 0 to 1: make it again with `vraagbaak-eval calibrate` or "
        "remove it.",
    )
