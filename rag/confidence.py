"""How sure retrieval is that the answer is there at all, before a model is asked; and refusals."""

from __future__ import annotations

import json
from collections.abc import Sequence, Set
from dataclasses import dataclass
from pathlib import Path

from index.documents import Hit
from index.errors import BadRequest
from index.lexical import tokens, words

# Below this a question is refused without asking a model, where no calibration says otherwise: with
# multilingual-e5-small it refuses what is off any subject and hardly anything else.
THRESHOLD = 0.30
_PART = 4  # letters of a word that another may hold
# What `vraagbaak-eval calibrate` writes, in the data folder: its threshold counts instead.
CALIBRATION_NAME = "calibration.json"

# Cosines of e5 models lie close together: off any subject they are about 0.80.
_LOW_COSINE, _COSINE_RANGE = 0.80, 0.12
_ENOUGH_WORDS = 0.25
# What meaning alone counts for, where no word of the question is there: words may be synonyms.
_WITHOUT_WORDS = 0.2
# Of a word's 4-grams that one word of a passage must hold to be that word, inflected or written
# otherwise: "energie" is not "kernenergie".
_SAME_WORD = 0.6
# Words that tell nothing of what a question is about.
FUNCTION_WORDS = frozenset(
    (
        "aan al als bij ben bent dan dat de deze die dit door een en er ga gaan gaat geen had "
        "hadden heb hebben heeft het hij hoe hoeveel hun iets ik in is ja je jij kan komen komt "
        "krijgen krijgt kun kunnen maar mag me men met mij mijn moet moeten mogen na naar nee niet "
        "niets nog nu of om ons onze ook op over te tegen ten ter toch tot u uit uw van vanaf veel "
        "voor waar waarom wanneer waren was wat we wel welk welke wel wie wij wil willen word "
        "worden wordt ze zelf zich zij zijn zo zou zouden zal zullen doe doet doen laat laten lig ligt "
        "liggen maak maakt maken sta staat staan werkt zit zitten "
        # Who answers, and that something is said or costs something: so it is everywhere.
        "minister ministers bewindspersoon staatssecretaris kabinet regering mening vindt vinden "
        "vond zegt zeggen gezegd kost kosten kostte stelde stelden duur beste gebeurt gebeurd"
    ).split()
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why no answer is given, in Dutch and English."""

    nl: str
    en: str

    def reason(self, language: str) -> str:
        """The reason in `language` ("nl" or "en")."""
        return self.en if language == "en" else self.nl


FAR_FROM_QUESTION = Refusal(
    "Geen passage ligt dicht genoeg bij de vraag.",
    "No passage comes near enough to the question.",
)
NOT_IN_PASSAGES = Refusal(
    "De gevonden passages gaan over het onderwerp, maar bevatten het antwoord niet.",
    "The passages found are about the subject but do not hold the answer.",
)
NOT_CARRIED = Refusal(
    "Wat het taalmodel schreef, werd niet gedragen door de passages die het noemde.",
    "What the language model wrote was not carried by the passages it cited.",
)


def load_threshold(data_dir: Path) -> float:
    """The threshold of the calibration in `data_dir`, else `THRESHOLD`.

    Raises BadRequest for a calibration file that cannot be read.
    """
    path = data_dir / CALIBRATION_NAME
    try:
        given = json.loads(path.read_text(encoding="utf-8"))["threshold"]
    except FileNotFoundError:
        return THRESHOLD
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _unusable(path) from error
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 <= given <= 1:
        raise _unusable(path)
    return float(given)


def _unusable(path: Path) -> BadRequest:
    return BadRequest(
        f"{path} bevat geen `threshold` van 0 tot 1: maak het opnieuw met `vraagbaak-eval calibrate` "
        "of haal het weg.",
        f"{path} holds no `threshold` from 0 to 1: make it again with `vraagbaak-eval calibrate` or "
        "remove it.",
    )


def confidence(question: str, hits: Sequence[Hit]) -> float:
    """0..1: how near the best hit is in meaning, less where hardly a word of the question is there.

    near * (0.2 + 0.8 * min(1, coverage / 0.25)), near = min(1, (cosine - 0.80) / 0.12), cosine and
    coverage both of the best of the first five hits; coverage is the share of the question's
    content words that a hit holds.
    """
    nearest = hits[:5]
    if not nearest:
        return 0.0
    cosine = max(hit.cosine for hit in nearest)
    coverage = max(_coverage(question, hit) for hit in nearest)
    near = min(1.0, max(0.0, (cosine - _LOW_COSINE) / _COSINE_RANGE))
    worded = min(1.0, coverage / _ENOUGH_WORDS)
    return near * (_WITHOUT_WORDS + (1 - _WITHOUT_WORDS) * worded)


def _coverage(question: str, hit: Hit) -> float:
    content = [word for word in words(question) if word not in FUNCTION_WORDS]
    if not content:
        return 1.0
    passage = hit.passage
    asked = [question.text for question in passage.questions]
    meta = hit.document.metadata
    about = [meta.title or "", passage.heading or "", *asked, *meta.ministers, *meta.askers]
    there = set(words(" ".join([*about, passage.reading_text()])))
    return sum(_is_among(word, there) for word in content) / len(content)


def _is_among(word: str, others: Set[str]) -> bool:
    """Whether a word is one of `others`, inflected, part of a compound, or written otherwise.

    What a compound begins with says what it is about: a passage on "aanbetalingen" may well be on an
    "aanbetalingsregel"; one on "energie" need not be on "kernenergie".
    """
    if word in others or any(
        (len(word) >= _PART and word in other) or (len(other) > _PART and word.startswith(other))
        for other in others
    ):
        return True
    grams = tokens(word)
    enough = _SAME_WORD * len(grams)
    return len(grams) > 1 and any(
        sum(gram in held for gram in grams) >= enough for held in map(set, map(tokens, others))
    )
